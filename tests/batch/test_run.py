from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivvu_analysis.batch import ledger
from ivvu_analysis.batch import output as store
from ivvu_analysis.batch.ledger import Ledger
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.output import Entry, Job, KeyFigure, Result, failed
from ivvu_analysis.errors import OutputError, ParameterError
from ivvu_analysis.places import write
from ivvu_analysis.report.templates import beginnings

if TYPE_CHECKING:
    from tests.conftest import Project


@dataclass
class Scribe:
    """Make results without running anything, and note what was asked for."""

    failing: set[str] = field(default_factory=set)
    stop_after: int = 1000
    opened: dict[str, str] = field(default_factory=dict)
    title: str = ""
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
        figures = {"k": KeyFigure(estimate=1.0)}
        entry = Entry(
            status="published",
            title=self.title or job.name,
            key_figures=figures,
            origin="published",
            inputs=self.opened,
        )
        page = f"{beginnings()[0]}{job.name} {job.parameters['wave']}".encode()
        return Result(entry, {"notebook": b"notebook", "html": page, "workbook": b"workbook"})


@pytest.fixture
def made(
    project: Project, run_suites: Callable[..., list[Ledger]]
) -> Callable[..., tuple[list[str], Ledger]]:
    """Run the suite `demo` of two reports; return what was made, and the outcome."""
    project.notebook("a")
    project.notebook("b")
    suite = project.suite("reports: [{notebook: a}, {notebook: b}]")

    def make(scribe: Scribe | None = None, force: bool = False) -> tuple[list[str], Ledger]:
        scribe = scribe or Scribe()
        options = Options(output=project.output, notebooks=project.notebooks, force=force)
        (outcome,) = run_suites([suite], options, scribe)
        return scribe.made, outcome

    return make


Make = Callable[..., tuple[list[str], Ledger]]


def test_the_output_is_laid_out_as_documented(project: Project, made: Make) -> None:
    made()
    assert set(project.files()) == {
        "index.html",
        "demo/index.html",
        "demo/key_figures.json",
        "demo/manifest.json",
        "demo/ro-crate-metadata.json",
        *(f"demo/{place}" for name in "ab" for place in (
            f"reports/{name}.html", f"notebooks/{name}.ipynb", f"tables/{name}.xlsx"
        )),
    }  # fmt: skip
    figures = json.loads(project.files()["demo/key_figures.json"])
    one = {"k": {"estimate": 1.0, "conf_low": None, "conf_high": None}}
    assert figures == {"a": one, "b": one}


def test_nothing_is_made_twice(project: Project, made: Make) -> None:
    assert made()[0] == ["a", "b"]
    before = project.files()
    names, outcome = made()
    assert (names, outcome.kept, outcome.made) == ([], 2, 0)
    assert project.files() == before


def test_force_makes_everything_again(made: Make) -> None:
    made()
    assert sorted(made(force=True)[0]) == ["a", "b"]


@pytest.mark.parametrize("file", ["reports/a.html", "notebooks/a.ipynb", "tables/a.xlsx"])
@pytest.mark.parametrize("harm", ["removed", "altered"])
def test_a_report_whose_files_are_gone_or_altered_is_made_again(
    project: Project, made: Make, file: str, harm: str
) -> None:
    made()
    path = project.output / "demo" / file
    path.unlink() if harm == "removed" else path.write_text("other")
    assert made()[0] == ["a"]


@pytest.mark.parametrize("file", ["index.html", "key_figures.json"])
def test_the_cover_is_made_again_without_its_reports(project: Project, made: Make, file: str) -> None:
    made()
    whole = project.files()
    (project.output / "demo" / file).unlink()
    assert made()[0] == []
    assert project.files()[f"demo/{file}"] == whole[f"demo/{file}"]


def test_a_changed_notebook_is_made_again_and_no_other(project: Project, made: Make) -> None:
    made()
    project.notebook("b", "x = 1")
    assert made()[0] == ["b"]


