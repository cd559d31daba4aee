from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivvu_analysis.batch.ledger import Ledger
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.output import Entry, Job, Result
from ivvu_analysis.batch.plan import make_plans
from ivvu_analysis.batch.run import difference, published_as, verify
from ivvu_analysis.errors import OutputError

if TYPE_CHECKING:
    from tests.conftest import Project


@dataclass
class Writer:
    """Make a page of a text for every job."""

    text: str
    workers: int = 1

    def start(self) -> None: ...

    def check(self) -> None: ...

    def close(self) -> None: ...

    def submit(self, job: Job) -> Future[Result]:
        future: Future[Result] = Future()
        parts = {"html": self.text.encode(), "workbook": b"workbook", "data": b"a,b\n"}
        future.set_result(Result(Entry(status="published"), parts))
        return future


class Silent:
    def begin(self, due: int, kept: int, workers: int) -> None: ...

    def making(self, jobs: Sequence[Job]) -> None: ...

    def done(self, job: Job, result: Result) -> None: ...


def again(suites: list[Path], options: Options, writer: Writer) -> dict[str, str]:
    return verify(make_plans(suites, options), options, writer, lambda: None, Silent())  # type: ignore[arg-type]


@pytest.fixture
def published(project: Project, run_suites: Callable[..., list[Ledger]]) -> tuple[list[Path], Options]:
    project.notebook("a")
    suites = [project.suite("reports: [{notebook: a}]")]
    options = Options(output=project.output, notebooks=project.notebooks)
    run_suites(suites, options, Writer("one\ntwo\n"))
    return suites, options


def test_the_same_bytes_are_found_the_same(project: Project, published: tuple[list[Path], Options]) -> None:
    before = project.files()
    assert again(*published, Writer("one\ntwo\n")) == {
        "demo/reports/a.html": "",
        "demo/tables/a.xlsx": "",
        "demo/tables/a.csv": "",
        "demo/key_figures.json": "",
    }
    assert project.files() == before


def test_a_difference_is_shown_where_it_is(published: tuple[list[Path], Options]) -> None:
    page = again(*published, Writer("one\ntoo\n"))["demo/reports/a.html"]
    assert page == "from line 2, 'one two ' has become 'one too '"


def test_what_is_not_current_proves_nothing(project: Project, published: tuple[list[Path], Options]) -> None:
    project.notebook("a", "x = 1")
    with pytest.raises(OutputError, match=r"a \(changed\)"):
        again(*published, Writer(""))


def test_a_page_that_came_back_is_known_and_so_is_a_cover(
    project: Project, published: tuple[list[Path], Options]
) -> None:
    for page in ("reports/a.html", "index.html"):
        assert published_as(project.output / "demo" / page, project.output) == f"demo/{page}"
    altered = project.output / "altered.html"
    altered.write_bytes((project.output / "demo" / "index.html").read_bytes() + b" ")
    assert published_as(altered, project.output) == ""


def test_one_text_that_goes_on_differs_at_its_end(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"same")
    other.write_bytes(b"same and more")
    assert difference(one, one) == ""
    assert difference(one, other) == "from line 1, 'same' has become 'same and more'"
    assert difference(one, tmp_path / "none") == "it could not be made again"
