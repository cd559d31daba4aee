"""The statements that were collected, those about what was to come, and the tables to hold them against."""

from pathlib import Path

import pandas as pd

from ivvu_analysis import data
from ivvu_analysis.claims.expressions import FIGURES
from ivvu_analysis.errors import DataError, did_you_mean

TABLES = (*FIGURES, "regions", "example_projects", "passages", "utrecht_members", "utrecht_projects")


def statements(folder: Path | None = None) -> pd.DataFrame:
    """Read `claims.csv`, one row a statement in the order of the documents, all text as it was printed.

    Raises
    ------
    DataError
        If the file is missing or not as `datapackage.json` describes it: it repeats a claim, leaves a field
        empty, or uses a qualifier, unit or figure that is not one; with its line.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.statements().set_index("claim").loc["projects.total.letter", "claimed"]
    '318'
    """
    return data.read(folder, ("claims",))["claims"]


def expectations(folder: Path | None = None) -> pd.DataFrame:
    """Return the statements about what was to come, each with the month it was `expected_by`.

    Raises
    ------
    DataError
        If `expectations.csv` is not as described, or names a statement that was not collected; with its line.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.expectations()["expected_by"].min()
    '2020-12'
    """
    known, awaited = statements(folder), data.read(folder, ("expectations",))["expectations"]
    for row, name in awaited.loc[~awaited["statement"].isin(known["claim"]), "statement"].items():
        problem = f"expectations.csv, line {row + 2}: there is no statement '{name}' in claims.csv."
        raise DataError(problem, did_you_mean(name, known["claim"]))
    dated = awaited.rename(columns={"statement": "claim", "date": "expected_by"}).drop(columns="document")
    return dated.merge(known, on="claim").sort_values("expected_by", kind="stable", ignore_index=True)


def tables() -> dict[str, pd.DataFrame]:
    """Return what statements are held against, whatever else a report rests on: the published tables.

    The statements themselves are among them as ``"claims"``.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> len(claims.tables()["regions"])
    34
    """
    return {**data.read(names=TABLES), "claims": statements()}
