"""The files that reports read, packed to travel to a machine that has none of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ivvu_analysis.batch.job import Job
from ivvu_analysis.errors import DataError

DATA = ".data"  # where the data folder is unpacked: a name that no one's own files have
ELSEWHERE = ".elsewhere"  # and files that a suite names by an absolute path


@dataclass(frozen=True)
class Luggage:
    """Files by the names that they have where they are unpacked.

    Parameters
    ----------
    files
        The contents of each.
    folders
        The folders that reports are made in.
    """

    files: Mapping[str, bytes]
    folders: Sequence[str] = ()

    data = DATA

    @classmethod
    def of(cls, jobs: Sequence[Job], data: Path) -> tuple[Luggage, list[Job]]:
        """Return what `jobs` read, and the jobs as they are to be made where that is unpacked.

        A file keeps the name that it has from the folder of its suite, so that an executed notebook says
        the same wherever it was made. Only of an absolute path no more than the last part is kept.

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
        rooms = _rooms(jobs)
        packed = []
        for job in jobs:
            room, names = rooms[job.folder], _packed_names(job)
            files |= {f"{room}/{names[parameter]}": _read(path) for parameter, path in job.files.items()}
            packed.append(replace(job, folder=room, parameters={**job.parameters, **names}))
        return cls(files, tuple(rooms.values())), packed

    def unpack(self, folder: Path) -> None:
        """Write all files under `folder`."""
        for room in self.folders:
            (folder / room).mkdir(parents=True, exist_ok=True)
        for name, contents in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents)


def _rooms(jobs: Sequence[Job]) -> dict[str, str]:
    """Return where the folder of each suite is to be, deep enough for names that lead out of it."""
    depths: dict[str, int] = {}
    for job in jobs:
        depths[job.folder] = max(depths.get(job.folder, 0), *map(_height, _packed_names(job).values()), 0)
    return {
        folder: str(PurePosixPath(str(number), *("below",) * depth))
        for number, (folder, depth) in enumerate(depths.items())
    }


def _height(name: str) -> int:
    """Return how many folders up a relative name leads at most, on its way to the file."""
    level, lowest = 0, 0
    for part in Path(name).parts:
        level += -1 if part == ".." else 1
        lowest = min(lowest, level)
    return -lowest


def _packed_names(job: Job) -> dict[str, str]:
    """Return the names of the files of a job where they are unpacked, by parameter."""
    return {parameter: _packed_name(str(job.parameters[parameter])) for parameter in job.files}


def _packed_name(name: str) -> str:
    path = Path(name)
    if not path.is_absolute():
        return name
    folder = hashlib.sha256(str(path.parent).encode()).hexdigest()[:12]
    return str(PurePosixPath(ELSEWHERE, folder, path.name))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror}.", "Restore it, or name another file."
        ) from None
