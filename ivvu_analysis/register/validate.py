"""The rules that the rows of a register must keep, all of them checked before anything is reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import pandera.pandas as pandera
from pandera.errors import SchemaErrors

from ivvu_analysis.codebook import scale
from ivvu_analysis.register import clean, spelling
from ivvu_analysis.register.sheet import RawSheet

BEGUN = ("running", "completed_successful", "completed_unsuccessful")
COMPLETED = BEGUN[1:]


class Rule(NamedTuple):
    """What is wrong with a project, in which column that shows, and which rows are faulty."""

    problem: str
    column: str
    severity: str
    broken: Callable[[pd.DataFrame], pd.Series]


def _holder_disagrees(projects: pd.DataFrame) -> pd.Series:
    implied = clean.holder_of(projects["region"])
    return projects["holder"].notna() & implied.notna() & (implied != projects["holder"])


def _id_repeated(projects: pd.DataFrame) -> pd.Series:
    return projects["id"].notna() & projects.duplicated(["wave", "id"], keep=False)


def _id_missing(projects: pd.DataFrame) -> pd.Series:
    return projects["id"].isna() & projects["id"].notna().any()


def _not_started_with_result(projects: pd.DataFrame) -> pd.Series:
    return (projects["status"] == "not_started") & (projects["sharing"] == "yes")


def _completed_without_start(projects: pd.DataFrame) -> pd.Series:
    # An edition that does not record the start at all is not faulted row by row.
    recorded = projects.loc[projects["start"].notna(), "wave"].unique()
    return projects["status"].isin(COMPLETED) & projects["start"].isna() & projects["wave"].isin(recorded)


def _begun_before_start(projects: pd.DataFrame) -> pd.Series:
    first_year = projects["start"].cat.rename_categories([int(code[:4]) for code in scale("start").codes])
    wave_year = projects["wave"].cat.categories.str[:4].astype(int).to_numpy()
    years = np.append(wave_year, 9999)[projects["wave"].cat.codes.to_numpy()]
    return projects["status"].isin(BEGUN) & (first_year.astype(float) > years)


RULES = (
    Rule("id_missing", "id", "warning", _id_missing),
    Rule("id_repeated", "id", "error", _id_repeated),
    Rule("holder_disagrees", "holder", "error", _holder_disagrees),
    Rule("not_started_with_result", "sharing", "error", _not_started_with_result),
    Rule("completed_without_start", "start", "warning", _completed_without_start),
    Rule("begun_before_start", "start", "error", _begun_before_start),
)


def schema() -> pandera.DataFrameSchema:
    """Return the schema of cleaned projects: the codes of every column, and `RULES` across them."""
    columns = {
        "row": pandera.Column("int64", unique=True),
        **{name: pandera.Column(str, nullable=True) for name in clean.FREE_TEXT},
        **{name: _column(name) for name in spelling.CODED},
    }
    return pandera.DataFrameSchema(columns, checks=[_check(rule) for rule in RULES], strict=True)


def _column(name: str) -> pandera.Column:
    if name == "wave":
        return pandera.Column(pandera.Category, pandera.Check.str_matches(r"20\d\d-\d\d$"), nullable=True)
    known = spelling.scale_of(name)
    return pandera.Column(pd.CategoricalDtype(known.codes, known.ordered), nullable=True)


def _check(rule: Rule) -> pandera.Check:
    # The faulty rows are taken from the outcome of the check; listing them once more, cell by cell, is slow.
    return pandera.Check(lambda projects: ~rule.broken(projects), name=rule.problem, n_failure_cases=1)


def issues(projects: pd.DataFrame, raw: RawSheet) -> pd.DataFrame:
    """Return what is wrong between the columns of a register: one row a project and broken rule.

    Parameters
    ----------
    projects
        The codes of every row, as `clean.projects` gives them.
    raw
        The texts of the register, to show what stands in the cell.

    Returns
    -------
    DataFrame
        `row, column, value, problem, suggestion, severity`.

    Raises
    ------
    SchemaErrors
        If the cleaning itself has produced something that is no code; that is a bug.
    """
    try:
        schema().validate(projects, lazy=True)
    except SchemaErrors as found:
        broken = {error.check.name: ~error.check_output for error in found.schema_errors if _is_rule(error)}
        if len(broken) < len(found.schema_errors):
            raise
        return pd.concat(
            [_issues(rule, broken[rule.problem], projects, raw) for rule in RULES if rule.problem in broken]
        )
    return clean.no_issues()


def _is_rule(error: pandera.errors.SchemaError) -> bool:
    return getattr(error.check, "name", None) in {rule.problem for rule in RULES}


def _issues(rule: Rule, broken: pd.Series, projects: pd.DataFrame, raw: RawSheet) -> pd.DataFrame:
    rows = projects.index[broken]
    position = raw.columns.positions.get(rule.column)
    values = "" if position is None else raw.cells.loc[rows, position].astype(str).to_numpy()
    suggestions: object = ""
    if rule.problem == "holder_disagrees":
        suggestions = clean.holder_of(projects.loc[rows, "region"]).astype(str).to_numpy()
    return clean.issues_of(rows, rule.column, values, rule.problem, suggestions, rule.severity)
