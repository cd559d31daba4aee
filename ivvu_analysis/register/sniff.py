"""What kind of file a register is, told from its content because a name can lie."""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from ivvu_analysis.errors import RegisterError
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import workbook

Kind = Literal["xlsx", "xls", "ods", "csv"]

MAX_FILE = 512 * 2**20  # bytes on disk
MAX_UNPACKED = 256 * 2**20  # bytes of a workbook when unpacked; a sheet of 300,000 projects has some 200 MB

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MANIFEST = "META-INF/manifest.xml"  # of an ods workbook; it tells whether the rest is encrypted
MARKUP = re.compile(rb"\s*<(\?xml|!doctype|html|table|head|body|div|script)\b", re.IGNORECASE)

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
            raise workbook.protected(name)
        return data, "xls"
    if MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")):
        raise RegisterError(f"The register {name} is a web page or XML, not a spreadsheet.", SAVE_AS)
    return data, "csv"


def _bytes(path: Path) -> bytes:
    shown = quote(str(path), 200)
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            # A pipe or a device does not say how much will come.
            data = b"" if size > MAX_FILE else file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not that of a file"
        raise RegisterError(
            f"The register {shown} cannot be opened: {reason}.", "Check the name and the folder."
        ) from None
    if max(size, len(data)) > MAX_FILE:
        raise RegisterError(
            f"The register {shown} is larger than {MAX_FILE >> 20} MB.", "Split it into several files."
        )
    return data


def _archive(data: bytes, name: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # A small archive can unpack to more than the memory holds; its directory says so beforehand.
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise workbook.damaged(name)
            if archive.testzip() is not None:
                raise workbook.damaged(name)
            entries = set(archive.namelist())
            if MANIFEST in entries and b"encryption-data" in archive.read(MANIFEST):
                raise workbook.protected(name)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError):
        raise workbook.damaged(name) from None
    if "xl/workbook.xml" in entries:
        return "xlsx"
    if "content.xml" in entries:
        return "ods"
    raise RegisterError(f"The register {name} is an archive, but no xlsx or ods workbook.", SAVE_AS)
