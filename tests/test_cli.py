from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from click.testing import CliRunner

from ivvu_analysis.batch.processes import SIGNALS
from ivvu_analysis.cli import main

if TYPE_CHECKING:
    from tests.conftest import Project

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["plan", "--help"], ["verify", "-h"]])
def test_help_is_given_without_anything_heavy(words: list[str]) -> None:
    program = f"""
import sys
from ivvu_analysis.cli import main
try:
    main({words!r})
except SystemExit as end:
    assert end.code == 0
heavy = {{"pandas", "numpy", "papermill", "pydantic", "rich", "ruamel"}} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


BAD: dict[str, tuple[Callable[[Project], object], list[str], str]] = {
    "region": (
        lambda p: p.suite("reports: [{notebook: impact, for_each: {region: [twent]}}]"),
        [],
        "Did you mean 'twente'?",
    ),
    "parameter": (
        lambda p: p.suite("reports: [{notebook: impact, parameters: {wav: x}}]"),
        [],
        "Did you mean 'wave'?",
    ),
    "notebook": (lambda p: p.suite("reports: [{notebook: imapct}]"), [], "Did you mean 'impact'?"),
    "wave": (
        lambda p: p.suite("parameters: {wave: 2020-11}\nreports: [{notebook: impact}]"),
        [],
        "There is no wave '2020-11'",
    ),
    "yaml": (lambda p: p.suite("reports: [{notebook: impact}"), [], "cannot be read as YAML"),
    "file": (
        lambda p: p.suite("reports: [{notebook: impact}]"),
        ["params/dmeo.yaml"],
        "Did you mean 'demo.yaml'?",
    ),
    "output": (
        lambda p: (p.suite("reports: [{notebook: impact}]"), p.output.write_text("a file")),
        [],
        "or another folder that you may write to",
    ),
    "language": (
        lambda p: p.suite("reports: [{notebook: impact}]"),
        ["--language", "fr"],
        "'fr' is not one of 'en', 'nl'",
    ),
}


@pytest.fixture
def own_process() -> Iterator[None]:
    """Let a command take what it does to signals for the end of its process."""
    yield
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


@pytest.mark.usefixtures("own_process")
@pytest.mark.parametrize("fault", BAD)
def test_bad_input_is_one_clear_message_and_leaves_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    prepare, words, message = BAD[fault]
    project.notebook("impact")
    prepare(project)
    before, processes = project.output.exists(), psutil.Process().children(recursive=True)
    monkeypatch.chdir(project.folder)
    done = CliRunner().invoke(main, ["run", *words])
    assert done.exit_code == 2, done.output
    assert message in done.output
    assert "Traceback" not in done.output
    assert len(done.output.strip().splitlines()) <= 4
    assert project.output.exists() == before
    assert psutil.Process().children(recursive=True) == processes  # what had begun to warm up has ended


def test_without_suites_it_says_how_to_name_one(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.folder / "params").mkdir()
    monkeypatch.chdir(project.folder)
    done = CliRunner().invoke(main, ["check"])
    assert (done.exit_code, "Name a suite" in done.output) == (2, True)


LONG = "a" * 300  # no file can be called so


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--timeout", "0"], "not in the range"),
        (["--timeout", "86401"], "not in the range"),
        (["--timeout", "1e300"], "not a valid integer"),
        (["--timeout", "nan"], "not a valid integer"),
        (["--output", LONG], "File name too long"),
        (["--notebooks", LONG], "File name too long"),
        ([f"{LONG}.yaml"], "cannot name an output folder"),
        ([f"{LONG}/x.yaml"], "File name too long"),
    ],
)
@pytest.mark.usefixtures("own_process")
def test_what_cannot_be_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch, words: list[str], complaint: str
) -> None:
    project.notebook("impact")
    project.suite("reports: [{notebook: impact}]")
    monkeypatch.chdir(project.folder)
    done = CliRunner().invoke(main, ["run", *words])
    assert (done.exit_code, complaint in done.output) == (2, True), done.output


def test_a_comparison_goes_over_no_file_of_the_users(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("id;region")
    done = CliRunner().invoke(main, ["compare", str(tmp_path), str(tmp_path), "-o", str(mine)])
    assert (done.exit_code, "not an earlier output" in done.output) == (2, True)
    assert mine.read_text() == "id;region"


def test_plan_and_check_make_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.notebook("impact")
    project.suite("title: T\nreports: [{notebook: impact, for_each: {region: {holder: eno}}}]")
    monkeypatch.chdir(project.folder)
    planned = CliRunner().invoke(main, ["plan"])
    assert planned.exit_code == 0, planned.output
    assert planned.output.startswith("demo: T, 1 of 1 to make\n  impact-midden-ijssel  make (new)")
    checked = CliRunner().invoke(main, ["check"])
    assert (checked.exit_code, "1 report, nothing wrong" in checked.output) == (0, True)
    assert not project.output.exists()


@pytest.mark.e2e
def test_a_register_is_found_from_the_suite_wherever_the_command_is_run(
    project: Project, tmp_path: Path
) -> None:
    parameters = 'region: str = "twente"\nwave: str = "2020-10"\nlanguage: str = "en"\nregister: str = ""'
    project.notebook("reader", "assert open(register).read() == 'rows'", parameters=parameters, close=False)
    suite = project.suite("parameters: {register: ../mine/rows.csv}\nreports: [{notebook: reader}]")
    elsewhere = tmp_path / "elsewhere"
    for folder in (project.folder / "mine", elsewhere):
        folder.mkdir()
    (project.folder / "mine" / "rows.csv").write_text("rows")
    project.ivvu("run", check=0)

    away = [str(suite), "--output", str(project.output), "--notebooks", str(project.notebooks)]
    again = project.ivvu("run", *away, cwd=elsewhere, check=0)
    assert "0 made, 1 current" in again.stdout
    proof = project.ivvu("verify", *away, cwd=elsewhere, check=0)
    assert "2 of 2 files are the same" in proof.stdout
    for name in ("reader.html", "reader.ipynb", "manifest.json"):
        assert str(project.folder) not in next(project.output.rglob(name)).read_text(), name


def test_a_data_folder_that_is_named_from_where_the_command_is_run_is_found(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.notebook("reader", "from ivvu_analysis.data import folder\nassert folder().is_dir()")
    project.suite("reports: [{notebook: reader}]")
    (project.folder / "figures").symlink_to(DATA)
    monkeypatch.setenv("IVVU_DATA", "figures")
    project.ivvu("run", check=0)


def test_a_run_publishes_prints_where_and_marks_what_failed(project: Project) -> None:
    project.notebook("good")
    project.notebook("bad", "raise ValueError('<why>')")
    project.suite("title: {en: E, nl: N}\nreports: [{notebook: good}, {notebook: bad}]")
    done = project.ivvu("run", "--language", "nl", check=1)
    assert "1 made, 0 current, 1 failed  output/demo/index.html" in done.stdout
    assert "FAILED  demo/bad in code cell 3: ValueError: <why>" in done.stdout
    assert project.manifest()["reports"]["good"]["language"] == "nl"
    cover = project.files()["demo/index.html"].decode()
    assert "ValueError: &lt;why&gt;" in cover
    assert 'href="reports/good.html"' in cover
