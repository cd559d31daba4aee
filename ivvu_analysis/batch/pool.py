"""Jobs to results on the cores of this machine, each in a process of its own that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol, Self

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.job import Job, Result, failed
from ivvu_analysis.batch.options import DATA_VARIABLE, SHARED_VARIABLE, data_folder
from ivvu_analysis.batch.warm import READY
from ivvu_analysis.errors import OutputError, StartError

LOG = "log"
START = """
import sys
sys.path[:] = {path!r}
from ivvu_analysis.batch.warm import main
main({slots!r}, {folder!r})
"""


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

    def submit(self, job: Job) -> Future[Result]:
        """Take a job on, and return what its result will be in; a report that fails is a result too."""
        ...

    def check(self) -> None:
        """Raise a UserError if nothing can be made here any more."""
        ...


class LocalPool:
    """Make reports on this machine, `workers` at a time, in processes forked from a warm one.

    Several threads may submit, as those of a worker of a cluster do. `data` is the folder of the data.
    """

    def __init__(self, workers: int, data: Path | None = None) -> None:
        self.workers, self._data = workers, data or data_folder()
        self._open = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._has_ended = False

    def __enter__(self) -> Self:
        """Start to warm up, unless that was done.

        Raises
        ------
        OutputError
            If there is no room for temporary files.
        """
        if self._process is None:
            try:
                made = tempfile.TemporaryDirectory(prefix="ivvu-", ignore_cleanup_errors=True)
            except OSError as error:
                raise OutputError(
                    f"There is no room for temporary files in {tempfile.gettempdir()}: {error.strerror}.",
                    "Make room there, or set TMPDIR to a folder that has some.",
                ) from None
            self._folder = Path(self._open.enter_context(made))
            self._share_evidence()
            self._threads = self._open.enter_context(ThreadPoolExecutor(self.workers))
            self._process = self._started()
            self._open.callback(self._process.wait)
            self._open.callback(processes.kill_tree, self._process.pid)
            self._open.callback(self._threads.shutdown, wait=False, cancel_futures=True)
        return self

    def __exit__(self, *why: object) -> None:
        """Kill everything that is still running."""
        self._open.close()
        self._process = None

    def _share_evidence(self) -> None:
        """Let whatever reads the files of an edition leave what they hold to all other reports."""
        shared = self._folder / "shared"
        shared.mkdir()
        os.environ[SHARED_VARIABLE] = str(shared)
        self._open.callback(os.environ.pop, SHARED_VARIABLE, None)

    def _started(self) -> subprocess.Popen[bytes]:
        """Start the process to fork from, in the environment of reports and out of reach of Ctrl-C."""
        self._slots: SimpleQueue[Connection] = SimpleQueue()
        own = {DATA_VARIABLE: str(self._data), "IPYTHONDIR": str(self._folder / "ipython")}
        with ExitStack() as passed:
            log = passed.enter_context((self._folder / LOG).open("wb"))
            numbers = []
            for _ in range(self.workers):
                ours, theirs = Pipe()
                self._slots.put(ours)
                numbers.append(passed.enter_context(theirs).fileno())
            start = START.format(path=sys.path, slots=numbers, folder=str(self._folder))
            return subprocess.Popen(
                [sys.executable, "-c", start],
                env={**os.environ, **processes.ENVIRONMENT, **own},
                pass_fds=numbers,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def submit(self, job: Job) -> Future[Result]:
        """Take a job on; what becomes of it is always a result."""
        return self._threads.submit(self._make, job)

    def _make(self, job: Job) -> Result:
        slot = self._slots.get()
        try:
            slot.send(job)
            result: Result = slot.recv()
            return result
        except (EOFError, OSError):
            self._has_ended = True
            return failed(job, "worker", "The process that reports are forked from was killed from outside.")
        finally:
            self._slots.put(slot)

    def check(self) -> None:
        """Raise an error if nothing can be started here.

        Raises
        ------
        StartError
            If the process to fork from cannot be warmed up.
        """
        if self._process and self._has_ended and not (self._folder / READY).exists():
            said = (self._folder / LOG).read_text(encoding="utf-8", errors="replace").strip()
            why = said.rpartition("\n")[2] or processes.how_it_ended(self._process.wait())
            raise StartError(
                f"The process that reports are forked from cannot import what they need: {why}.",
                "Install the packages again with `rm -r .venv` and `make reports`.",
            )
