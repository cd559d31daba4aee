"""Jobs to results on a Dask cluster: notebooks and files travel there, results come back whole.

The machines of the cluster share nothing with this one, and need nothing but the same packages.
"""

import os
import re
import time
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, cast

from ivvu_analysis.batch.ledger import ground, versions
from ivvu_analysis.batch.output import Job, Result, name_from
from ivvu_analysis.batch.pool import LocalPool
from ivvu_analysis.errors import UserError
from ivvu_analysis.places import data_folder


class ClusterError(UserError):
    """A cluster that cannot be reached, has no workers, or has other packages than this machine."""


try:
    from distributed import Client, WorkerPlugin, get_worker
except ImportError:
    raise ClusterError("Dask is not installed.", "Install the extra `dask` of this package.") from None

ADDRESS = re.compile(r"(tcp|tls)://([^\s:/\[\]]+|\[[^\s/\[\]]+\]):[0-9]{1,5}")
CONNECT_PATIENCE = 5  # seconds for the scheduler to answer
WORKER_PATIENCE = 300.0  # seconds that there may be no worker at all, as when a queue has yet to start one
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
            form = "tcp://HOST:PORT or tls://HOST:PORT"
            raise ClusterError(f"The scheduler '{address}' is no address of the form {form}.", START_ONE)
        self.address, self._patience = address, patience
        self._name = f"ivvu-{uuid.uuid4().hex}"

    def start(self) -> None:
        """Connect, and set up the workers that are there and those that join.

        Raises
        ------
        ClusterError
            If the scheduler does not answer, or a worker lacks this package.
        """
        try:
            self._client = Client(self.address, timeout=CONNECT_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
            self._client.register_plugin(Workplace(data_folder()), name=self._name)
        except Exception as error:  # among them what a worker has to say
            problem = f"No Dask scheduler answers at {self.address}, or a worker is not fit: {error!r}."
            raise ClusterError(problem, f"{START_ONE} {SAME_AS_HERE}") from None
        self._executor = self._client.get_executor(pure=False)  # type: ignore[no-untyped-call]
        self._seen = time.monotonic()

    def close(self) -> None:
        """Cancel everything that is still to be made, and end on the workers what this had started."""
        with suppress(Exception):  # nothing has to be cleared away of a cluster that is gone
            self._executor.shutdown(wait=False)
            self._client.unregister_worker_plugin(self._name)  # type: ignore[no-untyped-call]
            self._client.close()  # type: ignore[no-untyped-call]

    @property
    def workers(self) -> int:
        """How many reports the cluster can make at a time, as it is now."""
        return sum(self._client.nthreads().values())  # type: ignore[no-untyped-call]

    def submit(self, job: Job) -> Future[Result]:
        """Send a job with its files; if its worker dies, another makes it."""
        beside = [p for p in job.notebook.parent.iterdir() if p.is_file() and p.suffix != ".ipynb"]
        if sum(path.stat().st_size for path in beside) > MOST_BESIDE:
            beside = []
        files = {**packed((*beside, *job.files)), job.notebook: job.text.encode()}
        sent: Future[Result] = self._executor.submit(make_there, self._name, job, files, packages())
        return sent

    def check(self) -> None:
        """Raise an error, with what to do, if the cluster is lost, or has had no worker for too long."""
        if self._client.status != "running":
            raise ClusterError(f"The Dask scheduler at {self.address} was lost.", RUN_AGAIN)
        self._seen = time.monotonic() if self.workers else self._seen
        if time.monotonic() - self._seen > self._patience:
            problem = f"The cluster at {self.address} has had no worker for {self._patience:g} seconds."
            raise ClusterError(problem, f"Start some, as with `dask worker {self.address}`, and run again.")


class Workplace(WorkerPlugin):
    """What a worker needs for one run, set up on each when the run starts or when the worker joins it."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._published = packed(path for path in data.glob("published/**/*") if path.is_file())

    def setup(self, worker: Any) -> None:
        """Unpack the data in a temporary folder, and start to warm up."""
        self._room, self._lock = TemporaryDirectory(prefix="ivvu-"), Lock()
        self._unpack(self._published)
        self._pool = LocalPool(os.cpu_count() or 1, self._there(self._data))
        self._pool.start()

    def teardown(self, worker: Any) -> None:
        """End everything that was started here, and remove the folder."""
        self._pool.close()
        self._room.cleanup()

    def make(self, job: Job, files: Files) -> Result:
        """Return what becomes of `job` on this worker."""
        self._unpack(files)
        named = {str(path): name_from(path, job.notebook.parent) for path in job.files}
        parameters = {name: named.get(str(value), value) for name, value in job.parameters.items()}
        there = tuple(map(self._there, job.files))
        notebook = self._there(job.notebook)
        return self._pool.make(replace(job, notebook=notebook, files=there, parameters=parameters))

    def _unpack(self, files: Files) -> None:
        """Write the files that are not there yet; they lie to each other as they did where they came from."""
        with self._lock:
            for path, contents in files.items():
                if not (there := self._there(path)).exists():
                    there.parent.mkdir(parents=True, exist_ok=True)
                    there.write_bytes(contents)

    def _there(self, path: Path) -> Path:
        return Path(f"{self._room.name}{os.path.abspath(path)}")


def packed(paths: Iterable[Path]) -> Files:
    """Return files as they travel."""
    return {path: path.read_bytes() for path in paths}


def make_there(workplace: str, job: Job, files: Files, needed: Mapping[str, str]) -> Result:
    """Make the report of `job` on the worker that this is called on, unless it might come out otherwise.

    Raises
    ------
    ClusterError
        With the name of a package that is another one here.
    """
    worker, here = get_worker(), packages()
    for name, version in needed.items():
        if here.get(name) != version:
            other, ours = here.get(name, "")[:DIGITS] or "not installed", version[:DIGITS]
            said = f"{name} {other}, and the machine of the run has {ours}."
            raise ClusterError(f"The worker {worker.address} has {said}", SAME_AS_HERE)
    return cast(Workplace, worker.plugins[workplace]).make(job, files)


def packages() -> dict[str, str]:
    """Return what must be the same wherever reports are made: versions, and a hash of this very package."""
    return {**versions(), "source of ivvu-analysis": ground()["package"]}
