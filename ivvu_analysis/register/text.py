"""Registers saved as csv: which encoding, which separator, and every row with its own number."""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice, zip_longest

import numpy as np
import pandas as pd

from ivvu_analysis.errors import RegisterError
from ivvu_analysis.register.spelling import Speller
from ivvu_analysis.register.unpack import Mark

SEPARATORS = (";", ",", "\t", "|")
HEAD = 2**20  # bytes in which the headings must stand
SEARCHED_ROWS = 100  # titles, logos and explanations above the headings are never longer
BINARY_SHARE = 0.08  # of control characters; a text with more of them is no text
ODD_BYTES = 5  # bytes that do not fit utf-8 in a file that is utf-8 for the rest

# What people write beyond ASCII; the encoding under which most bytes are such signs is the right one.
USUAL = frozenset("éëïèöüáóçêÉËÏâîôûàäíúñÁÜÖ€’‘“”–—…°²½±§·«»\xa0")
SINGLE_BYTE = ("cp1252", "cp850", "mac-roman")
CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f]")
ODD = re.compile("[\udc80-\udcff]")  # how Python keeps a byte that it cannot decode
QUOTED = re.compile(r'^"((?:[^"]|"")*)"$', re.DOTALL)
MOJIBAKE = re.compile(r"[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|â‚¬")


def grid(data: bytes, name: str, speller: Speller) -> tuple[pd.DataFrame, list[Mark]]:
    """Return the cells of a csv file as text, numbered from 1 as a spreadsheet does, and what is odd in them.

    Raises
    ------
    RegisterError
        If the bytes are no text, or a quotation mark swallows rows that cannot be told apart.
    """
    plain, marks = _in_utf8(data, name)
    named = re.match(rb"sep=(.)\r?\n", plain)
    separator, width = _separator(plain, [named[1].decode()] if named else SEPARATORS, speller)
    above = 1 if named else 0
    try:
        frame = _parsed(plain, separator, width, above)
        fault = _faulty_row(frame, plain, separator, above)
    except pd.errors.ParserError:  # a quotation mark stays open to the end of the file
        fault = plain.count(b"\n", 0, plain.rfind(b'"')) + 1
    if fault:
        frame, quoted = _without_quotes(plain.decode(), separator, width, above)
        if frame.empty:
            raise RegisterError(
                f"A quotation mark in row {fault} of the {name} is never closed, "
                "so rows run into each other.",
                "Delete or double that quotation mark.",
            )
        marks += [(row, -1, "row_quotes", '"') for row in quoted]
    frame.index = pd.RangeIndex(1 + above, len(frame) + 1 + above)
    if re.search("Ã|Â|â".encode(), plain) and MOJIBAKE.search(plain.decode()):
        garbled = np.logical_or.reduce([frame[column].str.contains(MOJIBAKE) for column in frame])
        frame = frame.apply(lambda column: column.map(_mended))
        marks += [(row, -1, "mojibake", "") for row in frame.index[garbled].tolist()]
    return frame, marks


def _in_utf8(data: bytes, name: str) -> tuple[bytes, list[Mark]]:
    """Return a file in utf-8, utf-16 or one byte a letter as utf-8, and where it is in doubt."""
    marks: list[Mark] = []
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    if b"\0" in data[:2]:
        encoding = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    plain = data.removeprefix(codecs.BOM_UTF8)
    try:
        plain = plain.decode(encoding).encode("utf-8", "replace")
    except UnicodeDecodeError:
        text, marks = _bytes_of_one(plain)
        plain = text.encode("utf-8", "replace")
    sample = plain[:100_000].decode("utf-8", "replace")
    if len(CONTROL.findall(sample)) > BINARY_SHARE * len(sample) + 2:
        raise RegisterError(
            f"The {name} is not a text or spreadsheet file.", "Save it as xlsx, xls, ods or csv."
        )
    return plain, marks


def _bytes_of_one(data: bytes) -> tuple[str, list[Mark]]:
    """Read a text that is utf-8 but for a few bytes, or in the encoding that makes most sense of it."""
    lenient = data.decode("utf-8", "surrogateescape")
    odd = [found.start() for found in islice(ODD.finditer(lenient), ODD_BYTES + 1)]
    if len(odd) <= ODD_BYTES and re.search("[\x80-\ud7ff]", lenient):
        text = ODD.sub(lambda c: bytes([ord(c[0]) - 0xDC00]).decode("cp1252", "replace"), lenient)
        return text, [
            (text.count("\n", 0, at) + 1, -1, "odd_byte", text[max(at - 12, 0) : at + 12]) for at in odd
        ]
    counts = {byte: data.count(byte) for byte in set(data) if byte > 0x7F}

    def sense(encoding: str) -> int:
        usual = {byte: bytes([byte]).decode(encoding, "replace") in USUAL for byte in counts}
        return sum(n if usual[byte] else -n for byte, n in counts.items())

    best = max(SINGLE_BYTE, key=sense)
    row = data.count(b"\n", 0, min(map(data.find, counts), default=0)) + 1
    sure = best == SINGLE_BYTE[0] and sense(best) >= 0
    return data.decode(best, "replace"), [] if sure else [(row, -1, "encoding", best)]


