"""Runs that are disturbed from outside: what is on disk afterwards is whole, and nothing is still running."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Project
    from tests.faults.conftest import Bench

pytestmark = pytest.mark.faults

SUITE = "reports: [{notebook: a, for_each: {region: [twente, utrecht, drenthe, zeeland, zwolle, arnhem]}}]"


def busy(project: Project) -> None:
    """Six reports that take a while each."""
    project.notebook("a", "import time; time.sleep(0.3)", "x = [0] * 10**5", "time.sleep(0.3)")
    project.suite(SUITE)


def whole(project: Project) -> bool:
    """Whether every page and workbook that is there is there to its end."""
    pages = {name: data for name, data in project.files().items() if name.endswith((".html", ".xlsx"))}
    return all(
        data.rstrip().endswith(b"</html>") if name.endswith(".html") else b"PK\x05\x06" in data[-100:]
        for name, data in pages.items()
    )


def fill(disk: Path) -> Path:
    """Fill a disk to its last block; return the file that does it."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return filler


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_run_can_be_stopped_at_any_moment(
    project: Project, bench: Bench, wait_until: Callable[..., bool], number: signal.Signals, seed: int
) -> None:
    busy(project)
    process = bench.start("run")
    assert wait_until((project.output / "demo" / ".lock").is_file)
    time.sleep(random.Random(seed * 100 + number).uniform(0.0, 6.0))
    process.send_signal(number)
    stopped = time.monotonic()
    said, _ = process.communicate(timeout=30)
    assert time.monotonic() - stopped < 2.0
    assert process.returncode in (128 + number, 0), said
    assert "Traceback" not in said
    assert bench.left() == []
    assert bench.halves() == []
    assert "demo/.lock" not in project.files()
    assert whole(project)
    bench.run(status=0)
    assert len(list((project.output / "demo" / "reports").glob("*.html"))) == 6


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("delay", [0.0, 0.1, 0.4])
def test_a_run_can_be_stopped_while_the_first_process_is_being_warmed_up(
    project: Project,
    bench: Bench,
    wait_until: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    delay: float,
) -> None:
    busy(project)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        monkeypatch.setenv("TMPDIR", folder)
        process = bench.start("run", "--force")
        assert wait_until(lambda: any(scratch.glob("ivvu-*")))
        time.sleep(delay)
        process.send_signal(number)
        said, _ = process.communicate(timeout=30)
        assert (process.returncode, "the same command makes the rest" in said) == (128 + number, True), said
        assert bench.left() == []
        assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_done_stays_done_though_it_is_asked_to_stop(
    project: Project, bench: Bench, number: signal.Signals
) -> None:
    project.notebook("a")
    project.suite(SUITE)
    process = bench.start("run")
    assert process.stdout is not None
    assert any("6 made" in line for line in process.stdout)
    with contextlib.suppress(ProcessLookupError):
        while process.poll() is None:  # as long as Python takes to end
            os.kill(process.pid, number)
    assert (process.wait(timeout=30), process.stdout.read()) == (0, "")
    assert bench.left() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_verification_can_be_stopped(
    project: Project,
    bench: Bench,
    wait_until: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    number: signal.Signals,
) -> None:
    busy(project)
    bench.run(status=0)
    before = project.files()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    process = bench.start("verify")
    assert wait_until(lambda: any(scratch.glob("ivvu-verify-*/demo/reports/*.html")))
    process.send_signal(number)
    said, _ = process.communicate(timeout=30)
    assert (process.returncode, said.splitlines()[-1]) == (128 + number, "Stopped.")
    assert bench.left() == []
    assert list(scratch.iterdir()) == []
    assert project.files() == before


