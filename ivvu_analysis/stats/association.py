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
        Number of permutations. Those within a stratum are random tables with its margins, and so drawn.

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
        If the lengths differ, or a value or a stratum is missing.

    Examples
    --------
    >>> kendall([1, 1, 2, 3], [2, 1, 3, 2], seed=1)["estimate"].round(3).to_list()
    [0.4]
    """
    scales = [np.asarray(values, dtype=float) for values in (x, y)]
    if scales[0].ndim != 1 or scales[0].shape != scales[1].shape or not scales[0].size:
        raise ValueError("Both scales must rate the same units, at least one.")
    if np.isnan(scales).any():
        raise ValueError("A missing rating cannot be ranked; leave the unit out first.")
    codes = [np.unique(values, return_inverse=True)[1] for values in scales]
    labels = np.zeros(len(codes[0])) if strata is None else np.asarray(strata)
    if len(labels) != len(codes[0]) or pd.isna(labels).any():
        raise ValueError("Every unit needs one stratum; leave out those without first.")

    def cross(inside: NDArray[np.bool_]) -> FloatArray:
        table = np.zeros([code.max() + 1 for code in codes])
        np.add.at(table, tuple(code[inside] for code in codes), 1)
        return table

    table = cross(np.ones(len(labels), dtype=bool))
    values: dict[str, object] = {"estimate": np.nan, "conf_low": -1.0, "conf_high": 1.0}
    values["n"] = int(table.sum())
    if min(table.shape) < 2:
        return pd.DataFrame([values | {"p_value": 1.0, "method": "tau-b: one scale has a single value"}])
    pairs = np.sqrt(_untied_pairs(table.sum(1)) * _untied_pairs(table.sum(0)))
    observed = _surplus(table)
    tau = float(observed / pairs)
    rng = np.random.default_rng(seed)
    drawn = np.zeros((resamples, *table.shape))
    for label in pd.unique(labels):
        drawn += _random_tables(cross(labels == label), rng, resamples)
    surplus = _surplus(drawn)
    tails = [(1 + (surplus >= observed - 1e-9).sum()), (1 + (surplus <= observed + 1e-9).sum())]
    half = normal_multiple(level) * _error_tau_b(table, tau, pairs)
    if half > 1e-9:
        values |= {"conf_low": max(-1.0, tau - half), "conf_high": min(1.0, tau + half)}
    if min(table.sum() - table.sum(axis).max() for axis in (0, 1)) < FEWEST_APART:
        values |= {"conf_low": np.nan, "conf_high": np.nan}
    where = "" if strata is None else " within strata"
    return pd.DataFrame(
        [
            values
            | {"estimate": tau, "p_value": min(1.0, 2 * float(min(tails)) / (1 + resamples))}
            | {"method": f"tau-b, Monte-Carlo permutation p{where} ({resamples})"}
        ]
    )


def _random_tables(table: FloatArray, rng: np.random.Generator, number: int) -> FloatArray:
    rows, columns = table.sum(1).astype(int), table.sum(0).astype(int)
    if min((rows > 0).sum(), (columns > 0).sum()) < 2:
        # Such margins leave one table only, and SciPy's Patefield algorithm returns noise for them.
        return np.broadcast_to(table, (number, *table.shape))
    used = np.ix_(np.arange(number), np.flatnonzero(rows), np.flatnonzero(columns))
    drawn = np.zeros((number, *table.shape))
    drawn[used] = random_table(rows[rows > 0], columns[columns > 0]).rvs(number, random_state=rng)
    return drawn


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
