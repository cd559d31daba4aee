"""What is known of published reports, one entry each: the memory of the next run, and the proof."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

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

from ivvu_analysis.errors import OutputError

MANIFEST = "manifest.json"
KEY_FIGURES = "key_figures.json"
FORMAT = 2


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


Kind = Literal["start", "cell", "kernel", "deadline", "identity", "export", "worker", ""]


class Failure(BaseModel):
    """Why there is no report: what failed, the reason, and the code cell where it was one."""

    kind: Kind = ""
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
    error: Failure | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.status == "failed") != (self.error is not None):
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

    @property
    def published(self) -> list[Entry]:
        """The reports that did not fail."""
        return [entry for entry in self.reports.values() if entry.status == "published"]

    @property
    def waves(self) -> list[str]:
        """The waves that they are about, in order."""
        return sorted({entry.wave for entry in self.published if entry.wave})

    @property
    def origins(self) -> list[str]:
        """Where their figures come from."""
        return sorted({entry.origin for entry in self.published if entry.origin})


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
