"""A report in a process of its own, watched over: it ends in time, and leaves nothing running."""

import os
import pickle
import platform
import random
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.making import kept, make
from ivvu_analysis.batch.output import Job, Result, failed

SEED = 0  # of what draws random numbers and was given none
TOLD = "told"  # the file in the folder of a report that has the last that it told
LAST_WORDS = 2000  # characters of what a process printed that are worth keeping


def watch(door: Connection, others: Iterable[Connection]) -> None:
    """Have the reports made that are asked for, one after the other, until this is killed.

    Parameters
    ----------
    door
        Is told, with nothing, that there is somebody to take a job; brings the job, and takes its result.
    others
        Those of other watchers.
    """
    processes.die_with_parent()
    processes.adopt_orphans()
    for other in others:
        other.close()
    while True:
        door.send(None)
        job, started = door.recv(), datetime.now(UTC)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            result = _watched(job, Path(folder))
        result.entry.host, result.entry.started = platform.node(), started.isoformat(timespec="milliseconds")
        result.entry.seconds = {"make": round((datetime.now(UTC) - started).total_seconds(), 3)}
        door.send(result)


def _watched(job: Job, folder: Path) -> Result:
    """Return what came of a report, or why nothing did, and leave nothing of it running."""
    code: int | None = None
    try:
        report = psutil.Process(processes.fork(_work, job, folder))
    except OSError as error:
        return failed("start", f"No process could be started: {error}.")
    with suppress(psutil.TimeoutExpired):
        code = report.wait(job.timeout)
    processes.kill_descendants()
    told: Any = (None, {})
    with suppress(OSError):  # it never came so far
        told = pickle.loads((folder / TOLD).read_bytes())
    if isinstance(told, Result):
        return told
    notebook, cell = told
    if code is None:
        kind, message = "deadline", f"The report took longer than {job.timeout:g} seconds."
    elif notebook is None:
        kind, message = "start", "The process of the report ended before it had begun."
    else:
        kind, message = "kernel", f"The kernel died: {processes.how_it_ended(code)}."
    last = {"cell": cell.get("execution_count"), "source": cell.get("source", "")}
    with suppress(OSError):
        printed = (folder / "stderr").read_text(encoding="utf-8", errors="replace").strip()
        last["details"] = printed[-LAST_WORDS:]
    return failed(kind, message, kept(notebook, job), **last)


def _work(job: Job, folder: Path) -> None:
    """Make a report, and leave word of each cell that begins and of what came of it all, always whole."""

    def tell(what: Any) -> None:
        (folder / "half").write_bytes(pickle.dumps(what))
        (folder / "half").replace(folder / TOLD)

    processes.die_with_parent()
    settle(folder, job)
    tell(make(job, tell))


def settle(folder: Path, job: Job) -> None:
    """Turn everything that the report and its children inherit to `folder`, away from the user's own.

    What draws random numbers without a seed draws the same ones each time, so that the same notebook is the
    same report.
    """
    os.setsid()  # what ends its whole group ends only this report
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    os.chdir(job.notebook.parent)
    for number, name in enumerate((os.devnull, "stdout", "stderr")):
        os.dup2(os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_APPEND), number)
    sys.path.insert(0, str(job.notebook.parent))  # a module beside the notebook is found, as in JupyterLab
    random.seed(SEED)
    vars(np.random.bit_generator)["randbits"] = random.Random(SEED).getrandbits  # of every generator's seed
    np.random.seed(SEED)
