from __future__ import annotations

import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.cluster import ClusterError, ClusterPool, make_there, packages
from ivvu_analysis.batch.ledger import Ledger
from ivvu_analysis.batch.options import Options
from ivvu_analysis.batch.output import Job
from ivvu_analysis.batch.pool import LocalPool
from ivvu_analysis.errors import UserError

if TYPE_CHECKING:
    from tests.conftest import Project

Run = Callable[..., list[Ledger]]

ROOT = Path(__file__).parents[2]
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
    "address", ["", "localhost:8786", "tcp://localhost", "tcp://localhost:abc", "http://localhost:8786"]
)
def test_what_is_no_address_is_refused_at_once(address: str) -> None:
    assert ClusterPool("tls://[::1]:8786").address == "tls://[::1]:8786"
    with pytest.raises(ClusterError, match=f"'{address}' is no address of the form tcp://HOST:PORT"):
        ClusterPool(address)


@pytest.mark.parametrize(
    ("theirs", "says"),
    [
        ({"ivvu-analysis": "0.0.9"}, "tcp://w has ivvu-analysis .*, and the machine of the run has 0.0.9"),
        ({"nowhere": "3"}, "tcp://w has nowhere not installed"),
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


def _wait_until(true: Callable[[], bool], patience: float = 60.0) -> None:
    """Wait for something that comes in its own time; raise if it does not come at all."""
    given_up = time.monotonic() + patience
    while not true():
        assert time.monotonic() < given_up
        time.sleep(0.1)


@dataclass
class Cluster:
    """A scheduler and workers, each a process in a folder of its own."""

    folder: Path
    address: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def running(folder: Path, *nannies: str, package: Path = ROOT) -> Iterator[Cluster]:
    """Run a cluster with a worker for each of `nannies`, which has one or not."""
    port = _free_port()
    address, everyone = f"tcp://127.0.0.1:{port}", []
    workers = [["worker", address, "--nthreads", "1", nanny] for nanny in nannies]
    logs = [folder / f"machine-{number}" / "log" for number in range(len(workers) + 1)]
    try:
        for log, words in zip(logs, [["scheduler", "--port", str(port)], *workers], strict=True):
            log.parent.mkdir(parents=True)
            own = {"PYTHONPATH": str(package), "TMPDIR": str(log.parent)}
            command = [str(BIN / "dask"), *words, "--host", "127.0.0.1", "--no-dashboard"]
            with log.open("wb") as file:
                how: Any = {"cwd": log.parent, "env": {**ENVIRONMENT, **own}, "stdout": file, "stderr": file}
                everyone.append(subprocess.Popen(command, **how))
        _wait_until(lambda: all("Registered to" in log.read_text() for log in logs[1:]))
        yield Cluster(folder, address, everyone[1:])
    finally:
        for process in reversed(everyone):
            processes.kill_tree(process.pid)
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that no test does harm to."""
    with running(tmp_path_factory.mktemp("cluster"), "--no-nanny", "--nanny") as one:
        yield one


def _options(output: Path, notebooks: Path = ROOT / "notebooks") -> Options:
    return Options(output=output, notebooks=notebooks, workers=2)


def _published(folder: Path) -> dict[str, bytes]:
    """Return what must not depend on where it was made: everything but the two records of how it was made."""
    varies = {"manifest.json", "ro-crate-metadata.json"}
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in varies]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


PROFILES = "  - {notebook: region_profile, for_each: {region: [twente, midden-brabant, zeeland]}}"


@pytest.mark.e2e
def test_a_cluster_makes_the_same_bytes_as_this_machine(
    project: Project, cluster: Cluster, run_suites: Run
) -> None:
    suites = [project.suite(f"reports:\n  - {{notebook: impact}}\n{PROFILES}")]
    here, there = project.folder / "here", project.folder / "there"
    run_suites(suites, _options(here), LocalPool(2))
    (outcome,) = run_suites(suites, _options(there), ClusterPool(cluster.address))
    assert (outcome.made, outcome.failed) == (4, ())
    assert _published(there) == _published(here)
    assert len(_published(there)) == 15
    assert not list(cluster.folder.rglob("*.csv")), "the data is still on a worker"


@pytest.mark.e2e
def test_a_register_travels_under_its_name_and_a_report_that_fails_is_not_made_twice(
    project: Project, cluster: Cluster, run_suites: Run
) -> None:
    reads = "from pathlib import Path\nfile = Path(register)\nassert file.read_text() == 'rows'"
    reads += "\nassert not file.is_absolute()"  # which is where it is on the machine of the run
    parameters = 'region: str = "twente"\nwave: str = "2020-10"\nlanguage: str = "en"\nregister: str = ""'
    project.notebook("reader", reads, parameters=parameters, close=False)
    tally = project.folder / "tally"
    project.notebook("bad", f"open({str(tally)!r}, 'a').write('x')", "raise ValueError('no such region')")
    rows = project.folder / "mine" / "rows.csv"
    rows.parent.mkdir()
    rows.write_text("rows")
    suites = [
        project.suite("parameters: {register: ../mine/rows.csv}\nreports: [{notebook: reader}]", "relative"),
        project.suite(f"parameters: {{register: {rows}}}\nreports: [{{notebook: reader}}]", "absolute"),
        project.suite("reports: [{notebook: bad}]"),
    ]
    there = ClusterPool(cluster.address)
    outcomes = run_suites(suites, _options(project.output, project.notebooks), there)
    assert [outcome.failed for outcome in outcomes] == [(), (), ("bad",)]
    notebook = project.output / "relative" / "notebooks" / "reader.ipynb"
    assert '"../mine/rows.csv"' in notebook.read_text().replace("\\", "")
    assert tally.read_text() == "x"
    assert project.manifest()["reports"]["bad"]["error"]["message"] == "ValueError: no such region"


@pytest.mark.e2e
def test_a_run_on_workers_with_another_version_ends_with_its_name(project: Project, tmp_path: Path) -> None:
    project.notebook("good")
    project.suite("reports: [{notebook: good}]")
    other = shutil.copytree(ROOT / "ivvu_analysis", tmp_path / "other" / "ivvu_analysis")
    with (other / "errors.py").open("a") as file:
        file.write("# another version")
    with running(tmp_path / "cluster", "--no-nanny", package=other.parent) as cluster:
        done = project.ivvu("run", "--scheduler", cluster.address, check=2)
    assert "has source of ivvu-analysis" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.faults
def test_all_reports_come_although_a_worker_is_killed_and_without_any_the_cluster_is_given_up(
    project: Project, tmp_path: Path, run_suites: Run, silent: Any
) -> None:
    project.notebook("endless", "while True: pass")
    regions = ["twente", "zeeland", "midden-brabant", "arnhem", "drenthe", "groningen"]
    listed = f"[{{notebook: region_profile, for_each: {{region: [{', '.join(regions)}]}}}}]"
    suites = [project.suite(f"reports: {listed}")]
    family: list[psutil.Process] = []
    done: list[str] = []

    with running(tmp_path / "cluster", "--no-nanny", "--no-nanny") as cluster:
        doomed = psutil.Process(cluster.workers[0].pid)

        def kill_one(job: Job, _: Any) -> None:
            done.append(job.name)
            if len(done) == 2:
                family.extend([doomed, *doomed.children(recursive=True)])
                doomed.kill()

        silent.done = kill_one
        (outcome,) = run_suites(suites, _options(project.output), ClusterPool(cluster.address))
        assert (outcome.made, outcome.failed) == (len(regions), ())
        assert sorted(done) == sorted(f"region_profile-{region}" for region in regions)
        assert {path.stem for path in (project.output / "demo" / "reports").iterdir()} == {*done}
        cluster.workers[0].wait()
        _, left = psutil.wait_procs(family, timeout=10)
        assert len(family) > 1
        assert left == []

        silent.making = lambda jobs: cluster.workers[1].kill()
        lost = ClusterPool(cluster.address, patience=1.0)
        suites = [project.suite("reports: [{notebook: endless}]")]
        with pytest.raises(ClusterError, match="no worker for 1 seconds"):
            run_suites(suites, _options(project.output, project.notebooks), lost)


def _ours(workers: list[psutil.Process]) -> list[str]:
    """Return the commands of the processes that reports are made in."""
    found = [process for worker in workers for process in worker.children(recursive=True)]
    commands = []
    for process in found:
        with suppress(psutil.NoSuchProcess):
            commands.append(" ".join(process.cmdline()))
    return [command for command in commands if "ivvu_analysis.batch" in command]


@pytest.mark.faults
def test_a_run_that_is_stopped_leaves_nothing_on_the_workers(project: Project, cluster: Cluster) -> None:
    begun = f"from pathlib import Path\nPath({str(project.folder)!r}, f'{{region}}.begun').touch()"
    project.notebook("endless", begun, "while True: pass")
    project.suite("reports: [{notebook: endless, for_each: {region: [twente, zeeland, arnhem]}}]")
    workers = [psutil.Process(worker.pid) for worker in cluster.workers]
    command = project.command("run", "--scheduler", cluster.address)
    how: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(
        command, cwd=project.folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, **how
    )
    try:
        _wait_until(lambda: len(list(project.folder.glob("*.begun"))) == len(workers))
        assert _ours(workers)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 128 + signal.SIGTERM, said
    _wait_until(lambda: not _ours(workers))
    assert not list(cluster.folder.rglob("*.csv"))
