from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from ivvu_analysis.batch.interruption import SIGNALS, Interrupted, Interruption


@pytest.fixture(params=SIGNALS)
def number(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    before = signal.getsignal(request.param)
    yield request.param
    signal.signal(request.param, before)


def test_a_signal_is_noted_and_raised_where_it_is_looked_for(number: signal.Signals) -> None:
    with Interruption() as interruption:
        interruption.check()
        signal.raise_signal(number)
        with pytest.raises(Interrupted) as stop:
            interruption.check()
    assert stop.value.number == number


def test_at_once_it_strikes_once(number: signal.Signals) -> None:
    with Interruption() as interruption:
        with pytest.raises(Interrupted), interruption.at_once():
            signal.raise_signal(number)
        signal.raise_signal(number)
        with pytest.raises(Interrupted), interruption.at_once():
            pytest.fail("it had been asked to stop before")


def test_afterwards_signals_do_what_they_did_before(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with Interruption():
        assert signal.getsignal(number) != before
    assert signal.getsignal(number) == before


def test_afterwards_they_can_be_ignored(number: signal.Signals) -> None:
    with Interruption(afterwards=signal.SIG_IGN):
        pass
    signal.raise_signal(number)
