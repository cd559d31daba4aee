"""Shares with Wilson intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]


def wilson(successes: ArrayLike, n: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Estimate shares with Wilson score intervals.

    Parameters
    ----------
    successes, n
        Counts and totals, scalars or of shape (m,), with ``0 <= successes <= n``.
    level
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        One row for each entry: ``estimate, conf_low, conf_high, n, method``. Where `n` is zero nothing is
        known: the estimate is NaN and the interval is [0, 1].

    Raises
    ------
    ValueError
        If a count is negative, not finite or larger than its total.

    References
    ----------
    Wilson (1927); Newcombe (1998a), method 3.
    """
    x, total = _counts_in_totals(successes, n)
    share = _share(x, total)
    low, high = _wilson_limits(x, total, level)
    return pd.DataFrame(
        {"estimate": share, "conf_low": low, "conf_high": high, "n": _whole(total), "method": "Wilson"}
    )


def shares(
    counts: pd.DataFrame, by: str | list[str], level: str = "level", count: str = "projects"
) -> pd.DataFrame:
    """Turn counts of levels into shares within each group.

    Parameters
    ----------
    counts
        One row for each group and level.
    by
        Column or columns that name the group; an empty list takes all rows as one group.
    level, count
        Columns with the level and with its count.

    Returns
    -------
    pandas.DataFrame
        The rows of `counts` in their order, with the columns `by`, `level` and `count`, and ``n`` (the total
        of the group), ``estimate, conf_low, conf_high, method`` of `wilson`. In a group without counts every
        estimate is NaN with interval [0, 1].

    Raises
    ------
    ValueError
        If a column is missing or a level occurs twice in a group.
    """
    groups = [by] if isinstance(by, str) else list(by)
    keys = [*groups, level]
    missing = [name for name in [*keys, count] if name not in counts.columns]
    if missing:
        raise ValueError(f"The counts lack the column(s) {', '.join(missing)}.")
    if counts.duplicated(keys).any():
        raise ValueError(f"A level occurs twice within a group of {', '.join(groups) or 'all rows'}.")
    rows = counts[[*keys, count]].reset_index(drop=True)
    total: pd.Series[float] = (
        rows.groupby(groups, observed=True, dropna=False, sort=False)[count].transform("sum")
        if groups
        else pd.Series(rows[count].sum(), index=rows.index)
    )
    return pd.concat([rows, wilson(rows[count], total)], axis=1)


def _counts_in_totals(counts: ArrayLike, totals: ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, n = np.broadcast_arrays(
        np.atleast_1d(np.asarray(counts, dtype=float)), np.atleast_1d(np.asarray(totals, dtype=float))
    )
    if not (np.isfinite(x).all() and np.isfinite(n).all() and (x >= 0).all() and (x <= n).all()):
        raise ValueError("Each count must be a number from zero up to its total.")
    return x, n


def _share(x: FloatArray, n: FloatArray) -> FloatArray:
    return np.divide(x, n, out=np.full_like(x, np.nan), where=n > 0)


def _whole(n: FloatArray) -> NDArray[np.int64] | FloatArray:
    return n.astype(np.int64) if (n == np.round(n)).all() else n


def _wilson_limits(x: FloatArray, n: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    z, total = -special.ndtri((1 - level) / 2), np.where(n > 0, n, 1)
    share, spread = x / total, 1 + z**2 / total
    centre = (share + z**2 / (2 * total)) / spread
    reach = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / spread
    low, high = np.clip([centre - reach, centre + reach], 0, 1)
    return np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)
