"""The folder that a suite is published in: one run at a time, every file whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ivvu_analysis.errors import OutputError, writing

COVER = "index.html"
LOCK = ".lock"  # says who holds it


def report_files(name: str) -> dict[str, str]:
    """Return where the files of a report are within the folder of its suite, by what they are."""
    return {
        "html": f"reports/{name}.html",
        "notebook": f"notebooks/{name}.ipynb",
        "workbook": f"tables/{name}.xlsx",
        "data": f"tables/{name}.csv",
    }


def digest(data: bytes) -> str:
    """Return the sha256 of `data`, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def name_from(path: str | Path, folder: Path) -> str:
    """Return what a file is called from `folder`, which says nothing of where the machine keeps either."""
    return Path(os.path.relpath(path, folder)).as_posix()


def digest_of(path: Path) -> str:
    """Return the sha256 of a file; nothing if it cannot be read."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def to_json(data: object) -> bytes:
    """Return `data` as JSON that a person can read and that is the same for the same data."""
    return (json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep other runs from the output folder of a suite.

    Raises
    ------
    OutputError
        If it cannot be written, or another run holds it.
    """
    path = folder / LOCK
    lock = FileLock(path, timeout=0)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout:
            holder = path.read_text(encoding="utf-8") or "another process"
            remedy = "Wait until that run has ended, or give another folder with --output."
            raise OutputError(f"The folder {folder} is in use by {holder}.", remedy) from None
        path.write_text(f"process {os.getpid()} on {platform.node()}", encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        lock.release()


def write(path: Path, data: bytes) -> str:
    """Write a file, whole or not at all, and return its sha256.

    Raises
    ------
    OutputError
        If it cannot be written; what was there before is still there.
    """
    half = path.with_name(f".{path.name}.half")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with half.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    return digest(data)


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the sha256 of those of the named files that are there."""
    return {name: found for name in names if (found := digest_of(folder / name))}


def remove(folder: Path, names: Mapping[str, str]) -> None:
    """Remove the files that are still what a manifest says: no one else's work."""
    for name, found in digests(folder, names).items():
        if found == names[name]:
            with suppress(OSError):
                (folder / name).unlink()
