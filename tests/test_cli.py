from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
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


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"]])
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


@pytest.fixture
def own_process() -> Iterator[None]:
    """Let a command take what it does to signals for the end of its process."""
    yield
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


GOOD = "reports: [{notebook: impact}]"
LONG = "a" * 300  # no file can be called so


@pytest.mark.usefixtures("own_process")
@pytest.mark.parametrize(
    ("suite", "words", "message"),
    [
        ("reports: [{notebook: impact, for_each: {region: [twent]}}]", [], "Did you mean 'twente'?"),
        ("reports: [{notebook: impact}", [], "cannot be read as YAML"),
        (
            f"previous: ../none\n{GOOD}",
            [],
            "demo.yaml, line 1: params/../none/key_figures.json cannot be read",
        ),
        (
            f"previous: ../damaged\n{GOOD}",
            [],
            "manifest.json cannot be read: it is not in the usual form (ground: ",
        ),
        (GOOD, ["params/dmeo.yaml"], "Did you mean 'demo.yaml'?"),
        (GOOD, [f"{LONG}.yaml"], "cannot name an output folder"),
        (GOOD, [f"{LONG}/x.yaml"], "File name too long"),
        (GOOD, ["--notebooks", LONG], "File name too long"),
        (GOOD, ["--output", LONG], "File name too long.\nGive a shorter name."),
        (GOOD, ["--output", "a_file"], "or another folder that you may write to"),
        (GOOD, ["--language", "fr"], "'fr' is not one of 'en', 'nl'"),
        (GOOD, ["--timeout", "0"], "not in the range"),
        (GOOD, ["--timeout", "86401"], "not in the range"),
        (GOOD, ["--scheduler", ""], "The scheduler '' is no address"),
    ],
)
def test_bad_input_is_one_clear_message_and_leaves_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch, suite: str, words: list[str], message: str
) -> None:
    project.notebook("impact")
    project.suite(suite)
    (project.folder / "a_file").touch()
    (project.folder / "damaged").mkdir()
    (project.folder / "damaged" / "key_figures.json").write_text("{}")
    (project.folder / "damaged" / "manifest.json").write_text('{"ground": "x"}')
    processes = psutil.Process().children(recursive=True)
    monkeypatch.chdir(project.folder)
    done = CliRunner().invoke(main, ["run", *words])
    assert (done.exit_code, message in done.output) == (2, True), done.output
    assert "Traceback" not in done.output
    assert len(done.output.strip().splitlines()) <= 4
    assert not project.output.exists()
    assert psutil.Process().children(recursive=True) == processes  # what had begun to warm up has ended


def test_without_suites_it_says_how_to_name_one(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.folder / "params").mkdir()
    monkeypatch.chdir(project.folder)
    done = CliRunner().invoke(main, ["check"])
    assert (done.exit_code, "Name a suite" in done.output) == (2, True)


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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["notebook", ""], "'.ipynb' cannot name a notebook"),
        (["notebook", "."], "'.' cannot name a notebook"),
        (["edition", "mine", "--wave", ""], "The wave of the edition is empty"),
    ],
)
def test_nothing_is_called_by_an_empty_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["new", *words])
    assert (done.exit_code, said in done.output, [*tmp_path.iterdir()]) == (2, True, []), done.output


def test_the_name_of_a_notebook_may_have_dots_and_that_of_a_folder_may_begin_with_a_dash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("v1.2", "v1.3.ipynb"):
        CliRunner().invoke(main, ["new", "notebook", name])
    assert {path.name for path in tmp_path.iterdir()} == {"v1.2.ipynb", "v1.3.ipynb"}
    done = CliRunner().invoke(main, ["new", "edition", "--wave", "2020-10", "--", "-dash é 100%"])
    program, *words = shlex.split(done.output.splitlines()[-1])
    assert (program, words[0], CliRunner().invoke(main, ["check", *words[1:]]).exit_code) == (
        "ivvu",
        "run",
        0,
    )


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
    proof = project.ivvu("verify", *away, cwd=elsewhere, check=0)
    assert "2 of 2 files are the same" in proof.stdout
    for name in ("reader.html", "reader.ipynb", "manifest.json"):
        assert str(project.folder) not in next(project.output.rglob(name)).read_text(), name


def test_a_run_publishes_prints_where_and_marks_what_failed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.folder / "figures").symlink_to(DATA)
    monkeypatch.setenv("IVVU_DATA", "figures")  # from where the command is run
    project.notebook("good", "from ivvu_analysis.data import folder\nassert folder().is_dir()")
    project.notebook("bad", "raise ValueError('<why>')")
    project.suite("title: {en: E, nl: N}\nreports: [{notebook: good}, {notebook: bad}]")
    done = project.ivvu("run", "--language", "nl", check=1)
    assert "1 made, 0 current, 1 failed  output/demo/index.html" in done.stdout
    assert "FAILED  demo/bad in code cell 3: ValueError: <why>" in done.stdout
    assert project.manifest()["reports"]["good"]["language"] == "nl"
    cover = project.files()["demo/index.html"].decode()
    assert "ValueError: &lt;why&gt;" in cover
    assert 'href="reports/good.html"' in cover
