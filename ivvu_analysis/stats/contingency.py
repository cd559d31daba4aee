"""Cross-tables of two unordered variables: whether they go together, how strongly, and in which cells."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special
from scipy.optimize import brentq
from scipy.stats import MonteCarloMethod, chi2_contingency, false_discovery_control, hypergeom
from statsmodels.stats.contingency_tables import Table as CrossTable

from ivvu_analysis.stats.tails import tails

Table: TypeAlias = pd.DataFrame | ArrayLike


def residuals(table: Table) -> pd.DataFrame:
    """Compare each cell with what independence would give.

    Parameters
    ----------
    table
        Counts, rows by columns. Empty rows and columns are left out.

    Returns
    -------
    pandas.DataFrame
        One row for each cell: ``row, column, observed, expected, estimate`` (the adjusted standardised
        residual), ``p_value`` (exact: of all tables with these margins, the
        part in which the cell is as far off; its count is then hypergeometric), ``p_adjusted`` (Benjamini and
        Hochberg over all cells).

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    Examples
    --------
    >>> residuals([[30, 10], [20, 40]])["estimate"].round(4).to_list()
    [4.0825, -4.0825, -4.0825, 4.0825]
    """
    counts = nonempty(table)
    observed, n = counts.to_numpy(), int(counts.to_numpy().sum())
    fitted = CrossTable(observed, shift_zeros=False)
    expected = fitted.fittedvalues
    off = np.abs(observed - expected) * (1 - 1e-9)  # a rounding error must not move the observed count out
    cell = hypergeom(n, observed.sum(1, keepdims=True), observed.sum(0, keepdims=True))
    tails = cell.cdf(np.floor(expected - off)) + cell.sf(np.ceil(expected + off) - 1)
    p_value = np.minimum(tails, 1).ravel()
    return pd.DataFrame(
        {
            "row": np.repeat(counts.index.to_numpy(), counts.shape[1]),
            "column": np.tile(counts.columns.to_numpy(), counts.shape[0]),
            "observed": observed.ravel(),
            "expected": expected.ravel(),
            "estimate": fitted.standardized_resids.ravel(),
            "p_value": p_value,
            "p_adjusted": false_discovery_control(p_value),
        }
    )


def nonempty(table: Table) -> pd.DataFrame:
    """Return the table without empty rows and columns, which say nothing about association.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.
    """
    counts = pd.DataFrame(table)
    values = counts.to_numpy(dtype=float)
    if not ((values >= 0) & (values == np.round(values))).all():
        raise ValueError("A cross-table must hold whole counts from zero up.")
    counts = counts.loc[values.sum(1) > 0, values.sum(0) > 0].astype(int)
    if min(counts.shape) < 2:
        raise ValueError("A cross-table needs at least two rows and two columns with counts.")
    return counts


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
