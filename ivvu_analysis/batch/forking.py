"""A report in a process of its own, and the process that watches over it: how long it takes, how it ends."""

from __future__ import annotations

import os
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from ivvu_analysis.batch import making, processes
from ivvu_analysis.batch.job import Job, Result, failed
from ivvu_analysis.batch.manifest import Kind
from ivvu_analysis.batch.notebook import so_far, tidy, written

LAST_WORDS = 2000  # characters of what a process printed that are worth keeping


def watch(orders: int, asked: Connection, folder: Path, share: float) -> None:
    """Have the report made that is asked for, answer for it if it cannot, and leave nothing running.

    Parameters
    ----------
    orders
        What the process that this was forked from hears by; nothing of ours.
    asked
        Brings the job, and takes its result.
    folder
        For files that no one needs afterwards.
    share
        The part of the machine's memory that the report, and each process it starts, may use.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    processes.die_with_parent()
    processes.adopt_orphans()
    Connection(orders).close()
    job = asked.recv()
    making.settle(folder, job)
    begun = time.monotonic()
    report = psutil.Process(processes.fork(_work, job, asked, folder, share))
    try:
        code = report.wait(job.timeout)
    except psutil.TimeoutExpired:
        code = None
    processes.kill_descendants()
    if code != 0:
        asked.send(_what_is_left(job, code, folder, round(time.monotonic() - begun, 3)))
    shutil.rmtree(folder, ignore_errors=True)


def _work(job: Job, asked: Connection, folder: Path, share: float) -> None:
    processes.die_with_parent()
    processes.limit_memory(share)
    asked.send(making.make(job, folder / making.PROGRESS))


def _what_is_left(job: Job, code: int | None, folder: Path, seconds: float) -> Result:
    """Return the result of a report that ended with an exit code before it had one, or was overdue."""
    notebook, cell = so_far(folder / making.PROGRESS)
    kind: Kind
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
    result = failed(kind, message, details=said[-LAST_WORDS:], **last)
    result.entry.seconds = {"make": seconds}
    parts = {"notebook": written(tidy(notebook, job.parameters)).encode()} if notebook else {}
    return replace(result, parts=parts)
