"""How many regions there are, which have an example project, and how the report itself is put together."""

from __future__ import annotations

from ivvu_analysis.claims.registry import Rederivations
from ivvu_analysis.claims.sources import Sources, percent
from ivvu_analysis.claims.themes import EARLY, NEW, STARTS
from ivvu_analysis.codebook import DIMENSIONS, MEASURES, scale

rederives = Rederivations()

CLAIMS = ("claims",)


def _care_office_regions(sources: Sources) -> dict[str, str]:
    """Return the care-office region of each region: the one it is a part of, or itself."""
    table = sources.rows("regions").set_index("region")["parent"]
    return {region: table[region] or region for region in sources.regions()}


@rederives(
    "regions.total",
    "regions.more_than_care_office_regions",
    tables=("regions",),
    source="appendix 1",
    en="the number of regions listed",
    nl="het aantal regio's in de lijst",
)
def regions_listed(sources: Sources) -> float:
    """Return the number of (sub)regions."""
    return len(sources.regions())


@rederives(
    "regions.supported",
    "regions.supported.appendix",
    tables=("regions",),
    source="appendix 1",
    en="the number of care-office regions listed, subregions counted with the region they belong to",
    nl="het aantal zorgkantoorregio's in de lijst, subregio's geteld bij de regio waar ze bij horen",
)
def care_office_regions_listed(sources: Sources) -> float:
    """Return the number of care-office regions."""
    return len(set(_care_office_regions(sources).values()))


@rederives(
    "regions.care_office_regions",
    "regions.care_office_regions.appendix",
    tables=("regions", "claims"),
    source="appendix 1 and chapter 1",
    en="the care-office regions listed, and the one that is left out of the tables",
    nl="de zorgkantoorregio's in de lijst, en de ene die buiten de tabellen blijft",
)
def care_office_regions_with_the_one_left_out(sources: Sources) -> float:
    """Return the care-office regions of the whole country."""
    return care_office_regions_listed(sources) + sources.claimed("regions.dsw_left_out")


@rederives(
    "examples.all_regions",
    tables=("regions", "example_projects"),
    source="appendices 1 and 2",
    en="the share of care-office regions with an example project, in any subregion",
    nl="het aandeel zorgkantoorregio's met een voorbeeldproject, in welke subregio ook",
)
def care_office_regions_with_example(sources: Sources) -> float:
    """Return the share of care-office regions that appendix 2 has an example of."""
    region_of = _care_office_regions(sources)
    shown = {region_of[region] for region in sources.rows("example_projects")["region"]}
    return percent(len(shown), len(set(region_of.values())))


@rederives(
    "examples.all_regions",
    reading="alternative",
    tables=("regions", "example_projects"),
    source="appendices 1 and 2",
    en="the share of the regions and subregions with an example project of their own",
    nl="het aandeel regio's en subregio's met een eigen voorbeeldproject",
)
def regions_with_example(sources: Sources) -> float:
    """Return the share of (sub)regions that appendix 2 has an example of."""
    shown = set(sources.rows("example_projects")["region"])
    return percent(len(shown), len(sources.regions()))


@rederives(
    "start.new.count",
    tables=STARTS,
    source="table 7",
    en="the number of projects that start in 2020 or 2021",
    nl="het aantal projecten met aanvang in 2020 of 2021",
)
def new_projects(sources: Sources) -> float:
    """Return the projects that start after 2019."""
    return sources.started(starts=NEW)


@rederives(
    "start.many_2018_2019",
    tables=STARTS,
    source="table 7",
    en="the share of projects started in 2018 or 2019",
    nl="het aandeel projecten met aanvang in 2018 of 2019",
)
def early_share(sources: Sources) -> float:
    """Return the share of projects that started before 2020."""
    return percent(sources.started(starts=EARLY), sources.started())


