"""Jobs to results on a Dask cluster: notebooks and files travel there, results come back whole.

The machines of the cluster share nothing with this one, and need nothing but the same packages.
"""

from __future__ import annotations

import os
import re
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, Self, cast

from ivvu_analysis.batch.job import Job, Result, failed
from ivvu_analysis.batch.ledger import ground, versions
from ivvu_analysis.batch.observe import name_from
from ivvu_analysis.batch.options import data_folder
from ivvu_analysis.batch.pool import LocalPool
from ivvu_analysis.errors import DataError, UserError


class ClusterError(UserError):
    """A cluster that cannot be reached, has no workers, or has other packages than this machine."""


try:
    from distributed import Client, KilledWorker, WorkerPlugin, get_worker
except ImportError:
    raise ClusterError(
        "Dask, which sends reports to a cluster, is not installed.",
        "Install the extra `dask` of this package.",
    ) from None

ADDRESS = re.compile(r"(tcp|tls)://([^\s:/\[\]]+|\[[^\s/\[\]]+\]):[0-9]{1,5}")
CONNECT_PATIENCE = 5  # seconds for the scheduler to answer
WORKER_PATIENCE = 300.0  # seconds that there may be no worker at all, as when a queue has yet to start one
GLANCE = 0.5  # seconds between two looks who is there
DIGITS = 12  # of a version or a hash, enough to tell two apart
MOST_BESIDE = 50 * 2**20  # bytes of files beside a notebook that travel with it

START_ONE = "Start one with `dask scheduler`, and give the address that it prints."
SAME_AS_HERE = "Install there what is installed here: the same version, with the same requirements.lock."
RUN_AGAIN = "Run again when it is back: what came back is published, and only the rest is made."

Files = Mapping[Path, bytes]


