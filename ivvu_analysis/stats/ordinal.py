"""Compare two groups on an ordered scale, and on a scale that is only partly ordered."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ivvu_analysis.stats import proportional_odds, proportions

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_TABLES = 250_000
"""Up to so many tables the permutation distribution is listed in full; beyond that it is drawn from."""

NO_VARIANCE = 1e-14


def compare(
    counts_a: ArrayLike,
    counts_b: ArrayLike,
    seed: int | np.random.Generator,
    level: float = 0.95,
    resamples: int = 9999,
) -> pd.DataFrame:
    """Compare two independent groups on an ordered scale.

    Parameters
    ----------
    counts_a, counts_b
        Whole counts of the levels, lowest first, shape (k,). The second group must not contain the first:
        compare a part with the rest. Unknown ratings are missing, not a level.
    seed
        Seed or generator for the permutation p-value, used only where the full distribution is too long to
        list.
    level
        Coverage of the intervals.
    resamples
        Number of permutations where they are drawn.

    Returns
    -------
    pandas.DataFrame
        Rows ``quantity`` = ``theta`` (the chance that a random member of the first group is rated above one
        of the second, ties counting half), ``difference`` (2 theta - 1), ``odds_ratio`` (see
        `proportional_odds.odds_ratio`) and ``brant`` (see `proportional_odds.brant`), with ``estimate,
        conf_low, conf_high, n, df, p_value, method``. For `theta` without data or variance see
        `relative_effect`.

    Raises
    ------
    ValueError
        If the groups count different levels, or counts are negative or not whole.

    References
    ----------
    Brunner and Munzel (2000), with the variance of Neubert and Brunner (2007).
    """
    counts = proportional_odds.stacked(counts_a, counts_b)
    theta = _theta_row(counts, seed, level, resamples)
    difference = theta.copy()
    limits = ["estimate", "conf_low", "conf_high"]
    difference[limits] = 2 * theta[limits] - 1
    rows = {
        "theta": theta,
        "difference": difference,
        "odds_ratio": proportional_odds.odds_ratio(counts[0], counts[1], level),
        "brant": proportional_odds.brant(counts[0], counts[1]),
    }
    frame = pd.concat(rows, names=["quantity"])
    return frame.reset_index("quantity").reset_index(drop=True)


def relative_effect(
    counts_a: ArrayLike, counts_b: ArrayLike, level: float = 0.95
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return theta, its confidence limits and the degrees of freedom for many pairs of groups at once.

    Parameters
    ----------
    counts_a, counts_b
        Counts of the levels, shape (..., k); they need not be whole.
    level
        Coverage of the interval.

    Returns
    -------
    tuple of numpy.ndarray
        ``theta, conf_low, conf_high, df``, each of shape (...), the limits cut off at 0 and 1. Where a group
        is empty theta is NaN; where one has fewer than two members the interval is [0, 1]. Where the variance
        is zero (all ratings equal, or the groups do not overlap at all) the Brunner-Munzel interval would
        have no width; then the members are taken as min(n_a, n_b) independent pairs that all came out the
        same way, and the interval reaches as far as Wilson's upper limit for a pair to come out otherwise.

    Notes
    -----
    The same formulas as `statsmodels.stats.nonparametric.rank_compare_2ordinal`, over whole arrays of tables.
    """
    a, b = np.broadcast_arrays(np.asarray(counts_a, dtype=float), np.asarray(counts_b, dtype=float))
    n_a, n_b = a.sum(-1), b.sum(-1)
    share_a, share_b = a / np.maximum(n_a, 1e-300)[..., None], b / np.maximum(n_b, 1e-300)[..., None]
    mid_a, mid_b = share_a.cumsum(-1) - share_a / 2, share_b.cumsum(-1) - share_b / 2
    theta = (share_a * mid_b).sum(-1)
    spread_a = np.maximum((share_a * mid_b**2).sum(-1) - theta**2, 0)
    spread_b = np.maximum((share_b * mid_a**2).sum(-1) - (1 - theta) ** 2, 0)
    few = (n_a < 2) | (n_b < 2)
    flat = ~few & (spread_a + spread_b < NO_VARIANCE)
    free_a, free_b = np.where(few, 1, n_a - 1), np.where(few, 1, n_b - 1)
    part_a, part_b = spread_a / free_a, spread_b / free_b
    weight = np.where(few | flat, 1, part_a**2 / free_a + part_b**2 / free_b)
    df = np.where(few | flat, np.nan, (part_a + part_b) ** 2 / weight)
    half = special.stdtrit(np.where(few | flat, 1, df), (1 + level) / 2) * np.sqrt(part_a + part_b)
    z2 = special.ndtri((1 - level) / 2) ** 2
    otherwise = z2 / (np.minimum(n_a, n_b) + z2)
    low = np.select([few, flat], [0.0, theta * (1 - otherwise)], np.maximum(theta - half, 0))
    high = np.select([few, flat], [1.0, theta + otherwise * (1 - theta)], np.minimum(theta + half, 1))
    theta = np.where((n_a > 0) & (n_b > 0), theta, np.nan)
    return theta, low, high, df


