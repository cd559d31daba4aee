"""Notebooks that misbehave: each is a failed report with its reason, and none hinders another."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]
import pytest

if TYPE_CHECKING:
    from tests.conftest import Project
    from tests.faults.conftest import Bench

pytestmark = pytest.mark.faults

BEFORE = "before = 1"
STUBBORN = "import signal\nfor n in (2, 15): signal.signal(n, signal.SIG_IGN)"
CHILDREN = """\
import os, subprocess
subprocess.Popen(["sleep", "1000"])
subprocess.Popen(["sleep", "1001"], start_new_session=True)
subprocess.Popen(["sh", "-c", "(setsid sleep 1002 &) ; exit 0"]).wait()
if os.fork() == 0:
    os.setsid()
    while True: pass
"""

# What goes before the cell that goes wrong, that cell, and the kind of failure and what is said of it.
FAULTS = {
    "has children and never ends": (CHILDREN, "while True: pass", "deadline", "longer than 10 seconds"),
    "ignores every signal": (STUBBORN, "while True: pass", "deadline", "longer than 10 seconds"),
    "has children and is killed": (CHILDREN, "os.kill(os.getpid(), 9)", "kernel", "it was ended by SIGKILL"),
    "has children and raises": (CHILDREN, "1 / 0", "cell", "ZeroDivisionError: division by zero"),
    "exits": (BEFORE, "import os; os._exit(3)", "kernel", "it ended with exit status 3"),
    "segfaults": (BEFORE, "import ctypes; ctypes.string_at(0)", "kernel", "it was ended by SIGSEGV"),
    "hogs memory": (
        "import numpy",
        "hog = [numpy.empty(2**27) for _ in range(10**4)]",
        "cell",
        "MemoryError",
    ),
    "is about another": (
        BEFORE,
        "region = 'utrecht'",
        "identity",
        "about region 'utrecht', and 'twente' was asked",
    ),
}

# By then no child of another report is left, save of those that are made at the same time.
LATER = """\
import os, psutil, time
def children():
    every = psutil.process_iter(["cmdline", "environ"])
    ours = [p.info for p in every if (p.info["environ"] or {}).get(MARK) == os.environ[MARK]]
    return [info for info in ours if (info["cmdline"] or [""])[0] == "sleep"]
MARK, deadline = "IVVU_FAULT_TEST", time.monotonic() + 4
while children() and time.monotonic() < deadline:
    time.sleep(0.1)
assert not children()
"""

GOOD = {
    "clears": ("import os; os.environ.clear()",),  # which is its own affair
    "has children": (CHILDREN,),
    "later": (LATER,),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory, make_bench: Callable[[Path], Bench]) -> Project:
    """A project with one run of all that can go wrong."""
    bench = make_bench(tmp_path_factory.mktemp("faulty"))
    names = [name.replace(" ", "_") for name in (*FAULTS, *GOOD)]
    for name, cells in zip(names, [*(fault[:2] for fault in FAULTS.values()), *GOOD.values()], strict=True):
        bench.project.notebook(name, *cells)
    bench.project.suite(f"reports: [{', '.join(f'{{notebook: {name}}}' for name in names)}]")
    bench.run("--timeout", "10", "--jobs", "2", status=1)  # of a busy machine
    return bench.project


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_notebook_is_a_failed_report_with_its_reason(faulty: Project, fault: str) -> None:
    before, source, kind, message = FAULTS[fault]
    name = fault.replace(" ", "_")
    entry = faulty.manifest()["reports"][name]
    said = entry["error"]
    assert said["kind"] == kind
    assert message in said["message"]
    assert entry["attempts"] == 1
    executed = json.loads(faulty.files()[f"demo/notebooks/{name}.ipynb"])
    sources = ["".join(cell["source"]) for cell in executed["cells"] if cell.get("execution_count")]
    assert before in sources
    if kind != "identity":
        assert said["source"] == source
        assert said["cell"] == 4  # after the parameters, those asked for, and the cell before


def test_good_notebooks_among_bad_ones_are_published_and_children_go_with_their_report(
    faulty: Project,
) -> None:
    reports = faulty.manifest()["reports"]
    published = {name for name, entry in reports.items() if entry["status"] == "published"}
    assert published == {name.replace(" ", "_") for name in GOOD}, reports["later"]["error"]
    assert not [name for name in faulty.files() if name.endswith(".half")]


def waiting(bench: Bench, *regions: str) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    """Start a run in which reports on these regions wait at a time; return it, and their processes."""
    told = bench.project.folder / "told"
    told.mkdir()
    tell = f"import os, time; open(f'{told}/{{region}}-{{os.getpid()}}', 'w'); time.sleep(100)"
    bench.project.notebook("bad", tell)
    bench.project.notebook("good")
    bad = f"{{notebook: bad, for_each: {{region: [{', '.join(regions)}]}}}}"
    bench.project.suite(f"reports: [{bad}, {{notebook: good, for_each: {{region: [drenthe, zwolle]}}}}]")
    run = bench.start("run", "--jobs", str(len(regions)))
    assert bench.until(lambda: len([*told.iterdir()]) == len(regions))
    return run, [psutil.Process(int(path.name.rpartition("-")[2])) for path in sorted(told.iterdir())]


def errors(bench: Bench) -> dict[str, str]:
    """What the reports that failed say, by their names; the good ones are there."""
    reports = bench.project.manifest()["reports"]
    assert all(reports[f"good-{region}"]["status"] == "published" for region in ("drenthe", "zwolle"))
    found = {name: entry["error"] for name, entry in reports.items() if entry["error"]}
    return {name: f"{error['kind']}: {error['message']}" for name, error in found.items()}


def test_a_kernel_or_its_watcher_that_is_killed_from_outside_is_a_failed_report(bench: Bench) -> None:
    run, (first, second) = waiting(bench, "twente", "zeeland")
    watcher = second.parent()
    assert watcher is not None
    first.kill()
    watcher.kill()
    bench.end(run, 1)
    said = errors(bench)
    assert set(said) == {"bad-twente", "bad-zeeland"}
    assert said["bad-twente"].startswith("kernel: The kernel died: it was ended by SIGKILL")
    assert said["bad-zeeland"].startswith("worker: ")


def test_a_warm_process_that_is_killed_is_started_again_for_the_reports_that_are_left(bench: Bench) -> None:
    run, (kernel,) = waiting(bench, "twente")
    _, warm, command = kernel.parents()[:3]
    assert command.pid == run.pid
    warm.kill()
    bench.end(run, 1)
    assert [(name, said[:8]) for name, said in errors(bench).items()] == [("bad-twente", "worker: ")]


def test_a_run_keeps_others_out_of_its_folder_and_when_killed_leaves_no_process_and_resumes(
    project: Project, bench: Bench
) -> None:
    run, _ = waiting(bench, "twente", "zeeland")
    second = project.ivvu("run", check=2)
    assert f"is in use by process {run.pid}" in second.stderr
    assert "Traceback" not in second.stderr
    lock = project.output / "demo" / ".lock"
    assert (run.poll(), lock.read_text().split()[1]) == (None, str(run.pid))
    run.kill()
    bench.end(run, -signal.SIGKILL)
    assert lock.is_file()
    half = project.output / "demo" / "reports" / ".good-drenthe.html.half"
    half.parent.mkdir()
    half.write_text("<ht")
    project.notebook("bad")
    assert "4 made, 0 current" in bench.run(status=0)
    bench.prove_whole()
