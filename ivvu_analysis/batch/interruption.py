"""Ctrl-C and SIGTERM as something to look for, not as something that strikes anywhere."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """The run was asked to stop, by the signal `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


class Interruption:
    """Note the signals that ask to stop; within this context they do nothing else.

    Its file number can be waited for together with connections. Afterwards the signals are ignored where the
    process ends with the context, so that the outcome stands that was come to.
    """

    def __init__(self, *, last: bool = False) -> None:
        self._last = last
        self._asked = 0
        self._read, self._write = os.pipe()
        self._before: dict[signal.Signals, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(self, *why: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_IGN if self._last else handler)
        os.close(self._read)
        os.close(self._write)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if not self._asked:
            self._asked = number
            os.write(self._write, b"!")

    def fileno(self) -> int:
        """Return a file number that is readable once the run was asked to stop."""
        return self._read

    def check(self) -> None:
        """Raise `Interrupted` if the run was asked to stop."""
        if self._asked:
            raise Interrupted(self._asked)