def test_a_changed_parameter_makes_its_reports_again(project: Project, made: Make) -> None:
    made()
    project.suite("reports: [{notebook: a, parameters: {wave: '2020-03'}}, {notebook: b}]")
    assert made()[0] == ["a"]
    assert project.files()["demo/reports/a.html"].endswith(b"a 2020-03")


@pytest.mark.parametrize("name", ["package", "dependencies", "published", "python"])
def test_changed_ground_makes_everything_again(
    made: Make, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made()
    changed = {**ledger.ground(), name: "other"}
    monkeypatch.setattr(ledger, "ground", lambda: changed)
    assert sorted(made()[0]) == ["a", "b"]


def test_the_hash_of_a_folder_follows_names_and_contents(tmp_path: Path) -> None:
    file = tmp_path / "below" / "a.csv"
    file.parent.mkdir()
    file.write_text("1")
    first = ledger._tree(tmp_path)
    assert ledger._tree(tmp_path) == first
    file.write_text("2")
    second = ledger._tree(tmp_path)
    file.rename(file.with_name("b.csv"))
    assert len({first, second, ledger._tree(tmp_path)}) == 3


def test_a_file_that_a_parameter_names_counts(project: Project, made: Make) -> None:
    register = project.folder / "register.csv"
    parameters = "region = 'twente'\nwave = '2020-10'\nlanguage = 'en'\nregister = ''"
    project.notebook("a", parameters=parameters, close=False)
    project.suite("reports: [{notebook: a, parameters: {register: ../register.csv}}, {notebook: b}]")
    for text, names in (("one", ["a", "b"]), ("two", ["a"]), ("two", [])):
        register.write_text(text)
        assert made()[0] == names


def test_a_file_that_a_report_read_counts(project: Project, made: Make) -> None:
    own = project.notebooks / "own.csv"
    own.write_text("1")
    assert made(Scribe(opened={"own.csv": hashlib.sha256(b"1").hexdigest()}))[0] == ["a", "b"]
    assert made()[0] == []
    own.write_text("2")
    assert made()[0] == ["a", "b"]


def test_a_failed_report_keeps_its_predecessor_and_hinders_no_other(project: Project, made: Make) -> None:
    made()
    project.notebook("a", "raise")
    project.notebook("b", "x = 1")
    names, outcome = made(Scribe(failing={"a"}))
    assert (sorted(names), outcome.failed, outcome.made) == (["a", "b"], ("a",), 1)
    files = project.files()
    assert files["demo/reports/a.html"].endswith(b"a 2020-10")
    assert files["demo/notebooks/a.ipynb"] == b"as far as it came"
    entry = project.manifest()["reports"]["a"]
    assert (entry["status"], entry["error"]["cell"]) == ("failed", 3)
    assert set(entry["outputs"]) == {"reports/a.html", "notebooks/a.ipynb", "tables/a.xlsx"}
    assert set(json.loads(files["demo/key_figures.json"])) == {"b"}
    cover = files["demo/index.html"].decode()
    assert "ValueError: &lt;no&gt;" in cover
    assert 'href="notebooks/a.ipynb"' in cover


def test_a_failed_report_is_tried_again(made: Make) -> None:
    assert made(Scribe(failing={"a"}))[1].failed == ("a",)
    assert made()[0] == ["a"]
    assert made()[0] == []


@pytest.mark.parametrize("page", ["index.html", "reports/b.html"])
def test_a_page_that_no_run_has_made_is_not_written_over(project: Project, made: Make, page: str) -> None:
    theirs = project.output / "demo" / page
    theirs.parent.mkdir(parents=True)
    theirs.write_text("mine")
    with pytest.raises(OutputError, match="not an earlier output"):
        made()
    assert theirs.read_text() == "mine"
    theirs.unlink()
    assert sorted(made()[0]) == ["a", "b"]


def test_reports_of_one_title_are_told_apart_on_the_cover(project: Project, made: Make) -> None:
    made()
    cover = (project.output / "demo" / "index.html").read_text()
    assert ">a</a>" in cover  # two titles need no more
    project.suite("reports: [{notebook: a, for_each: {wave: ['2020-03', '2020-10']}}]")
    made(Scribe(title="One title"))
    cover = (project.output / "demo" / "index.html").read_text()
    assert "One title (a-2020-03)" in cover
    assert "One title (a-2020-10)" in cover


def test_a_run_that_was_stopped_is_taken_up_where_it_was(project: Project, made: Make) -> None:
    with pytest.raises(KeyboardInterrupt):
        made(Scribe(stop_after=1))
    assert set(project.manifest()["reports"]) == {"a"}
    assert made()[0] == ["b"]


def test_a_report_that_is_no_longer_asked_for_goes_unless_it_was_altered(
    project: Project, made: Make
) -> None:
    made()
    (project.output / "demo" / "tables" / "b.xlsx").write_text("mine")
    project.suite("reports: [{notebook: a}]")
    assert made()[0] == []
    assert "demo/reports/b.html" not in project.files()
    assert project.files()["demo/tables/b.xlsx"] == b"mine"
    assert set(project.manifest()["reports"]) == {"a"}


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "[" * 100_000, '{"format": 99}', '{"format": 1, "reports": {"a": 3}}']
)
def test_a_damaged_manifest_is_said_and_what_is_there_is_kept(
    project: Project, made: Make, damage: str
) -> None:
    made()
    manifest = project.output / "demo" / "manifest.json"
    manifest.write_text(damage)
    before = project.files()
    with pytest.raises(OutputError, match="Remove it"):
        made()
    assert project.files() == before
    manifest.unlink()
    assert sorted(made()[0]) == ["a", "b"]


