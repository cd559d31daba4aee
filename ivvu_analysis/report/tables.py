"""Tables: a frame as the columns that a reader sees on a page, in a workbook and in a sentence.

Heads and labels come from the codebook, and a column of one's own keeps its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from ivvu_analysis.report.catalogue import later, translate
from ivvu_analysis.report.labels import WAVE, flat, kind_of, labels
from ivvu_analysis.report.words import NOT_KNOWN, Words

FORMATS = {"count": "count", "share": "%", "probability": "p", "number": "amount"}  # of numbers, by kind
LONG = 60  # characters; texts of this length in narrow columns are hard to read on a phone
HIDDEN = ("method", "conf_low", "conf_high", "origin")  # the interval is one column; methods stand at the end
FEW = 6  # parts of a figure that are told one by one; of more the first three and the last


@dataclass(frozen=True)
class Column:
    """One column of a table: its values, texts or numbers, and how these are written (see `Words.format`)."""

    name: str
    head: str
    how: str
    values: list[Any]
    texts: list[str]


@dataclass(frozen=True)
class Table:
    """A frame with what it takes to show it.

    Parameters
    ----------
    given
        A frame; its index is shown unless it only numbers the rows.
    words
        The language and the codebook.
    unit
        How estimates are written: ``"%"``, ``"%1"``, ``"+%"``, ``"count"``, ``"chance"`` or a number of
        decimals such as ``".2"``.
    level
        The scale whose codes stand in the columns `level`, `cut` or `phase`.
    heads
        Heads that differ from those of the codebook.
    bounds
        Whether the interval is a range of possible values rather than a confidence interval.
    """

    given: pd.DataFrame
    words: Words
    unit: str = "%"
    level: str = ""
    heads: Mapping[str, str] = field(default_factory=dict)
    bounds: bool = False

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The frame with its index among its columns, and every column named by a text."""
        frame = flat(self.given)
        names = [" ".join(map(str, n)).strip() if isinstance(n, tuple) else str(n) for n in frame.columns]
        unique = [name + " " * names[:i].count(name) for i, name in enumerate(names)]
        return frame.set_axis(unique, axis=1)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that are shown, in order; the interval, where there is any, follows the estimate."""
        shown = [self._column(name) for name in self.frame.columns if name not in HIDDEN]
        if "conf_low" in self.frame and "conf_high" in self.frame and self.frame["conf_low"].notna().any():
            at = next((i + 1 for i, c in enumerate(shown) if c.name == "estimate"), len(shown))
            shown.insert(at, self._interval())
        return shown

    @property
    def rows(self) -> Iterator[tuple[bool, tuple[str, ...]]]:
        """The rows as they are shown, and whether each is the total of those above it."""
        codes = self.words.book.scale("total").codes
        texts = zip(*(column.texts for column in self.columns), strict=True)
        return zip(self.frame.isin(codes).any(axis=1), texts, strict=True)

    @property
    def prose(self) -> bool:
        """Whether it has texts that are long for a column."""
        return any(len(text) >= LONG for c in self.columns if not c.how for text in c.texts)

    @property
    def estimates(self) -> str:
        """How estimates are written: with a decimal where a percentage has nothing else to say."""
        return {"%": "%1", "+%": "+%1"}.get(self.unit, self.unit)

    def _column(self, name: str) -> Column:
        words, book, kind = self.words, self.words.book, kind_of(name, self.words.book)
        values = self.frame[name]
        numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        codes = book.scale(name).codes if kind == "code" else ()
        if numeric and kind in ("", "code") and not values.astype(str).isin(codes).any():
            kind = "number"
        head = book.heads[name][words.language] if name in book.heads else name
        if WAVE.fullmatch(name):
            head = words.short_wave(name)
        elif kind == "code" or (name in ("level", "cut", "phase") and self.level):
            head = book.scale(name if kind == "code" else self.level).titles[words.language]
        sign = self.unit if self.unit.startswith(".") else ".0"
        how = {**FORMATS, "unit": self.estimates, "signed": f"+{sign}"}.get(kind, "")
        known: list[Any] = self._numbers(name) if how else []
        if not how:
            named = labels(self.frame, name, words, self.level)
            shown = values if named is None else named
            known = [str(value) if there else None for value, there in zip(shown, shown.notna(), strict=True)]
        texts = [words.format(how, value) for value in known]
        return Column(name, self.heads.get(name) or head, how, known, texts)

    def _numbers(self, name: str) -> list[float | None]:
        numbers = self.frame[name].to_numpy(float, na_value=np.nan)
        return [number if isfinite(number) else None for number in numbers.tolist()]

    def _interval(self) -> Column:
        """Return both ends of each interval in one column; percentage points are named once."""
        name, words = "bounds" if self.bounds else "interval", self.words
        first = f"+{self.estimates[2:]}" if self.estimates.startswith("+%") else self.estimates
        texts = []
        for low, high in zip(self._numbers("conf_low"), self._numbers("conf_high"), strict=True):
            ends = [words.format(first, low), words.format(self.estimates, high)]
            if self.unit == "chance":
                ends = list(dict.fromkeys(ends))  # "less than 0.1%" is an interval by itself
            texts.append(f" {translate('to', words.language)} ".join(ends) if low is not None else NOT_KNOWN)
        head = self.heads.get(name) or words.book.heads[name][words.language]
        return Column(name, head, self.estimates, [], texts)

    def content(self) -> dict[str, Any]:
        """Return the table for a workbook: numbers as numbers, codes as labels, an interval as two."""
        columns = []
        for column in self.columns:
            parts = {column.head: column.values}
            if not column.values:
                ends = {"conf_low": later("lower end"), "conf_high": later("upper end")}
                parts = {
                    f"{column.head}, {translate(end, self.words.language)}": self._numbers(name)
                    for name, end in ends.items()
                }
            columns += [{"head": head, "how": column.how, "values": values} for head, values in parts.items()]
        return {"columns": columns}


def alternative(table: Table) -> str:
    """Return what the figure of a table shows, for those who cannot see it: the largest share, or each value.

    Examples
    --------
    >>> frame = pd.DataFrame({"who": ["a", "a"], "grade": ["low", "high"], "estimate": [0.2, 0.8]})
    >>> alternative(Table(frame, Words("en")))
    'a: most often ‘high’ (80.0%)'
    """
    named = [column for column in table.columns if not column.how]
    values = [column for column in table.columns if column.how and column.values]
    value = next((c for c in values if c.name in ("estimate", "residual")), values[0] if values else None)
    interval = next((c for c in table.columns if not c.values), None)

    def names(columns: list[Column]) -> list[str]:
        return [", ".join(c.texts[row] for c in columns) for row in range(len(table.frame))]

    if len(named) > 1 and value is not None and value.name == "estimate":
        shares = pd.Series(value.values, dtype=float).groupby(names(named[:-1]), sort=False)
        if ((shares.sum() - 1).abs() < 1e-6).all():  # each group is a whole
            most = translate("{row}: most often ‘{level}’ ({share})", table.words.language)
            tops = shares.idxmax().items()
            return _shortened(
                [most.format(row=name, level=named[-1].texts[i], share=value.texts[i]) for name, i in tops]
            )
    said = []
    for row, name in enumerate(names(named)):
        text = value.texts[row] if value else ""
        if interval and interval.texts[row] != NOT_KNOWN:
            known = value and value.texts[row] != NOT_KNOWN
            text = f"{text} ({interval.texts[row]})" if known else interval.texts[row]
        said.append(": ".join(part for part in (name, text) if part))
    return _shortened(said)


def _shortened(said: list[str]) -> str:
    return "; ".join(said if len(said) <= FEW else [*said[:3], "…", said[-1]])
