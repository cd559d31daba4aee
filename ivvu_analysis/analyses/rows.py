"""The rows of a register, as far as they may be taken apart by region, holder or project.

Tables hold for published figures too; what stands in this room holds only for projects that somebody really
entered.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ivvu_analysis.codebook import scale
from ivvu_analysis.evidence import Evidence

# The levels of each measure at which a project has got somewhere; their share is what is compared.
REACHED = {
    "impact": tuple(f"{size}_much" for size in scale("impact_scale").codes),
    "sharing": ("yes",),
    "scalability": ("this_region", "other_regions", "national"),
}


def why_none(evidence: Evidence, wave: str) -> str:
    """Return why a register has no rows to take apart at `wave`, as a code of the scale `no_model`.

    Published figures have no rows, and nothing is to be explained: the code is empty, as it is where there
    are rows.
    """
    if evidence.origin == "reconstructed":
        return "reconstructed"
    if evidence.projects is not None and _edition(evidence.projects, wave).empty:
        return "no_projects"
    return ""


def real(evidence: Evidence, wave: str) -> pd.DataFrame | None:
    """Return the projects of one wave as they were entered; None for published and reconstructed evidence."""
    if evidence.projects is None or evidence.origin == "reconstructed":
        return None
    return _edition(evidence.projects, wave)


def rated(projects: pd.DataFrame, measure: str, order: Sequence[str] = ()) -> pd.Series:
    """Return the ratings on a measure as an ordered categorical; an unknown rating is missing.

    Parameters
    ----------
    projects
        One row a project.
    measure
        The column, a measure or a second rating such as ``"impact_2"``.
    order
        The levels from low to high, by default as in the codebook.
    """
    levels = list(order or scale(measure.removesuffix("_2")).rated)
    texts = projects[measure].astype(object)
    known = texts.where(texts.isin(levels))
    return pd.Series(pd.Categorical(known, levels, ordered=True), index=projects.index, name=measure)


def reached(projects: pd.DataFrame, measure: str) -> pd.Series:
    """Return whether each project has got to `REACHED`: ``"no" < "yes"``, missing where it is not rated."""
    ratings = rated(projects, measure)
    marks = ratings.isin(REACHED[measure]).map({True: "yes", False: "no"}).astype(object)
    known = marks.where(ratings.notna())
    return pd.Series(pd.Categorical(known, ["no", "yes"], ordered=True), index=projects.index, name=measure)


def _edition(projects: pd.DataFrame, wave: str) -> pd.DataFrame:
    return projects[projects["wave"].astype(object) == wave].reset_index(drop=True)
