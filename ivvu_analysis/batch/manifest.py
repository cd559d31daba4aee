"""What is known of each report that was made: the memory of the next run, and the proof for a reader."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ivvu_analysis.batch.job import Job, Result
from ivvu_analysis.batch.notebook import Value
from ivvu_analysis.batch.shape import Moment, Seconds, Wave, complaint
from ivvu_analysis.batch.store import MANIFEST, digest
from ivvu_analysis.errors import OutputError

FORMAT = 1

Figure = Mapping[str, float | Literal["inf", "-inf"] | None]  # infinity as text, because JSON has none

PACKAGES = (
    "ivvu-analysis",
    "ipykernel",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "numpy",
    "pandas",
    "papermill",
    "scipy",
    "seaborn",
    "statsmodels",
)


@dataclass(frozen=True)
class Record:
    """One report as it was made last.

    Parameters
    ----------
    notebook, parameters
        What was asked for.
    fingerprint
        The hash of everything that it is made of.
    status
        Whether the report was published, or failed.
    title, language, wave, origin, findings, headlines, key_figures
        What the report recorded; empty if it failed.
    inputs
        The sha256 of the notebook, and of each data file that it read.
    outputs
        The sha256 of each file in the output folder, among them the page and the tables of an earlier
        run if this one failed.
    started, seconds, attempts, host
        When, how long by stage, how many times, and where.
    error
        Why it failed (see `ivvu_analysis.batch.job.Failure`).

    Raises
    ------
    ValueError
        If it failed and does not say why, or the other way round.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    notebook: str
    parameters: Mapping[str, Value]
    fingerprint: str
    status: Literal["published", "failed"]
    title: str = ""
    language: str = ""
    wave: Wave = ""
    origin: str = ""
    findings: list[str] = field(default_factory=list)
    headlines: list[Mapping[str, str]] = field(default_factory=list)
    key_figures: Mapping[str, Figure] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    started: Moment = ""
    seconds: Mapping[str, Seconds] = field(default_factory=dict)
    attempts: int = 1
    host: str = ""
    error: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        says_why = self.error is not None and "message" in self.error
        if not (says_why if self.status == "failed" else self.error is None):
            raise ValueError("a report that failed says why, and no other does")


RECORDED = ("title", "language", "wave", "origin", "findings", "headlines", "key_figures")


def record(job: Job, fingerprint: str, result: Result, outputs: Mapping[str, str]) -> Record:
    """Return the record of a job that has come to `result`, with the files that are there of it."""
    content = result.content or {}
    return Record(
        notebook=job.notebook,
        parameters=dict(job.parameters),
        fingerprint=fingerprint,
        status="failed" if result.failure else "published",
        **{name: content[name] for name in RECORDED if name in content},
        inputs={f"{job.notebook}.ipynb": digest(job.text.encode()), **content.get("inputs", {})},
        outputs=dict(outputs),
        started=result.started,
        seconds=dict(result.seconds),
        attempts=result.attempts,
        host=result.host,
        error=asdict(result.failure) if result.failure else None,
    )


@dataclass(frozen=True)
class Manifest:
    """Everything that is known of one suite's output.

    Parameters
    ----------
    reports
        The record of each report, by its name.
    outputs
        The sha256 of the files that are about all reports together.
    run
        When and how the last of them were made.
    """

    reports: Mapping[str, Record] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)


class _Git(BaseModel):
    revision: str | None
    dirty: bool | None


class _Run(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    started: Moment
    seconds: Seconds
    workers: int
    host: str
    platform: str
    git: _Git
    versions: dict[str, str]


class _Written(BaseModel):
    """What has to stand in the file for the next run to build on it."""

    model_config = ConfigDict(strict=True)

    format: Annotated[int, Field(ge=FORMAT, le=FORMAT)]
    reports: dict[str, Record]
    outputs: dict[str, str]
    run: _Run


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an output folder; without one, nothing is known.

    Raises
    ------
    OutputError
        If it is not one that this version wrote.
    """
    path = folder / MANIFEST
    try:
        written = _Written.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValidationError) as error:
        raise OutputError(
            f"The manifest {path} is damaged: {complaint(error)}.",
            "All reports of the suite are made again; the damaged file is kept beside it.",
        ) from None
    return Manifest(written.reports, written.outputs, written.run.model_dump())


def describe(suite: str, title: str, manifest: Manifest, ground: Mapping[str, str]) -> dict[str, Any]:
    """Return the whole of what is written to `manifest.json`.

    Parameters
    ----------
    suite, title
        The name and the title of the suite.
    manifest
        What is known of its reports.
    ground
        The hashes of what all of them stand on.
    """
    return {
        "format": FORMAT,
        "suite": suite,
        "title": title,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "reports": {name: asdict(entry) for name, entry in manifest.reports.items()},
        "outputs": dict(manifest.outputs),
        "ground": dict(ground),
        "run": dict(manifest.run),
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that reports are made with."""
    installed = {name: metadata.version(name) for name in PACKAGES if _is_installed(name)}
    return {"python": platform.python_version(), **installed}


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def git_state(folder: Path) -> dict[str, Any]:
    """Return the revision that is checked out in `folder`, and whether it has been changed since."""
    revision = _git(folder, "rev-parse", "HEAD")
    if revision is None:
        return {"revision": None, "dirty": None}
    return {"revision": revision.strip(), "dirty": bool(_git(folder, "status", "--porcelain"))}


def _git(folder: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
