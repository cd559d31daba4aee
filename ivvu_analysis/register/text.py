"""Registers saved as csv: which encoding, which separator, and every row with its own number."""

from __future__ import annotations

import codecs
import csv
import io
import re
from itertools import islice

import numpy as np
import pandas as pd

from ivvu_analysis.errors import RegisterError
from ivvu_analysis.register.spelling import Speller
from ivvu_analysis.register.unpack import Mark

SEPARATORS = (";", ",", "\t", "|")
HEAD = 2**20  # characters in which the headings must stand
SEARCHED_ROWS = 100  # titles, logos and explanations above the headings are never longer
BINARY_SHARE = 0.08  # of control characters; a text with more of them is no text
ODD_BYTES = 5  # bytes that do not fit utf-8 in a file that is utf-8 for the rest

# Letters by which encodings that can read any byte are told apart: those of Dutch count double.
LETTERS = {
    **dict.fromkeys("âîôûàäíúñÁÜÖ", 1),
    **dict.fromkeys("éëïèöüáóçêÉËÏ", 2),
    **dict.fromkeys("€’‘“”–—…°²½±§·«»\xa0", 0),
}
SINGLE_BYTE = ("cp1252", "cp850", "mac-roman")
MOJIBAKE = re.compile(r"[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|â‚¬")


