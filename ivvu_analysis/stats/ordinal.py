"""Compare two groups on an ordered scale."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ivvu_analysis.stats import proportions
from ivvu_analysis.stats.cumulative_logit import Cells, maximise, scores_and_information
from ivvu_analysis.stats.permutation import permutation_p
from ivvu_analysis.stats.tails import normal_multiple, tails

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
        of the second, ties counting half) and ``odds_ratio`` (see `odds_ratio`), with
        ``estimate, conf_low, conf_high, n, df, p_value, method``. Whether chance can explain the difference
        is for the p-value of theta to say; the interval says how large it can be. Where the odds ratio has
        no maximum its p-value is that of theta, its score test.

    Raises
    ------
    ValueError
        If the groups count different levels, or counts are negative or not whole.

    Examples
    --------
    >>> compare([1, 4], [4, 1], seed=1)[["quantity", "estimate", "p_value"]].round(3).to_numpy().tolist()[0]
    ['theta', 0.8, 0.206]
    """
    theta = brunner_munzel(counts_a, counts_b, seed, level, resamples)
    ratio = odds_ratio(counts_a, counts_b, level)
    ratio["p_value"] = ratio["p_value"].fillna(theta["p_value"])
    frame = pd.concat({"theta": theta, "odds_ratio": ratio}, names=["quantity"])
    return frame.reset_index("quantity").reset_index(drop=True)


def brunner_munzel(
    counts_a: ArrayLike,
    counts_b: ArrayLike,
    seed: int | np.random.Generator,
    level: float = 0.95,
    resamples: int = 9999,
) -> pd.DataFrame:
    """Estimate theta: the row ``theta`` of `compare`, which explains the rest."""
    counts = stacked(counts_a, counts_b)
    if not (counts == np.round(counts)).all():
        raise ValueError("Counts of ratings must be whole numbers.")
    theta, low, high, df = (float(value) for value in relative_effect(counts[0], counts[1], level))
    p_value, how = permutation_p(counts.astype(np.int64), seed, resamples)
    row = {"estimate": theta, "conf_low": low, "conf_high": high, "n": int(counts.sum()), "df": df}
    return pd.DataFrame([row | {"p_value": p_value, "method": f"Brunner-Munzel interval, {how}"}])


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
        is empty theta is NaN; where one has fewer than two members the interval is [0, 1].

    Notes
    -----
    The formulas of statsmodels' `rank_compare_2ordinal`, over whole arrays of tables, with one guard. The
    members of a group that all hold the same place in the other one show no variance, and the Brunner-Munzel
    interval would take that for certainty. Such a group of n may by Wilson's upper limit, z^2 / (n + z^2),
    have so large a part elsewhere: that reach is added to the error of the other group, squares under one
    root. Where neither group shows variance, they count as min(n_a, n_b) pairs that came out the same way.

    Examples
    --------
    >>> theta, low, high, df = relative_effect([0, 5], [15, 285])
    >>> float(theta), round(float(low), 2), round(float(high), 2)
    (0.525, 0.3, 0.73)
    """
    a, b = np.broadcast_arrays(np.asarray(counts_a, dtype=float), np.asarray(counts_b, dtype=float))
    n_a, n_b = a.sum(-1), b.sum(-1)
    share_a, share_b = a / np.maximum(n_a, 1e-300)[..., None], b / np.maximum(n_b, 1e-300)[..., None]
    mid_a, mid_b = share_a.cumsum(-1) - share_a / 2, share_b.cumsum(-1) - share_b / 2
    theta = (share_a * mid_b).sum(-1)
    spread_a = np.maximum((share_a * mid_b**2).sum(-1) - theta**2, 0)
    spread_b = np.maximum((share_b * mid_a**2).sum(-1) - (1 - theta) ** 2, 0)
    few = (n_a < 2) | (n_b < 2)
    flat_a, flat_b = spread_a < NO_VARIANCE, spread_b < NO_VARIANCE
    flat = ~few & flat_a & flat_b
    free_a, free_b = np.where(few, 1, n_a - 1), np.where(few, 1, n_b - 1)
    part_a, part_b = spread_a / free_a, spread_b / free_b
    weight = np.where(few | flat, 1, part_a**2 / free_a + part_b**2 / free_b)
    df = np.where(few | flat, np.nan, (part_a + part_b) ** 2 / weight)
    half = special.stdtrit(np.where(few | flat, 1, df), tails(level)[1]) * np.sqrt(part_a + part_b)
    alike = np.select([flat, flat_a, flat_b], [np.minimum(n_a, n_b), n_a, n_b], np.inf)
    elsewhere = normal_multiple(level) ** 2 / (alike + normal_multiple(level) ** 2)
    down, up = np.hypot(half, theta * elsewhere), np.hypot(half, (1 - theta) * elsewhere)
    low = np.where(few, 0.0, np.maximum(theta - down, 0))
    high = np.where(few, 1.0, np.minimum(theta + up, 1))
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

    Examples
    --------
    >>> cut_differences([2, 4, 4], [5, 3, 2], ["no", "some", "all"])["estimate"].round(1).to_list()
    [0.3, 0.2]
    """
    counts = stacked(counts_a, counts_b)
    names = list(levels) if levels is not None else list(range(counts.shape[1]))
    above = counts[:, ::-1].cumsum(1)[:, ::-1]
    result = proportions.newcombe(above[0, 1:], above[0, 0], above[1, 1:], above[1, 0], level)
    result.insert(0, "cut", names[1:])
    return result


