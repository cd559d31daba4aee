import io
import zipfile
from typing import Any

import openpyxl
import pytest

from ivvu_analysis.errors import SIGNED
from ivvu_analysis.neutral import EXCEL_CELL_LIMIT
from ivvu_analysis.report.workbook import workbook


def content(cell: Any = "Technology", head: str = "Theme", how: str = "%1") -> dict[str, Any]:
    columns = [
        {"head": head, "how": "", "values": [cell, "Learning"]},
        {"head": "Value", "how": how, "values": [0.25, None]},
        {"head": "Out of", "how": "count", "values": [46, 0]},
    ]
    table = {"name": "Figure 1", "title": "Figure 1. Shares.", "columns": columns, "source": "table 4"}
    return {"title": "Impact", "language": "en", "tables": [table]}


def opened(given: dict[str, Any]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(given)))


def test_a_sheet_a_table_and_notes_with_the_sources() -> None:
    book = opened(content())
    assert book.sheetnames == ["Notes", "Figure 1"]
    assert [cell.value for cell in book["Notes"][5]] == ["Figure 1", "Figure 1. Shares.", "table 4"]
    assert opened(content() | {"language": "nl"}).sheetnames[0] == "Toelichting"
    twice = opened(content() | {"tables": content()["tables"] * 2})
    assert twice.sheetnames == ["Notes", "Figure 1", "Figure 1 2"]


def test_numbers_are_numbers_and_heads_are_bold_wrapped_and_frozen_over_wide_columns() -> None:
    sheet = opened(content())["Figure 1"]
    assert (sheet["B2"].value, sheet["C2"].value, sheet["C3"].value) == (0.25, 46, 0)
    assert sheet["B3"].value is None
    assert sheet.freeze_panes == "B2"
    assert all(head.font.b and head.alignment.wrap_text for head in sheet[1])
    assert not sheet["A2"].font.b
    assert int(sheet.column_dimensions["A"].width) == len("Technology") + 2


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("count", "#,##0"),
        (".2", "0.00"),
        ("%", "0%"),
        ("%1", "0.0%"),
        ("+%1", "+0.0%;-0.0%;0.0%"),
        ("+.0", "+0;-0;0"),
        ("p", "0.000"),
        ("chance", "0.0%"),
        ("amount", "General"),
    ],
)
def test_a_number_is_written_as_on_the_page(how: str, expected: str) -> None:
    assert opened(content(how=how))["Figure 1"]["B2"].number_format == expected


@pytest.mark.parametrize("hostile", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_a_text_is_never_a_formula(hostile: str) -> None:
    sheet = opened(content(hostile, head=hostile))["Figure 1"]
    for cell in (sheet["A1"], sheet["A2"]):
        assert (cell.data_type, cell.value) == ("s", hostile)
        assert cell.quotePrefix


def test_what_a_workbook_cannot_hold_is_left_out() -> None:
    sheet = opened(content("a\x00\ud800\uffffb" + "x" * 40_000))["Figure 1"]
    assert sheet["A2"].value.startswith("abxxx")
    assert len(sheet["A2"].value) == EXCEL_CELL_LIMIT


def test_the_same_content_is_the_same_bytes_at_any_time_and_with_any_compressor() -> None:
    data = workbook(content())
    assert workbook(content()) == data
    properties = opened(content()).properties
    assert properties.created == properties.modified == SIGNED["created"]
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        kinds = {(member.date_time[0], member.compress_type) for member in file.infolist()}
    assert kinds == {(1980, zipfile.ZIP_STORED)}
