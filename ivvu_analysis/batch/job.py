"""What is asked of a worker, and what comes back: plain, small, and able to travel to another machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ivvu_analysis.batch.notebook import Value

EXPORTER = "ivvu_analysis.report.export"

FILE_PARAMETERS = ("register", "phases", "corrections")  # these hold the name of a file, or nothing

Kind = Literal["start", "cell", "kernel", "deadline", "identity", "export", "worker"]


@dataclass(frozen=True)
class Job:
    """One report to be made.

    Parameters
    ----------
    suite, name
        The suite and the report in it: the stem of its files.
    notebook
        What the notebook is called.
    text
        The notebook itself.
    parameters
        A value for each parameter that the notebook declares.
    timeout
        Seconds that the whole report may take.
    data
        The folder of the data; empty for the one that the package finds by itself.
    folder
        The folder that names of files start from: that of the suite, or where its files were unpacked.
    exporter
        The module that turns an executed notebook into what is published: it has `html`, `content`
        and `workbook`.
    """

    suite: str
    name: str
    notebook: str
    text: str
    parameters: Mapping[str, Value]
    timeout: float = 300.0
    data: str = ""
    folder: str = ""
    exporter: str = EXPORTER

    @property
    def key(self) -> str:
        """What tells this job from all others of a run."""
        return f"{self.suite}/{self.name}"

    @property
    def files(self) -> dict[str, Path]:
        """The files that its parameters name, by parameter."""
        named = {name: self.parameters.get(name) for name in FILE_PARAMETERS}
        return {name: Path(self.folder, str(value)) for name, value in named.items() if value}


@dataclass(frozen=True)
class Failure:
    """Why there is no report.

    Parameters
    ----------
    kind
        What failed: the start of the kernel, a cell, the kernel, the deadline, the identity of the
        report, its export, or the worker process.
    message
        The reason, as a sentence or as the notebook's own error.
    cell
        Which code cell, counted from 1, where it was one.
    source
        The source of that cell.
    details
        The traceback or the last words of a process, as plain text.
    """

    kind: Kind
    message: str
    cell: int | None = None
    source: str = ""
    details: str = ""


@dataclass(frozen=True)
class Result:
    """What became of a job.

    Parameters
    ----------
    suite, name
        Those of the job.
    notebook
        The executed notebook, as far as it came; empty if there is none.
    html, workbook
        What is published; None if the report failed.
    content
        What the report recorded (see `ivvu_analysis.report.export.content`).
    failure
        Why it failed, or None.
    seconds
        How long each stage took.
    host
        The machine it ran on.
    started
        When it started, in ISO 8601, UTC.
    attempts
        How many times it was started.
    """

    suite: str
    name: str
    notebook: str = ""
    html: str | None = None
    workbook: bytes | None = None
    content: Mapping[str, Any] | None = None
    failure: Failure | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    host: str = ""
    started: str = ""
    attempts: int = 1

    @property
    def key(self) -> str:
        """The key of the job."""
        return f"{self.suite}/{self.name}"
