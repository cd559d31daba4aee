"""Jobs to results on the cores of this machine, by workers that can be killed."""

from __future__ import annotations

import os
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Protocol, Self

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.interruption import Interruption
from ivvu_analysis.batch.job import Failure, Job, Result
from ivvu_analysis.batch.launch import ColdLauncher, Launcher, WarmLauncher
from ivvu_analysis.errors import OutputError

ATTEMPTS = 3  # to start; a report that has started is never made twice
START_PATIENCE = 180.0  # seconds for a process to come up, the first one being warmed meanwhile
GRACE = 5.0  # seconds for a worker to hand over what its killed kernel left
LONGEST_SCRATCH = 60  # characters; the sockets inside must stay under the system's limit of about 100


class Executor(Protocol):
    """What makes results of jobs: the cores of this machine, or a cluster.

    A context: on leaving it, nothing that it had started is left.
    """

    @property
    def workers(self) -> int:
        """How many reports it makes at a time."""
        ...

    def __enter__(self) -> Self:
        """Get ready."""
        ...

    def __exit__(self, *why: object) -> None:
        """End everything that is still running."""
        ...

    def run(
        self, jobs: Sequence[Job], interruption: Interruption, started: Callable[[Job], None]
    ) -> Iterator[Result]:
        """Yield a result for each job, in the order in which they come; call `started` for each."""
        ...


@dataclass
class _Worker:
    connection: Connection
    pid: int = 0  # of its process, once that is up


@dataclass
class _Running:
    job: Job
    attempt: int
    worker: _Worker
    since: float = field(default_factory=time.monotonic)
    overdue: bool = False

    @property
    def deadline(self) -> float:
        patience = self.job.timeout if self.worker.pid else START_PATIENCE
        return self.since + patience + (GRACE if self.overdue else 0.0)


class LocalPool:
    """Run jobs on this machine.

    Parameters
    ----------
    workers
        How many at a time.
    cold
        Whether to start ordinary kernels rather than to fork warm ones.
    """

    def __init__(self, workers: int, *, cold: bool = False) -> None:
        self.workers = workers
        self.cold = cold or not hasattr(os, "fork")
        self._open = ExitStack()
        self._idle: deque[_Worker] = deque()
        self._launcher: Launcher | None = None

    def __enter__(self) -> Self:
        """Start to warm up, unless that was done."""
        self.warm_up()
        return self

    def __exit__(self, *why: object) -> None:
        """Kill everything that is still running."""
        self.close()

    def warm_up(self) -> None:
        """Start the process that all others are forked from; whoever calls this must call `close`.

        Raises
        ------
        OutputError
            If there is no room for temporary files.
        """
        if self._launcher is None:
            scratch = self._open.enter_context(_scratch())
            kind = ColdLauncher if self.cold else WarmLauncher
            self._launcher = kind(scratch, 1 / self.workers)
            self._open.callback(self._launcher.close)

    def close(self) -> None:
        """Kill everything that is still running."""
        while self._idle:
            self._idle.pop().connection.close()
        self._open.close()
        self._launcher = None

    def run(
        self, jobs: Sequence[Job], interruption: Interruption, started: Callable[[Job], None]
    ) -> Iterator[Result]:
        """Yield a result for each job, in the order in which they come; call `started` for each.

        Raises
        ------
        Interrupted
            If the run was asked to stop.
        """
        waiting = deque((job, 1) for job in jobs)
        running: list[_Running] = []
        results: list[Result] = []
        while waiting or running or results:
            ended = self._fill(waiting, running, started)
            yield from results  # publishing them takes a while, for which no worker should wait
            results = []
            interruption.check()
            for one in _next(running, interruption) if running else ():
                if (result := _outcome(one)) is not None:
                    running.remove(one)
                    self._dismiss(one.worker, well=result.failure is None)
                    ended.append((one.job, one.attempt, result))
            for job, attempt, result in ended:
                if _is_start(result) and attempt < ATTEMPTS:
                    waiting.appendleft((job, attempt + 1))
                else:
                    results.append(replace(self._explained(result), attempts=attempt))

    def _fill(
        self, waiting: deque[tuple[Job, int]], running: list[_Running], started: Callable[[Job], None]
    ) -> list[tuple[Job, int, Result]]:
        """Have as many jobs running as there are workers; return one that could not be started, if any."""
        while waiting and len(running) < self.workers:
            job, attempt = waiting.popleft()
            try:
                running.append(_Running(job, attempt, self._engage(job)))
                started(job)
            except OSError as error:
                return [(job, attempt, _unstarted(job, f"No process could be started: {error}."))]
        return []

    def _engage(self, job: Job) -> _Worker:
        """Give `job` to a worker that has nothing to do, or start one, which gets it when it is up.

        Raises
        ------
        OSError
            If none can be started.
        """
        if not self._idle:
            assert self._launcher is not None
            return _Worker(self._launcher.launch())
        worker = self._idle.pop()
        worker.connection.send(job)
        return worker

    def _dismiss(self, worker: _Worker, *, well: bool) -> None:
        """Keep a worker for the next job; one that something went wrong with ends."""
        if well:
            self._idle.append(worker)
        else:
            worker.connection.close()

    def _explained(self, result: Result) -> Result:
        """Return the result with what the processes said, where one did not come up."""
        if not result.failure or not _is_start(result) or result.failure.details:
            return result
        assert self._launcher is not None
        return replace(result, failure=replace(result.failure, details=self._launcher.last_words()))


