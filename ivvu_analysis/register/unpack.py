"""A program of its own: a workbook on standard input, the texts of its cells as JSON on standard output.

The reader of workbooks is native code. A damaged or malicious file can make it loop, allocate without end or
abort, and would take this whole program with it; so it runs in a process that may use only so much. That
process starts at once because it imports nothing of the project.
"""

import io
import json
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import reduce
from typing import Any
from xml.etree import ElementTree

import python_calamine as calamine

PROTECTED, ARCHIVE = 3, 4  # exit statuses: opens only with a password; packed, but no workbook
PROCESSOR = 20  # seconds for a small workbook, which needs a hundredth of one
PROCESSOR_PER_BYTE = 2 / 2**20
MEMORY = 3 * 2**30  # bytes; a sheet of 300,000 projects needs less than one
# Bytes of a workbook when unpacked: 300,000 projects have some 200 MB; more only where it packs badly.
ORDINARY, MOST_UNPACKED, RATIO = 2**28, 2**30, 20
MOST_CELLS, MOST_FILLED = 60_000_000, 10_000_000
MOST_MARKED = 2**27  # bytes of a sheet; in a larger one nobody has hidden or struck out rows by hand
MANIFEST = "META-INF/manifest.xml"  # of an ods workbook; it tells whether the rest is encrypted

ROW = re.compile(rb"<row\b([^>]*[^/])>(.*?)</row>", re.DOTALL)
CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
VALUE = re.compile(rb"<v>([^<]+)</v>")
ATTRIBUTE = re.compile(rb'\b(\w+)="([^"]*)"')

Mark = tuple[int, int, str, str]  # row from 1, column from 0 (-1: the row), what is the matter, and the text


def main() -> None:
    """Write the sheets of the file on the standard input as JSON: their names, rows and marks."""
    data = sys.stdin.buffer.read()
    with suppress(ImportError, ValueError, OSError):  # where the system knows no such limits
        import resource

        seconds = PROCESSOR + round(PROCESSOR_PER_BYTE * len(data))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(list((html if sys.argv[1] == "html" else sheets)(data)), sys.stdout)


