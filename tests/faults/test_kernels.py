"""Notebooks that misbehave: each is a failed report with its reason, and none hinders another."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import psutil  # type: ignore[import-untyped]
import pytest

if TYPE_CHECKING:
    from tests.conftest import Project
    from tests.faults.conftest import Bench

pytestmark = pytest.mark.faults

SUITE = "reports: [{notebook: bad}, {notebook: good}]"

FAULTS = {
    "raises": ("1 / 0", "cell", "ZeroDivisionError: division by zero"),
    "exits": ("import os; os._exit(3)", "kernel", "it ended with exit status 3"),
    "is killed": ("import os; os.kill(os.getpid(), 9)", "kernel", "it was ended by SIGKILL"),
    "segfaults": ("import ctypes; ctypes.string_at(0)", "kernel", "it was ended by SIGSEGV"),
    "hogs memory": ("import numpy; hog = [numpy.empty(2**27) for _ in range(10_000)]", "cell", "MemoryError"),
    "is about another": ("region = 'utrecht'", "identity", "about region 'utrecht', and 'twente' was asked"),
}


def failure(project: Project, name: str = "bad") -> dict[str, Any]:
    return dict(project.manifest()["reports"][name]["error"])


Faulty = tuple["Project", dict[str, bytes]]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Faulty:
    """A project in which each report was made once, and then had its fault; and its files in between."""
    project, bench = request.getfixturevalue("make_bench")(tmp_path_factory.mktemp("faulty"))
    names = {fault: fault.replace(" ", "_") for fault in FAULTS}
    for name in (*names.values(), "good"):
        project.notebook(name)
    listed = ", ".join(f"{{notebook: {name}}}" for name in (*names.values(), "good"))
    project.suite(f"reports: [{listed}]")
    bench.run(status=0)
    before = project.files()
    for fault, name in names.items():
        project.notebook(name, "before = 1", FAULTS[fault][0])
    project.notebook("good", "before = 1", "import os; os.environ.clear()")  # which is its own affair
    bench.run(status=1)
    return project, before


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_notebook_is_a_failed_report_with_its_reason(faulty: Faulty, fault: str) -> None:
    source, kind, message = FAULTS[fault]
    project, before = faulty
    name = fault.replace(" ", "_")
    entry = project.manifest()["reports"][name]
    said = entry["error"]
    assert said["kind"] == kind
    assert message in said["message"]
    assert entry["attempts"] == 1
    for file in (f"demo/reports/{name}.html", f"demo/tables/{name}.xlsx"):
        assert project.files()[file] == before[file]
    executed = json.loads(project.files()[f"demo/notebooks/{name}.ipynb"])
    sources = ["".join(cell["source"]) for cell in executed["cells"] if cell.get("execution_count")]
    assert "before = 1" in sources
    if kind in ("cell", "kernel"):
        assert said["source"] == source
        assert said["cell"] == 4  # after the parameters, those asked for, and the cell before


def test_a_good_notebook_among_bad_ones_is_published(faulty: Faulty) -> None:
    project, before = faulty
    assert project.manifest()["reports"]["good"]["status"] == "published"
    assert project.files()["demo/notebooks/good.ipynb"] != before["demo/notebooks/good.ipynb"]
    assert not [name for name in project.files() if name.endswith(".half")]


def test_an_endless_loop_is_stopped_at_the_deadline(project: Project, bench: Bench) -> None:
    project.notebook("good")
    project.notebook("bad", "while True: pass")
    project.suite(SUITE)
    bench.run("--timeout", "4", status=1)
    said = failure(project)
    assert (said["kind"], said["source"]) == ("deadline", "while True: pass")
    assert "longer than 4 seconds" in said["message"]
    assert "demo/notebooks/bad.ipynb" in project.files()
    assert "demo/reports/good.html" in project.files()


def test_a_cell_that_ignores_every_signal_is_stopped_too(project: Project, bench: Bench) -> None:
    stubborn = "import signal\nfor n in (2, 15): signal.signal(n, signal.SIG_IGN)\nwhile True: pass"
    project.notebook("bad", stubborn)
    project.suite("reports: [{notebook: bad}]")
    bench.run("--timeout", "3", status=1)
    assert failure(project)["kind"] == "deadline"


CHILDREN = """
import os, subprocess
subprocess.Popen(["sleep", "1000"])
subprocess.Popen(["sleep", "1001"], start_new_session=True)
subprocess.Popen(["sh", "-c", "(setsid sleep 1002 &) ; exit 0"]).wait()
if os.fork() == 0:
    os.setsid()
    while True: pass
