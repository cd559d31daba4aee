"""What an operator sees: a live display, or plain lines where there is no terminal."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from ivvu_analysis.batch.job import Job, Result


class Watcher(Protocol):
    """Whoever wants to know how a run goes."""

    def begin(self, due: int, kept: int, workers: int) -> None:
        """Hear how many reports are to be made, how many are kept, and how many are made at a time."""
        ...

    def start(self, job: Job) -> None:
        """Hear that a report is being made."""
        ...

    def done(self, result: Result) -> None:
        """Hear what became of it."""
        ...


class Silent:
    """Show nothing."""

    def begin(self, due: int, kept: int, workers: int) -> None:
        """Show nothing."""

    def start(self, job: Job) -> None:
        """Show nothing."""

    def done(self, result: Result) -> None:
        """Show nothing."""


class Display:
    """Show one line a report when it is done, and below them, on a terminal, what is going on.

    Parameters
    ----------
    console
        Where to show it.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = console.is_terminal and not os.environ.get("CI")
        self._progress = Progress(
            TextColumn("[progress.description]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
            transient=True,
            disable=not self._live,
        )
        self._pace = Pace(time.monotonic)
        self._making: list[str] = []

    def __enter__(self) -> Self:
        """Take the terminal."""
        self._progress.start()
        return self

    def __exit__(self, *why: object) -> None:
        """Give the terminal back."""
        self._progress.stop()

    def begin(self, due: int, kept: int, workers: int) -> None:
        """Say what is going to happen."""
        self._pace.begin(due)
        self._task = self._progress.add_task("warming up", total=due, left="")
        if due:
            current = f", {kept} are current" if kept else ""
            self._console.print(f"{_count(due)} to make on {workers} cores{current}.")

    def start(self, job: Job) -> None:
        """Name the report among those being made."""
        self._making.append(job.name)
        self._show()

    def done(self, result: Result) -> None:
        """Print the report's line."""
        self._pace.step()
        if result.name in self._making:
            self._making.remove(result.name)
        self._console.print(_line(result), soft_wrap=True)
        self._progress.advance(self._task)
        self._show()

    def _show(self) -> None:
        self._progress.update(self._task, description=", ".join(self._making[:4]), left=self._pace.left())


class Pace:
    """Tell how long the rest takes, from how fast the first went.

    Parameters
    ----------
    clock
        What tells the time, in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._todo = self._done = 0
        self._first = 0.0

    def begin(self, todo: int) -> None:
        """Start with so many to do."""
        self._todo = todo

    def step(self) -> None:
        """One of them is done."""
        self._done += 1
        self._todo -= 1
        if self._done == 1:
            self._first = self._clock()

    def left(self) -> str:
        """Return about how long it still takes; nothing until there is something to go by."""
        if self._done < 2 or not self._todo:
            return ""
        # Counted from the first that was done, so that warming up does not count as part of the pace.
        pace = (self._clock() - self._first) / (self._done - 1)
        return f"about {pace * self._todo:.0f} s left"


def _line(result: Result) -> Text:
    seconds = sum(result.seconds.values())
    again = f", attempt {result.attempts}" if result.attempts > 1 else ""
    if result.failure is None:
        return Text(f"  made    {result.key}  {seconds:.1f} s{again}")
    cell = f" in code cell {result.failure.cell}" if result.failure.cell else ""
    return Text(f"  FAILED  {result.key}{cell}: {result.failure.message}{again}", style="bold red")


def _count(reports: int) -> str:
    return "1 report" if reports == 1 else f"{reports} reports"
