from __future__ import annotations

import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import psutil
import pytest

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.cluster import (
    ClusterError,
    ClusterPool,
    make_there,
    packages,
)
from ivvu_analysis.batch.ledger import Ledger
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.output import Job, Result
from ivvu_analysis.errors import UserError

if TYPE_CHECKING:
    from tests.conftest import Project

Run = Callable[..., list[Ledger]]

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
BIN = Path(sys.executable).parent

# Nothing but the package itself: not the data of the checkout that it is installed from.
ENVIRONMENT = {**os.environ, "IVVU_DATA": "/nonexistent"}


def test_without_dask_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "ivvu_analysis.batch.cluster")
    with pytest.raises(UserError, match="Install the extra `dask`"):
        importlib.import_module("ivvu_analysis.batch.cluster")


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivvu_analysis.batch.cluster.CONNECT_PATIENCE", 0.1)
    address = f"tcp://127.0.0.1:{_free_port()}"
    with pytest.raises(ClusterError, match=f"No Dask scheduler answers at {address}"):
        ClusterPool(address).start()


@pytest.mark.parametrize(
    "address",
    ["", "foo", "localhost:8786", "tcp://localhost", "tcp://localhost:abc", "http://localhost:8786"],
)
def test_what_is_no_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(ClusterError, match=f"'{address}' is no address of the form tcp://HOST:PORT"):
        ClusterPool(address)


def test_an_empty_address_does_not_mean_this_machine(project: Project) -> None:
    project.notebook("good")
    done = project.ivvu("run", str(project.suite("reports: [{notebook: good}]")), "--scheduler", "", check=2)
    assert done.stderr.startswith("The scheduler '' is no address")
    assert project.files() == {}


def test_a_host_may_have_an_address_of_version_six() -> None:
    assert ClusterPool("tls://[::1]:8786").address == "tls://[::1]:8786"


@pytest.mark.parametrize(
    ("theirs", "says"),
    [
        ({"ivvu-analysis": "0.0.9"}, "tcp://w has ivvu-analysis .*, and the machine of the run has 0.0.9"),
        ({"nowhere": "3"}, "tcp://w has nowhere not installed"),
        ({"source of ivvu-analysis": "0" * 64}, "source of ivvu-analysis"),
    ],
)
def test_a_worker_with_other_packages_is_refused(
    monkeypatch: pytest.MonkeyPatch, theirs: dict[str, str], says: str
) -> None:
    monkeypatch.setattr("ivvu_analysis.batch.cluster.get_worker", lambda: SimpleNamespace(address="tcp://w"))
    with pytest.raises(ClusterError, match=says):
        make_there("", Job("", "a", ROOT, "", {}), {}, {**packages(), **theirs})


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Cluster:
    """A scheduler and workers, each a process in a folder of its own."""

    folder: Path
    package: Path = ROOT
    address: str = ""
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    everyone: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, workers: int) -> None:
        self.address = f"tcp://127.0.0.1:{_free_port()}"
        self._launch("scheduler", "--host", "127.0.0.1", "--port", self.address.rpartition(":")[2])
        _wait_until(self._answers)
        for _ in range(workers):
            self.add_worker()

    def _answers(self) -> bool:
        host, _, port = self.address.removeprefix("tcp://").rpartition(":")
        with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return True
        return False

    def add_worker(self, nanny: str = "--no-nanny") -> None:
        words = ("worker", self.address, "--nthreads", "1", "--host", "127.0.0.1", nanny)
        self.workers.append(self._launch(*words))

    def _launch(self, *words: str) -> subprocess.Popen[bytes]:
        own = self.folder / f"machine-{len(self.everyone)}"
        own.mkdir(parents=True)
        with (own / "log").open("wb") as log:
            process = subprocess.Popen(
                [str(BIN / "dask"), *words, "--no-dashboard"],
                cwd=own, stdout=log, stderr=log,
                env={**ENVIRONMENT, "PYTHONPATH": str(self.package), "TMPDIR": str(own)},
            )  # fmt: skip
        self.everyone.append(process)
        return process

    def stop(self) -> None:
        for process in reversed(self.everyone):
            processes.kill_tree(process.pid)
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    one = Cluster(tmp_path / "cluster")
    one.start(workers=2)
    yield one
    one.stop()


