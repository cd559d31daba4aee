"""Frames as a reader sees them: a table on a page, in a workbook or in a sentence, and labelled for a figure.

Heads and labels come from the codebook, and a column of one's own keeps its name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from ivvu_analysis.codebook import Codebook
from ivvu_analysis.data.references import reworded
from ivvu_analysis.report.catalogue import later, translate
from ivvu_analysis.report.words import NOT_KNOWN, Words

WAVE = re.compile(r"\d{4}-\d{2}")  # a column named after a wave has its counts
FORMATS = {"count": "count", "share": "%", "probability": "p", "number": "amount"}  # of numbers, by kind
LONG = 60  # characters; texts of this length in narrow columns are hard to read on a phone
ACROSS = 59  # characters that a phone has room for beside each other, by the longest word of each column
HIDDEN = ("method", "conf_low", "conf_high", "origin")  # the interval is one column; methods stand at the end
FEW = 6  # parts of a figure that are told one by one; of more the first three and the last


@dataclass(frozen=True)
class Column:
    """One column of a table: its texts, how these are written (see `Words.format`), and what they stand for.

    `values` are numbers or texts by the heads that a workbook gives them: it has an interval in two columns.
    """

    name: str
    head: str
    how: str
    texts: list[str]
    values: Mapping[str, list[Any]]


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
        return frame.set_axis([name + " " * names[:i].count(name) for i, name in enumerate(names)], axis=1)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that are shown, in order; the interval, where there is any, follows the estimate."""
        names = [name for name in self.frame.columns if name not in HIDDEN]
        shown = [self._column(name) for name in names]
        if {"conf_low", "conf_high"} <= {*self.frame} and self.frame["conf_low"].notna().any():
            at = names.index("estimate") + 1 if "estimate" in names else len(names)
            shown.insert(at, self._interval("bounds" if self.bounds else "interval"))
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
    def stacked(self) -> bool:
        """Whether its columns are too wide for a phone, where they then stand one below the other."""
        words = [max(map(len, " ".join([c.head, *c.texts]).split()), default=0) for c in self.columns]
        return self.prose or sum(words) + len(words) > ACROSS

    @property
    def estimates(self) -> str:
        """How estimates are written: with a decimal where a percentage has nothing else to say."""
        return f"{self.unit}1" if self.unit in ("%", "+%") else self.unit

    def _column(self, name: str) -> Column:
        words, book, kind = self.words, self.words.book, kind_of(name, self.words.book)
        values = self.frame[name]
        if kind in ("", "code") and is_numeric_dtype(values) and not is_bool_dtype(values):
            codes = book.scale(name).codes if kind else ()
            kind = kind if values.astype(str).isin(codes).any() else "number"
        scale = name if kind == "code" else self.level if name in ("level", "cut", "phase") else ""
        head = self._head(name, scale)
        sign = self.unit if self.unit.startswith(".") else ".0"
        how = {**FORMATS, "unit": self.estimates, "signed": f"+{sign}"}.get(kind, "")
        known: list[Any] = self._numbers(name) if how else []
        if not how:
            named = labels(self.frame, name, words, self.level)
            shown = values if named is None else named
            known = [str(value) if there else None for value, there in zip(shown, shown.notna(), strict=True)]
        return Column(name, head, how, [words.format(how, value) for value in known], {head: known})

    def _head(self, name: str, scale: str = "") -> str:
        book, words = self.words.book, self.words
        known = book.scale(scale).title if scale else book.heads.get(name)
        usual = words.short_wave(name) if WAVE.fullmatch(name) else name
        return self.heads.get(name) or (known[words.language] if known else usual)

    def _numbers(self, name: str) -> list[float | None]:
        numbers = self.frame[name].to_numpy(float, na_value=np.nan)
        return [number if isfinite(number) else None for number in numbers.tolist()]

    def _interval(self, name: str) -> Column:
        """Return both ends of each interval in one column; percentage points are named once."""
        language, how, head = self.words.language, self.estimates, self._head(name)
        to = translate("to", language)
        ends = {"conf_low": later("lower end"), "conf_high": later("upper end")}
        values = {f"{head}, {translate(end, language)}": self._numbers(name) for name, end in ends.items()}
        texts = []
        for low, high in zip(*values.values(), strict=True):
            written = [self.words.format(how.replace("+%", "+"), low), self.words.format(how, high)]
            if self.unit == "chance":
                written = list(dict.fromkeys(written))  # "less than 0.1%" is an interval by itself
            texts.append(NOT_KNOWN if low is None else f" {to} ".join(written))
        return Column(name, head, how, texts, values)

    def content(self, name: str, title: str, source: str) -> dict[str, Any]:
        """Return the table for a workbook: numbers as numbers, codes as labels, an interval as two."""
        parts = [(column.how, *part) for column in self.columns for part in column.values.items()]
        columns = [{"head": head, "how": how, "values": values} for how, head, values in parts]
        return {"name": name, "title": title, "source": source, "columns": columns}


