"""The statements that were collected from the documents, and what each firmness of a figure allows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import yaml

from ivvu_analysis import data
from ivvu_analysis.errors import DataError, did_you_mean

NOISE = 1e-9  # what floating point adds to a share; far below any printed decimal


@cache
def words() -> Mapping[str, Any]:
    """Return `words.yaml`: firmness, units, sentences and sources, in two languages."""
    text = resources.files("ivvu_analysis.claims").joinpath("words.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def statements(folder: Path | None = None) -> pd.DataFrame:
    """Read `claims.csv`, one row a statement in the order of the documents, all text as it was printed.

    Raises
    ------
    DataError
        If the file is missing or not as described, repeats a claim, leaves a field empty, or uses a
        qualifier, unit or figure that is not one; with its line.
    """
    frame = data.read(folder, ("claims",))["claims"]
    repeated = frame["claim"].duplicated()
    for line, row in enumerate(frame.itertuples(index=False), start=2):
        if problem := _problem(row, bool(repeated[line - 2])):
            raise DataError(f"claims.csv, line {line}: {problem[0]}", problem[1])
    return frame


def expectations(folder: Path | None = None) -> pd.DataFrame:
    """Return the statements about what was to come, each with the month it was `expected_by`."""
    frame = statements(folder)
    return frame[frame["expected_by"] != ""].sort_values("expected_by", ignore_index=True)


def fit(qualifier: str, claimed: str, value: float) -> Literal["exactly", "rounded", "not"]:
    """Return whether `value` is what a figure that is put so firmly allows; see `words.yaml`.

    Examples
    --------
    >>> fit("almost", "95", 94.1), fit("exact", "75", 76.7)
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
    """Return the number of decimals that a figure was printed with."""
    return max(0, -int(Decimal(claimed).as_tuple().exponent))


def _problem(row: Any, repeated: bool) -> tuple[str, str] | None:
    if repeated:
        return f"the claim '{row.claim}' is there twice.", "Give each claim a name of its own."
    for name, given, known in (
        ("qualifier", row.qualifier, words()["firmness"]),
        ("unit", row.unit, words()["units"]),
    ):
        if given not in known:
            return f"'{given}' is no {name}.", did_you_mean(given, known)
    try:
        finite = Decimal(row.claimed).is_finite()
    except InvalidOperation:
        finite = False
    return (
        None if finite else (f"'{row.claimed}' is not a number.", "Write it with a point and no other signs.")
    )
