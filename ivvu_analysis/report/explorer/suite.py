"""A selection as a suite file, for the batch to make reports of."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from ivvu_analysis.codebook import LANGUAGES, scale
from ivvu_analysis.errors import OutputError, ParameterError
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.report.explorer.desk import Desk
from ivvu_analysis.report.explorer.phrases import phrase
from ivvu_analysis.report.explorer.selection import Selection
from ivvu_analysis.report.text import Words

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
PROFILE = "region_profile"
REPORTS: Mapping[str, str] = {
    **dict.fromkeys(("agreements", "dynamics", "vision"), "collaboration_phases"),
    **dict.fromkeys(("impact", "sharing"), "impact"),
    **dict.fromkeys(("participation", "status"), "portfolio"),
    "scalability": "scalability",
}


def compose(selection: Selection, evidence: Evidence, desk: Desk) -> str:
    """Return the text of a suite with the reports on what was selected.

    Parameters
    ----------
    selection
        Its subject decides on the report; its regions, or else its holder, get a profile each.
    evidence
        What the selection is about.
    desk
        The language and the seed of the reports, and the folder of the notebooks.

    Raises
    ------
    ParameterError
        If no report can be made for the wave.
    """
    reports: list[dict[str, Any]] = [{"notebook": REPORTS[selection.subject]}]
    if selection.regions:
        reports.append({"notebook": PROFILE, "for_each": {"region": list(selection.regions)}})
    elif selection.holder:
        reports.append({"notebook": PROFILE, "for_each": {"region": {"holder": selection.holder}}})
    reports = [entry for entry in reports if _can_be_made(entry["notebook"], selection, evidence, desk)]
    if not reports:
        known = evidence.waves("regions")
        raise ParameterError(
            f"There is no report that can be made for wave '{selection.wave}' of this selection.",
            f"Choose one of: {', '.join(known)}.",
        )
    parameters = {
        "wave": DoubleQuotedScalarString(selection.wave),
        "register": DoubleQuotedScalarString(desk.from_a_suite(selection.register)),
        "language": desk.language,
        "seed": desk.seed,
    }
    return _yaml({"title": _title(selection), "parameters": parameters, "reports": reports})


def write(folder: Path, name: str, text: str, *, replace: bool) -> Path:
    """Write a suite as `name`.yaml into a folder, and return its path.

    Parameters
    ----------
    folder, name
        Where, and what the suite is to be called.
    text
        What it says.
    replace
        Whether a suite of that name may be replaced.

    Raises
    ------
    ParameterError
        If the name cannot be that of a suite.
    OutputError
        If there is such a suite and it may not be replaced, or it cannot be written.
    """
    if not NAME.fullmatch(name):
        raise ParameterError(
            f"A suite cannot be called '{name}'.",
            "Use small letters, digits, dashes and underscores, and begin with a letter or a digit.",
        )
    path = folder / f"{name}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w" if replace else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OutputError(
            f"There is a suite {path.name} already; it was left as it is.",
            "Choose another name, or say that it may be replaced.",
        ) from None
    except OSError as error:
        raise OutputError(f"The suite {path} cannot be written: {error}.", "Check the folder.") from None
    return path


def _can_be_made(notebook: str, selection: Selection, evidence: Evidence, desk: Desk) -> bool:
    """Tell whether all that a notebook draws figures on was recorded at the chosen wave."""
    raw = json.loads((desk.folder / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    needed: Sequence[str] = raw["metadata"]["ivvu"]["figures_on"]
    about = ["regions"] if notebook == PROFILE else []
    return all(selection.wave in evidence.waves(name) for name in (*needed, *about))


def _title(selection: Selection) -> dict[str, str]:
    return {
        language: phrase("suite_title", language).format(
            subject=scale("dimension" if selection.is_ladder else "measure").label(
                selection.subject, language
            ),
            wave=Words(language).wave(selection.wave),
        )
        for language in LANGUAGES
    }


def _yaml(contents: Mapping[str, Any]) -> str:
    writer, text = YAML(), io.StringIO()
    writer.width = 110
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.dump(dict(contents), text)
    return text.getvalue()