def test_a_stopped_run_is_taken_up_where_it_was(
    project: Project, bench: Bench, wait_until: Callable[..., bool]
) -> None:
    busy(project)
    process = bench.start("run", "--jobs", "1")
    assert wait_until(lambda: len(list(project.output.glob("demo/reports/*.html"))) >= 2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    done = len(project.manifest()["reports"])
    assert 2 <= done < 6
    assert "demo/index.html" in (project.output / "index.html").read_text(encoding="utf-8")
    assert f"{6 - done} made, {done} current" in bench.run(status=0)


def test_ctrl_c_reaches_the_whole_terminal_and_still_leaves_nothing(
    project: Project, bench: Bench, wait_until: Callable[..., bool]
) -> None:
    busy(project)
    process = subprocess.Popen(
        project.command("run"),
        cwd=project.folder,
        env={**os.environ, "IVVU_FAULT_TEST": bench.name},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert wait_until(lambda: len(list(project.output.glob("demo/reports/*.html"))) >= 1)
    os.killpg(process.pid, signal.SIGINT)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert "the same command makes the rest" in said
    assert bench.left() == []
    assert whole(project)


def test_of_two_runs_into_one_folder_the_second_is_refused(
    project: Project, bench: Bench, wait_until: Callable[..., bool]
) -> None:
    busy(project)
    first = bench.start("run")
    assert wait_until((project.output / "demo" / ".lock").is_file)
    second = project.ivvu("run", check=2)
    assert f"is in use by process {first.pid}" in second.stderr
    assert "Traceback" not in second.stderr
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert bench.left() == []


def test_a_lock_outlives_no_one(project: Project, bench: Bench, wait_until: Callable[..., bool]) -> None:
    busy(project)
    first = bench.start("run")
    assert wait_until((project.output / "demo" / ".lock").is_file)
    first.kill()
    first.communicate(timeout=30)
    bench.run(status=0)


def test_a_full_disk_is_said_and_loses_nothing(project: Project, bench: Bench, small_disk: Path) -> None:
    project.notebook("a")
    project.suite("reports: [{notebook: a}]")
    bench.run(status=0)
    before = project.files()
    filler = fill(small_disk)
    project.notebook("a", "print('x' * 100_000)")
    said = bench.run(status=2)
    assert "The disk is full" in said
    filler.unlink()
    after = project.files()
    assert {name: after[name] for name in before} == before
    assert bench.halves() == []
    bench.run(status=0)
    assert project.files()["demo/notebooks/a.ipynb"] != before["demo/notebooks/a.ipynb"]


def test_a_folder_that_cannot_be_written_is_said(project: Project, bench: Bench, small_disk: Path) -> None:
    project.notebook("a")
    project.suite("reports: [{notebook: a}]")
    bench.run(status=0)
    before = project.files()
    project.notebook("a", "x = 1")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    said = bench.run(status=2)
    assert "another folder that you may write to" in said
    assert project.files() == before


def test_a_full_temporary_folder_is_passed_over(
    project: Project, bench: Bench, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.notebook("a")
    project.suite("reports: [{notebook: a}]")
    fill(small_disk)
    monkeypatch.setenv("TMPDIR", str(small_disk))
    bench.run("--output", str(project.folder / "elsewhere"), status=0)


def test_the_same_report_is_made_again_byte_for_byte_by_any_number_of_processes(
    project: Project, bench: Bench
) -> None:
    project.notebook("a", "import os", "print({'b', 'a', 'c'}, os.environ['OMP_NUM_THREADS'])")
    project.suite("reports: [{notebook: a}]")
    bench.run(status=0)
    first = project.files()
    bench.run("--force", status=0)
    again = project.files()
    for name in ("reports/a.html", "notebooks/a.ipynb", "tables/a.xlsx", "key_figures.json"):
        assert again[f"demo/{name}"] == first[f"demo/{name}"], name
    for jobs in ("1", "4"):
        assert "same, byte for byte" in project.ivvu("verify", "--jobs", jobs, check=0).stdout


def test_a_run_goes_on_when_nobody_reads_what_it_says(project: Project, bench: Bench) -> None:
    project.notebook("a")
    project.suite(SUITE)
    command = bench.start("run", "--jobs", "1")
    assert command.stdout is not None
    command.stdout.readline()
    command.stdout.close()
    assert command.wait(timeout=120) == 0
    assert len(list(project.output.glob("demo/reports/*.html"))) == 6


def test_a_package_that_cannot_be_imported_is_said_once_and_loses_nothing(
    project: Project, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(project)
    bench.run(status=0)
    before = project.files()
    (tmp_path / "papermill.py").write_text("raise ImportError('this papermill is broken')")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    said = bench.run("--force", status=2)
    assert said.count("this papermill is broken") == 1
    assert "Install the packages again" in said
    after = project.files()
    assert {name: after[name] for name in before if "manifest" not in name and "crate" not in name} == {
        name: data for name, data in before.items() if "manifest" not in name and "crate" not in name
    }


def test_a_file_that_changes_while_reports_are_made_is_told_and_they_are_made_again(
    project: Project, bench: Bench
) -> None:
    (project.folder / "notebooks").mkdir(exist_ok=True)
    data = project.notebooks / "data.txt"
    data.write_text("before")
    for name in "ab":  # the first one to read it is followed by a change
        project.notebook(name, "from pathlib import Path\ntext = Path('data.txt').read_text()")
    project.notebook("c", "from pathlib import Path\nPath('data.txt').write_text('after')")
    project.suite("reports: [{notebook: a}, {notebook: b}, {notebook: c}]")
    said = bench.run("--jobs", "1", status=1)
    assert "demo/a: its files changed meanwhile; run again." in said
    project.notebook("c", "x = 1")
    assert "run again" not in bench.run(status=0)


def test_a_draft_on_a_full_disk_stays_as_it_was(project: Project, small_disk: Path) -> None:
    register = project.folder / "register.csv"
    register.write_text("Nummer;Regio;Status\n" + "".join(f"{n};nergens {n};lopend\n" for n in range(400)))
    draft = small_disk / "draft.csv"
    project.ivvu("register", "check", str(register), "--draft", str(draft), check=1)
    draft.write_text(draft.read_text("utf-8-sig").replace(",open", ",accepted", 1), encoding="utf-8-sig")
    before = draft.read_bytes()
    register.write_text(register.read_text() + "".join(f"x{n};elders {n};lopend\n" for n in range(400)))
    fill(small_disk)
    done = project.ivvu("register", "check", str(register), "--draft", str(draft), check=2)
    assert "The disk is full" in done.stderr
    assert draft.read_bytes() == before
