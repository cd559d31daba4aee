"""The proportional-odds ratio of two groups, from counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ivvu_analysis.stats.cumulative_logit import Cells, maximise, scores_and_information
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
