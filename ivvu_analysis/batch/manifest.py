"""What is known of each report that was made: the memory of the next run, and the proof for a reader."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from ivvu_analysis.batch.job import Job, Result
from ivvu_analysis.batch.notebook import Value
from ivvu_analysis.batch.store import MANIFEST, digest
from ivvu_analysis.errors import OutputError

FORMAT = 1

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
    """

    notebook: str
    parameters: Mapping[str, Value]
    fingerprint: str
    status: Literal["published", "failed"]
    title: str = ""
    language: str = ""
    wave: str = ""
    origin: str = ""
    findings: list[str] = field(default_factory=list)
    headlines: list[Mapping[str, str]] = field(default_factory=list)
    key_figures: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    started: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    attempts: int = 1
    host: str = ""
    error: Mapping[str, Any] | None = None


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


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an output folder; without one, nothing is known.

    Raises
    ------
    OutputError
        If it is not one that this version wrote.
    """
    path = folder / MANIFEST
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            raise ValueError(f"it has the format {raw['format']}, not {FORMAT}")
        known = {f.name for f in fields(Record)}
        reports = {name: Record(**_only(known, entry)) for name, entry in raw["reports"].items()}
        return Manifest(reports, dict(raw["outputs"]), dict(raw["run"]))
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutputError(
            f"The manifest {path} is damaged: {error!r}.",
            "All reports of the suite are made again; the damaged file is kept beside it.",
        ) from None


def _only(known: set[str], entry: Mapping[str, Any]) -> dict[str, Any]:
    if not set(entry) <= known:
        raise ValueError(f"unknown entries {', '.join(sorted(set(entry) - known))}")
    if not all(isinstance(sha, str) for sha in entry["outputs"].values()):
        raise ValueError("a hash is no text")
    return dict(entry)


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
