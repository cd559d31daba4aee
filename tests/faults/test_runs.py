"""Runs that are disturbed from outside: what is on disk afterwards is whole, and nothing is still running."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ivvu_analysis.cli import main

if TYPE_CHECKING:
    from tests.conftest import Project
    from tests.faults.conftest import Bench

pytestmark = pytest.mark.faults

SUITE = "reports: [{notebook: a, for_each: {region: [twente, utrecht, drenthe, zeeland, zwolle, arnhem]}}]"
REST = "the same command makes the rest"


def busy(project: Project) -> None:
    """Six reports that take a while each, have a child, and show what could differ from run to run."""
    begin = "import os, subprocess, time; subprocess.Popen(['sleep', '1000']); time.sleep(0.3)"
    project.notebook("a", begin, "print({'b', 'a', 'c'}, os.environ['OMP_NUM_THREADS'])", "time.sleep(0.3)")
    project.suite(SUITE)


@pytest.fixture(scope="module")
def made(make_bench: Callable[[Path], Bench], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project whose six reports were made."""
    bench = make_bench(tmp_path_factory.mktemp("made"))
    busy(bench.project)
    bench.run(status=0)
    return bench.project.folder


def restore(made: Path, project: Project) -> dict[str, bytes]:
    """Put all that was made into another project; return what is in its output folder."""
    shutil.copytree(made, project.folder, dirs_exist_ok=True)
    return project.files()


def same(project: Project, before: dict[str, bytes]) -> bool:
    """Whether everything but the two records of how it was made is as it was."""
    varies = ("demo/manifest.json", "demo/ro-crate-metadata.json")
    return {**project.files(), **dict.fromkeys(varies)} == {**before, **dict.fromkeys(varies)}


