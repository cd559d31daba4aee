"""Ctrl-C and SIGTERM as something to look for, not as something that strikes anywhere."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """The run was asked to stop, by the signal `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Note the signals that ask to stop, and yield what raises `Interrupted` if there was one.

    Afterwards they are ignored, so that the outcome stands that was come to: the process ends with this.
    """
    asked: list[int] = []
    for number in SIGNALS:
        signal.signal(number, lambda number, _: asked.append(number))

    def check() -> None:
        if asked:
            raise Interrupted(asked[0])

    try:
        yield check
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
