"""A job to its result, here and now: executed by papermill, and published."""

import re
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from nbformat import reads, v4
from papermill import execute_notebook
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import remove_error_markers

from ivvu_analysis.batch.kernel import observe, observed, the_shell
from ivvu_analysis.batch.output import Entry, Job, Result, failed, name_from
from ivvu_analysis.places import digest_of
from ivvu_analysis.report.publish import Published, publish

Tell = Callable[[Any], None]
RECORDED = (
    *("title", "language", "programme", "wave", "region", "origin"),
    *("findings", "headlines", "key_figures"),
)
OURS = {"engine_name": "ivvu", "kernel_name": "python3", "language": "python"}
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def make(job: Job, tell: Tell) -> Result:
    """Execute and publish one report here and now; nothing that a notebook does raises here.

    Parameters
    ----------
    job
        What to make.
    tell
        Hears of the notebook, as far as it came, and each cell of it that begins.
    """
    observe()
    result = executed(job, tell) or published(job, tidy(the_shell().notebook, job.parameters))
    result.entry.inputs = _opened(job)  # only now: to publish is to read the images that the page shows
    return Result(result.entry, {**result.parts, **kept(the_shell().notebook, job)})


def executed(job: Job, tell: Tell) -> Result | None:
    """Run the cells; what went wrong is taken from what papermill raises, never from the notebook."""
    shell = the_shell()
    shell.notebook = None
    papermill_engines.register("ivvu", shell)
    try:
        notebook = reads(job.text, as_version=4)  # type: ignore[no-untyped-call]
        execute_notebook(notebook, None, dict(job.parameters), tell=tell, **OURS)
    except PapermillExecutionError as error:
        if error.exec_count in shell.excused:
            remove_error_markers(shell.notebook)
            return None
        trace = COLOURS.sub("", "\n".join(error.traceback))
        said = f"{error.ename}: {error.evalue}"
        return failed("cell", said, cell=error.exec_count, source=error.source, details=trace)
    except Exception as error:
        return failed("kernel", f"The notebook cannot be run: {error!r}.", details=traceback.format_exc())
    return None


def published(job: Job, notebook: Any) -> Result:
    """Return what a report is published as, once it has proved to be about what was asked for."""
    about: dict[str, Any] = {"language": job.language, "parameters": job.parameters, "opened": _opened(job)}
    try:
        made = publish(notebook, name=job.name, folder=job.notebook.parent, **about)
        entry = Entry(status="published", **{name: made.record[name] for name in RECORDED})
    except Exception as error:
        said = f"The report cannot be published: {error}"
        return failed("export", said, details=traceback.format_exc())
    for name in ("language", "wave", "region"):
        asked, told = job.parameters.get(name), getattr(entry, name)
        if told and asked and told != asked:
            return failed("identity", f"The report is about {name} '{told}', and '{asked}' was asked for.")
    return Result(entry, parts_of(made))


def parts_of(made: Published) -> dict[str, bytes]:
    """Return the files that a report is published as, by what each is; it may have no table and no data."""
    parts = {"html": made.html.encode(), "workbook": made.workbook, "data": (made.data or "").encode()}
    return {part: data for part, data in parts.items() if data}


def _opened(job: Job) -> dict[str, str]:
    folder = job.notebook.parent
    return observed(folder) | {name_from(path, folder): digest_of(path) for path in job.files}


def kept(notebook: Any, job: Job) -> dict[str, bytes]:
    """Return an executed notebook, as far as it came, as JupyterLab would save it."""
    if not notebook:
        return {}
    text: str = v4.writes_json(tidy(notebook, job.parameters))  # type: ignore[no-untyped-call]
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
