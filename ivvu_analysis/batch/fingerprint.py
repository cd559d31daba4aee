"""What a report is made of, as one hash: when it is the same, so is the report."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ivvu_analysis.batch.job import Job
from ivvu_analysis.batch.store import digest

PACKAGE = Path(__file__).parent.parent
LOCK = PACKAGE.parent / "requirements.lock"

NOT_SOURCE = {"__pycache__"}


@dataclass(frozen=True)
class Ground:
    """What all reports of a run stand on.

    Parameters
    ----------
    data
        The folder of the data.
    """

    data: Path

    @cached_property
    def package(self) -> str:
        """The hash of the package's source and templates."""
        return _tree(PACKAGE)

    @cached_property
    def dependencies(self) -> str:
        """The hash of the locked dependencies."""
        return digest(LOCK.read_bytes()) if LOCK.is_file() else ""

    @cached_property
    def published(self) -> str:
        """The hash of the published tables."""
        return _tree(self.data / "published")

    @cached_property
    def python(self) -> str:
        """The version of Python."""
        return ".".join(map(str, sys.version_info[:3]))

    def hashes(self) -> dict[str, str]:
        """Return all of these by name, for the manifest."""
        return {
            "package": self.package,
            "dependencies": self.dependencies,
            "published": self.published,
            "python": self.python,
        }

    def fingerprint(self, job: Job) -> str:
        """Return the hash of everything that the report of `job` is made of."""
        made_of = {
            "notebook": digest(job.text.encode()),
            "parameters": dict(job.parameters),
            "files": {name: digest(path.read_bytes()) for name, path in job.files.items() if path.is_file()},
            "exporter": job.exporter,
            "ground": self.hashes(),
        }
        return digest(json.dumps(made_of, sort_keys=True).encode())


def _tree(folder: Path) -> str:
    """Return one hash of all files under `folder` and of their names."""
    together = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not NOT_SOURCE.intersection(path.parts):
            together.update(path.relative_to(folder).as_posix().encode() + b"\0")
            together.update(hashlib.sha256(path.read_bytes()).digest())
    return together.hexdigest()
