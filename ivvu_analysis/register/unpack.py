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
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

import python_calamine as calamine

PROCESSOR = 20  # seconds for a small workbook, which needs a hundredth of one
PROCESSOR_PER_BYTE = 2 / 2**20
MEMORY = 3 * 2**30  # bytes; a sheet of 300,000 projects needs less than one
MOST_CELLS, MOST_FILLED = 60_000_000, 10_000_000
MOST_MARKED = 2**27  # bytes of a sheet; in a larger one nobody has hidden or struck out rows by hand
PASSWORD, DAMAGED = "password", "damaged"

Mark = tuple[
    int, int, str, str
]  # row from 1, column from 0 (-1: the row), what is the matter, what stands there


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
    except (calamine.CalamineError, ValueError, KeyError, MemoryError, zipfile.BadZipFile, RecursionError):
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
    package = Package(data) if kind == "xlsx" else None
    found = []
    with calamine.load_workbook(io.BytesIO(package.data if package else data)) as workbook:
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
    for number, table in enumerate(BeautifulSoup(data, "html.parser").find_all("table"), start=1):
        if table.find("table"):
            continue  # a table for the layout of others
        rows: list[list[str]] = []
        below: dict[int, tuple[int, str]] = {}
        for line in table.find_all("tr"):
            row: list[str] = []
            for cell in line.find_all(["td", "th"]):
                while len(row) in below and below[len(row)][0]:
                    left, text = below.pop(len(row))
                    below[len(row)] = (left - 1, text)
                    row.append(text)
                text = " ".join(cell.get_text(" ").split())
                with suppress(ValueError):
                    below[len(row)] = (min(int(str(cell.get("rowspan", "1"))), 100_000) - 1, text)
                row.append(text)
                with suppress(ValueError):
                    row += [""] * (min(int(str(cell.get("colspan", "1"))), 1000) - 1)
            rows.append(row)
        filled = [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
        found.append({"name": str(number), "visible": True, "rows": filled, "marks": []})
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


class Package:
    """The parts of an xlsx workbook, for what its cells do not tell: hidden, struck out or not computed."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {entry.filename.replace("\\", "/"): entry for entry in archive.infolist()}
            if "xl/workbook.xml" not in self.parts or any(
                "\\" in e.orig_filename for e in archive.infolist()
            ):
                data = self._repacked(archive)
        self.data = data
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        book = self._part("xl/workbook.xml")
        self.since_1904 = bool(re.search(rb'date1904="(1|true)"', book))
        targets = dict(
            self._pairs(self._part("xl/_rels/workbook.xml.rels"), b"Relationship", b"Id", b"Target")
        )
        self.files = {name: f"xl/{targets.get(key, '').removeprefix('/').removeprefix('xl/')}"
                      for name, key in self._pairs(book, b"sheet", b"name", rb"\w+:id")}  # fmt: skip
        styles = self._part("xl/styles.xml")
        fonts = re.search(rb"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", styles, re.DOTALL)
        struck = [b"<strike" in font and not re.search(rb'<strike val="(0|false)"', font)
                  for font in re.split(rb"<(?:\w+:)?font[ />]", fonts[0] if fonts else b"")[1:]]  # fmt: skip
        formats = re.search(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", styles, re.DOTALL)
        used = [int(number) for number in re.findall(rb'fontId="(\d+)"', formats[0] if formats else b"")]
        self.struck = [
            b"%d" % style for style, font in enumerate(used) if font < len(struck) and struck[font]
        ]

    def _repacked(self, archive: zipfile.ZipFile) -> bytes:
        """Return the workbook with its parts where its reader looks for them: under `xl/`."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as new:
            for name, entry in self.parts.items():
                outer = (
                    name.startswith(("_rels/.", "docProps/", "xl/", "[")) or "xl/workbook.xml" in self.parts
                )
                content = archive.read(entry)
                if name.endswith(".rels") and "xl/workbook.xml" not in self.parts:
                    content = re.sub(
                        rb'Target="/?(?=workbook\.xml)',
                        b'Target="xl/',
                        content.replace(b'Target="/', b'Target="/xl/'),
                    )
                new.writestr(name if outer else f"xl/{name}", content)
        return packed.getvalue()

    def _part(self, name: str, most: int = 2**26) -> bytes:
        there = name in self.archive.namelist() and self.archive.getinfo(name).file_size <= most
        return self.archive.read(name) if there else b""

    @staticmethod
    def _pairs(part: bytes, tag: bytes, first: bytes, second: bytes) -> Iterable[tuple[str, str]]:
        from html import unescape

        for attributes in re.findall(rb"<(?:\w+:)?" + tag + rb"\b([^>]*)>", part):
            one, other = (
                re.search(rb"(?<![\w:])" + name + rb'="([^"]*)"', attributes) for name in (first, second)
            )
            if one and other:
                yield (
                    unescape(one[1].decode("utf-8", "replace")),
                    unescape(other[1].decode("utf-8", "replace")),
                )

    def marks(self, sheet: str) -> Iterator[Mark]:
        """Yield what is the matter with rows and cells of a sheet, beyond their texts."""
        part = self._part(self.files.get(sheet, ""), MOST_MARKED)
        if b'hidden="' in part:
            for row in re.findall(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"', part):
                yield int(row), -1, "row_hidden", ""
        if b't="e"' in part:
            for where, value in re.findall(
                rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+\d+)"[^>]*>.*?<(?:\w+:)?v>([^<]*)<', part
            ):
                yield *_place(where), "error_value", value.decode("utf-8", "replace")
        if re.search(rb"<(?:\w+:)?f[ >/]", part):
            empty = (
                rb'<(?:\w+:)?c\b(?![^>]*\bt="str")[^>]*\br="([A-Z]+\d+)"[^>]*>'
                rb"<((?:\w+:)?f)\b(?:[^>]*/>|[^>]*>[^<]*</\2>)\s*"
                rb"(?:<(?:\w+:)?v\s*/>|<((?:\w+:)?v)></\3>)?</"
            )
            for where, *_ in re.findall(empty, part):
                yield *_place(where), "no_stored_value", ""
        if self.struck:
            cells = re.findall(
                rb'<(?:\w+:)?c\b(?=[^>]*\br="[A-Z]+(\d+)")(?:[^>]*\bs="(\d+)")?[^>]*[^/]>', part
            )
            held: dict[int, list[bool]] = {}
            for row, style in cells:
                held.setdefault(int(row), []).append(style in self.struck)
            yield from (
                (row, -1, "row_struck", "") for row, each in held.items() if 2 * sum(each) >= len(each)
            )


def _place(where: bytes) -> tuple[int, int]:
    letters = where.rstrip(b"0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(where[len(letters) :]), column - 1


if __name__ == "__main__":
    main()