@dataclass
class Listener:
    """Call back when reports are done."""

    after_each: Callable[[int], None]
    done_so_far: int = 0

    def begin(self, due: int, kept: int, workers: int) -> None: ...

    def making(self, jobs: Sequence[Job]) -> None: ...

    def done(self, job: Job, result: Result) -> None:
        self.done_so_far += 1
        self.after_each(self.done_so_far)


def _options(output: Path, notebooks: Path = ROOT / "notebooks") -> Options:
    return Options(output=output, notebooks=notebooks, workers=2)


def _published(folder: Path) -> dict[str, bytes]:
    """Return what must not depend on where it was made: everything but the two records of how it was made."""
    varies = {"manifest.json", "ro-crate-metadata.json"}
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in varies]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


PROFILES = """
reports:
  - {notebook: impact}
  - {notebook: region_profile, for_each: {region: [twente, midden-brabant, zeeland]}}
"""


@pytest.mark.e2e
def test_a_cluster_makes_the_same_bytes_as_this_machine(
    project: Project, cluster: Cluster, run_suites: Run
) -> None:
    suites = [project.suite(PROFILES)]
    here, there = project.folder / "here", project.folder / "there"
    run_suites(suites, _options(here))
    (outcome,) = run_suites(suites, _options(there), executor=ClusterPool(cluster.address))
    assert (outcome.made, outcome.failed) == (4, ())
    assert _published(there) == _published(here)
    assert len(_published(there)) == 15
    assert not list(cluster.folder.rglob("*.csv")), "the data is still on a worker"


@pytest.mark.e2e
def test_a_register_travels_under_the_name_it_was_given(
    project: Project, cluster: Cluster, run_suites: Run
) -> None:
    reads = "from pathlib import Path\nassert Path(register).read_text() == 'rows'"
    parameters = 'region: str = "twente"\nwave: str = "2020-10"\nlanguage: str = "en"\nregister: str = ""'
    project.notebook("reader", reads, parameters=parameters, close=False)
    rows = project.folder / "mine" / "rows.csv"
    rows.parent.mkdir()
    rows.write_text("rows")
    suites = [
        project.suite("parameters: {register: ../mine/rows.csv}\nreports: [{notebook: reader}]", "relative"),
        project.suite(f"parameters: {{register: {rows}}}\nreports: [{{notebook: reader}}]", "absolute"),
    ]
    outcomes = run_suites(
        suites, _options(project.output, project.notebooks), executor=ClusterPool(cluster.address)
    )
    assert [outcome.failed for outcome in outcomes] == [(), ()]
    notebook = project.output / "relative" / "notebooks" / "reader.ipynb"
    assert '"../mine/rows.csv"' in notebook.read_text().replace("\\", "")


@pytest.mark.e2e
def test_reports_are_made_under_a_nanny_too(project: Project, tmp_path: Path, run_suites: Run) -> None:
    project.notebook("good")
    cluster = Cluster(tmp_path / "cluster")
    cluster.start(workers=0)
    cluster.add_worker("--nanny")
    try:
        (outcome,) = run_suites(
            [project.suite("reports: [{notebook: good}]")],
            _options(project.output, project.notebooks),
            executor=ClusterPool(cluster.address),
        )
    finally:
        cluster.stop()
    assert outcome.failed == ()


@pytest.mark.e2e
def test_a_run_on_workers_with_another_version_ends_with_its_name(project: Project, tmp_path: Path) -> None:
    project.notebook("good")
    project.suite("reports: [{notebook: good}]")
    shutil.copytree(ROOT / "ivvu_analysis", tmp_path / "other" / "ivvu_analysis")
    with (tmp_path / "other" / "ivvu_analysis" / "errors.py").open("a") as file:
        file.write("# another version")
    cluster = Cluster(tmp_path / "cluster", tmp_path / "other")
    cluster.start(workers=1)
    try:
        _wait_until(lambda: "Registered to" in (cluster.folder / "machine-1" / "log").read_text())
        done = project.ivvu("run", "--scheduler", cluster.address, check=2)
    finally:
        cluster.stop()
    assert "has source of ivvu-analysis" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.e2e