def cut_differences(
    counts_a: ArrayLike,
    counts_b: ArrayLike,
    levels: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare the shares at or above each level, first group minus second.

    Parameters
    ----------
    counts_a, counts_b
        Counts of the levels, lowest first, shape (k,).
    levels
        Names of the levels; positions if left out.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        k - 1 rows: ``cut`` (the lowest level that counts) and the columns of `proportions.newcombe`.

    Raises
    ------
    ValueError
        If the groups count different levels or a count is negative or not finite.
    """
    counts = proportional_odds.stacked(counts_a, counts_b)
    names = list(levels) if levels is not None else list(range(counts.shape[1]))
    above = counts[:, ::-1].cumsum(1)[:, ::-1]
    result = proportions.newcombe(above[0, 1:], above[0, 0], above[1, 1:], above[1, 0], level)
    result.insert(0, "cut", names[1:])
    return result


def linear_extensions(
    rows: Sequence[Hashable], columns: Sequence[Hashable]
) -> list[tuple[tuple[Hashable, Hashable], ...]]:
    """List every linear order of two crossed scales that contradicts neither.

    Parameters
    ----------
    rows, columns
        The levels of the two scales, lowest first.

    Returns
    -------
    list of tuple
        Each a sequence of all (row, column) pairs, lowest first. Three levels by two give five.

    Notes
    -----
    The number is that of the standard Young tableaux of the rectangle and grows fast: 42 for three by three.
    """

    def extend(heights: tuple[int, ...]) -> Iterator[tuple[tuple[Hashable, Hashable], ...]]:
        # heights[i] columns of row i have been placed; a pair may follow once what lies below it is there.
        if all(height == len(columns) for height in heights):
            yield ()
        for i, height in enumerate(heights):
            if height < len(columns) and (i == 0 or heights[i - 1] > height):
                rest = extend((*heights[:i], height + 1, *heights[i + 1 :]))
                yield from (((rows[i], columns[height]), *tail) for tail in rest)

    return list(extend((0,) * len(rows)))


def theta_by_order(
    counts_a: Mapping[Any, float] | pd.Series[Any],
    counts_b: Mapping[Any, float] | pd.Series[Any],
    orders: Sequence[Sequence[Hashable]],
    seed: int | np.random.Generator,
    level: float = 0.95,
    resamples: int = 9999,
) -> pd.DataFrame:
    """Estimate theta under each of several linear orders of the same levels.

    Parameters
    ----------
    counts_a, counts_b
        Whole counts by level: mappings, or Series indexed by level.
    orders
        Orders of all the levels, each lowest first, such as those of `linear_extensions`.
    seed, level, resamples
        As in `compare`.

    Returns
    -------
    pandas.DataFrame
        One row for each order: ``order`` (its position, from 1), ``levels`` (joined by " < "), and
        ``estimate, conf_low, conf_high, n, df, p_value, method`` of theta.

    Raises
    ------
    ValueError
        If an order does not list exactly the levels that were counted.
    """
    a, b = dict(counts_a), dict(counts_b)
    frames = []
    for order in orders:
        if not (set(order) == set(a) == set(b) and len(order) == len(a)):
            raise ValueError("Every order must list exactly the levels that both groups count, each once.")
        counts = proportional_odds.stacked([a[key] for key in order], [b[key] for key in order])
        frames.append(_theta_row(counts, seed, level, resamples))
    result = pd.concat(frames, ignore_index=True)
    result.insert(0, "order", range(1, len(orders) + 1))
    result.insert(1, "levels", [" < ".join(map(_name, order)) for order in orders])
    return result


def tables_with_margin(margin: ArrayLike, n: int) -> IntArray:
    """List every way to draw `n` members from levels with the given counts.

    Parameters
    ----------
    margin
        Counts of the levels, shape (k,).
    n
        Number of members drawn, at most the sum of `margin`.

    Returns
    -------
    numpy.ndarray
        Shape (number of tables, k), each row adding up to `n`.
    """
    capacity = np.asarray(margin, dtype=np.int64)
    rows, left = np.zeros((1, 0), dtype=np.int64), np.array([n], dtype=np.int64)
    for k, most in enumerate(capacity):
        remaining = left[:, None] - np.arange(min(most, n) + 1)
        table, drawn = np.nonzero((remaining >= 0) & (remaining <= capacity[k + 1 :].sum()))
        rows, left = np.column_stack([rows[table], drawn]), remaining[table, drawn]
    return rows


def number_of_tables(margin: ArrayLike, n: int) -> float:
    """Count the rows that `tables_with_margin` would list.

    Parameters
    ----------
    margin, n
        As in `tables_with_margin`.
    """
    ways = np.ones(1)
    for most in np.asarray(margin, dtype=np.int64):
        ways = np.convolve(ways, np.ones(min(most, n) + 1))[: n + 1]
    return float(ways[n]) if n < len(ways) else 0.0


def _theta_row(
    counts: FloatArray, seed: int | np.random.Generator, level: float, resamples: int
) -> pd.DataFrame:
    if not (counts == np.round(counts)).all():
        raise ValueError("Counts of ratings must be whole numbers.")
    theta, low, high, df = (float(value) for value in relative_effect(counts[0], counts[1], level))
    p_value, how = _permutation_p(counts.astype(np.int64), seed, resamples)
    return pd.DataFrame(
        {
            "estimate": [theta],
            "conf_low": [low],
            "conf_high": [high],
            "n": [int(counts.sum())],
            "df": [df],
            "p_value": [p_value],
            "method": [f"Brunner-Munzel interval, {how}"],
        }
    )


def _permutation_p(counts: IntArray, seed: int | np.random.Generator, resamples: int) -> tuple[float, str]:
    """Test that both groups follow one distribution, by how far theta lies from one half."""
    pooled = counts.sum(0)
    group = counts[np.argmin(counts.sum(1))]
    n, total = int(group.sum()), int(pooled.sum())
    midrank = 2 * pooled.cumsum() - pooled
    expected = n * int(pooled @ midrank)
    observed = abs(total * int(group @ midrank) - expected)
    if number_of_tables(pooled, n) <= MOST_TABLES:
        tables = tables_with_margin(pooled, n)
        log_ways = _log_choose(pooled, tables).sum(1) - _log_choose(np.array(total), np.array(n))
        extreme = np.abs(total * (tables @ midrank) - expected) >= observed
        return min(1.0, float(np.exp(log_ways[extreme]).sum())), "exact permutation p"
    draws = np.random.default_rng(seed).multivariate_hypergeometric(pooled, n, size=resamples)
    hits = int((np.abs(total * (draws @ midrank) - expected) >= observed).sum())
    return (1 + hits) / (1 + resamples), f"Monte-Carlo permutation p ({resamples})"


def _log_choose(n: IntArray, k: IntArray) -> FloatArray:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))


def _name(level: Hashable) -> str:
    return " ".join(map(str, level)) if isinstance(level, tuple) else str(level)
