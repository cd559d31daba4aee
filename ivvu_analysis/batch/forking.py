"""Processes for reports, forked from the warm one: begun, watched and ended."""

from __future__ import annotations

import os
import pickle
import shutil
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from multiprocessing.connection import Connection, wait
from pathlib import Path

from ivvu_analysis.batch import making, processes
from ivvu_analysis.batch.job import Job, Result, failed
from ivvu_analysis.batch.notebook import so_far, tidy, written

ATTEMPTS = 3  # to start; a report that has started is never made twice
GLANCE = 0.01  # seconds between two looks at the processes
LAST_WORDS = 2000  # characters of what a process printed that are worth keeping
RESULT = "result"


@dataclass(frozen=True)
class Fork:
    """A process that makes a report, and leaves its result, and how far it has come, in a folder."""

    job: Job
    attempt: int
    folder: Path
    pid: int
    since: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has been there."""
        return time.monotonic() - self.since

    def result(self, code: int | None) -> Result:
        """Return what came of it, given how it ended; without a code, it was overdue."""
        with suppress(OSError):
            if code == 0:
                return pickle.loads((self.folder / RESULT).read_bytes())  # type: ignore[no-any-return]
        notebook, cell = so_far(self.folder / making.PROGRESS)
        said = ""
        with suppress(OSError):
            said = (self.folder / "stderr").read_text(encoding="utf-8", errors="replace").strip()
        last = {"cell": cell.get("execution_count"), "source": cell.get("source", "")}
        if code is None:
            took = f"The report took longer than {self.job.timeout:g} seconds."
            result = failed(self.job, "deadline", took, details=said[-LAST_WORDS:], **last)
        elif notebook is None:
            begun = "The process of the report ended before it had begun."
            result = failed(self.job, "start", begun, details=said[-LAST_WORDS:])
        else:
            died = f"The kernel died: {processes.how_it_ended(code)}."
            result = failed(self.job, "kernel", died, details=said[-LAST_WORDS:], **last)
        result.entry.seconds = {"make": round(self.seconds, 3)}
        parts = {"notebook": written(tidy(notebook, self.job.parameters)).encode()} if notebook else {}
        return replace(result, parts=parts)


class Forks:
    """The reports that are being made, each for a slot: the connection that its job came by."""

    def __init__(self, slots: Sequence[Connection], scratch: Path) -> None:
        self._slots, self._scratch = slots, scratch
        self._numbers = count()
        self._running: dict[Connection, Fork] = {}

    def serve(self) -> None:
        """Fork a process for each job that comes, as long as there is somebody to ask."""
        while True:
            ready = wait(self._slots, GLANCE if self._running else None)
            for slot in [slot for slot in self._slots if slot in ready]:
                try:
                    self._begin(slot, slot.recv())
                except EOFError:
                    return
            for slot, one in list(self._running.items()):
                ended, status = os.waitpid(one.pid, os.WNOHANG)
                if ended or one.seconds > one.job.timeout:
                    self._end(slot, one, os.waitstatus_to_exitcode(status) if ended else None)

    def _begin(self, slot: Connection, job: Job, attempt: int = 1) -> None:
        folder = self._scratch / str(next(self._numbers))
        try:
            pid = os.fork()
        except OSError as error:
            result = failed(job, "start", f"No process could be started: {error}.")
            self._answer(slot, job, attempt, result)
            return
        if pid == 0:
            for connection in self._slots:
                connection.close()
            work(job, folder, 1 / len(self._slots))
        self._running[slot] = Fork(job, attempt, folder, pid)

    def _end(self, slot: Connection, one: Fork, code: int | None) -> None:
        """Kill what is left of a process, unless it saw to that itself, and hand on its result."""
        del self._running[slot]
        if code != 0:
            processes.kill_descendants(keep=[other.pid for other in self._running.values()])
        result = one.result(code)
        shutil.rmtree(one.folder, ignore_errors=True)
        self._answer(slot, one.job, one.attempt, result)

    def _answer(self, slot: Connection, job: Job, attempt: int, result: Result) -> None:
        if result.entry.error and result.entry.error.kind == "start" and attempt < ATTEMPTS:
            self._begin(slot, job, attempt + 1)
        else:
            result.entry.attempts = attempt
            slot.send(result)


def work(job: Job, folder: Path, share: float) -> None:
    """Make the report of `job` in a process that was forked for it, leave nothing behind, and end.

    Parameters
    ----------
    job
        The report.
    folder
        Where its result goes, and files that no one needs afterwards.
    share
        The part of the machine's memory that this process, and each one it starts, may use.
    """
    try:
        os.setsid()
        processes.die_with_parent()
        processes.adopt_orphans()
        processes.limit_memory(share)
        making.settle(folder, job)
        result = making.make(job, folder / making.PROGRESS)
        if not processes.is_childless():
            processes.kill_descendants()
        (folder / RESULT).write_bytes(pickle.dumps(result))
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)  # whatever the notebook has left running
