"""Shares with Wilson intervals, their differences, and what two overlapping editions leave open."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

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
    first, second = _counts_in_totals(x1, n1), _counts_in_totals(x2, n2)
    share_1, share_2 = _share(*first), _share(*second)
    low, high = _difference_limits(first, second, np.float64(0), level)
    return pd.DataFrame(
        {
            "share_1": share_1,
            "share_2": share_2,
            "estimate": share_1 - share_2,
            "conf_low": low,
            "conf_high": high,
            "n": _whole(first[1] + second[1]),
            "method": "Newcombe",
        }
    )


def overlap_difference(
    x1: float, n1: int, x2: float, n2: int, shared: int | tuple[int, int], level: float = 0.95
) -> pd.DataFrame:
    """Estimate the change of a share between two editions that have projects in common.

    The same project counted twice makes the two shares correlated: with m shared projects whose ratings
    correlate phi, the shares correlate ``rho = m phi / sqrt(n1 n2)``. Neither is published, so both are
    swept: phi over [0, 1], m over `shared`. The interval narrows as rho grows, which puts the extremes at the
    corners.

    Parameters
    ----------
    x1, n1, x2, n2
        Count and total of the earlier and of the later edition.
    shared
        Number of projects in both editions, or the least and the most it can be.
    level
        Coverage of each interval.

    Returns
    -------
    pandas.DataFrame
        Rows ``assumption`` = ``phi_0`` (ratings unrelated, the widest), ``phi_1`` (the most shared projects,
        each keeping its rating as far as it can, the narrowest) and ``range`` (the lowest and the highest
        limit over all of them), with ``shared, phi, standard_error, estimate, conf_low, conf_high, n,
        method``. The estimate is later minus earlier; `n` is ``n1 + n2``.

    Raises
    ------
    ValueError
        If a count does not fit its total, an edition is empty, or more projects are shared than an edition
        has.

    References
    ----------
    Newcombe (1998c), method 10 for paired shares without continuity correction, with rho for its phi.
    """
    before, after = _counts_in_totals(x1, n1), _counts_in_totals(x2, n2)
    fewest, most = _shared_range(shared, n1, n2)
    if min(n1, n2) == 0:
        raise ValueError("An edition without projects has no share that could change.")
    phi = np.array([0.0, 1.0])
    rho = most * phi / np.sqrt(n1 * n2)
    low, high = _difference_limits(after, before, rho, level)
    spread_1, spread_2 = (np.sqrt(x * (n - x) / n**3)[0] for x, n in (before, after))
    variance = spread_1**2 + spread_2**2 - 2 * rho * spread_1 * spread_2
    error = np.sqrt(np.maximum(variance, 0))
    return pd.DataFrame(
        {
            "assumption": ["phi_0", "phi_1", "range"],
            "shared": [fewest, most, most],
            "phi": [0.0, 1.0, np.nan],
            "standard_error": [*error, error.max()],
            "estimate": x2 / n2 - x1 / n1,
            "conf_low": [*low, low.min()],
            "conf_high": [*high, high.max()],
            "n": int(n1 + n2),
            "method": "Newcombe, correlated shares",
        }
    )


def edition_bounds(
    before: ArrayLike,
    after: ArrayLike,
    shared: int | tuple[int, int],
    levels: Sequence[Hashable] | None = None,
) -> pd.DataFrame:
    """Bound what continuing, new and ended projects contributed to the change of each level.

    Parameters
    ----------
    before, after
        Counts of the levels in the two editions, shape (k,).
    shared
        Number of projects in both editions, or the least and the most it can be.
    levels
        Names of the levels; positions if left out.

    Returns
    -------
    pandas.DataFrame
        For each level the rows ``part`` = ``within`` (change among continuing projects), ``entry`` (new
        projects at this level), ``exit`` (minus the ended projects at this level) and ``change`` (their sum).
        ``conf_low`` and ``conf_high`` are the logical bounds, in projects, not a confidence interval; the
        estimate is NaN unless they coincide. ``n`` is the number of projects in either edition at most.

    Raises
    ------
    ValueError
        If the editions have different levels, or more projects are shared than an edition has.

    Notes
    -----
    Each bound is sharp by itself; the parts of one level, and the levels, cannot all sit at their bounds at
    once.
    """
    x1, x2 = (np.atleast_1d(np.asarray(counts, dtype=float)) for counts in (before, after))
    if x1.shape != x2.shape:
        raise ValueError("Both editions must count the same levels.")
    n1, n2 = x1.sum(), x2.sum()
    fewest, most = _shared_range(shared, n1, n2)
    m = np.arange(fewest, most + 1)[:, None]
    stayed_1 = np.maximum(0, x1 - (n1 - m)), np.minimum(x1, m)
    stayed_2 = np.maximum(0, x2 - (n2 - m)), np.minimum(x2, m)
    bounds = {
        "within": (stayed_2[0] - stayed_1[1], stayed_2[1] - stayed_1[0]),
        "entry": (x2 - stayed_2[1], x2 - stayed_2[0]),
        "exit": (stayed_1[0] - x1, stayed_1[1] - x1),
        "change": (x2 - x1 + 0 * m, x2 - x1 + 0 * m),
    }
    names = list(levels) if levels is not None else list(range(len(x1)))
    frame = pd.concat(
        pd.DataFrame({"level": names, "part": part, "conf_low": low.min(0), "conf_high": high.max(0)})
        for part, (low, high) in bounds.items()
    )
    frame = frame.sort_index(kind="stable").reset_index(drop=True)
    known = frame["conf_low"] == frame["conf_high"]
    frame.insert(2, "estimate", frame["conf_low"].where(known))
    return frame.assign(n=int(n1 + n2 - fewest), method="logical bounds")


def edition_changes(before: pd.Series[str], after: pd.Series[str], levels: Sequence[str]) -> pd.DataFrame:
    """Split the change of each level into continuing, new and ended projects, from the projects themselves.

    Parameters
    ----------
    before, after
        The level of each project, indexed by project; a project without a level (missing) counts for no
        level.
    levels
        The levels in their order; those that do not occur get zeros.

    Returns
    -------
    pandas.DataFrame
        The rows of `edition_bounds`, now known: ``level, part, estimate, conf_low, conf_high, n, method``.

    Raises
    ------
    ValueError
        If a project occurs twice in an edition or a level is not listed.
    """
    if not (before.index.is_unique and after.index.is_unique):
        raise ValueError("A project occurs twice in an edition.")
    unknown = (set(before.dropna()) | set(after.dropna())) - set(levels)
    if unknown:
        raise ValueError(f"These levels are not listed: {', '.join(sorted(map(str, unknown)))}.")

    def tally(ratings: pd.Series[str]) -> pd.Series[int]:
        return ratings.value_counts().reindex(levels, fill_value=0)

    stayed_1, stayed_2 = before.index.isin(after.index), after.index.isin(before.index)
    parts = pd.DataFrame(
        {
            "within": tally(after[stayed_2]) - tally(before[stayed_1]),
            "entry": tally(after[~stayed_2]),
            "exit": -tally(before[~stayed_1]),
        }
    )
    parts = parts.assign(change=parts.sum(axis=1)).rename_axis(index="level").reset_index()
    long = parts.melt("level", var_name="part", value_name="estimate", ignore_index=False).astype(
        {"estimate": float}
    )
    long = long.sort_index(kind="stable").reset_index(drop=True)
    n = len(before.index.union(after.index))
    return long.assign(conf_low=long["estimate"], conf_high=long["estimate"], n=n, method="counted")


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


def _difference_limits(
    first: tuple[FloatArray, FloatArray],
    second: tuple[FloatArray, FloatArray],
    rho: FloatArray | np.float64,
    level: float,
) -> tuple[FloatArray, FloatArray]:
    """Combine two Wilson intervals of shares that correlate rho; at rho zero it is Newcombe's method 10."""
    p1, p2 = _share(*first), _share(*second)
    (low_1, high_1), (low_2, high_2) = (_wilson_limits(*group, level) for group in (first, second))

    def arm(one: FloatArray, other: FloatArray) -> FloatArray:
        return np.asarray(np.sqrt(np.maximum(one**2 - 2 * rho * one * other + other**2, 0)))

    low = p1 - p2 - arm(p1 - low_1, high_2 - p2)
    high = p1 - p2 + arm(high_1 - p1, p2 - low_2)
    return np.where(np.isnan(low), -1.0, low), np.where(np.isnan(high), 1.0, high)


def _shared_range(shared: int | tuple[int, int], n1: float, n2: float) -> tuple[int, int]:
    fewest, most = (shared, shared) if isinstance(shared, (int, np.integer)) else shared
    if not 0 <= fewest <= most <= min(n1, n2):
        raise ValueError(
            f"Of editions with {n1:g} and {n2:g} projects, between 0 and {min(n1, n2):g} can be shared, "
            f"not {fewest} to {most}."
        )
    return int(fewest), int(most)
