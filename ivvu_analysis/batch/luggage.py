"""The files that reports read, packed to travel to a machine that has none of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ivvu_analysis.batch.job import Job
from ivvu_analysis.batch.plan import FILE_PARAMETERS
from ivvu_analysis.errors import DataError

DATA = ".data"  # where the data folder is unpacked: a name that no one's own files have
ELSEWHERE = ".elsewhere"  # and files that are not under the folder that the run was started in


@dataclass(frozen=True)
class Luggage:
    """Files by the names that they have where they are unpacked.

    Parameters
    ----------
    files
        The contents of each.
    """

    files: Mapping[str, bytes]

    data = DATA

    @classmethod
    def of(cls, jobs: Sequence[Job], data: Path) -> tuple[Luggage, list[Job]]:
        """Return what `jobs` read, and the jobs as they are to be made where that is unpacked.

        A file under the current folder keeps its name, so that a report says the same wherever it is
        made. One from elsewhere keeps the last part of it.

        Parameters
        ----------
        jobs
            What is to be made.
        data
            The folder of the data.

        Raises
        ------
        DataError
            If a file cannot be read.
        """
        published = data / "published"
        files = {
            f"{DATA}/published/{path.relative_to(published).as_posix()}": _read(path)
            for path in sorted(published.rglob("*"))
            if path.is_file()
        }
        renamed = {name: _packed_name(name) for job in jobs for name in _files(job)}
        files |= {new: _read(Path(old)) for old, new in renamed.items()}
        return cls(files), [_rename(job, renamed) for job in jobs]

    def unpack(self, folder: Path) -> None:
        """Write all files under `folder`."""
        for name, contents in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents)


def _files(job: Job) -> Iterator[str]:
    """Yield the names of the files that the parameters of a job name."""
    for name in FILE_PARAMETERS:
        if job.parameters.get(name):
            yield str(job.parameters[name])


def _packed_name(name: str) -> str:
    path = Path(name)
    if not path.is_absolute() and ".." not in path.parts:
        return name
    folder = hashlib.sha256(str(path.parent).encode()).hexdigest()[:12]
    return str(PurePosixPath(ELSEWHERE, folder, path.name))


def _rename(job: Job, names: Mapping[str, str]) -> Job:
    moved = {
        name: names[str(value)] if name in FILE_PARAMETERS and value else value
        for name, value in job.parameters.items()
    }
    return replace(job, parameters=moved)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror}.", "Restore it, or name another file."
        ) from None
