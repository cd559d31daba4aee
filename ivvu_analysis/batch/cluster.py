"""Jobs to results on a Dask cluster: notebooks and files travel there, results come back whole.

The machines of the cluster share nothing with this one, and need nothing but the same packages.
"""

from __future__ import annotations

import os
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from multiprocessing import Pipe, current_process
from multiprocessing.connection import wait
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Self, cast

from ivvu_analysis.batch.interruption import Interruption
from ivvu_analysis.batch.job import Failure, Job, Result
from ivvu_analysis.batch.ledger import ground, versions
from ivvu_analysis.batch.observe import name_from
from ivvu_analysis.batch.options import DATA_VARIABLE, data_folder
from ivvu_analysis.batch.pool import LocalPool
from ivvu_analysis.errors import DataError, UserError


class ClusterError(UserError):
    """A cluster that cannot be reached, has no workers, or has other packages than this machine."""


try:
    from distributed import Client, Future, KilledWorker, WorkerPlugin, get_worker
except ImportError:
    raise ClusterError(
        "Dask, which sends reports to a cluster, is not installed.",
        "Install the extra `dask` of this package.",
    ) from None

ADDRESS = re.compile(r"(tcp|tls)://([^\s:/\[\]]+|\[[^\s/\[\]]+\]):[0-9]{1,5}")
CONNECT_PATIENCE = 5  # seconds for the scheduler to answer
WORKER_PATIENCE = 300.0  # seconds that there may be no worker at all, as when a queue has yet to start one
GLANCE = 2.0  # seconds between two looks at who is there
MOST_BESIDE = 50 * 2**20  # bytes of files beside a notebook that travel with it
DATA = ".data"  # where the data folder is unpacked: a name that no one's own files have

START_ONE = "Start one with `dask scheduler`, and give the address that it prints."
SAME_AS_HERE = "Install there what is installed here: the same version, with the same requirements.lock."
RUN_AGAIN = "Run again when it is back: what came back is published, and only the rest is made."


