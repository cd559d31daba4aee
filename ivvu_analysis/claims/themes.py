"""What projects are about, and how that shifts: themes by start (table 7)."""

from __future__ import annotations

from collections.abc import Sequence

from ivvu_analysis.claims.registry import Rederivations
from ivvu_analysis.claims.sources import Sources, percent

rederives = Rederivations()

STARTS = ("theme_by_start",)

NEW = ("2020", "2021")
EARLY = ("2018-2019",)

# The sets of themes that the report itself names, each in another place.
NAMED_IN_LETTER = ("treatment", "chain_cooperation", "regional_strategy")
NAMED_IN_4_1 = ("technology", "chain_cooperation", "regional_strategy", "treatment")
NAMED_IN_4_2 = ("treatment", "person_centred_care", "regional_strategy", "chain_cooperation", "technology")
DEVELOPING = ("technology", "new_ways_of_working", "retention")

GAIN = {
    "en": "the share of the heading '{theme}' among projects started in 2020 or 2021, less its share among "
    "projects started in 2018 or 2019",
    "nl": "het aandeel van de rubriek '{theme}' onder projecten met aanvang in 2020 of 2021, min dat onder "
    "projecten met aanvang in 2018 of 2019",
}


def _share(sources: Sources, themes: Sequence[str], starts: Sequence[str]) -> float:
    return percent(sources.started(themes, starts), sources.started(starts=starts))


def _gain(sources: Sources, themes: Sequence[str]) -> float:
    return _share(sources, themes, NEW) - _share(sources, themes, EARLY)


@rederives(
    "themes.strategic_share.new",
    tables=STARTS,
    source="table 7",
    en="the share of the projects started in 2020 or 2021 in the five themes named in section 4.2",
    nl="het aandeel van de projecten met aanvang in 2020 of 2021 in de vijf thema's die paragraaf 4.2 noemt",
)
@rederives(
    "themes.strategic_share.new.letter",
    reading="alternative",
    tables=STARTS,
    source="table 7",
    en="the same share in the five themes named in section 4.2, which add person-centred care and technology",
    nl="hetzelfde aandeel in de vijf thema's die paragraaf 4.2 noemt, dus ook persoonsgerichte "
    "zorg en technologie",
)
def strategic_share_of_new(sources: Sources) -> float:
    """Return the share of new projects in the themes that section 4.2 names."""
    return _share(sources, NAMED_IN_4_2, NEW)


@rederives(
    "themes.strategic_share.new.letter",
    tables=STARTS,
    source="table 7",
    en="the share of the projects started in 2020 or 2021 in the three themes that the letter names",
    nl="het aandeel van de projecten met aanvang in 2020 of 2021 in de drie thema's die de brief noemt",
)
def strategic_share_as_in_letter(sources: Sources) -> float:
    """Return the share of new projects in the themes that the letter names."""
    return _share(sources, NAMED_IN_LETTER, NEW)


@rederives(
    "themes.strategic_share.growing",
    tables=STARTS,
    source="table 7",
    en="the share of the five themes of section 4.2 among projects started in 2020 or 2021, less "
    "that among projects started in 2018 or 2019",
    nl="het aandeel van de vijf thema's van paragraaf 4.2 onder projecten met aanvang in 2020 of "
    "2021, min dat onder projecten met aanvang in 2018 of 2019",
)
def strategic_gain(sources: Sources) -> float:
    """Return what the themes of section 4.2 gained among new projects."""
    return _gain(sources, NAMED_IN_4_2)


@rederives(
    "themes.overarching.growing",
    tables=STARTS,
    source="table 7",
    en="the share of the four themes of section 4.1 among projects started in 2020 or 2021, less "
    "that among projects started in 2018 or 2019",
    nl="het aandeel van de vier thema's van paragraaf 4.1 onder projecten met aanvang in 2020 of "
    "2021, min dat onder projecten met aanvang in 2018 of 2019",
)
def overarching_gain(sources: Sources) -> float:
    """Return what the themes of section 4.1 gained among new projects."""
    return _gain(sources, NAMED_IN_4_1)


@rederives(
    "themes.{theme}.growing",
    tables=STARTS,
    source="table 7",
    en=GAIN["en"],
    nl=GAIN["nl"],
    for_each={"theme": (*DEVELOPING, "chain_cooperation")},
)
@rederives(
    "themes.{theme}.growing.letter",
    tables=STARTS,
    source="table 7",
    en=GAIN["en"],
    nl=GAIN["nl"],
    for_each={"theme": DEVELOPING},
)
def theme_gain(sources: Sources, theme: str) -> float:
    """Return what one theme gained among new projects."""
    return _gain(sources, [theme])


@rederives(
    "themes.technology.growing",
    "themes.technology.growing.letter",
    reading="alternative",
    unit="projects",
    tables=("project_counts",),
    source="table 12",
    en="the rise in the number of technology projects, not in their share, from March to October 2020",
    nl="de stijging van het aantal technologieprojecten, niet van hun aandeel, van maart tot oktober 2020",
)
def technology_projects_added(sources: Sources) -> float:
    """Return how many technology projects there were more in October than in March."""
    return sources.projects("impact", "2020-10", group="technology") - sources.projects(
        "impact", "2020-03", group="technology"
    )


@rederives(
    "themes.first_plans.inflow",
    tables=STARTS,
    source="table 7",
    en="the share of the projects started in 2018 or 2019 about recruiting, or about training and work with "
    "schools",
    nl="het aandeel van de projecten met aanvang in 2018 of 2019 over aantrekken, of over opleiden en "
    "samenwerking met onderwijs",
)
def early_inflow(sources: Sources) -> float:
    """Return the share of early projects on the inflow of staff."""
    return _share(sources, ["education", "recruitment"], EARLY)


@rederives(
    "themes.first_plans.inflow",
    reading="alternative",
    tables=STARTS,
    source="table 7",
    en="the same, with retaining professionals",
    nl="hetzelfde, met behoud van professionals",
)
def early_staffing(sources: Sources) -> float:
    """Return the share of early projects on staff in the widest sense."""
    return _share(sources, ["education", "recruitment", "retention"], EARLY)
