"""What the tables print beside their cells: totals, percentages, and the counts that appendix 1 repeats."""

from __future__ import annotations

from ivvu_analysis.claims.registry import Rederivations
from ivvu_analysis.claims.sources import Sources, percent
from ivvu_analysis.claims.themes import EARLY, NEW, STARTS
from ivvu_analysis.codebook import WAVES, scale

rederives = Rederivations()

THEMES = scale("theme").codes
HOLDERS = scale("holder").codes
PROJECT_WAVES = ("2020-03", "2020-10")

PHASE_TABLES = {1: "agreements", 2: "dynamics", 3: "vision"}
APPENDIX = ("region_phases", "regions")
IN_PHASE = {
    "en": "the number of regions that appendix 1 puts in this phase",
    "nl": "het aantal regio's dat in bijlage 1 in deze fase staat",
}
MEASURE_TABLES = {6: "status", 8: "impact", 10: "sharing", 11: "scalability"}


@rederives(
    "table_{table}.total.{wave}",
    tables=("phase_counts",),
    source="table {table}",
    en="the sum of the column",
    nl="de som van de kolom",
    for_each={"table": tuple(PHASE_TABLES), "wave": WAVES},
)
def phase_column(sources: Sources, table: int, wave: str) -> float:
    """Return the sum of one column of tables 1 to 3."""
    return sources.in_phases(PHASE_TABLES[table], wave)


@rederives(
    "table_1.appendix.phase_{phase}",
    tables=APPENDIX,
    source="appendix 1",
    en=IN_PHASE["en"],
    nl=IN_PHASE["nl"],
    for_each={"dimension": ("agreements",), "phase": range(1, 5)},
)
@rederives(
    "table_2.appendix.phase_{phase}",
    tables=APPENDIX,
    source="appendix 1",
    en=IN_PHASE["en"],
    nl=IN_PHASE["nl"],
    for_each={"dimension": ("dynamics",), "phase": range(1, 5)},
)
@rederives(
    "table_3.appendix.phase_{phase}",
    tables=APPENDIX,
    source="appendix 1",
    en=IN_PHASE["en"],
    nl=IN_PHASE["nl"],
    for_each={"dimension": ("vision",), "phase": range(1, 6)},
)
def regions_in_phase(sources: Sources, dimension: str, phase: int) -> float:
    """Return the regions that appendix 1 puts in one phase."""
    return sum(sources.phase_of(region, dimension) == phase for region in sources.regions())


@rederives(
    "table_4.total.theme.{theme}",
    tables=("theme_by_holder",),
    source="table 4",
    en="the sum of the row '{theme}'",
    nl="de som van de rij '{theme}'",
    for_each={"theme": THEMES},
)
def theme_row(sources: Sources, theme: str) -> float:
    """Return the sum of one row of table 4."""
    return sources.held(themes=[theme])


@rederives(
    "table_4.total.holder.{holder}",
    tables=("theme_by_holder",),
    source="table 4",
    en="the sum of the column '{holder}'",
    nl="de som van de kolom '{holder}'",
    for_each={"holder": HOLDERS},
)
def holder_column(sources: Sources, holder: str) -> float:
    """Return the sum of one column of table 4."""
    return sources.held(holders=[holder])


@rederives(
    "table_4.total.all",
    tables=("theme_by_holder",),
    source="table 4",
    en="the sum of all cells",
    nl="de som van alle cellen",
)
def theme_by_holder_total(sources: Sources) -> float:
    """Return the sum of table 4."""
    return sources.held()


@rederives(
    "table_{table}.total.{wave}",
    tables=("project_counts",),
    source="table {table}",
    en="the sum of the column",
    nl="de som van de kolom",
    for_each={"table": tuple(MEASURE_TABLES), "wave": PROJECT_WAVES},
)
def measure_column(sources: Sources, table: int, wave: str) -> float:
    """Return the sum of one column of tables 6, 8, 10 and 11."""
    return sources.projects(MEASURE_TABLES[table], wave)


@rederives(
    "table_12.total.{measure}.{wave}",
    tables=("project_counts",),
    source="table 12",
    en="the sum of this part of the column",
    nl="de som van dit deel van de kolom",
    for_each={"measure": ("impact", "sharing", "scalability"), "wave": PROJECT_WAVES},
)
def technology_column(sources: Sources, measure: str, wave: str) -> float:
    """Return the sum of one part of table 12."""
    return sources.projects(measure, wave, group="technology")


@rederives(
    "table_7.new.{theme}.count",
    tables=STARTS,
    source="table 7",
    en="the sum of the starts in 2020 and 2021 of '{theme}'",
    nl="de som van de aanvang in 2020 en 2021 van '{theme}'",
    for_each={"theme": THEMES},
)
def new_of_theme(sources: Sources, theme: str) -> float:
    """Return the projects of one theme that started in 2020 or 2021."""
    return sources.started([theme], NEW)


@rederives(
    "table_7.new.{theme}.share",
    tables=STARTS,
    source="table 7",
    en="the share of '{theme}' in the projects started in 2020 or 2021",
    nl="het aandeel van '{theme}' in de projecten met aanvang in 2020 of 2021",
    for_each={"theme": THEMES},
)
def new_share_of_theme(sources: Sources, theme: str) -> float:
    """Return the share of one theme among the projects started in 2020 or 2021."""
    return percent(sources.started([theme], NEW), sources.started(starts=NEW))


@rederives(
    "table_7.2018-2019.{theme}.share",
    tables=STARTS,
    source="table 7",
    en="the share of '{theme}' in the projects started in 2018 or 2019",
    nl="het aandeel van '{theme}' in de projecten met aanvang in 2018 of 2019",
    for_each={"theme": THEMES},
)
def early_share_of_theme(sources: Sources, theme: str) -> float:
    """Return the share of one theme among the projects started in 2018 or 2019."""
    return percent(sources.started([theme], EARLY), sources.started(starts=EARLY))


@rederives(
    "table_7.total.{start}",
    tables=STARTS,
    source="table 7",
    en="the sum of the column",
    nl="de som van de kolom",
    for_each={"start": scale("start").codes},
)
def start_column(sources: Sources, start: str) -> float:
    """Return the sum of one column of table 7."""
    return sources.started(starts=[start])


@rederives(
    "table_7.total.new",
    tables=STARTS,
    source="table 7",
    en="the sum of the columns of 2020 and 2021",
    nl="de som van de kolommen van 2020 en 2021",
)
def new_columns(sources: Sources) -> float:
    """Return the sum of two columns of table 7."""
    return sources.started(starts=NEW)


@rederives(
    "table_7.total_share.{column}",
    tables=("claims",),
    source="table 7",
    en="the sum of the printed percentages",
    nl="de som van de afgedrukte percentages",
    for_each={"column": ("new", "2018-2019")},
)
def sum_of_printed_shares(sources: Sources, column: str) -> float:
    """Return what the percentages of one column of table 7 add up to as printed."""
    return sum(sources.claimed(f"table_7.{column}.{theme}.share") for theme in THEMES)


@rederives(
    "table_7.total_share.2018-2019",
    reading="alternative",
    tables=STARTS,
    source="table 7",
    en="the sum of the percentages before rounding",
    nl="de som van de percentages voor afronding",
)
def sum_of_exact_shares(sources: Sources) -> float:
    """Return what the percentages add up to when each is taken from the counts."""
    return sum(early_share_of_theme(sources, theme) for theme in THEMES)
