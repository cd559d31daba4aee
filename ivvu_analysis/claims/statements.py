"""The statements that were collected from the documents, and what each firmness of a figure allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import yaml

from ivvu_analysis import data
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
    """How firmly a figure is put, with the values that such a statement allows: see `words.yaml`.

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
    note: Mapping[str, str] = field(default_factory=dict)

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
    page: str
    statement_en: str
    statement_nl: str
    qualifier: str
    claimed: str
    unit: str
    expected_by: str

    @property
    def figure(self) -> Decimal:
        """The claimed figure with its printed decimals."""
        return Decimal(self.claimed)

    def fit(self, value: float) -> Fit:
        """Return whether `value` is what the statement allows."""
        return FIRMNESS[self.qualifier].fit(self.figure, value)


def statements(folder: Path | None = None) -> pd.DataFrame:
    """Read `claims.csv` of a folder of published tables, by default `data/published`.

    Returns
    -------
    DataFrame
        One row a statement, in the order of the documents, with the columns of `Statement`, all text;
        `claimed` keeps its printed decimals.

    Raises
    ------
    DataError
        If the file is missing or not as described, repeats a claim, leaves a field empty, or uses a
        qualifier, unit or figure that is not one; with its line.
    """
    frame = data.read(folder, ("claims",))["claims"]
    repeated = frame["claim"].duplicated()
    for line, row in enumerate(frame.to_dict("records"), start=2):
        try:
            _check({str(column): str(text) for column, text in row.items()}, bool(repeated[line - 2]))
        except DataError as error:
            raise DataError(f"claims.csv, line {line}: {error.problem}", error.remedy) from None
    return frame


def _check(row: Mapping[str, str], repeated: bool) -> None:
    if repeated:
        problem = f"the claim '{row['claim']}' is there twice."
        raise DataError(problem, "Give each claim a name of its own.")
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


def expectations(folder: Path | None = None) -> pd.DataFrame:
    """Return the statements about what was to come, each with the month it was `expected_by`."""
    frame = statements(folder)
    return frame[frame["expected_by"] != ""].sort_values("expected_by", ignore_index=True)
