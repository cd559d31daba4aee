"""A choice of the overview as a suite file, for the batch to make reports of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ivvu_analysis.errors import OutputError, ParameterError

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
REPORTS = {
    **dict.fromkeys(("agreements", "dynamics", "vision"), "collaboration_phases"),
    **dict.fromkeys(("impact", "sharing"), "impact"),
    **dict.fromkeys(("participation", "status"), "portfolio"),
}


def compose(subject: str, parameters: Mapping[str, Any], regions: Any) -> str:
    """Return the text of a suite: the report on a subject, and a profile of each of the regions, if any."""
    reports: list[dict[str, Any]] = [{"notebook": REPORTS.get(subject, subject)}]
    if regions:
        reports.append({"notebook": "region_profile", "for_each": {"region": regions}})
    about = f"{subject}, {parameters['wave']}"
    title = {"en": f"Explored: {about}", "nl": f"Verkend: {about}"}
    suite = {"title": title, "parameters": dict(parameters), "reports": reports}
    return str(yaml.safe_dump(suite, allow_unicode=True, sort_keys=False))


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
    except OSError as error:
        raise OutputError(
            f"The suite {path} cannot be written: {error.strerror}.",
            "Choose another name, say that a suite may be replaced, or check the folder.",
        ) from None
    return path
