"""A process that makes reports: it shuts each one in, makes it, and leaves nothing of it behind."""

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


def work(connection: Connection, scratch: str, share: float, warm: bool) -> None:
    """Make the reports of the jobs that come, and send what became of each.

    Every report has a kernel of its own. After one that went wrong this process ends: what it was left
    with is then nobody's trouble.

    Parameters
    ----------
    connection
        Where jobs come from and results go.
    scratch
        A folder for files that no one needs afterwards.
    share
        The part of the machine's memory that this process, and each one it starts, may use.
    warm
        Whether this process was forked with everything imported.
    """
    processes.adopt_orphans()
    os.setpgid(0, 0)
    processes.limit_memory(share)
    well = True
    while well:
        try:
            job = connection.recv()
        except EOFError:
            return
        result = _make(job, scratch, warm)
        connection.send(result)
        well = result.failure is None


def work_cold(connection: Connection, scratch: str, share: float) -> None:
    """Work in a process that has nothing imported."""
    processes.die_with_parent()
    connection.send(os.getpid())
    work(connection, scratch, share, False)


def _make(job: Job, scratch: str, warm: bool) -> Result:
    from ivvu_analysis.batch.execute import execute
    from ivvu_analysis.batch.preload import prepare

    folder = Path(tempfile.mkdtemp(prefix="r", dir=scratch))
    _settle(folder, job)
    if warm:
        prepare(job)
    result = execute(job, warm=warm)
    processes.kill_descendants()
    result = _with_last_words(result, folder / "log")
    shutil.rmtree(folder, ignore_errors=True)
    return result


def _settle(folder: Path, job: Job) -> None:
    """Turn everything that this process and its kernel inherit to `folder`, away from the user's own."""
    os.environ.update(processes.ENVIRONMENT, TMPDIR=str(folder), IPYTHONDIR=str(folder / "ipython"))
    tempfile.tempdir = str(folder)
    if job.data:
        from ivvu_analysis.evidence import from_published  # with pandas: not for who only starts this
        from ivvu_analysis.published import DATA_VARIABLE

        if os.environ.get(DATA_VARIABLE) != job.data:
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
