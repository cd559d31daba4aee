from pathlib import Path

import openpyxl
import pytest

from ivvu_analysis import register
from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.errors import OutputError
from ivvu_analysis.register.spelling import Speller
from ivvu_analysis.register.template import COLUMNS, SHEETS, choices


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_is_clean_and_recognised_when_filled_from_its_lists(
    tmp_path: Path, language: Language
) -> None:
    path = tmp_path / "register.xlsx"
    register.template(path, language)
    intake = register.check(path)
    assert (intake.issues["problem"].tolist(), intake.rows_read) == (["no_rows"], 0)
    assert intake.sheet == SHEETS[language][0]
    book = openpyxl.load_workbook(path)
    sheet, lists = book.worksheets
    for validation in sheet.data_validations.dataValidation:
        assert validation.type == "list"
        column = str(validation.sqref).split(":")[0].rstrip("0123456789")
        first = validation.formula1.split("!")[1].split(":")[0].replace("$", "")
        sheet[f"{column}2"] = lists[first].value
    assert len(sheet.data_validations.dataValidation) == 10
    sheet["A2"], sheet["B2"] = "P1", "Title"
    book.save(path)
    (project,) = register.check(path).projects.to_dict("records")
    first = {column: Speller().scale_of(column).codes[0] for column in COLUMNS[2:] if column != "wave"}
    for column in COLUMNS[2:]:
        assert project[column] == first.get(column, choices("wave", language)[0])


def test_a_template_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    path.write_text("mine", encoding="utf-8")
    for name, problem in (
        ("register.xlsx", "exists"),
        ("register.csv", "no xlsx"),
        ("register.xlsx/register.xlsx", "cannot be written"),
    ):
        with pytest.raises(OutputError, match=problem):
            register.template(tmp_path / name)
