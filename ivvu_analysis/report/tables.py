"""Frames as a reader sees them: a table on a page, in a workbook or in a sentence, and labelled for a figure.

Heads and labels come from the codebook, and a column of one's own keeps its name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from ivvu_analysis.codebook import Codebook
from ivvu_analysis.data.references import reworded
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.report.catalogue import later, translate
from ivvu_analysis.report.cover import ORIGINS
from ivvu_analysis.report.words import NOT_KNOWN, Words

WAVE = re.compile(r"\d{4}-\d{2}")  # a column named after a wave has its counts
FORMATS = {"count": "count", "share": "%", "probability": "p", "number": "amount"}  # of numbers, by kind
LARGEST = {"%": 2, "p": 1}  # what a share, a change or a probability can be
# Whole numbers in a column that is called so are names of something.
NAMING = re.compile(r"(.*[\W_])?(?<!per.)(id|nr|nummer|code|postcode|year|jaar)", re.IGNORECASE)
YEARS = 1000  # from here on, numbers in an index of ours are not those of rows that were selected
LONG = 60  # characters; texts of this length in narrow columns are hard to read on a phone
ACROSS = 59  # characters that a phone has room for beside each other, by the longest word of each column
ENDS = {"conf_low": later("lower end"), "conf_high": later("upper end")}
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
        given, index, book = self.given, self.given.index, self.words.book
        ours = all(name in (*ENDS, "method") or kind_of(str(name), book) for name in given)
        if index.names == [None] and is_numeric_dtype(index):
            rows = {*index} == {*range(len(index))} or (ours and index.max() < YEARS)
            given = given if rows else given.rename_axis(" ")
        frame = flat(given)
        parts = [map(str, name if isinstance(name, tuple) else [name]) for name in frame.columns]
        names = [" ".join(part.removesuffix(" 00:00:00") for part in name).strip() for name in parts]
        return frame.set_axis([name + " " * names[:i].count(name) for i, name in enumerate(names)], axis=1)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that are shown, in order; the interval, where there is any, follows the estimate."""
        interval = {*ENDS} <= {*self.frame}
        origins = {*map(str, self.frame.get("origin", ()))}
        told = {"method": "estimate" in self.frame, "origin": origins <= {*ORIGINS}}
        beside = {name for name, there in {**told, **dict.fromkeys(ENDS, interval)}.items() if there}
        names = [name for name in self.frame.columns if name not in beside]
        shown = [self._column(name) for name in names]
        if interval and self.frame["conf_low"].notna().any():
            at = names.index("estimate") + 1 if "estimate" in names else len(names)
            shown.insert(at, self._interval("bounds" if self.bounds else "interval"))
        return shown

    @property
    def rows(self) -> Iterator[tuple[bool, tuple[str, ...]]]:
        """The rows as they are shown, and whether each is the total of those above it."""
        totals = self.frame.isin(self.words.book.scale("total").codes).any(axis=1)
        return zip(totals, zip(*(column.texts for column in self.columns), strict=True), strict=True)

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
        values, words, kind = self.frame[name].convert_dtypes(), self.words, kind_of(name, self.words.book)
        numeric = is_numeric_dtype(values) and not is_bool_dtype(values)
        shown: list[Any] = self._numbers(name) if numeric else []
        whole = _suits("count", shown)
        if numeric and (kind in ("", "code") or (kind == "text" and not whole)):
            codes = words.book.scale(name).codes if kind == "code" else ()
            kind = kind if values.astype(str).isin(codes).any() else "number"
        signed = f"+{self.unit if self.unit.startswith('.') else '.0'}"
        how = {**FORMATS, "unit": self.estimates, "signed": signed}.get(kind, "") if numeric else ""
        head = self._head(name, name if kind == "code" else self.level)
        if kind == "number" and whole and NAMING.fullmatch(name):
            texts = [words.format("", value and f"{value:.0f}") for value in shown]
            return Column(name, head, "", texts, {head: shown})
        if not how:
            named = labels(self.frame, name, words, self.level)
            labelled = values if named is None else named
            known = zip(labelled.astype(str), labelled.notna(), strict=True)
            shown = [text if there else None for text, there in known]
        elif kind != "unit" and not _suits(how, shown):
            how = "amount"
        return Column(name, head, how, [words.format(how, value) for value in shown], {head: shown})

    def _interval(self, name: str) -> Column:
        """Return both ends of each interval in one column."""
        head, words = self._head(name), self.words
        values = {f"{head}, {translate(end, words.language)}": self._numbers(of) for of, end in ENDS.items()}
        ends = zip(*values.values(), strict=True)
        return Column(
            name, head, self.estimates, [words.interval(self.estimates, *pair) for pair in ends], values
        )

    def _head(self, name: str, scale: str = "") -> str:
        book, words = self.words.book, self.words
        named = scale and (name == scale or name in ("level", "cut", "phase"))
        known = book.scale(scale).title if named else book.heads.get(name)
        usual = words.short_wave(name) if WAVE.fullmatch(name) else name
        return self.heads.get(name) or (known[words.language] if known else usual)

    def _numbers(self, name: str) -> list[float | None]:
        numbers = self.frame[name].to_numpy(float, na_value=np.nan)
        return [number if isfinite(number) else None for number in numbers.tolist()]

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
    texts = {column.name: column.texts for column in table.columns}
    named = [column.texts for column in table.columns if not column.how]
    nothing = [""] * len(table.frame)
    intervals = texts.get("interval") or texts.get("bounds") or nothing
    totals = ("n",) if intervals is not nothing else ()  # of which the interval is a part
    numbers = [c.name for c in table.columns if c.how and c.name not in ("interval", "bounds", *totals)]
    value = [*(name for name in numbers if name in ("estimate", "residual")), *numbers, ""][0]
    if numbers and value != numbers[0] and len({*zip(*named, strict=True)}) < len(table.frame):
        named.append(texts[numbers[0]])  # where along the line it is
    said = []
    for *names, number, interval in zip(*named, texts.get(value, nothing), intervals, strict=True):
        known = [text for text in (number, interval) if text not in ("", NOT_KNOWN)]
        given = f"{known[0]} ({known[1]})" if len(known) > 1 else "".join(known) or number
        said.append(": ".join(filter(None, (", ".join(names), given))))
    if len(named) > 1 and value == "estimate":
        groups = [", ".join(names) for names in zip(*named[:-1], strict=True)]
        shares = table.frame["estimate"].astype(float).reset_index(drop=True).groupby(groups, sort=False)
        if ((shares.sum() - 1).abs() < 1e-6).all():  # each group is a whole
            most = translate("{row}: most often ‘{level}’ ({share})", table.words.language)
            tops, estimates = shares.idxmax().items(), texts["estimate"]
            said = [most.format(row=group, level=named[-1][i], share=estimates[i]) for group, i in tops]
    return "; ".join(said if len(said) <= FEW else [*said[:3], "…", said[-1]])


