"""Jobs to results on the cores of this machine, each in a process of its own that can be killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing import Pipe
from pathlib import Path
from typing import Protocol

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.job import Job, Result, failed
from ivvu_analysis.batch.options import DATA_VARIABLE, SHARED_VARIABLE, data_folder
from ivvu_analysis.batch.warm import READY
from ivvu_analysis.errors import StartError

ATTEMPTS = 3  # to start; a report that has started is never made twice
LOG = "log"


class Executor(Protocol):
    """What makes results of jobs: the cores of this machine, or a cluster."""

    @property
    def workers(self) -> int:
        """How many reports it makes at a time."""
        ...

    def start(self) -> None:
        """Get ready, unless that was done."""
        ...

    def submit(self, job: Job) -> Future[Result]:
        """Take a job on, and return what its result will be in; a report that fails is a result too."""
        ...

    def check(self) -> None:
        """Raise a UserError if nothing can be made here any more."""
        ...

    def close(self) -> None:
        """End everything that was started."""
        ...


class LocalPool:
    """Make reports on this machine, `workers` at a time, in processes forked from a warm one.

    Several threads may ask, as those of a worker of a cluster do. `data` is the folder of the data.
    """

    def __init__(self, workers: int, data: Path | None = None) -> None:
        self.workers, self._data = workers, data or data_folder()
        self._open = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process to fork from, in the environment of reports and out of reach of Ctrl-C."""
        if self._process:
            return
        made = tempfile.TemporaryDirectory(prefix="ivvu-", ignore_cleanup_errors=True)
        self._folder = Path(self._open.enter_context(made))
        shared = self._folder / "shared"  # what is read of an edition, for all other reports
        shared.mkdir()
        os.environ[SHARED_VARIABLE] = str(shared)
        self._open.callback(os.environ.pop, SHARED_VARIABLE, None)
        self._threads = self._open.enter_context(ThreadPoolExecutor(self.workers))
        self._orders, theirs = (self._open.enter_context(end) for end in socket.socketpair())
        own = {DATA_VARIABLE: str(self._data), "IPYTHONDIR": str(self._folder / "ipython")}
        told = (theirs.fileno(), str(self._folder), 1 / self.workers)
        with (self._folder / LOG).open("w+b") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    f"import sys; sys.path[:] = {sys.path}\n"
                    f"from ivvu_analysis.batch.warm import main; main(*{told})",
                ],
                env={**os.environ, **processes.ENVIRONMENT, **own},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        theirs.close()
        self._open.callback(self._process.wait)
        self._open.callback(processes.kill_tree, self._process.pid)
        self._open.callback(self._threads.shutdown, wait=False, cancel_futures=True)

    def close(self) -> None:
        """Kill everything that is still running."""
        self._open.close()
        self._process = None

    def submit(self, job: Job) -> Future[Result]:
        """Take a job on."""
        return self._threads.submit(self.make, job)

    def make(self, job: Job) -> Result:
        """Return what becomes of a job; what never came to a start is tried again.

        Raises
        ------
        StartError
            If nothing can be started here.
        """
        for attempt in range(1, ATTEMPTS + 1):
            result = self._made(job)
            result.entry.attempts = attempt
            if result.entry.error is None or result.entry.error.kind != "start":
                break
        return result

    def _made(self, job: Job) -> Result:
        ours, theirs = Pipe()
        try:
            with ours:
                with theirs:
                    socket.send_fds(self._orders, [b"."], [theirs.fileno()])
                ours.send(job)
                result: Result = ours.recv()
                return result
        except (EOFError, OSError):
            if self._process and not (self._folder / READY).exists():
                said = (self._folder / LOG).read_text(encoding="utf-8", errors="replace").strip()
                why = said.rpartition("\n")[2] or processes.how_it_ended(self._process.wait())
                raise StartError(
                    f"The process that reports are forked from cannot import what they need: {why}.",
                    "Install the packages again with `rm -r .venv` and `make reports`.",
                ) from None
            return failed("worker", "The process that reports are forked from was killed from outside.")

    def check(self) -> None:
        """Do nothing: what cannot be made here says so itself."""
