"""Jobs to results on the cores of this machine, each in a process of its own that can be killed."""

from __future__ import annotations

import json
import platform
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import wait
from typing import Any, Protocol, Self

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.forking import Forked, Server
from ivvu_analysis.batch.interruption import Interruption
from ivvu_analysis.batch.job import Failure, Job, Result
from ivvu_analysis.batch.notebook import tidy, written
from ivvu_analysis.errors import StartError

ATTEMPTS = 3  # to start; a report that has started is never made twice
START_PATIENCE = 180.0  # seconds for a process to come up
GLANCE = 0.02  # seconds between two looks whether the first process is warm


class Executor(Protocol):
    """What makes results of jobs: the cores of this machine, or a cluster.

    A context: on leaving it, nothing that it had started is left.
    """

    @property
    def workers(self) -> int:
        """How many reports it makes at a time."""
        ...

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
    forked: Forked
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
        ended = self.forked.has_ended
        with suppress(EOFError, OSError):
            while self.result is None and self.forked.connection.poll():
                self._hear(self.forked.connection.recv())
        return bool(self.result) or ended or self.deadline <= now

    def _hear(self, said: Any) -> None:
        match said:
            case None:
                self.up, self.since = True, time.monotonic()
            case Result():
                self.result = said
            case str():
                raise StartError(
                    f"The process that reports are forked from cannot import what they need: {said}.",
                    "Install the packages again with `rm -r .venv` and `make reports`.",
                )
            case (-1, text):
                self.notebook = json.loads(text)
            case (number, text):
                self.number = number
                self.notebook["cells"][self.number] = json.loads(text)

    def failed(self, code: int | None, server: Server) -> Result:
        """Return the result of a report whose process gave none."""
        said = server.last_words(self.forked)
        if not self.up:
            failure = Failure("start", "The process of the report ended before it had begun.", details=said)
        elif code is None:
            failure = Failure("deadline", f"The report took longer than {self.job.timeout:g} seconds.")
        elif server.pid is None:
            failure = Failure("worker", "The process that reports are forked from was killed from outside.")
        else:
            failure = Failure("kernel", f"The kernel died: {processes.how_it_ended(code)}.", details=said)
        cell = self.notebook["cells"][self.number] if self.number >= 0 else {}
        return Result(
            self.job.suite,
            self.job.name,
            notebook=written(tidy(self.notebook, self.job.parameters)) if self.notebook else "",
            failure=replace(failure, cell=cell.get("execution_count"), source=cell.get("source", "")),
            seconds={"execute": round(time.monotonic() - self.since, 3)} if self.up else {},
            host=platform.node(),
        )


class LocalPool:
    """Run jobs on this machine, `workers` at a time."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._open = ExitStack()
        self._server: Server | None = None

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
        if self._server is None:
            self._server = self._open.enter_context(Server(1 / self.workers))

    def close(self) -> None:
        """Kill everything that is still running."""
        self._open.close()
        self._server = None

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
        assert self._server is not None
        while self._server.is_warming_up:
            wait([interruption.fileno()], GLANCE)
            interruption.check()
        waiting = deque((job, 1) for job in jobs)
        running: list[_Running] = []
        results: list[Result] = []
        while waiting or running or results:
            while waiting and len(running) < self.workers:
                job, attempt = waiting.popleft()
                try:
                    running.append(_Running(job, attempt, self._server.fork(job)))
                    started(job)
                except (OSError, EOFError) as error:
                    failure = Failure("start", f"No process could be started: {error}.")
                    results.append(Result(job.suite, job.name, failure=failure, attempts=attempt))
            yield from results  # publishing them takes a while, for which no core should wait
            results = []
            for one in _through(running, interruption) if running else ():
                running.remove(one)
                result = self._outcome(one)
                if result.failure and result.failure.kind == "start" and one.attempt < ATTEMPTS:
                    waiting.appendleft((one.job, one.attempt + 1))
                else:
                    results.append(replace(result, attempts=one.attempt))

    def _outcome(self, one: _Running) -> Result:
        """Return what became of a report that is through, and end what is left of it."""
        assert self._server is not None
        failed = one.result is None or one.result.failure is not None
        code = self._server.end(one.forked, kill=failed)
        return one.result or one.failed(code, self._server)


def _through(running: Sequence[_Running], interruption: Interruption) -> list[_Running]:
    """Wait until a process has said something, has ended or is overdue; return those that are through."""
    patience = max(0.0, min(one.deadline for one in running) - time.monotonic())
    ready = [told for one in running for told in (one.forked.sentinel, one.forked.connection)]
    wait([*ready, interruption.fileno()], patience)
    interruption.check()
    now = time.monotonic()
    return [one for one in running if one.is_through(now)]
