"""The tables of a report as an Excel workbook: a sheet a table, typed numbers, and a sheet of notes.

A text from data is never a formula here: it is written as text, whatever it begins with.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

# A workbook carries the moment it was made; a fixed one lets the same report be the same bytes.
EPOCH = datetime(2000, 1, 1)
LONGEST_TEXT = 32_767  # of a cell, in Excel
WIDEST = 60  # characters
FORMATS = {"%": "0.0%", "+%": "+0.0%;-0.0%;0.0%", "count": "#,##0", "chance": "0.0%"}

NOTES = {
    "en": ("Notes", "Sheet", "Table", "Source", "All figures come from the report of the same name."),
    "nl": ("Toelichting", "Blad", "Tabel", "Bron", "Alle cijfers komen uit het rapport met dezelfde naam."),
}


def workbook(content: Mapping[str, Any]) -> bytes:
    """Return the tables that a report recorded as the bytes of an xlsx file.

    Parameters
    ----------
    content
        What `export.content` gives: `title`, `language` and `tables`, each with `name`, `title`,
        `columns`, `rows`, `unit` and `source`.

    Returns
    -------
    bytes
        The file; the same content gives the same bytes.
    """
    book = Workbook()
    notes = book.active
    assert notes is not None
    _notes(notes, content)
    for table in content["tables"]:
        _sheet(book.create_sheet(_sheet_name(table["name"])), table)
    book.properties.created = book.properties.modified = EPOCH
    book.properties.creator = "ivvu-analysis"
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_times(buffer.getvalue())


def _notes(sheet: Worksheet, content: Mapping[str, Any]) -> None:
    name, sheet_word, table_word, source_word, explanation = NOTES[content["language"]]
    sheet.title = name
    heads = (sheet_word, table_word, source_word)
    rows: list[Sequence[str]] = [(content["title"],), (explanation,), (), heads]
    rows += [(_sheet_name(t["name"]), t["title"], t["source"]) for t in content["tables"]]
    for r, row in enumerate(rows, start=1):
        for c, value in enumerate(row, start=1):
            _write(sheet.cell(r, c), value)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for c in (1, 2, 3):
        sheet.cell(4, c).font = Font(bold=True)
    for letter, width in zip("ABC", (14, WIDEST + 20, WIDEST), strict=True):
        sheet.column_dimensions[letter].width = width


def _sheet(sheet: Worksheet, table: Mapping[str, Any]) -> None:
    for c, column in enumerate(table["columns"], start=1):
        head = sheet.cell(1, c)
        _write(head, column["head"])
        head.font = Font(bold=True)
        head.alignment = Alignment(wrap_text=True, vertical="top")
        for r, row in enumerate(table["rows"], start=2):
            cell = sheet.cell(r, c)
            _write(cell, row[c - 1])
            if isinstance(row[c - 1], int | float):
                cell.number_format = _number_format(column["kind"], table["unit"])
        texts = [column["head"], *(str(row[c - 1]) for row in table["rows"])]
        longest = max(len(text) for text in texts) if column["kind"] in ("text", "code", "level") else 14
        sheet.column_dimensions[get_column_letter(c)].width = min(WIDEST, longest + 2)
    sheet.freeze_panes = "B2"


def _write(cell: Cell, value: Any) -> None:
    """Write a value as what it is; a text that begins like a formula stays a text."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_TEXT]
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in tuple("=+-@\t\r")
    else:
        cell.value = value


def _number_format(kind: str, unit: str) -> str:
    if kind == "unit":
        decimals = re.fullmatch(r"\.(\d)", unit)
        return f"0.{'0' * int(decimals[1])}" if decimals else FORMATS[unit.rstrip("0123456789")]
    return {"share": "0%", "probability": "0.000"}.get(kind, "#,##0")


def _sheet_name(name: str) -> str:
    return name.replace("-", " ").capitalize()[:31]


def _without_times(data: bytes) -> bytes:
    """Return the same zip file with a fixed moment on every member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, date_time=EPOCH.timetuple()[:6]), _fixed(name, old.read(name)))
    return buffer.getvalue()


def _fixed(name: str, data: bytes) -> bytes:
    if name != "docProps/core.xml":
        return data
    stamp = EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
