"""The Utrecht programme: its projects of 2023, and the shift in delivery forms up to 2040."""

from __future__ import annotations

from ivvu_analysis.claims.registry import Rederivations
from ivvu_analysis.claims.sources import Sources, percent

rederives = Rederivations()

COUNTS = ("utrecht_project_counts",)
DELIVERY = ("utrecht_delivery_forms",)
DEMAND = ("utrecht_demand_growth",)

LINE_3_THEMES = ("home_arrangements", "strategy_and_vision", "informal_care", "self_reliance")
REGIONAL_LINES = ("line_1", "line_2")


def _delivered(sources: Sources, year: int, *forms: str) -> float:
    return sources.total("utrecht_delivery_forms", "share", year=[year], form=forms)


def agenda_growth(sources: Sources) -> float:
    """Return the growth in care and support up to 2040 that the agenda gives, as a percentage."""
    return sources.figure("utrecht_demand_growth", "value_low", statement="care_and_support")


@rederives(
    "kvt.2023.line_3.projects",
    tables=COUNTS,
    source="action line 3",
    en="the sum over its themes",
    nl="de som over de thema's ervan",
)
def line_3_projects(sources: Sources) -> float:
    """Return the projects of action line 3, theme by theme."""
    return sources.total("utrecht_project_counts", "projects", action_line=["line_3"], theme=LINE_3_THEMES)


@rederives(
    "kvt.2023.line_3.themes",
    tables=COUNTS,
    source="action line 3",
    en="the number of themes with a count of projects",
    nl="het aantal thema's met een aantal projecten",
)
def line_3_themes(sources: Sources) -> float:
    """Return the number of themes of action line 3."""
    counts = sources.rows("utrecht_project_counts")
    return int(((counts["action_line"] == "line_3") & (counts["theme"] != "all")).sum())


def _regional_projects(sources: Sources) -> float:
    return int(sources.rows("utrecht_projects")["action_line"].isin(REGIONAL_LINES).sum())


@rederives(
    "ivvu.action_lines",
    tables=("utrecht_projects", "utrecht_project_counts"),
    source="final reports of 2023",
    en="the number of action lines reported on",
    nl="het aantal actielijnen waarover is gerapporteerd",
)
def action_lines(sources: Sources) -> float:
    """Return the number of action lines with projects of their own in 2023."""
    single = set(sources.rows("utrecht_projects")["action_line"]) & set(REGIONAL_LINES)
    return len(single | set(sources.rows("utrecht_project_counts")["action_line"]))


@rederives(
    "ivvu.fewer_projects",
    tables=("utrecht_projects", "utrecht_project_counts", "utrecht_key_figures"),
    source="final reports of 2023",
    en="the projects of the three action lines of 2023, less those of 2022",
    nl="de projecten van de drie actielijnen van 2023, min die van 2022",
)
def projects_added(sources: Sources) -> float:
    """Return how many more projects there were in 2023 than in 2022."""
    return line_3_projects(sources) + regional_projects_added(sources)


@rederives(
    "ivvu.fewer_projects",
    reading="alternative",
    tables=("utrecht_projects", "utrecht_key_figures"),
    source="final reports of 2023",
    en="the regional projects of action lines 1 and 2 of 2023 alone, less the projects of 2022",
    nl="alleen de regionale projecten van actielijn 1 en 2 van 2023, min de projecten van 2022",
)
def regional_projects_added(sources: Sources) -> float:
    """Return how many more regional projects there were in 2023 than projects in 2022."""
    before = sources.figure("utrecht_key_figures", "value", figure="kvt_projects_2022")
    return _regional_projects(sources) - before


@rederives(
    "delivery.2024.total",
    tables=DELIVERY,
    source="tasks of the agenda",
    en="the sum of the four shares",
    nl="de som van de vier aandelen",
)
def delivery_now(sources: Sources) -> float:
    """Return the sum of the shares of 2024."""
    return _delivered(sources, 2024, "residential", "mpt", "vpt", "pgb")


@rederives(
    "delivery.2040.total",
    tables=DELIVERY,
    source="tasks of the agenda",
    en="the sum of the three shares",
    nl="de som van de drie aandelen",
)
def delivery_later(sources: Sources) -> float:
    """Return the sum of the shares of 2040."""
    return _delivered(sources, 2040, "residential", "mpt_vpt", "pgb")


@rederives(
    "delivery.2040.residential_share",
    tables=(*DELIVERY, *DEMAND),
    source="tasks of the agenda",
    en="the residential share of 2024 divided by the growth in demand, the capacity staying the same",
    nl="het aandeel met verblijf van 2024 gedeeld door de groei van de vraag, bij gelijke capaciteit",
)
def residential_share_later(sources: Sources) -> float:
    """Return the residential share that constant capacity leaves in 2040."""
    return _delivered(sources, 2024, "residential") / (1 + agenda_growth(sources) / 100)


@rederives(
    "delivery.2040.residential_capacity",
    tables=(*DELIVERY, *DEMAND),
    source="tasks of the agenda",
    en="the change in residential clients that the two shares and the growth in demand imply",
    nl="de verandering in cliënten met verblijf die uit de twee aandelen en de groei van de vraag volgt",
)
def residential_change(sources: Sources) -> float:
    """Return the change in the number of residential clients between 2024 and 2040."""
    later = _delivered(sources, 2040, "residential") * (1 + agenda_growth(sources) / 100)
    return percent(later, _delivered(sources, 2024, "residential")) - 100


@rederives(
    "demand.2040.growth",
    tables=DELIVERY,
    source="tasks of the agenda",
    en="the growth in demand at which constant capacity has the two residential shares",
    nl="de groei van de vraag waarbij gelijke capaciteit de twee aandelen met verblijf heeft",
)
def implied_growth(sources: Sources) -> float:
    """Return the growth in demand that the fall of the residential share implies."""
    return percent(_delivered(sources, 2024, "residential"), _delivered(sources, 2040, "residential")) - 100
