"""The published tables: read from `data/published` as described in its data package, and proved.

What does not add up in the original is a finding to report, not a crash: the tables stay as printed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import DIMENSIONS, LANGUAGES, MEASURES, scale
from ivvu_analysis.errors import DataError

DATA_VARIABLE = "IVVU_DATA"  # where the data is when the package runs away from its own checkout

TYPES = {"string": str, "integer": "int64", "number": "float64"}

TABLE_OF = {"participation": 5, "status": 6, "impact": 8, "sharing": 10, "scalability": 11}

Tables = dict[str, pd.DataFrame]


def data_folder() -> Path:
    """Return the folder that holds `published/` and `register/`."""
    return Path(os.environ.get(DATA_VARIABLE, Path(__file__).parent.parent / "data"))


def folder() -> Path:
    """Return the folder of the published tables."""
    return data_folder() / "published"


def describe(source: Path | None = None) -> dict[str, Any]:
    """Return the data package that describes the published tables.

    Raises
    ------
    DataError
        If there is no readable `datapackage.json` in the folder.
    """
    path = (source or folder()) / "datapackage.json"
    try:
        package: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise DataError(
            f"The description of the published data, {path}, cannot be read: {error}.",
            "Restore data/published from the repository.",
        ) from None
    return package


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
    """
    source = source or folder()
    resources = {resource["name"]: resource for resource in describe(source)["resources"]}
    return {name: _read_resource(source, resources[name]) for name in names or tuple(resources)}


def _read_resource(source: Path, resource: Mapping[str, Any]) -> pd.DataFrame:
    path = source / resource["path"]
    fields = resource["schema"]["fields"]
    try:
        text = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DataError(
            f"The published table {path} cannot be read: {error}.",
            "Restore data/published from the repository.",
        ) from None
    expected = [field["name"] for field in fields]
    if list(text.columns) != expected:
        raise DataError(
            f"The published table {path} has the columns {', '.join(text.columns)}.",
            f"It needs exactly: {', '.join(expected)}.",
        )
    return pd.DataFrame({field["name"]: _typed(text[field["name"]], field, path) for field in fields})


def _typed(column: pd.Series, field: Mapping[str, Any], path: Path) -> pd.Series:
    required = field.get("constraints", {}).get("required", False)
    empty = column == ""
    if required and empty.any():
        raise DataError(
            f"{path}, line {empty.idxmax() + 2}: '{field['name']}' is empty.",
            "Fill in the figure of the source; a zero is written as 0.",
        )
    if field["type"] not in ("integer", "number"):
        return column
    numbers = pd.to_numeric(column.mask(empty), errors="coerce")
    wrong = numbers.isna() & ~empty
    if wrong.any():
        line = wrong.idxmax()
        raise DataError(
            f"{path}, line {line + 2}: '{column[line]}' in '{field['name']}' is not a number.",
            "Correct the figure; thousands and percentages are written without signs.",
        )
    return numbers.astype(TYPES[field["type"]]) if not empty.any() else numbers.astype("float64")


def prove(tables: Tables) -> pd.DataFrame:
    """Hold the published tables against their printed totals and against each other.

    Parameters
    ----------
    tables
        The frames of `read`.

    Returns
    -------
    DataFrame
        One row a check: `check, check_nl, table, expected, found, holds`; `check` is in English.
    """
    findings = pd.DataFrame(
        [*_printed_totals(tables), *_appendix(tables), *_across_tables(tables)],
        columns=["check", "check_nl", "table", "expected", "found"],
    )
    findings["holds"] = findings["expected"] == findings["found"]
    return findings


Check = tuple[str, str, str, int, int]


def _printed_totals(tables: Tables) -> Iterator[Check]:
    for row in tables["printed_totals"].itertuples():
        cells = tables[row.resource]
        counted = np.ones(len(cells), dtype=bool)
        for condition in row.where.split():
            column, values = condition.split("=")
            counted &= cells[column].isin(values.split("+")).to_numpy()
        amount = "regions" if row.resource == "phase_counts" else "projects"
        found = int(cells[amount].to_numpy()[counted].sum())
        where = row.where or "all"
        yield f"printed total of {where}", f"gedrukt totaal van {where}", row.table, row.total, found


def _appendix(tables: Tables) -> Iterator[Check]:
    """Count the phases of appendix 1 and compare them with tables 1 to 3."""
    regions = tables["region_phases"].groupby(["dimension", "wave", "phase"]).size()
    waves = set(tables["region_phases"]["wave"])
    for row in tables["phase_counts"].itertuples():
        if row.wave in waves:
            table = f"table {DIMENSIONS.index(row.dimension) + 1}, appendix 1"
            found = int(regions.get((row.dimension, row.wave, row.phase), 0))
            english, dutch = (scale("dimension").label(row.dimension, language) for language in LANGUAGES)
            yield (
                f"{english}, phase {row.phase}, {row.wave}",
                f"{dutch}, fase {row.phase}, {row.wave}",
                table,
                row.regions,
                found,
            )


def _across_tables(tables: Tables) -> Iterator[Check]:
    holders, starts, counts = tables["theme_by_holder"], tables["theme_by_start"], tables["project_counts"]
    by_holder = holders.groupby("theme", sort=False)["projects"].sum()
    by_start = starts.groupby("theme", sort=False)["projects"].sum()
    for theme, total in by_holder.items():
        english, dutch = (scale("theme").label(theme, language) for language in LANGUAGES)
        yield (
            f"theme '{english}' by holder and by start",
            f"thema '{dutch}' per houder en naar aanvang",
            "tables 4 and 7",
            total,
            int(by_start[theme]),
        )

    latest = counts[counts["wave"] == counts["wave"].max()]
    totals = latest.groupby(["measure", "group"])["projects"].sum()
    everything, technology = int(by_holder.sum()), int(by_holder["technology"])
    for measure in MEASURES:
        english, dutch = (scale("measure").label(measure, language).lower() for language in LANGUAGES)
        known = int(totals[(measure, "all")])
        table = f"tables 4 and {TABLE_OF[measure]}"
        yield f"all projects by {english}", f"alle projecten naar {dutch}", table, everything, known
        if (measure, "technology") in totals:
            found = int(totals[(measure, "technology")])
            yield (
                f"technology by {english}",
                f"technologie naar {dutch}",
                "tables 4 and 12",
                technology,
                found,
            )

    not_started = latest.query("measure == 'status' and level == 'not_started'")["projects"].sum()
    starts_2021 = int(starts.loc[starts["start"] == "2021", "projects"].sum())
    yield (
        "projects not started yet are those that start in 2021",
        "nog niet gestarte projecten zijn die met aanvang in 2021",
        "tables 6 and 7",
        int(not_started),
        starts_2021,
    )
