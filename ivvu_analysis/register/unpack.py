"""A program of its own: a workbook on standard input, the texts of its cells as JSON on standard output.

The reader of workbooks is native code. A damaged or malicious file can make it loop, allocate without end or
abort, and would take this whole program with it; so it runs in a process that may use only so much. That
process starts at once because it imports nothing of the project.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from functools import reduce
from typing import Any
from xml.etree import ElementTree

import python_calamine as calamine

PROCESSOR = 20  # seconds for a small workbook, which needs a hundredth of one
PROCESSOR_PER_BYTE = 2 / 2**20
MEMORY = 3 * 2**30  # bytes; a sheet of 300,000 projects needs less than one
MOST_CELLS, MOST_FILLED = 60_000_000, 10_000_000
MOST_MARKED = 2**27  # bytes of a sheet; in a larger one nobody has hidden or struck out rows by hand
PASSWORD, DAMAGED = "password", "damaged"

ROW = re.compile(rb"<row\b([^>]*[^/])>(.*?)</row>", re.DOTALL)
CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
VALUE = re.compile(rb"<v>([^<]+)</v>")

Mark = tuple[int, int, str, str]  # row from 1, column from 0 (-1: the row), what is the matter, and the text


def main() -> None:
    """Write what is in the file on the standard input as JSON.

    That is ``{"sheets": [{"name", "visible", "rows": [[number, cells]], "marks"}], "epoch"}``,
    or ``{"error"}``.
    """
    data = sys.stdin.buffer.read()
    _limit(PROCESSOR + round(PROCESSOR_PER_BYTE * len(data)))
    answer: dict[str, Any]
    try:
        answer = html(data) if sys.argv[1] == "html" else sheets(data, sys.argv[1])
    except calamine.PasswordError:
        answer = {"error": PASSWORD}
    except (calamine.CalamineError, ValueError, KeyError, MemoryError, zipfile.BadZipFile, RecursionError,
            ElementTree.ParseError):  # fmt: skip
        answer = {"error": DAMAGED}
    json.dump(answer, sys.stdout)


def _limit(seconds: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # where the system knows no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def sheets(data: bytes, kind: str) -> dict[str, Any]:
    """Return every sheet of a workbook that has cells, and whether its days count from 1904."""
    data = rebuilt(data) if kind == "xlsx" else data
    package = Package(data) if kind == "xlsx" else None
    found = []
    with calamine.load_workbook(io.BytesIO(data)) as workbook:
        for about in workbook.sheets_metadata:
            if about.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(about.name)
            visible = about.visible == calamine.SheetVisibleEnum.Visible
            rows, marks = cells(sheet), list(package.marks(about.name)) if package else []
            marks += merged(sheet, rows)
            for row, column, what, value in marks:
                if what == "error_value" and column < len(rows.get(row, ())):
                    rows[row][column] = value
            found.append({"name": about.name, "visible": visible, "rows": list(rows.items()), "marks": marks})
    return {"sheets": found, "since_1904": bool(package and package.since_1904)}


def html(data: bytes) -> dict[str, Any]:
    """Return the tables of a web page, each as a sheet; a cell over several rows counts for each of them."""
    from bs4 import BeautifulSoup

    found = []
    for table in BeautifulSoup(data, "html.parser").find_all("table"):
        if table.find("table"):
            continue  # a table for the layout of others
        grid: defaultdict[int, dict[int, str]] = defaultdict(dict)
        for row, line in enumerate(table.find_all("tr"), start=1):
            column = 0
            for cell in line.find_all(["td", "th"]):
                while column in grid[row]:
                    column += 1
                down, across = (min(int(str(cell.get(span) or 1)), 10_000) for span in ("rowspan", "colspan"))
                grid[row][column + across - 1] = ""
                for below in range(row, row + down):
                    grid[below][column] = " ".join(cell.get_text(" ").split())
                column += across
        rows = [(n, [held.get(c, "") for c in range(max(held) + 1)]) for n, held in grid.items() if held]
        found.append({"name": str(len(found) + 1), "visible": True, "rows": sorted(rows), "marks": []})
    return {"sheets": found, "since_1904": False}


def cells(sheet: Any) -> dict[int, list[str]]:
    """Return the rows of a sheet that hold anything, by number, as texts up to the last filled cell."""
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise ValueError("A stray cell far from the others makes the sheet larger than any register.")
    rows, filled = {}, 0
    skipped = sheet.start[0] if sheet.start else 0
    for number, values in enumerate(sheet.iter_rows(), start=1 + skipped):
        if values.count("") == len(values):
            continue
        texts = [text(value) for value in values]
        while texts and not texts[-1]:
            texts.pop()
        filled += len(texts)
        if filled > MOST_FILLED:
            raise ValueError("More cells than a register can have.")
        if texts:
            rows[number] = [""] * (sheet.start[1] if sheet.start else 0) + texts
    return rows


def merged(sheet: Any, rows: dict[int, list[str]]) -> Iterator[Mark]:
    """Give the value of merged cells to every row of them; say which cells to the right of it stay empty."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        value = next(iter(rows.get(top + 1, [])[left : left + 1]), "")
        for row in range(top + 2, bottom + 2):
            if value and row in rows:
                rows[row] += [""] * (left + 1 - len(rows[row]))
                rows[row][left] = value
        if value:
            yield from ((row, column, "merged_across", value) for row in range(top + 1, bottom + 2)
                        for column in range(left + 1, min(right, left + 50) + 1) if row in rows)  # fmt: skip


