"""The published tables of the Utrecht programme, as frames, and the totals that they must add up to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from ivvu_analysis import published
from ivvu_analysis.errors import DataError, did_you_mean


@dataclass(frozen=True)
class Programme:
    """The tables of the Utrecht programme, one frame for each file of `utrecht/`.

    Text that a source does not give is empty, a number that it does not give is NaN. Every frame names its
    `document` and `section`; codes have their labels in `codes`.
    """

    codes: pd.DataFrame
    projects: pd.DataFrame
    project_counts: pd.DataFrame
    project_results: pd.DataFrame
    factors: pd.DataFrame
    members: pd.DataFrame
    key_figures: pd.DataFrame
    ambitions: pd.DataFrame
    delivery_forms: pd.DataFrame
    administrative_burden: pd.DataFrame
    demand_growth: pd.DataFrame
    gap: pd.DataFrame
    gap_split: pd.DataFrame
    ibs: pd.DataFrame
    innovation_network: pd.DataFrame
    source_notes: pd.DataFrame


def read_programme(folder: Path) -> Programme:
    """Read the tables of the Utrecht programme.

    Parameters
    ----------
    folder
        The folder of published tables, the one that holds `utrecht/` and describes it in `datapackage.json`.

    Raises
    ------
    DataError
        If a table is missing or is not as described.
    """
    names = {field.name: f"utrecht_{field.name}" for field in fields(Programme)}
    tables = published.read(folder, tuple(names.values()))
    return Programme(**{field: tables[resource] for field, resource in names.items()})


def read_knowledge_exchange(folder: Path) -> pd.DataFrame:
    """Read publications, page views and downloads of the progress report's fifth chapter.

    Parameters
    ----------
    folder
        The folder of published tables.

    Raises
    ------
    DataError
        If the table is missing or is not as described.
    """
    return published.read(folder, ("knowledge_exchange",))["knowledge_exchange"]


def number(table: pd.DataFrame, key: str, row: str, column: str) -> float:
    """Return one number of a table, and fail where it is not there.

    Parameters
    ----------
    table
        A frame of `Programme`.
    key, row
        The column that identifies rows and the code looked for in it.
    column
        The column of numbers.

    Raises
    ------
    DataError
        If there is not exactly one such row or its number is empty.
    """
    found = table.loc[table[key] == row, column]
    if len(found) != 1 or found.isna().any():
        raise DataError(
            f"No single number '{column}' for '{row}' in the published tables ({len(found)} rows).",
            "Restore the row; the computation that asked for it cannot do without.",
        )
    return float(found.iloc[0])


def labels(programme: Programme, scheme: str, language: str) -> dict[str, str]:
    """Return the labels of one list of codes, in the order of the list.

    Parameters
    ----------
    programme
        The tables.
    scheme
        The list, such as `factor_category` or `baseline`.
    language
        `en` or `nl`.

    Raises
    ------
    DataError
        If there is no such list.
    """
    listed = programme.codes[programme.codes["scheme"] == scheme]
    if listed.empty:
        raise DataError(
            f"There is no list of codes '{scheme}'.", did_you_mean(scheme, programme.codes["scheme"])
        )
    return dict(zip(listed["code"], listed[f"label_{language}"], strict=True))


def subject_labels(programme: Programme, language: str) -> dict[str, str]:
    """Return the labels of everything that a reported factor can be about.

    Projects of action lines 1 and 2, themes of action line 3, that line as a whole, and the programme of
    2022.
    """
    themes = programme.project_counts[programme.project_counts["theme"] != "all"]
    column = f"label_{language}"
    return {
        **dict(zip(programme.projects["project"], programme.projects[column], strict=True)),
        **dict(zip(themes["theme"], themes[column], strict=True)),
        **labels(programme, "action_line", language),
        **labels(programme, "programme", language),
    }


def totals(programme: Programme) -> pd.DataFrame:
    """Hold the totals that the sources print against the sums of their parts.

    Returns
    -------
    DataFrame
        `check, check_nl, table, expected, found, holds`, one row for each total, as `published.prove` gives
        them.

    Raises
    ------
    DataError
        If a printed total is not in the tables.
    """
    counts, forms, ibs = programme.project_counts, programme.delivery_forms, programme.ibs
    themes = counts.loc[counts["theme"] != "all", "projects"]
    declared = ibs.loc[(ibs["measure"] == "declarations") & (ibs["source"] != "all"), "number"]
    members = number(programme.key_figures, "figure", "members", "value")
    rows = [
        ("members", "leden", "members", members, len(programme.members)),
        (
            "projects of action line 3",
            "projecten van actielijn 3",
            "project_counts",
            number(counts, "theme", "all", "projects"),
            themes.sum(skipna=False),
        ),
        (
            "declarations",
            "verklaringen",
            "ibs",
            number(ibs, "source", "all", "number"),
            declared.sum(skipna=False),
        ),
        (
            "parts of the gap",
            "delen van de gap",
            "gap_split",
            100,
            programme.gap_split["share"].sum(skipna=False),
        ),
        *(
            (f"shares of {year}", f"aandelen van {year}", "delivery_forms", 100, shares.sum(skipna=False))
            for year, shares in forms.groupby("year")["share"]
        ),
    ]
    result = pd.DataFrame(rows, columns=["check", "check_nl", "table", "expected", "found"])
    result = result.astype({"expected": float, "found": float})
    return result.assign(holds=result["expected"] == result["found"])
