"""Whether two unordered variables go together, and how strongly."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special
from scipy.optimize import brentq
from scipy.stats import MonteCarloMethod, chi2_contingency

from ivvu_analysis.stats.contingency import Table, nonempty
from ivvu_analysis.stats.tails import tails


def independence(
    table: Table, seed: int | np.random.Generator, level: float = 0.95, resamples: int = 9999
) -> pd.DataFrame:
    """Test independence over random tables with the same margins, and estimate how strong association is.

    Parameters
    ----------
    table
        Counts, rows by columns. Empty rows and columns are left out.
    seed
        Seed or generator for the random tables.
    level
        Coverage of the interval.
    resamples
        Number of random tables.

    Returns
    -------
    pandas.DataFrame
        Rows ``quantity`` = ``chi2`` (Pearson's statistic) and ``bergsma_v`` (Cramer's V from 0 to 1,
        corrected for its bias), with ``estimate, conf_low, conf_high, n, df, p_value, method``. The p-value
        of both is that of chi-squared, Monte Carlo. The limits of V are the values for which the observed
        statistic would be just unusually large or small, from the noncentral chi-squared distribution. A
        statistic below what independence gives on average says no more than that average does: the upper
        limit is then that of the average.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    Examples
    --------
    >>> independence([[10, 5, 5], [5, 10, 5], [5, 5, 10]], seed=1)["estimate"].round(3).to_list()
    [7.5, 0.172]
    """
    counts = nonempty(table)
    test = chi2_contingency(counts, correction=False)
    method = MonteCarloMethod(n_resamples=resamples, rng=np.random.default_rng(seed))
    simulated = chi2_contingency(counts, correction=False, method=method)
    n, df, statistic = int(counts.to_numpy().sum()), int(test.dof), float(test.statistic)
    smaller = min(counts.shape) - 1
    phi2 = max(0.0, statistic / n - df / (n - 1))
    corrected = min(size - (size - 1) ** 2 / (n - 1) for size in counts.shape) - 1
    v = min(1.0, np.sqrt(phi2 / corrected)) if corrected > 0 else np.nan
    # Of a table with V the noncentrality is n V^2 (min(rows, columns) - 1).
    low, high = (
        min(1.0, np.sqrt(_noncentrality(value, df, p) / n / smaller))
        for value, p in zip((statistic, max(statistic, df)), tails(level)[::-1], strict=True)
    )
    how = f"Monte-Carlo p ({resamples})"
    rows = [
        ("chi2", statistic, np.nan, np.nan, df, f"chi-squared, {how}"),
        ("bergsma_v", v, low, high, np.nan, f"Bergsma V, noncentral chi-squared interval, {how}"),
    ]
    columns = ["quantity", "estimate", "conf_low", "conf_high", "df", "method"]
    return pd.DataFrame(rows, columns=columns).assign(n=n, p_value=float(simulated.pvalue))


def _noncentrality(statistic: float, df: int, probability: float) -> float:
    """Return the noncentrality that makes a value up to the statistic have this probability."""
    if special.chdtr(df, statistic) <= probability:
        return 0.0
    most = statistic + 20 * np.sqrt(statistic) + 100
    return float(brentq(lambda nc: float(special.chndtr(statistic, df, nc)) - probability, 0.0, most))
