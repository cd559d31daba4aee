"""Findings: one row a cell, row or column of a register that a person has to know of."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

ISSUE_COLUMNS = ("row", "column", "value", "problem", "suggestion", "severity")
COLUMNS = (*ISSUE_COLUMNS, "sheet")

# What is no error and no note needs somebody to look at it: a warning.
ERRORS = (
    *("not_recognised", "made_a_date", "out_of_range", "error_value", "no_stored_value", "wave_missing"),
    *("column_given", "holder_disagrees", "row_too_long"),
    *("id_repeated", "not_started_with_result", "begun_before_start"),
)
NOTES = (
    *("column_implied", "column_combined", "column_from_region", "sheets_joined", "sheet_chosen"),
    *("correction_unused", "correction_open", "ditto", "filled_down", "id_joined", "row_hidden", "encoding"),
    *("excluded_heading", "excluded_total", "excluded_group", "excluded_beside", "excluded_remark"),
    *("excluded_copy", "excluded_not_at_wave"),
)
SEVERITY = {**dict.fromkeys(ERRORS, "error"), **dict.fromkeys(NOTES, "note")}


def about(
    rows: Iterable[int], sheet: object, column: str, problem: object, value: object = "",
    suggestion: object = "", severity: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return one finding for each of `rows`, numbers shown by the spreadsheet; 0 is no row in particular."""
    numbers = pd.Index(rows, dtype="int64")
    given = (numbers, column, value, problem, suggestion, severity, sheet)
    frame = pd.DataFrame(dict(zip(COLUMNS, given, strict=True)), index=pd.RangeIndex(len(numbers)))
    if severity is None:
        frame["severity"] = frame["problem"].map(SEVERITY).fillna("warning")
    return frame.astype(dict.fromkeys(COLUMNS[1:], str))