def frame_of(given: Any) -> pd.DataFrame:
    """Return a frame, or a Series as one; what is neither is refused."""
    if isinstance(given, pd.Series):
        return given.to_frame()
    if not isinstance(given, pd.DataFrame):
        said = f"A table is made of a DataFrame or a Series, and got {type(given).__name__}."
        raise ParameterError(said, "Give the frame itself; a Styler is shown by the cell that ends in it.")
    return given


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its index among its columns, unless it only numbers the rows."""
    index = frame.index
    if index.names == [None] and is_numeric_dtype(index):
        return frame
    names = [name or " " * (i + 1) for i, name in enumerate(index.names)]
    return frame.rename_axis(index=names).reset_index(allow_duplicates=True)


def _suits(how: str, numbers: Iterable[float | None]) -> bool:
    """Return whether numbers can be what is written so: a column of one's own may have a name of ours."""
    known = [number for number in numbers if number is not None]
    if how in ("count", "+.0"):
        return all(number.is_integer() for number in known)
    return how not in LARGEST or all(abs(number) <= LARGEST[how] for number in known)


def kind_of(name: str, book: Codebook) -> str:
    """Return what stands in a column, by its name: ``"count"``, ``"share"``, ``"code"``...; or nothing."""
    if name in book.heads and name != "table":
        return book.heads[name]["kind"]
    known = {"table": "table", **dict.fromkeys(book.scales, "code")}
    return "count" if WAVE.fullmatch(name) else known.get(name, "")


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
    kind = kind_of(name, words.book)
    beside = next((column for column in ("subject", "dimension") if column in frame), "")
    if kind in ("level", "phase") and (level or beside):
        scales = level or frame[beside].astype(str)
    elif kind in ("wave", "scale", "table", "code"):
        scales = name if kind == "code" else kind
    elif kind != "qualified":
        return None
    codes = frame[name].convert_dtypes().astype("string")
    keys = codes if kind == "qualified" else scales + "." + codes
    texts: dict[str, str] = {}
    for scale in dict.fromkeys(key.partition(".")[0] for key in keys.dropna()):
        known = _texts(scale, codes.dropna().unique(), words, figure, short)
        known = words.at_least(scale) if name == "cut" and scale in words.book.scales else known
        texts |= {f"{scale}.{code}": text for code, text in known.items()}
    named = keys.map(texts).astype(object).fillna(codes.map(words.by_code("total"))).fillna(codes)
    present = dict.fromkeys(named.dropna())
    ordered = dict.fromkeys([*texts.values(), *present])
    categories = [text for text in ordered if text in present]
    return pd.Series(pd.Categorical(named, categories, ordered=True), frame.index)


def _texts(scale: str, codes: Iterable[str], words: Words, figure: bool, short: bool) -> dict[str, str]:
    """Return the texts of codes in their order: of a scale, of waves, of scales themselves, of references."""
    book, language = words.book, words.language
    if scale in book.scales:
        return words.by_code(scale, short)
    if scale == "wave":
        waves = sorted(code for code in codes if WAVE.fullmatch(code))
        return {wave: words.wave(wave, "MMM y" if figure else "MMMM y") for wave in waves}
    if scale == "table":
        return {reference: reworded(reference, language) for reference in codes}
    titles = {name: one.title[language] for name, one in book.scales.items() if scale == "scale"}
    if figure:
        titles |= words.by_code("dimension", short=True) | words.by_code("measure", short=True)
    return {code: titles[code] for code in codes if code in titles}
