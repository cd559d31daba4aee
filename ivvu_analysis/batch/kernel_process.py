"""The process of a warm kernel: IPython's own kernel, with all its messages on one pipe.

The kernel is made before the fork, by the process that all kernels are forked from: making one takes
longer than many a cell. Only how messages travel is ours; what they say is ipykernel's.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

import zmq
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait
from traitlets import Bool, Float
from traitlets.config import Config

from ivvu_analysis.batch.kernel_client import UNSIGNED


class Channel:
    """One of the channels of a kernel, as what ipykernel takes for a socket.

    What is sent while no one is connected is lost, as on any channel of a kernel.

    Parameters
    ----------
    name
        ``"shell"`` for replies, ``"iopub"`` for what is published.
    """

    _sending = threading.Lock()

    def __init__(self, name: str) -> None:
        self.name = name
        self.connection: Connection | None = None

    def send_multipart(self, parts: Sequence[Any], *args: Any, **options: Any) -> None:
        """Send a message in its parts."""
        if self.connection:
            with self._sending:
                self.connection.send((self.name, [bytes(part) for part in parts]))


class Publisher(IOPubThread):
    """What publishes at once, where ipykernel's own would hand it to a thread."""

    thread = io_loop = None  # type: ignore[assignment]

    def __init__(self, channel: Channel) -> None:
        self.socket = channel

    def send_multipart(self, parts: Sequence[Any], *args: Any, **options: Any) -> None:
        """Send a message in its parts."""
        self.socket.send_multipart(parts)

    def schedule(self, task: Any) -> None:
        """Leave what could be printed meanwhile to the end of the cell, or to what it displays next."""


class Stream(OutStream):
    """Standard output or error of the kernel, whoever writes to it."""

    def write(self, text: str) -> int:
        """Write a text; that of a child process goes the way of everything that knows only the file."""
        if os.getpid() == self._master_pid:
            return super().write(text) or 0
        return os.write(self._original_stdstream_fd, text.encode(self.encoding))


class PipeKernel(IPythonKernel):
    """IPython's kernel, with a pipe to one client."""

    shell_stream = AnyTrait()
    _supports_kernel_subshells = Bool(False)
    _execute_sleep = Float(0.0)  # ipykernel's own lets its thread publish; here all is out already

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Abort nothing: no cell is sent while another one runs."""

    async def listen(self, connection: Connection) -> None:
        """Do what is asked on the pipe, one thing after the other, until its other end is closed."""
        self.shell_stream.connection = self.iopub_socket.connection = connection
        assert self.session is not None
        self.session.pid = os.getpid()  # it would not speak for a process that was forked
        self.io_loop = IOLoop.current()
        for name, file in (("stdout", sys.__stdout__), ("stderr", sys.__stderr__)):
            stream = Stream(self.session, self.iopub_thread, name, echo=file, watchfd="force")  # type: ignore[no-untyped-call]
            setattr(sys, name, stream)
        asked = asyncio.Event()
        asyncio.get_running_loop().add_reader(connection.fileno(), asked.set)
        while True:
            await asked.wait()
            asked.clear()
            try:
                parts = connection.recv()
            except (EOFError, OSError):
                return
            await self.dispatch_shell([zmq.Message(part) for part in parts])


def make_kernel() -> PipeKernel:
    """Make the kernel of this process, unconnected; it is there to be forked."""
    published = Channel("iopub")
    kernel: PipeKernel = PipeKernel.instance(
        log=logging.getLogger(__name__),
        session=Session(key=UNSIGNED),
        shell_stream=Channel("shell"),
        iopub_socket=published,
        iopub_thread=Publisher(published),
        # Asked for the thread that cells run in, when one of them awaits something.
        shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
        config=Config({"HistoryManager": {"enabled": False}}),
    )
    app = IPKernelApp.instance(kernel=kernel, shell=kernel.shell)  # where magics look for the kernel
    app.init_path()  # type: ignore[no-untyped-call]
    app.init_extensions()  # type: ignore[no-untyped-call]
    return kernel


def serve(connection: Connection) -> None:
    """Let the kernel of this process serve, until the other end of `connection` is closed."""
    import numpy as np

    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    np.random.seed()  # forks would otherwise all draw the same "random" numbers
    loop = asyncio.new_event_loop()  # the one inherited belongs to the parent
    asyncio.set_event_loop(loop)
    loop.run_until_complete(PipeKernel.instance().listen(connection))
