"""One suite during a run: what is current, what has to be made, and what came of it."""

from __future__ import annotations

import importlib
import json
import platform
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from ivvu_analysis.batch.job import Job, Result
from ivvu_analysis.batch.manifest import KEY_FIGURES, MANIFEST, Entry, Manifest, Run, read_manifest
from ivvu_analysis.batch.observe import digest_of, name_from
from ivvu_analysis.batch.options import PACKAGE, data_folder
from ivvu_analysis.batch.plan import Plan
from ivvu_analysis.batch.store import COVER, Store, digest, report_files, to_json
from ivvu_analysis.errors import OutputError

LOCKED = PACKAGE.parent / "requirements.lock"
SAVE_EVERY = 1.0  # seconds; what a run that is killed has made in the last of them is made again


@cache
def ground() -> dict[str, str]:
    """Return the hashes of what every report stands on: package, locked dependencies, published tables."""
    return {
        "package": _tree(PACKAGE),
        "dependencies": digest_of(LOCKED) or digest(json.dumps(versions()).encode()),
        "published": _tree(data_folder() / "published"),
        "python": ".".join(map(str, sys.version_info[:3])),
    }


def _tree(folder: Path) -> str:
    """Return one hash of all files under `folder` and of their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return digest(
        json.dumps([(path.relative_to(folder).as_posix(), digest_of(path)) for path in files]).encode()
    )


class Ledger:
    """The reports of one suite in its output folder; `due` says which are to be made, and why."""

    def __init__(self, plan: Plan, store: Store, *, force: bool = False) -> None:
        self.plan, self.store = plan, store
        self.warning: OutputError | None = None
        try:
            self.known = read_manifest(store.folder)
        except OutputError as damage:
            remedy = "All reports of the suite are made again; the damaged file is kept beside it."
            self.warning, self.known = OutputError(damage.problem, remedy), Manifest()
        self._fingerprints = {job.name: self._fingerprint(job) for job in plan.jobs}
        self._digests: dict[Path, str] = {}
        self._saved = time.monotonic()
        whys = {job.name: "asked for" if force else self._why(job) for job in plan.jobs}
        self.due = {name: why for name, why in whys.items() if why}

    def _fingerprint(self, job: Job) -> str:
        """Return one hash of all that is known beforehand of what a report is made of."""
        files = {name_from(path, job.notebook.parent): digest_of(path) for path in job.files}
        made_of = [job.text, dict(job.parameters), job.language, files, ground()]
        return digest(json.dumps(made_of, sort_keys=True).encode())

    def _why(self, job: Job) -> str:
        known = self.known.reports.get(job.name)
        if known is None:
            return "new"
        if known.status != "published":
            return "failed before"
        if known.fingerprint != self._fingerprints[job.name] or self._read_otherwise(job, known):
            return "changed"
        there = self.store.digests(known.outputs)
        if report_files(job.name)["html"] not in there or len(there) < len(known.outputs):
            return "files gone"
        return "files altered" if there != known.outputs else ""

    def _read_otherwise(self, job: Job, known: Entry) -> bool:
        """Return whether a file that the report read when it was made is another one now."""
        read = {job.notebook.parent / name: sha for name, sha in known.inputs.items()}
        for path in read:
            self._digests.setdefault(path, digest_of(path))
        return any(self._digests[path] != sha for path, sha in read.items() if path != job.notebook)

    def expected_seconds(self, name: str) -> float:
        """Return how long a report took the last time; where that is not known, it may be very long."""
        known = self.known.reports.get(name)
        return sum(known.seconds.values()) if known and known.seconds else float("inf")

    def begin(self, run: Run) -> None:
        """Start to make reports; `run` says when and how, for the manifest."""
        importlib.import_module("ivvu_analysis.report.cover")  # for `finish`: now everyone waits anyway
        if self.warning:
            with suppress(OSError):
                damaged = self.store.folder / MANIFEST
                damaged.replace(damaged.with_name("manifest.damaged.json"))
        self.known.run = run

    def take(self, job: Job, result: Result) -> None:
        """Publish a result, and remember it.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        files = report_files(job.name)
        outputs = {files[part]: self.store.write(files[part], data) for part, data in result.parts.items()}
        before = self.known.reports.get(job.name, Entry())
        if result.entry.error:  # the page and the tables of its predecessor stay
            outputs = {**self.store.digests(before.outputs), **outputs}
        else:
            self.store.remove({name: sha for name, sha in before.outputs.items() if name not in outputs})
        self.known.reports[job.name] = result.entry.model_copy(
            update={
                "notebook": job.notebook.stem,
                "parameters": dict(job.parameters),
                "fingerprint": self._fingerprints[job.name],
                "inputs": {job.notebook.name: digest(job.text.encode()), **result.entry.inputs},
                "outputs": outputs,
            }
        )
        if time.monotonic() - self._saved > SAVE_EVERY:
            self._save()

    def finish(self) -> None:
        """Write what is about all reports together, and forget those that are no longer asked for."""
        from ivvu_analysis.batch.crate import CRATE, describe_crate
        from ivvu_analysis.batch.pages import COMPARISON, cover, since

        wanted = [job.name for job in self.plan.jobs]
        for name in [name for name in self.known.reports if name not in wanted]:
            self.store.remove(self.known.reports.pop(name).outputs)
        self.known.reports = {name: self.known.reports[name] for name in wanted if name in self.known.reports}
        made = self.known.model_dump(mode="json")["reports"]
        figures = {name: one["key_figures"] for name, one in made.items() if one["status"] == "published"}
        parts = {KEY_FIGURES: to_json(figures)}
        self.store.write(KEY_FIGURES, parts[KEY_FIGURES])
        changes, page = since(self.plan, self.store.folder, self._described())
        if page:
            parts[COMPARISON] = page.encode()
        parts[COVER] = cover(self.plan, self.known, changes).encode()
        self.known.outputs = {name: self.store.write(name, data) for name, data in parts.items()}
        self.store.write(CRATE, to_json(describe_crate(self._save())))

    @property
    def complete(self) -> bool:
        """Whether what is about all reports together is there, and about these reports."""
        there = self.store.digests(self.known.outputs)
        names = {job.name for job in self.plan.jobs}
        return bool(there) and there == self.known.outputs and set(self.known.reports) == names

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the reports that failed."""
        return tuple(name for name, entry in self.known.reports.items() if entry.status == "failed")

    def _described(self) -> Manifest:
        return self.known.model_copy(
            update={
                "suite": self.plan.name,
                "title": self.plan.title,
                "source": name_from(self.plan.suite.path, self.store.folder),
                "written": datetime.now(UTC).isoformat(timespec="seconds"),
                "ground": ground(),
            }
        )

    def _save(self) -> Mapping[str, Any]:
        whole = self._described().model_dump(mode="json")
        self.store.write(MANIFEST, to_json(whole))
        self._saved = time.monotonic()
        return whole


def how(workers: int) -> Run:
    """Return when and with what a run makes reports, for the manifest."""
    revision = _git("rev-parse", "HEAD")
    return Run(
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=versions(),
        workers=workers,
        host=platform.node(),
        platform=platform.platform(),
        git={"revision": revision, "dirty": bool(_git("status", "--porcelain")) if revision else None},
    )


def versions() -> dict[str, str]:
    """Return the versions of Python, of this package, and of what it stands on."""
    found = {"python": platform.python_version()}
    needed = [need for need in metadata.requires("ivvu-analysis") or () if "extra ==" not in need]
    for name in ("ivvu-analysis", *(re.split(r"[^\w.-]", need, maxsplit=1)[0] for need in sorted(needed))):
        with suppress(metadata.PackageNotFoundError):  # not every platform needs every one
            found[name] = metadata.version(name)
    return found


def _git(*words: str) -> str | None:
    command = ["git", "-C", str(PACKAGE.parent), *words]
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
        return done.stdout.strip()
    return None
