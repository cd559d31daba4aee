"""Whether two unordered variables go together, and how strongly."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special
from scipy.optimize import brentq
from scipy.stats import MonteCarloMethod, chi2_contingency

from ivvu_analysis.stats.contingency import Table, nonempty
from ivvu_analysis.stats.tails import tails


def chi_square(table: Table, seed: int | np.random.Generator, resamples: int = 9999) -> pd.DataFrame:
    """Test independence with Pearson's chi-squared statistic over random tables with the same margins.

    Parameters
    ----------
    table
        Counts, rows by columns. Empty rows and columns are left out, and the result names them.
    seed
        Seed or generator for the random tables.
    resamples
        Number of random tables.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate`` (the statistic), ``conf_low, conf_high`` (NaN), ``n, df, p_value`` (Monte
        Carlo), ``p_asymptotic, smallest_expected, left_out, method``.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    Examples
    --------
    >>> chi_square([[10, 5, 5], [5, 10, 5], [5, 5, 10]], seed=1)["estimate"].round(3).to_list()
    [7.5]
    """
    counts, left_out = nonempty(table)
    method = MonteCarloMethod(n_resamples=resamples, rng=np.random.default_rng(seed))
    test = chi2_contingency(counts.to_numpy(), correction=False)
    simulated = chi2_contingency(counts.to_numpy(), correction=False, method=method)
    values = {
        "estimate": float(test.statistic),
        "conf_low": np.nan,
        "conf_high": np.nan,
        "n": int(counts.to_numpy().sum()),
        "df": int(test.dof),
        "p_value": float(simulated.pvalue),
        "p_asymptotic": float(test.pvalue),
        "smallest_expected": float(test.expected_freq.min()),
        "left_out": left_out,
        "method": f"chi-squared, Monte-Carlo p ({resamples})",
    }
    return pd.DataFrame([values])


def bergsma_v(
    table: Table, seed: int | np.random.Generator, level: float = 0.95, resamples: int = 9999
) -> pd.DataFrame:
    """Estimate the strength of association from 0 to 1, corrected for the bias of Cramer's V.

    Parameters
    ----------
    table, seed, resamples
        As in `chi_square`, whose Monte-Carlo p-value comes along.
    level
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, p_value, left_out, method``. The limits are the values of
        V for which the observed chi-squared statistic would be just unusually large or small, from the
        noncentral chi-squared distribution. A statistic below what independence gives on average says no more
        than that average does: the upper limit is then that of the average.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    Examples
    --------
    >>> bergsma_v([[10, 10], [10, 10]], seed=1)[["estimate", "conf_low", "conf_high"]].round(2).to_numpy()
    array([[0.  , 0.  , 0.47]])
    """
    counts, left_out = nonempty(table)
    test = chi_square(counts, seed, resamples).iloc[0]
    n, df, statistic = test["n"], test["df"], test["estimate"]
    rows, columns = counts.shape
    phi2 = max(0.0, statistic / n - df / (n - 1))
    corrected = min(size - (size - 1) ** 2 / (n - 1) for size in (rows, columns)) - 1
    low, high = tails(level)
    # Of a table with V the noncentrality is n V^2 (min(rows, columns) - 1).
    limits = [
        np.sqrt(_noncentrality(value, df, p) / n / (min(rows, columns) - 1))
        for value, p in ((statistic, high), (max(statistic, df), low))
    ]
    values = {
        "estimate": min(1.0, np.sqrt(phi2 / corrected)) if corrected > 0 else np.nan,
        "conf_low": min(1.0, limits[0]),
        "conf_high": min(1.0, limits[1]),
        "n": n,
        "p_value": test["p_value"],
        "left_out": left_out,
        "method": f"Bergsma V, noncentral chi-squared interval, Monte-Carlo p ({resamples})",
    }
    return pd.DataFrame([values])


def _noncentrality(statistic: float, df: int, probability: float) -> float:
    """Return the noncentrality that makes a value up to the statistic have this probability."""
    if special.chdtr(df, statistic) <= probability:
        return 0.0
    most = statistic + 20 * np.sqrt(statistic) + 100
    return float(brentq(lambda nc: float(special.chndtr(statistic, df, nc)) - probability, 0.0, most))