def grid(data: bytes, name: str, speller: Speller) -> tuple[pd.DataFrame, list[Mark]]:
    """Return the cells of a csv file as text, numbered from 1 as a spreadsheet does, and what is odd in them.

    Raises
    ------
    RegisterError
        If the bytes are no text, or a quotation mark swallows rows that cannot be told apart.
    """
    text, marks = decode(data, name)
    if named := re.match(r"sep=(.)\r?\n", text):
        text = text[named.end() :]
    separator, width = _separator(text, named[1] if named else "", speller)
    try:
        frame = pd.read_csv(
            io.BytesIO(data if data.isascii() and not named else text.encode("utf-8", "replace")),
            sep=separator,
            header=None,
            names=range(width),
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        frame = _ragged(text, separator, name)
    fault = _faulty_row(frame, text, separator)
    if fault:
        frame, quoted = _without_quotes(text, separator, width, name, fault)
        marks += [(row, -1, "row_quotes", '"') for row in quoted]
    if not text.isascii() and any(sign in text for sign in "ÃÂâ") and MOJIBAKE.search(text):
        frame, garbled = _mended(frame)
        marks += [(row, -1, "mojibake", "") for row in garbled]
    first = 2 if named else 1
    frame.index = pd.RangeIndex(first, len(frame) + first)
    return frame, [(row + first - 1, column, what, found) for row, column, what, found in marks]


def decode(data: bytes, name: str) -> tuple[str, list[Mark]]:
    """Return the text of a file in utf-8, utf-16 or an encoding of one byte, and where that is in doubt.

    Raises
    ------
    RegisterError
        If the bytes are no text in any of them.
    """
    marks: list[Mark] = []
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = data.decode("utf-16")
        elif data[1:2] == b"\0" or data[:1] == b"\0":
            text = data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, marks = _bytes_of_one(data)
    sample = text[:100_000]
    if sum(c < " " and c not in "\t\r\n" for c in sample) > BINARY_SHARE * len(sample) + 2:
        raise RegisterError(
            f"The register {name} is not a text or spreadsheet file.", "Save it as xlsx, xls, ods or csv."
        )
    return text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"), marks


def _bytes_of_one(data: bytes) -> tuple[str, list[Mark]]:
    """Read a text that is utf-8 but for a few bytes, or in the encoding that makes most sense of it."""
    lenient = data.decode("utf-8-sig", "surrogateescape")
    odd = [found.start() for found in islice(re.finditer("[\udc80-\udcff]", lenient), ODD_BYTES + 1)]
    if len(odd) <= ODD_BYTES and re.search("[\x80-\ud7ff]", lenient):
        bytes_read = re.sub(
            "[\udc80-\udcff]", lambda c: bytes([ord(c[0]) - 0xDC00]).decode("cp1252", "replace"), lenient
        )
        return bytes_read, [
            (lenient.count("\n", 0, at) + 1, -1, "odd_byte", bytes_read[max(at - 12, 0) : at + 12])
            for at in odd
        ]
    found = {byte for byte in set(data) if byte > 0x7F}
    counts = {byte: data.count(byte) for byte in found}

    def sense(encoding: str) -> int:
        return sum(n * LETTERS.get(bytes([b]).decode(encoding, "replace"), -1) for b, n in counts.items())

    best = max(SINGLE_BYTE, key=sense)
    first = min(data.find(byte) for byte in found)
    known = best == "cp1252" and sense(best) >= 0
    text = data.decode(best, "replace")
    return text, [] if known else [(data.count(b"\n", 0, first) + 1, -1, "encoding", best)]


def _separator(text: str, named: str, speller: Speller) -> tuple[str, int]:
    """Return the separator under which the most headings are known, and the width of the first rows."""
    rows = {separator: _first_rows(text, separator) for separator in ([named] if named else SEPARATORS)}

    def known(separator: str) -> int:
        return max(
            (
                sum(speller.heading(cell) is not None for cell in row)
                for row in rows[separator]
                if len(row) > 2
            ),
            default=0,
        )

    best = max(rows, key=known)
    return best, max((len(row) for row in rows[best]), default=1) or 1


def _first_rows(text: str, separator: str) -> list[list[str]]:
    try:
        return list(
            islice(csv.reader(io.StringIO(text[:HEAD], newline=""), delimiter=separator), SEARCHED_ROWS)
        )
    except csv.Error:
        return []  # the wrong separator makes cells that are too long to be any


def _ragged(text: str, separator: str, name: str) -> pd.DataFrame | None:
    """Read rows of which some further down are longer than the first; None if a quotation mark stays open."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        if "field limit" in str(error):
            raise RegisterError(
                f"A cell of the register {name} holds more than {csv.field_size_limit():,} characters.",
                "Shorten it, or take the column out.",
            ) from None
        return None
    return pd.DataFrame(rows, dtype=str).fillna("")


def _faulty_row(frame: pd.DataFrame | None, text: str, separator: str) -> int:
    """Return the row in which a quotation mark has drawn other rows or cells into one cell, or 0."""
    if frame is None:
        return text.count("\n", 0, text.rfind('"')) + 1
    if '"' not in text:
        return 0
    if text.count("\n") > len(frame):
        last = (frame.head(SEARCHED_ROWS) != "").iloc[:, ::-1].idxmax(axis=1)
        usual = int(last.mode().max())  # the last column in which rows have anything
        broken = pd.DataFrame({column: frame[column].str.contains("\n", regex=False) for column in frame})
        wide = (frame.iloc[:, usual + 2 :] != "").any(axis=1) & broken.any(axis=1)
        for at in np.flatnonzero(broken.any(axis=1)).tolist():
            lines = "\n".join(frame.iloc[at][broken.iloc[at]]).split("\n")
            within = max(line.count(separator) for line in lines)
            if within >= max(usual - 1, 2) or (
                wide[at] and wide.equals((frame.iloc[:, usual + 2 :] != "").any(axis=1))
            ):
                return at + 1
    sep = re.escape(separator)
    loose = re.search(rf'(?:^|[{sep}\r\n])"(?:[^"\r\n]|"")*"[^"{sep}\r\n]', text)
    return text.count("\n", 0, loose.start() + 1) + 1 if loose else 0


def _without_quotes(
    text: str, separator: str, width: int, name: str, fault: int
) -> tuple[pd.DataFrame, list[int]]:
    """Read a text line by line with its quotation marks as they stand, if its rows then come out even."""
    lines = [line.rstrip("\r").split(separator) for line in text.rstrip("\r\n").split("\n")]
    widths = {len(line) if any(line[width:]) else min(len(line), width) for line in lines if any(line)}
    if len(widths) > 1 or min(widths) < 3:
        raise RegisterError(
            f"A quotation mark in row {fault} of the register {name} is never closed, "
            "so rows run into each other.",
            "Delete or double that quotation mark.",
        )
    # Cells that are quoted as they should be still lose their marks.
    rows = [
        [
            cell[1:-1].replace('""', '"') if re.fullmatch(r'"([^"]|"")*"', cell) else cell
            for cell in line[:width]
        ]
        for line in lines
    ]
    quoted = [number for number, row in enumerate(rows, start=1) if any('"' in cell for cell in row)]
    return pd.DataFrame(rows, dtype=str).fillna(""), quoted


def _mended(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[int]]:
    """Undo that utf-8 was read in cp1252 and saved so, cell by cell."""

    def mend(cell: str) -> str:
        try:
            return cell.encode("cp1252").decode("utf-8") if MOJIBAKE.search(cell) else cell
        except UnicodeError:
            return cell

    garbled = pd.concat([frame[column].str.contains(MOJIBAKE) for column in frame], axis=1).any(axis=1)
    frame = frame.copy()
    frame.loc[garbled] = frame.loc[garbled].map(mend)
    return frame, [int(row) + 1 for row in garbled[garbled].index]
