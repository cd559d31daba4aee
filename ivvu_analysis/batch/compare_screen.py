"""A comparison of two runs on a terminal: what moved, in as many lines as a person reads."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivvu_analysis.report.comparison import Comparison, lines
from ivvu_analysis.report.text import Words

MOST_LINES = 25

SUMMARY = (
    "key figures moved: {moved}, the same: {same}, new: {appeared}, gone: {vanished}; "
    "cells of tables that differ: {cells}."
)


def show(comparison: Comparison, console: Console) -> None:
    """Print what moved, what else differed, and how much there is to read on the page."""
    console.print(Text(f"{comparison.suite}: " + SUMMARY.format(**comparison.counts)))
    for ground, rows in comparison.grounds.groupby("ground", sort=False):
        console.print(Text(f"  {ground}: {', '.join(rows['name'].unique())}"))
    moved = comparison.moved
    if len(moved):
        console.print(_table(moved.head(MOST_LINES)))
    if len(moved) > MOST_LINES:
        console.print(f"and {len(moved) - MOST_LINES} more")


def _table(moved: pd.DataFrame) -> Table:
    table = Table("Key figure", box=None, pad_edge=False)
    for head in ("Then", "Now", "Change"):
        table.add_column(head, justify="right")
    table.add_column("Intervals overlap")
    for line in lines(moved, Words("en")):
        name = f"{line['name']} (then {line['waves_then']})" if line["waves_then"] else line["name"]
        cells = (
            name,
            _with_interval(line, "then"),
            _with_interval(line, "now"),
            line["change"],
            line["overlap"],
        )
        # A name is text, never markup.
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _with_interval(line: Mapping[str, str], when: str) -> str:
    interval = line[f"{when}_interval"]
    return f"{line[when]} ({interval})" if interval else line[when]
