"""How far two ordered scales go together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

"""Polychoric correlations are sought between minus and plus this."""


def kendall(
    x: ArrayLike,
    y: ArrayLike,
    seed: int | np.random.Generator,
    strata: ArrayLike | None = None,
    level: float = 0.95,
    resamples: int = 9999,
) -> pd.DataFrame:
    """Estimate Kendall's tau-b and test it by permutation.

    Parameters
    ----------
    x, y
        Ordered codes, shape (n,). Only the order of the values matters.
    seed
        Seed or generator for the permutations.
    strata
        Labels, shape (n,): values are exchanged only between units with the same label. All units if left
        out.
    level
        Coverage of the interval.
    resamples
        Number of permutations.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, p_value, method``. The p-value is twice the smaller tail.
        Where `x` or `y` has one value only, the estimate is NaN, the interval [-1, 1] and the p-value 1;
        where the large-sample error is zero (perfect association) the interval is [-1, 1] too.

    Raises
    ------
    ValueError
        If the lengths differ or a value is missing.

    Notes
    -----
    A permutation within a stratum is a random table with the margins of that stratum, so that is what is
    drawn.

    References
    ----------
    Kendall (1945); Brown and Benedetti (1977) for the error.
    """
    codes_x, codes_y = _codes(x, y)
    table = _cross(codes_x, codes_y)
    denominator = np.sqrt(_untied_pairs(table.sum(1)) * _untied_pairs(table.sum(0)))
    if denominator == 0:
        return _row(np.nan, -1.0, 1.0, table, 1.0, "tau-b: one scale has a single value")
    tau = float(_surplus(table) / denominator)
    labels = np.zeros(len(codes_x)) if strata is None else np.asarray(strata)
    if len(labels) != len(codes_x):
        raise ValueError("Every unit needs one stratum.")
    rng = np.random.default_rng(seed)
    drawn = np.zeros((resamples, *table.shape))
    for label in pd.unique(labels):
        inside = labels == label
        part = _cross(codes_x[inside], codes_y[inside], table.shape)
        drawn += _random_tables(part, rng, resamples)
    surplus, observed = _surplus(drawn), _surplus(table)
    tails = [(1 + (surplus >= observed - 1e-9).sum()), (1 + (surplus <= observed + 1e-9).sum())]
    p_value = min(1.0, 2 * float(min(tails)) / (1 + resamples))
    low, high = _limits(tau, _error_tau_b(table, tau, denominator), level)
    where = "" if strata is None else " within strata"
    return _row(tau, low, high, table, p_value, f"tau-b, Monte-Carlo permutation p{where} ({resamples})")


def _row(
    estimate: float, low: float, high: float, table: FloatArray, p_value: float | None, method: str
) -> pd.DataFrame:
    values = {"estimate": estimate, "conf_low": low, "conf_high": high, "n": int(table.sum())}
    test = {} if p_value is None else {"p_value": p_value}
    return pd.DataFrame([values | test | {"method": method}])


def _codes(x: ArrayLike, y: ArrayLike) -> tuple[IntArray, IntArray]:
    first, second = (np.asarray(values, dtype=float) for values in (x, y))
    if first.ndim != 1 or first.shape != second.shape or not first.size:
        raise ValueError("Both scales must rate the same units, at least one.")
    if np.isnan(first).any() or np.isnan(second).any():
        raise ValueError("A missing rating cannot be ranked; leave the unit out first.")
    return np.unique(first, return_inverse=True)[1], np.unique(second, return_inverse=True)[1]


def _cross(x: IntArray, y: IntArray, shape: tuple[int, ...] | None = None) -> FloatArray:
    table = np.zeros(shape or (x.max() + 1, y.max() + 1))
    np.add.at(table, (x, y), 1)
    return table


def _random_tables(table: FloatArray, rng: np.random.Generator, number: int) -> FloatArray:
    rows, columns = table.sum(1).astype(int), table.sum(0).astype(int)
    if min((rows > 0).sum(), (columns > 0).sum()) < 2:
        # Such margins leave one table only, and SciPy's Patefield algorithm returns noise for them.
        return np.broadcast_to(table, (number, *table.shape))
    used = np.ix_(np.arange(number), np.flatnonzero(rows), np.flatnonzero(columns))
    drawn = np.zeros((number, *table.shape))
    drawn[used] = scipy.stats.random_table(rows[rows > 0], columns[columns > 0]).rvs(number, random_state=rng)
    return drawn


def _untied_pairs(margin: FloatArray) -> float:
    return float((margin.sum() ** 2 - (margin**2).sum()) / 2)


def _pair_counts(table: FloatArray) -> tuple[FloatArray, FloatArray]:
    """For each cell, the members of the cells that are concordant, and discordant, with it."""
    above, right = (np.tri(size, k=-1) for size in table.shape)
    concordant = above @ table @ right.T + above.T @ table @ right
    discordant = above @ table @ right + above.T @ table @ right.T
    return concordant, discordant


def _surplus(table: FloatArray) -> FloatArray:
    """Concordant minus discordant pairs, for tables of shape (..., r, c)."""
    rows, columns = (np.tri(size, k=-1) - np.tri(size, k=-1).T for size in table.shape[-2:])
    return np.asarray((table * (rows @ table @ columns.T)).sum((-2, -1)) / 2)


def _error_tau_b(table: FloatArray, tau: float, denominator: float) -> float:
    n = table.sum()
    rows, columns = table.sum(1), table.sum(0)
    free_rows, free_columns = 2 * _untied_pairs(rows), 2 * _untied_pairs(columns)
    concordant, discordant = _pair_counts(table)
    w = 2 * denominator
    slope = 2 * w * (concordant - discordant) + tau * (
        rows[:, None] * free_columns + columns[None, :] * free_rows
    )
    spread = (table * slope**2).sum() - n**3 * tau**2 * (free_rows + free_columns) ** 2
    return float(np.sqrt(max(spread, 0)) / w**2)


def _limits(estimate: float, error: float, level: float) -> tuple[float, float]:
    if error < 1e-9:
        return -1.0, 1.0
    half = -special.ndtri((1 - level) / 2) * error
    return max(-1.0, estimate - half), min(1.0, estimate + half)
