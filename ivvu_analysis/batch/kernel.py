"""Kernels of our own interpreter: warm ones, forked with everything imported, and ordinary ones.

Both run IPython in a new process for each notebook. A warm one talks over a pipe, an ordinary one over
sockets in the file system: no two runs can race for either.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import tempfile
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol, Self

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.kernel_client import PipeClient
from ivvu_analysis.batch.nursery import Forked, Nursery, fork

CAN_FORK = hasattr(os, "fork")

MOMENT = 1.0  # seconds


class Kernel(Protocol):
    """A kernel for one notebook, as nbclient expects a manager of one to be."""

    def kill(self) -> int | None:
        """Kill the kernel and all that it started; return how it had ended by itself, if it had."""
        ...


class OwnKernelManager(AsyncKernelManager):
    """Start an ordinary kernel of this very interpreter, whatever kernels the user has installed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._folder = tempfile.TemporaryDirectory(prefix="k", ignore_cleanup_errors=True)

    @default("transport")
    def _over_files(self) -> str:
        return "ipc" if sys.platform != "win32" else "tcp"

    @default("ip")
    def _in_a_folder(self) -> str:
        return str(Path(self._folder.name) / "s") if self.transport == "ipc" else "127.0.0.1"

    @property
    def kernel_spec(self) -> KernelSpec:
        """What to start: this interpreter's own kernel."""
        return KernelSpec(
            argv=[
                *(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
                "--HistoryManager.enabled=False",
            ],
            display_name="Python 3",
            language="python",
        )

    @default("connection_file")
    def _beside_the_sockets(self) -> str:
        return str(Path(self._folder.name) / "kernel.json")

    def kill(self) -> int | None:
        """Kill the kernel and all that it started; return how it had ended by itself, if it had."""
        process = getattr(self.provisioner, "process", None)
        if process is None:
            return None
        code = process.poll()
        processes.kill_tree(process.pid)
        return code  # type: ignore[no-any-return]


class WarmKernel:
    """A kernel forked from a process with everything imported, as nbclient expects a manager of one to be.

    Parameters
    ----------
    connection
        Our end of the pipe to its process, which sends its id first.

    Raises
    ------
    RuntimeError
        If the process ended before that.
    """

    has_kernel = True

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        try:
            self._process = Forked(connection.recv())
        except (EOFError, OSError):
            raise RuntimeError("The kernel ended before it was ready.") from None
        self._client = PipeClient(connection, lambda: self._process.poll() is None)

    @classmethod
    def forked_here(cls) -> Self:
        """Fork this process, which must be warm and have no threads."""
        return cls(fork(run_kernel))

    @classmethod
    def forked_elsewhere(cls) -> Self:
        """Fork a warm process, which is started if this is the first time."""
        return cls(nursery().fork(run_kernel))

    def client(self) -> PipeClient:
        """Return the client at our end of the pipe."""
        return self._client

    async def interrupt_kernel(self) -> None:
        """Interrupt the cell that is running."""
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> int | None:
        """Kill the kernel and all that it started; return how it had ended by itself, if it had."""
        # The pipe of a process that ends is closed a moment before it has ended.
        code = self._process.wait(MOMENT) if self._client.deserted else self._process.poll()
        self._client.stop_channels()
        self._connection.close()
        self._process.kill()
        self._process.wait()
        return code


def run_kernel(connection: Connection) -> None:
    """Be a kernel, in a process that was forked for it, until the other end of `connection` is closed."""
    from ivvu_analysis.batch.kernel_process import serve  # ipykernel: not for who only asks for a kernel

    serve(connection)


@cache
def nursery() -> Nursery:
    """Return the nursery that this process forks its kernels from; it ends with the process."""
    scratch = tempfile.TemporaryDirectory(prefix="ivvu-", ignore_cleanup_errors=True)
    warm = Nursery(Path(scratch.name))
    atexit.register(scratch.cleanup)
    atexit.register(warm.close)
    return warm


class WarmEngine:
    """The engine that ``papermill --engine ivvu`` runs: papermill's own, with a warm kernel."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, km: Kernel | None = None, **options: Any) -> Any:
        """Execute a notebook in the kernel `km`, or in one forked with the heavy modules imported."""
        # Not at the top: papermill imports this module while it is itself being imported.
        from papermill.engines import NBClientEngine

        own = km or (WarmKernel.forked_elsewhere() if CAN_FORK else OwnKernelManager())
        try:
            return NBClientEngine.execute_notebook(nb, kernel_name, km=own, **options)
        finally:
            if not km:
                own.kill()

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Return the name of the notebook's kernel, which is always this interpreter's."""
        return "python3"

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Return the language of the notebook."""
        return "python"