def alternative(table: Table) -> str:
    """Return what the figure of a table shows, for those who cannot see it: the largest share, or each value.

    Examples
    --------
    >>> frame = pd.DataFrame({"who": ["a", "a"], "grade": ["low", "high"], "estimate": [0.2, 0.8]})
    >>> alternative(Table(frame, Words("en")))
    'a: most often ‘high’ (80.0%)'
    """
    named = [column for column in table.columns if not column.how]
    numbers = [column for column in table.columns if column.how and len(column.values) == 1]
    value = next((c for c in numbers if c.name in ("estimate", "residual")), numbers[0] if numbers else None)
    interval = next((c for c in table.columns if len(c.values) > 1), None)
    rows = range(len(table.frame))

    def names(columns: list[Column]) -> list[str]:
        return [", ".join(c.texts[row] for c in columns) for row in rows]

    said = []
    if len(named) > 1 and value and value.name == "estimate":
        shares = pd.Series(value.values[value.head], dtype=float).groupby(names(named[:-1]), sort=False)
        if ((shares.sum() - 1).abs() < 1e-6).all():  # each group is a whole
            most = translate("{row}: most often ‘{level}’ ({share})", table.words.language)
            tops = shares.idxmax().items()
            said = [most.format(row=name, level=named[-1].texts[i], share=value.texts[i]) for name, i in tops]
    for row, name in enumerate([] if said else names(named)):
        text = value.texts[row] if value else ""
        if interval and interval.texts[row] != NOT_KNOWN:
            known = text not in ("", NOT_KNOWN)
            text = f"{text} ({interval.texts[row]})" if known else interval.texts[row]
        said.append(": ".join(part for part in (name, text) if part))
    return "; ".join(said if len(said) <= FEW else [*said[:3], "…", said[-1]])


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its index among its columns, unless it only numbers the rows."""
    index = frame.index
    if index.names == [None] and pd.api.types.is_numeric_dtype(index):
        return frame
    names = [name or " " * (i + 1) for i, name in enumerate(index.names)]
    return frame.rename_axis(index=names).reset_index()


def kind_of(name: str, book: Codebook) -> str:
    """Return what stands in a column, by its name: ``"count"``, ``"share"``, ``"code"``...; or nothing."""
    if WAVE.fullmatch(name):
        return "count"
    if name in book.heads:
        return book.heads[name]["kind"]
    return "code" if name in book.scales else ""


def labels(
    frame: pd.DataFrame, name: str, words: Words, level: str = "", short: bool = False, figure: bool = False
) -> pd.Series | None:
    """Return the labels of a column of codes, in their order; what has none stays. None for other columns.

    Examples
    --------
    >>> frame = pd.DataFrame({"theme": ["technology", "learning", "cooking"]})
    >>> list(labels(frame, "theme", Words("en")).cat.categories)
    ['Learning and improving', 'Technology', 'cooking']
    """
    kind, book, language = kind_of(name, words.book), words.book, words.language
    beside = next((column for column in ("subject", "dimension") if column in frame), "")
    by_level = kind in ("level", "phase") and bool(level or beside)
    if not by_level and kind not in ("wave", "scale", "code", "qualified") and name != "table":
        return None
    codes = frame[name].astype(object).map(str, na_action="ignore").astype("string")
    keys, texts, totals = codes, {}, words.by_code("total")
    present = codes.dropna().unique()
    if kind == "wave":
        pattern = "MMM y" if figure else "MMMM y"
        texts = {wave: words.wave(wave, pattern) for wave in sorted(present) if WAVE.fullmatch(wave)}
    elif kind == "scale":
        titles = {name: scale.title[language] for name, scale in book.scales.items()}
        if figure:
            titles |= words.by_code("dimension", short=True) | words.by_code("measure", short=True)
        texts = {scale: titles[scale] for scale in present if scale in titles}
    elif name == "table":
        texts = {reference: reworded(reference, language) for reference in present}
    else:
        if kind != "qualified":
            told_beside = by_level and not level
            scales = frame[beside].astype(object).map(str) if told_beside else level if by_level else name
            keys = scales + "." + codes
        for scale in dict.fromkeys(key.partition(".")[0] for key in keys.dropna()):
            if scale in book.scales:
                known = words.at_least(scale) if name == "cut" else words.by_code(scale, short)
                texts |= {f"{scale}.{code}": label for code, label in known.items()}
    pairs = zip(keys, codes, strict=True)
    named = {key: texts.get(key, totals.get(code, code)) for key, code in pairs if pd.notna(code)}
    order = dict.fromkeys([*texts.values(), *named.values()])
    categories = [text for text in order if text in set(named.values())]
    return pd.Series(pd.Categorical(keys.map(named), categories, ordered=True), frame.index)
