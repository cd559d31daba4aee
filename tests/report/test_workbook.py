from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from ivvu_analysis.report.workbook import LONGEST_TEXT, workbook


def content(cell: Any = "Technology", head: str = "Theme", language: str = "en") -> dict[str, Any]:
    return {
        "title": "Impact",
        "language": language,
        "tables": [
            {
                "name": "figure-1",
                "title": "Figure 1. Shares.",
                "columns": [
                    {"name": "theme", "head": head, "kind": "code"},
                    {"name": "estimate", "head": "Value", "kind": "unit"},
                    {"name": "n", "head": "Out of", "kind": "count"},
                ],
                "rows": [[cell, 0.25, 46], ["Learning", None, 0]],
                "unit": "%",
                "source": "table 4",
            }
        ],
    }


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_a_sheet_a_table_and_notes_with_the_sources() -> None:
    book = opened(workbook(content()))
    assert book.sheetnames == ["Notes", "Figure 1"]
    notes = [[cell.value for cell in row] for row in book["Notes"].iter_rows()]
    assert notes[4] == ["Figure 1", "Figure 1. Shares.", "table 4"]
    assert opened(workbook(content(language="nl"))).sheetnames[0] == "Toelichting"


def test_numbers_are_numbers_with_a_format_and_heads_are_frozen() -> None:
    sheet = opened(workbook(content()))["Figure 1"]
    assert (sheet["B2"].value, sheet["B2"].number_format) == (0.25, "0.0%")
    assert (sheet["C2"].value, sheet["C3"].value) == (46, 0)
    assert sheet["B3"].value is None
    assert sheet.freeze_panes == "B2"


@pytest.mark.parametrize("hostile", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_a_text_is_never_a_formula(hostile: str) -> None:
    sheet = opened(workbook(content(hostile, head=hostile)))["Figure 1"]
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s"
        assert cell.value == hostile
        assert cell.quotePrefix


def test_what_a_workbook_cannot_hold_is_left_out() -> None:
    sheet = opened(workbook(content("a\x00b" + "x" * 40_000)))["Figure 1"]
    assert sheet["A2"].value.startswith("abxxx")
    assert len(sheet["A2"].value) == LONGEST_TEXT


def test_the_same_content_is_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    first = workbook(content())
    later = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    assert workbook(content()) == first
