"""From the texts of a register to codes, column by column and on the distinct texts only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import WAVES, scale
from ivvu_analysis.register import spelling
from ivvu_analysis.register.corrections import Corrections
from ivvu_analysis.register.sheet import RawSheet

ISSUE_COLUMNS = ("row", "column", "value", "problem", "suggestion", "severity")
MOST_SUGGESTIONS = 1000  # distinct texts in one column; a column with more is not what its heading says

FREE_TEXT = ("id", "title")
PROJECT_COLUMNS = ("row", *FREE_TEXT, *(column for column in spelling.CODED if column != "origin"))


@dataclass(frozen=True)
class Coded:
    """One column of codes, and the issues that its texts gave.

    Parameters
    ----------
    codes
        One code a row, categorical in the order of the codebook.
    issues
        One row a cell that was not understood, with the columns `ISSUE_COLUMNS`.
    """

    codes: pd.Series
    issues: pd.DataFrame


def projects(raw: RawSheet, corrections: Corrections) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn every row of a register into codes.

    Parameters
    ----------
    raw
        The texts.
    corrections
        The replacements that a person has accepted.

    Returns
    -------
    projects : DataFrame
        One row a row of the register, indexed by its number in the spreadsheet: `PROJECT_COLUMNS`
        and `origin`. A column that the register lacks has no values at all.
    issues : DataFrame
        One row a cell that was not understood: `ISSUE_COLUMNS`.
    """
    positions = raw.columns.positions
    columns: dict[str, pd.Series] = {"row": pd.Series(raw.cells.index, index=raw.cells.index, dtype="int64")}
    issues = [no_issues()]
    for column in (*FREE_TEXT, *spelling.CODED):
        if column not in positions or (column == "wave" and (raw.cells[positions[column]] == "").all()):
            columns[column] = _absent(column, raw)
        elif column in FREE_TEXT:
            texts = raw.cells[positions[column]].astype(str)
            columns[column] = texts.mask(texts == "")
        else:
            coded = _code(raw.cells[positions[column]], column, corrections)
            columns[column] = coded.codes
            issues.append(coded.issues)
    columns["holder"] = columns["holder"].fillna(holder_of(columns["region"]))
    return pd.DataFrame(columns), pd.concat(issues)


def no_issues() -> pd.DataFrame:
    """Return an empty frame of issues."""
    return issues_of(pd.Index([], dtype="int64"), "", "", "")


def issues_of(
    rows: pd.Index,
    column: str,
    values: object,
    problem: object,
    suggestion: object = "",
    severity: str = "error",
) -> pd.DataFrame:
    """Return one issue for each of `rows`: `ISSUE_COLUMNS`."""
    frame = pd.DataFrame(
        {
            "row": rows.astype("int64"),
            "column": column,
            "value": values,
            "problem": problem,
            "suggestion": suggestion,
            "severity": severity,
        },
        columns=list(ISSUE_COLUMNS),
        index=pd.RangeIndex(len(rows)),
    )
    return frame.astype(dict.fromkeys(ISSUE_COLUMNS[1:], str))


def _absent(column: str, raw: RawSheet) -> pd.Series:
    rows = len(raw.cells)
    if column in FREE_TEXT:
        return pd.Series([np.nan] * rows, index=raw.cells.index, dtype=str)
    if column == "wave":  # without the column, every project is of the latest edition
        return pd.Series(
            pd.Categorical.from_codes([0] * rows, WAVES[-1:], ordered=True), index=raw.cells.index
        )
    known = spelling.scale_of(column)
    codes = pd.Categorical.from_codes([-1] * rows, known.codes, ordered=known.ordered)
    return pd.Series(codes, index=raw.cells.index)


def _code(cells: pd.Series, column: str, corrections: Corrections) -> Coded:
    texts, at = list(cells.cat.categories), cells.cat.codes.to_numpy()
    readings = [spelling.read(column, corrections.apply(column, text)) for text in texts]
    if column == "wave":
        categories, ordered = sorted({reading.code for reading in readings if reading.code}), True
    else:
        known = spelling.scale_of(column)
        categories, ordered = list(known.codes), known.ordered
    position = {code: number for number, code in enumerate(categories)}
    numbers = np.array([position.get(reading.code, -1) for reading in readings], dtype="int64")
    codes = pd.Categorical.from_codes(numbers[at], categories, ordered=ordered)
    return Coded(pd.Series(codes, index=cells.index), _issues(cells, column, texts, readings, at))


def _issues(
    cells: pd.Series, column: str, texts: list[str], readings: list[spelling.Reading], at: np.ndarray
) -> pd.DataFrame:
    faulty = [number for number, reading in enumerate(readings) if reading.problem]
    if not faulty:
        return no_issues()
    suggestions = np.full(len(texts), "", dtype=object)
    for number in faulty[:MOST_SUGGESTIONS]:
        suggestions[number] = readings[number].suggestion or spelling.suggest(column, texts[number])
    problems = np.array([reading.problem for reading in readings], dtype=object)
    hit = np.isin(at, faulty)
    found = at[hit]
    return issues_of(
        cells.index[hit], column, np.array(texts, dtype=object)[found], problems[found], suggestions[found]
    )


def holder_of(regions: pd.Series) -> pd.Series:
    """Return the concession holder of each region; none where the region is not known."""
    holders = scale("holder").codes
    of_region = np.array([*(holders.index(level.within) for level in scale("region")), -1])
    implied = pd.Categorical.from_codes(of_region[regions.cat.codes.to_numpy()], list(holders))
    return pd.Series(implied, index=regions.index)
