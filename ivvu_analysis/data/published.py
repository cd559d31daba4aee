"""The published tables: read as their data package describes them, and held against what they print.

What does not add up in the original is a finding to report, not a crash: the tables stay as printed.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ivvu_analysis.codebook import LANGUAGES, Codebook, Language, standard
from ivvu_analysis.data.references import PRINTED
from ivvu_analysis.errors import DataError, did_you_mean

DATA_VARIABLE = "IVVU_DATA"  # where the data is when the package runs away from its own checkout

RESTORE = "Restore data/published from the repository."
AS_PRINTED = "Fill in what the source gives: numbers with a point and no other signs, a zero as 0."

Tables = dict[str, pd.DataFrame]
TABLE_OF = {about: table for table, about in PRINTED.items()}  # of a measure or ladder

Check = tuple[Any, ...]


def data_folder() -> Path:
    """Return the folder that holds `published/` and `register/`.

    Examples
    --------
    >>> sorted(path.name for path in data_folder().iterdir() if path.is_dir())
    ['published', 'register']
    """
    package = Path(__file__).parents[1]
    checkout = package.parent / "data"
    ours = checkout if (checkout / "published").is_dir() else package / "_suite" / "data"  # in a wheel
    return Path(os.environ.get(DATA_VARIABLE, ours))


def folder() -> Path:
    """Return the folder of the published tables.

    Examples
    --------
    >>> folder().name
    'published'
    """
    return data_folder() / "published"


def describe(source: Path | None = None) -> dict[str, Any]:
    """Return the data package that describes the published tables.

    Raises
    ------
    DataError
        If there is no readable `datapackage.json` in the folder.

    Examples
    --------
    >>> describe()["documents"]["mta_utrecht_2024"]["en"]
    'Multi-year transformation agenda Utrecht, 2024'
    """
    path = (source or folder()) / "datapackage.json"
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError) as error:
        problem = f"The description of the published data, {path}, cannot be read: {error}."
        raise DataError(problem, RESTORE) from None


def read(source: Path | None = None, names: tuple[str, ...] | None = None) -> Tables:
    """Read the published tables, each checked against its description.

    Parameters
    ----------
    source
        The folder to read from, by default `data/published`.
    names
        The resources to read, by default all of them.

    Returns
    -------
    dict of str to DataFrame
        One frame a resource, with the columns and types that `datapackage.json` gives.

    Raises
    ------
    DataError
        If a file is missing or is not as described.

    Examples
    --------
    >>> read(names=("regions",))["regions"]["region"].iloc[0]
    'zeeland'
    """
    source = source or folder()
    resources = {resource["name"]: resource for resource in describe(source)["resources"]}
    return {name: _read_resource(source, resources[name]) for name in names or tuple(resources)}


def _read_resource(source: Path, resource: Mapping[str, Any]) -> pd.DataFrame:
    path, fields = source / resource["path"], resource["schema"]["fields"]
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DataError(f"The published table {path} cannot be read: {error}.", RESTORE) from None
    expected = [field["name"] for field in fields]
    if list(table.columns) != expected:
        problem = f"The published table {path} has the columns {', '.join(table.columns)}."
        raise DataError(problem, f"It needs exactly: {', '.join(expected)}.")
    for field in fields:
        name, given, limits = field["name"], table[field["name"]], field.get("constraints", {})
        empty, known, faults = given == "", limits.get("enum", ()), {}
        if limits.get("required"):
            faults["'{name}' is empty."] = empty
        if limits.get("unique"):
            faults["'{text}' in '{name}' is there twice."] = given.duplicated()
        if known:
            faults["'{text}' is no {name}."] = ~given.isin(known)
        if "pattern" in limits:
            faults["'{text}' in '{name}' is not what it should be."] = ~given.str.fullmatch(limits["pattern"])
        if field["type"] in ("integer", "number"):
            figures = pd.to_numeric(given.mask(empty), errors="coerce")
            faults["'{text}' in '{name}' is not a number."] = figures.isna() & ~empty
            whole = field["type"] == "integer" and not figures.isna().any()
            table[name] = figures.astype("int64" if whole else "float64")
        for problem, rows in faults.items():
            for line, text in given[rows].items():
                at, remedy = f"{path}, line {line + 2}", did_you_mean(text, known) if known else AS_PRINTED
                raise DataError(f"{at}: {problem.format(text=text, name=name)}", remedy)
    return table


def utrecht(language: Language = "en") -> Tables:
    """Read the published tables of the Utrecht programme: one frame a file of `utrecht/`, by its name.

    Text that a source does not give is empty, a number that it does not give is NaN. Every frame names its
    `document` and `section`; a `label` is in the language of the reader.

    Raises
    ------
    DataError
        If a table is missing or is not as described.

    Examples
    --------
    >>> utrecht()["members"].shape[0]
    30
    """
    names = [resource["name"] for resource in describe()["resources"]]
    tables = read(names=tuple(name for name in names if name.startswith("utrecht_")))
    own = {f"label_{language}": "label"}
    return {name.removeprefix("utrecht_"): table.rename(columns=own) for name, table in tables.items()}


def findings(checks: Iterable[Check], book: Codebook | None = None) -> pd.DataFrame:
    """Return checks as a frame: `check, check_nl, table, expected, found, holds`.

    Parameters
    ----------
    checks
        Each a code of the scale `check`, the tables that are compared, the two numbers, and what the label of
        that code has places for: texts, or codes as ``(scale, code)``.
    book
        The codebook that has these, by default ours.

    Examples
    --------
    >>> findings([("printed_total", "table 4", 46, 45, "theme=technology")])["check"].item()
    'printed total of theme=technology'
    """
    scale, told = (book or standard()).scale, []
    for check, table, expected, found, *about in checks:
        texts = []
        for language in LANGUAGES:
            words = [scale(x[0]).label(x[1], language) if isinstance(x, tuple) else x for x in about]
            texts.append(scale("check").label(check, language).format(*words))
        told.append((*texts, table, expected, found))
    frame = pd.DataFrame(told, columns=["check", "check_nl", "table", "expected", "found"])
    return frame.assign(holds=frame["expected"] == frame["found"])


def prove(tables: Tables) -> pd.DataFrame:
    """Hold the published tables against their printed totals and against each other.

    Parameters
    ----------
    tables
        The frames of `published.read`.

    Returns
    -------
    DataFrame
        One row a check: `check, check_nl, table, expected, found, holds`; `check` is in English.

    Examples
    --------
    >>> prove(read()).query("not holds")["table"].tolist()
    ['tables 4 and 5']
    """
    return findings([*_printed_totals(tables), *_appendix(tables), *_across_tables(tables)])


def _printed_totals(tables: Tables) -> Iterator[Check]:
    for row in tables["printed_totals"].itertuples():
        cells = tables[row.resource]
        for condition in row.where.split():
            column, values = condition.split("=")
            cells = cells[cells[column].isin(values.split("+"))]
        amount = "regions" if row.resource == "phase_counts" else "projects"
        yield "printed_total", row.table, row.total, int(cells[amount].sum()), row.where or "all"


def _appendix(tables: Tables) -> Iterator[Check]:
    """Count the phases of appendix 1 and compare them with tables 1 to 3."""
    keys = ["dimension", "wave", "phase"]
    regions, waves = tables["region_phases"].value_counts(keys), set(tables["region_phases"]["wave"])
    for row in tables["phase_counts"].itertuples():
        if row.wave in waves:
            found = int(regions.get((row.dimension, row.wave, row.phase), 0))
            about = ("dimension", row.dimension), str(row.phase), row.wave
            yield "phase", f"{TABLE_OF[row.dimension]}, appendix 1", row.regions, found, *about


def _across_tables(tables: Tables) -> Iterator[Check]:
    holders, starts, counts = tables["theme_by_holder"], tables["theme_by_start"], tables["project_counts"]
    by_holder = holders.groupby("theme", sort=False)["projects"].sum()
    by_start = starts.groupby("theme", sort=False)["projects"].sum()
    for theme, total in by_holder.items():
        yield "theme", "tables 4 and 7", total, int(by_start[theme]), ("theme", str(theme))

    latest = counts[counts["wave"] == counts["wave"].max()]
    whole = {"all": int(by_holder.sum()), "technology": int(by_holder["technology"])}
    for (measure, group), found in latest.groupby(["measure", "group"])["projects"].sum().items():
        number = TABLE_OF["technology" if group == "technology" else measure].removeprefix("table ")
        yield f"{group}_by", f"tables 4 and {number}", whole[group], int(found), ("measure", measure)

    not_started = latest.loc[latest["level"] == "not_started", "projects"].sum()
    next_year = starts.loc[starts["start"] == "2021", "projects"].sum()
    yield "not_started", "tables 6 and 7", int(not_started), int(next_year)
