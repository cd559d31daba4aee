"""Chapter 2: the three ladders of phases over the waves, and what is expected of them."""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.claims.registry import Rederivations
from ivvu_analysis.claims.sources import Sources, percent, top
from ivvu_analysis.codebook import DIMENSIONS, WAVES
from ivvu_analysis.stats.forecast import forecast_ladders
from ivvu_analysis.stats.generator import fit_generator

rederives = Rederivations()

COUNTS = ("phase_counts",)
LATEST = "2020-10"
HORIZON = "2021-12"


def _share(sources: Sources, dimension: str, wave: str, *phases: int) -> float:
    return percent(sources.in_phases(dimension, wave, *phases), sources.in_phases(dimension, wave))


def _risen_to_top(sources: Sources, dimension: str, since: str, until: str = LATEST) -> float:
    highest = top(dimension)
    return sources.in_phases(dimension, until, highest) - sources.in_phases(dimension, since, highest)


@rederives(
    "phases.agreements.2020-10.top_share",
    "phases.agreements.2020-10.top_share.letter",
    "phases.agreements.2020-10.nearly_all",
    tables=COUNTS,
    source="table 1",
    en="the share of regions in phase 4 of agreements in October 2020",
    nl="het aandeel regio's in fase 4 van afspraken in oktober 2020",
)
def agreements_top_share(sources: Sources) -> float:
    """Return the share of regions that are implementing their agreements."""
    return _share(sources, "agreements", LATEST, 4)


@rederives(
    "phases.agreements.2020.leap",
    tables=COUNTS,
    source="table 1",
    en="the net rise in regions in phase 4 of agreements from October 2019 to October 2020, less "
    "that from March to October 2019",
    nl="de netto stijging van regio's in fase 4 van afspraken van oktober 2019 tot oktober 2020, "
    "min die van maart tot oktober 2019",
)
def agreements_leap(sources: Sources) -> float:
    """Return how much more regions rose to the top in the later year than before it."""
    before = _risen_to_top(sources, "agreements", "2019-03", "2019-10")
    return _risen_to_top(sources, "agreements", "2019-10") - before


@rederives(
    "phases.agreements.2020-10.last_steps",
    tables=COUNTS,
    source="table 1",
    en="the number of regions below phase 4 of agreements in October 2020",
    nl="het aantal regio's onder fase 4 van afspraken in oktober 2020",
)
def agreements_below_top(sources: Sources) -> float:
    """Return the regions that still have a step to take."""
    return sources.in_phases("agreements", LATEST, 1, 2, 3)


@rederives(
    "phases.agreements.2020-10.last_steps",
    reading="alternative",
    tables=COUNTS,
    source="table 1",
    en="the number of regions without even a plan of action (phase 1 or 2 of agreements) in October 2020",
    nl="het aantal regio's zonder plan van aanpak (fase 1 of 2 van afspraken) in oktober 2020",
)
def agreements_without_plan(sources: Sources) -> float:
    """Return the regions that have not come to a plan of action."""
    return sources.in_phases("agreements", LATEST, 1, 2)


@rederives(
    "phases.moved_to_top.past_year",
    tables=COUNTS,
    source="tables 1 to 3",
    en="the net rise in regions in the highest phase from October 2019 to October 2020, as a "
    "share of the regions, on the ladder where it is smallest",
    nl="de netto stijging van regio's in de hoogste fase van oktober 2019 tot oktober 2020, als "
    "aandeel van de regio's, op de ladder waar die het kleinst is",
)
def moved_to_top(sources: Sources) -> float:
    """Return the smallest of the three net rises."""
    return min(
        percent(_risen_to_top(sources, dimension, "2019-10"), sources.in_phases(dimension, LATEST))
        for dimension in DIMENSIONS
    )


@rederives(
    "phases.dynamics.2020-10.at_least_intrinsic",
    tables=COUNTS,
    source="table 2",
    en="the share of regions in phase 3 or 4 of collaboration dynamics in October 2020",
    nl="het aandeel regio's in fase 3 of 4 van samenwerkingsdynamiek in oktober 2020",
)
def dynamics_at_least_intrinsic(sources: Sources) -> float:
    """Return the share of regions that cooperate from intrinsic motivation or more."""
    return _share(sources, "dynamics", LATEST, 3, 4)


@rederives(
    "phases.dynamics.2020-10.top_share",
    tables=COUNTS,
    source="table 2",
    en="the share of regions in phase 4 of collaboration dynamics in October 2020",
    nl="het aandeel regio's in fase 4 van samenwerkingsdynamiek in oktober 2020",
)
def dynamics_top_share(sources: Sources) -> float:
    """Return the share of regions that cooperate from a shared vision."""
    return _share(sources, "dynamics", LATEST, 4)


