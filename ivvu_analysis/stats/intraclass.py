"""How far projects of one region resemble each other, and how far they must for a finding to go.

Comparisons of counts take projects as independent. If those of one region correlate by rho, a mean of m
projects a region has 1 + (m - 1) rho times the variance, the design effect of Kish.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import f as f_distribution
from scipy.stats import f_oneway

from ivvu_analysis.stats import TAILS


def overturning_correlation(
    estimate: float, conf_low: float, conf_high: float, n: float, clusters: int, null: float = 0.0
) -> float:
    """Find the correlation within clusters at which the interval of an estimate takes in the null.

    Parameters
    ----------
    estimate, conf_low, conf_high
        An estimate with the interval that independent projects give it.
    n, clusters
        How many projects there are, in how many regions. Regions of one size are supposed; if some are larger
        less correlation is enough.
    null
        The value of no difference, 0.5 for theta.

    Returns
    -------
    float
        From 0 (the interval takes in the null as it is) to 1; infinity where no correlation is enough.

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
    return float(needed) if needed <= 1 else np.inf


def intraclass(ratings: pd.Series, clusters: pd.Series) -> pd.DataFrame:
    """Estimate which part of the spread of ratings lies between clusters.

    Parameters
    ----------
    ratings
        Numbers or an ordered categorical, which count by their midranks.
    clusters
        The region of each row, two at least; rows without one, or without a rating, are left out.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, p_value, n, clusters, method``: the correlation of two
        ratings of one cluster, from the mean squares between and within. NaN, with the interval [-1, 1],
        where nothing varies within clusters or each has one row.

    Examples
    --------
    >>> intraclass(pd.Series([1, 2, 5, 6, 8, 9]), pd.Series(list("aabbcc")))["estimate"].round(3).to_list()
    [0.882]
    """
    known = ratings.notna() & clusters.notna()
    groups = ratings[known].rank().groupby(clusters[known])
    sizes, n = groups.size(), int(known.sum())
    row: dict[str, object] = {"estimate": np.nan, "conf_low": -1.0, "conf_high": 1.0, "p_value": 1.0}
    if (groups.transform("max") > groups.transform("min")).any():
        test, free = f_oneway(*(part.to_numpy() for _, part in groups)), (len(sizes) - 1, n - len(sizes))
        m = (n - float((sizes**2).sum()) / n) / free[0]
        ends = [1.0, *f_distribution.ppf(TAILS[::-1], *free)]
        limits = [(test.statistic / end - 1) / (test.statistic / end - 1 + m) for end in ends]
        row = dict(zip(row, map(float, (*limits, test.pvalue)), strict=True))
    method = "one-way analysis of variance, F interval"
    return pd.DataFrame([row | {"n": n, "clusters": len(sizes), "method": method}])
