"""The page that says what changed between two runs, and the lines of it that fit on a screen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from ivvu_analysis.codebook import Language
from ivvu_analysis.data.references import period
from ivvu_analysis.report import templates
from ivvu_analysis.report.catalogue import translate
from ivvu_analysis.report.key_names import WAVE, in_words
from ivvu_analysis.report.words import Words

KINDS = ["moved", "same", "appeared", "vanished"]  # of key figures
MOST_LINES = 25  # of key figures that moved; the page has them all
SIDES, TABLE = ["then", "now"], ["report", "table"]


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
        return moved.iloc[(moved["overlap"] != "no").argsort(kind="stable")]

    @property
    def counts(self) -> dict[str, int]:
        """How many key figures moved, stayed the same, appeared and vanished, and how many cells differ."""
        kinds = self.figures["kind"].value_counts().reindex(KINDS, fill_value=0)
        apart = int((self.moved["overlap"] == "no").sum())
        return {**kinds.to_dict(), "apart": apart, "cells": len(self.cells)}


def page(comparisons: Sequence[Comparison], language: Language) -> str:
    """Return the comparison of two runs as one HTML page with nothing outside it.

    Parameters
    ----------
    comparisons
        One a suite.
    language
        Of the page; names of figures, and texts from tables, stay what they are.
    """
    suites = [_suite(one, Words(language)) for one in comparisons]
    return templates.render("comparison.html.j2", language, suites=suites)


def _suite(comparison: Comparison, words: Words) -> dict[str, Any]:
    cells, grounds, about = comparison.cells.copy(), comparison.grounds.copy(), ["label", "name", *SIDES]
    cells[SIDES] = cells[SIDES].map(partial(_written, words))
    states, of_reports = words.by_code("report_state"), grounds["ground"] == "report"
    grounds[SIDES] = grounds[SIDES].where(~of_reports, grounds[SIDES].replace(states))
    grounds["label"] = grounds["ground"].map(words.by_code("ground"))
    reports = grounds.groupby(about, sort=False)["report"]  # each difference once
    by_kind = dict(iter(comparison.figures.groupby("kind"))) | {"moved": comparison.moved}
    return {
        "comparison": comparison,
        "counts": {name: words.number(count) for name, count in comparison.counts.items()},
        "grounds": reports.agg(lambda names: ", ".join(filter(None, names))).reset_index().to_dict("records"),
        "figures": {kind: lines(rows, words) for kind, rows in by_kind.items()},
        "tables": [(*of, rows.to_dict("records")) for of, rows in cells.groupby(TABLE, sort=False)],
    }


def lines(figures: pd.DataFrame, words: Words) -> list[dict[str, str]]:
    """Return key figures as a reader sees them.

    Returns
    -------
    list of dict
        One a figure: `report, name, label, waves_then, then, then_interval, now, now_interval, change,
        overlap`, all text; `waves_then` are the waves in the name that it had then, where it had another.
    """
    shown = figures[["report", "name"]].copy()
    shown["label"] = [in_words(name, words) for name in figures["name"]]
    number, to = partial(_written, words), " " + translate("to", words.language) + " "
    for when in SIDES:
        shown[when] = figures[when].map(number)
        value, low, high = (figures[f"{when}{end}"].astype(float) for end in ("", "_low", "_high"))
        interval = low.map(number).astype(object) + to + high.map(number)
        bounds = (low < high) | (value.isna() & low.notna() & high.notna())  # a count is its own bounds
        shown[f"{when}_interval"] = interval.where(bounds, "")
    shown["change"] = ["+" * (change > 0) + number(change) for change in figures["change"].astype(float)]
    shown["overlap"] = figures["overlap"].map(words.by_code("overlapping"))
    named = figures["name_then"].where(figures["name_then"] != figures["name"], "")
    waves = named.str.findall(WAVE)
    shown["waves_then"] = [period(found, words.language) if found else "" for found in waves]
    return shown.to_dict("records")  # type: ignore[no-any-return]


def _written(words: Words, value: Any) -> str:
    """Return a cell of a workbook, or a number whose unit is not known."""
    return str(value) if isinstance(value, str) else words.format("amount", None if pd.isna(value) else value)


def show(comparison: Comparison) -> Iterator[str]:
    """Yield in lines what moved between two runs, what else differed, and how much there is on the page."""
    said = "moved: {moved}, the same: {same}, new: {appeared}, gone: {vanished}; cells that differ: {cells}"
    yield f"{comparison.suite}: key figures {said.format(**comparison.counts)}"
    for ground, rows in comparison.grounds.groupby("ground", sort=False):
        yield f"  {ground}: {', '.join(rows['name'].unique())}"
    moved = pd.DataFrame(lines(comparison.moved.head(MOST_LINES), Words("en")))
    if len(moved):
        yield moved.drop(columns=["report", "label"]).to_string(index=False)
    if (rest := len(comparison.moved) - MOST_LINES) > 0:
        yield f"and {rest} more"
