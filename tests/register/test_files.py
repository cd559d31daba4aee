from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from ivvu_analysis.errors import RegisterError
from ivvu_analysis.register import check, files
from ivvu_analysis.register.spelling import Speller

FOLDER = Path(__file__).parent.parent / "data" / "registers"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("calc.ods", "workbook"),
        ("excel_97.xls", "workbook"),
        ("titles_above.xlsx", "workbook"),
        ("csv_called.xlsx", "csv"),
    ],
)
def test_the_content_tells_the_kind_and_the_name_does_not(name: str, kind: str) -> None:
    assert {sheet.kind for sheet in files.read(FOLDER / name, Speller())} == {kind}


def test_a_file_too_large_to_be_a_register_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(files.MAX_FILE + 1)
    with pytest.raises(RegisterError, match="larger than 512 MB"):
        check(path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a device that never ends is needed")
def test_what_never_ends_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILE", 2**20)
    with pytest.raises(RegisterError, match="larger than 1 MB"):
        check("/dev/zero")


@pytest.mark.parametrize("name", ["none.csv", "nul\0.csv", "."])
def test_no_file_of_that_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(RegisterError, match="cannot be opened"):
        check(tmp_path / name)


LEFT_OUT = (4, "", "excluded_no_answer")


@pytest.mark.parametrize(
    ("cells", "text", "found"),
    [
        ("D2", "#N/A", (2, "scalability", "error_value")),
        ("D4", "#N/A", (4, "scalability", "error_value")),
        ("B4 C4 D4", "#N/A", LEFT_OUT),
        ("A4 B4 C4 D4", "#N/A", LEFT_OUT),
        ("D4", "=A1", (4, "scalability", "no_stored_value")),
        ("B4 C4 D4", "=A1", LEFT_OUT),
        ("A4 B4 C4 D4", "=A1", (4, "", "no_stored_value")),
    ],
)
def test_an_error_or_formula_at_the_end_of_a_row_or_sheet_is_found(
    tmp_path: Path, cells: str, text: str, found: tuple[int, str, str]
) -> None:
    sheet = (book := openpyxl.Workbook()).active
    sheet.append(["Project", "Regio", "Status", "Opschaalbaarheid"])
    for number in range(3):
        sheet.append([f"P{number}", "Twente", "Lopend", "Landelijk opschaalbaar"])
    for cell in cells.split():
        sheet[cell] = text
    book.save(tmp_path / "register.xlsx")
    told = check(tmp_path / "register.xlsx", wave="2020-10").findings
    assert (told["severity"] != "note")[told["problem"] == found[2]].all()
    assert found in [*zip(told["row"], told["column"], told["problem"], strict=True)]


def ods(path: Path, rows: list[list[str]]) -> Path:
    """Write rows of texts as the least that is an OpenDocument spreadsheet."""
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = "".join(f' xmlns:{name}="{urn}:{name}:1.0"' for name in ("office", "table", "text"))
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = ("".join(cell.format(text) if text else "<table:table-cell/>" for text in row) for row in rows)
    table = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    body = f'<office:spreadsheet><table:table table:name="P">{table}</table:table></office:spreadsheet>'
    content = f"<office:document-content{spaces}><office:body>{body}</office:body></office:document-content>"
    with ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{urn}:manifest:1.0"/>')
        archive.writestr("content.xml", content)
    return path


def test_where_errors_cannot_be_told_from_empty_cells_that_is_said(tmp_path: Path) -> None:
    heads = ["Projectnummer", "Regio", "Hoofdrubriek", "Status", "Impact", "Peildatum"]
    row = ["P1", "Twente", "Technologie", "lopend", "", "2020-10"]
    told = check(ods(tmp_path / "gaps.ods", [heads, row])).issues
    assert "errors_unseen" in set(told["problem"])
    row[4] = "Klein, veel betekenis"
    told = check(ods(tmp_path / "whole.ods", [heads, row])).issues
    assert "errors_unseen" not in set(told["problem"])
