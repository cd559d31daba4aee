"""How far raters agree, where a register has more than one of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.stats.inter_rater import cohens_kappa

from ivvu_analysis.stats import TAILS, Floats, Z

RESAMPLES = 999


def weighted_kappa(table: ArrayLike) -> pd.DataFrame:
    """Estimate Cohen's kappa with quadratic weights: statsmodels' `cohens_kappa`, guarded.

    The table has the units by the rating of the first rater (rows) and of the second, over all levels.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, method``, with the large-sample interval. Where chance
        agreement would already be complete (one level used) the estimate is NaN; there, and where the error
        is zero, the interval is [-1, 1].

    Examples
    --------
    >>> weighted_kappa([[1, 1, 0], [0, 1, 0], [0, 0, 1]])["estimate"].round(3).to_list()
    [0.8]
    """
    counts = np.asarray(table, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = cohens_kappa(counts, wt="quadratic")
    kappa, half = float(found.kappa), Z * float(found.std_kappa)
    low, high = (max(-1.0, kappa - half), min(1.0, kappa + half)) if half > 1e-9 else (-1.0, 1.0)
    row = {"estimate": kappa, "conf_low": low, "conf_high": high, "n": int(counts.sum())}
    return pd.DataFrame([row | {"method": "Cohen's kappa, quadratic"}])


def krippendorff_alpha(ratings: ArrayLike, seed: int | np.random.Generator) -> pd.DataFrame:
    """Estimate Krippendorff's ordinal alpha from ordered codes, raters by units, NaN where a rater gave none.

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
    alpha, low, high = float(_alpha(coincidences.sum(0))), -1.0, 1.0
    if not np.isnan(alpha):
        draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
        alphas = _alpha(np.tensordot(draws, coincidences, axes=1))
        # A sample of units that shows one level only has no disagreement to explain: it counts as agreement.
        limits = np.quantile(np.nan_to_num(alphas, nan=1.0), TAILS)
        low, high = limits if np.ptp(limits) > 0 else (low, high)
    method = f"Krippendorff's alpha, ordinal, bootstrap over units ({RESAMPLES})"
    row = {"estimate": alpha, "conf_low": low, "conf_high": high, "n": n, "method": method}
    return pd.DataFrame([row])


def _alpha(coincidences: Floats) -> Floats:
    """Return alpha for coincidence matrices of shape (..., k, k); NaN where only one level occurs."""
    margin = coincidences.sum(-1)
    # The distance of two levels is the number of ratings between them, both ends counted half, squared.
    middle = margin.cumsum(-1) - margin / 2
    distance = (middle[..., :, None] - middle[..., None, :]) ** 2
    observed = (coincidences * distance).sum((-2, -1))
    expected = (margin[..., :, None] * margin[..., None, :] * distance).sum((-2, -1))
    return np.asarray(1 - observed * (margin.sum(-1) - 1) / np.where(expected > 0, expected, np.nan))
