"""How far two ordered scales go together, the raters of a project agree, and projects of a region are alike.

Comparisons of counts take projects as independent. If those of one region correlate by rho, a mean of m
projects a region has 1 + (m - 1) rho times the variance, the design effect of Kish.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import f as f_distribution
from scipy.stats import f_oneway, random_table
from statsmodels.stats.inter_rater import cohens_kappa

from ivvu_analysis.stats import RESAMPLES, TAILS, Floats, Z, aligned, ranked, whole_counts

SAMPLES = 999  # of units, for the bootstrap of alpha
FEWEST_APART = 5  # fewer units than this off the commonest value of a scale leave tau-b without an interval


def kendall(x: pd.Series, y: pd.Series, seed: int | np.random.Generator) -> pd.DataFrame:
    """Estimate Kendall's tau-b of two ordered scales, and test it over random tables with the same margins.

    The scales, numbers or ordered categoricals, belong together by their labels.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, p_value, method``, with the large-sample interval of
        Brown and Benedetti. The p-value is twice the smaller tail. Where `x` or `y` has one value only, the
        estimate is NaN, the interval [-1, 1] and the p-value 1; where the error is zero (perfect association)
        the interval is [-1, 1] too. Where fewer than five units are off the commonest value of a scale the
        interval is known to fail: there is none (NaN), and the p-value stands alone.

    Examples
    --------
    >>> kendall(pd.Series([1, 1, 2, 3]), pd.Series([2, 1, 3, 2]), seed=1)["estimate"].round(3).to_list()
    [0.4]
    """
    x, y = ranked(x), ranked(aligned(x, y))
    if x.isna().any() or y.isna().any():
        raise ValueError("Both scales must rate the same units, without a missing rating.")
    table = pd.crosstab(x.to_numpy(), y.to_numpy()).to_numpy()
    row = {"estimate": np.nan, "conf_low": -1.0, "conf_high": 1.0, "n": len(x), "p_value": 1.0}
    if min(table.shape) < 2:
        return pd.DataFrame([row | {"method": "tau-b: one scale has a single value"}])
    signs = [np.sign(np.subtract.outer(*[scale.to_numpy()] * 2)) for scale in (x, y)]
    together = (signs[0] * signs[1]).sum(0)
    apart = np.abs(signs).sum(1)
    pairs = np.sqrt(apart.sum(1).prod())
    tau = together.sum() / pairs
    # How much each unit moves tau-b: the delta method.
    pull = 2 * together / pairs - tau * (apart / apart.sum(1, keepdims=True)).sum(0)
    half = Z * np.sqrt((pull**2).sum())
    margins = table.sum(1), table.sum(0)
    few = min(len(x) - margin.max() for margin in margins) < FEWEST_APART
    row |= {"conf_low": np.nan, "conf_high": np.nan} if few else _within_one(tau, half)
    drawn = _surplus(random_table(*margins).rvs(RESAMPLES, random_state=np.random.default_rng(seed)))
    observed = _surplus(table)
    extreme = min((drawn >= observed).sum(), (drawn <= observed).sum())
    row |= {"estimate": tau, "p_value": min(1.0, 2 * float(1 + extreme) / (1 + RESAMPLES))}
    return pd.DataFrame([row | {"method": f"tau-b, Monte-Carlo permutation p ({RESAMPLES})"}])


def _surplus(tables: Floats) -> Floats:
    """Return concordant minus discordant pairs, each counted twice, of tables of shape (..., r, c)."""
    rows, columns = (np.tri(size, k=-1) - np.tri(size, k=-1).T for size in tables.shape[-2:])
    return np.asarray((tables * (rows @ tables @ columns.T)).sum((-2, -1)))


def _within_one(estimate: float, half: float) -> dict[str, float]:
    """Return the limits of a coefficient within -1 and 1: these where the error is zero or not known."""
    if not half > 1e-9:
        return {"conf_low": -1.0, "conf_high": 1.0}
    return {"conf_low": max(-1.0, float(estimate - half)), "conf_high": min(1.0, float(estimate + half))}


def weighted_kappa(table: ArrayLike) -> pd.DataFrame:
    """Estimate Cohen's kappa with quadratic weights: statsmodels' `cohens_kappa`, guarded.

    The table, square and with units, has them by the rating of the first rater (rows) and of the second.

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
    counts = whole_counts(table)
    if counts.ndim != 2 or len(set(counts.shape)) > 1 or not counts.any():
        raise ValueError("Two ratings make a square table, with a unit or more.")
    with np.errstate(divide="ignore", invalid="ignore"):
        found = cohens_kappa(counts, wt="quadratic")
    row = {"estimate": found.kappa} | _within_one(found.kappa, Z * found.std_kappa)
    return pd.DataFrame([row | {"n": int(counts.sum()), "method": "Cohen's kappa, quadratic"}])


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
        draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=SAMPLES)
        alphas = _alpha(np.tensordot(draws, coincidences, axes=1))
        # A sample of units that shows one level only has no disagreement to explain: it counts as agreement.
        limits = np.quantile(np.nan_to_num(alphas, nan=1.0), TAILS)
        low, high = limits if np.ptp(limits) > 0 else (low, high)
    method = f"Krippendorff's alpha, ordinal, bootstrap over units ({SAMPLES})"
    return pd.DataFrame([{"estimate": alpha, "conf_low": low, "conf_high": high, "n": n, "method": method}])


