"""The rules that the columns of a project must keep between them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ivvu_analysis.codebook import squeeze
from ivvu_analysis.register.table import Table

COMPLETED = ("completed_successful", "completed_unsuccessful")
BEGUN = ("running", *COMPLETED)


def _id_missing(projects: pd.DataFrame) -> pd.Series:
    return projects["id"].isna() & projects["id"].notna().any()


def _id_repeated(projects: pd.DataFrame) -> pd.Series:
    again = projects.loc[projects["again"], ["wave", "id"]]
    return again.duplicated(keep=False).reindex(projects.index, fill_value=False)


def _id_reused(projects: pd.DataFrame) -> pd.Series:
    """Return which projects have the number of another one at another wave: row numbers used as such."""
    again = projects["again"]
    if not again.any() or projects["wave"].nunique() < 2:
        return pd.Series(False, index=projects.index)
    about = ["title", "region", "theme"]
    some = projects.loc[again, ["id", "wave", *about]].astype(object)
    some["title"] = some["title"].map(squeeze, na_action="ignore")
    groups = some.groupby("id")
    kinds, known = groups[["wave", *about]].nunique(), groups[about].count()
    # Every row must differ from every other in whatever is known of it, the title among it.
    unlike = (kinds[about] == known).all(axis=1) & (kinds["title"] > 1)
    faulty = unlike & (kinds["wave"] > 1) & (kinds[["region", "theme"]] > 1).any(axis=1)
    return projects["id"].isin(faulty.index[faulty]) & again


def _not_started_with_result(projects: pd.DataFrame) -> pd.Series:
    return (projects["status"] == "not_started") & (projects["sharing"] == "yes")


def _completed_without_start(projects: pd.DataFrame) -> pd.Series:
    # An edition that does not record the start at all is not faulted row by row.
    recorded = projects.loc[projects["start"].notna(), "wave"].unique()
    return projects["status"].isin(COMPLETED) & projects["start"].isna() & projects["wave"].isin(recorded)


def _begun_before_start(projects: pd.DataFrame) -> pd.Series:
    first, wave = (
        projects[c].map(lambda code: float(code[:4]), na_action="ignore").astype(float)
        for c in ("start", "wave")
    )
    return projects["status"].isin(BEGUN) & (first > wave)


# What is wrong with a project, in which column that shows, and which rows are faulty.
RULES: tuple[tuple[str, str, Callable[[pd.DataFrame], pd.Series]], ...] = (
    ("id_missing", "id", _id_missing),
    ("id_repeated", "id", _id_repeated),
    ("id_reused", "id", _id_reused),
    ("not_started_with_result", "sharing", _not_started_with_result),
    ("completed_without_start", "start", _completed_without_start),
    ("begun_before_start", "start", _begun_before_start),
)


def report(projects: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Add what is wrong to the findings of a table; return the projects, no two of them taken for one."""
    broken = {problem: rule(projects) for problem, _, rule in RULES}
    for problem, column, _ in RULES:
        table.note(projects.index[broken[problem]].to_numpy(), column, problem)
    if not (other := broken["id_reused"]).any():
        return projects
    named = projects["id"].astype(object) + " (" + projects["wave"].astype(object) + ")"
    return projects.assign(id=projects["id"].mask(other, named))
