from pathlib import Path

import openpyxl
import pytest

from ivvu_analysis.errors import UserError
from ivvu_analysis.register import check

FOLDER = Path(__file__).parent.parent / "data" / "registers"
HEAD = "column,value,replacement\n"


def corrections(folder: Path, text: str) -> Path:
    path = folder / "corrections.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_an_accepted_correction_is_applied(tmp_path: Path, separator: str) -> None:
    text = f"{HEAD}Hoofdrubriek, TECHNOLGIE ,Technologie".replace(",", separator)
    intake = check(FOLDER / "theme_misspelt.csv", corrections=corrections(tmp_path, text))
    assert intake.projects["theme"].tolist()[1] == "technology"
    assert intake.clean


def test_columns_may_stand_in_any_order_and_a_replacement_may_be_no_answer(tmp_path: Path) -> None:
    path = corrections(tmp_path, "value,replacement,column\nAfgerond,onbekend,status\n")
    assert check(FOLDER / "status_ambiguous.csv", corrections=path).clean


def test_a_correction_with_nothing_to_correct_is_noted(tmp_path: Path) -> None:
    path = corrections(tmp_path, f"{HEAD}theme,techno,technology\n")
    intake = check(FOLDER / "clean.csv", corrections=path)
    assert intake.issues.to_numpy().tolist() == [[1, "theme", "techno", "correction_unused", "", "note", ""]]
    assert intake.clean


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{HEAD}theme,techno,technolgie\n", "line 2: 'technolgie' is not a known spelling"),
        (f"{HEAD}title,a,b\n", "'title' is no column that can be corrected"),
        (f"{HEAD}thema,x,DMZ\ntheme,X,CZ\n", "'CZ' is not a known spelling"),
        (f"{HEAD}thema,x,DMZ\ntheme,X,Technologie\n", "line 3: 'X' in 'theme' has two"),
        (f"{HEAD}thema,x,\n", "line 2: 'x' in 'theme' is accepted, and has no replacement"),
        ("kolom,waarde\na,b\n", "do not have exactly one heading column"),
        ("", "is empty"),
        (FOLDER / "titles_above.xlsx", "exactly one heading column and one value and one replacement"),
        (FOLDER / "none.csv", r"file of corrections .* cannot be opened"),
    ],
)
def test_faulty_corrections_are_refused(tmp_path: Path, text: str | Path, problem: str) -> None:
    path = text if isinstance(text, Path) else corrections(tmp_path, text)
    with pytest.raises(UserError, match=problem):
        check(FOLDER / "clean.csv", corrections=path)


def test_corrections_stand_on_the_first_sheet_on_which_anything_stands(tmp_path: Path) -> None:
    (book := openpyxl.Workbook()).save(path := tmp_path / "corrections.xlsx")
    with pytest.raises(UserError, match="do not have exactly one heading column"):
        check(FOLDER / "theme_misspelt.csv", corrections=path)
    sheet = book.create_sheet("Mine")
    for line in (HEAD, "theme,Technolgie,Technologie"):
        sheet.append(line.strip().split(","))
    book.save(path)
    assert check(FOLDER / "theme_misspelt.csv", corrections=path).clean
