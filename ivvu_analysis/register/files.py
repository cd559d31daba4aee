"""Files of every format as sheets of text: the one door through which a register comes in."""

import json
import os
import re
import select
import stat
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from ivvu_analysis.errors import DataError, RegisterError
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import text, unpack
from ivvu_analysis.register.spelling import Speller

MAX_FILE = 512 * 2**20  # bytes on disk
PIPE_PATIENCE = 0.5  # seconds in which somebody has to begin writing to a pipe
PATIENCE = 60.0  # seconds to wait where the system does not limit the processor time of a program
PATIENCE_PER_BYTE = 10 / 2**20

SAVE_AS = "Open it in the spreadsheet program and save it as xlsx, xls, ods or csv."
PROTECTED = ("is protected by a password", "Save a copy of it without a password.")
FAILED = {  # by how the program that unpacks workbooks ends
    unpack.PROTECTED: PROTECTED,
    unpack.ARCHIVE: ("is an archive, but no xlsx or ods workbook", SAVE_AS),
    None: (
        "is damaged, cut off, or larger than a register can be",
        "Delete stray cells far to the right or below, and save it once more as xlsx, xls, ods or csv.",
    ),
}
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
MARKUP = rb"\s*<(\?xml|!doctype|html|table|head|body|div|script|meta|style)\b"
PASSWORD_OF_XLS = rb"\x09\x08\x10\0\0\x06.{14}(\x86\0\0\0)?\x2f\0"  # it stands among the first records
# What the content of a file tells, because its name can lie.
REFUSED = (
    (rb"[\0\s]*\Z", "is empty", "Save the spreadsheet once more and try again."),
    (PACKED[1] + b".*" + "EncryptedPackage".encode("utf-16-le"), *PROTECTED),
    (PACKED[1] + b".*" + PASSWORD_OF_XLS, *PROTECTED),
    (rb"\x1f\x8b", "is compressed with gzip, not a spreadsheet", "Unpack it first."),
    (rb"\s*[\[{]\s*[\[{\"\]}]", "is JSON, not a spreadsheet", "Export it as csv or xlsx."),
    (rb"\s*<.*schemas-microsoft-com:office:spreadsheet", "is an XML spreadsheet of 2003", SAVE_AS),
    (MARKUP + b"(?!.*<table)", "is a web page or XML, not a spreadsheet", SAVE_AS),
)


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file, all of its cells being text.

    Parameters
    ----------
    name
        What it is called; empty for csv.
    cells
        One row a row in which anything stands, indexed by the number that a spreadsheet shows; one column a
        column in which anything stands, from 0; an empty cell is an empty text.
    kind
        ``"csv"``, ``"html"`` or ``"workbook"``.
    marks
        What is the matter with rows (column -1) and cells beyond their text: row, column, problem, value.
    visible
        Whether the spreadsheet shows it.
    since_1904
        Whether its days count from 1904.
    """

    name: str
    cells: pd.DataFrame
    kind: str
    marks: Sequence[unpack.Mark] = ()
    visible: bool = True
    since_1904: bool = False


def read(path: Path, speller: Speller, what: str = "register") -> list[Sheet]:
    """Read all sheets of a file, `what` it is called in messages, without judging what is in them.

    Raises
    ------
    RegisterError
        If the file is missing, empty, too large, protected by a password, damaged, or no spreadsheet.
    """
    data, name = _bytes(path, what), f"{what} {quote(path.name)}"
    start = memoryview(data)[3 if data.startswith(b"\xef\xbb\xbf") else 0 :]
    for sign, problem, remedy in REFUSED:
        if re.match(sign, start, re.DOTALL | re.IGNORECASE):
            raise RegisterError(f"The {name} {problem}.", remedy)
    page = re.match(MARKUP, start, re.IGNORECASE)
    if not page and not data.startswith(PACKED):
        cells, marks = text.grid(data, name, speller)
        return [Sheet("", _filled(cells), "csv", marks)]
    kind = "html" if page else "workbook"
    return [
        Sheet(cells=_frame(found.pop("rows")), kind=kind, **found) for found in _unpacked(data, kind, name)
    ]


def _bytes(path: Path, what: str) -> bytes:
    shown = f"The {what} {quote(str(path), 200)}"
    try:
        # Opening a pipe would wait for somebody who writes to it.
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(opened, "rb") as file:
            size, first = os.fstat(opened).st_size, b""
            if stat.S_ISFIFO(os.fstat(opened).st_mode):
                select.select([opened], [], [], PIPE_PATIENCE)
                with suppress(BlockingIOError):  # there is a writer, who thinks
                    if not (first := os.read(opened, 1)):
                        raise OSError(0, "it is a pipe, and nobody writes to it")
                os.set_blocking(opened, True)
            # A pipe or a device does not say how much will come.
            data = b"" if size > MAX_FILE else first + file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not that of a file"
        raise RegisterError(
            f"{shown} cannot be opened: {reason}.", "Check the name and the folder."
        ) from None
    if max(size, len(data)) > MAX_FILE:
        raise RegisterError(f"{shown} is larger than {MAX_FILE >> 20} MB.", "Split it into several files.")
    return data


def _unpacked(data: bytes, kind: str, name: str) -> list[dict[str, Any]]:
    command, status = [sys.executable, "-I", "-X", "utf8", str(Path(unpack.__file__)), kind], None
    patience = PATIENCE + PATIENCE_PER_BYTE * len(data)
    with suppress(subprocess.TimeoutExpired, ValueError):
        quiet = {**os.environ, "RUST_BACKTRACE": "0"}
        done = subprocess.run(command, input=data, capture_output=True, env=quiet, timeout=patience)
        if not (status := done.returncode):
            return list(json.loads(done.stdout))
    what, remedy = FAILED.get(status, FAILED[None])
    raise RegisterError(f"The {name} {what}.", remedy)


def listed(path: Path, what: str, fields: Sequence[str], more: Sequence[str] = ()) -> pd.DataFrame:
    """Return the rows of a small file by the headings in its first row, in whatever order those stand.

    Raises
    ------
    RegisterError
        If the file cannot be read.
    DataError
        If it does not have each of `fields` once; those of `more` it may lack.
    """
    known = Speller(headings=dict.fromkeys((*fields, *more), "title"))
    sheets = read(path, known, f"file of {what}")
    cells = next((sheet.cells for sheet in sheets if len(sheet.cells)), pd.DataFrame([[""]]))
    headings = [text.casefold() for text in cells.iloc[0]]
    if missing := [field for field in fields if headings.count(field) != 1]:
        raise DataError(
            f"The {what} {quote(path.name)} do not have exactly one heading {' and one '.join(missing)}.",
            f"The first row needs the headings {', '.join(fields)}"
            + (f"; {' and '.join(more)} may stand beside them." if more else "."),
        )
    rows = cells.iloc[1:].set_axis(headings, axis=1)
    return rows[[field for field in (*fields, *more) if headings.count(field) == 1]]


def holds_only(path: Path, headings: Sequence[str]) -> bool:
    """Return whether a file holds a table with these headings and nothing else, whatever program saved it.

    Raises
    ------
    RegisterError
        If it cannot be read.
    """
    known = Speller(headings=dict.fromkeys(headings, "title"))
    sheets = [sheet for sheet in read(path, known, "file") if len(sheet.cells)]
    held = [sorted(map(str.casefold, sheet.cells.iloc[0])) for sheet in sheets if sheet.kind != "html"]
    return held == [sorted(headings)]


def _frame(rows: list[tuple[int, list[str]]]) -> pd.DataFrame:
    numbers = pd.Index([number for number, _ in rows], dtype="int64")
    columns = zip_longest(*(cells for _, cells in rows), fillvalue="")
    return _filled(pd.DataFrame(dict(enumerate(columns)), index=numbers, dtype=object))


def _filled(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the rows and columns in which anything stands, texts without blanks around them."""
    plain = cells.map(str.strip).astype(object)
    held = plain != ""
    return plain.loc[held.any(axis=1), held.any(axis=0)]
