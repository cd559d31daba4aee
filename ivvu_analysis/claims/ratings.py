"""Section 4.3 and table 12: impact, results to share and scalability."""

from __future__ import annotations

from ivvu_analysis.claims.projects import BEFORE, COUNTS, LATEST, share
from ivvu_analysis.claims.registry import Rederivations
from ivvu_analysis.claims.sources import Sources

rederives = Rederivations()

MUCH_MEANING = ("small_much", "medium_much", "large_much")
SCALABLE = ("this_region", "other_regions", "national")


def _impact(sources: Sources, wave: str, *levels: str, group: str = "all") -> float:
    return share(sources, "impact", wave, *levels, group=group)


@rederives(
    "impact.{wave}.much_meaning",
    tables=COUNTS,
    source="table 8",
    en="the share of all projects with much meaning, at a small, medium or large scale",
    nl="het aandeel van alle projecten met veel betekenis, op kleine, gemiddelde of grote schaal",
    for_each={"wave": (BEFORE, LATEST)},
)
def much_meaning(sources: Sources, wave: str, group: str = "all") -> float:
    """Return the share of projects with much meaning, the unrated ones included in the whole."""
    return _impact(sources, wave, *MUCH_MEANING, group=group)


@rederives(
    "impact.2020-10.much_meaning",
    reading="alternative",
    tables=COUNTS,
    source="table 8",
    en="the share of projects at a medium or large scale",
    nl="het aandeel projecten op gemiddelde of grote schaal",
)
def beyond_small_scale(sources: Sources) -> float:
    """Return the share of projects whose impact goes beyond a small scale."""
    return _impact(sources, LATEST, "medium_limited", "medium_much", "large_limited", "large_much")


@rederives(
    "impact.2020-10.much_meaning",
    reading="alternative",
    tables=COUNTS,
    source="table 8",
    en="the share of projects with anything but limited meaning at a small scale",
    nl="het aandeel projecten met iets anders dan beperkte betekenis op kleine schaal",
)
def beyond_least_impact(sources: Sources) -> float:
    """Return the share of projects above the lowest impact."""
    return 100 - _impact(sources, LATEST, "small_limited")


@rederives(
    "impact.2020-10.much_meaning",
    reading="arithmetic",
    tables=COUNTS,
    source="table 8",
    en="the share of projects with much meaning together with those of limited meaning at a medium scale",
    nl="het aandeel projecten met veel betekenis samen met die met beperkte betekenis op gemiddelde schaal",
)
def much_meaning_and_medium(sources: Sources) -> float:
    """Return the share with much meaning, with one row of table 8 too many."""
    return _impact(sources, LATEST, *MUCH_MEANING, "medium_limited")


@rederives(
    "impact.2020-10.much_meaning",
    reading="arithmetic",
    tables=COUNTS,
    source="table 11",
    en="the share of projects for which scaling up is useful now or may become so (table 11), in March",
    nl="het aandeel projecten waarvoor opschalen nu of later zinvol is (tabel 11), in maart",
    for_each={"wave": (BEFORE,)},
)
@rederives(
    "impact.2020-10.much_meaning",
    reading="arithmetic",
    tables=COUNTS,
    source="table 11",
    en="the share of projects for which scaling up is useful now or may become so (table 11), in October",
    nl="het aandeel projecten waarvoor opschalen nu of later zinvol is (tabel 11), in oktober",
    for_each={"wave": (LATEST,)},
)
def perhaps_scalable(sources: Sources, wave: str) -> float:
    """Return the share of projects that are scalable or may become so."""
    return 100 - share(sources, "scalability", wave, "not_useful")


@rederives(
    "impact.much_meaning.rising",
    tables=COUNTS,
    source="table 8",
    en="the share of projects with much meaning in October 2020, less that in March",
    nl="het aandeel projecten met veel betekenis in oktober 2020, min dat in maart",
)
def meaning_gained(sources: Sources) -> float:
    """Return what the share with much meaning gained since March."""
    return much_meaning(sources, LATEST) - much_meaning(sources, BEFORE)


