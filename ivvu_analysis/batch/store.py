"""The folder that a suite is published in: one run at a time, every file whole or not there."""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from filelock import FileLock, Timeout
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from ivvu_analysis.batch.job import Result
from ivvu_analysis.errors import OutputError

MANIFEST = "manifest.json"
KEY_FIGURES = "key_figures.json"
COVER = "index.html"
LOCK, HOLDER = ".lock", ".holder"  # and who holds it
HALF = ".half"  # how the name of a file ends that is still being written
FORMAT = 2


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

    def publish(self, result: Result) -> dict[str, str]:
        """Write what there is of a result, and return the sha256 of each file by its name.

        Of a failed report only the notebook is written, for inspection: the page and the tables of its
        predecessor stay.
        """
        parts = {
            "notebook": result.notebook.encode(),
            "workbook": result.workbook,
            "html": result.html.encode(),
            "data": (result.data or "").encode(),
        }
        files = report_files(result.name)
        return {files[part]: self.write(files[part], data) for part, data in parts.items() if data}

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


def _moment(text: str) -> str:
    if text:
        datetime.fromisoformat(text)
    return text


Wave = Annotated[str, Field(pattern=r"^([1-9][0-9]{3}-(0[1-9]|1[0-2]))?$")]
Moment = Annotated[str, AfterValidator(_moment)]
Seconds = Annotated[float, Field(ge=0, lt=1e9)]
Number = Annotated[
    float | None, PlainSerializer(lambda n: n if n is None or math.isfinite(n) else str(n), when_used="json")
]


class KeyFigure(BaseModel):
    """A number that a report recorded, with its interval; infinity is a text, because JSON has none."""

    estimate: Number = None
    conf_low: Number = None
    conf_high: Number = None


class Entry(BaseModel):
    """One report as it was made last: what was asked for, what came of it, and what it was made of.

    `inputs` are the files that it read, named from the folder of its notebook; `outputs` its files in the
    folder, among them the page and the tables of an earlier run if this one failed.
    """

    model_config = ConfigDict(extra="forbid")

    notebook: str = ""
    parameters: dict[str, Any] = {}
    fingerprint: str = ""
    status: Literal["published", "failed", ""] = ""
    title: str = ""
    language: str = ""
    wave: Wave = ""
    region: str = ""
    origin: str = ""
    findings: list[str] = []
    headlines: list[dict[str, str]] = []
    key_figures: dict[str, KeyFigure] = {}
    inputs: dict[str, str] = {}
    outputs: dict[str, str] = {}
    started: Moment = ""
    seconds: dict[str, Seconds] = {}
    attempts: int = 1
    host: str = ""
    error: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.status == "failed") != ("message" in (self.error or ())) or self.error == {}:
            raise ValueError("a report that failed says why, and no other does")
        return self


class Run(BaseModel):
    """When and with what the last reports were made; see `ledger.how`."""

    model_config = ConfigDict(extra="allow")

    started: Moment = ""
    seconds: Seconds = 0.0
    versions: dict[str, str] = {}


class Manifest(BaseModel):
    """Everything that is known of the output of a suite: the memory of the next run, and the proof."""

    format: Annotated[int, Field(le=FORMAT)] = FORMAT
    suite: str = ""
    title: str = ""
    source: str = ""
    written: Moment = ""
    reports: dict[str, Entry] = {}
    outputs: dict[str, str] = {}
    ground: dict[str, str] = {}
    run: Run = Run()


class Output(BaseModel):
    """The output of one suite: where it is, its manifest, and what each report recorded by name."""

    folder: Path
    manifest: Manifest = Manifest()
    key_figures: dict[str, dict[str, KeyFigure]]

    @property
    def title(self) -> str:
        """What the suite is called."""
        return self.manifest.title or self.folder.resolve().name


FIGURES = TypeAdapter(dict[str, dict[str, KeyFigure]])


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an output folder; without one, nothing is known.

    Raises
    ------
    OutputError
        If it is not one that this version wrote.
    """
    path = folder / MANIFEST
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValidationError) as error:
        raise _damaged(path, error) from None
    return manifest


def read_output(folder: Path) -> Output:
    """Read the key figures and the manifest of an output folder; there may be no manifest.

    Raises
    ------
    OutputError
        If either cannot be read or is not in the documented form.
    """
    path = folder / KEY_FIGURES
    try:
        figures = FIGURES.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise _damaged(path, error) from None
    return Output(folder=folder, key_figures=figures, manifest=read_manifest(folder))


def _damaged(path: Path, error: OSError | ValidationError) -> OutputError:
    if isinstance(error, OSError):
        why = error.strerror or str(error)
    else:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        why = f"{place}: {first['msg']}" if place else first["msg"]
    return OutputError(
        f"{path} cannot be read: it is not in the usual form ({why}).",
        "Make the reports again with ivvu run.",
    )
