"""A process that has everything imported, and forks a new process for each task asked of it."""

from __future__ import annotations

import math
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from ivvu_analysis.batch import processes

Task = Callable[..., None]
"""What a forked process does: a module-level function of a connection and its own arguments."""

REQUEST, WARM = b"f", b"w"

PATIENCE = 0.5  # seconds for a nursery to end by itself
GRACE = 0.2  # seconds of those for what it has forked


class Nursery:
    """A warm process to fork others from.

    Parameters
    ----------
    scratch
        A folder for what it leaves behind, and no one needs afterwards.
    """

    def __init__(self, scratch: Path) -> None:
        self.log = scratch / "nursery.log"
        self.was_warm = False  # whether it ever came to the point of forking, once it is closed
        self._control, theirs = socket.socketpair()
        program = (
            f"import socket, sys; sys.path[:] = {sys.path!r}; from {__name__} import serve; "
            f"serve(socket.socket(fileno={theirs.fileno()}), {os.getpid()})"
        )
        with theirs, self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", program],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=processes.environment() | {"IPYTHONDIR": str(scratch / "ipython")},
                start_new_session=True,
            )

    def fork(self, task: Task, *arguments: Any) -> Connection:
        """Start `task` in a new process, and return the connection to it.

        The process sends its process id first. It starts as soon as the nursery is warm; this call
        does not wait for that.

        Raises
        ------
        OSError
            If the nursery has died.
        """
        ours, theirs = Pipe()
        try:
            with theirs:
                socket.send_fds(self._control, [REQUEST], [theirs.fileno()])
            ours.send((task, arguments))
        except OSError:
            ours.close()
            raise
        return ours

    def close(self) -> None:
        """End the nursery and everything that was ever forked from it."""
        with suppress(OSError):
            self.was_warm = self._control.recv(len(WARM), socket.MSG_DONTWAIT) == WARM
        self._control.close()
        try:
            # One that is still importing does not listen, and has forked nothing.
            self._process.wait(PATIENCE if self.was_warm else 0)
        except subprocess.TimeoutExpired:
            processes.kill_tree(self._process.pid)
            self._process.wait()


def serve(control: socket.socket, parent: int) -> None:
    """Fork a process for each request on `control`, until its other end is closed or `parent` has ended."""
    processes.die_with_parent(parent)
    from ivvu_analysis.batch.preload import preload

    processes.adopt_orphans()
    preload()
    signal.signal(signal.SIGCHLD, _bury)
    control.send(WARM)
    while True:
        request, received, _, _ = socket.recv_fds(control, len(REQUEST), 1)
        if not request:
            break
        connection = Connection(received[0])
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _live(connection)
        connection.close()
    processes.end_descendants(GRACE)
    os._exit(0)  # to take down all that was imported would take a while


def _bury(*_: object) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _live(connection: Connection) -> None:
    """Do the task that the connection brings, and end; never return into what this was forked from."""
    code = 1
    try:
        processes.die_with_parent()
        task, arguments = connection.recv()
        connection.send(os.getpid())
        task(connection, *arguments)
        code = 0
    except (EOFError, BrokenPipeError, pickle.UnpicklingError):
        pass  # whoever asked has gone
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def fork(task: Task, *arguments: Any) -> Connection:
    """Start `task` in a process forked from this one, as a nursery would from itself."""
    ours, theirs = Pipe()
    if os.fork() == 0:
        ours.close()
        _live(theirs)
    theirs.close()
    ours.send((task, arguments))
    return ours


class Forked:
    """A process that was forked, by this process or by a nursery."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return how the process ended, or None while it runs; a negative code is a signal."""
        if self._code is None:
            try:
                done, status = os.waitpid(self.pid, os.WNOHANG)
                self._code = os.waitstatus_to_exitcode(status) if done else None
            except ChildProcessError:  # another's child: only that it has gone can be seen
                self._code = None if psutil.pid_exists(self.pid) else 1
        return self._code

    def wait(self, patience: float = math.inf) -> int | None:
        """Wait until the process has ended, `patience` seconds at most, and return how."""
        deadline = time.monotonic() + patience
        while self.poll() is None and time.monotonic() < deadline:
            time.sleep(0.001)
        return self._code

    def send_signal(self, number: int) -> None:
        """Send the process a signal."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the process."""
        self.send_signal(signal.SIGKILL)
