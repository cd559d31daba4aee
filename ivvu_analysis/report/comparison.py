"""The page that says what changed between two runs, and the lines of it that fit on a screen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf
from typing import Any

import pandas as pd

from ivvu_analysis.codebook import Language, scale
from ivvu_analysis.report import templates
from ivvu_analysis.report.catalogue import translate
from ivvu_analysis.report.words import MINUS, NOT_KNOWN, Words

DECIMALS = ((100.0, 1), (0.01, 3), (0.001, 4))  # places by the least size that they are for
INFINITE = "∞"


@dataclass(frozen=True)
class Comparison:
    """Two runs of one suite beside each other.

    Parameters
    ----------
    suite
        What the suite's folder is called now.
    title_then, title_now
        What the suite calls itself.
    written_then, written_now
        When each was made; empty where that is not known.
    figures, grounds, cells
        The frames of `ivvu_analysis.batch.compare`.
    """

    suite: str
    title_then: str
    title_now: str
    written_then: str
    written_now: str
    figures: pd.DataFrame
    grounds: pd.DataFrame
    cells: pd.DataFrame

    @property
    def moved(self) -> pd.DataFrame:
        """The key figures that moved, those whose intervals have nothing in common first."""
        moved = self.figures[self.figures["kind"] == "moved"]
        apart = moved["overlap"].fillna(True).astype(bool)
        return moved.iloc[apart.argsort(kind="stable")]

    def of_kind(self, kind: str) -> pd.DataFrame:
        """Return the key figures of one kind: ``"same"``, ``"appeared"`` or ``"vanished"``."""
        return self.figures[self.figures["kind"] == kind]

    @property
    def counts(self) -> dict[str, int]:
        """How many key figures moved, stayed the same, appeared and vanished, and how many cells differ."""
        kinds = self.figures["kind"].value_counts()
        counts = {kind: int(kinds.get(kind, 0)) for kind in ("moved", "same", "appeared", "vanished")}
        apart = int((self.moved["overlap"] == False).fillna(False).sum())  # noqa: E712
        return {**counts, "apart": apart, "cells": len(self.cells)}


def page(comparisons: Sequence[Comparison], language: Language) -> str:
    """Return the comparison of two runs as one HTML page with nothing outside it.

    Parameters
    ----------
    comparisons
        One a suite.
    language
        Of the page; names of figures, and texts from tables, stay what they are.
    """
    suites = [_suite(one, language) for one in comparisons]
    return templates.render(
        "comparison.html.j2", language, title=translate("What changed", language), suites=suites
    )


def _suite(comparison: Comparison, language: Language) -> dict[str, Any]:
    words = Words(language)
    return {
        "name": comparison.suite,
        "comparison": comparison,
        "counts": {name: words.number(count) for name, count in comparison.counts.items()},
        "grounds": [_ground(row, language) for row in _grouped(comparison.grounds).to_dict("records")],
        "moved": lines(comparison.moved, words),
        "appeared": lines(comparison.of_kind("appeared"), words),
        "vanished": lines(comparison.of_kind("vanished"), words),
        "tables": [
            {
                "report": report,
                "title": title,
                "cells": [_cell(row, words) for row in rows.to_dict("records")],
            }
            for (report, title), rows in comparison.cells.groupby(["report", "table"], sort=False)
        ],
    }


def _grouped(grounds: pd.DataFrame) -> pd.DataFrame:
    """Return each difference once, with all reports that it is about."""
    about = grounds.groupby(["ground", "name", "then", "now"], sort=False)["report"]
    return about.agg(lambda reports: ", ".join(r for r in reports if r)).reset_index()


def _ground(row: dict[Any, Any], language: Language) -> dict[str, str]:
    said = dict(row)
    if row["ground"] == "report":
        said |= {when: scale("report_state").label(row[when], language) for when in ("then", "now")}
    return {**said, "label": scale("ground").label(row["ground"], language)}


def lines(figures: pd.DataFrame, words: Words) -> list[dict[str, str]]:
    """Return key figures as a reader sees them.

    Returns
    -------
    list of dict
        One a figure: `report, name, waves_then, then, then_interval, now, now_interval, change, overlap`, all
        text; `waves_then` are the waves in the name that the figure had then, where it had another.
    """
    return [_line(row, words) for row in figures.to_dict("records")]


def _line(row: dict[Any, Any], words: Words) -> dict[str, str]:
    change = row["change"]
    sign = "+" if _known(change) and change > 0 else ""
    overlap = row["overlap"]
    return {
        "report": row["report"],
        "name": row["name"],
        "waves_then": "" if row["name_then"] in ("", row["name"]) else "..".join(_waves(row["name_then"])),
        "then": _number(row["then"], words),
        "then_interval": _interval(row["then_low"], row["then_high"], words),
        "now": _number(row["now"], words),
        "now_interval": _interval(row["now_low"], row["now_high"], words),
        "change": sign + _number(change, words),
        "overlap": scale("overlapping").label(_yes_or_no(overlap), words.language),
    }


def _yes_or_no(overlap: object) -> str:
    if overlap is None or pd.isna(overlap):
        return "unknown"
    return "yes" if overlap else "no"


def _waves(name: str) -> list[str]:
    return re.findall(r"\d{4}-\d{2}", name)


def _interval(low: Any, high: Any, words: Words) -> str:
    if not (_known(low) and _known(high)):
        return ""
    return f"{_number(low, words)} {words.to} {_number(high, words)}"


def _cell(row: dict[Any, Any], words: Words) -> dict[str, str]:
    written = {when: _text(row[when], words) for when in ("then", "now")}
    return {"row": row["row"], "column": row["column"], **written}


def _text(value: object, words: Words) -> str:
    if isinstance(value, float):
        return _number(value, words)
    return NOT_KNOWN if value is None else str(value)


def _number(value: Any, words: Words) -> str:
    """Return a number whose unit is not known: whole, or with the decimals that its size asks for."""
    if not _known(value):
        return NOT_KNOWN
    if isinf(value):
        return INFINITE if value > 0 else MINUS + INFINITE
    size = abs(float(value))
    if size == round(size):
        return words.number(value)
    return words.number(value, next((places for least, places in DECIMALS if size >= least), 6))


def _known(value: Any) -> bool:
    return value is not None and not pd.isna(value)
