"""What is asked of a process that makes a report, and what comes back: plain, and able to travel."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ivvu_analysis.batch.manifest import Entry, Failure, Kind


@dataclass(frozen=True, eq=False)
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
class Result:
    """What became of a job.

    Parameters
    ----------
    key
        That of the job.
    entry
        What is known of the report, or why there is none.
    parts
        Its files: html, workbook and data, if it did not fail, and the notebook, as far as it came.
    """

    key: str
    entry: Entry
    parts: Mapping[str, bytes] = field(default_factory=dict)


def failed(job: Job, kind: Kind, message: str, **known: Any) -> Result:
    """Return the result of a report of which there is nothing to publish."""
    failure = Failure(kind=kind, message=message, **known)
    return Result(job.key, Entry(status="failed", error=failure, host=platform.node()))
