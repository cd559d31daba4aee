"""The statements that were collected from the documents, and what each firmness of a figure allows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import yaml

from ivvu_analysis import data
from ivvu_analysis.errors import DataError, did_you_mean

NOISE = 1e-9  # what floating point adds to a share; far below any printed decimal


@cache
def words() -> Mapping[str, Any]:
    """Return `words.yaml`: firmness, units and sentences, in two languages.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.words()["units"]["projects"]["en"]
    '{} projects'
    """
    text = resources.files("ivvu_analysis.claims").joinpath("words.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def statements(folder: Path | None = None) -> pd.DataFrame:
    """Read `claims.csv`, one row a statement in the order of the documents, all text as it was printed.

    Raises
    ------
    DataError
        If the file is missing or not as described, repeats a claim, leaves a field empty, or uses a
        qualifier, unit or figure that is not one; with its line.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.statements().set_index("claim").loc["projects.total.letter", "claimed"]
    '318'
    """
    frame = data.read(folder, ("claims",))["claims"]

    def refuse(wrong: pd.Series, column: str, problem: str, remedy: str = "", known: Any = ()) -> None:
        for row, given in frame.loc[wrong, column].items():
            text = f"claims.csv, line {row + 2}: {problem.format(given)}"
            raise DataError(text, remedy or did_you_mean(given, known))

    repeated, figures = frame["claim"].duplicated(), pd.to_numeric(frame["claimed"], errors="coerce")
    refuse(repeated, "claim", "the claim '{}' is there twice.", "Give each claim a name of its own.")
    for column, known in (("qualifier", words()["firmness"]), ("unit", words()["units"])):
        refuse(~frame[column].isin(known), column, f"'{{}}' is no {column}.", known=known)
    as_number = "Write it with a point and no other signs."
    refuse(~np.isfinite(figures), "claimed", "'{}' is not a number.", as_number)
    return frame


def expectations() -> pd.DataFrame:
    """Return the statements about what was to come, each with the month it was `expected_by`.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.expectations()["expected_by"].min()
    '2020-12'
    """
    frame = statements()
    return frame[frame["expected_by"] != ""].sort_values("expected_by", ignore_index=True)


def fit(qualifier: str, claimed: str, value: float) -> Literal["exactly", "rounded", "not"]:
    """Return whether `value` is what a figure that is put so firmly allows; see `words.yaml`.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.fit("almost", "95", 94.1), claims.fit("exact", "75", 76.7)
    ('exactly', 'not')
    """
    allows, figure = words()["firmness"][qualifier], float(claimed)
    low, high = allows.get("low", 1.0), allows.get("high", 1.0)
    above = low is None or value - low * figure > (NOISE if allows.get("open_low") else -NOISE)
    below = high is None or high * figure - value > (NOISE if allows.get("open_high") else -NOISE)
    if above and below:
        return "exactly"
    near = abs(value - figure) <= 0.5 * 10.0 ** -decimals(claimed) + NOISE
    return "rounded" if allows.get("rounds") and near else "not"


def decimals(claimed: str) -> int:
    """Return the number of decimals that a figure was printed with.

    Examples
    --------
    >>> decimals("10.24"), decimals("318")
    (2, 0)
    """
    return len(claimed.partition(".")[2])