def test_a_report_that_fails_is_not_made_twice_and_stops_no_other(
    project: Project, cluster: Cluster, run_suites: Run
) -> None:
    tally = project.folder / "tally"
    project.notebook("bad", f"open({str(tally)!r}, 'a').write('x')", "raise ValueError('no such region')")
    project.notebook("good")
    suite = project.suite("reports: [{notebook: bad}, {notebook: good}]")
    (outcome,) = run_suites(
        [suite], _options(project.output, project.notebooks), executor=ClusterPool(cluster.address)
    )
    assert (outcome.made, outcome.failed) == (1, ("bad",))
    assert tally.read_text() == "x"
    assert "ValueError: no such region" in (project.output / "demo" / "manifest.json").read_text()


@pytest.mark.faults
def test_all_reports_come_although_a_worker_is_killed(
    project: Project, cluster: Cluster, run_suites: Run
) -> None:
    regions = ["twente", "zeeland", "midden-brabant", "arnhem", "drenthe", "groningen", "zwolle", "utrecht"]
    suite = project.suite(
        f"reports: [{{notebook: region_profile, for_each: {{region: [{', '.join(regions)}]}}}}]"
    )
    doomed = psutil.Process(cluster.workers[0].pid)
    family: list[psutil.Process] = []

    def kill_one(done: int) -> None:
        if done == 2:
            family.extend([doomed, *doomed.children(recursive=True)])
            doomed.kill()

    (outcome,) = run_suites(
        [suite],
        _options(project.output),
        executor=ClusterPool(cluster.address),
        watcher=Listener(kill_one),
    )
    assert (outcome.made, outcome.failed) == (len(regions), ())
    assert sorted(path.stem for path in (project.output / "demo" / "reports").iterdir()) == sorted(
        f"region_profile-{region}" for region in regions
    )
    cluster.workers[0].wait()
    _, left = psutil.wait_procs(family, timeout=10)
    assert len(family) > 1
    assert left == []


@pytest.mark.faults
def test_a_cluster_that_loses_all_workers_is_given_up(
    project: Project, cluster: Cluster, run_suites: Run
) -> None:
    project.notebook("endless", "while True: pass")
    suite = project.suite("reports: [{notebook: endless}]")

    class Killer(Listener):
        def making(self, jobs: Sequence[Job]) -> None:
            for worker in cluster.workers:
                worker.kill()

    with pytest.raises(ClusterError, match="no worker for 1 seconds"):
        run_suites(
            [suite],
            _options(project.output, project.notebooks),
            executor=ClusterPool(cluster.address, patience=1.0),
            watcher=Killer(lambda done: None),
        )


@pytest.mark.faults
def test_a_run_that_is_stopped_leaves_nothing_on_the_workers(
    project: Project, cluster: Cluster, run_suites: Run
) -> None:
    project.notebook("endless", "while True: pass")
    project.suite("reports: [{notebook: endless, for_each: {region: [twente, zeeland, arnhem]}}]")
    workers = [psutil.Process(worker.pid) for worker in cluster.workers]
    running = subprocess.Popen(
        project.command("run", "--scheduler", cluster.address),
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        _wait_until(lambda: all(len(worker.children(recursive=True)) >= 2 for worker in workers))
        running.send_signal(signal.SIGINT)
        output, _ = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 130, output
    _wait_until(lambda: not any(worker.children(recursive=True) for worker in workers))
    assert not list(cluster.folder.rglob("*.csv"))


def _wait_until(true: Callable[[], bool], patience: float = 60.0) -> None:
    """Wait for something that comes in its own time; raise if it does not come at all."""
    given_up = time.monotonic() + patience
    while not true():
        assert time.monotonic() < given_up
        time.sleep(0.1)
