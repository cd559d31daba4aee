"""A job to its result: the notebook executed by papermill, checked, and exported."""

from __future__ import annotations

import importlib
import json
import platform
import re
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.job import Failure, Job, Kind, Result
from ivvu_analysis.batch.kernel import Kernel, OwnKernelManager, WarmEngine, WarmKernel

START_TIMEOUT = 120  # seconds within which a kernel must answer
OUTPUT_TIMEOUT = 120  # seconds within which the last output of a cell must arrive

COLOURS = re.compile(r"\x1b\[[0-9;]*m")

papermill_engines.register("ivvu", WarmEngine)


class StoppedError(Exception):
    """A report cannot be made, for a known reason."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def execute(job: Job, *, warm: bool) -> Result:
    """Make one report in a new kernel.

    Parameters
    ----------
    job
        What to make.
    warm
        Whether this process is one to fork a kernel from, rather than to start an ordinary one.

    Returns
    -------
    Result
        The report, or why there is none: nothing that a notebook does raises here.
    """
    started = datetime.now(UTC).isoformat(timespec="milliseconds")
    clock = _Clock()
    witness: list[NotebookNode] = []
    published: dict[str, Any] = {}
    failure = None
    try:
        try:
            _run(job, warm, witness)
        finally:
            clock.stop("execute")
        notebook = _tidy(witness[0], job)
        published = _export(job, notebook)
        clock.stop("export")
    except StoppedError as stopped:
        failure = stopped.failure
    return Result(
        suite=job.suite,
        name=job.name,
        notebook=nbformat.writes(witness[0]) if witness else "",  # type: ignore[no-untyped-call]
        failure=failure,
        seconds=clock.seconds,
        host=platform.node(),
        started=started,
        **published,
    )


class _Clock:
    """How long each of some stages took, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def stop(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage], self._last = round(now - self._last, 3), now


def _run(job: Job, warm: bool, witness: list[NotebookNode]) -> None:
    """Execute the notebook of `job`; it is put in `witness` as soon as there is a kernel.

    What went wrong is taken from what papermill raises, and never from the notebook: papermill marks
    every cell of it as completed even when the kernel died.
    """
    source = Path(tempfile.gettempdir()) / f"{job.name}.ipynb"
    source.write_text(job.text, encoding="utf-8")
    kernel: Kernel | None = None
    try:
        kernel = WarmKernel.forked_here() if warm else OwnKernelManager()
        papermill.execute_notebook(
            str(source),
            None,
            dict(job.parameters),
            engine_name="ivvu",
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            progress_bar=False,
            start_timeout=START_TIMEOUT,
            iopub_timeout=OUTPUT_TIMEOUT,
            record_timing=False,
            on_notebook_start=lambda notebook: witness.append(notebook),
            km=kernel,
        )
    except PapermillExecutionError as error:
        raise StoppedError(_cell_failure(error)) from None
    except DeadKernelError:
        assert kernel is not None
        message = f"The kernel died: {processes.how_it_ended(kernel.kill())}."
        raise StoppedError(Failure("kernel", message, *_last_cell(witness))) from None
    except Exception as error:
        kind: Kind = "kernel" if witness else "start"
        message = "The kernel did not answer" if witness else "The kernel did not start"
        raise StoppedError(Failure(kind, f"{message}: {error!r}", *_last_cell(witness))) from None
    finally:
        if kernel:
            kernel.kill()


def _cell_failure(error: PapermillExecutionError) -> Failure:
    return Failure(
        "cell",
        f"{error.ename}: {error.evalue}",
        error.exec_count,
        error.source,
        COLOURS.sub("", "\n".join(error.traceback)),
    )


def _last_cell(witness: list[NotebookNode]) -> tuple[int | None, str]:
    """Return the number and the source of the cell that was running when the kernel died."""
    if not witness:
        return None, ""
    code = [cell for cell in witness[0].cells if cell.cell_type == "code"]
    begun = [i for i, cell in enumerate(code) if cell.metadata.get("papermill", {}).get("start_time")]
    return (begun[-1] + 1, code[begun[-1]].source) if begun else (None, "")


def _tidy(notebook: NotebookNode, job: Job) -> NotebookNode:
    """Take out what varies between identical runs: timings, paths and random names."""
    notebook.metadata["papermill"] = {"parameters": dict(job.parameters)}
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = "injected-parameters"
    return notebook


def _export(job: Job, notebook: NotebookNode) -> dict[str, Any]:
    exporter = importlib.import_module(job.exporter)
    try:
        content = exporter.content(notebook)
    except ValueError as error:
        raise StoppedError(Failure("export", str(error))) from None
    _prove_identity(job, content)
    try:
        return {
            "content": json.loads(json.dumps(content)),
            "html": exporter.html(notebook),
            "workbook": exporter.workbook(notebook),
        }
    except Exception as error:
        raise StoppedError(Failure("export", f"The report cannot be exported: {error!r}.")) from error


def _prove_identity(job: Job, content: Mapping[str, Any]) -> None:
    """Refuse a report that turns out to be about something else than was asked for."""
    is_about = {**content.get("identity", {}), "report": content.get("report")}
    for name in ("language", "wave"):
        if name in job.parameters:
            is_about[name] = content.get(name)
    asked = {**job.parameters, "report": job.notebook}
    if "region" in job.parameters:
        is_about.setdefault("region", "")
    for name, value in is_about.items():
        if name in asked and asked[name] != value:
            message = f"The report is about {name} '{value}', and '{asked[name]}' was asked for."
            raise StoppedError(Failure("identity", message))