def _separator(plain: bytes, among: Sequence[str], speller: Speller) -> tuple[str, int]:
    """Return the separator under which the most headings are known, and the width of the first rows."""
    head = plain[:HEAD].decode("utf-8", "ignore")
    found: list[tuple[int, int, str]] = []
    for separator in among:
        rows: list[list[str]] = []
        lines = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
        with suppress(csv.Error):  # the wrong separator makes cells that are too long to be any
            rows += islice(lines, SEARCHED_ROWS)
        known = [sum(speller.heading(cell) is not None for cell in row) for row in rows if len(row) > 2]
        found.append((max(known, default=0), max(map(len, rows), default=1) or 1, separator))
    _, width, best = max(found, key=lambda one: one[:2])
    return best, width


def _parsed(data: bytes, separator: str, width: int, above: int) -> pd.DataFrame:
    """Read rows of any length."""
    try:
        return pd.read_csv(
            io.BytesIO(data), sep=separator, names=range(width), header=None, dtype=object,
            na_filter=False, skip_blank_lines=False, skiprows=above,
        )  # fmt: skip
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
    except pd.errors.ParserError as error:
        if not (longer := re.search(r"saw (\d+)", str(error))):
            raise
        return _parsed(data, separator, 2 * int(longer[1]), above)


def _faulty_row(frame: pd.DataFrame, plain: bytes, separator: str, above: int) -> int:
    """Return the row in which a quotation mark has drawn other rows or cells into one cell, or 0."""
    if b'"' not in plain:
        return 0
    if plain.count(b"\n") > len(frame):
        last = (frame.head(SEARCHED_ROWS) != "").iloc[:, ::-1].idxmax(axis=1)
        usual = int(last.mode().max())  # the last column in which rows have anything
        broken = pd.DataFrame({column: frame[column].str.contains("\n", regex=False) for column in frame})
        wide = (frame.iloc[:, usual + 2 :] != "").any(axis=1)
        torn = wide & ~wide[~broken.any(axis=1)].any()  # only these rows are that wide
        for at in np.flatnonzero(broken.any(axis=1)).tolist():
            drawn = "\n".join(frame.iloc[at][broken.iloc[at]])
            if torn[at] and (separator in drawn or '"' in drawn):  # headings on two lines can be that wide
                return at + 1 + above
            if max(line.count(separator) for line in drawn.split("\n")) >= max(usual - 1, 2):
                return at + 1 + above
    if _all_in_pairs(plain, separator):
        return 0
    sep = re.escape(separator).encode()
    loose = re.search(rb'(?:^|[%b\r\n])"(?:[^"\r\n]|"")*"[^"%b\r\n]' % (sep, sep), plain)
    return plain.count(b"\n", 0, loose.start() + 1) + 1 if loose else 0


def _all_in_pairs(plain: bytes, separator: str) -> bool:
    """Return whether every quotation mark opens or closes a cell, or is doubled within one."""
    letters = np.frombuffer(b"\n%b\n" % plain, np.uint8)
    marks = np.flatnonzero(letters == ord('"'))
    beside = np.concatenate([letters[marks[::2] - 1], letters[marks[1::2] + 1]])
    return bool(np.isin(beside, [*b'"\r\n', ord(separator)]).all())


def _without_quotes(text: str, separator: str, width: int, above: int) -> tuple[pd.DataFrame, list[int]]:
    """Read a text line by line with its quotation marks as they stand, if its rows then come out even."""
    lines = [line.rstrip("\r").split(separator) for line in text.rstrip("\r\n").split("\n")[above:]]
    widths = {len(line) if any(line[width:]) else min(len(line), width) for line in lines if any(line)}
    if len(widths) > 1 or min(widths) < 3:
        return pd.DataFrame(), []
    # Cells that are quoted as they should be still lose their marks.
    rows = [[QUOTED.sub(lambda c: c[1].replace('""', '"'), cell) for cell in line[:width]] for line in lines]
    quoted = [number for number, row in enumerate(rows, 1 + above) if any('"' in cell for cell in row)]
    return pd.DataFrame(dict(enumerate(zip_longest(*rows, fillvalue=""))), dtype=object), quoted


def _mended(cell: str) -> str:
    """Undo that utf-8 was read in cp1252 and saved so."""
    with suppress(UnicodeError):
        return cell.encode("cp1252").decode("utf-8") if MOJIBAKE.search(cell) else cell
    return cell
