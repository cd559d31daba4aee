"""Jobs to results on the cores of this machine: a process each, forked warm, that can be killed."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import platform
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import count
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, Self

import psutil  # type: ignore[import-untyped]

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.interruption import Interruption
from ivvu_analysis.batch.job import Failure, Job, Result
from ivvu_analysis.batch.notebook import tidy, written
from ivvu_analysis.batch.warm import LOG, READY, SCRATCH, work
from ivvu_analysis.errors import OutputError, StartError

ATTEMPTS = 3  # to start; a report that has started is never made twice
START_PATIENCE = 60.0  # seconds for a process to come up
GLANCE = 0.02  # seconds between two looks whether the first process is warm
LAST_WORDS = 2000  # characters of what a process printed that are worth keeping


class Executor(Protocol):
    """What makes results of jobs: the cores of this machine, or a cluster.

    A context: on leaving it, nothing that it had started is left.
    """

    workers: int

    def __enter__(self) -> Self: ...
    def __exit__(self, *why: object) -> None: ...

    def run(
        self, jobs: Sequence[Job], interruption: Interruption, started: Callable[[Job], None]
    ) -> Iterator[Result]:
        """Yield a result for each job, in the order in which they come; call `started` for each."""
        ...


@dataclass
class _Running:
    """A report that is being made, and how far it has come."""

    job: Job
    attempt: int
    process: BaseProcess
    connection: Connection
    folder: Path
    since: float = field(default_factory=time.monotonic)
    up: bool = False
    number: int = -1
    notebook: dict[str, Any] = field(default_factory=dict)
    result: Result | None = None

    @property
    def deadline(self) -> float:
        return self.since + (self.job.timeout if self.up else START_PATIENCE)

    def is_through(self, now: float) -> bool:
        """Return whether nothing more is to come: there is a result, the process has ended or is overdue."""
        ended = not self.process.is_alive()
        self._hear()
        return bool(self.result) or ended or self.deadline <= now

    def _hear(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while self.result is None and self.connection.poll():
                said = self.connection.recv()
                if isinstance(said, str):
                    raise StartError(
                        f"The process that reports are forked from cannot import what they need: {said}.",
                        "Install the packages again with `rm -r .venv` and `make reports`.",
                    )
                if said is None:
                    self.up, self.since = True, time.monotonic()
                elif isinstance(said, Result):
                    self.result = said
                else:
                    self.number, text = said
                    if self.number < 0:
                        self.notebook = json.loads(text)
                    else:
                        self.notebook["cells"][self.number] = json.loads(text)


class LocalPool:
    """Run jobs on this machine, `workers` at a time."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._open = ExitStack()
        self._scratch: Path | None = None
        self._numbers = count()
        self._running: list[_Running] = []

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
        if self._scratch is None:
            self._scratch = Path(self._open.enter_context(_scratch()))
            self._open.callback(_end_server)
            _start_server(self._scratch)

    def close(self) -> None:
        """Kill everything that is still running."""
        for one in self._running:
            one.connection.close()
        self._running.clear()
        self._open.close()
        self._scratch = None

    def run(
        self, jobs: Sequence[Job], interruption: Interruption, started: Callable[[Job], None]
    ) -> Iterator[Result]:
        """Yield a result for each job, in the order in which they come; call `started` for each.

        Raises
        ------
        Interrupted
            If the run was asked to stop.
        StartError
            If nothing can be started here at all.
        """
        assert self._scratch is not None
        while not (self._scratch / READY).exists() and _server():
            wait([interruption], GLANCE)  # type: ignore[list-item]
            interruption.check()
        waiting = deque((job, 1) for job in jobs)
        results: list[Result] = []
        while waiting or self._running or results:
            while waiting and len(self._running) < self.workers:
                results += self._begin(*waiting.popleft(), started)
            yield from results  # publishing them takes a while, for which no core should wait
            results = []
            for one in self._through(interruption) if self._running else ():
                result = self._outcome(one)
                if result.failure and result.failure.kind == "start" and one.attempt < ATTEMPTS:
                    waiting.appendleft((one.job, one.attempt + 1))
                else:
                    results.append(replace(result, attempts=one.attempt))

    def _begin(self, job: Job, attempt: int, started: Callable[[Job], None]) -> list[Result]:
        """Start the process of a report; return why not, if that cannot be done."""
        assert self._scratch is not None
        folder = self._scratch / str(next(self._numbers))
        ours, theirs = multiprocessing.Pipe(duplex=False)
        try:
            if not _server():
                _start_server(self._scratch)
            with theirs, _nobody():
                context = multiprocessing.get_context("forkserver")
                process = context.Process(target=work, args=(theirs, job, str(folder), 1 / self.workers))
                process.start()
        except (OSError, EOFError) as error:
            failure = Failure("start", f"No process could be started: {error}.", details=self._said(LOG))
            return [Result(job.suite, job.name, failure=failure, attempts=attempt)]
        self._running.append(_Running(job, attempt, process, ours, folder))
        started(job)
        return []

    def _through(self, interruption: Interruption) -> list[_Running]:
        """Wait until a process has said something, has ended or is overdue; return those that are through."""
        patience = max(0.0, min(one.deadline for one in self._running) - time.monotonic())
        ready: list[Any] = [interruption]
        for one in self._running:
            ready += [one.process.sentinel, one.connection]
        wait(ready, patience)
        interruption.check()
        now = time.monotonic()
        return [one for one in self._running if one.is_through(now)]

    def _outcome(self, one: _Running) -> Result:
        """Return what became of a report that is through, and end what is left of it."""
        self._running.remove(one)
        one.connection.close()
        if one.result and not one.result.failure:
            return one.result
        code = None if one.process.is_alive() else one.process.exitcode
        server = _server()
        if one.process.pid:
            processes.kill_tree(one.process.pid)
        if server:
            alive = [other.process.pid for other in self._running if other.process.pid]
            processes.kill_descendants(server, keep=alive)
        return one.result or self._failed(one, code, server)

    def _failed(self, one: _Running, code: int | None, server: int | None) -> Result:
        """Return the result of a report whose process gave none."""
        said = self._said(f"{one.folder.name}/stderr") or ("" if one.up else self._said(LOG))
        if code is None and one.up:
            failure = Failure("deadline", f"The report took longer than {one.job.timeout:g} seconds.")
        elif not one.up:
            failure = Failure("start", "The process of the report ended before it had begun.", details=said)
        elif server is None:
            failure = Failure("worker", "The process that reports are forked from was killed from outside.")
        else:
            failure = Failure("kernel", f"The kernel died: {processes.how_it_ended(code)}.", details=said)
        cell = one.notebook["cells"][one.number] if one.number >= 0 else {}
        source, number = cell.get("source", ""), cell.get("execution_count")
        return Result(
            one.job.suite,
            one.job.name,
            notebook=written(tidy(one.notebook, one.job.parameters)) if one.notebook else "",
            failure=replace(failure, cell=number, source=source),
            seconds={"execute": round(time.monotonic() - one.since, 3)} if one.up else {},
            host=platform.node(),
        )

    def _said(self, name: str) -> str:
        assert self._scratch is not None
        with contextlib.suppress(OSError):
            return (self._scratch / name).read_text(encoding="utf-8", errors="replace").strip()[-LAST_WORDS:]
        return ""


def _scratch() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="ivvu-", ignore_cleanup_errors=True)
    except OSError as error:
        raise OutputError(
            f"There is no room for temporary files in {tempfile.gettempdir()}: {error.strerror}.",
            "Make room there, or set TMPDIR to a folder that has some.",
        ) from None


def _start_server(scratch: Path) -> None:
    """Start the process that reports are forked from, in an environment and out of reach of Ctrl-C."""
    before = dict(os.environ)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    os.environ.update(processes.ENVIRONMENT, **{SCRATCH: str(scratch)})
    try:
        forkserver.set_forkserver_preload(["ivvu_analysis.batch.warm"])
        with _nobody():
            forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _server() -> int | None:
    """Return the process that reports are forked from; None if there is none, or it has died."""
    pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    with contextlib.suppress(psutil.NoSuchProcess):
        if pid and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            return int(pid)
    return None


def _end_server() -> None:
    if pid := _server():
        processes.kill_tree(pid)
    with contextlib.suppress(Exception):
        forkserver._forkserver._stop()  # type: ignore[attr-defined]
        resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]


@contextlib.contextmanager
def _nobody() -> Iterator[None]:
    """Hide the command that runs: every process would otherwise import it again."""
    main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
