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
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.job import Failure, Job, Result
from ivvu_analysis.batch.kernel import Tell, WarmEngine
from ivvu_analysis.batch.notebook import tidy, written
from ivvu_analysis.batch.observe import digests_of, name_from, observe, observed
from ivvu_analysis.batch.store import Store
from ivvu_analysis.errors import SuiteError

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def settle(folder: Path, job: Job) -> None:
    """Turn everything that the report and its children inherit to `folder`, away from the user's own."""
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
    random.seed()
    np.random.seed()  # forks would otherwise all draw the same "random" numbers


class StoppedError(Exception):
    """A report cannot be made, for a known reason."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def make(job: Job, tell: Tell = lambda number, cell: None) -> Result:
    """Execute and publish one report here and now.

    Parameters
    ----------
    job
        What to make.
    tell
        Hears of the whole notebook, as number -1, and of each cell when it begins and when it is done.

    Returns
    -------
    Result
        The report, or why there is none: nothing that a notebook does raises here.
    """
    started, begun = datetime.now(UTC), time.perf_counter()
    seconds: dict[str, float] = {}
    run: list[Any] = []
    opened: dict[str, str] = {}
    published: dict[str, Any] = {}
    failure = None

    def hear(number: int, cell: Any) -> None:
        if number < 0:
            run.append(cell)
        tell(number, cell)

    observe()
    try:
        try:
            _execute(job, hear)
        finally:
            seconds["execute"] = round(time.perf_counter() - begun, 3)
            opened = _read_by(job)
        tidy(run[0], job.parameters)
        published = _publish(job, run[0], opened)
        seconds["export"] = round(time.perf_counter() - begun - seconds["execute"], 3)
    except StoppedError as stopped:
        failure = stopped.failure
    return Result(
        job.suite,
        job.name,
        notebook=written(tidy(run[0], job.parameters)) if run else "",
        opened=opened,
        failure=failure,
        seconds=seconds,
        host=platform.node(),
        started=started.isoformat(timespec="milliseconds"),
        **published,
    )


def _execute(job: Job, tell: Tell) -> None:
    """Run the cells; what went wrong is taken from what papermill raises, never from the notebook."""
    from nbformat import reads
    from papermill import execute_notebook
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

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
        raise StoppedError(Failure("cell", said, error.exec_count, error.source, trace)) from None
    except Exception as error:
        trace = traceback.format_exc()
        raise StoppedError(
            Failure("kernel", f"The notebook cannot be run: {error!r}.", details=trace)
        ) from None


def _read_by(job: Job) -> dict[str, str]:
    folder = job.notebook.parent
    return observed(folder) | digests_of({name_from(path, folder): path for path in job.files})


def _publish(job: Job, notebook: Any, opened: Mapping[str, str]) -> dict[str, Any]:
    """Return the parts of the report, once it has proved to be about what was asked for."""
    from ivvu_analysis.report.publish import publish

    try:
        made = publish(
            notebook,
            name=job.name,
            folder=job.notebook.parent,
            language=job.language,
            parameters=dict(job.parameters),
            opened=dict(opened),
        )
    except Exception as error:
        trace = traceback.format_exc()
        said = f"The report cannot be published: {error}"
        raise StoppedError(Failure("export", said, details=trace)) from None
    is_about = {**made.record, **made.record.get("identity", {})}
    for name in ("language", "wave", "region"):
        asked, about = job.parameters.get(name), is_about.get(name)
        if about and asked and about != asked:
            said = f"The report is about {name} '{about}', and '{asked}' was asked for."
            raise StoppedError(Failure("identity", said))
    record = json.loads(json.dumps(made.record, default=_plain))  # numbers that need no numpy to be read
    return {"html": made.html, "workbook": made.workbook, "data": made.data, "record": record}


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
    parts = {".html": made.html.encode(), ".xlsx": made.workbook, ".csv": (made.data or "").encode()}
    files = {page.with_suffix(kind): data for kind, data in parts.items() if data}
    store = Store(page.parent)
    for path, data in files.items():
        store.write(path.name, data)
    return list(files)
