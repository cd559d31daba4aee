"""What a run left in its output folder, read back: by this version of the package or by another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ivvu_analysis.batch.store import KEY_FIGURES, MANIFEST
from ivvu_analysis.errors import OutputError

KeyFigure = Mapping[str, float | None]


@dataclass(frozen=True)
class Output:
    """The output of one suite.

    Parameters
    ----------
    folder
        Where it is.
    key_figures
        What each report recorded: `estimate`, `conf_low` and `conf_high` by report and name.
    manifest
        How it was made; empty if that is not known.
    """

    folder: Path
    key_figures: Mapping[str, Mapping[str, KeyFigure]]
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the suite is called."""
        return str(self.manifest.get("title") or self.folder.resolve().name)

    @property
    def reports(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each report, by its name."""
        known: Mapping[str, Mapping[str, Any]] = self.manifest.get("reports", {})
        return {name: known.get(name, {}) for name in sorted({*known, *self.key_figures})}

    def wave(self, report: str) -> str:
        """Return the wave that a report is about; empty where that is not known."""
        return str(self.reports.get(report, {}).get("wave", ""))

    def language(self, report: str) -> str:
        """Return the language of a report; empty where that is not known."""
        return str(self.reports.get(report, {}).get("language", ""))


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
        If either cannot be read; there may be no manifest.
    """
    key_figures = _read(folder / KEY_FIGURES)
    manifest = _read(folder / MANIFEST) if (folder / MANIFEST).is_file() else {}
    output = Output(folder, key_figures, manifest)
    _prove(output)
    return output


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path, str(error)) from None
    if not isinstance(content, dict):
        raise _damaged(path, "it holds no names")
    return content


def _prove(output: Output) -> None:
    """Refuse key figures and reports that do not have the documented form."""
    for report, figures in output.key_figures.items():
        if not isinstance(figures, dict) or not all(_is_figure(figure) for figure in figures.values()):
            raise _damaged(
                output.folder / KEY_FIGURES, f"the figures of '{report}' are not in the usual form"
            )
    reports = output.manifest.get("reports", {})
    if not isinstance(reports, dict) or not all(isinstance(entry, dict) for entry in reports.values()):
        raise _damaged(output.folder / MANIFEST, "its reports are not in the usual form")


def _is_figure(figure: object) -> bool:
    return isinstance(figure, dict) and all(
        figure.get(part) is None or isinstance(figure[part], int | float)
        for part in ("estimate", "conf_low", "conf_high")
    )


def _damaged(path: Path, why: str) -> OutputError:
    return OutputError(f"{path} cannot be read: {why}.", "Make the reports again with ivvu run.")
