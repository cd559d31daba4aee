"""Ratings that are one level off: what such errors do to a comparison of two groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ivvu_analysis.stats.ordinal import relative_effect
from ivvu_analysis.stats.proportional_odds import stacked

FloatArray = NDArray[np.float64]


def theta_by_error(
    counts_a: ArrayLike, counts_b: ArrayLike, q: ArrayLike, level: float = 0.95
) -> pd.DataFrame:
    """Follow theta as more and more ratings are taken to be one level off.

    Parameters
    ----------
    counts_a, counts_b
        Counts of the levels, lowest first, shape (k,).
    q
        Probabilities of an error, shape (m,).
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        Rows ``scenario`` by ``q``, with ``estimate, conf_low, conf_high, n, method``, from the counts to be
        expected. In ``both_groups`` every rating may be one level off, half up and half down, at either end
        inward, which blurs the groups; in ``first_group`` only the first group was rated one level too far in
        the direction of the finding, which is the worst case, and its ratings are moved back.

    Raises
    ------
    ValueError
        If the groups count different levels, or `q` is not a probability.

    Examples
    --------
    >>> theta_by_error([4, 16], [11, 9], [0, 0.1])["estimate"].round(3).to_list()
    [0.675, 0.64, 0.675, 0.635]
    """
    counts = stacked(counts_a, counts_b)
    grid = np.atleast_1d(np.asarray(q, dtype=float))
    if not ((grid >= 0) & (grid <= 1)).all():
        raise ValueError(f"The probability of an error lies between 0 and 1, not at {grid.tolist()}.")
    k = counts.shape[1]
    blur = (np.eye(k, k=1) + np.eye(k, k=-1)) / 2
    blur[[0, -1]] *= 2
    back = np.eye(k, k=-1)
    back[0, 0] = 1
    if relative_effect(*counts)[0] < 0.5:
        back = back[::-1, ::-1]
    frames = []
    for scenario, move in {"both_groups": blur if k > 1 else np.eye(1), "first_group": back}.items():
        moved = counts + grid[:, None, None] * (counts @ move - counts)
        if scenario == "first_group":
            moved[:, 1] = counts[1]
        theta, low, high, _ = relative_effect(moved[:, 0], moved[:, 1], level)
        values = {"q": grid, "estimate": theta, "conf_low": low, "conf_high": high}
        frames.append(pd.DataFrame({"scenario": scenario} | values))
    result = pd.concat(frames, ignore_index=True)
    return result.assign(n=int(counts.sum()), method="theta of the expected counts")
