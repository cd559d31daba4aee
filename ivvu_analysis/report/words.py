"""Words and numbers in the reader's language: 1,234.5 and 75.2% in English, 1.234,5 and 75,2% in Dutch."""

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from math import isfinite, isinf
from numbers import Integral
from typing import Any

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from ivvu_analysis.codebook import LANGUAGES, Codebook, Language, standard
from ivvu_analysis.errors import ParameterError, did_you_mean
from ivvu_analysis.report.catalogue import later, translate
from ivvu_analysis.scales import percent

NOT_KNOWN = "–"
MINUS = "−"
# What Markdown or HTML would take for more than a text, each as a character reference.
MARKUP = str.maketrans({sign: escape(sign) for sign in "&<>"} | {s: f"&#{ord(s)};" for s in "*_`[]!#~|\\$"})
QUANTITY = re.compile(r"(\+?)([%.]?)(\d*)")  # with its sign or not, a percentage or not, so many decimals
CERTAIN = 0.001  # what is nearer to 0 or 1 is not told apart from it
NEXT_TO_NOTHING = 5e-7  # what six decimals show as zero
PLACES = ((100.0, 1), (0.01, 3), (0.001, 4), (0.0, 6))  # decimals by the least size that they are for


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
        exact = Decimal(f"{value:.12g}")  # a half is rounded up, as readers do
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0  # the sum turns -0 into 0
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return format_decimal(rounded, format=pattern, locale=self.language).replace("-", MINUS)

    def format(self, how: str, value: Any) -> str:
        """Return a value as a reader sees it; one that is not known is a dash.

        Parameters
        ----------
        how
            ``""`` or ``"count"``: a whole number, and a text as it is; ``".2"``: decimals; ``"%"``, ``"%1"``:
            a share as a percentage; ``"+%1"``: a difference of shares in percentage points, ``"+1"`` the same
            without the unit, ``"+.1"`` any other difference; ``"p"`` a p-value; ``"chance"`` a probability;
            ``"amount"`` a number whose unit is not known; ``"wave"``; ``"list"``; or the scale of a code.
        value
            What is to be written.

        Raises
        ------
        ValueError
            If there is no such way of writing.

        Examples
        --------
        >>> Words("en").format("%1", 0.5), Words("nl").format("+%1", 0.042)
        ('50.0%', '+4,2 procentpunt')
        >>> Words("en").format("chance", 0.00001), Words("en").format("wave", "2020-10")
        ('less than 0.1%', 'October 2020')
        """
        if value is None:
            return NOT_KNOWN
        if how == "wave":
            return self.wave(value)
        if how in self.book.scales:
            codes = [value] if isinstance(value, str | Integral) else value
            return self.listing(self.book.scale(how).label(str(code), self.language) for code in codes)
        if how == "list":
            return self.listing(value)
        if how == "" and isinstance(value, str):
            return value
        if how == "amount":
            if isinf(value):
                return "∞" if value > 0 else f"{MINUS}∞"
            if value % 1 == 0 and abs(value) < 10_000:
                return f"{int(value)}".replace("-", MINUS)  # it may be a year
            decimals = next((n for least, n in PLACES if value % 1 and abs(value) >= least), 0)
            return "≈ 0" if 0 < abs(value) < NEXT_TO_NOTHING else self.number(value, decimals)
        if how in ("p", "chance"):
            return self._probability(how, value)
        return self._quantity(how.removeprefix("count"), value)

    def _quantity(self, how: str, value: float) -> str:
        found = QUANTITY.fullmatch(how)
        if not found:
            raise ValueError(f"A text has a field with the unknown format '{how}'.")
        if not isfinite(value):
            return NOT_KNOWN
        signed, mark, decimals = found[1], found[2], int(found[3] or 0)
        if mark == "%" or (signed and not mark):
            value = percent(value) if how == "%" else 100 * value
        text = self.number(value, decimals)
        plus = "+" if signed and value > 0 and text != self.number(0, decimals) else ""
        unit = " " + translate("percentage points", self.language) if signed else "%"
        return f"{plus}{text}{unit if mark == '%' else ''}"

    def _probability(self, how: str, value: float) -> str:
        """Return a p-value or a chance without claiming that it is zero or one."""
        near = min(max(value, CERTAIN), 1 - CERTAIN)
        less, more = (later("less than"), later("more than")) if how == "chance" else ("<", ">")
        beyond = less if value < near else more if value > near else ""
        written = ".3" if how == "p" else "%" if 0.1 <= value <= 0.99 else "%1"
        return f"{translate(beyond, self.language)} {self.format(written, near)}".strip()

    def interval(self, how: str, low: float | None, high: float | None) -> str:
        """Return both ends of an interval; percentage points are named once.

        Examples
        --------
        >>> Words("en").interval("+%", -0.04, 0.24)
        '−4 to +24 percentage points'
        """
        if low is None:
            return NOT_KNOWN
        ends = [self.format(how.replace("+%", "+"), low), self.format(how, high)]
        if how == "chance":
            ends = list(dict.fromkeys(ends))  # "less than 0.1%" is an interval by itself
        to = translate("to", self.language)
        return f" {to} ".join(ends)

    def wave(self, wave: str, pattern: str = "MMMM y") -> str:
        """Return a wave (YYYY-MM) as a month and a year."""
        return format_date(date.fromisoformat(f"{wave}-01"), format=pattern, locale=self.language)

    def short_wave(self, wave: str) -> str:
        """Return a wave (YYYY-MM) for where space is scarce."""
        return self.wave(wave, "MMM y")

    def listing(self, items: Iterable[str]) -> str:
        """Return the items as an enumeration: ``"a, b and c"``, in words where there are none."""
        listed = list(items)
        # British and Dutch house style: no comma before the last item.
        last = format_list(listed[-2:], locale=self.language)
        return ", ".join([*listed[:-2], last]) or translate("none", self.language)

    def by_code(self, scale_name: str, short: bool = False) -> dict[str, str]:
        """Return the labels of a scale by code, in its order."""
        return self.book.scale(scale_name).labels(self.language, short)

    def at_least(self, scale_name: str) -> dict[str, str]:
        """Return the labels of levels as lower bounds: ``"Nationally"``, ``"At least ‘Other regions’"``."""
        least = translate("At least ‘{}’", self.language)
        top = self.book.scale(scale_name).rated[-1]
        labels = self.by_code(scale_name)
        return {code: text if code == top else least.format(text) for code, text in labels.items()}

    def fill(self, template: str, values: Mapping[str, Any], markup: bool = True) -> str:
        """Return `template` with its fields filled in and formatted for the language.

        Parameters
        ----------
        template
            Text with fields, each with a name and how it is written, such as ``{share:%1}``: see `format`.
            The template is our own text; only the values are escaped.
        values
            What the fields stand for. A frame or a row of one gives its parts: ``{row.estimate:%}``.
        markup
            Whether it is for Markdown or HTML, and the values are made safe in these; or else plain text.

        Raises
        ------
        KeyError
            If the template has a field that no value was given for.
        """

        def written(value: Any, how: str) -> str:
            return self.format(how, value).translate(MARKUP if markup else {})

        filler = string.Formatter()
        filler.format_field = written  # type: ignore[method-assign, assignment]
        return filler.vformat(template, (), values)
