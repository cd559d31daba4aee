from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from ivvu_analysis.neutral import EXCEL_CELL_LIMIT
from ivvu_analysis.report.workbook import EPOCH, workbook


def content(cell: Any = "Technology", head: str = "Theme", language: str = "en") -> dict[str, Any]:
    return {
        "title": "Impact",
        "language": language,
        "tables": [
            {
                "name": "Figure 1",
                "title": "Figure 1. Shares.",
                "columns": [
                    {"head": head, "how": "", "values": [cell, "Learning"]},
                    {"head": "Value", "how": "%1", "values": [0.25, None]},
                    {"head": "Out of", "how": "count", "values": [46, 0]},
                ],
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


def test_heads_are_bold_and_wrapped_and_columns_as_wide_as_their_texts() -> None:
    sheet = opened(workbook(content()))["Figure 1"]
    for head in sheet[1]:
        assert head.font.b
        assert head.alignment.wrap_text
    assert not sheet["A2"].font.b
    assert int(sheet.column_dimensions["A"].width) == len("Technology") + 2


def test_tables_of_one_name_get_sheets_of_their_own() -> None:
    twice = content()
    twice["tables"] *= 2
    assert opened(workbook(twice)).sheetnames == ["Notes", "Figure 1", "Figure 1 2"]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("count", "#,##0"),
        (".2", "0.00"),
        ("%", "0%"),
        ("+%1", "+0.0%;-0.0%;0.0%"),
        ("+.0", "+0;-0;0"),
        ("p", "0.000"),
        ("chance", "0.0%"),
        ("amount", "General"),
    ],
)
def test_a_number_is_written_as_on_the_page(how: str, expected: str) -> None:
    given = content()
    given["tables"][0]["columns"][1]["how"] = how
    assert opened(workbook(given))["Figure 1"]["B2"].number_format == expected


@pytest.mark.parametrize("hostile", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_a_text_is_never_a_formula(hostile: str) -> None:
    sheet = opened(workbook(content(hostile, head=hostile)))["Figure 1"]
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s"
        assert cell.value == hostile
        assert cell.quotePrefix


def test_what_a_workbook_cannot_hold_is_left_out() -> None:
    sheet = opened(workbook(content("a\x00\ud800\uffffb" + "x" * 40_000)))["Figure 1"]
    assert sheet["A2"].value.startswith("abxxx")
    assert len(sheet["A2"].value) == EXCEL_CELL_LIMIT


def test_the_same_content_is_the_same_bytes_at_any_time() -> None:
    data = workbook(content())
    assert workbook(content()) == data
    properties = opened(data).properties
    assert properties.created == properties.modified == EPOCH
    members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    assert {member.date_time[0] for member in members} == {1980}


def test_the_bytes_depend_on_no_version_of_a_compressor() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(content()))) as file:
        assert {member.compress_type for member in file.infolist()} == {zipfile.ZIP_STORED}