@pytest.mark.parametrize(
    ("entry", "value"),
    [("findings", None), ("parameters", [1]), ("wave", "then"), ("error", {}), ("mine", 1)],
)
def test_a_manifest_with_one_damaged_entry_is_damaged(
    project: Project, made: Make, entry: str, value: object
) -> None:
    made()
    damaged = project.manifest()
    damaged["reports"]["a"][entry] = value
    (project.output / "demo" / "manifest.json").write_text(json.dumps(damaged))
    with pytest.raises(OutputError, match=r"\(reports\.a"):
        made()


def test_bad_input_leaves_nothing_behind(project: Project, made: Make) -> None:
    project.suite("parameters: {wave: 2021-12}\nreports: [{notebook: a}, {notebook: b}]")
    with pytest.raises(ParameterError):
        made()
    assert not project.output.exists() or not any(project.output.rglob("*"))


def test_a_folder_in_use_is_refused_and_then_free_again(project: Project, made: Make) -> None:
    with store.hold(project.output / "demo"), pytest.raises(OutputError, match="is in use by process"):
        made()
    assert made()[0] == ["a", "b"]


def test_what_a_killed_run_left_half_written_is_swept(project: Project, made: Make) -> None:
    half = project.output / "demo" / "reports" / ".a.html.half"
    half.parent.mkdir(parents=True)
    half.write_text("<ht")
    made()
    assert not half.exists()


def test_a_file_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "reports" / "a.html"
    write(file, b"first")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="The disk is full"):
        write(file, b"second")
    assert file.read_bytes() == b"first"
    assert [path.name for path in file.parent.iterdir()] == ["a.html"]


def test_a_file_where_the_folder_should_be_is_refused(project: Project, made: Make) -> None:
    project.output.write_text("a file")
    with pytest.raises(OutputError, match="another folder that you may"):
        made()


def test_long_reports_come_first(project: Project, made: Make) -> None:
    class Timed(Scribe):
        def result(self, job: Job) -> Result:
            result = super().result(job)
            result.entry.seconds = {"execute": {"a": 1.0, "b": 9.0}[job.name]}
            return result

    assert made(Timed())[0] == ["a", "b"]
    assert made(force=True)[0] == ["b", "a"]
