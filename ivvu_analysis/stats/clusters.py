"""Projects of one region resemble each other: how far, when that overturns a finding, errors that mind it.

Comparisons of counts take projects as independent. If those of one region correlate by rho, a mean of m
projects a region has 1 + (m - 1) rho times the variance, the design effect of Kish.

In a model the plain sandwich estimator is too small where a covariate hangs on a few clusters, and with it a
third of the findings can be false. CR2 corrects the score of each cluster for its own pull on the fit, so
that the variance is right if rows are independent after all, and Satterthwaite gives each coefficient the
degrees of freedom of its own variance. statsmodels has neither.
"""

import numpy as np
import pandas as pd
from scipy import special
from scipy.stats import f as f_distribution
from scipy.stats import f_oneway

from ivvu_analysis.stats import TAILS, Floats

LEAST_SEEN = 0.95
"""Of the variance of a coefficient at least so much must show between clusters, else it gets no interval."""


def overturning_correlation(
    estimate: float, conf_low: float, conf_high: float, n: float, clusters: int, null: float = 0.0
) -> float:
    """Find the correlation within clusters at which the interval of an estimate takes in the null.

    The interval is the one that n independent projects give. Clusters of one size are supposed; if some are
    larger less correlation is enough. It is 0 where the interval takes in the null as it is, and infinite
    where no correlation is enough.

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

    Ratings, numbers or an ordered categorical, count by their midranks; rows without one, or without one of
    two clusters or more, are left out.

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


def cr2(scores: Floats, information: Floats) -> tuple[Floats, Floats]:
    """Estimate the covariance of parameters from the scores of clusters, and their degrees of freedom.

    Those are NaN where one cluster carries a parameter. The scores of the clusters (rows) are those at the
    maximum, the information has a matrix for each cluster.
    """
    bread = np.linalg.inv(information.sum(0))
    root, inverse = _power(information, 0.5), _power(information, -0.5)
    pull = bread @ root @ _power(np.eye(len(bread)) - root @ bread @ root, -0.5) @ inverse
    moves = np.einsum("gkp,gp->gk", pull, scores)
    # Under independent rows the moves of two clusters covary by these, for each parameter.
    reach = (pull @ information).swapaxes(0, 1)
    own = (reach * pull.swapaxes(0, 1)).sum(2)[:, None] * np.eye(len(scores))
    omega = own - reach @ bread @ reach.swapaxes(1, 2)
    seen = np.trace(omega, axis1=1, axis2=2)
    omega[seen <= LEAST_SEEN * np.diag(bread)] = np.nan
    return np.asarray(moves.T @ moves), np.asarray(seen**2 / (omega**2).sum((1, 2)))


def _power(matrices: Floats, exponent: float) -> Floats:
    """Return a power of symmetric matrices that have no negative values; what is zero stays zero."""
    values, vectors = np.linalg.eigh(matrices)
    powered = np.where(values > 1e-8, np.maximum(values, 1e-8) ** exponent, 0.0)
    return np.asarray((vectors * powered[:, None]) @ vectors.transpose(0, 2, 1))


def student_table(estimate: Floats, errors: Floats, df: Floats) -> pd.DataFrame:
    """Return `estimate, conf_low, conf_high, std_error, df, p_value` by Student's distribution.

    Where the degrees of freedom are NaN the data cannot tell the error: the limits are infinite and the
    p-value is NaN. An estimate of 0 without error has a p-value of 1.
    """
    distance = np.divide(np.abs(estimate), errors, out=np.zeros_like(estimate), where=estimate != 0)
    margin = np.where(np.isnan(df), np.inf, special.stdtrit(df, TAILS[1]) * errors)
    limits = {"estimate": estimate, "conf_low": estimate - margin, "conf_high": estimate + margin}
    p_value = 2 * special.stdtr(df, -distance)
    return pd.DataFrame(limits | {"std_error": errors, "df": df, "p_value": p_value})
