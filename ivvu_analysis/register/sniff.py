"""What kind of file a register is, told from its content because a name can lie."""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import time
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from ivvu_analysis.errors import RegisterError
from ivvu_analysis.neutral import quote

Kind = Literal["xlsx", "xlsb", "xls", "ods", "html", "csv"]

MAX_FILE = 512 * 2**20  # bytes on disk
# Bytes of a workbook when unpacked: 300,000 projects have some 200 MB; more only where it packs badly.
ORDINARY, MAX_UNPACKED, RATIO = 2**28, 2**30, 20
PATIENCE = 0.5  # seconds in which somebody has to begin writing to a pipe

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NO_REGISTER = (
    (re.compile(rb"\x1f\x8b"), "compressed with gzip", "Unpack it first."),
    (re.compile(rb"\s*[\[{]\s*[\[{\"\]}]"), "JSON", "Export it as csv or xlsx."),
)
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MANIFEST = "META-INF/manifest.xml"  # of an ods workbook; it tells whether the rest is encrypted
MARKUP = re.compile(rb"\s*<(\?xml|!doctype|html|table|head|body|div|script|meta|style)\b", re.IGNORECASE)
BEGINNING = b"\x09\x08\x10\x00\x00\x06"  # of the first record of an xls workbook
PASSWORD = 0x2F  # the record that says that it has one

SAVE_AS = "Open it in the spreadsheet program and save it as xlsx, xls, ods or csv."


def load(path: Path) -> tuple[bytes, Kind]:
    """Return the bytes of a register file and what kind of file they are.

    Raises
    ------
    RegisterError
        If the file is missing, empty, too large, protected by a password, damaged, or no spreadsheet.
    """
    data, name = _bytes(path), quote(path.name)
    start = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if not re.search(rb"[^\0 \t\r\n]", data):
        raise RegisterError(f"The register {name} is empty.", "Save the spreadsheet once more and try again.")
    if data.startswith(ZIP):
        return data, _archive(data, name)
    if data.startswith(COMPOUND):
        if ENCRYPTED in data or _password_of_xls(data):
            raise protected(name)
        return data, "xls"
    for sign, what, remedy in NO_REGISTER:
        if sign.match(start):
            raise RegisterError(f"The register {name} is {what}, not a spreadsheet.", remedy)
    if not MARKUP.match(start):
        return data, "csv"
    if b"schemas-microsoft-com:office:spreadsheet" in start:
        raise RegisterError(f"The register {name} is an XML spreadsheet of 2003.", SAVE_AS)
    if b"<table" not in data.lower():
        raise RegisterError(f"The register {name} is a web page or XML, not a spreadsheet.", SAVE_AS)
    return data, "html"


def protected(name: str) -> RegisterError:
    """Return the error for a workbook that only opens with a password."""
    return RegisterError(
        f"The register {name} is protected by a password.", "Save a copy of it without a password."
    )


def damaged(name: str) -> RegisterError:
    """Return the error for a workbook that cannot be unpacked."""
    return RegisterError(
        f"The register {name} is damaged, cut off, or larger than a register can be.",
        "Delete stray cells far to the right or below, and save it once more as xlsx, xls, ods or csv.",
    )


def _bytes(path: Path) -> bytes:
    shown = quote(str(path), 200)
    try:
        with open(
            os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb"
        ) as file:
            status = os.fstat(file.fileno())
            first = _first_of_pipe(file.fileno()) if stat.S_ISFIFO(status.st_mode) else b""
            # A pipe or a device does not say how much will come.
            data = b"" if status.st_size > MAX_FILE else first + file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not that of a file"
        raise RegisterError(
            f"The register {shown} cannot be opened: {reason}.", "Check the name and the folder."
        ) from None
    if max(status.st_size, len(data)) > MAX_FILE:
        raise RegisterError(
            f"The register {shown} is larger than {MAX_FILE >> 20} MB.", "Split it into several files."
        )
    return data


def _first_of_pipe(pipe: int) -> bytes:
    """Return the first byte that comes through a pipe, to which somebody may have to begin writing."""
    until, byte = time.monotonic() + PATIENCE, b""
    while not byte and time.monotonic() < until:
        try:
            byte = os.read(pipe, 1)
            time.sleep(0 if byte else 0.02)
        except BlockingIOError:  # there is a writer, who thinks
            os.set_blocking(pipe, True)
            return os.read(pipe, 1)
    if not byte:
        raise OSError(0, "it is a pipe, and nobody writes to it")
    os.set_blocking(pipe, True)
    return byte


def _archive(data: bytes, name: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # A small archive can unpack to more than the memory holds; its directory says so beforehand.
            most = min(max(ORDINARY, RATIO * len(data)), MAX_UNPACKED)
            if sum(entry.file_size for entry in archive.infolist()) > most or archive.testzip() is not None:
                raise damaged(name)
            entries = {entry.replace("\\", "/").removeprefix("xl/") for entry in archive.namelist()}
            if MANIFEST in entries and b"encryption-data" in archive.read(MANIFEST):
                raise protected(name)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, KeyError):
        raise damaged(name) from None
    kinds: dict[str, Kind] = {"workbook.xml": "xlsx", "workbook.bin": "xlsb", "content.xml": "ods"}
    for entry, kind in kinds.items():
        if entry in entries:
            return kind
    raise RegisterError(f"The register {name} is an archive, but no xlsx or ods workbook.", SAVE_AS)


def _password_of_xls(data: bytes) -> bool:
    """Return whether a workbook of Excel 97 says among its first records that it is encrypted."""
    at = data.find(BEGINNING)
    for _ in range(8):
        if at < 0 or at + 4 > len(data):
            break
        kind, size = struct.unpack_from("<HH", data, at)
        if kind == PASSWORD:
            return True
        at += 4 + size
    return False
