"""What the text of one cell stands for: a code, no answer, or something that a person must look at."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from ivvu_analysis.codebook import WAVES, Scale, scale, squeeze
from ivvu_analysis.register import dates

RATED_TWICE = ("impact", "sharing", "scalability")
SECOND_RATER = tuple(f"{measure}_2" for measure in RATED_TWICE)
SCALES = (
    "region",
    "holder",
    "theme",
    "start",
    "status",
    "participation",
    *RATED_TWICE,
    *SECOND_RATER,
    "origin",
)
CODED = (*SCALES, "wave")  # the columns whose cells are codes; the others are free text

NOTHING = re.compile(r"[\s\-–—_.?/*]*")
# Three noughts after a point are not decimals: 1.000 is a thousand to one reader and one to another.
NUMBER = re.compile(
    r"(\d{1,6})(?:[.,]0{1,2})?(?:\s*(?:zorg)?(?:organisaties?|organisations?))?", re.IGNORECASE
)
# Without its blanks and dashes '4.6' or '1 3' would read as a class, so figures need a mark between them.
FIGURES = re.compile(r"(\d+\s*[-–—/]\s*\d+|\d{4})")
MEANT_AS_TEXT = 200  # characters; longer than this is no misspelt label, and gets no suggestion


class Reading(NamedTuple):
    """The code that a cell stands for (empty: no answer), or else the problem, and perhaps a suggestion."""

    code: str
    problem: str = ""
    suggestion: str = ""


def scale_of(column: str) -> Scale:
    """Return the scale on which the cells of a coded column are positions."""
    return scale(column.removesuffix("_2"))


@cache
def no_answer(column: str) -> str:
    """Return the code for a missing answer in `column`: ``"unknown"``, or empty where the scale has none."""
    return next((level.code for level in scale_of(column) if level.missing), "")


def read(column: str, text: str) -> Reading:
    """Return what `text` stands for in `column`; nothing is ever guessed.

    Parameters
    ----------
    column
        One of `CODED`.
    text
        The text of a cell, without blanks around it.
    """
    if NOTHING.fullmatch(text) or scale("unanswered").recognise(text):
        return Reading("", "wave_missing") if column == "wave" else Reading(no_answer(column))
    match column:
        case "wave":
            code = dates.wave(text)
            return Reading(code) if code else Reading("", "not_recognised")
        case "participation":
            return _participation(text)
        case "start":
            return _start(text)
        case _:
            return _spelling(column, text)


def suggest(column: str, text: str) -> str:
    """Return the code whose spelling is most like `text`, for a person to accept; empty without one."""
    if column in ("wave", "start", "participation") or len(text) > MEANT_AS_TEXT:
        return ""
    return scale_of(column).suggest(text) or ""


def _spelling(column: str, text: str) -> Reading:
    known = scale_of(column)
    code = known.recognise(text)
    if code is None or (squeeze(text).isdecimal() and not FIGURES.fullmatch(text)):
        return Reading(no_answer(column), "not_recognised")
    return Reading(code)


def _participation(text: str) -> Reading:
    """Put a number of organisations into its class, or recognise the class itself."""
    if number := NUMBER.fullmatch(text):
        code = _class_of(int(number[1]))
        return Reading(code) if code else Reading(no_answer("participation"), "out_of_range")
    reading = _spelling("participation", text)
    if reading.problem and (class_typed := _class_made_a_date(text)):
        return Reading(reading.code, "made_a_date", class_typed)
    return reading


def _class_of(organisations: int) -> str:
    for code in scale("participation").rated:
        least, _, most = code.rstrip("+").partition("-")
        if int(least) <= organisations and (code.endswith("+") or organisations <= int(most)):
            return code
    return ""


def _class_made_a_date(text: str) -> str:
    """Return the class that a spreadsheet has turned into a date, as it does with 4-6: 4 June."""
    found = re.fullmatch(r"\d{4}-(\d\d)-(\d\d)", text)
    if not found:
        return ""
    first, second = sorted((int(found[1]), int(found[2])))
    code = f"{first}-{second}"
    return code if code in scale("participation").rated else ""


def _start(text: str) -> Reading:
    """Recognise a class of starts, or find the one in which a date lies."""
    reading = _spelling("start", text)
    if reading.problem and (moment := dates.moment(text)):
        code = scale("start").recognise(str(moment.year))
        return Reading(code) if code else Reading(no_answer("start"), "out_of_range")
    return reading


def known(column: str) -> tuple[str, ...]:
    """Return what may be written in `column`, for a message."""
    return scale_of(column).codes if column != "wave" else WAVES
