from pathlib import Path

import openpyxl
import pytest

from ivvu_analysis.errors import RegisterError
from ivvu_analysis.register import check, files
from tests.data.registers.formats import ods

FOLDER = Path(__file__).parent.parent / "data" / "registers"


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


def test_where_errors_cannot_be_told_from_empty_cells_that_is_said(tmp_path: Path) -> None:
    heads = ["Projectnummer", "Regio", "Hoofdrubriek", "Status", "Impact", "Peildatum"]
    row = ["P1", "Twente", "Technologie", "lopend", "", "2020-10"]
    path = tmp_path / "register.ods"
    for impact, unseen in (("", True), ("Klein, veel betekenis", False)):
        row[4] = impact
        path.write_bytes(ods([heads, row]))
        assert ("errors_unseen" in set(check(path).issues["problem"])) is unseen
