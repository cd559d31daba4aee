"""Differences between shares, each interval made from the Wilson intervals of the two."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ivvu_analysis.stats import proportions

FloatArray = NDArray[np.float64]


def newcombe(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Estimate differences between two independent shares, first minus second.

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and totals of the two groups, scalars or of shape (m,).
    level
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        ``share_1, share_2, estimate, conf_low, conf_high, n, method``; `n` is ``n1 + n2``. Where one of the
        groups is empty the estimate is NaN and the interval is [-1, 1].

    Raises
    ------
    ValueError
        If a count is negative, not finite or larger than its total.

    References
    ----------
    Newcombe (1998b), method 10: the Wilson limits, squared and added.
    """
    first, second = proportions.wilson(x1, n1, level), proportions.wilson(x2, n2, level)
    low, high = limits(first, second)
    return pd.DataFrame(
        {
            "share_1": first["estimate"],
            "share_2": second["estimate"],
            "estimate": first["estimate"] - second["estimate"],
            "conf_low": low,
            "conf_high": high,
            "n": first["n"] + second["n"],
            "method": "Newcombe",
        }
    )


def shift(
    table: pd.DataFrame,
    definitions: Mapping[str, Collection[Hashable]],
    before: Sequence[Hashable],
    after: Sequence[Hashable],
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare the share of a set of categories between two groups, under several definitions of the set.

    Parameters
    ----------
    table
        Counts, categories by groups.
    definitions
        For each definition the categories (row labels) that belong to the set.
    before, after
        The columns that make up each group; no column in both.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        For each ``definition`` the rows ``quantity`` = ``before`` and ``after`` (shares with Wilson
        intervals) and ``difference`` (after minus before, Newcombe interval), with ``estimate, conf_low,
        conf_high, n, method``.

    Raises
    ------
    ValueError
        If a category or group is not in the table, or a group is on both sides.
    """
    if set(before) & set(after):
        raise ValueError("A group cannot stand on both sides of a comparison.")
    unknown = {*before, *after} - set(table.columns)
    unknown |= {category for members in definitions.values() for category in members} - set(table.index)
    if unknown:
        raise ValueError(f"The table has no {', '.join(sorted(map(str, unknown)))}.")
    frames = []
    for definition, members in definitions.items():
        inside = table.index.isin(list(members))
        groups = [table[list(columns)].sum(axis=1) for columns in (after, before)]
        (x2, n2), (x1, n1) = ((group[inside].sum(), group.sum()) for group in groups)
        both = pd.concat(
            [proportions.wilson([x1, x2], [n1, n2], level), newcombe(x2, n2, x1, n1, level)],
            ignore_index=True,
        ).drop(columns=["share_1", "share_2"])
        both.insert(0, "definition", definition)
        both.insert(1, "quantity", ["before", "after", "difference"])
        frames.append(both)
    return pd.concat(frames, ignore_index=True)


def limits(first: pd.DataFrame, second: pd.DataFrame, rho: ArrayLike = 0.0) -> tuple[FloatArray, FloatArray]:
    """Combine the Wilson intervals of two shares into the limits of their difference, first minus second.

    Parameters
    ----------
    first, second
        The shares, as `proportions.wilson` gives them.
    rho
        How the two shares correlate; with none it is Newcombe's method 10.

    Returns
    -------
    tuple of numpy.ndarray
        The lower and the upper limits; -1 and 1 where one of the shares is not known.
    """
    correlation = np.asarray(rho, dtype=float)
    (p1, low_1, high_1), (p2, low_2, high_2) = (
        group[["estimate", "conf_low", "conf_high"]].to_numpy(dtype=float).T for group in (first, second)
    )

    def arm(one: FloatArray, other: FloatArray) -> FloatArray:
        return np.asarray(np.sqrt(np.maximum(one**2 - 2 * correlation * one * other + other**2, 0)))

    low = p1 - p2 - arm(p1 - low_1, high_2 - p2)
    high = p1 - p2 + arm(high_1 - p1, p2 - low_2)
    return np.where(np.isnan(low), -1.0, low), np.where(np.isnan(high), 1.0, high)
