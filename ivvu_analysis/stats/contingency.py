"""Cross-tables of two unordered variables, many of their cells small, and which of the cells stand out."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike
from scipy import special

Table: TypeAlias = pd.DataFrame | ArrayLike


def residuals(table: Table) -> pd.DataFrame:
    """Compare each cell with what independence would give.

    Parameters
    ----------
    table
        Counts, rows by columns. Empty rows and columns are left out, and the result names them.

    Returns
    -------
    pandas.DataFrame
        One row for each cell: ``row, column, observed, expected, estimate`` (the adjusted standardised
        residual, near standard normal under independence), ``conf_low, conf_high`` (NaN), ``n, p_value,
        p_adjusted`` (Benjamini and Hochberg over all cells), ``left_out, method``.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    References
    ----------
    Haberman (1973); Benjamini and Hochberg (1995).
    """
    counts, left_out = nonempty(table)
    observed = counts.to_numpy(dtype=float)
    n = observed.sum()
    row, column = observed.sum(1, keepdims=True) / n, observed.sum(0, keepdims=True) / n
    expected = n * row * column
    adjusted = (observed - expected) / np.sqrt(expected * (1 - row) * (1 - column))
    p_value = 2 * special.ndtr(-np.abs(adjusted)).ravel()
    return pd.DataFrame(
        {
            "row": np.repeat(counts.index.to_numpy(), counts.shape[1]),
            "column": np.tile(counts.columns.to_numpy(), counts.shape[0]),
            "observed": observed.ravel().astype(int),
            "expected": expected.ravel(),
            "estimate": adjusted.ravel(),
            "conf_low": np.nan,
            "conf_high": np.nan,
            "n": int(n),
            "p_value": p_value,
            "p_adjusted": scipy.stats.false_discovery_control(p_value),
            "left_out": left_out,
            "method": "adjusted residual, Benjamini-Hochberg",
        }
    )


def nonempty(table: Table) -> tuple[pd.DataFrame, str]:
    """Return the table without empty rows and columns, and the names of what was left out.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.
    """
    counts = pd.DataFrame(table)
    values = counts.to_numpy(dtype=float)
    if not (np.isfinite(values).all() and (values >= 0).all() and (values == np.round(values)).all()):
        raise ValueError("A cross-table must hold whole counts from zero up.")
    rows, columns = values.sum(1) > 0, values.sum(0) > 0
    if min(rows.sum(), columns.sum()) < 2:
        raise ValueError("A cross-table needs at least two rows and two columns with counts.")
    left_out = [*counts.index[~rows], *counts.columns[~columns]]
    return counts.loc[rows, columns].astype(int), ", ".join(map(str, left_out))
