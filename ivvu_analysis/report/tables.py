"""Tables: a tidy frame as an accessible HTML table and as the rows of a workbook.

Every text from data is escaped here; heads and labels come from the codebook and from `columns.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from math import isfinite
from typing import Any

import pandas as pd
import yaml

from ivvu_analysis.codebook import scale, scale_names
from ivvu_analysis.report.text import NOT_KNOWN, Words

NUMERIC = ("count", "share", "unit", "signed", "probability")
WAVE = re.compile(r"\d{4}-\d{2}")  # a column named after a wave has its counts
LONG = 100  # characters; texts of this length in narrow columns are hard to read on a phone
HIDDEN = ("method", "conf_low", "conf_high")  # the interval stands in one column; methods stand at the end


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
    frame
        Tidy result frame, with codes in its grouping columns.
    words
        The language.
    unit
        How estimates are written: ``"%"``, ``"%1"``, ``"+%"``, ``"count"``, ``"chance"`` or a number of
        decimals such as ``".2"``.
    level_scale
        The scale whose codes stand in the column `level`, or in `phase` as numbers.
    heads
        Heads that differ from the usual ones, in the language of `words`.
    bounds
        Whether the interval is a range of logically possible values rather than a confidence interval.
    """

    frame: pd.DataFrame
    words: Words
    unit: str = "%"
    level_scale: str = ""
    heads: Mapping[str, str] | None = None
    bounds: bool = False

    @property
    def columns(self) -> list[Column]:
        """The columns that are shown, in order; the interval, where there is any, follows the estimate."""
        shown = [self._column(name) for name in self.frame.columns if name not in HIDDEN]
        if "conf_low" in self.frame.columns and self.frame["conf_low"].notna().any():
            at = next((i + 1 for i, c in enumerate(shown) if c.name == "estimate"), len(shown))
            shown.insert(at, self._column("bounds" if self.bounds else "interval"))
        return shown

    def _column(self, name: str) -> Column:
        own = (self.heads or {}).get(name)
        if WAVE.fullmatch(name):
            return Column(name, own or self.words.short_wave(name), "count")
        if name == "level" and self.level_scale:
            return Column(name, own or scale(self.level_scale).title(self.words.language), "level")
        if name in _heads():
            entry = _heads()[name]
            return Column(name, own or entry[self.words.language], entry["kind"])
        if name in scale_names():
            return Column(name, own or scale(name).title(self.words.language), "code")
        if own is not None:
            kind = "count" if pd.api.types.is_numeric_dtype(self.frame[name]) else "text"
            return Column(name, own, kind)
        raise KeyError(f"The column '{name}' has no head in columns.yaml and is no scale of the codebook.")

    def html(self, caption: str, *, key: str) -> str:
        """Return the table as HTML with a caption and scopes; `caption` is HTML-safe."""
        columns = self.columns
        head = "".join(f'<th scope="col"{_align(c)}>{escape(c.head)}</th>' for c in columns)
        rows = self.frame.to_dict("records")
        prose = any(len(str(row[c.name])) >= LONG for row in rows for c in columns if c.kind == "text")
        kind = ' class="prose"' if prose else ""
        body = "".join(self._row_html(row, columns, prose) for row in rows)
        return (
            f'<table id="{key}"{kind}><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )

    def _row_html(self, row: Mapping[Any, Any], columns: list[Column], prose: bool) -> str:
        kind = ' class="total"' if self._adds_up(row, columns) else ""
        cells = [escape(self.written(row, column)) for column in columns]
        first = f'<th scope="row">{cells[0]}</th>'
        named = [f' data-head="{escape(c.head)}"' if prose else "" for c in columns]
        rest = "".join(
            f"<td{_align(c)}{head}>{cell}</td>"
            for c, head, cell in zip(columns[1:], named[1:], cells[1:], strict=True)
        )
        return f"<tr{kind}>{first}{rest}</tr>"

    @staticmethod
    def _adds_up(row: Mapping[Any, Any], columns: list[Column]) -> bool:
        """Return whether the row is the total of those above it: one of its codes says so."""
        codes = scale("total").codes
        return any(row[c.name] in codes for c in columns if c.name in row and c.kind not in NUMERIC)

    def written(self, row: Mapping[Any, Any], column: Column) -> str:
        """Return the cell of `row` in `column` as a reader sees it."""
        if column.name in ("interval", "bounds"):
            return self._interval(row["conf_low"], row["conf_high"])
        value = row[column.name]
        if not _known(value):
            return NOT_KNOWN
        if column.kind not in NUMERIC and value in scale("total").codes:
            return scale("total").label(value, self.words.language)
        match column.kind:
            case "count":
                return self.words.number(value)
            case "signed":
                return self.words.signed(value, int(self.unit[1:]) if self.unit.startswith(".") else 0)
            case "share":
                return self.words.percent(value)
            case "unit":
                return self._unit(value)
            case "probability":
                return self.words.probability(value)
            case "wave":
                return self.words.wave(value)
            case "phase" if "dimension" in row:
                return scale(row["dimension"]).label(str(value), self.words.language)
            case "scale":
                return scale(value).title(self.words.language)
            case "level" if "subject" in row:
                return scale(row["subject"]).label(str(value), self.words.language)
            case "level" | "phase" if self.level_scale:
                return scale(self.level_scale).label(str(value), self.words.language)
            case "qualified":
                name, _, code = value.partition(".")
                return scale(name).label(code, self.words.language)
            case "code":
                return scale(column.name).label(str(value), self.words.language)
        return str(value)

    def _interval(self, low: float, high: float) -> str:
        """Return both ends of an interval; percentage points are named once."""
        if not _known(low):
            return NOT_KNOWN
        if self.unit == "chance" and self._unit(low) == self._unit(high):
            return self._unit(low)  # "less than 0.1%" is an interval by itself
        named_once = self.unit.startswith("+%")
        first = self.words.signed(100 * low, int(self.unit[2:] or 1)) if named_once else self._unit(low)
        return f"{first} {self.words.to} {self._unit(high)}"

    def _unit(self, value: float) -> str:
        if self.unit == "count":
            return self.words.number(value)
        if self.unit == "chance":
            return self.words.chance(value)
        if self.unit.startswith("+%"):
            return self.words.points(value, int(self.unit[2:] or 1))
        if self.unit.startswith("%"):
            return self.words.percent(value, int(self.unit[1:] or 1))
        return self.words.number(value, int(self.unit[1:]))

    def rows(self) -> list[list[Any]]:
        """Return the cells for a workbook: numbers as numbers, codes as labels, the interval in two."""
        columns = self.workbook_columns()
        return [
            [self._workbook_cell(row, column) for column in columns] for row in self.frame.to_dict("records")
        ]

    def workbook_columns(self) -> list[Column]:
        """Return the columns of the workbook: as shown, with the two ends of an interval apart."""
        ends = {"en": ("lower end", "upper end"), "nl": ("ondergrens", "bovengrens")}[self.words.language]
        columns: list[Column] = []
        for column in self.columns:
            if column.name in ("interval", "bounds"):
                columns += [
                    Column(f"conf_{side}", f"{column.head}, {end}", "unit")
                    for side, end in zip(("low", "high"), ends, strict=True)
                ]
            else:
                columns.append(column)
        return columns

    def _workbook_cell(self, row: Mapping[Any, Any], column: Column) -> Any:
        value = row[column.name]
        if not _known(value):
            return None
        if column.kind in NUMERIC:
            return float(value) if isinstance(value, float) else int(value)
        return self.written(row, column)


def _known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and not isfinite(value)) and value is not pd.NA


def _align(column: Column) -> str:
    return ' class="number"' if column.kind in NUMERIC else ""


@cache
def _heads() -> dict[str, dict[str, str]]:
    text = resources.files("ivvu_analysis.report").joinpath("columns.yaml").read_text(encoding="utf-8")
    heads: dict[str, dict[str, str]] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return heads
