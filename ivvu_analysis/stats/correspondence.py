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
        Counts, rows by columns. Empty rows and columns are left out, and the result names them.

    Returns
    -------
    pandas.DataFrame
        One row for each point and dimension: ``side`` (row or column), ``point, dimension`` (from 1),
        ``estimate`` (the principal coordinate), ``conf_low, conf_high`` (NaN: the map is descriptive), ``n``
        (count of the point), ``mass, contribution`` (share of the inertia of the dimension that is due to the
        point), ``quality`` (share of the inertia of the point that lies on the dimension), ``inertia,
        inertia_share`` (of the dimension), ``left_out, method``. The sign of a dimension is arbitrary; the
        row point furthest from the origin is put on the positive side.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    Examples
    --------
    >>> principal_coordinates([[30, 10], [20, 40]]).query("side == 'row'")["estimate"].round(3).to_list()
    [0.5, -0.333]
    """
    counts, left_out = nonempty(table)
    total = counts.to_numpy().sum()
    share = counts.to_numpy(dtype=float) / total
    masses = share.sum(1), share.sum(0)
    independent = np.outer(*masses)
    left, scale, right = np.linalg.svd((share - independent) / np.sqrt(independent), full_matrices=False)
    dimensions = min(share.shape) - 1
    furthest = np.abs(left[:, :dimensions] / np.sqrt(masses[0])[:, None]).argmax(0)
    sign = np.where(left[furthest, np.arange(dimensions)] < 0, -1.0, 1.0)
    inertia = scale[:dimensions] ** 2
    frames = []
    for side, vectors, names, mass in zip(
        ("row", "column"), (left, right.T), (counts.index, counts.columns), masses, strict=True
    ):
        vectors, mass = vectors[:, :dimensions], mass[:, None]
        coordinate = vectors * sign * scale[:dimensions] / np.sqrt(mass)
        distance = (coordinate**2).sum(1, keepdims=True)
        columns = {
            "estimate": coordinate,
            "conf_low": np.nan,
            "conf_high": np.nan,
            "n": (mass * total).round().astype(int),
            "mass": mass,
            "contribution": vectors**2,
            "quality": np.divide(coordinate**2, distance, out=np.zeros_like(coordinate), where=distance > 0),
            "inertia": inertia,
            "inertia_share": inertia / max(inertia.sum(), 1e-300),
        }
        frames.append(
            pd.DataFrame(
                {"side": side, "point": np.repeat(names.to_numpy(), dimensions)}
                | {"dimension": np.tile(np.arange(1, dimensions + 1), len(names))}
                | {key: np.broadcast_to(value, coordinate.shape).ravel() for key, value in columns.items()}
            )
        )
    method = "correspondence analysis, principal coordinates"
    return pd.concat(frames, ignore_index=True).assign(left_out=left_out, method=method)
