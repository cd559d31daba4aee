from __future__ import annotations

import csv as reading
import io

import pandas as pd
import pytest

from ivvu_analysis.report import Report
from ivvu_analysis.report.plain import csv


def cells(text: str) -> list[list[str]]:
    return list(reading.reader(io.StringIO(text)))


def test_codes_and_numbers_stay_what_they_are() -> None:
    frame = pd.DataFrame({"claim": ["a"], "claimed": ["-5.30"], "recomputed": [1 / 3], "n": [3]}, index=[7])
    assert csv(frame) == "claim,claimed,recomputed,n\na,-5.30,0.333333333333,3\n"


def test_what_is_not_known_is_an_empty_cell() -> None:
    assert cells(csv(pd.DataFrame({"a": ["x", None], "b": [float("nan"), 1.0]})))[1:] == [
        ["x", ""],
        ["", "1"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "=HYPERLINK(1)"])
def test_no_text_is_a_formula_in_a_cell_or_a_heading(text: str) -> None:
    head, row = cells(csv(pd.DataFrame({text: [text]})))
    assert head == row == [f"'{text}"]


def test_a_report_has_one_such_table() -> None:
    report = Report("impact")
    report.data(pd.DataFrame({"a": [1]}))
    with pytest.raises(ValueError, match="twice"):
        report.data(pd.DataFrame({"a": [1]}))
