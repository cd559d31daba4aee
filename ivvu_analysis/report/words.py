"""Words and numbers in the reader's language: 1,234.5 and 75.2% in English, 1.234,5 and 75,2% in Dutch."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape
from math import isfinite
from typing import Any

import numpy as np
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from ivvu_analysis.codebook import LANGUAGES, Codebook, Language, standard
from ivvu_analysis.errors import ParameterError, did_you_mean

NOT_KNOWN = "–"
MINUS = "−"
MARKUP = re.compile(r"[*_`\[\]!#~|\\$]")  # what Markdown would take for more than a text


def language_of(text: str) -> Language:
    """Return a text as one of the languages that there are.

    Raises
    ------
    ParameterError
        If there is no such language.
    """
    if text not in LANGUAGES:
        raise ParameterError(f"There is no language '{text}'.", did_you_mean(str(text), LANGUAGES))
    return "nl" if text == "nl" else "en"


@dataclass(frozen=True)
class Words:
    """Format numbers, dates, codes and sentences for one language.

    Parameters
    ----------
    language
        ``"en"`` or ``"nl"``.
    book
        The codebook that labels come from.
    """

    language: Language
    book: Codebook = field(default_factory=standard, compare=False)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number with the language's separators and a true minus sign; not known is a dash."""
        if not isfinite(value):
            return NOT_KNOWN
        rounded = round(float(value), decimals) + 0.0  # the sum turns -0.0 into 0.0
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return format_decimal(rounded, format=pattern, locale=self.language).replace("-", MINUS)

    def signed(self, value: float, decimals: int = 0) -> str:
        """Return a number with its sign, also where it is above zero."""
        amount = self.number(value, decimals)
        return amount if value <= 0 or amount in (NOT_KNOWN, self.number(0, decimals)) else f"+{amount}"

    def percent(self, share: float, decimals: int = 0) -> str:
        """Return a share (0 to 1) as a percentage."""
        if not isfinite(share):
            return NOT_KNOWN
        return self.number(100 * share, decimals) + "%"

    def points(self, difference: float, decimals: int = 0) -> str:
        """Return a difference of two shares in percentage points, with its sign."""
        unit = {"en": "percentage points", "nl": "procentpunt"}[self.language]
        return f"{self.signed(100 * difference, decimals)} {unit}"

    @property
    def to(self) -> str:
        """The word between the ends of an interval."""
        return {"en": "to", "nl": "tot"}[self.language]

    def format(self, unit: str, value: float) -> str:
        """Return a number in a unit: ``"%"``, ``"%1"``, ``"+%"``, ``"count"``, ``"chance"`` or ``".2"``."""
        if unit == "count":
            return self.number(value)
        if unit == "chance":
            return self.chance(value)
        if unit.startswith("+%"):
            return self.points(value, int(unit[2:] or 1))
        if unit.startswith("%"):
            return self.percent(value, int(unit[1:] or 0))
        return self.number(value, int(unit[1:]))

    def probability(self, value: float) -> str:
        """Return a p-value or a probability near zero or one without claiming it is zero or one."""
        if not isfinite(value):
            return NOT_KNOWN
        if value < 0.001:
            return "< " + self.number(0.001, 3)
        if value > 0.999:
            return "> " + self.number(0.999, 3)
        return self.number(value, 3)

    def chance(self, value: float) -> str:
        """Return a probability as a percentage that never claims certainty: ``"less than 0.1%"``."""
        less, more = {"en": ("less than", "more than"), "nl": ("minder dan", "meer dan")}[self.language]
        if value < 0.001:
            return f"{less} {self.percent(0.001, 1)}"
        if value > 0.999:
            return f"{more} {self.percent(0.999, 1)}"
        return self.percent(value, 0 if 0.1 <= value <= 0.99 else 1)

    def wave(self, wave: str) -> str:
        """Return a wave (YYYY-MM) as a month and a year."""
        year, month = (int(part) for part in wave.split("-"))
        return str(format_date(date(year, month, 1), format="MMMM y", locale=self.language))

    def short_wave(self, wave: str) -> str:
        """Return a wave (YYYY-MM) for where space is scarce."""
        year, month = (int(part) for part in wave.split("-"))
        return str(format_date(date(year, month, 1), format="MMM y", locale=self.language))

    def listing(self, items: Iterable[str]) -> str:
        """Return the items as an enumeration: ``"a, b and c"``, in words where there are none."""
        listed = list(items)
        if not listed:
            return {"en": "none", "nl": "geen"}[self.language]
        # British and Dutch house style: no comma before the last item.
        if len(listed) == 1:
            return listed[0]
        last_two = format_list(listed[-2:], locale=self.language)
        return ", ".join([*listed[:-2], last_two])

    def labels(self, codes: Iterable[str], scale_name: str) -> list[str]:
        """Return the labels of codes of one scale."""
        return [self.book.scale(scale_name).label(code, self.language) for code in codes]

    def at_least(self, codes: Iterable[str], scale_name: str) -> dict[str, str]:
        """Return the labels of levels as lower bounds: ``"Nationally"``, ``"Other regions or further"``."""
        levels = self.book.scale(scale_name)
        further = {"en": "{} or further", "nl": "{} of verder"}[self.language]
        return {
            code: levels.label(code, self.language)
            if code == levels.rated[-1]
            else further.format(levels.label(code, self.language))
            for code in codes
        }

    def fill(self, template: str, values: Mapping[str, Any]) -> str:
        """Return `template` with its fields filled in and formatted for the language.

        Parameters
        ----------
        template
            Text with fields: ``{n}`` a whole number or a text, ``{x:.2}`` decimals, ``{x:%}`` and
            ``{x:%1}`` a percentage, ``{x:+%}`` percentage points and ``{x:+}`` the same without the unit,
            for the lower end of an interval, ``{p:p}`` a p-value, ``{p:chance}``, ``{w:wave}``,
            ``{items:list}``, and ``{code:theme}`` the label of a code of that scale. The template is our
            own text; only the values are escaped.
        values
            What the fields stand for. A frame or a row of one gives its parts: ``{row.estimate:%}``.

        Returns
        -------
        str
            Safe in Markdown and HTML, as far as `template` is.

        Raises
        ------
        KeyError
            If the template has a field that no value was given for.
        """
        return _Filler(self, safe=True).vformat(template, (), values)

    def plain(self, template: str, values: Mapping[str, Any]) -> str:
        """Return `template` filled in as `fill` does, as plain text: for figures and workbooks."""
        return _Filler(self, safe=False).vformat(template, (), values)


