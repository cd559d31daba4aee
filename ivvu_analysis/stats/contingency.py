"""Cross-tables of two unordered variables, many of their cells small, and which of the cells stand out."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import false_discovery_control, hypergeom
from statsmodels.stats.contingency_tables import Table as CrossTable

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
        residual), ``conf_low, conf_high`` (NaN), ``n, p_value`` (exact: of all tables with these margins, the
        part in which the cell is as far off; its count is then hypergeometric), ``p_adjusted`` (Benjamini and
        Hochberg over all cells), ``method``.

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
            "conf_low": np.nan,
            "conf_high": np.nan,
            "n": n,
            "p_value": p_value,
            "p_adjusted": false_discovery_control(p_value),
            "method": "adjusted residual, exact p, Benjamini-Hochberg",
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
