"""The warm process that reports are forked from, a forkserver of multiprocessing, and how it all ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Self

import psutil  # type: ignore[import-untyped]

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.job import Job
from ivvu_analysis.batch.options import DATA_VARIABLE, data_folder
from ivvu_analysis.batch.warm import LOG, READY, SCRATCH, work
from ivvu_analysis.errors import OutputError

LAST_WORDS = 2000  # characters of what a process printed that are worth keeping


@dataclass(frozen=True)
class Forked:
    """A process that makes a report, and where it tells how it goes."""

    process: BaseProcess
    connection: Connection
    folder: Path

    @property
    def sentinel(self) -> int:
        """What becomes ready when the process ends, even if a child of it holds on to the connection."""
        return self.process.sentinel

    @property
    def has_ended(self) -> bool:
        """Whether the process is no longer there."""
        return not self.process.is_alive()


class Server:
    """The process to fork from, as a context; each report may use the `share` of the memory.

    Several threads may fork, as those of a worker of a cluster do.
    """

    def __init__(self, share: float) -> None:
        self._share = share
        self._numbers = count()
        self._alive: set[int] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Start it; it then takes seconds to warm up.

        Raises
        ------
        OutputError
            If there is no room for temporary files.
        """
        try:
            self._folder = tempfile.TemporaryDirectory(prefix="ivvu-", ignore_cleanup_errors=True)
        except OSError as error:
            raise OutputError(
                f"There is no room for temporary files in {tempfile.gettempdir()}: {error.strerror}.",
                "Make room there, or set TMPDIR to a folder that has some.",
            ) from None
        self._scratch = Path(self._folder.name)
        self._start()
        return self

    def __exit__(self, *why: object) -> None:
        """Kill it and all that came of it."""
        if self.pid:
            processes.kill_tree(self.pid)
        with suppress(Exception):
            forkserver._forkserver._stop()  # type: ignore[attr-defined]
            resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]
        self._folder.cleanup()

    def _start(self) -> None:
        """Start it in the environment of reports, and out of reach of Ctrl-C."""
        before = dict(os.environ)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        os.environ.update(processes.ENVIRONMENT)
        os.environ.update({SCRATCH: str(self._scratch), DATA_VARIABLE: str(data_folder())})
        try:
            forkserver.set_forkserver_preload(["ivvu_analysis.batch.warm"])
            with _nobody():
                forkserver.ensure_running()
        finally:
            os.environ.clear()
            os.environ.update(before)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

    @property
    def pid(self) -> int | None:
        """Its process; None if it has died."""
        pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
        with suppress(psutil.NoSuchProcess):
            if pid and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                return int(pid)
        return None

    @property
    def is_warming_up(self) -> bool:
        """Whether it still imports what reports need; to fork now would have to wait for that."""
        return not (self._scratch / READY).exists() and self.pid is not None

    def fork(self, job: Job) -> Forked:
        """Start the process of a report; should the server have died, another one is started first.

        Raises
        ------
        OSError, EOFError
            If that cannot be done.
        """
        folder = self._scratch / str(next(self._numbers))
        ours, theirs = multiprocessing.Pipe(duplex=False)
        with self._lock, theirs:
            if self.pid is None:
                self._start()
            context = multiprocessing.get_context("forkserver")
            process = context.Process(target=work, args=(theirs, job, str(folder), self._share))
            with _nobody():
                process.start()
            self._alive.add(process.pid or 0)
        return Forked(process, ours, folder)

    def end(self, forked: Forked, *, kill: bool) -> int | None:
        """Let go of a process, or kill it with all that came of it; return how it had ended, if it had."""
        code = forked.process.exitcode
        pid = forked.process.pid or 0
        with self._lock:
            self._alive.discard(pid)
            if kill:
                processes.kill_tree(pid)
                if self.pid:  # it has adopted what the dead have left
                    processes.kill_descendants(self.pid, keep=self._alive)
        forked.connection.close()
        return code

    def last_words(self, forked: Forked) -> str:
        """Return the end of what a process said before it died, or else of what the server has said."""
        for log in (forked.folder / "stderr", self._scratch / LOG):
            with suppress(OSError):
                if said := log.read_text(encoding="utf-8", errors="replace").strip():
                    return said[-LAST_WORDS:]
        return ""


@contextmanager
def _nobody() -> Iterator[None]:
    """Hide the command that runs: every process would otherwise import it again."""
    main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
