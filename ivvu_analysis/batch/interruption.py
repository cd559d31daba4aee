"""Ctrl-C and SIGTERM as something to look for, not as something that strikes anywhere."""

from __future__ import annotations

import signal
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

    Afterwards they are ignored where the process ends with the context, so that the outcome stands that was
    come to.
    """

    def __init__(self, *, last: bool = False) -> None:
        self._last = last
        self._asked = 0
        self._before: dict[signal.Signals, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(self, *why: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_IGN if self._last else handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._asked = self._asked or number

    def check(self) -> None:
        """Raise `Interrupted` if the run was asked to stop."""
        if self._asked:
            raise Interrupted(self._asked)