def text(value: Any) -> str:
    """Return the value of a cell as a person would type it; dates in the ISO form."""
    match value:
        case str():
            return "" if value.isspace() else value
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def rebuilt(data: bytes) -> bytes:
    """Return an xlsx workbook with its parts where its reader looks for them: below `xl/`."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {entry.filename.replace("\\", "/"): entry for entry in archive.infolist()}
        below = "xl/workbook.xml" in parts
        if below and parts.keys() == {entry.orig_filename for entry in parts.values()}:
            return data
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as new:
            for name, entry in parts.items():
                content = archive.read(entry)
                if name.endswith(".rels") and not below:
                    content = content.replace(b'Target="/', b'Target="/xl/')
                    content = re.sub(rb'Target="(?=workbook\.xml)', b'Target="xl/', content)
                outer = below or name.startswith(("_rels/", "docProps/", "["))
                new.writestr(name if outer else f"xl/{name}", content)
        return packed.getvalue()


class Package:
    """The parts of an xlsx workbook, for what its cells do not tell: hidden, struck out or not computed."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        book, styles = self._tree("xl/workbook.xml"), self._tree("xl/styles.xml")
        links = self._tree("xl/_rels/workbook.xml.rels").findall(".//{*}Relationship")
        targets = {
            link.get("Id"): link.get("Target", "").removeprefix("/").removeprefix("xl/") for link in links
        }
        self.since_1904 = any(
            about.get("date1904") in ("1", "true") for about in book.findall(".//{*}workbookPr")
        )
        self.files = {
            sheet.get("name"): f"xl/{targets.get(value, '')}"
            for sheet in book.findall(".//{*}sheet")
            for name, value in sheet.items()
            if name.endswith("}id")
        }
        strikes = [font.find("{*}strike") for fonts in styles.findall(".//{*}fonts") for font in fonts]
        struck = [strike is not None and strike.get("val") not in ("0", "false") for strike in strikes]
        used = [int(form.get("fontId", 0)) for forms in styles.findall(".//{*}cellXfs") for form in forms]
        self.struck = {b"%d" % style for style, font in enumerate(used) if any(struck[font : font + 1])}

    def _tree(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self._part(name, 2**26) or b"<none/>")

    def _part(self, name: str, most: int) -> bytes:
        there = name in self.archive.namelist() and self.archive.getinfo(name).file_size <= most
        return self.archive.read(name) if there else b""

    def marks(self, sheet: str) -> Iterator[Mark]:
        """Yield what is the matter with rows and cells of a sheet, beyond their texts."""
        part = self._part(self.files.get(sheet, ""), MOST_MARKED)
        if b"<row" not in part:  # its tags may have a prefix
            part = re.sub(rb"<(/?)\w+:", rb"<\1", part)
        each = self.struck or b't="e"' in part or b"<f" in part
        for row in ROW.finditer(part) if each or b'hidden="' in part else ():
            number = int(_attribute(row[1], b"r") or 0)
            if _attribute(row[1], b"hidden") in (b"1", b"true"):
                yield number, -1, "row_hidden", ""
            cells = [cell for cell in CELL.findall(row[2]) if cell[1]] if each else []
            struck = [_attribute(about, b"s") in self.struck for about, _ in cells] if self.struck else []
            if struck and 2 * sum(struck) >= len(struck):
                yield number, -1, "row_struck", ""
            for about, content in cells:
                value = VALUE.search(content)
                if _attribute(about, b"t") == b"e" and value:
                    yield number, _column(about), "error_value", value[1].decode("utf-8", "replace")
                elif b"<f" in content and not value and _attribute(about, b"t") != b"str":
                    yield number, _column(about), "no_stored_value", ""


def _attribute(tag: bytes, name: bytes) -> bytes:
    found = re.search(rb'\b%s="([^"]*)"' % name, tag)
    return found[1] if found else b""


def _column(tag: bytes) -> int:
    letters = _attribute(tag, b"r").rstrip(b"0123456789")
    return reduce(lambda number, letter: number * 26 + letter - 64, letters, 0) - 1


if __name__ == "__main__":
    main()
