from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from ivvu_analysis import register
from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.errors import OutputError
from ivvu_analysis.register.spelling import Speller
from ivvu_analysis.register.template import COLUMNS, SHEETS, choices


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_template_is_a_clean_register_without_projects(tmp_path: Path, language: Language) -> None:
    path = tmp_path / "register.xlsx"
    register.template(path, language)
    intake = register.check(path)
    assert intake.issues["problem"].tolist() == ["no_rows"]
    assert intake.rows_read == 0
    assert intake.sheet == SHEETS[language][0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_filled_from_its_lists_is_recognised(tmp_path: Path, language: Language) -> None:
    path = tmp_path / "register.xlsx"
    register.template(path, language)
    book = openpyxl.load_workbook(path)
    sheet, lists = book.worksheets
    for validation in sheet.data_validations.dataValidation:
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
    with pytest.raises(OutputError, match="exists"):
        register.template(path)
    with pytest.raises(OutputError, match="no xlsx"):
        register.template(tmp_path / "register.csv")
    with pytest.raises(OutputError, match="cannot be written"):
        register.template(path / "register.xlsx")
