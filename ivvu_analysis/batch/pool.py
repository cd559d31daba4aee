"""Jobs to results on the cores of this machine, each in a process forked from one that is warm.

The warm process has imported what reports need, and used it once. It is handed a connection for each job.
"""

import gc
import importlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Any

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.output import Job, Result, failed
from ivvu_analysis.errors import StartError
from ivvu_analysis.places import DATA_VARIABLE, SHARED_VARIABLE, data_folder

# jsonschema builds a grammar of internationalised addresses on import, which takes longer than all of pandas.
# It does without where that is missing.
UNUSED = ("rfc3987_syntax", "rfc3986_validator", "isoduration")

# What the rehearsal does without.
HEAVY = ("papermill", "statsmodels.api", "ivvu_analysis.register")
ATTEMPTS = 3  # to start; a report that has started is never made twice


class LocalPool:
    """Make reports on this machine, `workers` at a time, in processes forked from a warm one.

    Several threads may ask, as those of a worker of a cluster do. `data` is the folder of the data.
    """

    def __init__(self, workers: int, data: Path | None = None) -> None:
        self.workers, self._data, self._lock = workers, data or data_folder(), Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def start(self) -> None:
        """Make room for reports, and start the process to fork them from."""
        if self._process is None:
            self._room = tempfile.TemporaryDirectory(prefix="ivvu-", ignore_cleanup_errors=True)
            shared = Path(self._room.name) / "shared"  # what is read of an edition, for all other reports
            shared.mkdir()
            os.environ[SHARED_VARIABLE] = str(shared)
            self._threads = ThreadPoolExecutor(self.workers)
            self._process, self._orders = self._warm()

    def _warm(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        """Start a process to fork from, in the environment of reports and out of reach of Ctrl-C."""
        room = tempfile.mkdtemp(dir=self._room.name)
        orders, theirs = socket.socketpair()
        own = {DATA_VARIABLE: str(self._data), "IPYTHONDIR": f"{room}/ipython"}
        start = (
            f"import sys; sys.path[:] = {sys.path}; from ivvu_analysis.batch.pool import main\n"
            f"main({theirs.fileno()}, {room!r}, {1 / self.workers})"
        )
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-c", start],
                env={**os.environ, **processes.ENVIRONMENT, **own},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return process, orders

    def close(self) -> None:
        """Kill everything that is still running."""
        with self._lock:  # nothing is started any more
            self._closed = True
        if self._process:
            self._threads.shutdown(wait=False, cancel_futures=True)
            processes.kill_tree(self._process.pid)
            self._process.wait()
            self._orders.close()
            self._threads.shutdown()
            os.environ.pop(SHARED_VARIABLE, None)
            self._room.cleanup()
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
            if result.entry.error is None or result.entry.error.kind != "start" or self._closed:
                break
        return result

    def _made(self, job: Job) -> Result:
        kind, process = "start", self._process
        try:
            ours, theirs = Pipe()
            with ours:
                with self._lock, theirs:
                    if self._process and self._process.poll() is not None and not self._closed:
                        self._process, self._orders = self._warm()
                    socket.send_fds(self._orders, [b"."], [theirs.fileno()])
                said = ours.recv()  # nothing, by the process that the report gets
                if said is None:
                    kind = "worker"
                    ours.send(job)
                    said = ours.recv()
        except (EOFError, OSError):
            with suppress(subprocess.TimeoutExpired):
                process and process.wait(1)  # to its very end, so that it is seen to have ended
            return failed(kind, "The process that reports are forked from was killed from outside.")
        if isinstance(said, StartError):
            raise said
        result: Result = said
        return result

    def check(self) -> None:
        """Do nothing: what cannot be made here says so itself."""


def main(orders: int, room: str, share: float) -> None:
    """Warm up, and fork a process for each connection that comes, as long as somebody is there to send one.

    Parameters
    ----------
    orders
        The number of the socket that connections come by, each for one job.
    room
        A folder for files that no one needs afterwards.
    share
        The part of the machine's memory that each report may use.
    """
    processes.adopt_orphans()
    wrong = None
    try:
        warm_up()
        from ivvu_analysis.batch.watch import watch  # warm by now
    except Exception as error:
        problem = f"The process that reports are forked from cannot import what they need: {error!r}."
        wrong = StartError(problem, "Install the packages again with `rm -r .venv` and `make reports`.")
    processes.limit_memory(share)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that are forked here
    with socket.socket(fileno=orders) as heard:
        for number in count():
            if not (passed := socket.recv_fds(heard, 1, 1)[1]):
                break
            with Connection(passed[0]) as asked:
                try:
                    if wrong:
                        asked.send(wrong)
                    else:
                        processes.fork(watch, orders, asked, Path(room) / str(number))
                except OSError as error:
                    asked.send(failed("start", f"No process could be started: {error}."))
    processes.kill_descendants()


def warm_up() -> None:
    """Import everything heavy, rehearse, and keep the collector from copying it all into every fork."""
    import ivvu_analysis

    gc.disable()  # nothing that is imported is garbage
    for name in UNUSED:
        sys.modules[name] = None  # type: ignore[assignment]
    for name in HEAVY:
        importlib.import_module(name)
    for name in ivvu_analysis.__all__:
        with suppress(ImportError):  # a report that needs it fails on it, and says so
            getattr(ivvu_analysis, name)
    with suppress(Exception):  # then the first steps of each report are slower, and no worse
        rehearse()
    gc.freeze()
    gc.enable()


def rehearse() -> None:
    """Make a report in each language and throw it away: fonts, labels and templates are known then."""
    from ivvu_analysis.batch.kernel import the_shell
    from ivvu_analysis.batch.making import executed, published

    example = Path(__file__).with_name("example.ipynb")
    for language in ("en", "nl"):
        job = Job("", "rehearsal", example, example.read_text(encoding="utf-8"), {"language": language})
        told: list[Any] = []
        executed(job, lambda _, cell, told=told: told.append(cell))  # type: ignore[misc]
        published(job, told[0])
    the_shell().reset()
