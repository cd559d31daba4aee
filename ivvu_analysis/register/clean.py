"""From the texts of a register to codes, column by column and on the distinct texts only."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import squeeze
from ivvu_analysis.register import spelling
from ivvu_analysis.register.corrections import Corrections
from ivvu_analysis.register.spelling import Speller
from ivvu_analysis.register.table import Table

MOST_SUGGESTIONS = 1000  # distinct texts in one column; a column with more is not what its heading says
PROJECT_COLUMNS = ("sheet", "row", "id", "title", *(c for c in spelling.CODED if c != "origin"))


def projects(table: Table, rows: np.ndarray, corrections: Corrections) -> pd.DataFrame:
    """Turn rows of a register into codes, and report each cell that is not understood.

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
        One row a project, indexed by its position: `PROJECT_COLUMNS`, `origin`, and `again`, which have the
        number of another. A column that the register lacks has no values at all.
    """
    columns: dict[str, pd.Series] = {name: table.place[name].iloc[rows] for name in ("sheet", "row")}
    numbers, repeated = _numbers(table, rows)
    for column, texts in (("id", numbers), ("title", table.texts("title").iloc[rows])):
        texts = texts.astype(str)
        columns[column] = texts.mask(texts == "")
    for column in spelling.CODED:
        columns[column] = _code(table, rows, column, corrections)
    implied = _holder_of(columns["region"], table.speller)
    given = columns["holder"]
    other = given.notna() & implied.notna() & (implied.astype(object) != given.astype(object))
    at = other.index[other].to_numpy()
    table.note(at, "holder", "holder_disagrees", suggestion=implied[other].astype(object).to_numpy())
    again = columns["id"].notna() & (columns["id"].duplicated(keep=False) if repeated else False)
    return pd.DataFrame({**columns, "holder": given.fillna(implied), "again": again})


def _holder_of(regions: pd.Series, speller: Speller) -> pd.Series:
    """Return the concession holder of each region; none where the region is not known."""
    within = {level.code: level.within for level in speller.scale("region")}
    holders = pd.CategoricalDtype(list(speller.scale("holder").codes))
    return regions.map(within).astype(holders)


def _code(table: Table, rows: np.ndarray, column: str, corrections: Corrections) -> pd.Series:
    cells, speller = table.texts(column).iloc[rows], table.speller
    at, texts = cells.cat.codes.to_numpy(), cells.cat.categories.to_list()
    used = np.bincount(at, minlength=len(texts)) * (column in table.cells)
    readings = [
        speller.read(column, corrections.apply(column, text)) if met else spelling.Reading("")
        for text, met in zip(texts, used, strict=True)
    ]
    faulty = [number for number, reading in enumerate(readings) if reading.problem]
    if faulty:
        suggestions, problems = np.full((2, len(texts)), "", dtype=object)
        for number in faulty:
            problems[number] = readings[number].problem
        for number in faulty[:MOST_SUGGESTIONS]:
            suggestions[number] = speller.suggest(column, texts[number])
        hit = np.isin(at, faulty)
        table.note(rows[hit], column, problems[at[hit]], suggestion=suggestions[at[hit]])
    codes = [reading.code or None for reading in readings]
    known = _categories(filter(None, codes), column, speller)
    ordered = column == "wave" or speller.scale_of(column).ordered
    dtype = pd.CategoricalDtype(known, ordered)
    numbers = pd.Categorical(codes, dtype=dtype).codes
    return pd.Series(pd.Categorical.from_codes(numbers[at], dtype=dtype), index=cells.index)


def _categories(codes: Iterable[str], column: str, speller: Speller) -> list[str]:
    """Return the codes of a column in order: those of the codebook, waves and later years if they occur."""
    met = set(codes)
    return sorted(met) if column == "wave" else list(speller.scale_of(column).grown(met).codes)


def _numbers(table: Table, rows: np.ndarray) -> tuple[pd.Series, bool]:
    """Return the numbers of projects, and whether some may be the same.

    Numbers that differ only in noughts, capitals or marks are in one writing.
    """
    texts = table.texts("id").iloc[rows].astype(object)
    repeated = bool(table.repeated.any())
    written = texts.unique().tolist() if repeated else texts.tolist()
    alike = len({len(text) for text in written if text}) == 1
    if all(map(re.compile(r"[A-Z]*\d+|" if alike else r"[A-Z]*[1-9]\d*|").fullmatch, written)):
        return texts, repeated
    first: dict[str, str] = {}
    joined = texts.map(
        {text: first.setdefault(_number(text) or text, spelling.tidy(text)) for text in written}
    )
    table.note(rows[joined != texts], "id", "id_joined", "")
    return joined, True


def _number(text: str) -> str:
    """Return what makes a number: 007, 7.0 and 7 are one, P7 and p-7 another."""
    return squeeze(re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"(?<=\d)[.,]0+$", "", spelling.tidy(text))))