def _alpha(coincidences: Floats) -> Floats:
    """Return alpha for coincidence matrices of shape (..., k, k); NaN where only one level occurs."""
    margin = coincidences.sum(-1)
    # The distance of two levels is the number of ratings between them, both ends counted half, squared.
    middle = margin.cumsum(-1) - margin / 2
    distance = (middle[..., :, None] - middle[..., None, :]) ** 2
    observed = (coincidences * distance).sum((-2, -1))
    expected = (margin[..., :, None] * margin[..., None, :] * distance).sum((-2, -1))
    return np.asarray(1 - observed * (margin.sum(-1) - 1) / np.where(expected > 0, expected, np.nan))


def overturning_correlation(
    estimate: float, conf_low: float, conf_high: float, n: float, clusters: int, null: float = 0.0
) -> float:
    """Find the correlation within clusters at which the interval of an estimate takes in the null.

    The interval is the one that n independent projects give. Clusters of one size are supposed; if some are
    larger less correlation is enough. It is 0 where the interval takes in the null as it is, and infinite
    where no correlation is enough. Of an interval that is not known it is NaN.

    Examples
    --------
    >>> round(overturning_correlation(0.0896, 0.0084, 0.1692, 318, 34), 3)
    0.026
    """
    if conf_low <= null <= conf_high:
        return 0.0
    nearest = conf_low if estimate > null else conf_high
    excess = ((estimate - null) / (estimate - nearest)) ** 2 - 1
    needed = excess / (n / clusters - 1) if n > clusters else np.inf
    return np.inf if needed > 1 else float(needed)


def intraclass(ratings: pd.Series, clusters: pd.Series) -> pd.DataFrame:
    """Estimate which part of the spread of ratings lies between clusters.

    Ratings, numbers or an ordered categorical, count by their midranks; rows without one, or without a
    cluster, are left out.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, p_value, n, clusters, method``: the correlation of two
        ratings of one cluster, from the mean squares between and within. NaN, with the interval [-1, 1],
        where nothing varies within clusters, each has one row or there is but one.

    Examples
    --------
    >>> intraclass(pd.Series([1, 2, 5, 6, 8, 9]), pd.Series(list("aabbcc")))["estimate"].round(3).to_list()
    [0.882]
    """
    known = ratings.notna() & clusters.notna()
    groups = ranked(ratings)[known].rank().groupby(clusters[known])
    sizes, n = groups.size(), int(known.sum())
    row: dict[str, object] = {"estimate": np.nan, "conf_low": -1.0, "conf_high": 1.0, "p_value": 1.0}
    if len(sizes) > 1 and (groups.transform("max") > groups.transform("min")).any():
        test, free = f_oneway(*(part.to_numpy() for _, part in groups)), (len(sizes) - 1, n - len(sizes))
        m = (n - float((sizes**2).sum()) / n) / free[0]
        ends = [1.0, *f_distribution.ppf(TAILS[::-1], *free)]
        limits = [(test.statistic / end - 1) / (test.statistic / end - 1 + m) for end in ends]
        row = dict(zip(row, map(float, (*limits, test.pvalue)), strict=True))
    method = "one-way analysis of variance, F interval"
    return pd.DataFrame([row | {"n": n, "clusters": len(sizes), "method": method}])