def fill(disk: Path, spare: int = 0) -> Path:
    """Fill a disk to its last blocks; return the file that does it."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    os.truncate(filler, filler.stat().st_size - spare * 4096)
    return filler


def test_a_run_can_be_stopped_at_any_moment_and_is_taken_up_where_it_was(
    project: Project, bench: Bench
) -> None:
    busy(project)
    moments = random.Random(1)
    for number in (signal.SIGINT, signal.SIGTERM) * 2:
        process = bench.start("run", "--force")
        assert bench.until((project.output / "demo" / ".lock").is_file)
        time.sleep(moments.uniform(0.0, 6.0))
        process.send_signal(number)
        stopped = time.monotonic()
        bench.end(process, 128 + number, 0)
        assert time.monotonic() - stopped < 2.0
        bench.prove_whole()
    bench.run(status=0)
    assert len(bench.pages()) == 6


@pytest.mark.parametrize(
    ("number", "delay"),
    [(signal.SIGINT, 0.0), (signal.SIGTERM, 0.0), (signal.SIGINT, 0.1), (signal.SIGTERM, 0.4)],
)
def test_a_run_can_be_stopped_while_the_first_process_is_being_warmed_up(
    project: Project, bench: Bench, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, delay: float
) -> None:
    busy(project)
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        process = bench.start("run", "--force")
        assert bench.until(lambda: any(Path(folder).glob("ivvu-*")))
        time.sleep(delay)
        process.send_signal(number)
        assert REST in bench.end(process, 128 + number)
        assert os.listdir(folder) == []


def test_a_run_that_is_done_stays_done_though_it_is_asked_to_stop(project: Project, bench: Bench) -> None:
    project.notebook("a")
    project.suite("reports: [{notebook: a}]")
    process = bench.start("run")
    assert process.stdout is not None
    assert any("1 made" in line for line in process.stdout)
    asking = cycle([signal.SIGINT, signal.SIGTERM])
    with contextlib.suppress(ProcessLookupError):
        while process.poll() is None:  # as long as Python takes to end
            os.kill(process.pid, next(asking))
    assert (process.wait(timeout=30), process.stdout.read()) == (0, "")
    assert bench.left() == []


@pytest.mark.browser
def test_a_run_can_be_stopped_while_it_prints(project: Project, bench: Bench) -> None:
    busy(project)
    process = bench.start("run", "--pdf")
    assert bench.until(lambda: any(project.output.glob("demo/pdf/*.pdf")), 120)
    process.send_signal(signal.SIGINT)
    stopped = time.monotonic()
    assert REST in bench.end(process, 130)
    assert time.monotonic() - stopped < 2.0
    assert ", 0 of 6 to make" in project.ivvu("plan", check=0).stdout


def test_a_page_that_cannot_be_printed_is_said(
    project: Project, bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project.notebook("a")
    project.suite("reports: [{notebook: a}]")
    broken = tmp_path / "bin" / "chromium"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(broken.parent), prepend=os.pathsep)
    process = bench.start("run", "--pdf")
    assert "Chromium could not print" in bench.end(process, 2)
    assert bench.pages()


def test_a_verification_can_be_stopped(
    made: Path, project: Project, bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = restore(made, project)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    for number in (signal.SIGINT, signal.SIGTERM):
        process = bench.start("verify")
        assert bench.until(lambda: any(scratch.glob("ivvu-verify-*/demo/reports/*.html")))
        process.send_signal(number)
        assert bench.end(process, 128 + number).splitlines()[-1] == "Stopped."
        assert list(scratch.iterdir()) == []
        assert project.files() == before


def test_ctrl_c_reaches_the_whole_terminal_and_what_was_made_until_then_is_published(
    project: Project, bench: Bench
) -> None:
    busy(project)
    process = bench.start("run", "--jobs", "1", start_new_session=True)
    assert bench.until(lambda: len(bench.pages()) >= 2)
    os.killpg(process.pid, signal.SIGINT)
    os.killpg(process.pid, signal.SIGINT)
    assert REST in bench.end(process, 130)
    bench.prove_whole()
    done = len(project.manifest()["reports"])
    assert 2 <= done < 6
    assert "demo/index.html" in (project.output / "index.html").read_text(encoding="utf-8")
    assert f", {6 - done} of 6 to make" in project.ivvu("plan", check=0).stdout


def test_a_disk_that_cannot_be_written_or_fills_up_is_said_and_loses_nothing(
    made: Path, project: Project, bench: Bench, small_disk: Path
) -> None:
    before = restore(made, project)
    project.notebook("a", "x = 1")
    remount = ["mount", str(small_disk), "-o"]
    subprocess.run([*remount, "remount,ro"], check=True)
    assert "another folder that you may write to" in bench.run(status=2)
    assert project.files() == before
    subprocess.run([*remount, "remount,rw"], check=True)
    filler = fill(small_disk)
    assert "The disk is full" in bench.run(status=2)
    assert "demo/.lock" not in project.files()
    filler.unlink()
    filler = fill(small_disk, spare=2)  # the lock, and part of a page
    assert "The disk is full" in bench.run(status=2)
    filler.unlink()
    after = project.files()
    assert {name: after[name] for name in before} == before
    assert not [name for name in after if name.endswith(".half")]
    assert "6 made" in bench.run(status=0)
    assert project.files()["demo/notebooks/a-twente.ipynb"] != before["demo/notebooks/a-twente.ipynb"]


def test_a_full_temporary_folder_is_passed_over(
    project: Project, bench: Bench, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.notebook("a")
    project.suite("reports: [{notebook: a}]")
    fill(small_disk)
    monkeypatch.setenv("TMPDIR", str(small_disk))
    bench.run("--output", str(project.folder / "elsewhere"), status=0)


def test_the_same_reports_are_made_again_byte_for_byte_by_any_number_of_processes(
    made: Path, project: Project, bench: Bench
) -> None:
    before = restore(made, project)
    bench.run("--jobs", "1", "--force", status=0)
    assert same(project, before)


def test_a_run_goes_on_when_nobody_reads_what_it_says(project: Project, bench: Bench) -> None:
    project.notebook("a")
    project.suite(SUITE)
    command = bench.start("run", "--jobs", "1")
    assert command.stdout is not None
    command.stdout.readline()
    command.stdout.close()
    assert command.wait(timeout=120) == 0
    assert len(bench.pages()) == 6


def test_a_package_that_cannot_be_imported_is_said_once_and_loses_nothing(
    made: Path, project: Project, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = restore(made, project)
    (tmp_path / "papermill.py").write_text("raise ImportError('this papermill is broken')")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    said = bench.run("--force", status=2)
    assert said.count("this papermill is broken") == 1
    assert "Install the packages again" in said
    assert same(project, before)


def test_a_file_that_changes_while_reports_are_made_is_told_and_they_are_to_be_made_again(
    project: Project, bench: Bench
) -> None:
    for name in "ab":  # the first one to read it is followed by a change
        project.notebook(name, "from pathlib import Path\ntext = Path('data.txt').read_text()")
    project.notebook("c", "from pathlib import Path\nPath('data.txt').write_text('after')")
    (project.notebooks / "data.txt").write_text("before")
    project.suite("reports: [{notebook: a}, {notebook: b}, {notebook: c}]")
    said = bench.run("--jobs", "1", status=1)
    assert "demo/a: its files changed meanwhile; run again." in said
    planned = project.ivvu("plan", check=0).stdout
    assert all(f"  {name}  make (changed)" in planned for name in "ab")


def test_a_draft_on_a_full_disk_stays_as_it_was(project: Project, small_disk: Path) -> None:
    register, draft = project.folder / "register.csv", small_disk / "draft.csv"
    words = ["register", "check", str(register), "--draft", str(draft)]
    register.write_text("Nummer;Regio;Status\n" + "".join(f"{n};nergens {n};lopend\n" for n in range(400)))
    assert CliRunner().invoke(main, words).exit_code == 1
    draft.write_text(draft.read_text("utf-8-sig").replace(",open", ",accepted", 1), encoding="utf-8-sig")
    before = draft.read_bytes()
    register.write_text(register.read_text() + "".join(f"x{n};elders {n};lopend\n" for n in range(400)))
    fill(small_disk)
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, "The disk is full" in done.output) == (2, True), done.output
    assert draft.read_bytes() == before
