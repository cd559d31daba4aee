"""The folder that a suite is published in: one run at a time, every file whole or not there."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from ivvu_analysis.errors import OutputError

COVER = "index.html"
LOCK, HOLDER = ".lock", ".holder"  # and who holds it
HALF = ".half"  # how the name of a file ends that is still being written


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


def to_json(data: object) -> bytes:
    """Return `data` as JSON that a person can read and that is the same for the same data."""
    return (json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


class Store:
    """The output folder of one suite, held for one run as a context."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = FileLock(folder / LOCK, timeout=0)
        self._new: list[Path] = []

    def __enter__(self) -> Self:
        """Take the folder.

        Raises
        ------
        OutputError
            If it cannot be written, or another run holds it.
        """
        try:
            self._new = [path for path in (self.folder, *self.folder.parents) if not path.exists()]
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            holder = f"process {os.getpid()} on {platform.node()}"
            (self.folder / HOLDER).write_text(holder, encoding="utf-8")
            for half in self.folder.glob(f"**/.*{HALF}"):  # of a run that was killed
                half.unlink()
        except Timeout:
            holder = "another process"
            with suppress(OSError):
                holder = (self.folder / HOLDER).read_text(encoding="utf-8")
            raise OutputError(
                f"The folder {self.folder} is in use by {holder}.",
                "Wait until that run has ended, or give another folder with --output.",
            ) from None
        except OSError as error:
            raise _unwritable(self.folder, error) from None
        return self

    def __exit__(self, *why: object) -> None:
        """Let it go; a run that came to nothing leaves no folders either."""
        for name in (HOLDER, LOCK):
            with suppress(OSError):
                (self.folder / name).unlink()
        self._lock.release()
        with suppress(OSError):
            for path in self._new:
                path.rmdir()

    def write(self, name: str, data: bytes) -> str:
        """Write a file of the folder, whole or not at all, and return its sha256.

        Raises
        ------
        OutputError
            If it cannot be written; what was there before is still there.
        """
        path = self.folder / name
        half = path.with_name(f".{path.name}{HALF}")
        try:
            path.parent.mkdir(exist_ok=True)
            with half.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        except OSError as error:
            raise _unwritable(path, error) from None
        finally:
            with suppress(OSError):
                half.unlink(missing_ok=True)
        return digest(data)

    def digests(self, names: Mapping[str, str]) -> dict[str, str]:
        """Return the sha256 of those of the named files that are there."""
        found = {}
        for name in names:
            with suppress(OSError):
                found[name] = digest((self.folder / name).read_bytes())
        return found

    def remove(self, names: Mapping[str, str]) -> None:
        """Remove the files that are still what this folder's manifest says: no one else's work."""
        for name, known in names.items():
            if self.digests({name: known}) == {name: known}:
                with suppress(OSError):
                    (self.folder / name).unlink()


def _unwritable(path: Path, error: OSError) -> OutputError:
    if isinstance(error, FileExistsError | NotADirectoryError):
        remedy = "There is a file where a folder is needed: give another folder with --output."
    elif error.errno == errno.ENOSPC:
        remedy = "The disk is full: make room and run again; what was published before is untouched."
    else:
        remedy = "Give a folder that you may write to with --output."
    return OutputError(f"{path} cannot be written: {error.strerror or error}.", remedy)
