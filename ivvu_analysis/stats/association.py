"""How far two ordered scales go together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

STEEPEST = 0.9999
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


def gamma(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Estimate Goodman and Kruskal's gamma: concordant minus discordant pairs, over both.

    Parameters
    ----------
    x, y
        Ordered codes, shape (n,).
    level
        Coverage of the large-sample interval.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, method``. Without a pair that differs on both scales the
        estimate is NaN; then, and where the large-sample error is zero, the interval is [-1, 1].

    Raises
    ------
    ValueError
        If the lengths differ or a value is missing.

    References
    ----------
    Goodman and Kruskal (1954, 1963).
    """
    table = _cross(*_codes(x, y))
    concordant, discordant = _pair_counts(table)
    c, d = (table * concordant).sum(), (table * discordant).sum()
    if c + d == 0:
        return _row(np.nan, -1.0, 1.0, table, None, "gamma: no untied pair")
    error = 4 / (c + d) ** 2 * np.sqrt((table * (d * concordant - c * discordant) ** 2).sum())
    estimate = float((c - d) / (c + d))
    return _row(
        estimate, *_limits(estimate, float(error), level), table, None, "gamma, large-sample interval"
    )


def polychoric(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Estimate the correlation of two normal variables of which the scales show coarse steps.

    Parameters
    ----------
    x, y
        Ordered codes, shape (n,).
    level
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, p_value, method``. Where a scale has one value only, the
        estimate is NaN, the interval [-1, 1] and the p-value 1.

    Raises
    ------
    ValueError
        If the lengths differ or a value is missing.

    Notes
    -----
    Two steps: the thresholds from the margins, then the correlation by maximum likelihood. The limits are
    where twice the log-likelihood has fallen by the chi-squared quantile, with the thresholds held, so that a
    table with empty cells still gets an interval; p-value by likelihood ratio.

    References
    ----------
    Olsson (1979); Drezner and Wesolowsky (1990) for the bivariate normal integral.
    """
    table = _cross(*_codes(x, y))
    if min(table.shape) < 2:
        return _row(np.nan, -1.0, 1.0, table, 1.0, "polychoric: one scale has a single value")
    # Beyond eight standard deviations nothing is left: a stand-in for infinity that does not overflow.
    steps = [
        np.clip(special.ndtri(np.append(0, m.cumsum() / m.sum())), -8, 8)
        for m in (table.sum(1), table.sum(0))
    ]

    def deviance(rho: float) -> float:
        corners = _bivariate_normal(steps[0], steps[1], rho)
        cells = np.diff(np.diff(corners, axis=0), axis=1)
        return float(-2 * (table * np.log(np.maximum(cells, 1e-300))).sum())

    best = scipy.optimize.minimize_scalar(
        deviance, bounds=(-STEEPEST, STEEPEST), method="bounded", options={"xatol": 1e-8}
    )
    ceiling = best.fun + 2 * special.gammaincinv(1 / 2, level)
    limits = [
        end
        if deviance(end) <= ceiling
        else scipy.optimize.brentq(lambda rho: deviance(rho) - ceiling, best.x, end)
        for end in (-STEEPEST, STEEPEST)
    ]
    low, high = (float(np.sign(limit)) if abs(limit) == STEEPEST else float(limit) for limit in limits)
    p_value = float(special.chdtrc(1, max(deviance(0.0) - best.fun, 0)))
    return _row(float(best.x), low, high, table, p_value, "polychoric, likelihood-ratio interval")


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


def _bivariate_normal(h: FloatArray, k: FloatArray, rho: float) -> FloatArray:
    """Return P(X <= h, Y <= k) for every pair, by integrating the density over the correlation."""
    nodes, weights = np.polynomial.legendre.leggauss(64)
    angle = (nodes + 1) / 2 * np.arcsin(rho)
    sine, h, k = np.sin(angle), h[:, None, None], k[None, :, None]
    density = np.exp(-(h**2 + k**2 - 2 * h * k * sine) / (2 * np.cos(angle) ** 2))
    integral = (density * weights).sum(-1) * np.arcsin(rho) / 2 / (2 * np.pi)
    return np.asarray(special.ndtr(h[..., 0]) * special.ndtr(k[..., 0]) + integral)
