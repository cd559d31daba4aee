"""How long a command takes, and how much memory it and everything it starts take together."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

EVERY = 0.2  # seconds between two looks at the memory


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock.

    What a process costs the processor is not told: processes that end on their own, such as those of our
    reports, count for nobody.
    """

    seconds: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.seconds + other.seconds)

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.seconds - other.seconds)

    def __rmul__(self, weight: float) -> Cost:
        return Cost(weight * self.seconds)


NOTHING = Cost(0.0)


def now() -> Cost:
    """Return the time by a clock that only differences can be told of."""
    return Cost(time.perf_counter())


@dataclass(frozen=True)
class Measured:
    """What a command took: its cost, bytes at the peak (0 if no one looked), and what it printed."""

    cost: Cost
    memory: int
    output: str


def run(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], memory: bool = False
) -> Measured:
    """Run a command in a folder.

    Raises
    ------
    RuntimeError
        If it fails: a contender that made nothing has not been fast.
    """
    started = now()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    watch = Watch(process.pid) if memory else None
    output, _ = process.communicate()
    cost = now() - started
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{output[-3000:]}")
    return Measured(cost, watch.stop() if watch else 0, output)


class Watch:
    """Look at the memory of a process and its descendants until told to stop."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Return the most that was seen at once, in bytes."""
        self._done.set()
        self._thread.join()
        return self._peak

    def _look(self) -> None:
        while not self._done.wait(EVERY):
            self._peak = max(self._peak, _memory_of_tree(self._root))


def _memory_of_tree(root: psutil.Process) -> int:
    try:
        return sum(map(_memory, [root, *root.children(recursive=True)]))
    except psutil.NoSuchProcess:
        return 0


def _memory(process: psutil.Process) -> int:
    """Return the memory of a process; a page shared by several counts for each in part (Linux)."""
    try:
        known = process.memory_full_info()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
    return int(getattr(known, "pss", known.rss))
