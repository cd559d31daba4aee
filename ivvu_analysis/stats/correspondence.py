"""Correspondence analysis: a cross-table as a map."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivvu_analysis.stats.contingency import Table, nonempty


def principal_coordinates(table: Table) -> pd.DataFrame:
    """Place rows and columns in one space, so that the squared distances add up to chi-squared / n.

    Parameters
    ----------
    table
        Counts, rows by columns. Empty rows and columns are left out.

    Returns
    -------
    pandas.DataFrame
        One row for each point and dimension: ``side`` (row or column), ``point, n`` (count of the point),
        ``dimension`` (from 1), ``estimate`` (the principal coordinate), ``quality`` (share of the inertia of
        the point that lies on the dimension), ``inertia`` (of the dimension). The sign of a dimension is
        arbitrary; the row point furthest from the origin is put on the positive side.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    Examples
    --------
    >>> principal_coordinates([[30, 10], [20, 40]]).query("side == 'row'")["estimate"].round(3).to_list()
    [0.5, -0.333]
    """
    counts = nonempty(table)
    totals = counts.sum(axis=1), counts.sum(axis=0)
    n = totals[0].sum()
    independent = np.outer(*totals) / n**2
    left, scale, right = np.linalg.svd((counts / n - independent) / np.sqrt(independent), full_matrices=False)
    dimensions = min(counts.shape) - 1
    scale, frames = scale[:dimensions], []
    points = [
        vectors[:, :dimensions] * scale / np.sqrt(total.to_numpy() / n)[:, None]
        for vectors, total in zip((left, right.T), totals, strict=True)
    ]
    furthest = np.abs(points[0]).argmax(0), np.arange(dimensions)
    sign = np.where(points[0][furthest] < 0, -1.0, 1.0)
    for side, coordinate, total in zip(("row", "column"), points, totals, strict=True):
        distance = (coordinate**2).sum(1, keepdims=True)
        quality = np.divide(coordinate**2, distance, out=np.zeros_like(coordinate), where=distance > 0)
        columns = {
            "point": np.repeat(total.index.to_numpy(), dimensions),
            "n": np.repeat(total.to_numpy(), dimensions),
            "dimension": np.tile(np.arange(1, dimensions + 1), len(total)),
            "estimate": (coordinate * sign).ravel(),
            "quality": quality.ravel(),
            "inertia": np.tile(scale**2, len(total)),
        }
        frames.append(pd.DataFrame({"side": side} | columns))
    return pd.concat(frames, ignore_index=True)
