"""The process of one report: it shuts itself in, makes the report, and takes everything with it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.job import Job, Result

LAST_WORDS = 2000  # characters of what a dying kernel printed that are worth keeping


def make(connection: Connection, job: Job, scratch: str, share: float, warm: bool) -> None:
    """Make the report of `job` in this process, which is for nothing else, and send the result.

    Parameters
    ----------
    connection
        Where the result goes.
    job
        What to make.
    scratch
        A folder for files that no one needs afterwards.
    share
        The part of the machine's memory that the report may use.
    warm
        Whether this process was forked with everything imported.
    """
    processes.adopt_orphans()
    os.setpgid(0, 0)
    folder = Path(tempfile.mkdtemp(prefix="r", dir=scratch))
    _settle(folder, job)
    processes.limit_memory(share)
    from ivvu_analysis.batch.execute import execute

    result = execute(job, warm=warm)
    processes.kill_descendants()
    result = _with_last_words(result, folder / "log")
    shutil.rmtree(folder, ignore_errors=True)
    connection.send(result)


def make_cold(connection: Connection, job: Job, scratch: str, share: float) -> None:
    """Make the report of `job` in a process that has nothing imported."""
    processes.die_with_parent()
    connection.send(os.getpid())
    make(connection, job, scratch, share, False)


def _settle(folder: Path, job: Job) -> None:
    """Turn everything that this process and its kernel inherit to `folder`, away from the user's own."""
    os.environ.update(processes.ENVIRONMENT, TMPDIR=str(folder), IPYTHONDIR=str(folder / "ipython"))
    tempfile.tempdir = str(folder)
    if job.data:
        from ivvu_analysis.evidence import from_published  # with pandas: not for who only starts this
        from ivvu_analysis.published import DATA_VARIABLE

        os.environ[DATA_VARIABLE] = job.data
        from_published.cache_clear()  # the process that this was forked from may have read other data
    if job.folder:
        os.chdir(job.folder)
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)


def _with_last_words(result: Result, log: Path) -> Result:
    if result.failure is None or result.failure.details:
        return result
    said = log.read_text(encoding="utf-8", errors="replace").strip()
    return replace(result, failure=replace(result.failure, details=said[-LAST_WORDS:]))
