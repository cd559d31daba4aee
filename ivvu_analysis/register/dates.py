"""Dates as people type them: ISO, day-month-year, `nov-20`, `Q3 2020`, or the serial numbers of Excel.

Day and month are in the Dutch order. What does not say at least a year is no date, and nothing is guessed.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of Excel's serial numbers from 1 March 1900 on
SERIALS = range(36_526, 73_051)  # 2000-01-01 to 2099-12-31: other numbers are not meant as dates

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february feb",
            "maart march mrt mar maa",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "augustus august aug",
            "september sep sept",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}

YEAR = r"(?P<year>20\d\d)"
MONTH = r"(?P<month>\d{1,2})"
DAY = r"(?P<day>\d{1,2})"
CLOCK = r"(?:[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
PATTERNS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{YEAR}[-/.]{MONTH}[-/.]{DAY}{CLOCK}",
        rf"{YEAR}[-/]{MONTH}{CLOCK}",
        rf"{YEAR}\.(?P<month>\d\d){CLOCK}",  # a spreadsheet makes 2020.1 of 2020.10, so one digit is no month
        rf"{DAY}[-/. ]{MONTH}[-/. ](?P<year>(?:20)?\d\d){CLOCK}",
        rf"{MONTH}[-/. ]{YEAR}",
        rf"(?:begin|medio|eind|voorjaar|najaar)(?: van)? {YEAR}",
        rf"(?:{DAY}[-. ]+)?(?P<word>[a-z]{{3,9}})\.?[-' ’]*(?P<year>(?:20)?\d\d)",
        rf"(?:q|kwartaal )[1-4][-/ ]{YEAR}",
        rf"{YEAR}[-/ ]?q[1-4]",
        rf"[1-4](?:e|ste|de) kwartaal(?: van)? {YEAR}",
        rf"{YEAR}",
    )
)


class Moment(NamedTuple):
    """A year, and its month where that is known."""

    year: int
    month: int | None


def moment(text: str) -> Moment | None:
    """Return the year and the month that `text` names, or None if it is no date.

    Examples
    --------
    >>> moment("1-11-2020") == moment("nov-20") == moment("44136") == Moment(2020, 11)
    True
    """
    folded = " ".join(text.casefold().split())
    if re.fullmatch(r"\d{5}(\.\d+)?", folded, re.ASCII):
        return _from_serial(int(folded[:5]))
    for pattern in PATTERNS:
        if found := pattern.fullmatch(folded):
            return _from_parts(found.groupdict())
    return None


def wave(text: str) -> str | None:
    """Return the wave, such as ``"2020-10"``, of a reference date, or None if it has no month."""
    found = moment(text)
    return f"{found.year}-{found.month:02d}" if found and found.month else None


def _from_serial(days: int) -> Moment | None:
    if days not in SERIALS:
        return None
    day = EXCEL_EPOCH + timedelta(days=days)
    return Moment(day.year, day.month)


def _from_parts(parts: dict[str, str | None]) -> Moment | None:
    year = int(parts["year"] or 0) % 100 + 2000
    month = _month(parts)
    if month is None and (parts.get("month") or parts.get("word")):
        return None
    day = int(parts.get("day") or 1)
    try:
        date(year, month or 1, day)
    except ValueError:
        return None
    return Moment(year, month)


def _month(parts: dict[str, str | None]) -> int | None:
    if word := parts.get("word"):
        return MONTHS.get(word)
    number = int(parts.get("month") or 0)
    return number if 1 <= number <= 12 else None