class _Filler(string.Formatter):
    def __init__(self, words: Words, safe: bool) -> None:
        self.words, self.safe = words, safe

    def format_field(self, value: Any, format_spec: str) -> str:
        text = self._plain(value, format_spec)
        if not self.safe:
            return text
        return MARKUP.sub(lambda sign: f"&#{ord(sign[0])};", escape(text, quote=False))

    def _plain(self, value: Any, spec: str) -> str:
        words = self.words
        if spec == "" and isinstance(value, str):
            return value
        if spec == "":
            return words.number(value)
        if spec.startswith("."):
            return words.number(value, int(spec[1:]))
        if spec.startswith("%"):
            return words.percent(value, int(spec[1:] or 0))
        if spec.startswith("+%"):
            return words.points(value, int(spec[2:] or 0))
        if spec.startswith("+"):
            return words.signed(100 * value, int(spec[1:] or 0))
        if spec == "p":
            return words.probability(value)
        if spec == "chance":
            return words.chance(value)
        if spec == "wave":
            return words.wave(value)
        if spec == "list":
            return words.listing(value)
        if spec in words.book.scales:
            codes = [str(value)] if isinstance(value, str | int | np.integer) else list(value)
            return words.listing(words.labels(codes, spec))
        raise ValueError(f"A text has a field with the unknown format '{spec}'.")
