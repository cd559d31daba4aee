"""Writers for the old and the open formats, just enough of each for a small table."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

SECTOR = 512
FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
LEAST_STREAM = 4096  # smaller streams live in a second allocation table, which is not written here


def ods(rows: Iterable[Iterable[Any]], repeated_rows: int = 1) -> bytes:
    """Return an OpenDocument spreadsheet; the last row may stand for many."""
    lines = [
        "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(str(value))}</text:p></table:table-cell>"
            for value in row
        )
        for row in rows
    ]
    repeat = f' table:number-rows-repeated="{repeated_rows}"' if repeated_rows > 1 else ""
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines[:-1])
    body += f"<table:table-row{repeat}>{lines[-1]}</table:table-row>"
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0"'
        f' xmlns:text="{office}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Projecten">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<manifest:manifest xmlns:manifest="{office}:manifest:1.0" manifest:version="1.2">'
        '<manifest:file-entry manifest:full-path="/"'
        ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in (
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", content),
            ("META-INF/manifest.xml", manifest),
        ):
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2020, 10, 1, 0, 0, 0)), text, method)
    return packed.getvalue()


def xls(rows: list[list[Any]]) -> bytes:
    """Return a workbook in the binary format of Excel 97 (BIFF8) with one sheet of texts."""

    def record(kind: int, payload: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(payload)) + payload

    def beginning(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))

    name = b"Projecten"
    globals_size = len(beginning(5)) + 4 + 8 + len(name) + 4
    sheet_entry = record(0x0085, struct.pack("<IBBBB", globals_size, 0, 0, len(name), 0) + name)
    width = max(len(row) for row in rows)
    sheet = beginning(0x10) + record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            text = str(value)
            label = struct.pack("<HHHHB", at, column, 0, len(text), 1) + text.encode("utf-16-le")
            sheet += record(0x0204, label)
    return compound({"Workbook": beginning(5) + sheet_entry + record(0x0A) + sheet + record(0x0A)})


def compound(streams: dict[str, bytes]) -> bytes:
    """Return a compound file (the container of xls and of protected xlsx) with the given streams."""
    bodies = {name: content.ljust(LEAST_STREAM, b"\0") for name, content in streams.items()}
    fat = [FAT_SECTOR, END]  # sector 0 is the table itself, sector 1 the directory
    entries = [_entry("Root Entry", 5, END, 0, child=1)]
    data = b""
    for number, (name, body) in enumerate(bodies.items(), start=1):
        sectors = -(-len(body) // SECTOR)
        first = len(fat)
        fat += [*range(first + 1, first + sectors), END]
        data += body.ljust(sectors * SECTOR, b"\0")
        entries.append(_entry(name, 2, first, len(body), right=number + 1 if number < len(bodies) else FREE))
    entries += [bytes(128)] * (4 - len(entries))
    table = struct.pack("<128I", *fat, *[FREE] * (128 - len(fat)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, LEAST_STREAM, END, 0, END, 0
    )
    header += struct.pack("<109I", 0, *[FREE] * 108)
    return header + table + b"".join(entries) + data


def _entry(name: str, kind: int, first: int, size: int, right: int = FREE, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", FREE, right, child)
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )
