"""From the texts of a register to codes, and the rules that a project must keep between its columns."""

import re
import unicodedata

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import Scale, squeeze
from ivvu_analysis.register import spelling
from ivvu_analysis.register.corrections import Corrections
from ivvu_analysis.register.table import Table

MOST_SUGGESTIONS = 1000  # distinct texts in one column; a column with more is not what its heading says
PROJECT_COLUMNS = ("sheet", "row", "id", "title", *(c for c in spelling.CODED if c != "origin"))
COMPLETED = ("completed_successful", "completed_unsuccessful")
PLAIN = r"[A-Z]*(?:0|[1-9]\d*)"  # a number with nothing in it that another may leave out
# What makes no difference: noughts after a point, marks that do not part figures, noughts in front.
ALIKE = {
    r"(?<=\d)[.,]0+$": "",
    r"(?<=\d)(?:[^\w\n]|_)+(?=\d)": "+",
    r"(?<!\d)0+(?=\d)": "",
    r"[^\w+\n]|_": "",
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
    numbers, repeated = _numbers(table, rows)
    for column, texts in (("id", numbers), ("title", table.texts("title").iloc[rows].astype(object))):
        columns[column] = texts.where(texts.astype(bool)).astype("str")
    for column in spelling.CODED:
        columns[column] = _code(table, rows, column, corrections)
    # Where the register names no concession holder, it follows from the region.
    within = {level.code: level.within for level in table.speller.scale("region")}
    regions, given = columns["region"].cat, columns["holder"].array
    holders = given.categories.get_indexer([within[code] for code in regions.categories])
    implied = np.append(holders, -1)[regions.codes]
    other = np.flatnonzero((given.codes >= 0) & (implied >= 0) & (implied != given.codes))
    table.note(rows[other], "holder", "holder_disagrees", suggestion=given.categories[implied[other]])
    holders = np.where(given.codes >= 0, given.codes, implied)
    columns["holder"] = pd.Series(pd.Categorical.from_codes(holders, dtype=given.dtype), columns["row"].index)
    return _checked(pd.DataFrame(columns), table, repeated)


def _code(table: Table, rows: np.ndarray, column: str, corrections: Corrections) -> pd.Series:
    """Return a column in codes, in the order of the codebook, waves and later years if they occur."""
    cells, speller = table.texts(column).iloc[rows], table.speller
    at, texts = cells.cat.codes.to_numpy(np.intp), cells.cat.categories.to_list()
    met = np.bincount(at, minlength=len(texts)) * (column in table.cells)
    readings = [
        speller.read(column, corrections.apply(column, text)) if used else spelling.Reading("")
        for text, used in zip(texts, met, strict=True)
    ]
    read = pd.DataFrame(readings, columns=["code", "problem"], dtype=object)
    faulty = (read["problem"] != "").to_numpy()
    meant = {n: speller.suggest(column, texts[n]) for n in np.flatnonzero(faulty)[:MOST_SUGGESTIONS]}
    hit = faulty[at]
    found = read.assign(meant=pd.Series(meant, dtype=object)).fillna("").iloc[at[hit]]
    table.note(rows[hit], column, found["problem"].array, suggestion=found["meant"].array)
    met_codes = sorted(set(read["code"]) - {""})
    known = met_codes if column == "wave" else speller.scale_of(column).grown(met_codes).codes
    dtype = pd.CategoricalDtype(known, ordered=column == "wave" or speller.scale_of(column).ordered)
    return pd.Series(pd.Categorical(read["code"].replace("", None), dtype=dtype)[at], index=cells.index)


def _numbers(table: Table, rows: np.ndarray) -> tuple[pd.Series, bool]:
    """Return the numbers of projects, and whether some may be the same.

    Numbers that differ only in noughts, capitals or marks are in one writing.
    """
    texts = table.texts("id").iloc[rows].astype(object)
    repeated = bool(table.repeated.any())
    written = texts.unique().tolist() if repeated else texts.tolist()
    # Where all are shaped alike, figures and capitals being in the same places, none can be another's.
    shape = re.escape(next(filter(None, written), ""))
    shape = re.sub("[A-Z]", "[A-Z]", re.sub(r"\d", r"\\d", shape))
    lines = "\n".join([*written, ""])
    if any(re.fullmatch(rf"(?:(?:{number})?+\n)*+", lines) for number in (shape, PLAIN)):
        return texts, repeated
    tidied = [spelling.tidy(text) for text in written]
    keys = _alike(tidied)
    if tidied == written and len(set(keys)) == len(keys):  # each is another, as it stands
        return texts, repeated
    first: dict[str, str] = {}
    keyed = zip(written, keys, tidied, strict=True)
    kinds = {text: first.setdefault(key or text, plain) for text, key, plain in keyed}
    joined = texts.map(kinds)
    table.note(rows[joined != texts], "id", "id_joined", "")
    return joined, True


def _alike(numbers: list[str]) -> list[str]:
    """Return what makes each number: 007, 7.0 and 7 are one, P7 and p-7 another, and 1.23 is not 12.3."""
    lines = unicodedata.normalize("NFKD", "\n".join(numbers)).casefold()
    for pattern, instead in ALIKE.items():
        lines = re.sub(pattern, instead, lines, flags=re.MULTILINE)
    return lines.split("\n")


def _checked(projects: pd.DataFrame, table: Table, repeated: bool) -> pd.DataFrame:
    """Report the projects that break a rule; return them so that no two are taken for one."""
    number, status, start, wave = (projects[column] for column in ("id", "status", "start", "wave"))
    missing = number.isna()
    again = ~missing & (number.duplicated(keep=False) if repeated else False)
    # An edition that does not record the start at all is not faulted row by row.
    recorded = wave.isin(wave[start.notna()].unique())
    first, now = (
        codes.map(lambda code: float(code[:4]), na_action="ignore").astype(float) for codes in (start, wave)
    )
    twice = again.to_numpy(copy=True)
    twice[twice] = projects.loc[again, ["wave", "id"]].duplicated(keep=False)
    broken = {
        ("region", "region_absent"): _absent(projects, table.speller.scale("region")),
        ("id", "id_missing"): missing & (not missing.all()),
        ("id", "id_repeated"): twice,
        ("id", "id_reused"): again & number.isin(_reused(projects[again])),
        ("sharing", "not_started_with_result"): (status == "not_started") & (projects["sharing"] == "yes"),
        ("start", "completed_without_start"): status.isin(COMPLETED) & start.isna() & recorded,
        ("start", "begun_before_start"): status.isin(("running", *COMPLETED)) & (first > now),
    }
    for (column, problem), rows in broken.items():
        table.note(projects.index[rows].to_numpy(), column, problem)
    if not (other := broken["id", "id_reused"]).any():
        return projects
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
    titles = repeated[["id", "title"]].dropna()
    several = titles.loc[titles["title"] != titles.groupby("id")["title"].transform("first"), "id"]
    some = repeated.loc[repeated["id"].isin(several), ["id", "wave", *about]].astype(object)
    some["title"] = some["title"].map(squeeze, na_action="ignore")
    groups = some.groupby("id")
    kinds, known = groups[["wave", *about]].nunique(), groups[about].count()
    # Every row must differ from every other in whatever is known of it, the title among it.
    unlike = (kinds[about] == known).all(axis=1) & (kinds["title"] > 1)
    return kinds.index[unlike & (kinds["wave"] > 1) & (kinds[["region", "theme"]] > 1).any(axis=1)]
