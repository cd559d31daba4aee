"""Jobs to results on the cores of this machine, each in a process forked from one that is warm.

The warm process has imported what reports need, and used it once. It forks a watcher for each report that is
made at a time; each watcher has a connection to here, by which jobs come to it one after the other.
"""

import gc
import importlib
import os
import signal
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Lock

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.output import Job, Result, failed
from ivvu_analysis.errors import StartError
from ivvu_analysis.places import DATA_VARIABLE, SHARED_VARIABLE, data_folder

# What the rehearsal does without.
HEAVY = ("statsmodels.api", "ivvu_analysis.register", "ivvu_analysis.claims")
ATTEMPTS = 3  # to start; a report that has started is never made twice


class LocalPool:
    """Make reports on this machine, `workers` at a time, in processes forked from a warm one.

    Several threads may ask, as those of a worker of a cluster do. `data` is the folder of the data.
    """

    def __init__(self, workers: int, data: Path | None = None) -> None:
        self.workers, self._data = workers, data or data_folder()
        self._warm: list[subprocess.Popen[bytes]] = []
        self._watchers: SimpleQueue[Connection] = SimpleQueue()  # those that have nothing to do
        self._lock, self._closed, self._held = Lock(), False, ExitStack()

    def start(self) -> None:
        """Make room for reports, and start the process to fork them from."""
        if self._warm:
            return
        self._room = self._held.enter_context(TemporaryDirectory(prefix="ivvu-", ignore_cleanup_errors=True))
        os.environ[SHARED_VARIABLE] = self._room  # where what is read of an edition is left for others
        self._held.callback(os.environ.pop, SHARED_VARIABLE, None)
        self._threads = ThreadPoolExecutor(self.workers)
        self._held.callback(self._threads.shutdown, cancel_futures=True)
        self._held.callback(self._kill)
        for watcher in self._fork(self.workers):
            self._watchers.put(watcher)

    def _fork(self, watchers: int) -> list[Connection]:
        """Return connections to watchers of a new warm process, or, if it is too late for one, to nobody."""
        ours, theirs = zip(*(Pipe() for _ in range(watchers)), strict=True)
        numbers = [connection.fileno() for connection in theirs]
        start = f"from ivvu_analysis.batch.pool import main; main({numbers}, {1 / self.workers})"
        own = {DATA_VARIABLE: str(self._data), "IPYTHONDIR": f"{self._room}/ipython", "TMPDIR": self._room}
        with self._lock:
            if not self._closed:
                process = subprocess.Popen(
                    [sys.executable, "-P", "-c", start],  # whatever lies where the command is run
                    env={**os.environ, **processes.ENVIRONMENT, **own},
                    pass_fds=numbers,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # out of reach of Ctrl-C
                )
                self._warm.append(process)
        for connection in theirs:
            connection.close()
        return list(ours)

    def close(self) -> None:
        """Kill everything that is still running."""
        self._held.close()

    def _kill(self) -> None:
        with self._lock:
            self._closed = True
        for process in self._warm:
            processes.kill_tree(process.pid)
            process.communicate()

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
            watcher, kind = self._watchers.get(), "start"
            try:
                if wrong := watcher.recv():  # nothing, by one that is ready for a job
                    raise wrong
                kind = "worker"
                watcher.send(job)
                result: Result = watcher.recv()
            except (EOFError, OSError):
                result = failed(kind, "The process that reports are forked from was killed from outside.")
                (watcher,) = self._fork(1)
            finally:
                self._watchers.put(watcher)
            result.entry.attempts = attempt
            if result.entry.error is None or result.entry.error.kind != "start":
                break
        return result

    def check(self) -> None:
        """Do nothing: what cannot be made here says so itself."""


def main(numbers: list[int], share: float) -> None:
    """Warm up, fork the watchers, and stay until whoever started this has nothing more to be made.

    Parameters
    ----------
    numbers
        Of the connections by which jobs come, one for each report at a time.
    share
        The part of the machine's memory that each report may use.
    """
    signal.pthread_sigmask(signal.SIG_UNBLOCK, processes.SIGNALS)
    processes.adopt_orphans()
    doors = [Connection(number) for number in numbers]
    try:
        warm_up()
        from ivvu_analysis.batch.watch import watch  # warm by now
    except Exception as error:
        problem = f"The process that reports are forked from cannot import what they need: {error!r}."
        wrong = StartError(problem, "Install the packages again with `rm -r .venv` and `make reports`.")
        for door in doors:
            door.send(wrong)
        return
    processes.limit_memory(share)
    while doors:
        with doors.pop() as door:  # whoever is at the other end has to hear it when a watcher has ended
            processes.fork(watch, door, doors)
    sys.stdin.read()
    processes.kill_descendants()


def warm_up() -> None:
    """Import everything heavy, rehearse, and keep the collector from copying it all into every fork."""
    for name in HEAVY:
        importlib.import_module(name)
    with suppress(Exception):  # then the first steps of each report are slower, and no worse
        rehearse()
    gc.freeze()


def rehearse() -> None:
    """Make a report in each language and throw it away: fonts, labels and templates are known then."""
    from ivvu_analysis.batch.kernel import the_shell
    from ivvu_analysis.batch.making import executed, published

    example = Path(__file__).with_name("example.ipynb")
    for language in ("en", "nl"):
        job = Job("", "rehearsal", example, example.read_text(encoding="utf-8"), {"language": language})
        executed(job, lambda _: None)
        published(job, the_shell().notebook)
    the_shell().reset()
