"""An empty register to fill in, with drop-down lists for every column of codes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ivvu_analysis.codebook import WAVES, Language, scale
from ivvu_analysis.errors import OutputError
from ivvu_analysis.register import spelling
from ivvu_analysis.register.neutral import quote

ROWS = 2000  # rows below the headings that get drop-down lists
COLUMNS = tuple(code for code in scale("column").codes if code not in (*spelling.SECOND_RATER, "origin"))
SHEETS = {"en": ("Projects", "Lists"), "nl": ("Projecten", "Lijsten")}
# A number of organisations is as welcome as its class, and the wave goes on after the last published one.
OPEN = ("participation", "wave")


def template(path: str | Path, language: Language = "nl") -> None:
    """Write an empty register as an xlsx workbook.

    Parameters
    ----------
    path
        The file to write; its name ends in ``.xlsx``.
    language
        The language of the headings and of the lists.

    Raises
    ------
    OutputError
        If the file exists, has another ending, or cannot be written.
    """
    path = Path(path)
    if path.suffix.casefold() != ".xlsx":
        raise OutputError(
            f"The template {quote(path.name)} is no xlsx file.", "Give a name that ends in .xlsx."
        )
    if path.exists():
        raise OutputError(f"{quote(str(path), 200)} exists.", "Give another name, or move that file first.")
    book = openpyxl.Workbook()
    projects, lists = SHEETS[language]
    sheet = book.worksheets[0]
    sheet.title = projects
    _headings(sheet, language)
    _drop_downs(sheet, book.create_sheet(lists), language)
    try:
        book.save(path)
    except OSError as error:
        raise OutputError(
            f"{quote(str(path), 200)} cannot be written: {error.strerror}.", "Choose another folder."
        ) from None


def _headings(sheet: Worksheet, language: Language) -> None:
    for number, code in enumerate(COLUMNS, start=1):
        cell = sheet.cell(1, number, scale("column").label(code, language))
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(number)].width = 36 if code in ("title", "theme") else 22
    sheet.freeze_panes = "A2"


def _drop_downs(sheet: Worksheet, lists: Worksheet, language: Language) -> None:
    for number, code in enumerate(COLUMNS, start=1):
        letter = get_column_letter(number)
        cells = f"{letter}2:{letter}{ROWS + 1}"
        sheet.column_dimensions[letter].number_format = "@"  # as text, or 4-6 becomes the fourth of June
        if code not in spelling.CODED:
            continue
        labels = choices(code, language)
        for row, label in enumerate(labels, start=1):
            lists.cell(row, number, label).number_format = "@"
        source = f"'{lists.title}'!${letter}$1:${letter}${len(labels)}"
        validation = DataValidation(type="list", formula1=source, allow_blank=True)
        validation.showErrorMessage = code not in OPEN
        validation.add(cells)
        sheet.add_data_validation(validation)


def choices(column: str, language: Language) -> list[str]:
    """Return what can be chosen in a column of codes, in the order of the codebook."""
    if column == "wave":
        return list(WAVES)
    known = spelling.scale_of(column)
    return [known.label(code, language) for code in known.codes]
