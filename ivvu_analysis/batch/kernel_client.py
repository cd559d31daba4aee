"""Who asks a warm kernel to run cells: a client of Jupyter's, with all messages on one pipe."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import Empty
from typing import Any

from jupyter_client.client import KernelClient
from jupyter_client.session import Session
from nbclient.exceptions import DeadKernelError

UNSIGNED = b""  # the key to sign messages with: nobody else has an end of the pipe

Message = dict[str, Any]


class PipeChannel:
    """One of the channels of a kernel, as nbclient and Jupyter's client expect it.

    Parameters
    ----------
    client
        Whose channel it is.
    """

    def __init__(self, client: PipeClient) -> None:
        self._client = client
        self._arrived: asyncio.Queue[Message | None] = asyncio.Queue()

    def put(self, message: Message | None) -> None:
        """Take in a message that has arrived; none at all if no more can come."""
        self._arrived.put_nowait(message)

    def send(self, message: Message) -> None:
        """Send a message to the kernel."""
        self._client.send(message)

    async def get_msg(self, timeout: float | None = None) -> Message:
        """Return the next message.

        Raises
        ------
        Empty
            If none comes within `timeout` seconds.
        DeadKernelError
            If none can come any more.
        """
        try:
            message = await asyncio.wait_for(self._arrived.get(), timeout)
        except TimeoutError:
            raise Empty from None
        if message is None:
            self.put(None)
            raise DeadKernelError("The kernel died.")
        return message


class PipeClient(KernelClient):
    """A client of a kernel at the other end of a pipe, which is ready from the start.

    Parameters
    ----------
    connection
        Our end of the pipe.
    running
        Whether the kernel is running: a child of a kernel that died may still hold the other end.
    """

    def __init__(self, connection: Connection, running: Callable[[], bool]) -> None:
        super().__init__(session=Session(key=UNSIGNED))
        self._connection, self._running = connection, running
        self.deserted = False  # whether the other end is closed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._channels: dict[str, PipeChannel] = defaultdict(lambda: PipeChannel(self))

    @property
    def shell_channel(self) -> PipeChannel:
        """Where requests go and replies come from."""
        return self._channels["shell"]

    @property
    def iopub_channel(self) -> PipeChannel:
        """Where everything is published."""
        return self._channels["iopub"]

    def start_channels(self, *args: Any, **options: Any) -> None:
        """Begin to listen; only within a running loop."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._connection.fileno(), self._take)

    def stop_channels(self) -> None:
        """Listen no longer."""
        if self._loop:
            self._loop.remove_reader(self._connection.fileno())
            self._loop = None

    async def is_alive(self) -> bool:
        """Return whether the kernel is running, which nbclient asks every second."""
        return self._running()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for nothing: a pipe holds what is asked until the kernel gets to it."""

    def send(self, message: Message) -> None:
        """Send a message to the kernel.

        Raises
        ------
        DeadKernelError
            If there is no one to read it.
        """
        try:
            self._connection.send(self.session.serialize(message))
        except OSError:
            self.deserted = True
            raise DeadKernelError("The kernel died.") from None

    def _take(self) -> None:
        try:
            name, parts = self._connection.recv()
        except (EOFError, OSError):
            self.deserted = True
            self.stop_channels()
            for channel in (self.shell_channel, self.iopub_channel):
                channel.put(None)
        else:
            _, message = self.session.feed_identities(parts)
            self._channels[name].put(self.session.deserialize(message))
