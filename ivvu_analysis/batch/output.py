"""The output folder of a suite: its manifest, which remembers what was made, and its files, each whole."""

import json
import math
import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, TypeAdapter, ValidationError

from ivvu_analysis.errors import OutputError, writing
from ivvu_analysis.places import digest_of

COVER = "index.html"
MANIFEST = "manifest.json"
KEY_FIGURES = "key_figures.json"
LOCK = ".lock"  # says who holds it
FORMAT = 2

Wave = Annotated[str, Field(pattern=r"^([1-9][0-9]{3}-(0[1-9]|1[0-2]))?$")]
Number = Annotated[
    float | None, PlainSerializer(lambda n: n if n is None or math.isfinite(n) else str(n), when_used="json")
]


class KeyFigure(BaseModel):
    """A number that a report recorded, with its interval; infinity is a text, because JSON has none."""

    estimate: Number = None
    conf_low: Number = None
    conf_high: Number = None


Figures = dict[str, dict[str, KeyFigure]]
"""What reports recorded, by their names and its own."""


class Failure(BaseModel):
    """Why there is no report: what failed, the reason, and the code cell where it was one.

    `kind` is ``"start"``, ``"cell"``, ``"kernel"``, ``"deadline"``, ``"identity"``, ``"export"`` or
    ``"worker"``.
    """

    kind: str = ""
    message: str
    cell: int | None = None
    source: str = ""
    details: str = ""


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
    programme: str = ""
    wave: Wave = ""
    region: str = ""
    origin: str = ""
    findings: list[str] = []
    headlines: list[dict[str, str]] = []
    key_figures: dict[str, KeyFigure] = {}
    inputs: dict[str, str] = {}
    outputs: dict[str, str] = {}
    started: str = ""
    seconds: dict[str, float] = {}
    attempts: int = 1
    host: str = ""
    error: Failure | None = None


@dataclass(frozen=True, eq=False)
class Job:
    """One report to be made.

    Parameters
    ----------
    suite, name
        The suite, and the report in it: the stem of its files.
    notebook, text
        The notebook's path and what it holds.
    parameters
        A value for each of its parameters; files are named from the notebook's folder.
    language
        The language of the page, for a notebook that does not say so itself.
    timeout
        Seconds that the whole report may take.
    files
        The files that its parameters name.
    """

    suite: str
    name: str
    notebook: Path
    text: str
    parameters: Mapping[str, Any]
    language: str = "en"
    timeout: float = 300.0
    files: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Result:
    """What became of a job: what is known of the report, or why there is none, and the parts there are.

    `parts` are html, workbook and data, if it did not fail, and the notebook, as far as it came.
    """

    entry: Entry
    parts: Mapping[str, bytes]


def failed(kind: str, message: str, parts: Mapping[str, bytes] | None = None, **known: Any) -> Result:
    """Return the result of a report of which there is nothing to publish, with the `parts` there are."""
    return Result(Entry(status="failed", error=Failure(kind=kind, message=message, **known)), parts or {})


class Run(BaseModel):
    """When and with what the last reports were made; see `ledger.how`."""

    started: str = ""
    seconds: float = 0.0
    versions: dict[str, str] = {}
    workers: int = 0
    host: str = ""
    platform: str = ""
    revision: str = ""


class Manifest(BaseModel):
    """Everything that is known of the output of a suite: the memory of the next run, and the proof."""

    folder: Annotated[Path, Field(exclude=True)] = Path()
    format: Annotated[int, Field(le=FORMAT)] = FORMAT
    suite: str = ""
    title: str = ""
    source: str = ""
    written: str = ""
    reports: dict[str, Entry] = {}
    outputs: dict[str, str] = {}
    ground: dict[str, str] = {}
    run: Run = Run()

    @property
    def published(self) -> dict[str, Entry]:
        """The reports that did not fail, by name."""
        return {name: entry for name, entry in self.reports.items() if entry.status == "published"}

    @property
    def files(self) -> dict[str, str]:
        """The sha256 of every file that was made, by its name in the folder."""
        parts = [*(entry.outputs for entry in self.reports.values()), self.outputs]
        return {name: sha for outputs in parts for name, sha in outputs.items()}

    def about(self, what: Literal["programme", "wave", "origin"]) -> list[str]:
        """Return the programmes or waves that they are about, or where their figures come from, in order."""
        return sorted({value for entry in self.published.values() if (value := getattr(entry, what))})


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an output folder, which must be of this version; without one, nothing is known."""
    path = folder / MANIFEST
    known: Manifest = _read(path, Manifest) if path.is_file() else Manifest()
    return known.model_copy(update={"folder": folder, "title": known.title or folder.resolve().name})


def read_output(folder: Path) -> Manifest:
    """Read the manifest of an output folder, if there is one, with what its key figures say was published."""
    figures: Figures = _read(folder / KEY_FIGURES, Figures)
    known = read_manifest(folder)
    for name in {**known.reports, **figures}:
        entry = known.reports.setdefault(name, Entry())
        entry.status = "published" if name in figures else "failed"
        entry.key_figures = figures.get(name, {})
    return known


def _read(path: Path, form: Any) -> Any:
    try:
        return TypeAdapter(form).validate_json(path.read_bytes())
    except OSError as error:
        remedy = "Name the output folder of a suite, or make its reports with ivvu run."
        raise OutputError(f"{path} cannot be read: {error.strerror}.", remedy) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        why = f"{'.'.join(map(str, first['loc']))}: {first['msg']}".removeprefix(": ")
    problem = f"{path} cannot be read: it is not in the usual form ({why})."
    raise OutputError(problem, "Remove it, and make the reports again with ivvu run.")


def report_files(name: str) -> dict[str, str]:
    """Return where the files of a report are within the folder of its suite, by what they are."""
    return {
        "html": f"reports/{name}.html",
        "notebook": f"notebooks/{name}.ipynb",
        "workbook": f"tables/{name}.xlsx",
        "data": f"tables/{name}.csv",
    }


def name_from(path: str | Path, folder: Path) -> str:
    """Return what a file is called from `folder`, which says nothing of where the machine keeps either."""
    return Path(os.path.relpath(path, folder)).as_posix()


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
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            holder = path.read_text(encoding="utf-8") or "another process"
            remedy = "Wait until that run has ended, or give another folder with --output."
            raise OutputError(f"The folder {folder} is in use by {holder}.", remedy) from None
    try:
        with writing(path):
            path.write_text(f"process {os.getpid()} on {platform.node()}", encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        lock.release()


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the sha256 of those of the named files that are there."""
    return {name: found for name in names if (found := digest_of(folder / name))}


def remove(folder: Path, names: Mapping[str, str]) -> None:
    """Remove the files that are still what a manifest says: no one else's work."""
    for name, found in digests(folder, names).items():
        if found == names[name]:
            with suppress(OSError):
                (folder / name).unlink()
