"""A report in a process of its own, watched over: it ends in time, and leaves nothing running."""

import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.making import kept, make
from ivvu_analysis.batch.output import Job, Result, failed

SEED = 0  # of what draws random numbers and was given none
PROGRESS = "progress"  # the file in the folder of a process that says how far it has come
LAST_WORDS = 2000  # characters of what a process printed that are worth keeping


def watch(orders: int, asked: Connection, folder: Path) -> None:
    """Have the report made that is asked for, answer for it if it cannot, and leave nothing running.

    Parameters
    ----------
    orders
        What the process that this was forked from hears by; nothing of ours.
    asked
        Brings the job when it is told that there is somebody to take it, and takes its result.
    folder
        For files that no one needs afterwards.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    processes.die_with_parent()
    processes.adopt_orphans()
    os.close(orders)
    asked.send(None)
    job = asked.recv()
    folder.mkdir()
    begun = time.monotonic()
    report = psutil.Process(processes.fork(_work, job, asked, folder))
    code = None
    with suppress(psutil.TimeoutExpired):
        code = report.wait(job.timeout)
    processes.kill_descendants()
    if code != 0:
        asked.send(_what_is_left(job, code, folder, round(time.monotonic() - begun, 3)))
    shutil.rmtree(folder, ignore_errors=True)


def _work(job: Job, asked: Connection, folder: Path) -> None:
    processes.die_with_parent()
    settle(folder, job)
    asked.send(make(job, folder / PROGRESS))


def _what_is_left(job: Job, code: int | None, folder: Path, seconds: float) -> Result:
    """Return the result of a report that ended with an exit code before it had one, or was overdue."""
    notebook, cell = so_far(folder / PROGRESS)
    if code is None:
        kind, message = "deadline", f"The report took longer than {job.timeout:g} seconds."
    elif notebook is None:
        kind, message = "start", "The process of the report ended before it had begun."
    else:
        kind, message = "kernel", f"The kernel died: {processes.how_it_ended(code)}."
    said = ""
    with suppress(OSError):
        said = (folder / "stderr").read_text(encoding="utf-8", errors="replace").strip()
    last = {"cell": cell.get("execution_count"), "source": cell.get("source", "")}
    entry = failed(kind, message, details=said[-LAST_WORDS:], **last).entry
    entry.seconds = {"make": seconds}
    return Result(entry, kept(notebook, job))


def so_far(progress: Path) -> tuple[Any, Any]:
    """Return an executed notebook as far as it came, and the cell that it came to; nothing is empty.

    Parameters
    ----------
    progress
        A file with a line of JSON for each step: a number and the cell that it is of, or -1 and the notebook.
    """
    notebook: Any = None
    cell: Any = {}
    with suppress(OSError, ValueError):  # there is none, or it ends in the middle of a line
        for line in progress.read_text(encoding="utf-8").splitlines():
            number, said = json.loads(line)
            if number < 0:
                notebook = said
            else:
                notebook["cells"][number] = cell = said
    return notebook, cell


def settle(folder: Path, job: Job) -> None:
    """Turn everything that the report and its children inherit to `folder`, away from the user's own.

    What draws random numbers without a seed draws the same ones each time, so that the same notebook is the
    same report.
    """
    os.environ.update(TMPDIR=str(folder), IPYTHONDIR=str(folder / "ipython"))
    tempfile.tempdir = str(folder)
    os.chdir(job.notebook.parent)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_APPEND), number)
    sys.path.insert(0, str(job.notebook.parent))  # a module beside the notebook is found, as in JupyterLab
    random.seed(SEED)
    vars(np.random.bit_generator)["randbits"] = random.Random(SEED).getrandbits  # of every generator's seed
    np.random.seed(SEED)
