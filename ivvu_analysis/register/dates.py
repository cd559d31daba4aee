"""Dates as people type them: ISO, day-month-year, `nov-20`, `Q3 2020`, or the serial numbers of Excel.

Day and month are in the Dutch order. What does not say at least a year is no date, and nothing is guessed.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of Excel's serial numbers from 1 March 1900 on
SINCE_1904 = 1462  # days between that and day 0 of workbooks that count from 1904
SERIALS = range(36_526, 73_051)  # 2000-01-01 to 2099-12-31: other numbers are not meant as dates

NAMES = (
    "januari january jan", "februari february feb", "maart march mrt mar maa", "april apr", "mei may",
    "juni june jun", "juli july jul", "augustus august aug", "september sep sept", "oktober october okt oct",
    "november nov", "december dec",
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(NAMES, start=1) for name in names.split()}

YEAR, MONTH, DAY = r"(?P<year>20\d\d)", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
WORD = f"(?P<word>{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
SEASON = r"begin|medio|eind|voorjaar|lente|zomer|najaar|herfst|winter|[1-4](?:e|ste|de) kwartaal"
PATTERNS = (
    rf"{YEAR}[-/.]{MONTH}[-/.]{DAY}",
    rf"{YEAR}[-/]{MONTH}",
    rf"{YEAR}\.?(?P<month>\d\d)",  # a spreadsheet makes 2020.1 of 2020.10: one digit is no month
    rf"{DAY}[-/. ]{MONTH}[-/. ](?P<year>(?:20)?\d\d)",
    rf"{MONTH}[-/. ]{YEAR}",
    rf"(?:{DAY}[-. ]+)?{WORD}\.?[-' ’]*(?P<year>(?:20)?\d\d)",
    rf"(?:(?:{SEASON})(?: van)? |(?:q|kwartaal )[1-4][-/ ])?{YEAR}",
    rf"{YEAR}[-/ ]?q[1-4]",
)
CLOCK = re.compile(r"[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?z?$", re.ASCII)
# Where a moment stands among other words: in a title, a heading, the name of a sheet or file.
AMONG_WORDS = re.compile(
    rf"(?<![a-z\d])(?:{WORD}\.?[-' ’_]*(?:20|['’])\d\d|20\d\d[-_]\d\d|\d\d?[-./]\d\d?[-./]20\d\d)(?!\d)",
    re.ASCII | re.IGNORECASE,
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
    plain = CLOCK.sub("", iso(text.strip()) or " ".join(text.casefold().split()))
    found = next(filter(None, (re.fullmatch(pattern, plain, re.ASCII) for pattern in PATTERNS)), None)
    if found is None:
        return None
    parts = found.groupdict()
    month = MONTHS.get(parts.get("word") or "") or (int(parts["month"]) if parts.get("month") else None)
    try:
        day = date(int(parts["year"]) % 100 + 2000, 1 if month is None else month, int(parts.get("day") or 1))
    except ValueError:
        return None
    return Moment(day.year, month)


def wave(text: str) -> str | None:
    """Return the wave, such as ``"2020-10"``, of a reference date, or None if it has no month."""
    found = moment(text)
    return f"{found.year}-{found.month:02d}" if found and found.month else None


def mentioned(text: str) -> dict[str, str]:
    """Return every wave that is named among the words of `text`, with the words that name it."""
    words = [found[0] for found in AMONG_WORDS.finditer(text)]
    return {found: named for named in words if (found := wave(named.replace("_", "-")))}


def swapped(text: str) -> str | None:
    """Return the wave of a date that is read with its month before its day, or None if it cannot be."""
    found = re.fullmatch(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{2,4})", text.strip(), re.ASCII)
    return wave(f"{found[3]}-{found[1]}-{found[4]}") if found else None


def from_1904(text: str) -> str:
    """Return the serial number of a day in a workbook that counts from 1904 as others have it."""
    return str(int(text) + SINCE_1904) if re.fullmatch(r"\d{5}", text, re.ASCII) else text


def iso(text: str) -> str:
    """Return the day of a serial number, such as ``"2020-11-01"``, or an empty text if it is none."""
    days = int(text[:5]) if re.fullmatch(r"\d{5}(\.\d+)?", text, re.ASCII) else 0
    return (EXCEL_EPOCH + timedelta(days=days)).isoformat() if days in SERIALS else ""
