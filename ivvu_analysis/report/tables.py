"""Tables: a frame as an accessible HTML table and as the rows of a workbook.

Every text from data is escaped here; heads and labels come from the codebook, and a column of one's own keeps
its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from math import isfinite
from typing import Any

import pandas as pd

from ivvu_analysis.data.references import reworded
from ivvu_analysis.report.catalogue import later, translate
from ivvu_analysis.report.words import NOT_KNOWN, Words

NUMERIC = ("count", "share", "unit", "signed", "probability", "number")
WAVE = re.compile(r"\d{4}-\d{2}")  # a column named after a wave has its counts
LONG = 60  # characters; texts of this length in narrow columns are hard to read on a phone
MANY = 20  # rows; a longer table folds
HIDDEN = ("method", "conf_low", "conf_high", "origin")  # the interval is one column; methods stand at the end


@dataclass(frozen=True)
class Column:
    """One column of a table that is shown."""

    name: str
    head: str
    kind: str


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
        frame = self.given
        if not isinstance(frame.index, pd.RangeIndex) and (
            frame.index.names != [None] or frame.index.dtype == object
        ):
            named = [
                name or (" " if frame.index.nlevels == 1 else f" {i}")
                for i, name in enumerate(frame.index.names)
            ]
            frame = frame.set_axis(frame.index.set_names(named)).reset_index()
        joined = [
            " ".join(map(str, name)).strip() if isinstance(name, tuple) else str(name)
            for name in frame.columns
        ]
        return frame.set_axis(joined, axis=1)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that are shown, in order; the interval, where there is any, follows the estimate."""
        shown = [self._column(name) for name in self.frame.columns if name not in HIDDEN]
        if "conf_low" in self.frame and "conf_high" in self.frame and self.frame["conf_low"].notna().any():
            at = next((i + 1 for i, c in enumerate(shown) if c.name == "estimate"), len(shown))
            shown.insert(at, self._column("bounds" if self.bounds else "interval"))
        return shown

    def _column(self, name: str) -> Column:
        own, language, book = self.heads.get(name), self.words.language, self.words.book
        if WAVE.fullmatch(name):
            return Column(name, own or self.words.short_wave(name), "count")
        if name in ("level", "cut", "phase") and self.level:
            return Column(name, own or book.scale(self.level).title(language), "level")
        if name in book.heads:
            return Column(name, own or book.heads[name].titles[language], book.heads[name].kind)
        if name in book.scales and self._codes(name):
            return Column(name, own or book.scale(name).title(language), "code")
        numeric = pd.api.types.is_numeric_dtype(self.frame[name]) and not pd.api.types.is_bool_dtype(
            self.frame[name]
        )
        return Column(name, own or name, "number" if numeric else "text")

    def _codes(self, name: str) -> bool:
        """Return whether a column holds codes of the scale that it is named after, not words."""
        values = self.frame[name].dropna().astype(str)
        scale = self.words.book.scale(name)
        known = {*scale.codes, *self.words.book.scale("total").codes}
        return bool(values.map(lambda code: code in known or scale.recognise(code) == code).all())

    def html(self, caption: str, *, key: str) -> str:
        """Return the table as HTML with a caption and scopes; `caption` is HTML-safe."""
        columns = self.columns
        head = "".join(f'<th scope="col"{_align(c)}>{escape(c.head)}</th>' for c in columns)
        rows = self.frame.to_dict("records")
        prose = any(len(str(row[c.name])) >= LONG for row in rows for c in columns if c.kind == "text")
        body = "".join(self._row_html(row, columns, prose) for row in rows)
        kind = ' class="prose"' if prose else ""
        return (
            f'<table id="{key}"{kind}><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )

    def _row_html(self, row: Mapping[Any, Any], columns: list[Column], prose: bool) -> str:
        kind = ' class="total"' if self._adds_up(row) else ""
        cells = [escape(self.written(row, column)) for column in columns]
        named = [f' data-head="{escape(c.head)}"' if prose else "" for c in columns]
        parts = zip(columns[1:], named[1:], cells[1:], strict=True)
        rest = "".join(f"<td{_align(c)}{head}>{cell}</td>" for c, head, cell in parts)
        return f'<tr{kind}><th scope="row">{cells[0] or NOT_KNOWN}</th>{rest}</tr>'

    def _adds_up(self, row: Mapping[Any, Any]) -> bool:
        """Return whether the row is the total of those above it: one of its codes says so."""
        codes = self.words.book.scale("total").codes
        return any(isinstance(value, str) and value in codes for value in row.values())

    def written(self, row: Mapping[Any, Any], column: Column) -> str:
        """Return the cell of `row` in `column` as a reader sees it."""
        words, book = self.words, self.words.book
        if column.name in ("interval", "bounds"):
            return self._interval(row["conf_low"], row["conf_high"])
        value = row[column.name]
        if not _known(value):
            return NOT_KNOWN
        if column.kind not in NUMERIC and value in book.scale("total").codes:
            return book.scale("total").label(value, words.language)
        if column.name == "table":
            return reworded(str(value), words.language)
        match column.kind:
            case "count":
                return words.number(value)
            case "number":
                return words.number(value, 0 if abs(value) >= 100 or float(value).is_integer() else 3)
            case "signed":
                return words.signed(value, int(self.unit[1:]) if self.unit.startswith(".") else 0)
            case "share":
                return words.percent(value)
            case "unit":
                return self._unit(value)
            case "probability":
                return words.probability(value)
            case "wave" if WAVE.fullmatch(str(value)):
                return words.wave(value)
            case "phase" if "dimension" in row:
                return book.scale(row["dimension"]).label(str(value), words.language)
            case "scale":
                return book.scale(value).title(words.language)
            case "level" if "subject" in row:
                return book.scale(row["subject"]).label(str(value), words.language)
            case "level" | "phase" if self.level and column.name == "cut":
                return words.at_least([value], self.level)[value]
            case "level" | "phase" if self.level:
                return book.scale(self.level).label(str(value), words.language)
            case "qualified":
                name, _, code = value.partition(".")
                return book.scale(name).label(code, words.language)
            case "code" if column.name in book.scales:
                return book.scale(column.name).label(str(value), words.language)
        return str(value)

    def _interval(self, low: float, high: float) -> str:
        """Return both ends of an interval; percentage points are named once."""
        if not _known(low):
            return NOT_KNOWN
        first, last = self._unit(low), self._unit(high)
        if self.unit == "chance" and first == last:
            return first  # "less than 0.1%" is an interval by itself
        if self.unit.startswith("+%"):
            first = self.words.signed(100 * low, int(self.unit[2:] or 1))
        return f"{first} {self.words.to} {last}"

    def _unit(self, value: float) -> str:
        return self.words.format("%1" if self.unit == "%" else self.unit, value)

    def content(self) -> dict[str, Any]:
        """Return the table for a workbook: numbers as numbers, codes as labels, an interval as two."""
        columns: list[Column] = []
        ends = [translate(end, self.words.language) for end in (later("lower end"), later("upper end"))]
        for column in self.columns:
            if column.name in ("interval", "bounds"):
                sides = zip(("low", "high"), ends, strict=True)
                columns += [Column(f"conf_{side}", f"{column.head}, {end}", "unit") for side, end in sides]
            else:
                columns.append(column)
        rows = [[self._cell(row, column) for column in columns] for row in self.frame.to_dict("records")]
        return {"columns": [vars(column) for column in columns], "rows": rows, "unit": self.unit}

    def _cell(self, row: Mapping[Any, Any], column: Column) -> Any:
        value = row[column.name]
        if not _known(value):
            return None
        if column.kind in NUMERIC:
            return float(value) if isinstance(value, float) else int(value)
        return self.written(row, column)


def _known(value: Any) -> bool:
    return (
        value is not None
        and value is not pd.NA
        and value is not pd.NaT
        and not (isinstance(value, float) and not isfinite(value))
    )


def _align(column: Column) -> str:
    return ' class="number"' if column.kind in NUMERIC else ""
