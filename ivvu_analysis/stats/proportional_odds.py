"""The proportional-odds ratio of two groups and Brant's check on it, from counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

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
        way round), the interval [0, infinity] and the p-value 1, because the Wald test cannot tell. Where a
        group is empty, or all ratings share one level, the estimate is NaN with the same interval.

    Raises
    ------
    ValueError
        If the groups count different levels or a count is negative or not finite.

    Notes
    -----
    Maximum likelihood by Newton's method on the counts themselves, with the observed information. The
    log-likelihood is concave; a step that overshoots is halved.

    References
    ----------
    McCullagh (1980).
    """
    counts = stacked(counts_a, counts_b)
    limit = _limit_without_maximum(counts)
    if limit is not None:
        return _row(limit, 0.0, np.inf, counts, np.nan, 1.0, "proportional odds: no finite maximum")
    beta, error = _fit(counts)
    z = -special.ndtri((1 - level) / 2)
    low, high = np.exp(beta - z * error), np.exp(beta + z * error)
    p = 2 * special.ndtr(-abs(beta) / error)
    return _row(np.exp(beta), low, high, counts, np.nan, p, "proportional odds, Wald")


def brant(counts_a: ArrayLike, counts_b: ArrayLike) -> pd.DataFrame:
    """Compare the odds ratios of all cut points: a diagnostic of proportional odds, not a gate.

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

    References
    ----------
    Brant (1990); Fagerland, Lydersen and Laake (2017), section 6.
    """
    counts = stacked(counts_a, counts_b)
    counts = counts[:, counts.sum(0) > 0]
    n = counts.sum(1, keepdims=True)
    above = n - counts.cumsum(1)[:, :-1]
    usable = ((above > 0) & (above < n)).all(0)
    method = f"Brant, {int(usable.sum())} of {len(usable)} cuts"
    df = int(usable.sum()) - 1
    if df < 1:
        return _row(0.0, np.nan, np.nan, counts, 0, 1.0, method)
    share = above[:, usable] / n
    log_ratio = special.logit(share[0]) - special.logit(share[1])
    # A binary logit with one binary covariate is saturated, so the covariance of two cuts has a closed form.
    one, other = share[:, :, None], share[:, None, :]
    nearer, farther = np.maximum(one, other), np.minimum(one, other)
    covariance = (1 / (n[:, :, None] * nearer * (1 - farther))).sum(0)
    contrast = np.eye(df, df + 1) - np.eye(df, df + 1, 1)
    difference = contrast @ log_ratio
    statistic = difference @ np.linalg.solve(contrast @ covariance @ contrast.T, difference)
    return _row(statistic, np.nan, np.nan, counts, df, special.chdtrc(df, statistic), method)


def stacked(counts_a: ArrayLike, counts_b: ArrayLike) -> FloatArray:
    """Return the counts of two groups as an array of shape (2, k), after checking that they can be counts.

    Parameters
    ----------
    counts_a, counts_b
        Counts of the levels, shape (k,).

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


def _row(
    estimate: float, low: float, high: float, counts: FloatArray, df: float, p_value: float, method: str
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "estimate": [float(estimate)],
            "conf_low": [float(low)],
            "conf_high": [float(high)],
            "n": [int(counts.sum())],
            "df": [float(df)],
            "p_value": [float(p_value)],
            "method": [method],
        }
    )


def _limit_without_maximum(counts: FloatArray) -> float | None:
    used = [np.flatnonzero(group) for group in counts]
    if not (used[0].size and used[1].size) or len(np.union1d(*used)) < 2:
        return np.nan
    if used[0].min() >= used[1].max():
        return np.inf
    return 0.0 if used[1].min() >= used[0].max() else None


def _fit(counts: FloatArray) -> tuple[float, float]:
    """Return the log odds ratio and its standard error."""
    counts = counts[:, counts.sum(0) > 0]
    cuts = counts.shape[1] - 1
    below = counts.sum(0).cumsum()[:-1] / counts.sum()
    theta = np.append(special.logit(below), 0.0)
    # logit P(Y <= j) = alpha_j - beta g, with g = 1 in the first group.
    design = np.stack([np.column_stack([np.eye(cuts), np.full(cuts, -g)]) for g in (1.0, 0.0)])

    def log_likelihood(theta: FloatArray) -> float:
        p = np.diff(special.expit(design @ theta), axis=1, prepend=0, append=1)
        return float(special.xlogy(counts, p).sum()) if (p > 0).all() else -np.inf

    for _ in range(100):
        f = special.expit(design @ theta)
        p = np.diff(f, axis=1, prepend=0, append=1)
        slope = (f * (1 - f))[:, :, None] * design
        bend = (slope * (1 - 2 * f)[:, :, None])[:, :, :, None] * design[:, :, None, :]
        jacobian, hessian = (np.diff(at_cuts, axis=1, prepend=0, append=0) for at_cuts in (slope, bend))
        score = np.einsum("gk,gkp->p", counts / p, jacobian)
        information = np.einsum("gk,gkp,gkq->pq", counts / p**2, jacobian, jacobian)
        information -= np.einsum("gk,gkpq->pq", counts / p, hessian)
        step = np.linalg.solve(information, score)
        if np.abs(step).max() < 1e-10:
            break
        reached = log_likelihood(theta)
        while log_likelihood(theta + step) < reached - 1e-12 * abs(reached):
            step = step / 2
        theta = theta + step
    return float(theta[-1]), float(np.sqrt(np.linalg.inv(information)[-1, -1]))
