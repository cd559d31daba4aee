"""How a run goes, on the terminal: a line a report when it is done, and what is going on."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from ivvu_analysis.batch.output import Job, Result


class _Screen(Console):
    """A terminal, or a pipe: when nobody reads on, as after ``| head -3``, the work still goes on."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Display(Progress):
    """Show one line a report when it is done, and below them, on a terminal, what is going on."""

    def __init__(self) -> None:
        console = _Screen(highlight=False)
        live = console.is_terminal and not os.environ.get("CI")
        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        super().__init__("{task.description}", *columns, console=console, transient=True, disable=not live)

    def begin(self, due: int, kept: int, workers: int) -> None:
        """Say how many reports are to be made, how many are kept, and how many are made at a time."""
        self._task = self.add_task("warming up", total=due)
        current = f", {kept} current" if kept else ""
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

    def printed(self, files: Iterable[Path]) -> None:
        """Print the name of each file when it is there."""
        for file in files:
            self.console.print(str(file), soft_wrap=True)
