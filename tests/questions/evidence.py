"""Evidence in which only some rows, or some counts, differ from the published tables."""

from dataclasses import replace
from typing import Any

import pandas as pd

from ivvu_analysis.data import Evidence, from_published


def of_projects(rows: list[dict[str, Any]], origin: str = "register") -> Evidence:
    """Return evidence with these projects, as a register gives them."""
    return replace(from_published(), origin=origin, projects=pd.DataFrame(rows))


def of_counts(rows: list[tuple[str, str, str, str, int]]) -> Evidence:
    """Return evidence with only these counts: `measure, group, wave, level, projects`."""
    counts = pd.DataFrame(rows, columns=["measure", "group", "wave", "level", "projects"])
    return replace(from_published(), project_counts=counts.assign(origin="published"))
