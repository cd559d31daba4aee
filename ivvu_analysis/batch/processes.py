"""Processes that leave nothing behind: what they inherit, what they may use, and how all of them end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Collection, Mapping

import psutil  # type: ignore[import-untyped]

# One thread for each report, since there is a report for each core; figures for the page; one order of sets.
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


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none can escape (Linux)."""
    _prctl(SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """Let this process be killed when its parent ends, however that was (Linux)."""
    parent = os.getppid()
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


def kill_descendants(pid: int | None = None, keep: Collection[int] = ()) -> None:
    """Kill all that came of the process `pid`, by default this one, but those right below it to `keep`."""
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        # Killing one makes its children ours; they are found the next time round.
        for _ in range(100):
            below = [child for child in parent.children() if child.pid not in keep]
            alive = [p for child in below for p in (child, *_children(child)) if _kill(p)]
            if not alive:
                return
            psutil.wait_procs(alive, timeout=0.2)


def kill_tree(pid: int) -> None:
    """Kill the process `pid` and all its descendants."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.suspend()  # so that it starts no other while they are counted
        kill_descendants(pid)
        _kill(process)


def is_childless() -> bool:
    """Return whether this process has no children, not even dead ones: much faster than to look for them."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        return True
    return False


def _children(parent: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return list(parent.children(recursive=True))
    return []


def _kill(process: psutil.Process) -> bool:
    """Kill a process and return whether there was one to kill."""
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        if process.status() != psutil.STATUS_ZOMBIE:
            process.kill()
            return True
    return False


def how_it_ended(code: int) -> str:
    """Return in words what an exit code says; a negative one is a signal."""
    if code >= 0:
        return f"it ended with exit status {code}"
    name = signal.Signals(-code).name
    hint = {
        "SIGKILL": ", which is what happens when memory runs out",
        "SIGSEGV": ", a fault in compiled code",
    }.get(name, "")
    return f"it was ended by {name}{hint}"
