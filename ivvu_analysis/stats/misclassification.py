"""Ratings that are one level off: what such errors do to a comparison of two groups, and how to undo them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ivvu_analysis.stats.ordinal import relative_effect
from ivvu_analysis.stats.proportional_odds import stacked

FloatArray = NDArray[np.float64]

SCENARIOS = {"both_groups": 0.5, "first_group": 1.0}
"""Who is rated wrongly, and up to which probability: beyond one half a blurred scale says nothing."""


def error_matrix(levels: int, q: float) -> FloatArray:
    """Return the chances that a rating that should be at level i is found at level j.

    Parameters
    ----------
    levels
        Number of levels k.
    q
        Probability that a rating is one level off: half of it up and half down, at either end all of it
        inward.

    Returns
    -------
    numpy.ndarray
        Shape (k, k), rows adding up to one. The smallest eigenvalue is 1 - 2 q, so that it can be inverted
        below one half.

    Raises
    ------
    ValueError
        If `q` is not a probability.
    """
    if not 0 <= q <= 1:
        raise ValueError(f"The probability of an error lies between 0 and 1, not at {q}.")
    if levels < 2:
        return np.eye(levels)
    move = (np.eye(levels, k=1) + np.eye(levels, k=-1)) / 2
    move[0, 1] = move[-1, -2] = 1
    return (1 - q) * np.eye(levels) + q * move


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
        Rows ``scenario`` by ``q``, with ``estimate, conf_low, conf_high, n, method``. In ``both_groups``
        every rating is off by one level either way (`error_matrix`), which blurs the groups; in
        ``first_group`` only the first group was rated one level too far in the direction of the finding,
        which is the worst case, and its ratings are moved back. The counts that theta is computed from are
        the expected ones.

    Raises
    ------
    ValueError
        If the groups count different levels, or `q` is not a probability.
    """
    counts = stacked(counts_a, counts_b)
    grid = np.atleast_1d(np.asarray(q, dtype=float))
    frames = []
    for scenario in SCENARIOS:
        moved = np.stack([misclassified(counts, scenario, value) for value in grid])
        theta, low, high, _ = relative_effect(moved[:, 0], moved[:, 1], level)
        values = {"q": grid, "estimate": theta, "conf_low": low, "conf_high": high}
        frames.append(pd.DataFrame({"scenario": scenario} | values))
    result = pd.concat(frames, ignore_index=True)
    return result.assign(n=int(counts.sum()), method="theta of the expected counts")


def misclassified(counts: FloatArray, scenario: str, q: float) -> FloatArray:
    """Return the counts to be expected of two groups, shape (2, k), if ratings are off as in a scenario.

    Parameters
    ----------
    counts
        Counts of the levels in the two groups, lowest first, shape (2, k).
    scenario
        One of `SCENARIOS`, see `theta_by_error`.
    q
        Probability of an error.
    """
    k = counts.shape[1]
    matrix = error_matrix(k, q)
    if scenario == "both_groups":
        return counts @ matrix
    down = (1 - q) * np.eye(k) + q * np.eye(k, k=-1)
    down[0, 0] = 1
    if relative_effect(*counts)[0] < 0.5:
        down = down[::-1, ::-1]
    return np.stack([counts[0] @ down, counts[1]])
