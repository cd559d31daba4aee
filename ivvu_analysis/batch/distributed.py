"""Jobs to results on a Dask cluster: notebooks and data travel there, results come back whole.

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
from dataclasses import replace
from itertools import islice
from multiprocessing import Pipe, current_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self, cast

from ivvu_analysis.batch.fingerprint import Ground
from ivvu_analysis.batch.interruption import Interruption
from ivvu_analysis.batch.job import Failure, Job, Result
from ivvu_analysis.batch.luggage import Luggage
from ivvu_analysis.batch.manifest import versions
from ivvu_analysis.batch.pool import LocalPool
from ivvu_analysis.errors import UserError


class ClusterError(UserError):
    """A cluster that cannot be reached, has no workers, or has other packages than this machine."""


try:
    from distributed import Client, Future, KilledWorker, WorkerPlugin, get_worker
except ImportError:
    raise ClusterError(
        "Dask, which sends reports to a cluster, is not installed.",
        "Install the extra: pip install 'ivvu-analysis[dask]'.",
    ) from None

ADDRESS = re.compile(r"(tcp|tls)://([^\s:/\[\]]+|\[[^\s/\[\]]+\]):[0-9]{1,5}")
CONNECT_PATIENCE = 5  # seconds for the scheduler to answer
WORKER_PATIENCE = 300.0  # seconds that there may be no worker at all, as when a queue has yet to start one
GLANCE = 2.0  # seconds between two looks at who is there


class ClusterPool:
    """Run jobs on a Dask cluster.

    Parameters
    ----------
    address
        Where its scheduler is, such as ``"tcp://host:8786"``.
    data
        The folder of the data, of which `published/` travels with the jobs.
    cold
        Whether to start ordinary kernels there rather than to fork warm ones.
    patience
        Seconds that the cluster may be without any worker.

    Raises
    ------
    ClusterError
        If that is no address of a scheduler.
    """

    def __init__(
        self, address: str, data: Path, *, cold: bool = False, patience: float = WORKER_PATIENCE
    ) -> None:
        if not ADDRESS.fullmatch(address):
            raise ClusterError(
                f"The scheduler '{address}' is no address of the form tcp://HOST:PORT or tls://HOST:PORT.",
                "Start one with `dask scheduler`, and give the address that it prints.",
            )
        self.address = address
        self._data, self._cold, self._patience = data, cold, patience
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
        except TypeError as error:  # tls without the certificates that Dask is to be given
            raise ClusterError(
                f"{self.address} cannot be connected to: {error}.",
                "Give Dask its certificates in its own configuration, or use a tcp address.",
            ) from None
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"No Dask scheduler answers at {self.address}: {error}.",
                "Start one with `dask scheduler`, and give the address that it prints.",
            ) from None
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

        A job whose worker dies is made by another. One that has taken several workers with it has
        failed.

        Raises
        ------
        Interrupted
            If the run was asked to stop.
        ClusterError
            If the cluster is lost, or has had no worker for too long.
        """
        luggage, packed = Luggage.of(jobs, self._data)
        self._client.register_plugin(Workplace(luggage, packages(), cold=self._cold), name=self._name)
        self._open.callback(self._leave)
        done, announce = Pipe(duplex=False)
        self._open.callback(done.close)
        self._open.callback(announce.close)
        futures = {i: self._submit(i, job, announce) for i, job in enumerate(packed)}
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

    def _submit(self, number: int, job: Job, announce: Connection) -> Future[Result]:
        """Send a job to the cluster; its number is announced when it has come to an end."""

        def tell(_: Future[Result]) -> None:
            with suppress(OSError):  # no one listens any more
                announce.send(number)

        future = self._client.submit(make_there, job, self._name, key=f"{self._name}-{number}", pure=False)
        future.add_done_callback(tell)  # type: ignore[no-untyped-call]
        return future

    def _next(self, done: Connection, interruption: Interruption) -> int:
        """Return the number of a job that has come to an end."""
        last_seen = time.monotonic()
        while True:
            interruption.check()
            wait([done, interruption], timeout=GLANCE)  # type: ignore[list-item]
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


RUN_AGAIN = "Run again when it is back: what came back is published, and only the rest is made."


def packages() -> Mapping[str, str]:
    """Return what must be the same wherever reports are made: versions, and a hash of this very package."""
    return {**versions(), "source of ivvu-analysis": Ground(Path()).package}


def _refuse_other_packages(worker: str, ours: Mapping[str, str], theirs: object) -> None:
    """Refuse a worker on which a report might come out otherwise.

    Raises
    ------
    ClusterError
        If a package is missing there, or is another one.
    """
    if not isinstance(theirs, Mapping):
        raise ClusterError(
            f"The worker {worker} cannot load ivvu-analysis: {theirs!r}.",
            "Install there what is installed here: the same version, with the same requirements.lock.",
        )
    for name, version in ours.items():
        if theirs.get(name) != version:
            raise ClusterError(
                f"The worker {worker} has {name} {_brief(theirs.get(name))}, and this machine has "
                f"{_brief(version)}.",
                "Install there what is installed here: the same version, with the same requirements.lock.",
            )


def _brief(version: str | None) -> str:
    return version[:12] if version else "not installed"


class Workplace(WorkerPlugin):
    """What a worker needs for one run, set up on each when the run starts or when the worker joins it.

    Parameters
    ----------
    luggage
        The files that reports read.
    packages
        What is installed where the run was started.
    cold
        Whether to start ordinary kernels rather than to fork warm ones.
    """

    def __init__(self, luggage: Luggage, packages: Mapping[str, str], *, cold: bool) -> None:
        self._luggage, self._packages, self._cold = luggage, packages, cold

    def setup(self, worker: Any) -> None:
        """Unpack the luggage in a temporary folder, and start to warm up."""
        self._address = worker.address
        self._open = ExitStack()
        # Dask forbids its workers children, that they might leave behind: ours end with their parent.
        current_process().daemon = False
        self._folder = Path(self._open.enter_context(TemporaryDirectory(prefix="ivvu-")))
        self._luggage.unpack(self._folder)
        self._pool = self._open.enter_context(LocalPool(os.cpu_count() or 1, cold=self._cold))

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
        folder, data = self._folder / job.folder, self._folder / self._luggage.data
        there = replace(job, folder=str(folder), data=str(data))
        with Interruption() as never:
            (result,) = self._pool.run([there], never, lambda job: None)
        return result


def make_there(job: Job, workplace: str) -> Result:
    """Make the report of `job` on the worker that this is called on."""
    return cast(Workplace, get_worker().plugins[workplace]).make(job)


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
