"""Registers saved as csv: which encoding, which separator, and every row with its own number."""

from __future__ import annotations

import codecs
import csv
import io
from itertools import islice

import pandas as pd

from ivvu_analysis.errors import RegisterError
from ivvu_analysis.register import headings

SEPARATORS = (";", ",", "\t")
HEAD = 2**20  # characters in which the headings must stand
BINARY_SHARE = 0.08  # of control characters; a text with more of them is no text

NOT_TEXT = "Save the register as xlsx, xls, ods or csv."


def grid(data: bytes, name: str) -> pd.DataFrame:
    """Return the cells of a csv file as text, one row a record, numbered from 1 as a spreadsheet does.

    Parameters
    ----------
    data
        The bytes of the file.
    name
        What the file is called in messages.

    Raises
    ------
    RegisterError
        If the bytes are no text, or a quotation mark is never closed.
    """
    text = decode(data, name)
    separator, width = _separator(text)
    try:
        frame = pd.read_csv(
            io.BytesIO(text.encode("utf-8", "replace")),
            sep=separator,
            header=None,
            names=range(width),
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        frame = _ragged(text, separator, name)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    _refuse_swallowed_rows(frame, text, separator, name)
    return frame


def decode(data: bytes, name: str) -> str:
    """Return the text of a file in utf-8, utf-16 or, failing these, cp1252.

    Raises
    ------
    RegisterError
        If the bytes are no text in any of them.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif data[1:2] == b"\0" or data[:1] == b"\0":
        encodings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = text[:100_000]
        if sum(c < " " and c not in "\t\r\n" for c in sample) <= BINARY_SHARE * len(sample) + 2:
            return text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    raise RegisterError(f"The register {name} is not a text or spreadsheet file.", NOT_TEXT)


def _separator(text: str) -> tuple[str, int]:
    """Return the separator under which the most headings are known, and the width of the first rows."""
    rows = {separator: _first_rows(text, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: headings.locate(rows[separator])[1])
    return best, max((len(row) for row in rows[best]), default=1) or 1


def _first_rows(text: str, separator: str) -> list[list[str]]:
    lines = io.StringIO(text[:HEAD], newline="")
    try:
        return list(islice(csv.reader(lines, delimiter=separator), headings.SEARCHED_ROWS))
    except csv.Error:
        return []  # the wrong separator makes cells that are too long to be any


def _ragged(text: str, separator: str, name: str) -> pd.DataFrame:
    """Read rows of which some, further down, are longer than the first ones."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        if "limit" in str(error):
            raise RegisterError(
                f"A cell of the register {name} holds more than {csv.field_size_limit():,} characters.",
                "Shorten that text; if there is none so long, close the quotation mark that opens it.",
            ) from None
        raise _unclosed(name) from None
    return pd.DataFrame(rows, dtype=str).fillna("")


def _refuse_swallowed_rows(frame: pd.DataFrame, text: str, separator: str, name: str) -> None:
    """Refuse a file in which a stray quotation mark has drawn whole rows into one cell."""
    if text.count("\n") <= len(frame):
        return  # no cell holds more than one line
    for column in frame:
        lines = frame[column][frame[column].str.contains("\n", regex=False)].str.split("\n").explode()
        swallowed = lines.str.count(separator) >= max(len(frame.columns) - 2, 2)
        if swallowed.any():
            raise _unclosed(name, f" in row {swallowed.idxmax()}")


def _unclosed(name: str, where: str = "") -> RegisterError:
    return RegisterError(
        f"A quotation mark{where} of the register {name} is never closed, so rows run into each other.",
        "Delete or double that quotation mark.",
    )
