"""From the texts of a register to codes, and the rules that a project must keep between its columns."""

import re
import unicodedata

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import Scale, squeeze
from ivvu_analysis.register import spelling
from ivvu_analysis.register.corrections import Corrections
from ivvu_analysis.register.spelling import Reading
from ivvu_analysis.register.table import Table

PROJECT_COLUMNS = ("sheet", "row", "id", "title", *(c for c in spelling.CODED if c != "origin"))
COMPLETED = ("completed_successful", "completed_unsuccessful")
# What makes no difference: noughts after a point, marks that do not part figures, noughts in front.
ALIKE = {
    r"(?<=\d)[.,]0+$": "",
    r"(?<=\d)[\W_]+(?=\d)": "+",
    r"(?<!\d)0+(?=\d)": "",
    r"[^\w+]|_": "",
}


def projects(table: Table, rows: np.ndarray, corrections: Corrections) -> pd.DataFrame:
    """Turn rows of a register into codes; report each cell that is not understood or contradicts another.

    Parameters
    ----------
    table
        The texts; what is found is added to it.
    rows
        The positions of the rows that are projects.
    corrections
        The replacements that a person has accepted.

    Returns
    -------
    DataFrame
        One row a project, indexed by its position: `PROJECT_COLUMNS` and `origin`. A column that the register
        lacks has no values at all.
    """
    columns: dict[str, pd.Series] = {name: table.place[name].iloc[rows] for name in ("sheet", "row")}
    for column, texts in (("id", _numbers(table, rows)), ("title", table.texts("title").iloc[rows])):
        columns[column] = texts.where(texts.astype(bool)).astype("str")
    for column in spelling.CODED:
        columns[column] = _code(table, rows, column, corrections)
    # Where the register names no concession holder, it follows from the region.
    implied = columns["region"].astype(object).map({x.code: x.within for x in table.speller.scale("region")})
    given = columns["holder"].astype(object)
    other = (given.notna() & implied.notna() & (given != implied)).to_numpy()
    table.note(rows[other], "holder", "holder_disagrees", suggestion=implied[other].array)
    columns["holder"] = given.fillna(implied).astype(columns["holder"].dtype)
    return _checked(pd.DataFrame(columns), table)


def _code(table: Table, rows: np.ndarray, column: str, corrections: Corrections) -> pd.Series:
    """Return a column in codes, in the order of the codebook, waves and later years if they occur."""
    cells, speller = table.texts(column).iloc[rows], table.speller
    readings = {
        text: speller.read(column, corrections.apply(column, text)) if column in table.cells else Reading("")
        for text in cells.unique()
    }
    read = pd.DataFrame(cells.map(readings).tolist(), cells.index, ["code", "problem"], dtype=object)
    faulty = (read["problem"] != "").to_numpy()
    texts, problems = cells[faulty], read["problem"][faulty].array
    meant = {text: speller.suggest(column, text) for text in texts.unique()}
    table.note(rows[faulty], column, problems, suggestion=[meant.get(text, "") for text in texts])
    met_codes = sorted({reading.code for reading in readings.values()} - {""})
    known = met_codes if column == "wave" else speller.scale_of(column).grown(met_codes).codes
    dtype = pd.CategoricalDtype(known, ordered=column == "wave" or speller.scale_of(column).ordered)
    return read["code"].replace("", None).astype(dtype)


def _numbers(table: Table, rows: np.ndarray) -> pd.Series:
    """Return the numbers of projects; those that differ only in noughts, capitals or marks in one writing."""
    texts = table.texts("id").iloc[rows]
    first: dict[str, str] = {}
    joined = texts.map(
        {text: first.setdefault(_alike(text) or text, spelling.tidy(text)) for text in texts.unique()}
    )
    table.note(rows[joined != texts], "id", "id_joined", "")
    return joined


def _alike(number: str) -> str:
    """Return what makes a number: 007, 7.0 and 7 are one, P7 and p-7 another, and 1.23 is not 12.3."""
    plain = unicodedata.normalize("NFKD", spelling.tidy(number)).casefold()
    for pattern, instead in ALIKE.items():
        plain = re.sub(pattern, instead, plain)
    return plain


def _checked(projects: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Report the projects that break a rule; return them so that no two are taken for one."""
    number, status, start, wave = (projects[column] for column in ("id", "status", "start", "wave"))
    missing = number.isna()
    again = ~missing & number.duplicated(keep=False)
    # An edition that does not record the start at all is not faulted row by row.
    recorded = wave.isin(wave[start.notna()].unique())
    first, now = (
        codes.map(lambda code: float(code[:4]), na_action="ignore").astype(float) for codes in (start, wave)
    )
    broken = {
        ("region", "region_absent"): _absent(projects, table.speller.scale("region")),
        ("id", "id_missing"): missing & (not missing.all()),
        ("id", "id_repeated"): again & projects.duplicated(["wave", "id"], keep=False),
        ("id", "id_reused"): again & number.isin(_reused(projects[again])),
        ("sharing", "not_started_with_result"): (status == "not_started") & (projects["sharing"] == "yes"),
        ("start", "completed_without_start"): status.isin(COMPLETED) & start.isna() & recorded,
        ("start", "begun_before_start"): status.isin(("running", *COMPLETED)) & (first > now),
    }
    for (column, problem), rows in broken.items():
        table.note(projects.index[rows].to_numpy(), column, problem)
    other = broken["id", "id_reused"]  # each is another project at each wave
    return projects.assign(id=number.mask(other, number + " (" + wave.astype(object) + ")"))


def _absent(projects: pd.DataFrame, regions: Scale) -> pd.Series:
    """Return which projects are of a region that there is not at their wave."""
    absent = pd.Series(data=False, index=projects.index)
    for region in regions:
        if region.since or region.until:
            waves = projects.loc[projects["region"] == region.code, "wave"].dropna().astype(str)
            outside = (waves < region.since) | (waves > (region.until or waves))
            absent[waves.index[outside]] = True
    return absent


def _reused(repeated: pd.DataFrame) -> pd.Index:
    """Return the numbers that another project has at another wave: row numbers used as such."""
    about = ["title", "region", "theme"]
    some = repeated[["id", "wave", *about]].astype(object)
    some["title"] = some["title"].map(squeeze, na_action="ignore")
    groups = some.groupby("id")
    kinds, known = groups[["wave", *about]].nunique(), groups[about].count()
    # Every row must differ from every other in whatever is known of it, the title among it.
    unlike = (kinds[about] == known).all(axis=1) & (kinds["title"] > 1)
    return kinds.index[unlike & (kinds["wave"] > 1) & (kinds[["region", "theme"]] > 1).any(axis=1)]
