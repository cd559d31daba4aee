"""How far two ordered scales go together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import random_table

from ivvu_analysis.stats.tails import normal_multiple

FloatArray = NDArray[np.float64]

FEWEST_APART = 5
"""Fewer units than this off the commonest value of a scale leave tau-b without an interval."""


def kendall(
    x: ArrayLike, y: ArrayLike, seed: int | np.random.Generator, level: float = 0.95, resamples: int = 9999
) -> pd.DataFrame:
    """Estimate Kendall's tau-b and test it by permutation.

    Parameters
    ----------
    x, y
        Ordered codes, shape (n,). Only the order of the values matters.
    seed
        Seed or generator for the permutations, which are random tables with the same margins, and so drawn.
    level
        Coverage of the interval.
    resamples
        Number of permutations.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, p_value, method``. The p-value is twice the smaller tail.
        Where `x` or `y` has one value only, the estimate is NaN, the interval [-1, 1] and the p-value 1;
        where the large-sample error is zero (perfect association) the interval is [-1, 1] too. Where fewer
        than five units are off the commonest value of a scale the large-sample interval is known to fail:
        there is none (NaN), and the p-value stands alone.

    Raises
    ------
    ValueError
        If the lengths differ, or a value is missing.

    Examples
    --------
    >>> kendall([1, 1, 2, 3], [2, 1, 3, 2], seed=1)["estimate"].round(3).to_list()
    [0.4]
    """
    scales = [np.asarray(values, dtype=float) for values in (x, y)]
    if scales[0].shape != scales[1].shape or not scales[0].size or np.isnan(scales).any():
        raise ValueError("Both scales must rate the same units, at least one, without a missing rating.")
    codes = [np.unique(values, return_inverse=True)[1] for values in scales]
    table = np.zeros([code.max() + 1 for code in codes])
    np.add.at(table, tuple(codes), 1)
    row = {"estimate": np.nan, "conf_low": -1.0, "conf_high": 1.0, "n": int(table.sum()), "p_value": 1.0}
    if min(table.shape) < 2:
        return pd.DataFrame([row | {"method": "tau-b: one scale has a single value"}])
    pairs = np.sqrt(_untied_pairs(table.sum(1)) * _untied_pairs(table.sum(0)))
    observed = _surplus(table)
    tau = float(observed / pairs)
    margins = [table.sum(axis).astype(int) for axis in (1, 0)]
    drawn = _surplus(random_table(*margins).rvs(resamples, random_state=np.random.default_rng(seed)))
    extreme = min((drawn >= observed - 1e-9).sum(), (drawn <= observed + 1e-9).sum())
    row |= {"estimate": tau, "p_value": min(1.0, 2 * float(1 + extreme) / (1 + resamples))}
    half = normal_multiple(level) * _error_tau_b(table, tau, float(pairs))
    if min(table.sum() - margin.max() for margin in margins) < FEWEST_APART:
        row |= {"conf_low": np.nan, "conf_high": np.nan}
    elif half > 1e-9:
        row |= {"conf_low": max(-1.0, tau - half), "conf_high": min(1.0, tau + half)}
    return pd.DataFrame([row | {"method": f"tau-b, Monte-Carlo permutation p ({resamples})"}])


def _untied_pairs(margin: FloatArray) -> float:
    return float((margin.sum() ** 2 - (margin**2).sum()) / 2)


def _surplus_by_cell(table: FloatArray) -> FloatArray:
    """For each cell, the members concordant with it minus those discordant; tables of shape (..., r, c)."""
    rows, columns = (np.tri(size, k=-1) - np.tri(size, k=-1).T for size in table.shape[-2:])
    return np.asarray(rows @ table @ columns.T)


def _surplus(table: FloatArray) -> FloatArray:
    """Concordant minus discordant pairs."""
    return np.asarray((table * _surplus_by_cell(table)).sum((-2, -1)) / 2)


def _error_tau_b(table: FloatArray, tau: float, pairs: float) -> float:
    """Return the large-sample error of Brown and Benedetti."""
    n, rows, columns = table.sum(), table.sum(1), table.sum(0)
    free_rows, free_columns = 2 * _untied_pairs(rows), 2 * _untied_pairs(columns)
    margins = rows[:, None] * free_columns + columns[None, :] * free_rows
    slope = 4 * pairs * _surplus_by_cell(table) + tau * margins
    spread = (table * slope**2).sum() - n**3 * tau**2 * (free_rows + free_columns) ** 2
    return float(np.sqrt(max(spread, 0)) / (2 * pairs) ** 2)
