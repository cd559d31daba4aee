"""The rules that the rows of a register must keep, all of them checked before anything is reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import pandera.pandas as pandera
from pandera.errors import SchemaErrors

from ivvu_analysis.codebook import squeeze
from ivvu_analysis.register import clean, spelling
from ivvu_analysis.register.spelling import Speller
from ivvu_analysis.register.table import Table

BEGUN = ("running", "completed_successful", "completed_unsuccessful")
COMPLETED = BEGUN[1:]


class Rule(NamedTuple):
    """What is wrong with a project, in which column that shows, and which rows are faulty."""

    problem: str
    column: str
    severity: str
    broken: Callable[[pd.DataFrame, Speller], pd.Series]


def _holder_disagrees(projects: pd.DataFrame, speller: Speller) -> pd.Series:
    implied = clean.holder_of(projects["region"], speller)
    return (
        projects["holder"].notna()
        & implied.notna()
        & (implied.astype(object) != projects["holder"].astype(object))
    )


def _id_repeated(projects: pd.DataFrame, speller: Speller) -> pd.Series:
    return projects["id"].notna() & projects.duplicated(["wave", "id"], keep=False)


def _id_missing(projects: pd.DataFrame, speller: Speller) -> pd.Series:
    return projects["id"].isna() & projects["id"].notna().any()


def reused(projects: pd.DataFrame, speller: Speller) -> pd.Series:
    """Return which projects have the number of another one at another wave: row numbers used as such."""
    again = projects["id"].notna() & projects.duplicated("id", keep=False)
    if not again.any() or projects["wave"].nunique() < 2:
        return pd.Series(False, index=projects.index)
    some = projects.loc[again, ["id", "wave", "title", "region", "theme"]].astype(object)
    some["title"] = some["title"].map(squeeze, na_action="ignore")
    kinds = some.groupby("id")[["wave", "title", "region", "theme"]].agg(["nunique", "count", "size"])
    several = kinds["wave", "nunique"] > 1
    # Every row must differ from every other in whatever is known of it, the title among it.
    unlike = [
        (kinds[c, "nunique"] == kinds[c, "count"]) | (kinds[c, "count"] == 0)
        for c in ("title", "region", "theme")
    ]
    told = (kinds["title", "count"] > 1) & ((kinds["region", "count"] > 1) | (kinds["theme", "count"] > 1))
    faulty = several & told & unlike[0] & unlike[1] & unlike[2]
    return projects["id"].isin(faulty.index[faulty]) & again


def _not_started_with_result(projects: pd.DataFrame, speller: Speller) -> pd.Series:
    return (projects["status"] == "not_started") & (projects["sharing"] == "yes")


def _completed_without_start(projects: pd.DataFrame, speller: Speller) -> pd.Series:
    # An edition that does not record the start at all is not faulted row by row.
    recorded = projects.loc[projects["start"].notna(), "wave"].unique()
    return projects["status"].isin(COMPLETED) & projects["start"].isna() & projects["wave"].isin(recorded)


def _begun_before_start(projects: pd.DataFrame, speller: Speller) -> pd.Series:
    first_year = projects["start"].cat.rename_categories(
        [int(code[:4]) for code in projects["start"].cat.categories]
    )
    wave_year = projects["wave"].cat.categories.str[:4].astype(int).to_numpy()
    years = np.append(wave_year, 9999)[projects["wave"].cat.codes.to_numpy()]
    return projects["status"].isin(BEGUN) & (first_year.astype(float) > years)


RULES = (
    Rule("id_missing", "id", "warning", _id_missing),
    Rule("id_repeated", "id", "error", _id_repeated),
    Rule("id_reused", "id", "warning", reused),
    Rule("holder_disagrees", "holder", "error", _holder_disagrees),
    Rule("not_started_with_result", "sharing", "error", _not_started_with_result),
    Rule("completed_without_start", "start", "warning", _completed_without_start),
    Rule("begun_before_start", "start", "error", _begun_before_start),
)


def schema(projects: pd.DataFrame, speller: Speller) -> pandera.DataFrameSchema:
    """Return the schema of cleaned projects: the codes of every column, and `RULES` across them."""
    columns = {
        "sheet": pandera.Column(),
        "row": pandera.Column("int64"),
        **{name: pandera.Column(str, nullable=True) for name in clean.FREE_TEXT},
        **{name: _column(name, projects, speller) for name in spelling.CODED},
    }
    # The faulty rows are taken from the outcome of the check; listing them once more, cell by cell, is slow.
    checks = [
        pandera.Check(
            lambda p, r=rule: ~r.broken(p, speller), name=rule.problem, n_failure_cases=1, ignore_na=False
        )
        for rule in RULES
    ]
    return pandera.DataFrameSchema(columns, checks=checks, strict=True)


def _column(name: str, projects: pd.DataFrame, speller: Speller) -> pandera.Column:
    if name == "wave":
        return pandera.Column(pandera.Category, pandera.Check.str_matches(r"20\d\d-\d\d$"), nullable=True)
    known = speller.scale_of(name).grown(projects[name].dropna().unique())
    return pandera.Column(pd.CategoricalDtype(list(known.codes), known.ordered), nullable=True)


def report(projects: pd.DataFrame, table: Table, speller: Speller) -> None:
    """Add to the findings of a table what is wrong between the columns of its projects.

    Raises
    ------
    SchemaErrors
        If the cleaning itself has produced something that is no code; that is a bug.
    """
    try:
        schema(projects, speller).validate(projects, lazy=True)
    except SchemaErrors as found:
        names = {rule.problem for rule in RULES}
        broken = {
            e.check.name: ~e.check_output
            for e in found.schema_errors
            if getattr(e.check, "name", None) in names
        }
        if len(broken) < len(found.schema_errors):
            raise
        for rule in RULES:
            if rule.problem in broken:
                at = projects.index[broken[rule.problem]].to_numpy()
                values = (
                    table.cells[rule.column].iloc[at].astype(object).to_numpy()
                    if rule.column in table.cells
                    else ""
                )
                holders = (
                    clean.holder_of(projects.loc[at, "region"], speller).astype(object).fillna("").to_numpy()
                )
                suggestion = holders if rule.problem == "holder_disagrees" else ""
                table.note(at, rule.column, values, rule.problem, suggestion, rule.severity)
