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
from ivvu_analysis.register.workbook import mapped

MOST_SUGGESTIONS = 1000  # distinct texts in one column; a column with more is not what its heading says
FREE_TEXT = ("id", "title")
PROJECT_COLUMNS = ("sheet", "row", *FREE_TEXT, *(column for column in spelling.CODED if column != "origin"))


def projects(table: Table, rows: np.ndarray, speller: Speller, corrections: Corrections) -> pd.DataFrame:
    """Turn rows of a register into codes, and report each cell that is not understood.

    Parameters
    ----------
    table
        The texts; what is found is added to it.
    rows
        The positions of the rows that are projects.
    speller, corrections
        What the texts stand for, and the replacements that a person has accepted.

    Returns
    -------
    DataFrame
        One row a project, indexed by its position: `PROJECT_COLUMNS` and `origin`. A column that the register
        lacks has no values at all.
    """
    index = table.cells.index[rows]
    columns: dict[str, pd.Series] = {name: table.place[name].iloc[rows] for name in ("sheet", "row")}
    for column in FREE_TEXT:
        texts = (
            table.cells[column].iloc[rows].astype(str)
            if column in table.cells
            else pd.Series(np.nan, index=index, dtype=str)
        )
        columns[column] = texts.mask(texts == "")
    if "id" in table.cells:
        columns["id"] = _numbers(table, rows)
    for column in spelling.CODED:
        if column in table.cells:
            columns[column] = _code(table, table.cells[column].iloc[rows], column, speller, corrections)
        else:
            none = pd.Categorical.from_codes(
                [-1] * len(index), categories([], column, speller), ordered=_ordered(column, speller)
            )
            columns[column] = pd.Series(none, index=index)
    return pd.DataFrame(columns)


def categories(codes: Iterable[str], column: str, speller: Speller) -> list[str]:
    """Return the codes of a column in order: those of the codebook, waves and later years if they occur."""
    met = set(codes) - {""}
    return sorted(met) if column == "wave" else list(speller.scale_of(column).grown(met).codes)


def _code(
    table: Table, cells: pd.Series, column: str, speller: Speller, corrections: Corrections
) -> pd.Series:
    at = cells.cat.codes.to_numpy()
    texts = list(cells.cat.categories)
    used = np.zeros(len(texts), dtype=bool)
    used[at] = True
    readings = [
        speller.read(column, corrections.apply(column, text)) if met else spelling.Reading("")
        for text, met in zip(texts, used, strict=True)
    ]
    codes = np.array([reading.code for reading in readings], dtype=object)
    faulty = np.flatnonzero([bool(reading.problem) for reading in readings])
    if len(faulty):
        suggestions = np.full(len(texts), "", dtype=object)
        for number in faulty[:MOST_SUGGESTIONS]:
            suggestions[number] = readings[number].suggestion or _suggestion(
                column, texts[number], readings[number], speller
            )
        problems = np.array([reading.problem for reading in readings], dtype=object)
        hit = np.isin(at, faulty)
        found = at[hit]
        where = cells.index[hit].to_numpy()
        table.note(
            where, column, np.array(texts, dtype=object)[found], problems[found], suggestions[found], "error"
        )
    known = categories(codes, column, speller)
    position = {code: number for number, code in enumerate(known)}
    numbers = np.array([position.get(code, -1) for code in codes], dtype="int64")
    return pd.Series(
        pd.Categorical.from_codes(numbers[at], known, ordered=_ordered(column, speller)), index=cells.index
    )


def _ordered(column: str, speller: Speller) -> bool:
    return column == "wave" or speller.scale_of(column).ordered


def _suggestion(column: str, text: str, reading: spelling.Reading, speller: Speller) -> str:
    return speller.suggest(column, text) if reading.problem == "not_recognised" else ""


def _numbers(table: Table, rows: np.ndarray) -> pd.Series:
    """Return the numbers of projects, those differing only in noughts, capitals or marks in one writing."""
    texts = table.cells["id"].iloc[rows]
    used = np.bincount(texts.cat.codes, minlength=len(texts.cat.categories)) > 0
    written = texts.cat.categories[used].to_list()
    plain = re.fullmatch(r"(?:[A-Z]*[1-9]\d*\n)*", "\n".join([*written, ""]))
    alike = len({len(text) for text in written}) == 1 and re.fullmatch(
        r"(?:[A-Z]*\d+\n)*", "\n".join([*written, ""])
    )
    if not plain and not alike:
        first: dict[str, str] = {}
        joined = mapped(texts, lambda text: first.setdefault(_number(text) or text, spelling.tidy(text)))
        other = (joined.astype(object) != texts.astype(object)).to_numpy()
        table.note(texts.index[other].to_numpy(), "id", "", "id_joined", severity="note")
        texts = joined
    whole = texts.astype(str)
    return whole.mask(whole == "")


def _number(text: str) -> str:
    """Return what makes a number: 007, 7.0 and 7 are one, P7 and p-7 another."""
    return squeeze(re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"(?<=\d)[.,]0+$", "", spelling.tidy(text))))


def holder_of(regions: pd.Series, speller: Speller) -> pd.Series:
    """Return the concession holder of each region; none where the region is not known."""
    holders = speller.scale("holder").codes
    within = (level.within for level in speller.scale("region"))
    of_region = np.array([*(holders.index(holder) if holder in holders else -1 for holder in within), -1])
    implied = pd.Categorical.from_codes(of_region[regions.cat.codes.to_numpy()], list(holders))
    return pd.Series(implied, index=regions.index)