@rederives(
    "phases.dynamics.2020-10.further_rise",
    tables=COUNTS,
    source="table 2",
    en="the net rise in regions in phase 4 of collaboration dynamics from March to October 2020",
    nl="de netto stijging van regio's in fase 4 van samenwerkingsdynamiek van maart tot oktober 2020",
)
def dynamics_rise(sources: Sources) -> float:
    """Return the net rise in regions that cooperate from a shared vision."""
    return _risen_to_top(sources, "dynamics", "2020-03")


@rederives(
    "phases.dynamics.since_2019",
    "phases.dynamics.since_2019.letter",
    tables=COUNTS,
    source="table 2",
    en="the net rise in regions in phase 4 of collaboration dynamics from March 2019 to October 2020",
    nl="de netto stijging van regio's in fase 4 van samenwerkingsdynamiek van maart 2019 tot oktober 2020",
)
def dynamics_rise_over_all_waves(sources: Sources) -> float:
    """Return the net rise since the first wave in regions that cooperate from a shared vision."""
    return _risen_to_top(sources, "dynamics", "2019-03")


@rederives(
    "phases.vision.2020-10.progress",
    tables=COUNTS,
    source="table 3",
    en="the net rise in regions in phase 5 of regional vision from March to October 2020",
    nl="de netto stijging van regio's in fase 5 van regiovisie van maart tot oktober 2020",
)
def vision_rise(sources: Sources) -> float:
    """Return the net rise in regions that have made strategic choices."""
    return _risen_to_top(sources, "vision", "2020-03")


@rederives(
    "phases.vision.2019-03.slow_start",
    tables=COUNTS,
    source="table 3",
    en="the share of regions in phase 1 or 2 of regional vision in March 2019",
    nl="het aandeel regio's in fase 1 of 2 van regiovisie in maart 2019",
)
def vision_slow_start(sources: Sources) -> float:
    """Return the share of regions that had not begun to prepare a vision."""
    return _share(sources, "vision", "2019-03", 1, 2)


@rederives(
    "phases.vision.2020-10.discussion_or_choices",
    "phases.vision.2020-10.nearly_finished",
    "phases.vision.2020-10.nearly_finished.letter",
    tables=COUNTS,
    source="table 3",
    en="the share of regions in phase 4 or 5 of regional vision in October 2020",
    nl="het aandeel regio's in fase 4 of 5 van regiovisie in oktober 2020",
)
def vision_discussed(sources: Sources) -> float:
    """Return the share of regions that discuss strategic choices or have made them."""
    return _share(sources, "vision", LATEST, 4, 5)


@rederives(
    "phases.vision.2020-10.choices_made",
    "phases.vision.2020-10.many_finished",
    tables=COUNTS,
    source="table 3",
    en="the share of regions in phase 5 of regional vision in October 2020",
    nl="het aandeel regio's in fase 5 van regiovisie in oktober 2020",
)
def vision_choices_made(sources: Sources) -> float:
    """Return the share of regions that have made strategic choices."""
    return _share(sources, "vision", LATEST, 5)


@rederives(
    "outlook.2021-12.all_at_top",
    tables=("phase_counts", "region_phases", "regions"),
    source="tables 1 to 3 and appendix 1",
    en="the share of regions expected in the highest phase of all three ladders in December "
    "2021, at the pace of the four waves and with the ladders independent of each other",
    nl="het verwachte aandeel regio's in de hoogste fase van alle drie de ladders in december "
    "2021, in het tempo van de vier meetmomenten en met ladders die niet van elkaar afhangen",
)
def all_at_top(sources: Sources) -> float:
    """Return the share of regions that the forecast expects at the top of all three ladders."""
    generators = {
        dimension: fit_generator(_margins(sources, dimension), sources.seed) for dimension in DIMENSIONS
    }
    regions = sources.regions()
    standings = _standings(sources, regions)
    expected = forecast_ladders(generators, standings, HORIZON, sources.seed)
    chosen = expected.query("quantity == 'at_top' and method == 'independent'")
    return percent(float(chosen["estimate"].item()), len(regions))


def _margins(sources: Sources, dimension: str) -> pd.DataFrame:
    phases = range(1, top(dimension) + 1)
    cells = [[int(sources.in_phases(dimension, wave, phase)) for phase in phases] for wave in WAVES]
    return pd.DataFrame(cells, index=list(WAVES), columns=list(phases))


def _standings(sources: Sources, regions: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            dimension: [int(sources.phase_of(region, dimension)) for region in regions]
            for dimension in DIMENSIONS
        },
        index=regions,
    )