"""


@pytest.mark.parametrize("ending", ["", "os.kill(os.getpid(), 9)", "while True: pass", "1 / 0"])
def test_children_go_with_the_report_however_it_ends(project: Project, bench: Bench, ending: str) -> None:
    project.notebook("bad", CHILDREN, ending)
    project.suite("reports: [{notebook: bad}]")
    bench.run("--timeout", "5", status=1 if ending else 0)


def test_a_kernel_that_died_is_noticed_although_its_child_holds_on_to_the_pipe(
    project: Project, bench: Bench
) -> None:
    project.notebook("bad", CHILDREN, "os.kill(os.getpid(), 9)")
    project.suite("reports: [{notebook: bad}]")
    bench.run("--timeout", "40", status=1)
    said = failure(project)
    assert (said["kind"], said["source"]) == ("kernel", "os.kill(os.getpid(), 9)")
    assert "SIGKILL" in said["message"]


def slow(
    project: Project, bench: Bench, wait_until: Callable[..., bool], suite: str = SUITE, jobs: int = 2
) -> psutil.Process:
    """Start a notebook that waits; return its kernel's process."""
    told = project.folder / "kernel.pid"
    project.notebook(
        "bad", f"import os, time; open({str(told)!r}, 'w').write(f'{{os.getpid()}}\\n'); time.sleep(100)"
    )
    project.notebook("good")
    project.suite(suite)
    bench.command = bench.start("run", "--jobs", str(jobs))  # type: ignore[attr-defined]
    assert wait_until(lambda: told.is_file() and told.read_text().endswith("\n"))
    return psutil.Process(int(told.read_text()))


def end(bench: Bench) -> tuple[int, str]:
    process = bench.command  # type: ignore[attr-defined]
    said, _ = process.communicate(timeout=120)
    return process.returncode, said


def test_a_kernel_killed_from_outside_is_a_failed_report(
    project: Project, bench: Bench, wait_until: Callable[..., bool]
) -> None:
    slow(project, bench, wait_until).kill()
    assert end(bench)[0] == 1
    assert failure(project)["kind"] == "kernel"
    assert "SIGKILL" in failure(project)["message"]
    assert bench.left() == []


def test_a_run_whose_first_process_is_killed_ends_and_leaves_nothing(
    project: Project, bench: Bench, wait_until: Callable[..., bool]
) -> None:
    warm = slow(project, bench, wait_until).parent()
    assert warm is not None
    warm.kill()
    assert end(bench)[0] == 1
    assert failure(project)["kind"] == "worker"
    assert bench.left() == []


def test_a_warm_process_that_is_killed_is_started_again_for_the_reports_that_are_left(
    project: Project, bench: Bench, wait_until: Callable[..., bool]
) -> None:
    suite = "reports: [{notebook: bad}, {notebook: good, for_each: {region: [twente, zeeland]}}]"
    watcher = slow(project, bench, wait_until, suite, jobs=1).parent()
    assert watcher is not None
    warm = watcher.parent()
    assert warm is not None
    assert warm.ppid() == bench.command.pid  # type: ignore[attr-defined]
    warm.kill()
    assert end(bench)[0] == 1
    assert failure(project)["kind"] == "worker"
    reports = project.manifest()["reports"]
    assert {name for name, entry in reports.items() if entry["status"] == "published"} == {
        "good-twente",
        "good-zeeland",
    }
    assert bench.left() == []


def test_a_run_that_is_killed_leaves_no_process_and_the_next_one_resumes(
    project: Project, bench: Bench, wait_until: Callable[..., bool]
) -> None:
    slow(project, bench, wait_until)
    os.kill(bench.command.pid, signal.SIGKILL)  # type: ignore[attr-defined]
    end(bench)
    assert bench.left() == []
    project.notebook("bad")
    bench.run(status=0)
