"""A job to its result, in a process of its own: executed by papermill, published, and watched over."""

import json
import os
import platform
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]
from nbformat import from_dict, reads, v4
from papermill import execute_notebook
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from ivvu_analysis.batch import processes
from ivvu_analysis.batch.kernel import Tell, WarmEngine, observe, observed
from ivvu_analysis.batch.output import Entry, Job, Result, digest_of, failed, name_from, write
from ivvu_analysis.errors import SuiteError
from ivvu_analysis.report.publish import Published, publish

SEED = 0  # of what draws random numbers and was given none
PROGRESS = "progress"  # the file in the folder of a process that says how far it has come
RECORDED = ("title", "language", "wave", "region", "origin", "findings", "headlines", "key_figures")
OURS = {"engine_name": "ivvu", "kernel_name": "python3", "language": "python"}
LAST_WORDS = 2000  # characters of what a process printed that are worth keeping
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


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
    return Result(entry, _kept(notebook, job))


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


def make(job: Job, progress: Path) -> Result:
    """Execute and publish one report here and now; nothing that a notebook does raises here.

    Parameters
    ----------
    job
        What to make.
    progress
        A file that gets a line for each step, for whoever has to find out how far this came: see `so_far`.
    """
    started, begun = datetime.now(UTC), time.perf_counter()
    told: list[Any] = []  # the first of it is the whole notebook
    observe()
    with progress.open("w", encoding="utf-8") as file:

        def tell(number: int, cell: Any) -> None:
            told.append(cell)
            file.write(f"{json.dumps((number, cell))}\n")
            file.flush()

        result = executed(job, tell) or published(job, tidy(told[0], job.parameters))
    entry = result.entry
    entry.inputs = _opened(job)  # only now: to publish is to read the images that the page shows
    entry.seconds = {"make": round(time.perf_counter() - begun, 3)}
    entry.host, entry.started = platform.node(), started.isoformat(timespec="milliseconds")
    return Result(entry, {**result.parts, **_kept(told and told[0], job)})


def executed(job: Job, tell: Tell) -> Result | None:
    """Run the cells; what went wrong is taken from what papermill raises, never from the notebook."""
    papermill_engines.register("ivvu", WarmEngine)
    try:
        notebook = reads(job.text, as_version=4)  # type: ignore[no-untyped-call]
        execute_notebook(notebook, None, dict(job.parameters), tell=tell, **OURS)
    except PapermillExecutionError as error:
        trace = COLOURS.sub("", "\n".join(error.traceback))
        said = f"{error.ename}: {error.evalue}"
        return failed("cell", said, cell=error.exec_count, source=error.source, details=trace)
    except Exception as error:
        return failed("kernel", f"The notebook cannot be run: {error!r}.", details=traceback.format_exc())
    return None


def published(job: Job, notebook: Any) -> Result:
    """Return what a report is published as, once it has proved to be about what was asked for."""
    folder, opened = job.notebook.parent, _opened(job)
    about: dict[str, Any] = {"language": job.language, "parameters": job.parameters, "opened": opened}
    try:
        made = publish(notebook, name=job.name, folder=folder, **about)
        entry = Entry(status="published", **{name: made.record[name] for name in RECORDED})
    except Exception as error:
        said = f"The report cannot be published: {error}"
        return failed("export", said, details=traceback.format_exc())
    for name in ("language", "wave", "region"):
        asked, told = job.parameters.get(name), getattr(entry, name)
        if told and asked and told != asked:
            return failed("identity", f"The report is about {name} '{told}', and '{asked}' was asked for.")
    return Result(entry, _parts(made))


def _parts(made: Published) -> dict[str, bytes]:
    parts = {"html": made.html.encode(), "workbook": made.workbook, "data": (made.data or "").encode()}
    return {part: data for part, data in parts.items() if data}


def _opened(job: Job) -> dict[str, str]:
    folder = job.notebook.parent
    return observed(folder) | {name_from(path, folder): digest_of(path) for path in job.files}


def _kept(notebook: Any, job: Job) -> dict[str, bytes]:
    """Return an executed notebook, as far as it came, as JupyterLab would save it."""
    if not notebook:
        return {}
    text: str = v4.writes_json(from_dict(tidy(notebook, job.parameters)))  # type: ignore[no-untyped-call]
    return {"notebook": f"{text}\n".encode()}


def tidy(notebook: Any, parameters: Mapping[str, Any]) -> Any:
    """Take out of an executed notebook what varies between identical runs: timings, paths, random names."""
    notebook["metadata"]["papermill"] = {"parameters": dict(parameters)}
    for cell in notebook["cells"]:
        cell["metadata"].pop("papermill", None)
        if not cell["metadata"].get("tags", True):
            del cell["metadata"]["tags"]
        if "injected-parameters" in cell["metadata"].get("tags", ()):
            cell["id"] = "injected-parameters"
    return notebook


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
    try:
        executed = reads(notebook.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:  # nbformat has many ways to complain
        raise SuiteError(f"The notebook {notebook} cannot be read: {error}.", "Run it again.") from None
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    if code and not any(cell.execution_count for cell in code):
        remedy = f"Run `papermill {notebook.name} out.ipynb` first, and publish out.ipynb."
        raise SuiteError(f"The notebook {notebook} was not executed.", remedy)
    told = executed.metadata.get("papermill", {}).get("parameters", {})
    made = publish(executed, name=page.stem, folder=notebook.parent, language=language, parameters=told)
    kinds = {"html": ".html", "workbook": ".xlsx", "data": ".csv"}
    files = {page.with_suffix(kinds[part]): data for part, data in _parts(made).items()}
    for path, data in files.items():
        write(path, data)
    return list(files)
