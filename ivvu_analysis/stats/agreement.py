"""How far raters agree, where a register has more than one of them."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from statsmodels.stats.inter_rater import cohens_kappa

from ivvu_analysis.stats.tails import normal_multiple, tails

FloatArray = NDArray[np.float64]


def weighted_kappa(
    first: ArrayLike,
    second: ArrayLike,
    levels: int,
    weights: Literal["unweighted", "linear", "quadratic"] = "quadratic",
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate Cohen's kappa of two raters, with credit for near misses: statsmodels' `cohens_kappa`.

    Parameters
    ----------
    first, second
        Position of each rating among the levels, from 0, shape (units,); NaN where a rater gave none. Units
        without both ratings are left out.
    levels
        Number of levels of the scale, used or not.
    weights
        How disagreement grows with the distance between the levels.
    level
        Coverage of the large-sample interval.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, method``, `n` the units with both ratings. Where chance
        agreement would already be complete (one level used, or no units) the estimate is NaN; there, and
        where the large-sample error is zero, the interval is [-1, 1].

    Raises
    ------
    ValueError
        If the lengths differ, a rating lies outside the scale, or the weights are unknown.

    Examples
    --------
    >>> weighted_kappa([0, 0, 1, 2], [0, 1, 1, 2], levels=3)["estimate"].round(3).to_list()
    [0.8]
    """
    if weights not in ("unweighted", "linear", "quadratic"):
        raise ValueError(f"The weights are unweighted, linear or quadratic, not {weights}.")
    one, other = (np.asarray(ratings, dtype=float) for ratings in (first, second))
    if one.ndim != 1 or one.shape != other.shape:
        raise ValueError("Both raters must rate the same units.")
    both = ~(np.isnan(one) | np.isnan(other))
    ratings = np.stack([one[both], other[both]])
    if not np.isin(ratings, np.arange(levels)).all():
        raise ValueError(f"A rating must be a level from 0 to {levels - 1}.")
    table = np.zeros((levels, levels))
    np.add.at(table, tuple(ratings.astype(int)), 1)
    estimate, low, high = np.nan, -1.0, 1.0
    if len(np.unique(ratings)) > 1:
        # The test statistic that comes along, which we do not use, may divide by zero.
        with np.errstate(divide="ignore", invalid="ignore"):
            result = cohens_kappa(table, wt=None if weights == "unweighted" else weights)
        estimate, half = float(result.kappa), normal_multiple(level) * float(result.std_kappa)
        if half > 1e-9:
            low, high = max(-1.0, estimate - half), min(1.0, estimate + half)
    values = {"estimate": estimate, "conf_low": low, "conf_high": high, "n": int(both.sum())}
    return pd.DataFrame([values | {"method": f"Cohen's kappa, {weights}"}])


def krippendorff_alpha(
    ratings: ArrayLike,
    metric: Literal["nominal", "ordinal"],
    seed: int | np.random.Generator,
    level: float = 0.95,
    resamples: int = 999,
) -> pd.DataFrame:
    """Estimate Krippendorff's alpha of any number of raters, ratings missing or not.

    Parameters
    ----------
    ratings
        Ordered codes, shape (raters, units); NaN where a rater gave none.
    metric
        ``nominal`` counts every disagreement alike; ``ordinal`` by how many ratings lie between the two.
    seed
        Seed or generator for the bootstrap.
    level
        Coverage of the interval.
    resamples
        Number of bootstrap samples of units.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, method``, `n` the units that at least two raters rated.
        The interval is the percentile bootstrap over units. Without variation among the pairable ratings
        alpha is not defined: the estimate is NaN. There, and where all samples give the same alpha, the
        interval is [-1, 1].

    Raises
    ------
    ValueError
        If the ratings are not a table of raters by units, or the metric is unknown.

    Examples
    --------
    >>> krippendorff_alpha([[0, 0, 1, 1], [0, 1, 1, 1]], "nominal", seed=1)["estimate"].round(3).to_list()
    [0.533]
    """
    values = np.asarray(ratings, dtype=float)
    if values.ndim != 2:
        raise ValueError("Ratings must be a table of raters by units.")
    if metric not in ("nominal", "ordinal"):
        raise ValueError(f"The metric is nominal or ordinal, not {metric}.")
    codes = np.unique(values[~np.isnan(values)])
    tallies = (values[:, :, None] == codes).sum(0).astype(float)
    tallies = tallies[tallies.sum(1) > 1]
    n = len(tallies)
    pairs = tallies[:, :, None] * tallies[:, None, :] - tallies[:, :, None] * np.eye(len(codes))
    coincidences = pairs / (tallies.sum(1) - 1)[:, None, None]
    estimate = float(_alpha(coincidences.sum(0), metric))
    low, high = -1.0, 1.0
    if not np.isnan(estimate):
        draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=resamples)
        alphas = _alpha(np.tensordot(draws, coincidences, axes=1), metric)
        # A sample of units that shows one level only has no disagreement to explain: it counts as agreement.
        limits = np.quantile(np.nan_to_num(alphas, nan=1.0), tails(level))
        low, high = (float(limit) for limit in limits) if limits[0] < limits[1] else (low, high)
    row = {"estimate": estimate, "conf_low": low, "conf_high": high, "n": n}
    method = f"Krippendorff's alpha, {metric}, bootstrap over units ({resamples})"
    return pd.DataFrame([row | {"method": method}])


def _alpha(coincidences: FloatArray, metric: str) -> FloatArray:
    """Return alpha for coincidence matrices of shape (..., k, k); NaN where only one level occurs."""
    margin = coincidences.sum(-1)
    total = margin.sum(-1)
    distance = np.broadcast_to(1 - np.eye(margin.shape[-1]), coincidences.shape)
    if metric == "ordinal":
        # The ratings between two levels, both ends counted half.
        middle = margin.cumsum(-1) - margin / 2
        distance = (middle[..., :, None] - middle[..., None, :]) ** 2
    observed = (coincidences * distance).sum((-2, -1))
    expected = (margin[..., :, None] * margin[..., None, :] * distance).sum((-2, -1))
    disagreement = np.full(np.shape(expected), np.nan)
    np.divide(observed * (total - 1), expected, out=disagreement, where=expected > 0)
    return np.asarray(1 - disagreement)
