"""Kernels of our own interpreter: warm ones, forked with everything imported, and ordinary ones.

Both run IPython in a new process for each notebook and talk over sockets in the file system, which no
two runs can race for.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool, default

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.nursery import Forked, Nursery, fork

PROVISIONER = "ivvu-warm"

NO_HISTORY = "--HistoryManager.enabled=False"


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
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", NO_HISTORY],
            display_name="Python 3",
            language="python",
            metadata=self._provisioning(),
        )

    def _provisioning(self) -> Mapping[str, Any]:
        return {}

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


class WarmKernelManager(OwnKernelManager):
    """Start a kernel by forking a process that has the heavy modules imported."""

    fork_here = Bool(False, help="Whether this process is such a one, and has no threads.")

    @default("client_factory")
    def _ready_at_once(self) -> type[AsyncKernelClient]:
        return WarmKernelClient

    def _provisioning(self) -> Mapping[str, Any]:
        register_provisioner()
        return {"kernel_provisioner": {"provisioner_name": PROVISIONER}}


@cache
def register_provisioner() -> None:
    """Make jupyter_client know how warm kernels are started."""
    entry = EntryPoint(
        PROVISIONER, f"{__name__}:{WarmProvisioner.__name__}", KernelProvisionerFactory.GROUP_NAME
    )
    KernelProvisionerFactory.instance().provisioners[PROVISIONER] = entry


class WarmKernelClient(AsyncKernelClient):
    """Be ready with the first answer: a warm kernel has bound its sockets before its client connects."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for an answer to a question, on the shell and on the output channel."""
        patience = timeout if timeout else 60.0
        async with asyncio.timeout(patience):
            while True:
                question = self.kernel_info()
                await self.shell_channel.get_msg(timeout=patience)
                if await self._heard_idle(question):
                    return

    async def _heard_idle(self, question: str) -> bool:
        # A subscription made after the answer was published hears nothing; then one asks again.
        while True:
            try:
                message = await self.iopub_channel.get_msg(timeout=0.2)
            except Empty:
                return False
            parent = message["parent_header"].get("msg_id")
            if parent == question and message["content"].get("execution_state") == "idle":
                return True


class WarmProvisioner(LocalProvisioner):
    """Fork a kernel, from this process if it is warm itself, or else from a nursery."""

    process: Any

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel, and return once its sockets are bound.

        Raises
        ------
        RuntimeError
            If the kernel ends before that.
        """
        manager = self.parent
        assert isinstance(manager, WarmKernelManager)
        start = fork if manager.fork_here else nursery().fork
        connection = start(run_kernel, manager.connection_file)
        try:
            self.process = Forked(connection.recv())
            self.pid = self.pgid = self.process.pid
            connection.recv()
        except EOFError:
            raise RuntimeError("The kernel ended before it was ready.") from None
        finally:
            connection.close()
        return self.connection_info


@cache
def nursery() -> Nursery:
    """Return the nursery that this process forks its kernels from; it ends with the process."""
    warm = Nursery(Path(os.devnull))
    atexit.register(warm.close)
    return warm


def run_kernel(connection: Connection, connection_file: str) -> None:
    """Be a kernel: bind the sockets that `connection_file` names, say so, and serve until the end."""
    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    processes.die_with_parent()
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    asyncio.set_event_loop(asyncio.new_event_loop())  # the one inherited belongs to the parent
    np.random.seed()  # forks would otherwise all draw the same "random" numbers
    app = IPKernelApp.instance()
    app.initialize(["-f", connection_file, NO_HISTORY])  # type: ignore[no-untyped-call]
    connection.send("ready")
    connection.close()
    app.start()  # type: ignore[no-untyped-call]


class WarmEngine:
    """The engine that ``papermill --engine ivvu`` runs: papermill's own, with a warm kernel."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Execute a notebook in a kernel forked with the heavy modules imported."""
        # Not at the top: papermill imports this module while it is itself being imported.
        from papermill.engines import NBClientEngine

        own = {"kernel_manager_class": WarmKernelManager, "shutdown_kernel": "immediate"}
        return NBClientEngine.execute_notebook(nb, kernel_name, **(own | options))

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Return the name of the notebook's kernel, which is always this interpreter's."""
        return "python3"

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Return the language of the notebook."""
        return "python"
