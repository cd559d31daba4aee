"""What an operator sees: a live display, or plain lines where there is no terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ivvu_analysis.batch.manifest import Job, Result

if TYPE_CHECKING:
    from ivvu_analysis.report.comparison import Comparison


class Screen(Console):
    """A terminal, or a pipe: when nobody reads on, as after ``| head -3``, the work still goes on."""

    def on_broken_pipe(self) -> None:
        """Say the rest to nobody."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Display(Progress):
    """Show one line a report when it is done, and below them, on a terminal, what is going on."""

    def __init__(self, console: Console) -> None:
        live = console.is_terminal and not os.environ.get("CI")
        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        super().__init__("{task.description}", *columns, console=console, transient=True, disable=not live)

    def begin(self, due: int, kept: int, workers: int) -> None:
        """Say how many reports are to be made, how many are kept, and how many are made at a time."""
        self._task = self.add_task("warming up", total=due)
        current = f", {kept} are current" if kept else ""
        self.console.print(f"{due} report{'s' * (due != 1)} to make on {workers} cores{current}.")

    def making(self, jobs: Sequence[Job]) -> None:
        """Name what is being made."""
        names = ", ".join(job.name for job in jobs[:4])
        self.update(self._task, description=names or "warming up")

    def done(self, job: Job, result: Result) -> None:
        """Print the line of a report."""
        entry, name = result.entry, f"{job.suite}/{job.name}"
        line = Text(f"  made    {name}  {sum(entry.seconds.values()):.1f} s")
        if entry.error:
            cell = f" in code cell {entry.error.cell}" if entry.error.cell else ""
            line = Text(f"  FAILED  {name}{cell}: {entry.error.message}", style="bold red")
        if entry.attempts > 1:
            line.append(f", attempt {entry.attempts}")
        self.console.print(line, soft_wrap=True)
        self.advance(self._task)


MOST_LINES = 25  # of key figures that moved; the page has them all


def show(comparison: Comparison, console: Console) -> None:
    """Print what moved between two runs, what else differed, and how much there is to read on the page."""
    from ivvu_analysis.report.comparison import lines
    from ivvu_analysis.report.words import Words

    summary = (
        "{suite}: key figures moved: {moved}, the same: {same}, new: {appeared}, gone: {vanished}; "
        "cells of tables that differ: {cells}."
    )
    console.print(Text(summary.format(suite=comparison.suite, **comparison.counts)))
    for ground, rows in comparison.grounds.groupby("ground", sort=False):
        console.print(Text(f"  {ground}: {', '.join(rows['name'].unique())}"))
    moved = lines(comparison.moved, Words("en"))
    if moved:
        table = Table("Key figure", "Then", "Now", "Change", "Intervals overlap", box=None, pad_edge=False)
        for column in table.columns[1:4]:
            column.justify = "right"
        for line in moved[:MOST_LINES]:
            name = f"{line['name']} (then {line['waves_then']})" if line["waves_then"] else line["name"]
            then, now = (
                line[when] + (f" ({line[f'{when}_interval']})" if line[f"{when}_interval"] else "")
                for when in ("then", "now")
            )
            # A name is text, never markup.
            table.add_row(*(Text(cell) for cell in (name, then, now, line["change"], line["overlap"])))
        console.print(table)
    if len(moved) > MOST_LINES:
        console.print(f"and {len(moved) - MOST_LINES} more")
