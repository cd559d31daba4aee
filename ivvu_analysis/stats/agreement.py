"""How far raters agree, where a register has more than one of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from statsmodels.stats.inter_rater import cohens_kappa

from ivvu_analysis.stats.tails import normal_multiple, tails

FloatArray = NDArray[np.float64]


def weighted_kappa(table: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Estimate Cohen's kappa with quadratic weights: statsmodels' `cohens_kappa`, guarded.

    Parameters
    ----------
    table
        Units by the ratings of the first rater (rows) and of the second, over all levels in their order.
    level
        Coverage of the large-sample interval.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, method``. Where chance agreement would already be
        complete (one level used, or no units) the estimate is NaN; there, and where the large-sample error is
        zero, the interval is [-1, 1].

    Examples
    --------
    >>> weighted_kappa([[1, 1, 0], [0, 1, 0], [0, 0, 1]])["estimate"].round(3).to_list()
    [0.8]
    """
    counts = np.asarray(table, dtype=float)
    row = {"estimate": np.nan, "conf_low": -1.0, "conf_high": 1.0, "n": int(counts.sum())}
    if np.count_nonzero(counts.sum(0) + counts.sum(1)) > 1:
        # The test statistic that comes along, which we do not use, may divide by zero.
        with np.errstate(divide="ignore", invalid="ignore"):
            result = cohens_kappa(counts, wt="quadratic")
        row["estimate"], half = float(result.kappa), normal_multiple(level) * float(result.std_kappa)
        if half > 1e-9:
            row |= {
                "conf_low": max(-1.0, row["estimate"] - half),
                "conf_high": min(1.0, row["estimate"] + half),
            }
    return pd.DataFrame([row | {"method": "Cohen's kappa, quadratic"}])


def krippendorff_alpha(
    ratings: ArrayLike, seed: int | np.random.Generator, level: float = 0.95, resamples: int = 999
) -> pd.DataFrame:
    """Estimate Krippendorff's ordinal alpha of any number of raters, ratings missing or not.

    Parameters
    ----------
    ratings
        Ordered codes, shape (raters, units); NaN where a rater gave none.
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

    Examples
    --------
    >>> krippendorff_alpha([[0, 0, 1, 1], [0, 1, 1, 1]], seed=1)["estimate"].round(3).to_list()
    [0.533]
    """
    values = np.asarray(ratings, dtype=float)
    codes = np.unique(values[~np.isnan(values)])
    tallies = (values[:, :, None] == codes).sum(0).astype(float)
    tallies = tallies[tallies.sum(1) > 1]
    n = len(tallies)
    pairs = tallies[:, :, None] * tallies[:, None, :] - tallies[:, :, None] * np.eye(len(codes))
    coincidences = pairs / (tallies.sum(1) - 1)[:, None, None]
    row = {"estimate": float(_alpha(coincidences.sum(0))), "conf_low": -1.0, "conf_high": 1.0, "n": n}
    if not np.isnan(row["estimate"]):
        draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=resamples)
        alphas = _alpha(np.tensordot(draws, coincidences, axes=1))
        # A sample of units that shows one level only has no disagreement to explain: it counts as agreement.
        low, high = np.quantile(np.nan_to_num(alphas, nan=1.0), tails(level))
        row |= {"conf_low": float(low), "conf_high": float(high)} if low < high else {}
    method = f"Krippendorff's alpha, ordinal, bootstrap over units ({resamples})"
    return pd.DataFrame([row | {"method": method}])


def _alpha(coincidences: FloatArray) -> FloatArray:
    """Return alpha for coincidence matrices of shape (..., k, k); NaN where only one level occurs."""
    margin = coincidences.sum(-1)
    total = margin.sum(-1)
    # The distance of two levels is the number of ratings between them, both ends counted half, squared.
    middle = margin.cumsum(-1) - margin / 2
    distance = (middle[..., :, None] - middle[..., None, :]) ** 2
    observed = (coincidences * distance).sum((-2, -1))
    expected = (margin[..., :, None] * margin[..., None, :] * distance).sum((-2, -1))
    disagreement = np.full(np.shape(expected), np.nan)
    np.divide(observed * (total - 1), expected, out=disagreement, where=expected > 0)
    return np.asarray(1 - disagreement)
