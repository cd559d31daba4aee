"""The statements that were collected from the documents, and what each firmness of putting a figure allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import yaml

from ivvu_analysis import published
from ivvu_analysis.errors import DataError, did_you_mean

Fit = Literal["exactly", "rounded", "not"]

NOISE = 1e-9  # what floating point adds to a share; far below any printed decimal


@cache
def words() -> Mapping[str, Any]:
    """Return `words.yaml`: firmness, units, sentences and sources, in two languages."""
    text = resources.files("ivvu_analysis.claims").joinpath("words.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


@dataclass(frozen=True)
class Firmness:
    """How firmly a figure is put, with the values that such a statement allows.

    Parameters
    ----------
    en, nl
        In words; `{claimed}` or `{low}` is where the figure or lower bound goes.
    low, high
        The bounds as multiples of the claimed figure; None where there is no bound.
    open_low, open_high
        Whether the bound itself is excluded.
    rounds
        Whether a value that rounds to the printed decimals fits as well.

    Examples
    --------
    >>> FIRMNESS["almost"].fit(Decimal("95"), 94.1)
    'exactly'
    """

    en: str
    nl: str
    low: float | None = 1.0
    high: float | None = 1.0
    open_low: bool = False
    open_high: bool = False
    rounds: bool = False

    def fit(self, claimed: Decimal, value: float) -> Fit:
        """Return whether `value` is what a claim of `claimed`, put this firmly, allows."""
        figure = float(claimed)
        above = self.low is None or value - self.low * figure > (NOISE if self.open_low else -NOISE)
        below = self.high is None or self.high * figure - value > (NOISE if self.open_high else -NOISE)
        if above and below:
            return "exactly"
        half_unit = 0.5 * 10.0 ** -decimals(claimed)
        return "rounded" if self.rounds and abs(value - figure) <= half_unit + NOISE else "not"


def decimals(claimed: Decimal) -> int:
    """Return the number of decimals that a figure was printed with."""
    return max(0, -int(claimed.as_tuple().exponent))


FIRMNESS: Mapping[str, Firmness] = {name: Firmness(**kind) for name, kind in words()["firmness"].items()}


@dataclass(frozen=True)
class Statement:
    """One statement of `claims.csv`."""

    claim: str
    document: str
    section: str
    statement_en: str
    statement_nl: str
    qualifier: str
    claimed: str
    unit: str

    @property
    def figure(self) -> Decimal:
        """The claimed figure with its printed decimals."""
        return Decimal(self.claimed)

    @property
    def firmness(self) -> Firmness:
        """How firmly the figure is put."""
        return FIRMNESS[self.qualifier]


def statements(folder: Path | None = None) -> pd.DataFrame:
    """Read `claims.csv`: one row a statement, in the order of the documents.

    Parameters
    ----------
    folder
        The folder of the published tables, by default `data/published`.

    Returns
    -------
    DataFrame
        The columns of `Statement`, all text; `claimed` keeps its printed decimals.

    Raises
    ------
    DataError
        If the file is missing or not as described, repeats a claim, leaves a field empty, or uses a
        qualifier, unit or figure that is not one.
    """
    path = (folder or published.folder()) / "claims.csv"
    frame = published.read(folder, ("claims",))["claims"]
    for line, row in enumerate(frame.to_dict("records"), start=2):
        try:
            _check({str(column): str(text) for column, text in row.items()})
        except DataError as error:
            raise DataError(f"{path}, line {line}: {error.problem}", error.remedy) from None
    repeated = frame["claim"][frame["claim"].duplicated()]
    if not repeated.empty:
        raise DataError(
            f"{path}, line {repeated.index[0] + 2}: the claim '{repeated.iloc[0]}' is there twice.",
            "Give each claim a name of its own.",
        )
    return frame


def _check(row: Mapping[str, str]) -> None:
    for column, known in (("qualifier", FIRMNESS), ("unit", words()["units"])):
        if row[column] not in known:
            raise DataError(f"'{row[column]}' is no {column}.", did_you_mean(row[column], known))
    try:
        finite = Decimal(row["claimed"]).is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        problem = f"'{row['claimed']}' is not a number."
        raise DataError(problem, "Write the figure with a point and no other signs.")


def expectations(statements: pd.DataFrame) -> pd.DataFrame:
    """Return the statements about what will be, each with the `date` by which it should be so.

    Parameters
    ----------
    statements
        The frame of `statements`.
    """
    return statements[statements["date"] != ""]
