"""How a worker comes up: forked from a warm one, or a new interpreter."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.nursery import Nursery
from ivvu_analysis.batch.worker import LAST_WORDS, work, work_cold
from ivvu_analysis.errors import StartError

# How often the process to fork from may die before it is no longer bad luck: once it was warm, and before.
DEATHS = 3
DEATHS_WHILE_WARMING = 1


class Launcher(Protocol):
    """What starts workers."""

    def launch(self) -> Connection:
        """Start a process, and return the connection on which it sends its id, takes jobs and gives results.

        Raises
        ------
        OSError
            If none can be started.
        """
        ...

    def last_words(self) -> str:
        """Return what a process that never came up may have said."""
        ...

    def close(self) -> None:
        """End all processes."""
        ...


class WarmLauncher:
    """Fork workers from a nursery, which is started anew should it die.

    Parameters
    ----------
    scratch
        A folder for files that no one needs afterwards.
    share
        The part of the machine's memory that one worker may use.
    """

    def __init__(self, scratch: str, share: float) -> None:
        self._scratch, self._share = scratch, share
        self._nursery = Nursery(Path(scratch))
        self._deaths = 0

    def launch(self) -> Connection:
        """Fork the nursery.

        Raises
        ------
        OSError
            If it dies again and again.
        StartError
            If it does so before it has forked anything: no report can be made then.
        """
        try:
            return self._fork()
        except OSError:
            self._replace()
            return self._fork()

    def _fork(self) -> Connection:
        return self._nursery.fork(work, self._scratch, self._share, True)

    def _replace(self) -> None:
        self._nursery.close()
        self._deaths += 1
        if not self._nursery.was_warm and self._deaths > DEATHS_WHILE_WARMING:
            said = self.last_words().strip().splitlines() or ["it said nothing"]
            raise StartError(
                f"The process that reports are forked from cannot import what they need: {said[-1]}.",
                "Install the packages again with `rm -r .venv` and `make reports`.",
            )
        if self._deaths > DEATHS:
            raise OSError("the process to fork from has died again and again")
        self._nursery = Nursery(Path(self._scratch))

    def last_words(self) -> str:
        """Return the end of what the nursery has said."""
        return self._nursery.log.read_text(encoding="utf-8", errors="replace")[-LAST_WORDS:]

    def close(self) -> None:
        """End the nursery and all that was forked from it."""
        self._nursery.close()


class ColdLauncher:
    """Start workers in new interpreters; the parameters are those of `WarmLauncher`."""

    def __init__(self, scratch: str, share: float) -> None:
        self._scratch, self._share = scratch, share
        self._context = multiprocessing.get_context("spawn")
        self._started: list[multiprocessing.process.BaseProcess] = []

    def launch(self) -> Connection:
        """Start an interpreter."""
        self._started = [process for process in self._started if process.is_alive()]
        ours, theirs = self._context.Pipe()
        with theirs:
            process = self._context.Process(target=work_cold, args=(theirs, self._scratch, self._share))
            process.start()
        self._started.append(process)
        return ours

    def last_words(self) -> str:
        """Return nothing: a new interpreter complains on the terminal."""
        return ""

    def close(self) -> None:
        """End all that are still running."""
        for process in self._started:
            if process.is_alive() and process.pid:
                processes.kill_tree(process.pid)
            process.join()
