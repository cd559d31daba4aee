"""What kind of file a register is, from its first bytes, and whether it is safe to open.

A name can lie, a file can be cut off, and a small archive can unpack to more than the memory holds; all of
that is found here, before any reader sees the file.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from ivvu_analysis.errors import RegisterError
from ivvu_analysis.register.neutral import quote

Kind = Literal["xlsx", "xls", "ods", "csv"]

MAX_FILE = 512 * 2**20  # bytes on disk
MAX_UNPACKED = 256 * 2**20  # bytes of a workbook when unpacked; a sheet of 300,000 projects has some 200 MB
MAX_CELLS = 10_000_000  # cells in the rectangle that a sheet spans, which its reader allocates in one piece

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MARKUP = re.compile(rb"\s*<(\?xml|!doctype|html|table|head|body|div|script)\b", re.IGNORECASE)

CELL = re.compile(rb"<(?:\w+:)?(c|row)\b([^>]*)>")
REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d+)["']""")

# What zipfile and the parser raise when an archive is cut off, garbled, encrypted or oddly packed.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)

SAVE_AS = "Open it in the spreadsheet program and save it as xlsx, xls, ods or csv."


def load(path: Path) -> tuple[bytes, Kind]:
    """Return the bytes of a register file and what kind of file they are.

    Raises
    ------
    RegisterError
        If the file is missing, empty, too large, protected by a password, damaged, or no spreadsheet.
    """
    data = _bytes(path)
    name = quote(path.name)
    if not data.strip(b"\0 \t\r\n"):
        raise RegisterError(f"The register {name} is empty.", "Save the spreadsheet once more and try again.")
    if data.startswith(ZIP):
        return data, _archive(data, name)
    if data.startswith(COMPOUND):
        if ENCRYPTED in data:
            raise _protected(name)
        return data, "xls"
    if MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")):
        raise RegisterError(f"The register {name} is a web page or XML, not a spreadsheet.", SAVE_AS)
    return data, "csv"


def _bytes(path: Path) -> bytes:
    name = quote(path.name)
    try:
        if path.stat().st_size > MAX_FILE:
            raise RegisterError(
                f"The register {name} is larger than {MAX_FILE >> 20} MB.", "Split it into several files."
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not that of a file"
        raise RegisterError(
            f"The register {quote(str(path), 200)} cannot be opened: {reason}.",
            "Check the name and the folder.",
        ) from None


def _protected(name: str) -> RegisterError:
    return RegisterError(
        f"The register {name} is protected by a password.", "Save a copy of it without a password."
    )


def _archive(data: bytes, name: str) -> Kind:
    """Check that a zipped workbook is whole and of a bearable size."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise _too_large(name)
            # The directory may lie about the sizes; reading each entry to its stated end finds that out.
            if archive.testzip() is not None:
                raise zipfile.BadZipFile
            return _workbook(archive, name)
    except DAMAGE:
        raise RegisterError(f"The register {name} is damaged or cut off.", SAVE_AS) from None


def _too_large(name: str) -> RegisterError:
    return RegisterError(
        f"The register {name} unpacks to more than a register can be.",
        "Delete stray cells far to the right or below, or save it as csv.",
    )


def _workbook(archive: zipfile.ZipFile, name: str) -> Kind:
    entries = set(archive.namelist())
    if "xl/workbook.xml" in entries:
        sheets = [entry for entry in entries if re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry)]
        if any(_span(archive.read(sheet)) > MAX_CELLS for sheet in sheets):
            raise _too_large(name)
        return "xlsx"
    if "content.xml" in entries:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise _protected(name)
        if any(cells > MAX_CELLS for cells in _spans_of_tables(archive)):
            raise _too_large(name)
        return "ods"
    raise RegisterError(f"The register {name} is an archive, but no xlsx or ods workbook.", SAVE_AS)


def _span(sheet: bytes) -> int:
    """Return the cells in the rectangle that a worksheet of xlsx spans."""
    rows = columns = row = column = 0
    for tag, attributes in CELL.findall(sheet):
        reference = REFERENCE.search(attributes)
        if tag == b"row":
            row, column = int(reference[2]) if reference else row + 1, 0
        elif reference:
            row, column = int(reference[2]), _column(reference[1])
        else:
            column += 1
        rows, columns = max(rows, row), max(columns, column)
    return rows * columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _spans_of_tables(archive: zipfile.ZipFile) -> Iterator[int]:
    """Yield the cells that each table of an ods workbook spans once its repetitions are written out."""
    rows = columns = 0
    seen_rows, seen_columns, filled = 0, 0, False
    with archive.open("content.xml") as content:
        for _, element in ElementTree.iterparse(content):
            match element.tag.rpartition("}")[2]:
                case "table-cell" | "covered-table-cell":
                    seen_columns += _repeated(element, "columns")
                    if len(element) or any(key.endswith("value-type") for key in element.attrib):
                        columns, filled = max(columns, seen_columns), True
                case "table-row":
                    seen_rows += _repeated(element, "rows")
                    rows = seen_rows if filled else rows
                    seen_columns, filled = 0, False
                    element.clear()
                case "table":
                    yield rows * columns
                    rows = columns = seen_rows = 0


def _repeated(element: ElementTree.Element, what: str) -> int:
    for key, value in element.items():
        if key.endswith(f"number-{what}-repeated"):
            return int(value)
    return 1
