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

    References
    ----------
    Greenacre (1984).
    """
    counts, left_out = nonempty(table)
    share = counts.to_numpy(dtype=float) / counts.to_numpy().sum()
    masses = {"row": share.sum(1), "column": share.sum(0)}
    independent = np.outer(masses["row"], masses["column"])
    left, scale, right = np.linalg.svd((share - independent) / np.sqrt(independent), full_matrices=False)
    dimensions = min(share.shape) - 1
    furthest = np.abs(left[:, :dimensions] / np.sqrt(masses["row"])[:, None]).argmax(0)
    sign = np.where(left[furthest, np.arange(dimensions)] < 0, -1.0, 1.0)
    inertia = scale[:dimensions] ** 2
    frames = []
    for side, vectors, names in (("row", left, counts.index), ("column", right.T, counts.columns)):
        mass = masses[side][:, None]
        coordinate = vectors[:, :dimensions] * sign * scale[:dimensions] / np.sqrt(mass)
        squared = coordinate**2
        distance = squared.sum(1, keepdims=True)
        quality = np.divide(squared, distance, out=np.zeros_like(squared), where=distance > 0)
        columns = {
            "estimate": coordinate,
            "mass": mass,
            "contribution": vectors[:, :dimensions] ** 2,
            "quality": quality,
            "inertia": inertia,
            "inertia_share": inertia / max(inertia.sum(), 1e-300),
        }
        frame = pd.DataFrame(
            {"side": side, "point": np.repeat(names.to_numpy(), dimensions)}
            | {"dimension": np.tile(np.arange(1, dimensions + 1), len(names))}
            | {key: np.broadcast_to(value, coordinate.shape).ravel() for key, value in columns.items()}
        )
        frames.append(frame)
    result = pd.concat(frames, ignore_index=True)
    n = (result["mass"] * counts.to_numpy().sum()).round().astype(int)
    for place, (name, values) in enumerate(
        {"conf_low": np.nan, "conf_high": np.nan, "n": n}.items(), start=4
    ):
        result.insert(place, name, values)
    return result.assign(left_out=left_out, method="correspondence analysis, principal coordinates")
