"""Compare two groups on an ordered scale."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ivvu_analysis.stats import differences, proportional_odds
from ivvu_analysis.stats.permutation import permutation_p

FloatArray = NDArray[np.float64]

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
    theta = brunner_munzel(counts, seed, level, resamples)
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


def brunner_munzel(
    counts: FloatArray, seed: int | np.random.Generator, level: float, resamples: int
) -> pd.DataFrame:
    """Estimate theta with the interval of Brunner and Munzel and a permutation p-value.

    Parameters
    ----------
    counts
        Whole counts of the levels in the two groups, lowest first, shape (2, k).
    seed, level, resamples
        As in `compare`.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, df, p_value, method``.

    Raises
    ------
    ValueError
        If counts are not whole.
    """
    if not (counts == np.round(counts)).all():
        raise ValueError("Counts of ratings must be whole numbers.")
    theta, low, high, df = (float(value) for value in relative_effect(counts[0], counts[1], level))
    p_value, how = permutation_p(counts.astype(np.int64), seed, resamples)
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
        k - 1 rows: ``cut`` (the lowest level that counts) and the columns of `differences.newcombe`.

    Raises
    ------
    ValueError
        If the groups count different levels or a count is negative or not finite.
    """
    counts = proportional_odds.stacked(counts_a, counts_b)
    names = list(levels) if levels is not None else list(range(counts.shape[1]))
    above = counts[:, ::-1].cumsum(1)[:, ::-1]
    result = differences.newcombe(above[0, 1:], above[0, 0], above[1, 1:], above[1, 0], level)
    result.insert(0, "cut", names[1:])
    return result
