from __future__ import annotations

from collections import Counter
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

from ivvu_analysis.batch import pool
from ivvu_analysis.batch.interruption import Interruption
from ivvu_analysis.batch.job import Failure, Job, Result
from ivvu_analysis.batch.pool import ATTEMPTS, LocalPool

JOBS = [Job("demo", name, name, "{}", {}) for name in "abc"]


class Launcher:
    """Bring up processes that say what is laid down for each job and attempt, without any process."""

    def __init__(self, *_: object) -> None:
        self.launched: Counter[str] = Counter()

    def launch(self, job: Job) -> Connection:
        self.launched[job.name] += 1
        return self.say(job, self.launched[job.name])

    def say(self, job: Job, attempt: int) -> Connection:
        ours, theirs = Pipe()
        theirs.send(1)
        theirs.send(Result(job.suite, job.name))
        theirs.close()
        return ours

    def last_words(self) -> str:
        return "no room"

    def close(self) -> None: ...


class NeverUp(Launcher):
    def launch(self, job: Job) -> Connection:
        super().launch(job)
        raise OSError("no more processes")


class UpTheSecondTime(Launcher):
    def say(self, job: Job, attempt: int) -> Connection:
        if attempt == 2:
            return super().say(job, attempt)
        ours, theirs = Pipe()
        theirs.close()
        return ours


class FailsToExecute(Launcher):
    def say(self, job: Job, attempt: int) -> Connection:
        ours, theirs = Pipe()
        theirs.send(1)
        theirs.send(Result(job.suite, job.name, failure=Failure("cell", "ValueError")))
        theirs.close()
        return ours


def results(monkeypatch: pytest.MonkeyPatch, launcher: type[Launcher]) -> list[Result]:
    monkeypatch.setattr(pool, "WarmLauncher", launcher)
    with Interruption() as interruption, LocalPool(2) as local:
        return list(local.run(JOBS, interruption, lambda job: None))


def test_every_job_has_one_result(monkeypatch: pytest.MonkeyPatch) -> None:
    found = results(monkeypatch, Launcher)
    assert sorted(result.name for result in found) == ["a", "b", "c"]
    assert {result.attempts for result in found} == {1}


def test_what_does_not_come_up_is_tried_a_few_times_and_then_told(monkeypatch: pytest.MonkeyPatch) -> None:
    found = results(monkeypatch, NeverUp)
    assert sorted((result.name, result.attempts) for result in found) == [(n, ATTEMPTS) for n in "abc"]
    failure = found[0].failure
    assert failure is not None
    assert (failure.kind, failure.details) == ("start", "no room")
    assert "no more processes" in failure.message


def test_a_start_is_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    found = results(monkeypatch, UpTheSecondTime)
    assert sorted((result.name, result.attempts, result.failure) for result in found) == [
        (name, 2, None) for name in "abc"
    ]


def test_a_result_is_never_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    found = results(monkeypatch, FailsToExecute)
    assert [(result.attempts, result.failure and result.failure.kind) for result in found] == [
        (1, "cell")
    ] * 3
