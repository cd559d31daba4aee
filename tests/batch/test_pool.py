from __future__ import annotations

import threading
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

from ivvu_analysis.batch import pool
from ivvu_analysis.batch.interruption import Interruption
from ivvu_analysis.batch.job import Failure, Job, Result
from ivvu_analysis.batch.pool import ATTEMPTS, LocalPool

JOBS = [Job("demo", name, name, "{}", {}) for name in "abc"]


class Launcher:
    """Bring up workers, as threads, that say what is laid down for them."""

    def __init__(self, *_: object) -> None:
        self.launched = 0
        self.made: list[tuple[int, str]] = []
        self.closed = False
        launchers.append(self)

    def launch(self) -> Connection:
        self.launched += 1
        ours, theirs = Pipe()
        threading.Thread(target=self.work, args=(theirs, self.launched), daemon=True).start()
        return ours

    def work(self, connection: Connection, number: int) -> None:
        with connection, suppress(EOFError):
            connection.send(number)
            while True:
                job = connection.recv()
                self.made.append((number, job.name))
                connection.send(self.make(job))

    def make(self, job: Job) -> Result:
        return Result(job.suite, job.name)

    def last_words(self) -> str:
        return "no room"

    def close(self) -> None:
        self.closed = True


launchers: list[Launcher] = []


class NeverUp(Launcher):
    def launch(self) -> Connection:
        raise OSError("no more processes")


class UpTheSecondTime(Launcher):
    def work(self, connection: Connection, number: int) -> None:
        if number <= 2:  # both of the first workers
            connection.close()
        else:
            super().work(connection, number)


class FailsToExecute(Launcher):
    def make(self, job: Job) -> Result:
        return Result(job.suite, job.name, failure=Failure("cell", "ValueError"))


class DiesAtWork(Launcher):
    def make(self, job: Job) -> Result:
        if job.name == "b":
            raise EOFError
        return super().make(job)


def results(monkeypatch: pytest.MonkeyPatch, launcher: type[Launcher]) -> list[Result]:
    monkeypatch.setattr(pool, "WarmLauncher", launcher)
    with Interruption() as interruption, LocalPool(2) as local:
        return list(local.run(JOBS, interruption, lambda job: None))


def test_every_job_has_one_result(monkeypatch: pytest.MonkeyPatch) -> None:
    found = results(monkeypatch, Launcher)
    assert sorted(result.name for result in found) == ["a", "b", "c"]
    assert {result.attempts for result in found} == {1}


def test_a_worker_takes_one_job_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    results(monkeypatch, Launcher)
    made = launchers[-1].made
    assert sorted(name for _, name in made) == ["a", "b", "c"]
    assert {number for number, _ in made} == {1, 2}


def test_a_worker_outlives_the_call_that_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WarmLauncher", Launcher)
    with Interruption() as interruption, LocalPool(1) as local:
        for job in JOBS:
            assert [result.name for result in local.run([job], interruption, lambda job: None)] == [job.name]
    assert launchers[-1].launched == 1


def test_a_pool_that_is_warming_up_is_the_one_that_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WarmLauncher", Launcher)
    before = len(launchers)
    local = LocalPool(1)
    local.warm_up()
    with Interruption() as interruption, local:
        assert len(list(local.run(JOBS, interruption, lambda job: None))) == 3
    (launcher,) = launchers[before:]
    assert launcher.closed
    local.close()  # once more, by whoever had it warmed up


def test_no_worker_waits_for_a_result_to_be_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WarmLauncher", Launcher)
    events: list[str] = []
    with Interruption() as interruption, LocalPool(1) as local:
        for result in local.run(JOBS, interruption, lambda job: events.append(f"start {job.name}")):
            events.append(f"publish {result.name}")
    assert events == ["start a", "start b", "publish a", "start c", "publish b", "publish c"]


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
        ("a", 2, None),
        ("b", 2, None),
        ("c", 1, None),
    ]


def test_a_result_is_never_retried_and_its_worker_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = results(monkeypatch, FailsToExecute)
    assert [(result.attempts, result.failure and result.failure.kind) for result in found] == [
        (1, "cell")
    ] * 3
    assert len({number for number, _ in launchers[-1].made}) == 3


def test_a_worker_that_dies_costs_one_report(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {
        result.name: result.failure and result.failure.kind for result in results(monkeypatch, DiesAtWork)
    }
    assert found == {"a": None, "b": "worker", "c": None}
