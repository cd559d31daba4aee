"""The rows of a register, as far as they may be taken apart by region, holder or project.

Tables hold for published figures too; what stands here holds only for projects that somebody really entered.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ivvu_analysis.data import Evidence

RATINGS = ("impact", "sharing", "scalability")


def why_none(evidence: Evidence) -> str:
    """Return why there are no rows to take apart, as a code of the scale `no_model`; empty if there are.

    Published figures have no rows, and nothing is to be explained: the code is empty for them, too.
    """
    if evidence.origin == "reconstructed":
        return "reconstructed"
    if evidence.projects is not None and _edition(evidence.projects, evidence.wave).empty:
        return "no_projects"
    return ""


def real(evidence: Evidence, wave: str = "") -> pd.DataFrame | None:
    """Return the projects of a wave as they were entered, by default those of the edition.

    There are none for published and for reconstructed evidence: the result is None.
    """
    if evidence.projects is None or evidence.origin == "reconstructed":
        return None
    return _edition(evidence.projects, wave or evidence.wave)


def rated(evidence: Evidence, projects: pd.DataFrame, measure: str, order: Sequence[str] = ()) -> pd.Series:
    """Return the ratings on a measure as an ordered categorical; an unknown rating is missing.

    Parameters
    ----------
    evidence
        Whose codebook has the levels.
    projects
        One row a project.
    measure
        The column, a measure or a second rating such as ``"impact_2"``.
    order
        The levels from low to high, by default as in the codebook.
    """
    levels = list(order or evidence.codebook.scale(measure.removesuffix("_2")).rated)
    texts = projects[measure].astype(object)
    known = texts.where(texts.isin(levels))
    return pd.Series(pd.Categorical(known, levels, ordered=True), index=projects.index, name=measure)


def reached(evidence: Evidence, projects: pd.DataFrame, measure: str) -> pd.Series:
    """Return whether each project has got somewhere: ``"no" < "yes"``, missing where it is not rated.

    Which levels count is the subset `reached` of the measure in the codebook.
    """
    ratings = rated(evidence, projects, measure)
    there = ratings.isin(evidence.codebook.scale(measure).subset("reached"))
    known = there.map({True: "yes", False: "no"}).astype(object).where(ratings.notna())
    return pd.Series(pd.Categorical(known, ["no", "yes"], ordered=True), index=projects.index, name=measure)


def _edition(projects: pd.DataFrame, wave: str) -> pd.DataFrame:
    return projects[projects["wave"].astype(object) == wave].reset_index(drop=True)