def _scratch() -> tempfile.TemporaryDirectory[str]:
    """Return a temporary folder whose path is short enough to hold sockets."""
    usual = tempfile.gettempdir()
    place = usual if len(usual) < LONGEST_SCRATCH or not Path("/tmp").is_dir() else "/tmp"
    try:
        return tempfile.TemporaryDirectory(prefix="ivvu-", dir=place, ignore_cleanup_errors=True)
    except OSError as error:
        raise OutputError(
            f"There is no room for temporary files in {place}: {error.strerror}.",
            "Make room there, or set TMPDIR to a folder that has some.",
        ) from None


def _next(running: Sequence[_Running], interruption: Interruption) -> list[_Running]:
    """Wait until a process has something to say, is overdue, or the run is to stop."""
    patience = max(0.0, min(one.deadline for one in running) - time.monotonic())
    ready = wait([*(one.worker.connection for one in running), interruption.fileno()], timeout=patience)
    now = time.monotonic()
    return [one for one in running if one.worker.connection in ready or one.deadline <= now]


def _outcome(one: _Running) -> Result | None:
    """Return what became of a job, or None while there is nothing to tell."""
    connection = one.worker.connection
    try:
        if not connection.poll():
            return _chase(one)
        message = connection.recv()
        if isinstance(message, Result):
            return _overdue(one, message) if one.overdue and message.failure else message
        one.worker.pid, one.since = message, time.monotonic()
        connection.send(one.job)
    except (EOFError, OSError):
        return _lost(one)
    return None


def _lost(one: _Running) -> Result:
    """Return the result of a job whose worker ended without one."""
    if one.overdue:
        return _overdue(one, Result(one.job.suite, one.job.name))
    if not one.worker.pid:
        return _unstarted(one.job, "The process of the report ended before it had begun.")
    return Result(
        one.job.suite,
        one.job.name,
        failure=Failure("worker", "The process of the report was killed from outside."),
    )


def _chase(one: _Running) -> Result | None:
    """Kill the kernel of a job that is overdue; and then, if that does not end it, all of the job."""
    if not one.worker.pid:
        return _unstarted(one.job, f"No process came up within {START_PATIENCE:g} seconds.")
    if one.overdue:
        processes.kill_tree(one.worker.pid)
        return _overdue(one, Result(one.job.suite, one.job.name))
    one.overdue = True
    processes.kill_descendants(one.worker.pid)
    return None


def _overdue(one: _Running, result: Result) -> Result:
    reached = result.failure
    failure = Failure(
        "deadline",
        f"The report took longer than {one.job.timeout:g} seconds, and was stopped.",
        reached.cell if reached else None,
        reached.source if reached else "",
    )
    return replace(result, failure=failure, html=None, workbook=None, content=None)


def _unstarted(job: Job, why: str) -> Result:
    return Result(job.suite, job.name, failure=Failure("start", why))


def _is_start(result: Result) -> bool:
    return result.failure is not None and result.failure.kind == "start"
