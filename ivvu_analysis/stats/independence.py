"""Whether two unordered variables go together, and how strongly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy
from scipy import special

from ivvu_analysis.stats.contingency import Table, nonempty


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

    References
    ----------
    Agresti (2013), section 3.2.
    """
    counts, left_out = nonempty(table)
    test = scipy.stats.chi2_contingency(counts.to_numpy(), correction=False)
    simulated = scipy.stats.chi2_contingency(
        counts.to_numpy(), correction=False, method=_monte_carlo(seed, resamples)
    )
    return pd.DataFrame(
        {
            "estimate": [float(test.statistic)],
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
    )


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
        noncentral chi-squared distribution.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    References
    ----------
    Bergsma (2013); Smithson (2003) for the interval.
    """
    counts, left_out = nonempty(table)
    test = chi_square(counts, seed, resamples).iloc[0]
    n, df, statistic = test["n"], test["df"], test["estimate"]
    rows, columns = counts.shape
    phi2 = max(0.0, statistic / n - df / (n - 1))
    corrected = min(size - (size - 1) ** 2 / (n - 1) for size in (rows, columns)) - 1
    tail = (1 - level) / 2
    # Of a table with V the noncentrality is n V^2 (min(rows, columns) - 1).
    low, high = (_noncentrality(statistic, df, p) / n / (min(rows, columns) - 1) for p in (1 - tail, tail))
    estimate = min(1.0, np.sqrt(phi2 / corrected)) if corrected > 0 else np.nan
    return pd.DataFrame(
        {
            "estimate": [estimate],
            "conf_low": min(1.0, np.sqrt(low)),
            "conf_high": min(1.0, np.sqrt(high)),
            "n": n,
            "p_value": test["p_value"],
            "left_out": left_out,
            "method": f"Bergsma V, noncentral chi-squared interval, Monte-Carlo p ({resamples})",
        }
    )


def _monte_carlo(seed: int | np.random.Generator, resamples: int) -> scipy.stats.MonteCarloMethod:
    return scipy.stats.MonteCarloMethod(n_resamples=resamples, rng=np.random.default_rng(seed))


def _noncentrality(statistic: float, df: int, probability: float) -> float:
    """Return the noncentrality that makes a value up to the statistic have this probability."""
    if special.chdtr(df, statistic) <= probability:
        return 0.0
    most = statistic + 20 * np.sqrt(statistic) + 100

    def excess(noncentrality: float) -> float:
        return float(special.chndtr(statistic, df, noncentrality)) - probability

    return float(scipy.optimize.brentq(excess, 0.0, most))
