"""The folder that a suite is published in: one run at a time, and every file whole or not there."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from ivvu_analysis.batch.job import Result
from ivvu_analysis.errors import OutputError

MANIFEST = "manifest.json"
KEY_FIGURES = "key_figures.json"
COVER = "index.html"
LOCK = ".lock"

HALF = ".half"  # how the name of a file ends that is still being written


def report_files(name: str) -> dict[str, str]:
    """Return where the files of a report are within the folder of its suite, by what they are."""
    return {
        "html": f"reports/{name}.html",
        "notebook": f"notebooks/{name}.ipynb",
        "workbook": f"tables/{name}.xlsx",
    }


def data_file(name: str) -> str:
    """Return where the data that a report recorded for other programs is; few reports have any."""
    return f"tables/{name}.csv"


def digest(data: bytes) -> str:
    """Return the sha256 of `data`, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


class Store:
    """The output folder of one suite, held for one run.

    Parameters
    ----------
    folder
        The folder; it is made if need be.

    Raises
    ------
    OutputError
        On entering, if the folder cannot be written or another run holds it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: IO[str] | None = None
        self._new: list[Path] = []

    def __enter__(self) -> Self:
        try:
            self._new = [path for path in (self.folder, *self.folder.parents) if not path.exists()]
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = _hold(self.folder / LOCK)
            self._sweep()
        except OSError as error:
            raise _unwritable(self.folder, error) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock:
            # Unlinked before it is let go: a run that waits for it notices, and makes its own.
            with suppress(OSError):
                (self.folder / LOCK).unlink()
            self._lock.close()
        # A run that came to nothing leaves no folders either.
        with suppress(OSError):
            for path in self._new:
                path.rmdir()

    def _sweep(self) -> None:
        """Remove what a run that was killed left half written."""
        for half in self.folder.glob(f"**/.*{HALF}"):
            half.unlink()

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

    def publish(self, result: Result) -> dict[str, str]:
        """Write what there is of a result, and return the sha256 of each file by its name.

        Of a failed report only the notebook is written, for inspection: the page and the tables of its
        predecessor stay.
        """
        files = report_files(result.name)
        parts = {
            files["notebook"]: result.notebook.encode(),
            files["workbook"]: result.workbook or b"",
            files["html"]: (result.html or "").encode(),
            data_file(result.name): str((result.content or {}).get("data", "")).encode(),
        }
        return {name: self.write(name, data) for name, data in parts.items() if data}

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


def to_json(data: object) -> bytes:
    """Return `data` as JSON that a person can read and that is the same for the same data."""
    return (json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _hold(path: Path) -> IO[str]:
    """Return the lock file at `path`, held until it is closed or this process ends, however it ends."""
    while True:
        file = path.open("a+", encoding="utf-8")
        try:
            _lock_now(file)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "another process"
            file.close()
            raise OutputError(
                f"The folder {path.parent} is in use by {holder}.",
                "Wait until that run has ended, or give another folder with --output.",
            ) from None
        with suppress(FileNotFoundError):
            if _is_still(file, path):
                file.truncate(0)
                file.write(f"process {os.getpid()} on {platform.node()}")
                file.flush()
                return file
        file.close()


def _is_still(file: IO[str], path: Path) -> bool:
    """Return whether the open file is the one at `path`, and not one that was unlinked meanwhile."""
    return os.path.samestat(os.fstat(file.fileno()), path.stat())


def _lock_now(file: IO[str]) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _unwritable(path: Path, error: OSError) -> OutputError:
    if isinstance(error, FileExistsError | NotADirectoryError):
        remedy = "There is a file where a folder is needed: give another folder with --output."
    elif error.errno == errno.ENOSPC:
        remedy = "The disk is full: make room and run again; what was published before is untouched."
    else:
        remedy = "Give a folder that you may write to with --output."
    return OutputError(f"{path} cannot be written: {error.strerror or error}.", remedy)
