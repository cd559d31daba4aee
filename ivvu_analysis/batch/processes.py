"""Processes that leave nothing behind: what they inherit, what they may use, and how all of them end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Mapping

import psutil  # type: ignore[import-untyped]

# One thread for each kernel, since there is a kernel for each core; figures for the page; one order of sets.
ENVIRONMENT: Mapping[str, str] = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
}

SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)
SET_CHILD_SUBREAPER = 36

SPARE = 0.9  # of the memory, what reports may use together
LEAST_MEMORY = 2**30  # below this a report cannot start


def environment() -> dict[str, str]:
    """Return the environment of a process that makes reports."""
    return {**os.environ, **ENVIRONMENT}


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none can escape (Linux)."""
    _prctl(SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int = 0) -> None:
    """End this process when its parent does, even if that was killed (Linux).

    Parameters
    ----------
    parent
        Who that is, where it may have ended already.
    """
    parent = parent or os.getppid()
    _prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def limit_memory(share: float) -> None:
    """Let this process and each of its children use at most `share` of the machine's memory.

    A report that wants more gets a MemoryError, before the machine runs out and kills at random.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        limit = max(int(psutil.virtual_memory().total * SPARE * share), LEAST_MEMORY)
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        ceiling = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (ceiling, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_descendants(grace: float) -> None:
    """Give what this process has started `grace` seconds to end by itself, and kill what then is left."""
    deadline = time.monotonic() + grace
    while not _childless() and time.monotonic() < deadline:
        time.sleep(0.005)
    kill_descendants()


def kill_descendants(pid: int | None = None) -> None:
    """Kill everything that the process `pid`, by default this one, has started, and all that came of it."""
    if pid is None and _childless():
        return
    try:
        parent = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return
    # Killing one makes its children ours; they are found the next time round.
    for _ in range(100):
        alive = [p for p in _children(parent) if _kill(p)]
        if not alive:
            return
        psutil.wait_procs(alive, timeout=0.2)


def _childless() -> bool:
    """Return whether this process has no children, not even dead ones; to look for them takes much longer."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except (ChildProcessError, AttributeError):  # Windows knows no such question, and has no orphans
        return sys.platform != "win32"
    return False


def kill_tree(pid: int) -> None:
    """Kill the process `pid` and all its descendants."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.suspend()  # so that it starts no other while they are counted
        kill_descendants(pid)
        _kill(process)


def _children(parent: psutil.Process) -> list[psutil.Process]:
    try:
        return list(parent.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _kill(process: psutil.Process) -> bool:
    """Kill a process and return whether there was one to kill."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        process.kill()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return True


def how_it_ended(code: int | None) -> str:
    """Return in words what an exit code says; a negative one is a signal."""
    if code is None:
        return "it is not known how"
    if code >= 0:
        return f"it ended with exit status {code}"
    name = signal.Signals(-code).name
    hint = {
        "SIGKILL": ", which is what happens when memory runs out",
        "SIGSEGV": ", a fault in compiled code",
    }.get(name, "")
    return f"it was ended by {name}{hint}"
