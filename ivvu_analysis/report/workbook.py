"""The tables of a report as an Excel workbook: a sheet a table, typed numbers, and a sheet of notes.

A text from data is never a formula here: it is written as text, whatever it begins with.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ivvu_analysis.errors import SIGNED
from ivvu_analysis.neutral import EXCEL_CELL_LIMIT, FORMULA, UNPRINTABLE
from ivvu_analysis.report.catalogue import later, translate
from ivvu_analysis.report.words import QUANTITY

WIDEST = 60  # characters
LONGEST, NO_NAME = 28, re.compile(r"[\[\]:*?/\\'-]+")  # of a sheet: with room for a number, and without these
FORMATS = {"count": "#,##0", "chance": "0.0%", "p": "0.000", "amount": "General"}

# Properties of cells, by the names that XlsxWriter gives them, to the one format of the workbook with these.
Look = Callable[..., Format]


def workbook(content: Mapping[str, Any]) -> bytes:
    """Return the tables that a report recorded as the bytes of an xlsx file.

    Parameters
    ----------
    content
        The record of `publish`: `title`, `language` and `tables`, each with `name`, `title`, `source` and
        `columns`, which have `head`, `values` and `how` these are written (see `Words.format`).

    Returns
    -------
    bytes
        The file; the same content gives the same bytes.
    """
    buffer, say = io.BytesIO(), partial(translate, language=content["language"])
    with Workbook(buffer, {"in_memory": True}) as book:
        look: Look = cache(lambda **properties: book.add_format(properties))
        called = [NO_NAME.sub(" ", table["name"])[:LONGEST] for table in content["tables"]]
        before = [called[:i].count(name) for i, name in enumerate(called)]  # of the same name
        names = [f"{name} {n + 1}" if n else name for name, n in zip(called, before, strict=True)]
        book.set_properties(SIGNED)  # with a fixed moment the same report is the same bytes
        notes = book.add_worksheet(say(later("Notes")))
        _write(look, notes, 0, 0, content["title"], bold=True, font_size=14)
        _write(look, notes, 1, 0, say(later("All figures come from the report of the same name.")))
        heads = {later("Sheet"): 14, later("Table"): WIDEST + 20, later("Source"): WIDEST}
        for c, (head, width) in enumerate(heads.items()):
            _write(look, notes, 3, c, say(head), bold=True)
            notes.set_column(c, c, width)
        for r, (name, table) in enumerate(zip(names, content["tables"], strict=True), start=4):
            for c, text in enumerate((name, table["title"], table["source"])):
                _write(look, notes, r, c, text)
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            for c, column in enumerate(table["columns"]):
                _column(look, sheet, c, **column)
    return _uncompressed(buffer)


def _column(look: Look, sheet: Worksheet, c: int, head: str, how: str, values: list[Any]) -> None:
    _write(look, sheet, 0, c, head, bold=True, text_wrap=True, valign="top")
    for r, value in enumerate(values, start=1):
        if value is not None:
            _write(look, sheet, r, c, value, **({"num_format": _number_format(how)} if how else {}))
    sheet.set_column(c, c, 16 if how else min(WIDEST, max(len(str(text)) for text in (head, *values)) + 2))


def _write(look: Look, sheet: Worksheet, row: int, column: int, value: Any, **properties: Any) -> None:
    """Write a number as a number, and a text as a text, also if it begins like a formula."""
    if not isinstance(value, str):
        sheet.write_number(row, column, value, look(**properties))
        return
    quoted = {"quote_prefix": True} if FORMULA.match(value) else {}
    text = UNPRINTABLE.sub("", value)[:EXCEL_CELL_LIMIT]
    sheet.write_string(row, column, text, look(**properties, **quoted))


def _uncompressed(archive: io.BytesIO) -> bytes:
    """Return a zip file as it is without compression, which no two versions of zlib do alike."""
    stored = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(stored, "w") as new:
        for member in old.infolist():
            member_bytes, member.compress_type = old.read(member), zipfile.ZIP_STORED
            new.writestr(member, member_bytes)
    return stored.getvalue()


def _number_format(how: str) -> str:
    """Return how Excel is to write numbers that a page writes in this way; see `Words.format`."""
    if how in FORMATS:
        return FORMATS[how]
    sign, mark, decimals = QUANTITY.fullmatch(how).groups()  # type: ignore[union-attr]
    number = f"0.{'0' * int(decimals or 0)}".rstrip(".") + mark.strip(".")
    return f"+{number};-{number};{number}" if sign else number
