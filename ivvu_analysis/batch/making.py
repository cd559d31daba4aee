"""A job to its result, in the process that was forked for it: executed by papermill, published, proved."""

from __future__ import annotations

import json
import os
import platform
import random
import re
import sys
import tempfile
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Before our engine, which is one of those that papermill looks up when it is imported.
from nbformat import reads
from papermill import execute_notebook
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.job import Job, Result
from ivvu_analysis.batch.kernel import Tell, WarmEngine
from ivvu_analysis.batch.manifest import Entry, Failure, Kind
from ivvu_analysis.batch.notebook import tidy, written
from ivvu_analysis.batch.observe import digest_of, name_from, observe, observed
from ivvu_analysis.batch.store import Store
from ivvu_analysis.errors import SuiteError

if TYPE_CHECKING:
    from ivvu_analysis.report.publish import Published

SEED = 0  # of what draws random numbers and was given none
PROGRESS = "progress"  # the file in the folder of a process that says how far it has come
RECORDED = ("title", "language", "wave", "region", "origin", "findings", "headlines", "key_figures")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def settle(folder: Path, job: Job) -> None:
    """Turn everything that the report and its children inherit to `folder`, away from the user's own.

    What draws random numbers without a seed draws the same ones each time, so that the same notebook is the
    same report.
    """
    import numpy as np

    folder.mkdir()
    os.environ.update(processes.ENVIRONMENT, TMPDIR=str(folder), IPYTHONDIR=str(folder / "ipython"))
    tempfile.tempdir = str(folder)
    os.chdir(job.notebook.parent)
    for number, name in ((1, "stdout"), (2, "stderr")):
        log = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        os.dup2(log, number)
        os.close(log)
    sys.path.insert(0, str(job.notebook.parent))  # a module beside the notebook is found, as in JupyterLab
    random.seed(SEED)
    vars(np.random.bit_generator)["randbits"] = random.Random(SEED).getrandbits  # of every generator's seed
    np.random.seed(SEED)


def make(job: Job, progress: Path) -> Result:
    """Execute and publish one report here and now.

    Parameters
    ----------
    job
        What to make.
    progress
        A file that gets a line for each step, for whoever has to find out how far this came: see `so_far`.

    Returns
    -------
    Result
        The report, or why there is none: nothing that a notebook does raises here.
    """
    started, begun = datetime.now(UTC), time.perf_counter()
    parts: dict[str, bytes] = {}
    executed: Any = None
    observe()
    with progress.open("w", encoding="utf-8") as file:

        def tell(number: int, cell: Any) -> None:
            nonlocal executed
            executed = executed or cell  # the first that is told of is the whole notebook
            file.write(f"{json.dumps((number, cell))}\n")
            file.flush()

        try:
            _execute(job, tell)
            entry, parts = _publish(job, tidy(executed, job.parameters))
        except StoppedError as stopped:
            entry = Entry(status="failed", error=stopped.failure)
    if executed:
        parts["notebook"] = written(tidy(executed, job.parameters)).encode()
    entry.inputs = _opened(job)  # only now: to publish is to read the images that the page shows
    entry.seconds = {"make": round(time.perf_counter() - begun, 3)}
    entry.host, entry.started = platform.node(), started.isoformat(timespec="milliseconds")
    return Result(job.key, entry, parts)


class StoppedError(Exception):
    """A report cannot be made, for a known reason."""

    def __init__(self, kind: Kind, message: str, **known: Any) -> None:
        super().__init__(message)
        self.failure = Failure(kind=kind, message=message, **known)


def _execute(job: Job, tell: Tell) -> None:
    """Run the cells; what went wrong is taken from what papermill raises, never from the notebook."""
    papermill_engines.register("ivvu", WarmEngine)
    try:
        execute_notebook(
            reads(job.text, as_version=4),  # type: ignore[no-untyped-call]
            None,
            dict(job.parameters),
            engine_name="ivvu",
            kernel_name="python3",
            language="python",
            progress_bar=False,
            autosave_cell_every=0,
            tell=tell,
        )
    except PapermillExecutionError as error:
        trace = COLOURS.sub("", "\n".join(error.traceback))
        said = f"{error.ename}: {error.evalue}"
        raise StoppedError("cell", said, cell=error.exec_count, source=error.source, details=trace) from None
    except Exception as error:
        said = f"The notebook cannot be run: {error!r}."
        raise StoppedError("kernel", said, details=traceback.format_exc()) from None


def _opened(job: Job) -> dict[str, str]:
    folder = job.notebook.parent
    return observed(folder) | {name_from(path, folder): digest_of(path) for path in job.files}


def _publish(job: Job, notebook: Any) -> tuple[Entry, dict[str, bytes]]:
    """Return what is known of a report and its parts, once it has proved to be about what was asked for."""
    from ivvu_analysis.report.publish import publish

    try:
        made = publish(
            notebook,
            name=job.name,
            folder=job.notebook.parent,
            language=job.language,
            parameters=dict(job.parameters),
            opened=_opened(job),
        )
        recorded = json.loads(json.dumps(made.record, default=_plain))  # numbers without numpy
        known = {name: recorded[name] for name in RECORDED}
        entry = Entry(status="published", **known)
    except Exception as error:
        said = f"The report cannot be published: {error}"
        raise StoppedError("export", said, details=traceback.format_exc()) from None
    for name in ("language", "wave", "region"):
        asked, about = job.parameters.get(name), getattr(entry, name)
        if about and asked and about != asked:
            said = f"The report is about {name} '{about}', and '{asked}' was asked for."
            raise StoppedError("identity", said)
    return entry, _parts(made)


def _parts(made: Published) -> dict[str, bytes]:
    parts = {"html": made.html.encode(), "workbook": made.workbook, "data": (made.data or "").encode()}
    return {part: data for part, data in parts.items() if data}


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


def publish_file(notebook: Path, page: Path, language: str) -> list[Path]:
    """Publish a notebook that was executed elsewhere, and return the files that were written.

    Parameters
    ----------
    notebook
        The executed notebook.
    page
        Where its page goes; its tables go beside it.
    language
        The language of the page, where the notebook does not say so itself.

    Raises
    ------
    SuiteError
        If that is no executed notebook.
    OutputError
        If a file cannot be written.
    """
    import nbformat

    from ivvu_analysis.report.publish import publish

    try:
        executed = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:  # nbformat has many ways to complain
        raise SuiteError(f"The notebook {notebook} cannot be read: {error}.", "Run it again.") from None
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    if code and not any(cell.execution_count for cell in code):
        raise SuiteError(
            f"The notebook {notebook} was not executed.",
            f"Run `papermill {notebook.name} out.ipynb` first, and publish out.ipynb.",
        )
    told = executed.metadata.get("papermill", {}).get("parameters", {})
    made = publish(executed, name=page.stem, folder=notebook.parent, language=language, parameters=told)
    kinds = {"html": ".html", "workbook": ".xlsx", "data": ".csv"}
    files = {page.with_suffix(kinds[part]): data for part, data in _parts(made).items()}
    for path, data in files.items():
        Store(path.parent).write(path.name, data)
    return list(files)
