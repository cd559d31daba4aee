"""Findings: one row a cell, row or column of a register that a person has to know of."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ivvu_analysis.codebook import scale

ISSUE_COLUMNS = ("row", "column", "value", "problem", "suggestion", "severity")
COLUMNS = (*ISSUE_COLUMNS, "sheet")

SEVERITY = {
    **{level.code: level.within for level in scale("problem")},
    **{f"excluded_{level.code}": level.within for level in scale("exclusion")},
}


def about(
    rows: Iterable[int], sheet: object, column: str, problem: object, value: object = "",
    suggestion: object = "", severity: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return one finding for each of `rows`, numbers shown by the spreadsheet; 0 is no row in particular."""
    numbers = pd.Index(rows, dtype="int64")
    given = (numbers, column, value, problem, suggestion, severity, sheet)
    frame = pd.DataFrame(dict(zip(COLUMNS, given, strict=True)), index=pd.RangeIndex(len(numbers)))
    if severity is None:
        frame["severity"] = frame["problem"].map(SEVERITY).replace("", "warning")
    return frame.astype(dict.fromkeys(COLUMNS[1:], str))
