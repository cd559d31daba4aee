from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ivvu_analysis.batch.ledger import Ledger
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.output import Entry, Job, KeyFigure, Result, failed
from ivvu_analysis.batch.plan import make_plans
from ivvu_analysis.batch.run import run
from ivvu_analysis.report.templates import beginnings
from ivvu_analysis.report.workbook import workbook

if TYPE_CHECKING:
    from tests.conftest import Project


WORKBOOK = workbook({"title": "A report", "language": "en", "tables": []})


class Silent:
    """A display on which nobody looks."""

    def begin(self, due: int, kept: int, workers: int) -> None: ...

    def making(self, jobs: Sequence[Job]) -> None: ...

    def done(self, job: Job, result: Result) -> None: ...


@dataclass
class Scribe:
    """Make results without running anything, and note what was asked for."""

    failing: set[str] = field(default_factory=set)
    stop_after: int = 1000
    opened: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    title: str = ""
    text: str = ""
    workers: int = 1
    made: list[str] = field(default_factory=list)

    def start(self) -> None: ...

    def check(self) -> None: ...

    def close(self) -> None: ...

    def submit(self, job: Job) -> Future[Result]:
        future: Future[Result] = Future()
        if len(self.made) == self.stop_after:
            future.set_exception(KeyboardInterrupt(2))
        else:
            self.made.append(job.name)
            future.set_result(self.result(job))
        return future

    def result(self, job: Job) -> Result:
        if job.name in self.failing:
            result = failed("cell", "ValueError: <no>", cell=3, source="raise")
            return replace(result, parts={"notebook": b"as far as it came"})
        entry = Entry(
            status="published",
            title=self.title or job.name,
            key_figures={"k": KeyFigure(estimate=1.0)},
            origin="published",
            inputs=self.opened,
            started="2026-01-02T03:04:05.678+00:00",
            seconds={"make": self.seconds.get(job.name, 1.5)},
        )
        page = f"{beginnings()[0]}{job.name} {job.parameters['wave']}{self.text}".encode()
        return Result(entry, {"notebook": b"notebook", "html": page, "workbook": WORKBOOK})


@pytest.fixture
def scribe() -> type[Scribe]:
    return Scribe


@pytest.fixture
def silent() -> Silent:
    return Silent()


@pytest.fixture
def run_suites(silent: Silent) -> Callable[..., list[Ledger]]:
    """Run suites with an executor as the command does, on a display that a test may look at."""

    def go(suites: Sequence[Path], options: Options, executor: Any) -> list[Ledger]:
        with closing(executor):
            return run(make_plans(suites, options), options, executor, lambda: None, silent)

    return go


@pytest.fixture
def demo(project: Project) -> tuple[list[Path], Options]:
    """The suite `demo` of the reports a and b, and how to make it."""
    project.notebook("a")
    project.notebook("b")
    suite = project.suite("reports: [{notebook: a}, {notebook: b}]")
    return [suite], Options(output=project.output, notebooks=project.notebooks)
