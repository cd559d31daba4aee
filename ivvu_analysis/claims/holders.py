"""What the projects of each concession holder are about: themes by holder (table 4)."""

from __future__ import annotations

from collections.abc import Sequence

from ivvu_analysis.claims.registry import Rederivations
from ivvu_analysis.claims.sources import Sources, percent
from ivvu_analysis.claims.themes import DEVELOPING, NAMED_IN_4_1, STARTS
from ivvu_analysis.codebook import scale

rederives = Rederivations()

HOLDERS = ("theme_by_holder",)


def _holders_with(sources: Sources, themes: Sequence[str], each: bool) -> float:
    holders = scale("holder").codes
    found = [
        (all if each else any)(sources.held([theme], [holder]) > 0 for theme in themes) for holder in holders
    ]
    return percent(sum(found), len(holders))


@rederives(
    "themes.overarching.all_holders",
    tables=HOLDERS,
    source="table 4",
    en="the share of holders with projects on each of the four themes of section 4.1",
    nl="het aandeel concessiehouders met projecten over elk van de vier thema's van paragraaf 4.1",
)
def holders_with_each_overarching(sources: Sources) -> float:
    """Return the share of holders with a project in each of the themes of section 4.1."""
    return _holders_with(sources, NAMED_IN_4_1, each=True)


@rederives(
    "themes.overarching.all_holders",
    reading="alternative",
    tables=HOLDERS,
    source="table 4",
    en="the share of holders with at least one project in one of the four themes of section 4.1",
    nl="het aandeel concessiehouders met ten minste één project in een van de vier thema's van paragraaf 4.1",
)
def holders_with_overarching(sources: Sources) -> float:
    """Return the share of holders with a project in any of the themes of section 4.1."""
    return _holders_with(sources, NAMED_IN_4_1, each=False)


@rederives(
    "themes.development.all_holders.letter",
    tables=HOLDERS,
    source="table 4",
    en="the share of holders with projects on each of technology, new ways of working and "
    "retaining professionals",
    nl="het aandeel concessiehouders met projecten over zowel technologie als anders werken als "
    "behoud van professionals",
)
def holders_with_each_development(sources: Sources) -> float:
    """Return the share of holders with a project in each of the three themes that the letter names."""
    return _holders_with(sources, DEVELOPING, each=True)


@rederives(
    "themes.development.all_holders.letter",
    reading="alternative",
    tables=HOLDERS,
    source="table 4",
    en="the share of holders with a project on at least one of these themes",
    nl="het aandeel concessiehouders met een project over ten minste één van deze thema's",
)
def holders_with_any_development(sources: Sources) -> float:
    """Return the share of holders with a project in any of the three themes that the letter names."""
    return _holders_with(sources, DEVELOPING, each=False)


@rederives(
    "themes.regional_strategy.projects",
    tables=HOLDERS,
    source="table 4",
    en="the number of projects on regional strategy",
    nl="het aantal projecten over regionale strategievorming",
)
def regional_strategy(sources: Sources) -> float:
    """Return the projects on regional strategy."""
    return sources.held(["regional_strategy"])


@rederives(
    "medical_care.projects",
    tables=STARTS,
    source="table 7",
    en="the number of projects on treatment by elderly-care physicians, which holds sustainable medical "
    "care, that started before 2021",
    nl="het aantal projecten over de behandelfunctie, waaronder duurzame medische zorg valt, met aanvang "
    "vóór 2021",
)
def medical_care_started(sources: Sources) -> float:
    """Return the projects on sustainable medical care that had started."""
    return sources.started(["treatment"], ["2018-2019", "2020"])


@rederives(
    "medical_care.projects",
    reading="alternative",
    tables=HOLDERS,
    source="table 4",
    en="the same, with the projects that start in 2021",
    nl="hetzelfde, met de projecten die in 2021 aanvangen",
)
def medical_care(sources: Sources) -> float:
    """Return the projects on sustainable medical care."""
    return sources.held(["treatment"])


@rederives(
    "framework.conditions.nearly_all",
    tables=HOLDERS,
    source="table 4",
    en="the share of projects outside the two headings that share a name with a content theme: "
    "person-centred care, learning and improving",
    nl="het aandeel projecten buiten de twee rubrieken die heten naar een inhoudelijk thema: "
    "persoonsgerichte zorg, leren en verbeteren",
)
def outside_content_themes(sources: Sources) -> float:
    """Return the share of projects that no content theme of the framework covers by name."""
    everything = sources.held()
    return percent(everything - sources.held(["person_centred_care", "learning"]), everything)


@rederives(
    "framework.conditions.nearly_all",
    reading="alternative",
    tables=HOLDERS,
    source="table 4",
    en="the share of projects outside person-centred care alone",
    nl="het aandeel projecten buiten alleen persoonsgerichte zorg",
)
def outside_person_centred_care(sources: Sources) -> float:
    """Return the share of projects that are not on person-centred care."""
    everything = sources.held()
    return percent(everything - sources.held(["person_centred_care"]), everything)
