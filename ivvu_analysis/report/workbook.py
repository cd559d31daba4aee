"""The tables of a report as an Excel workbook: a sheet a table, typed numbers, and a sheet of notes.

A text from data is never a formula here: it is written as text, whatever it begins with.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# A workbook carries the moment it was made; a fixed one lets the same report be the same bytes.
EPOCH = datetime(2000, 1, 1)
LONGEST_NAME = 31  # of a sheet, in Excel
LONGEST_TEXT = 32_767  # of a cell
WIDEST = 60  # characters
FORMATS = {"%": "0.0%", "+%": "+0.0%;-0.0%;0.0%", "count": "#,##0", "chance": "0.0%"}

FORMULA = tuple("=+-@\t\r")  # what a text begins with that Excel would take for one when it is typed again
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

NOTES = {
    "en": ("Notes", "Sheet", "Table", "Source", "All figures come from the report of the same name."),
    "nl": ("Toelichting", "Blad", "Tabel", "Bron", "Alle cijfers komen uit het rapport met dezelfde naam."),
}


# Properties of cells, by the names that XlsxWriter gives them, to the one format of the workbook with these.
Look = Callable[..., Format]


def workbook(content: Mapping[str, Any]) -> bytes:
    """Return the tables that a report recorded as the bytes of an xlsx file.

    Parameters
    ----------
    content
        The record of `publish`: `title`, `language` and `tables`, each with `name`, `title`,
        `columns`, `rows`, `unit` and `source`.

    Returns
    -------
    bytes
        The file; the same content gives the same bytes.
    """
    buffer = io.BytesIO()
    names = _sheet_names(content["tables"])
    with Workbook(buffer, {"in_memory": True}) as book:
        look: Look = cache(lambda **properties: book.add_format(properties))
        book.set_properties({"author": "ivvu-analysis", "created": EPOCH})
        _notes(book.add_worksheet(NOTES[content["language"]][0]), content, names, look)
        for name, table in zip(names, content["tables"], strict=True):
            _sheet(book.add_worksheet(name), table, look)
    return _uncompressed(buffer)


def _uncompressed(archive: io.BytesIO) -> bytes:
    """Return a zip file as it is without compression, which no two versions of zlib do alike."""
    stored = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(stored, "w") as new:
        for member in old.infolist():
            data = old.read(member)
            member.compress_type = zipfile.ZIP_STORED
            new.writestr(member, data)
    return stored.getvalue()


def _notes(sheet: Worksheet, content: Mapping[str, Any], names: Sequence[str], look: Look) -> None:
    _, *heads, explanation = NOTES[content["language"]]
    _write(sheet, 0, 0, content["title"], look, bold=True, font_size=14)
    _write(sheet, 1, 0, explanation, look)
    for c, (head, width) in enumerate(zip(heads, (14, WIDEST + 20, WIDEST), strict=True)):
        _write(sheet, 3, c, head, look, bold=True)
        sheet.set_column(c, c, width)
    for r, (name, table) in enumerate(zip(names, content["tables"], strict=True), start=4):
        for c, text in enumerate((name, table["title"], table["source"])):
            _write(sheet, r, c, text, look)


def _sheet(sheet: Worksheet, table: Mapping[str, Any], look: Look) -> None:
    for c, column in enumerate(table["columns"]):
        values = [row[c] for row in table["rows"]]
        _write(sheet, 0, c, column["head"], look, bold=True, text_wrap=True, valign="top")
        for r, value in enumerate(values, start=1):
            if isinstance(value, str):
                _write(sheet, r, c, value, look)
            elif value is not None:
                sheet.write(r, c, value, look(num_format=_number_format(column["kind"], table["unit"])))
        longest = max(len(str(text)) for text in (column["head"], *values))
        width = longest if column["kind"] in ("text", "code", "level") else 14
        sheet.set_column(c, c, min(WIDEST, width + 2))
    sheet.freeze_panes(1, 1)


def _write(sheet: Worksheet, row: int, column: int, text: str, look: Look, **properties: Any) -> None:
    """Write a text as a text, also if it begins like a formula."""
    if text.startswith(FORMULA):
        properties["quote_prefix"] = True
    sheet.write_string(row, column, NOT_XML.sub("", text)[:LONGEST_TEXT], look(**properties))


@cache
def _number_format(kind: str, unit: str) -> str:
    if kind == "unit":
        decimals = re.fullmatch(r"\.(\d)", unit)
        return f"0.{'0' * int(decimals[1])}" if decimals else FORMATS[unit.rstrip("0123456789")]
    return {"share": "0%", "probability": "0.000"}.get(kind, "#,##0")


def _sheet_names(tables: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a name for the sheet of each table; tables of one name get numbers."""
    names: list[str] = []
    times: Counter[str] = Counter()
    for table in tables:
        name = table["name"].replace("-", " ").capitalize()[:LONGEST_NAME]
        times[name] += 1
        number = f" {times[name]}" if times[name] > 1 else ""
        names.append(name[: LONGEST_NAME - len(number)] + number)
    return names
