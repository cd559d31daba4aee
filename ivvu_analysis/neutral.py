"""Text from spreadsheets made harmless: never a formula in Excel or CSV, never a command to a terminal."""

import re

EXCEL_CELL_LIMIT = 32_767  # characters that one cell of Excel can hold
MESSAGE_LIMIT = 80  # characters of a cell that a message quotes

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
FORMULA = re.compile(r"[\s'\"]*[=+\-@|\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")

# Control characters, halves of surrogate pairs and the two code points that XML has no place for.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Marks that reverse the reading direction can make a message say something else than it holds.
DIRECTION = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
BLANKS = re.compile(r"\s+")


def neutralise(text: str) -> str:
    """Return `text` as it may stand in a cell of Excel or CSV: nothing in it runs, and it fits.

    Parameters
    ----------
    text
        Any text, such as a cell of somebody else's spreadsheet.

    Returns
    -------
    str
        The text with an apostrophe before what a spreadsheet would take for a formula, with
        U+FFFD for characters that no spreadsheet can hold, and of at most 32,767 characters.
    """
    clean = UNPRINTABLE.sub(REPLACEMENT, text)
    if FORMULA.match(clean) and not clean.startswith("'"):
        clean = f"'{clean}"
    return clean if len(clean) <= EXCEL_CELL_LIMIT else f"{clean[: EXCEL_CELL_LIMIT - 1]}…"


def quote(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """Return `text` on one line for a message: no control characters, no reversed reading, not too long."""
    clean = DIRECTION.sub("", UNPRINTABLE.sub(REPLACEMENT, BLANKS.sub(" ", text))).strip()
    return clean if len(clean) <= limit else f"{clean[: limit - 1]}…"
