"""Jobs to results on the cores of this machine, each in a process of its own that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol, Self

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.job import Failure, Job, Result
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
        self.workers = workers
        self._own = {DATA_VARIABLE: str(data or data_folder())}
        self._threads: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._fault = ""

    def __enter__(self) -> Self:
        """Start to warm up, unless that was done.

        Raises
        ------
        OutputError
            If there is no room for temporary files.
        """
        if self._threads is None:
            try:
                self._folder = tempfile.TemporaryDirectory(prefix="ivvu-", ignore_cleanup_errors=True)
            except OSError as error:
                raise OutputError(
                    f"There is no room for temporary files in {tempfile.gettempdir()}: {error.strerror}.",
                    "Make room there, or set TMPDIR to a folder that has some.",
                ) from None
            shared = Path(self._folder.name) / "shared"
            shared.mkdir()
            os.environ[SHARED_VARIABLE] = str(shared)
            self._server = _start(Path(self._folder.name), self.workers, self._own)
            self._threads = ThreadPoolExecutor(self.workers)
        return self

    def __exit__(self, *why: object) -> None:
        """Kill everything that is still running."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            with self._lock:
                self._fault = self._fault or "it was told to end"
                processes.kill_tree(self._server.process.pid)
            self._threads.shutdown()
            self._server.process.wait()
            self._folder.cleanup()
            os.environ.pop(SHARED_VARIABLE, None)
            self._threads = None

    def submit(self, job: Job) -> Future[Result]:
        """Take a job on; what becomes of it is always a result."""
        assert self._threads is not None
        return self._threads.submit(self._make, job)

    def check(self) -> None:
        """Raise an error if nothing can be started here.

        Raises
        ------
        StartError
            If the process to fork from cannot be warmed up.
        """
        if self._fault:
            raise StartError(
                f"The process that reports are forked from cannot import what they need: {self._fault}.",
                "Install the packages again with `rm -r .venv` and `make reports`.",
            )

    def _make(self, job: Job) -> Result:
        server = self._server
        slot = server.slots.get()
        try:
            slot.send(job)
            result: Result = slot.recv()
            return result
        except (EOFError, OSError):
            self._replace(server)
            failure = Failure("worker", "The process that reports are forked from was killed from outside.")
            return Result(job.suite, job.name, failure=failure)
        finally:
            server.slots.put(slot)

    def _replace(self, ended: Server) -> None:
        """Start another process to fork from, unless that was done, or this one had never been able to."""
        code = ended.process.wait()
        with self._lock:
            if ended is self._server and not self._fault:
                if ended.was_ready:
                    self._server = _start(ended.folder, self.workers, self._own)
                else:
                    self._fault = ended.last_words or processes.how_it_ended(code)


@dataclass(frozen=True)
class Server:
    """The process that is forked from: it takes a job by each of its slots, and gives its result back."""

    process: subprocess.Popen[bytes]
    slots: SimpleQueue[Connection]
    folder: Path

    @property
    def was_ready(self) -> bool:
        """Whether it had come so far that it could take jobs."""
        return (self.folder / READY).exists()

    @property
    def last_words(self) -> str:
        """The last line that it said: the error that it ended with, if it ended with one."""
        return (self.folder / LOG).read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]


def _start(folder: Path, workers: int, own: Mapping[str, str]) -> Server:
    """Start the process to fork from, in the environment of reports and out of reach of Ctrl-C."""
    (folder / READY).unlink(missing_ok=True)
    pairs = [Pipe() for _ in range(workers)]
    numbers = [theirs.fileno() for _, theirs in pairs]
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", START.format(path=sys.path, slots=numbers, folder=str(folder))],
            env={**os.environ, **processes.ENVIRONMENT, "IPYTHONDIR": str(folder / "ipython"), **own},
            pass_fds=numbers,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    slots: SimpleQueue[Connection] = SimpleQueue()
    for ours, theirs in pairs:
        theirs.close()
        slots.put(ours)
    return Server(process, slots, folder)
