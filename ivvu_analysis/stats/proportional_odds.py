"""The proportional-odds ratio of two groups and Brant's statistic beside it, from counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ivvu_analysis.stats.cumulative_logit import Cells, maximise, scores_and_information
from ivvu_analysis.stats.parallel_lines import brant_tests
from ivvu_analysis.stats.tails import normal_multiple

FloatArray = NDArray[np.float64]


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
    limit = None
    if not (used[0].size and used[1].size) or len(np.union1d(*used)) < 2:
        limit = np.nan
    elif used[0].min() >= used[1].max():
        limit = np.inf
    elif used[1].min() >= used[0].max():
        limit = 0.0
    if limit is not None:
        return _row(counts, limit, 0.0, np.inf, np.nan, np.nan, "proportional odds: no finite maximum")
    cells, levels = _cells(counts)
    parameters = maximise(cells, levels)
    beta = float(parameters[-1])
    error = float(np.sqrt(np.linalg.inv(scores_and_information(parameters, cells)[1])[-1, -1]))
    half, p_value = normal_multiple(level) * error, 2 * float(special.ndtr(-abs(beta) / error))
    low, high = np.exp(beta - half), np.exp(beta + half)
    return _row(counts, np.exp(beta), low, high, np.nan, p_value, "proportional odds, Wald")


def brant(counts_a: ArrayLike, counts_b: ArrayLike) -> pd.DataFrame:
    """Compare the odds ratios of all cut points, see `parallel_lines.brant`.

    Parameters
    ----------
    counts_a, counts_b
        Counts of the levels, lowest first, shape (k,).

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate`` (the chi-squared statistic), ``conf_low, conf_high`` (NaN), ``n, df, p_value,
        method``. Cuts with nobody on one side in one of the groups have no finite odds ratio; they are left
        out, and `method` says how many remain. With fewer than two there is nothing to compare: statistic 0
        on 0 degrees of freedom, p-value 1.

    Raises
    ------
    ValueError
        If the groups count different levels or a count is negative or not finite.

    Examples
    --------
    >>> brant([14, 10, 3, 2], [11, 7, 8, 4])[["estimate", "df", "p_value"]].round(3).to_numpy().tolist()
    [[1.668, 2.0, 0.434]]
    """
    counts = stacked(counts_a, counts_b)
    if not counts.any(axis=1).all():
        return _row(counts, 0.0, np.nan, np.nan, 0, 1.0, "Brant, no cut")
    cells, levels = _cells(counts)
    found = brant_tests(cells, levels, {"group": [0]}).iloc[0]
    return _row(counts, found["estimate"], np.nan, np.nan, found["df"], found["p_value"], found["method"])


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


def _cells(counts: FloatArray) -> tuple[Cells, int]:
    """Return the cells in use, with 1 for the first group, and the number of levels in use."""
    counts = counts[:, counts.sum(0) > 0]
    group, level = np.nonzero(counts)
    cells = Cells(
        (group[:, None] == 0).astype(float), level, np.zeros(len(level), dtype=np.int64), counts[group, level]
    )
    return cells, counts.shape[1]


def _row(
    counts: FloatArray, estimate: float, low: float, high: float, df: float, p_value: float, method: str
) -> pd.DataFrame:
    numbers = {"estimate": float(estimate), "conf_low": float(low), "conf_high": float(high)}
    return pd.DataFrame(
        [numbers | {"n": int(counts.sum()), "df": float(df), "p_value": float(p_value), "method": method}]
    )
