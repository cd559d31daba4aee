"""Processes that leave nothing behind: what they inherit, what they may use, how they are stopped and end."""

import contextlib
import ctypes
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psutil  # type: ignore[import-untyped]

# One thread for each report, since there is a report for each core; figures for the page; one order of sets.
ENVIRONMENT: Mapping[str, str] = {
    "OMP_NUM_THREADS": "1",  # OpenBLAS, MKL and numexpr go by it as well
    "VECLIB_MAXIMUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
    "PYTHONIOENCODING": "utf-8",
}

SIGNALS = (signal.SIGINT, signal.SIGTERM)  # Ctrl-C, and a polite end

SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)
SET_CHILD_SUBREAPER = 36

HINTS = {"SIGKILL": ", which is what happens when memory runs out", "SIGSEGV": ", a fault in compiled code"}

SPARE = 0.9  # of the memory, what reports may use together
LEAST_MEMORY = 2**30  # below this a report cannot start


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none can escape (Linux)."""
    _prctl(SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """Let this process be killed when its parent ends, however that was (Linux)."""
    _prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def limit_memory(share: float) -> None:
    """Let this process and each of its children use at most `share` of the machine's memory.

    A report that wants more gets a MemoryError, before the machine runs out and kills at random.
    """
    limit = max(int(psutil.virtual_memory().total * SPARE * share), LEAST_MEMORY)
    with contextlib.suppress(ValueError, OSError):  # there is a lower limit already
        resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def fork(function: Callable[..., None], *arguments: Any) -> int:
    """Call a function in a new process that ends with it, and return the number of that process."""
    if number := os.fork():
        return number
    try:
        function(*arguments)
        os._exit(0)  # whatever is left running
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def kill_descendants(number: int | None = None) -> None:
    """Kill all that came of a process, by default this one."""
    for _ in range(100):  # killing one makes its children ours; they are found the next time round
        with contextlib.suppress(psutil.NoSuchProcess):
            found = psutil.Process(number).children(recursive=True)
            if not (alive := [process for process in found if process.status() != psutil.STATUS_ZOMBIE]):
                return
            for process in alive:
                process.kill()
            psutil.wait_procs(alive, timeout=0.2)


def kill_tree(number: int) -> None:
    """Kill a process and all its descendants."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(number)
        process.suspend()  # so that it starts no other while they are counted
        kill_descendants(number)
        process.kill()


def how_it_ended(code: int) -> str:
    """Return in words what an exit code says; a negative one is a signal."""
    if code >= 0:
        return f"it ended with exit status {code}"
    name = signal.Signals(-code).name
    return f"it was ended by {name}{HINTS.get(name, '')}"


@contextlib.contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Hold back the signals that ask to stop, and yield what raises a KeyboardInterrupt if one has come.

    Afterwards they are ignored, so that the outcome stands that was come to: the process ends with this.
    """

    def check() -> None:
        if asked := signal.sigpending() & {*SIGNALS}:
            raise KeyboardInterrupt(min(asked))

    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield check
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
