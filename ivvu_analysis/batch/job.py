"""What is asked of a process that makes a report, and what comes back: plain, and able to travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Kind = Literal["start", "cell", "kernel", "deadline", "identity", "export", "worker"]


@dataclass(frozen=True)
class Job:
    """One report to be made.

    Parameters
    ----------
    suite, name
        The suite, and the report in it: the stem of its files.
    notebook, text
        The notebook's path and what it holds.
    parameters
        A value for each of its parameters; files are named from the notebook's folder.
    language
        The language of the page, for a notebook that does not say so itself.
    timeout
        Seconds that the whole report may take.
    files
        The files that its parameters name.
    """

    suite: str
    name: str
    notebook: Path
    text: str
    parameters: Mapping[str, Any]
    language: str = "en"
    timeout: float = 300.0
    files: tuple[Path, ...] = ()

    @property
    def key(self) -> str:
        """What tells this job from all others of a run."""
        return f"{self.suite}/{self.name}"


@dataclass(frozen=True)
class Failure:
    """Why there is no report: what failed, the reason, and the code cell where it was one."""

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
    html, workbook, data
        What is published; nothing of it if the report failed.
    record
        What the report recorded: title, findings, key figures and so on.
    opened
        The sha256 of every file that it read, named from the notebook's folder.
    failure
        Why it failed, or None.
    seconds, host, started, attempts
        How long each stage took, where, when, and how many times it was started.
    """

    suite: str
    name: str
    notebook: str = ""
    html: str = ""
    workbook: bytes | None = None
    data: str | None = None
    record: Mapping[str, Any] = field(default_factory=dict)
    opened: Mapping[str, str] = field(default_factory=dict)
    failure: Failure | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    host: str = ""
    started: str = ""
    attempts: int = 1

    @property
    def key(self) -> str:
        """The key of the job."""
        return f"{self.suite}/{self.name}"
