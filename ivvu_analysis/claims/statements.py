"""The quantitative statements that were collected from the documents, as one checked frame."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from ivvu_analysis import published
from ivvu_analysis.claims.vocabulary import QUALIFIERS, UNITS
from ivvu_analysis.errors import DataError, did_you_mean


def read_claims(folder: Path | None = None) -> pd.DataFrame:
    """Read `claims.csv`: one row a statement, in the order of the documents.

    Parameters
    ----------
    folder
        The folder of the published tables, by default `data/published`.

    Returns
    -------
    DataFrame
        `claim, document, section, statement_en, statement_nl, qualifier, claimed, unit`, all text; `claimed`
        keeps its printed decimals.

    Raises
    ------
    DataError
        If the file is missing or not as described, repeats a claim, leaves a field empty, or uses a
        qualifier, unit or figure that is not one.
    """
    path = (folder or published.folder()) / "claims.csv"
    claims = published.read(folder, ("claims",))["claims"]
    for line, row in enumerate(claims.to_dict("records"), start=2):
        problem = _problem({str(column): str(text) for column, text in row.items()})
        if problem:
            raise DataError(f"{path}, line {line}: {problem[0]}", problem[1])
    repeated = claims["claim"][claims["claim"].duplicated()]
    if not repeated.empty:
        raise DataError(
            f"{path}, line {repeated.index[0] + 2}: the claim '{repeated.iloc[0]}' is there twice.",
            "Give each claim a name of its own.",
        )
    return claims


def _problem(row: dict[str, str]) -> tuple[str, str] | None:
    if row["qualifier"] not in QUALIFIERS:
        return f"'{row['qualifier']}' is no qualifier.", did_you_mean(row["qualifier"], QUALIFIERS)
    if row["unit"] not in UNITS:
        return f"'{row['unit']}' is no unit.", did_you_mean(row["unit"], UNITS)
    try:
        finite = Decimal(row["claimed"]).is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        return f"'{row['claimed']}' is not a number.", "Write the figure with a point and no other signs."
    return None
