"""A choice of the overview as a suite file, for the batch to make reports of."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ivvu_analysis.errors import OutputError, ParameterError

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
REPORTS = {
    **dict.fromkeys(("agreements", "dynamics", "vision"), "collaboration_phases"),
    **dict.fromkeys(("impact", "sharing"), "impact"),
    **dict.fromkeys(("participation", "status"), "portfolio"),
}


def compose(
    subject: str, wave: str, regions: Sequence[str], holder: str, register: str, language: str
) -> str:
    """Return the text of a suite: the report on a subject, and a profile of each chosen region."""
    reports: list[dict[str, Any]] = [{"notebook": REPORTS.get(subject, subject)}]
    if regions or holder:
        chosen: Any = list(regions) if regions else {"holder": holder}
        reports.append({"notebook": "region_profile", "for_each": {"region": chosen}})
    suite = {
        "title": {"en": f"Explored: {subject}, {wave}", "nl": f"Verkend: {subject}, {wave}"},
        "parameters": {"wave": wave, "register": register, "language": language},
        "reports": reports,
    }
    writer, text = YAML(), io.StringIO()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.dump(suite, text)
    return text.getvalue()


def write(folder: Path, name: str, text: str, *, replace: bool) -> Path:
    """Write a suite as `name`.yaml into a folder, and return its path.

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
