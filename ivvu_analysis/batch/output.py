"""What a run left in its output folder, read back: by this version of the package or by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from ivvu_analysis.batch.shape import Wave, complaint
from ivvu_analysis.batch.store import KEY_FIGURES, MANIFEST
from ivvu_analysis.errors import OutputError

T = TypeVar("T")


@dataclass(frozen=True)
class KeyFigure:
    """A number that a report recorded, with its interval; what is not known is None."""

    estimate: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None


@dataclass(frozen=True)
class Report:
    """How one report was made, as far as that is known."""

    status: str = ""
    language: str = ""
    wave: Wave = ""
    origin: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """What reports were made with: versions by package."""

    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """How the output of a suite was made, as far as that is known."""

    title: str = ""
    written: str = ""
    reports: Mapping[str, Report] = field(default_factory=dict)
    ground: Mapping[str, str] = field(default_factory=dict)
    run: Run = field(default_factory=Run)


Figures = Mapping[str, Mapping[str, KeyFigure]]

# Not strict: JSON has no infinity, so that it was written as text.
FIGURES = TypeAdapter[Figures](Figures)
MADE = TypeAdapter(Made)


@dataclass(frozen=True)
class Output:
    """The output of one suite.

    Parameters
    ----------
    folder
        Where it is.
    key_figures
        What each report recorded, by report and name.
    manifest
        How it was made; empty if that is not known.
    """

    folder: Path
    key_figures: Figures
    manifest: Made = field(default_factory=Made)

    @property
    def title(self) -> str:
        """What the suite is called."""
        return self.manifest.title or self.folder.resolve().name

    @property
    def reports(self) -> Mapping[str, Report]:
        """What is known of each report, by its name."""
        known = self.manifest.reports
        return {name: known.get(name, Report()) for name in sorted({*known, *self.key_figures})}

    def wave(self, report: str) -> str:
        """Return the wave that a report is about; empty where that is not known."""
        return self.manifest.reports.get(report, Report()).wave

    def language(self, report: str) -> str:
        """Return the language of a report; empty where that is not known."""
        return self.manifest.reports.get(report, Report()).language


def find_outputs(folder: Path) -> dict[str, Output]:
    """Return the outputs in `folder` by the names of their folders: its own, or those right below it.

    Raises
    ------
    OutputError
        If there is none, or one cannot be read.
    """
    if (folder / KEY_FIGURES).is_file():
        return {folder.resolve().name: read_output(folder)}
    below = sorted(path.parent for path in folder.glob(f"*/{KEY_FIGURES}"))
    if not below:
        raise OutputError(
            f"There are no published reports in {folder}: neither it nor a folder in it has a {KEY_FIGURES}.",
            "Give the output folder of a suite, such as output/national, or the folder it is in.",
        )
    return {path.name: read_output(path) for path in below}


def read_output(folder: Path) -> Output:
    """Read the key figures and the manifest of an output folder.

    Raises
    ------
    OutputError
        If either cannot be read or is not in the documented form; there may be no manifest.
    """
    manifest = folder / MANIFEST
    return Output(
        folder,
        _read(folder / KEY_FIGURES, FIGURES),
        _read(manifest, MADE) if manifest.is_file() else Made(),
    )


def output_of(folder: Path, key_figures: Any, manifest: Any) -> Output:
    """Return the output that `folder` will hold once these two are written to it.

    Raises
    ------
    OutputError
        If either is not in the documented form.
    """
    return Output(
        folder,
        _proved(folder / KEY_FIGURES, FIGURES, key_figures),
        _proved(folder / MANIFEST, MADE, manifest),
    )


def _read(path: Path, shape: TypeAdapter[T]) -> T:
    try:
        return shape.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise _damaged(path, error) from None


def _proved(path: Path, shape: TypeAdapter[T], content: Any) -> T:
    try:
        return shape.validate_python(content)
    except ValidationError as error:
        raise _damaged(path, error) from None


def _damaged(path: Path, error: OSError | ValidationError) -> OutputError:
    return OutputError(
        f"{path} cannot be read: it is not in the usual form ({complaint(error)}).",
        "Make the reports again with ivvu run.",
    )
