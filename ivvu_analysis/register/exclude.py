"""Rows of a sheet that are no projects: totals, repeated headings, remarks and plain copies."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import squeeze
from ivvu_analysis.register.sheet import RawSheet

# Left out are the number of organisations, which in a row of totals is a sum and looks like an answer, and
# the holder, which may only follow from the region.
TELLING = ("region", "theme", "start", "status", "impact", "sharing", "scalability")
TOTAL = r"(?i)(?:sub|eind|grand )?[-\s]?(?:totaal|totalen|total|totals)\b"


def exclusions(raw: RawSheet, projects: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are no projects, each with the reason.

    Parameters
    ----------
    raw
        The texts of the register.
    projects
        The codes of every row, as `clean.projects` gives them.

    Returns
    -------
    DataFrame
        `row, reason`, with the reasons of the scale ``"exclusion"`` of the codebook.
    """
    reasons = pd.Series("", index=raw.cells.index, dtype=str)
    answers = _answers(projects)
    suspect = raw.cells[answers <= 1].astype(str)
    if len(suspect):
        filled = suspect != ""
        first = suspect.to_numpy()[np.arange(len(suspect)), filled.to_numpy().argmax(axis=1)]
        total = pd.Series(first, index=suspect.index).str.match(TOTAL)
        remark = filled.sum(axis=1) == 1
        reasons[suspect.index[remark]] = "remark"
        reasons[suspect.index[total]] = "total"
        reasons[suspect.index[_repeats_headings(suspect, raw.headings)]] = "heading"
    reasons[_copies(raw)] = "copy"
    chosen = reasons[reasons != ""]
    return pd.DataFrame({"row": chosen.index.astype("int64"), "reason": chosen.to_numpy()}).astype(
        {"reason": str}
    )


def _answers(projects: pd.DataFrame) -> pd.Series:
    """Return how many telling columns of each row hold an answer."""
    held = [projects[column].notna() & (projects[column] != "unknown") for column in TELLING]
    return pd.concat(held, axis=1).sum(axis=1)


def _repeats_headings(cells: pd.DataFrame, headings: tuple[str, ...]) -> pd.Series:
    """Return which rows are the headings once more, as on every page of a printed sheet."""
    same = [
        cells[position].map(squeeze) == squeeze(heading)
        for position, heading in enumerate(headings)
        if heading.strip()
    ]
    return pd.concat(same, axis=1).mean(axis=1) > 0.5


def _copies(raw: RawSheet) -> pd.Index:
    """Return the rows that have a number and are, in every cell, the same as an earlier row."""
    position = raw.columns.positions.get("id")
    if position is None:
        return raw.cells.index[:0]
    numbers = raw.cells[position]
    repeated = raw.cells[(numbers != "") & numbers.duplicated(keep=False)]
    return repeated.index[repeated.duplicated()]