def sheets(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield every sheet of a workbook that has cells."""
    parts: dict[str, bytes] = {}
    if data.startswith(b"PK"):
        data, parts = unpacked(data)
    files, struck, since_1904 = package(parts)
    workbook = calamine.load_workbook(io.BytesIO(data))
    for about in workbook.sheets_metadata:
        if about.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(about.name)
        found = list(marks(parts.get(files.get(about.name, ""), b""), struck))
        errors: defaultdict[int, dict[int, str]] = defaultdict(dict)
        for row, column, what, value in found:
            if what == "error_value":
                errors[row][column] = value
        rows = cells(sheet, errors)
        found += merged(sheet, rows)
        width = max(map(len, rows.values()), default=0)
        if about.name not in files and any("" in row or len(row) < width for row in rows.values()):
            found.append((min(rows), -1, "errors_unseen", ""))  # xls, xlsb and ods
        visible = about.visible == calamine.SheetVisibleEnum.Visible
        yield {"name": about.name, "rows": list(rows.items()), "marks": found, "visible": visible,
               "since_1904": since_1904}  # fmt: skip


def html(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the tables of a web page as sheets; a cell over several rows counts for each of them."""
    from bs4 import BeautifulSoup

    for number, table in enumerate(BeautifulSoup(data, "html.parser").find_all("table"), start=1):
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
        yield {"name": str(number), "rows": sorted(rows)}


def cells(sheet: Any, errors: Mapping[int, Mapping[int, str]]) -> dict[int, list[str]]:
    """Return the rows of a sheet that hold anything, by number, as texts up to the last filled cell.

    The reader of workbooks gives a cell with an error as an empty one: what stands there is in `errors`.
    """
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise ValueError("A stray cell far from the others makes the sheet larger than any register.")
    rows, filled = {}, 0
    above, before = sheet.start or (0, 0)
    for number, values in enumerate(sheet.iter_rows(), start=1 + above):
        wrong = errors.get(number, {})
        texts = [text(value) for value in values] if wrong or values.count("") < len(values) else []
        for column in wrong.keys() & range(before, before + len(texts)):
            texts[column - before] = wrong[column]
        while texts and not texts[-1]:
            texts.pop()
        filled += len(texts)
        if filled > MOST_FILLED:
            raise ValueError("More cells than a register can have.")
        if texts:
            rows[number] = [""] * before + texts
    return rows


def text(value: Any) -> str:
    """Return the value of a cell as a person would type it; dates in the ISO form."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().removesuffix(" 00:00:00")


def merged(sheet: Any, rows: dict[int, list[str]]) -> Iterator[Mark]:
    """Give the value of merged cells to every row of them; say which cells to the right of it stay empty."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        value = next(iter(rows.get(top + 1, [])[left : left + 1]), "")
        for row in range(top + 1, bottom + 2) if value else ():
            if row in rows:
                rows[row] += [""] * (left + 1 - len(rows[row]))
                rows[row][left] = value
                for column in range(left + 1, min(right, left + 50) + 1):
                    yield row, column, "merged_across", value


def unpacked(data: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Return a packed workbook and its parts, those of xlsx where its reader looks for them: below `xl/`."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # A small archive can unpack to more than the memory holds; its directory says so beforehand.
        most = min(max(ORDINARY, RATIO * len(data)), MOST_UNPACKED)
        if sum(entry.file_size for entry in archive.infolist()) > most or archive.testzip():
            raise ValueError("Damaged, or larger than a register can be.")
        parts = {entry.filename.replace("\\", "/"): archive.read(entry) for entry in archive.infolist()}
        names = set(archive.namelist())
    if b"encryption-data" in parts.get(MANIFEST, b""):
        sys.exit(PROTECTED)
    if not parts.keys() & {"xl/workbook.xml", "workbook.xml", "xl/workbook.bin", "content.xml"}:
        sys.exit(ARCHIVE)
    if "workbook.xml" in parts:
        outer = ("_rels/.rels", "docProps/", "[")
        parts = {name if name.startswith(outer) else f"xl/{name}": content for name, content in parts.items()}
        for name in (name for name in parts if name.endswith(".rels")):
            links = parts[name].replace(b'Target="/', b'Target="/xl/')
            parts[name] = links.replace(b'Target="workbook.xml', b'Target="xl/workbook.xml')
    if parts.keys() == names:
        return data, parts
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return packed.getvalue(), parts


def package(parts: dict[str, bytes]) -> tuple[dict[str, str], set[bytes], bool]:
    """Return the part of each sheet, the styles that strike out, and whether days count from 1904."""
    book, links, styles = (
        ElementTree.fromstring(parts.get(f"xl/{name}") or b"<none/>")
        for name in ("workbook.xml", "_rels/workbook.xml.rels", "styles.xml")
    )
    targets = {
        link.get("Id"): "xl/" + link.get("Target", "").removeprefix("/").removeprefix("xl/") for link in links
    }
    files = {
        sheet.get("name", ""): targets.get(value, "")
        for sheet in book.findall(".//{*}sheet")
        for name, value in sheet.items()
        if name.endswith("}id")
    }
    strikes = enumerate(styles.findall("./{*}fonts/{*}font"))
    fonts = {str(n) for n, font in strikes if _true(font.find("{*}strike"), "val", "1")}
    used = enumerate(styles.findall("./{*}cellXfs/{*}xf"))
    struck = {b"%d" % style for style, form in used if form.get("fontId", "0") in fonts}
    return files, struck, _true(book.find("./{*}workbookPr"), "date1904", "0")


def _true(element: ElementTree.Element | None, name: str, usual: str) -> bool:
    return element is not None and element.get(name, usual) in ("1", "true")


def marks(part: bytes, struck: set[bytes]) -> Iterator[Mark]:
    """Yield what is the matter with rows and cells of an xlsx sheet, beyond their texts."""
    if len(part) > MOST_MARKED:
        return
    if b"<row" not in part:  # its tags may have a prefix
        part = re.sub(rb"<(/?)\w+:", rb"<\1", part)
    each = struck or b't="e"' in part or b"<f" in part
    for tag, content in ROW.findall(part) if each or b'hidden="' in part else ():
        row = dict(ATTRIBUTE.findall(tag))
        number = int(row.get(b"r", 0))
        if row.get(b"hidden") in (b"1", b"true"):
            yield number, -1, "row_hidden", ""
        found = [(dict(ATTRIBUTE.findall(tag)), held) for tag, held in CELL.findall(content if each else b"")]
        cells = [(about, held) for about, held in found if about]
        if cells and 2 * sum(about.get(b"s") in struck for about, _ in cells) >= len(cells):
            yield number, -1, "row_struck", ""
        for about, held in cells:
            value = VALUE.search(held)
            letters = about.get(b"r", b"").rstrip(b"0123456789")
            column = reduce(lambda so_far, letter: so_far * 26 + letter - 64, letters, 0) - 1
            if about.get(b"t") == b"e" and value:
                yield number, column, "error_value", value[1].decode("utf-8", "replace")
            elif b"<f" in held and not value and about.get(b"t") != b"str":
                yield number, column, "no_stored_value", ""


if __name__ == "__main__":
    main()
