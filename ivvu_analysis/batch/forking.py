"""Processes for reports, forked from the warm one: begun, listened to, ended, and never lost."""

from __future__ import annotations

import os
import platform
import signal
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path

from ivvu_analysis.batch import making, processes
from ivvu_analysis.batch.job import Failure, Job, Result
from ivvu_analysis.batch.notebook import so_far, tidy, written

ATTEMPTS = 3  # to start; a report that has started is never made twice
START_PATIENCE = 180.0  # seconds for a process to come up
GLANCE = 0.05  # seconds between two looks at processes: a child of one that died may hold on to its pipe
LAST_WORDS = 2000  # characters of what a process printed that are worth keeping


@dataclass
class Fork:
    """A process that makes a report, and how far it has come."""

    job: Job
    attempt: int
    folder: Path
    pid: int
    pipe: Connection
    since: float = field(default_factory=time.monotonic)
    up: bool = False

    @property
    def is_overdue(self) -> bool:
        """Whether it has taken longer than it may."""
        return time.monotonic() > self.since + (self.job.timeout if self.up else START_PATIENCE)

    def hear(self) -> Result | None:
        """Return its result if there is one by now."""
        with suppress(EOFError, OSError):
            while self.pipe.poll():
                if (said := self.pipe.recv()) is not None:
                    return said  # type: ignore[no-any-return]
                self.up, self.since = True, time.monotonic()
        return None

    def failed(self, code: int | None) -> Result:
        """Return the result of a report whose process gave none; without a code, it was overdue."""
        said = ""
        with suppress(OSError):
            said = (self.folder / "stderr").read_text(encoding="utf-8", errors="replace").strip()
        if not self.up:
            failure = Failure("start", "The process of the report ended before it had begun.")
        elif code is None:
            failure = Failure("deadline", f"The report took longer than {self.job.timeout:g} seconds.")
        else:
            failure = Failure("kernel", f"The kernel died: {processes.how_it_ended(code)}.")
        notebook, cell = so_far(self.folder / making.PROGRESS)
        return Result(
            self.job.suite,
            self.job.name,
            notebook=written(tidy(notebook, self.job.parameters)) if notebook else "",
            failure=replace(
                failure,
                cell=cell.get("execution_count"),
                source=cell.get("source", ""),
                details=said[-LAST_WORDS:],
            ),
            seconds={"execute": round(time.monotonic() - self.since, 3)} if self.up else {},
            host=platform.node(),
        )


class Forks:
    """The reports that are being made, each for a slot: the connection that its job came by."""

    def __init__(self, slots: Sequence[Connection], scratch: Path) -> None:
        self._slots, self._scratch = slots, scratch
        self._numbers = count()
        self._running: dict[Connection, Fork] = {}

    def serve(self) -> None:
        """Fork a process for each job that comes, as long as there is somebody to ask."""
        while True:
            pipes = [one.pipe for one in self._running.values()]
            ready = wait([*self._slots, *pipes], GLANCE if pipes else None)
            for slot in [slot for slot in self._slots if slot in ready]:
                try:
                    self._begin(slot, slot.recv())
                except EOFError:
                    return
            for slot, one in list(self._running.items()):
                self._look_at(slot, one)

    def _begin(self, slot: Connection, job: Job, attempt: int = 1) -> None:
        pipe, theirs = Pipe(duplex=False)
        folder = self._scratch / str(next(self._numbers))
        try:
            pid = os.fork()
        except OSError as error:
            failure = Failure("start", f"No process could be started: {error}.")
            self._answer(slot, job, attempt, Result(job.suite, job.name, failure=failure))
            return
        if pid == 0:
            for connection in (*self._slots, *(one.pipe for one in self._running.values())):
                connection.close()
            work(theirs, job, folder, 1 / len(self._slots))
        theirs.close()
        self._running[slot] = Fork(job, attempt, folder, pid, pipe)

    def _look_at(self, slot: Connection, one: Fork) -> None:
        """Take what a process has to give, and end what has to end."""
        ended, status = os.waitpid(one.pid, os.WNOHANG)
        result = one.hear()
        if not (result or ended or one.is_overdue):
            return
        del self._running[slot]
        if result is None:
            others = [other.pid for other in self._running.values()]
            processes.kill_descendants(keep=others)
            result = one.failed(os.waitstatus_to_exitcode(status) if ended else None)
        elif not ended:
            os.waitpid(one.pid, 0)
        one.pipe.close()
        self._answer(slot, one.job, one.attempt, result)

    def _answer(self, slot: Connection, job: Job, attempt: int, result: Result) -> None:
        if result.failure and result.failure.kind == "start" and attempt < ATTEMPTS:
            self._begin(slot, job, attempt + 1)
        else:
            slot.send(replace(result, attempts=attempt))


def work(pipe: Connection, job: Job, folder: Path, share: float) -> None:
    """Make the report of `job` in a process that was forked for it, leave nothing behind, and end.

    Parameters
    ----------
    pipe
        Where None goes when this is up, and at last the result.
    job
        The report.
    folder
        A folder for files that no one needs afterwards.
    share
        The part of the machine's memory that this process, and each one it starts, may use.
    """
    try:
        os.setsid()
        processes.die_with_parent()
        processes.adopt_orphans()
        processes.limit_memory(share)
        making.settle(folder, job)
        pipe.send(None)
        result = making.make(job, folder / making.PROGRESS)
        if not processes.is_childless():
            processes.kill_descendants()
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        pipe.send(result)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)  # whatever the notebook has left running