def odds_ratio(counts_a: ArrayLike, counts_b: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Estimate the proportional-odds ratio: the odds of a higher level in the first group, over the second.

    Parameters
    ----------
    counts_a, counts_b
        Counts of the levels, lowest first, shape (k,). Levels that neither group uses do not matter.
    level
        Coverage of the Wald interval, which is symmetric on the log scale.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, df, p_value, method``. Where no level of one group lies
        above the lowest of the other the likelihood has no maximum: the estimate is infinity (or 0 the other
        way round), the interval [0, infinity] and the p-value NaN, because the Wald test cannot tell. Where a
        group is empty, or all ratings share one level, the estimate is NaN with the same interval.

    Raises
    ------
    ValueError
        If the groups count different levels or a count is negative or not finite.

    Examples
    --------
    >>> odds_ratio([4, 6], [8, 4])[["estimate", "conf_low", "conf_high"]].round(2).to_numpy().tolist()
    [[3.0, 0.52, 17.16]]
    """
    counts = stacked(counts_a, counts_b)
    used = [np.flatnonzero(group) for group in counts]
    row: dict[str, object] = {"estimate": np.nan, "conf_low": 0.0, "conf_high": np.inf}
    row |= {"n": int(counts.sum()), "df": np.nan, "p_value": np.nan}
    row |= {"method": "proportional odds: no finite maximum"}
    if used[0].size and used[1].size and len(np.union1d(*used)) > 1:
        if used[0].min() >= used[1].max():
            row["estimate"] = np.inf
        elif used[1].min() >= used[0].max():
            row["estimate"] = 0.0
        else:
            beta, error = _log_odds_ratio(counts[:, counts.sum(0) > 0])
            half = normal_multiple(level) * error
            ends = np.exp([beta, beta - half, beta + half]).tolist()
            row |= dict(zip(("estimate", "conf_low", "conf_high"), ends, strict=True))
            p_value = 2 * float(special.ndtr(-abs(beta) / error))
            row |= {"p_value": p_value, "method": "proportional odds, Wald"}
    return pd.DataFrame([row])


def _log_odds_ratio(counts: FloatArray) -> tuple[float, float]:
    """Return the maximum of the likelihood and its standard error, 1 standing for the first group."""
    group, level = np.nonzero(counts)
    first = (group[:, None] == 0).astype(float)
    cells = Cells(first, level, np.zeros(len(level), dtype=np.int64), counts[group, level])
    parameters = maximise(cells, counts.shape[1])
    variance = np.linalg.inv(scores_and_information(parameters, cells)[1])[-1, -1]
    return float(parameters[-1]), float(np.sqrt(variance))


def stacked(counts_a: ArrayLike, counts_b: ArrayLike) -> FloatArray:
    """Return the counts of two groups as an array of shape (2, k), after checking that they can be counts.

    Raises
    ------
    ValueError
        If the shapes differ or a count is negative or not finite.
    """
    a, b = (np.asarray(counts, dtype=float) for counts in (counts_a, counts_b))
    if a.ndim != 1 or a.shape != b.shape or not a.size:
        raise ValueError("Both groups must count the same levels, at least one.")
    counts = np.stack([a, b])
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        raise ValueError("Counts of levels must be numbers from zero up.")
    return counts