def _years_of_start(sources: Sources) -> list[int]:
    used = [start for start in scale("start").codes if sources.started(starts=[start]) > 0]
    return [int(year) for start in used for year in start.split("-")]


@rederives(
    "start.first_plans",
    tables=STARTS,
    source="table 7",
    en="the first year in which projects start",
    nl="het eerste jaar waarin projecten aanvangen",
)
def first_year(sources: Sources) -> float:
    """Return the earliest year of start."""
    return min(_years_of_start(sources))


@rederives(
    "start.new.last_year",
    tables=STARTS,
    source="table 7",
    en="the last year in which projects start (the text lacks a digit)",
    nl="het laatste jaar waarin projecten aanvangen (in de tekst ontbreekt een cijfer)",
)
def last_year(sources: Sources) -> float:
    """Return the latest year of start."""
    return max(_years_of_start(sources))


def _latest_month(sources: Sources) -> float:
    return int(max(sources.rows("project_counts")["wave"]).split("-")[1])


@rederives(
    "projects.reference_month",
    "projects.included_until",
    tables=("project_counts",),
    source="tables 5, 6, 8, 10, 11 and 12",
    en="the month of the last column",
    nl="de maand van de laatste kolom",
)
def reference_month(sources: Sources) -> float:
    """Return the month that the tables give for the latest count."""
    return _latest_month(sources)


@rederives(
    "projects.reference_month",
    reading="alternative",
    tables=("project_counts",),
    source="tables 5, 6, 8, 10, 11 and 12",
    en="the month whose first day closes the last column",
    nl="de maand waarvan de eerste dag de laatste kolom afsluit",
)
def month_after(sources: Sources) -> float:
    """Return the month after the latest count."""
    return _latest_month(sources) % 12 + 1


@rederives(
    "report.editions_per_year",
    tables=("phase_counts",),
    source="tables 1 to 3",
    en="the number of columns for each year, in the year with the fewest",
    nl="het aantal kolommen per jaar, in het jaar met de minste",
)
def waves_per_year(sources: Sources) -> float:
    """Return the fewest waves of any year."""
    years = [wave.split("-")[0] for wave in set(sources.rows("phase_counts")["wave"])]
    return min(years.count(year) for year in set(years))


@rederives(
    "report.tables",
    tables=("phase_counts", "theme_by_holder", "theme_by_start", "project_counts"),
    source="tables 1 to 12",
    en="the number of tables in the report (none has the number 9)",
    nl="het aantal tabellen in de rapportage (nummer 9 ontbreekt)",
)
def tables_printed(sources: Sources) -> float:
    """Return the number of tables: three ladders, two of themes, one a measure and one on technology."""
    ladders = set(sources.rows("phase_counts")["dimension"]) & set(DIMENSIONS)
    counts = sources.rows("project_counts")
    measures = set(counts.loc[counts["group"] == "all", "measure"]) & set(MEASURES)
    themes = [sources.held() > 0, sources.started() > 0]
    return len(ladders) + len(measures) + sum(themes) + bool((counts["group"] == "technology").any())


@rederives(
    "report.technology_chapter",
    tables=CLAIMS,
    source="chapters 3 and 4",
    en="the chapter of the section just before",
    nl="het hoofdstuk van de paragraaf direct ervoor",
)
def chapter_before(sources: Sources) -> float:
    """Return the chapter that the preceding section stands in."""
    claims = sources.rows("claims")
    here = claims.index[claims["claim"] == "report.technology_chapter"][0]
    return int(claims["section"][here - 1].split(".")[0])


@rederives(
    "framework.themes",
    tables=CLAIMS,
    source="chapter 3",
    en="the themes on content and the themes on conditions together",
    nl="de inhoudelijke en de randvoorwaardelijke thema's samen",
)
def themes_of_framework(sources: Sources) -> float:
    """Return the sum of the two groups of themes."""
    return sources.claimed("framework.themes.content") + sources.claimed("framework.themes.conditions")
