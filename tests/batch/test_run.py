"""What a run makes, keeps and says, and what verifies it, with reports that are made of nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from ivvu_analysis.batch import ledger
from ivvu_analysis.batch import output as store
from ivvu_analysis.batch.ledger import Ledger
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.plan import make_plans
from ivvu_analysis.batch.run import verify
from ivvu_analysis.cli import main
from ivvu_analysis.errors import OutputError
from ivvu_analysis.places import digest
from ivvu_analysis.report.templates import beginnings

if TYPE_CHECKING:
    from tests.conftest import Project

Demo = tuple[list[Path], Options]
Make = Callable[..., tuple[list[str], Ledger]]
Again = Callable[..., dict[str, str]]


@pytest.fixture
def made(demo: Demo, run_suites: Callable[..., Any], scribe: Callable[..., Any]) -> Make:
    """Run the suite `demo` of two reports by a scribe; return what was made, and the outcome."""

    def make(force: bool = False, **how: Any) -> tuple[list[str], Ledger]:
        by = scribe(**how)
        (outcome,) = run_suites(demo[0], replace(demo[1], force=force), by)
        return by.made, outcome

    return make


def test_the_output_is_laid_out_as_documented(project: Project, made: Make) -> None:
    made()
    places = ("reports/{}.html", "notebooks/{}.ipynb", "tables/{}.xlsx")
    known = ("index.html", "key_figures.json", "manifest.json", "ro-crate-metadata.json")
    of_reports = (place.format(name) for place in places for name in "ab")
    assert set(project.files()) == {"index.html", *(f"demo/{name}" for name in (*known, *of_reports))}
    figures = json.loads(project.files()["demo/key_figures.json"])
    one = {"k": {"estimate": 1.0, "conf_low": None, "conf_high": None}}
    assert figures == {"a": one, "b": one}


def test_nothing_is_made_twice_unless_it_is_asked_for(project: Project, made: Make) -> None:
    assert made()[0] == ["a", "b"]
    before = project.files()
    names, outcome = made()
    assert (names, outcome.kept, outcome.made) == ([], 2, 0)
    assert project.files() == before
    assert sorted(made(force=True)[0]) == ["a", "b"]


@pytest.mark.parametrize(
    ("file", "text"), [("reports/a.html", None), ("notebooks/a.ipynb", "other"), ("tables/a.xlsx", "other")]
)
def test_a_report_whose_files_are_gone_or_altered_is_made_again(
    project: Project, made: Make, file: str, text: str | None
) -> None:
    made()
    path = project.output / "demo" / file
    path.write_text(text) if text else path.unlink()
    assert made()[0] == ["a"]


@pytest.mark.parametrize("file", ["index.html", "key_figures.json"])
def test_the_cover_is_made_again_without_its_reports(project: Project, made: Make, file: str) -> None:
    made()
    whole = project.files()
    (project.output / "demo" / file).unlink()
    assert made()[0] == []
    assert project.files()[f"demo/{file}"] == whole[f"demo/{file}"]


def test_a_changed_notebook_or_parameter_makes_its_reports_again_and_no_other(
    project: Project, made: Make
) -> None:
    made()
    project.notebook("b", "x = 1")
    assert made()[0] == ["b"]
    project.suite("reports: [{notebook: a, parameters: {wave: '2020-03'}}, {notebook: b}]")
    assert made()[0] == ["a"]
    assert project.files()["demo/reports/a.html"].endswith(b"a 2020-03")


def test_another_package_or_other_published_tables_make_everything_again(
    made: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tables = shutil.copytree(ledger.data_folder() / "published", tmp_path / "data" / "published")
    package = tmp_path / "package" / "below"
    package.mkdir(parents=True)
    monkeypatch.setenv("IVVU_DATA", str(tables.parent))
    monkeypatch.setattr(ledger, "PACKAGE", package.parent)
    monkeypatch.setattr(ledger, "ground", ledger.ground.__wrapped__)  # each run looks anew
    made()
    assert made()[0] == []
    for change in (
        lambda: (package / "a.py").write_text("1"),
        lambda: (package / "a.py").write_text("2"),
        lambda: (package / "a.py").rename(package / "b.py"),
        lambda: (tables / "regions.csv").write_text("other"),
    ):
        change()
        assert sorted(made()[0]) == ["a", "b"]


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
    assert made(opened={"own.csv": digest(b"1")})[0] == ["a", "b"]
    assert made()[0] == []
    own.write_text("2")
    assert made()[0] == ["a", "b"]


def test_a_failed_report_keeps_its_predecessor_hinders_no_other_and_is_tried_again(
    project: Project, made: Make
) -> None:
    made()
    project.notebook("a", "raise")
    project.notebook("b", "x = 1")
    names, outcome = made(failing={"a"})
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
    assert ">a</a>" in project.files()["demo/index.html"].decode()  # two titles need no more
    project.suite("reports: [{notebook: a, for_each: {wave: ['2020-03', '2020-10']}}]")
    made(title="One title")
    cover = project.files()["demo/index.html"].decode()
    assert "One title (a-2020-03)" in cover
    assert "One title (a-2020-10)" in cover


def test_the_cover_says_what_changed_since_the_previous_edition(project: Project, made: Make) -> None:
    made()
    figures = shutil.copytree(project.output / "demo", project.folder / "first") / "key_figures.json"
    figures.write_text(figures.read_text().replace("1.0", "3.0", 1))
    project.suite("previous: ../first\nreports: [{notebook: a}, {notebook: b}]")
    made(force=True)
    cover = project.files()["demo/index.html"].decode()
    assert "Since the previous" in cover
    assert "Key figures: 1 moved and 1 the same." in cover
    assert '<tr><th scope="row">k</th><td>3</td><td>1</td><td>−2</td></tr>' in cover
    assert 'href="comparison.html"' in cover
    assert '<td class="number">−2</td>' in project.files()["demo/comparison.html"].decode()


def test_a_run_that_was_stopped_is_taken_up_where_it_was(project: Project, made: Make) -> None:
    with pytest.raises(KeyboardInterrupt):
        made(stop_after=1)
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
    ("damage", "place"),
    [
        ("", ""),
        ("[" * 100_000, ""),
        ('{"format": 99}', "(format: "),
        ('{"reports": {"a": {"error": {}}}}', "(reports.a.error.message: "),
        ('{"reports": {"a": {"mine": 1}}}', "(reports.a.mine: "),
        ('{"reports": {"a": {"wave": "then"}}}', "(reports.a.wave: "),
    ],
)
def test_a_damaged_manifest_is_said_with_the_place_and_what_is_there_is_kept(
    project: Project, made: Make, damage: str, place: str
) -> None:
    made()
    manifest = project.output / "demo" / "manifest.json"
    manifest.write_text(damage)
    before = project.files()
    with pytest.raises(OutputError, match="Remove it") as refusal:
        made()
    assert place in refusal.value.problem
    assert project.files() == before
    manifest.unlink()
    assert sorted(made()[0]) == ["a", "b"]


def test_a_folder_in_use_is_refused_and_then_free_again(project: Project, made: Make) -> None:
    with store.hold(project.output / "demo"), pytest.raises(OutputError, match="is in use by process"):
        made()
    assert made()[0] == ["a", "b"]


def test_long_reports_come_first(made: Make) -> None:
    assert made(seconds={"a": 1.0, "b": 9.0})[0] == ["a", "b"]
    assert made(force=True)[0] == ["b", "a"]


BEFORE = "-" * 50 + "one\n"


@pytest.fixture
def again(demo: Demo, made: Make, scribe: Callable[..., Any], silent: Any) -> Again:
    """Publish the suite `demo`; return what makes it again with another text at the end of its pages."""
    made(text=f"{BEFORE}two")

    def go(text: str, *failing: str) -> dict[str, str]:
        by = scribe(text=f"{BEFORE}{text}", failing={*failing})
        return verify(make_plans(*demo), demo[1], by, lambda: None, silent)

    return go


def test_the_same_bytes_are_found_the_same(project: Project, again: Again) -> None:
    before = project.files()
    files = ("reports/a.html", "tables/a.xlsx", "reports/b.html", "tables/b.xlsx", "key_figures.json")
    assert again("two") == {f"demo/{file}": "" for file in files}
    assert project.files() == before


def test_a_difference_is_shown_where_it_is(again: Again) -> None:
    line = beginnings()[0].count("\n") + 2
    for text, dashes in (("too", 35), ("two and more", 33)):
        was, now = (f"{'-' * dashes}one {end}" for end in ("two", text))
        found = again(text, "b")
        assert found["demo/reports/a.html"] == f"from line {line}, '{was}' has become '{now}'"
        assert found["demo/reports/b.html"] == "it could not be made again"


def test_what_is_not_current_proves_nothing(project: Project, again: Again) -> None:
    project.notebook("a", "x = 1")
    with pytest.raises(OutputError, match=r"a \(changed\)"):
        again("two")


@pytest.mark.usefixtures("again")
def test_a_page_that_came_back_is_known_by_its_bytes_and_so_is_a_cover(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    for page in ("reports/b.html", "index.html"):
        mailed = project.folder / "mailed.html"
        mailed.write_bytes(project.files()[f"demo/{page}"])
        known = CliRunner().invoke(main, ["verify", "mailed.html"])
        assert (known.exit_code, known.output) == (0, f"mailed.html: demo/{page}\n")
        mailed.write_bytes(mailed.read_bytes() + b" ")
        altered = CliRunner().invoke(main, ["verify", "mailed.html"])
        assert (altered.exit_code, "no page that was published" in altered.output) == (1, True)