class ClusterPool:
    """Run jobs on the Dask cluster whose scheduler is at `address`, such as ``"tcp://host:8786"``.

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
            for worker, installed in self._client.run(packages, on_error="return").items():
                _refuse_other_packages(worker, packages(), installed)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *why: object) -> None:
        """Cancel everything that is still to be made, and end on the workers what this had started."""
        self._open.close()

    @property
    def workers(self) -> int:
        """How many reports the cluster can make at a time, as it is now."""
        threads: Mapping[str, int] = self._client.nthreads()  # type: ignore[no-untyped-call]
        return sum(threads.values())

    def run(
        self, jobs: Sequence[Job], interruption: Interruption, started: Callable[[Job], None]
    ) -> Iterator[Result]:
        """Yield a result for each job, in the order in which they come; call `started` for each.

        A job whose worker dies is made by another. One that has taken several workers with it has failed.

        Raises
        ------
        Interrupted
            If the run was asked to stop.
        ClusterError
            If the cluster is lost, or has had no worker for too long.
        """
        luggage = Luggage()
        packed = [luggage.pack(job) for job in jobs]
        self._client.register_plugin(Workplace(luggage, packages()), name=self._name)
        self._open.callback(self._leave)
        done, announce = Pipe(duplex=False)
        self._open.callback(done.close)
        futures: dict[int, Future[Result]] = {}
        for number, job in enumerate(packed):
            key = f"{self._name}-{number}"
            futures[number] = self._client.submit(make_there, job, self._name, key=key, pure=False)
            futures[number].add_done_callback(lambda _, number=number: announce.send(number))  # type: ignore[no-untyped-call]
        self._open.callback(self._client.cancel, list(futures.values()), force=True)
        # The cluster does not tell when it begins with a job, but it takes them in this order.
        upcoming = iter(jobs)
        for job in islice(upcoming, max(self.workers, 1)):
            started(job)
        while futures:
            number = self._next(done, interruption)
            yield _outcome(jobs[number], futures.pop(number))
            for job in islice(upcoming, 1):
                started(job)

    def _next(self, done: Any, interruption: Interruption) -> int:
        """Return the number of a job that has come to an end."""
        last_seen = time.monotonic()
        while True:
            interruption.check()
            wait([done, interruption.fileno()], timeout=GLANCE)
            if done.poll():
                return int(done.recv())
            if self._client.status != "running":
                raise ClusterError(f"The Dask scheduler at {self.address} was lost.", RUN_AGAIN)
            now = time.monotonic()
            last_seen = now if self.workers else last_seen
            if now - last_seen > self._patience:
                raise ClusterError(
                    f"The cluster at {self.address} has had no worker for {self._patience:g} seconds.",
                    f"Start some, as with `dask worker {self.address}`, and run again.",
                )

    def _leave(self) -> None:
        # Of a cluster that is gone nothing has to be cleared away.
        with suppress(OSError, TimeoutError, CancelledError):
            self._client.unregister_worker_plugin(self._name)  # type: ignore[no-untyped-call]


@dataclass
class Luggage:
    """The files that reports read, by the names that they have where they are unpacked."""

    files: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        published = data_folder() / "published"
        for path in sorted(path for path in published.rglob("*") if path.is_file()):
            self.files[f"{DATA}/published/{name_from(path, published)}"] = _read(path)

    def pack(self, job: Job) -> Job:
        """Add what a job reads, and return it as it is to be made where that is unpacked.

        Those are the files that its parameters name, and what lies beside the notebook. A file keeps the name
        that it has from there, so that an executed notebook says the same wherever it was made.
        """
        home = job.notebook.parent
        beside = [path for path in home.iterdir() if path.is_file() and path.suffix != ".ipynb"]
        if sum(path.stat().st_size for path in beside) > MOST_BESIDE:
            beside = []
        names = {name_from(path, home): path for path in (*beside, *job.files)}
        depth = max((PurePosixPath(name).parts.count("..") for name in names), default=0)
        room = PurePosixPath(job.suite, *("below",) * depth, home.name)
        for name, path in names.items():
            self.files.setdefault(os.path.normpath(room / name), _read(path))
        moved = {str(path): name for name, path in names.items()}
        given = {name: moved.get(str(value), value) for name, value in job.parameters.items()}
        files = tuple(Path(os.path.normpath(room / name_from(path, home))) for path in job.files)
        return replace(job, notebook=Path(room / job.notebook.name), files=files, parameters=given)

    def unpack(self, folder: Path) -> None:
        """Write all files under `folder`."""
        for name, contents in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror}."
        raise DataError(problem, "Restore it, or name another file.") from None


class Workplace(WorkerPlugin):
    """What a worker needs for one run, set up on each when the run starts or when the worker joins it."""

    def __init__(self, luggage: Luggage, packages: Mapping[str, str]) -> None:
        self._luggage, self._packages = luggage, packages

    def setup(self, worker: Any) -> None:
        """Unpack the luggage in a temporary folder, and start to warm up."""
        self._address = worker.address
        self._open = ExitStack()
        # Dask forbids its workers children, that they might leave behind: ours end with their parent.
        current_process().daemon = False
        self._folder = Path(self._open.enter_context(TemporaryDirectory(prefix="ivvu-")))
        self._luggage.unpack(self._folder)
        os.environ[DATA_VARIABLE] = str(self._folder / DATA)
        self._open.callback(os.environ.pop, DATA_VARIABLE, None)
        self._pool = self._open.enter_context(LocalPool(os.cpu_count() or 1))

    def teardown(self, worker: Any) -> None:
        """End everything that was started here, and remove the folder."""
        self._open.close()

    def make(self, job: Job) -> Result:
        """Return what becomes of `job` on this worker, in a process of its own.

        Raises
        ------
        ClusterError
            If this worker, that joined after the run had started, has other packages.
        """
        _refuse_other_packages(self._address, self._packages, packages())
        there = replace(
            job, notebook=self._folder / job.notebook, files=tuple(self._folder / path for path in job.files)
        )
        there.notebook.parent.mkdir(parents=True, exist_ok=True)
        with Interruption() as never:
            (result,) = self._pool.run([there], never, lambda job: None)
        return result


def make_there(job: Job, workplace: str) -> Result:
    """Make the report of `job` on the worker that this is called on."""
    return cast(Workplace, get_worker().plugins[workplace]).make(job)


def packages() -> dict[str, str]:
    """Return what must be the same wherever reports are made: versions, and a hash of this very package."""
    return {**versions(), "source of ivvu-analysis": ground()["package"]}


def _refuse_other_packages(worker: str, ours: Mapping[str, str], theirs: object) -> None:
    """Refuse a worker on which a report might come out otherwise."""
    if not isinstance(theirs, Mapping):
        raise ClusterError(f"The worker {worker} cannot load ivvu-analysis: {theirs!r}.", SAME_AS_HERE)
    for name, version in ours.items():
        if theirs.get(name) != version:
            there = theirs.get(name, "")[:DIGITS] or "not installed"
            raise ClusterError(
                f"The worker {worker} has {name} {there}, and this machine has {version[:DIGITS]}.",
                SAME_AS_HERE,
            )


DIGITS = 12  # of a version or a hash, enough to tell two apart


def _outcome(job: Job, future: Future[Result]) -> Result:
    """Return what came of a job; a report that failed is a result like any other.

    Raises
    ------
    ClusterError
        If the cluster was lost, or turned out to be unfit.
    """
    try:
        return future.result()
    except CancelledError:
        raise ClusterError("The Dask cluster has let go of a report, or was shut down.", RUN_AGAIN) from None
    except ClusterError:
        raise
    except KilledWorker:
        lost = Failure("worker", "Every worker that tried to make the report died.")
    except Exception as error:  # of this worker, such as a disk that is full: others may do better
        lost = Failure("worker", f"The worker could not make the report: {error!r}")
    return Result(job.suite, job.name, failure=lost)
