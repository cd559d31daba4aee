"""Ctrl-C and SIGTERM as something to look for, not as something that strikes anywhere."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """The run was asked to stop.

    Parameters
    ----------
    number
        The signal that asked.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


class Interruption:
    """Note the signals that ask to stop; within this context they do nothing else.

    Its file number can be waited for together with connections.

    Parameters
    ----------
    afterwards
        What those signals do once the context is left; by default what they did before. Where the
        process ends with the context, ``signal.SIG_IGN`` lets the outcome stand that was come to.
    """

    def __init__(self, afterwards: signal.Handlers | None = None) -> None:
        self._afterwards = afterwards
        self._asked = 0
        self._strikes = False
        self._read, self._write = os.pipe()
        self._before: dict[signal.Signals, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler if self._afterwards is None else self._afterwards)
        os.close(self._read)
        os.close(self._write)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if not self._asked:
            self._asked = number
            os.write(self._write, b"!")
        if self._strikes:
            self._strikes = False  # once is enough
            raise Interrupted(self._asked)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Raise `Interrupted` in the middle of what is done here, which must be able to bear that."""
        self._strikes = True
        try:
            self.check()
            yield
        finally:
            self._strikes = False

    def fileno(self) -> int:
        """Return a file number that is readable once the run was asked to stop."""
        return self._read

    def check(self) -> None:
        """Raise if the run was asked to stop.

        Raises
        ------
        Interrupted
            If it was.
        """
        if self._asked:
            raise Interrupted(self._asked)