@rederives(
    "impact.technology.rising",
    tables=COUNTS,
    source="table 12",
    en="the share of technology projects with much meaning in October 2020, less that in March",
    nl="het aandeel technologieprojecten met veel betekenis in oktober 2020, min dat in maart",
)
def technology_meaning_gained(sources: Sources) -> float:
    """Return what the share with much meaning gained since March among technology projects."""
    return much_meaning(sources, LATEST, "technology") - much_meaning(sources, BEFORE, "technology")


@rederives(
    "impact.2020-10.large_scale.letter",
    tables=COUNTS,
    source="table 8",
    en="the share of projects with much meaning at a large scale",
    nl="het aandeel projecten met veel betekenis op grote schaal",
)
def large_much(sources: Sources) -> float:
    """Return the share of projects with much meaning at a large scale."""
    return _impact(sources, LATEST, "large_much")


@rederives(
    "impact.2020-10.large_scale.letter",
    reading="alternative",
    tables=COUNTS,
    source="table 8",
    en="the share of projects at a large scale, with much or limited meaning",
    nl="het aandeel projecten op grote schaal, met veel of beperkte betekenis",
)
def large(sources: Sources) -> float:
    """Return the share of projects at a large scale."""
    return _impact(sources, LATEST, "large_limited", "large_much")


@rederives(
    "impact.2020-10.large_scale.letter",
    reading="arithmetic",
    tables=COUNTS,
    source="table 8",
    en="the share of projects with much meaning at a medium scale",
    nl="het aandeel projecten met veel betekenis op gemiddelde schaal",
)
def medium_much(sources: Sources) -> float:
    """Return the share of projects with much meaning at a medium scale, the row above."""
    return _impact(sources, LATEST, "medium_much")


@rederives(
    "sharing.2020-10.{level}",
    tables=COUNTS,
    source="table 10",
    en="the number of projects with this answer in October 2020",
    nl="het aantal projecten met dit antwoord in oktober 2020",
    for_each={"level": ("yes", "in_progress")},
)
def sharing(sources: Sources, level: str) -> float:
    """Return the projects by whether they have results to share."""
    return sources.projects("sharing", LATEST, level)


@rederives(
    "sharing.2020-10.intermediate",
    tables=COUNTS,
    source="table 10",
    en="the share of projects with results to share in October 2020",
    nl="het aandeel projecten met deelbare resultaten in oktober 2020",
)
def sharing_share(sources: Sources) -> float:
    """Return the share of projects with results to share."""
    return share(sources, "sharing", LATEST, "yes")


@rederives(
    "scalability.2020-10.any",
    "scalability.2020-10.any.letter",
    tables=COUNTS,
    source="table 11",
    en="the number of projects scalable in the region, to other regions or nationally",
    nl="het aantal projecten dat in de regio, naar andere regio's of landelijk opschaalbaar is",
)
def scalable(sources: Sources) -> float:
    """Return the projects that can be scaled up to any degree."""
    return sources.projects("scalability", LATEST, *SCALABLE)


@rederives(
    "scalability.2020-10.not_yet",
    tables=COUNTS,
    source="table 11",
    en="the number of projects that it is not useful to scale up yet",
    nl="het aantal projecten waarvoor opschalen nog niet zinvol is",
)
def not_yet_scalable(sources: Sources) -> float:
    """Return the projects that may be scaled up later."""
    return sources.projects("scalability", LATEST, "not_yet")


@rederives(
    "scalability.national.growing",
    tables=COUNTS,
    source="table 11",
    en="the share of nationally scalable projects in October 2020, less that in March",
    nl="het aandeel landelijk opschaalbare projecten in oktober 2020, min dat in maart",
)
def national_gained(sources: Sources) -> float:
    """Return what nationally scalable projects gained in share."""
    return share(sources, "scalability", LATEST, "national") - share(
        sources, "scalability", BEFORE, "national"
    )