class ClusterPool:
    """Make reports on the Dask cluster whose scheduler is at `address`, such as ``"tcp://host:8786"``.

    Raises
    ------
    ClusterError
        If that is no address of a scheduler.
    """

    def __init__(self, address: str, *, patience: float = WORKER_PATIENCE) -> None:
        if not ADDRESS.fullmatch(address):
            problem = (
                f"The scheduler '{address}' is no address of the form tcp://HOST:PORT or tls://HOST:PORT."
            )
            raise ClusterError(problem, START_ONE)
        self.address, self._patience = address, patience
        self._name = f"ivvu-{uuid.uuid4().hex}"
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Connect, and see that the workers that are there have the same packages.

        Raises
        ------
        ClusterError
            If the scheduler does not answer, or a worker has other packages.
        """
        try:
            self._client = Client(self.address, timeout=CONNECT_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TypeError) as error:  # of type: tls without certificates
            raise ClusterError(f"No Dask scheduler answers at {self.address}: {error}.", START_ONE) from None
        with ExitStack() as opening:
            opening.callback(self._client.close)
            opening.callback(self._leave)
            self._set_up(Workplace(packages(), data_folder()))
            self._executor = self._client.get_executor(pure=False)  # type: ignore[no-untyped-call]
            opening.callback(self._executor.shutdown, wait=False)
            self._looked = self._seen = time.monotonic()
            self._open = opening.pop_all()
        return self

    def __exit__(self, *why: object) -> None:
        """Cancel everything that is still to be made, and end on the workers what this had started."""
        self._open.close()

    def _set_up(self, workplace: Workplace) -> None:
        try:
            self._client.register_plugin(workplace, name=self._name)
        except UserError:
            raise
        except Exception as error:
            raise ClusterError(f"A worker cannot load ivvu-analysis: {error!r}.", SAME_AS_HERE) from None

    def _leave(self) -> None:
        # Nothing has to be cleared away of a cluster that is gone, or on a worker that has another version.
        with suppress(Exception, CancelledError):
            self._client.unregister_worker_plugin(self._name)  # type: ignore[no-untyped-call]

    @property
    def workers(self) -> int:
        """How many reports the cluster can make at a time, as it is now."""
        threads: Mapping[str, int] = self._client.nthreads()  # type: ignore[no-untyped-call]
        return sum(threads.values())

    def submit(self, job: Job) -> Future[Result]:
        """Send a job with its files; if its worker dies, another makes it."""
        future: Future[Result] = Future()
        there = self._executor.submit(make_there, self._name, job, _files(job))
        there.add_done_callback(lambda done: _settle(future, job, done))
        return future

    def check(self) -> None:
        """Raise an error if the cluster is lost, or has had no worker for too long.

        Raises
        ------
        ClusterError
            With what to do.
        """
        if self._client.status != "running":
            raise ClusterError(f"The Dask scheduler at {self.address} was lost.", RUN_AGAIN)
        if (now := time.monotonic()) < self._looked + GLANCE:
            return
        self._looked = now
        self._seen = now if self.workers else self._seen
        if now - self._seen > self._patience:
            raise ClusterError(
                f"The cluster at {self.address} has had no worker for {self._patience:g} seconds.",
                f"Start some, as with `dask worker {self.address}`, and run again.",
            )


def _settle(future: Future[Result], job: Job, done: Future[Result]) -> None:
    """Give a future what came of a job; a report that failed is a result like any other."""
    try:
        future.set_result(done.result())
    except CancelledError:
        problem = "The Dask cluster has let go of a report, or was shut down."
        future.set_exception(ClusterError(problem, RUN_AGAIN))
    except ClusterError as error:
        future.set_exception(error)
    except Exception as error:  # of this worker, such as a disk that is full: others may do better
        said = f"The worker could not make the report: {error!r}"
        if isinstance(error, KilledWorker):
            said = "Every worker that tried to make the report died."
        future.set_result(failed(job, "worker", said))


def _files(job: Job) -> Files:
    """Return the files that a report may read: its parameters name them, or they lie beside its notebook."""
    beside = [p for p in job.notebook.parent.iterdir() if p.is_file() and p.suffix != ".ipynb"]
    if sum(path.stat().st_size for path in beside) > MOST_BESIDE:
        beside = []
    return {Path(os.path.abspath(path)): _read(path) for path in (*beside, *job.files)}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror}."
        raise DataError(problem, "Restore it, or name another file.") from None


class Workplace(WorkerPlugin):
    """What a worker needs for one run, set up on each when the run starts or when the worker joins it."""

    def __init__(self, packages: Mapping[str, str], data: Path) -> None:
        self._packages, self._data = packages, data
        published = sorted((data / "published").rglob("*"))
        self._published = {path: _read(path) for path in published if path.is_file()}

    def setup(self, worker: Any) -> None:
        """Unpack the data in a temporary folder, and start to warm up."""
        self._address, self._lock, self._open = worker.address, Lock(), ExitStack()
        self.refuse_other_packages()
        self._folder = Path(self._open.enter_context(TemporaryDirectory(prefix="ivvu-")))
        self._unpack(self._published)
        self._pool = LocalPool(os.cpu_count() or 1, self._there(self._data))
        self._open.enter_context(self._pool)

    def teardown(self, worker: Any) -> None:
        """End everything that was started here, and remove the folder."""
        self._open.close()

    def make(self, job: Job, files: Files) -> Result:
        """Return what becomes of `job` on this worker."""
        self.refuse_other_packages()  # a worker that joins late is not heard when it is set up
        home = self._there(job.notebook.parent)
        home.mkdir(parents=True, exist_ok=True)
        self._unpack(files)
        named = {str(path): name_from(path, job.notebook.parent) for path in job.files}
        moved = replace(
            job,
            notebook=home / job.notebook.name,
            files=tuple(self._there(Path(os.path.abspath(path))) for path in job.files),
            parameters={name: named.get(str(value), value) for name, value in job.parameters.items()},
        )
        return self._pool.submit(moved).result()

    def refuse_other_packages(self) -> None:
        """Refuse to work where a report might come out otherwise.

        Raises
        ------
        ClusterError
            With the name of the package.
        """
        here = packages()
        for name, version in self._packages.items():
            if here.get(name) != version:
                installed = here.get(name, "")[:DIGITS] or "not installed"
                raise ClusterError(
                    f"The worker {self._address} has {name} {installed}, and the machine of the run has "
                    f"{version[:DIGITS]}.",
                    SAME_AS_HERE,
                )

    def _unpack(self, files: Files) -> None:
        """Write the files that are not there yet; they lie to each other as they did where they came from."""
        with self._lock:
            for path, contents in files.items():
                if not (there := self._there(path)).exists():
                    there.parent.mkdir(parents=True, exist_ok=True)
                    there.write_bytes(contents)

    def _there(self, path: Path) -> Path:
        return self._folder / path.relative_to(path.anchor)


def make_there(workplace: str, job: Job, files: Files) -> Result:
    """Make the report of `job` on the worker that this is called on."""
    return cast(Workplace, get_worker().plugins[workplace]).make(job, files)


def packages() -> dict[str, str]:
    """Return what must be the same wherever reports are made: versions, and a hash of this very package."""
    return {**versions(), "source of ivvu-analysis": ground()["package"]}
