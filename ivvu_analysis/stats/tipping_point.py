"""How much error in the ratings it takes to overturn a comparison of two groups."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ivvu_analysis.stats.ordinal import relative_effect
from ivvu_analysis.stats.permutation import number_of_tables, tables_with_margin
from ivvu_analysis.stats.proportional_odds import stacked

FloatArray = NDArray[np.float64]

MOST_CANDIDATES = 10_000
"""Up to so many ways to move the same number of ratings are all tried."""


def overturning_ratings(counts_a: ArrayLike, counts_b: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Find the fewest ratings that, each moved by one level, overturn a difference between two groups.

    Parameters
    ----------
    counts_a, counts_b
        Whole counts of the levels, lowest first, shape (k,).
    level
        Coverage of the interval of theta.

    Returns
    -------
    pandas.DataFrame
        Rows ``group`` (whose ratings may be moved: ``first``, ``second`` or ``either``) by ``event``
        (``interval``: the interval of theta takes in one half; ``sign``: theta reaches it). ``conf_high``
        ratings are known to suffice and fewer than ``conf_low`` are known not to; where they meet, that is
        the estimate, else it is NaN. Zero means that nothing needs to be moved; infinity that moving every
        rating once is not enough. ``n`` is the number of ratings that may be moved.

    Raises
    ------
    ValueError
        If the groups count different levels, one is empty, or counts are not whole.

    Notes
    -----
    An upper bound comes from moving, one at a time, the rating that helps most. Then all ways to move fewer
    are tried, from none upwards, as long as they are at most `MOST_CANDIDATES`.
    """
    counts = _with_finding(counts_a, counts_b)
    if not (counts == np.round(counts)).all():
        raise ValueError("Counts of ratings must be whole numbers.")
    size = counts.sum(1).astype(int)
    steps = counts.shape[1] - 1
    allowed = {"first": (1, 0), "second": (0, 1), "either": (1, 1)}
    rows = []
    for group, (first, second) in allowed.items():
        supply = np.concatenate([counts[0, 1:] * first, counts[1, :-1] * second]).astype(np.int64)
        for event in ("interval", "sign"):

            def margin(moves: FloatArray, event: str = event) -> FloatArray:
                return _margin(_moved(counts, moves, steps), event, level)

            enough = _one_by_one(supply, margin)
            # Within one group every move shifts theta by a fixed amount, so that the largest first is best.
            additive = event == "sign" and group != "either"
            fewest, enough = (enough, enough) if additive else _fewest(supply, margin, enough)
            estimate = enough if fewest == enough else np.nan
            values = {"estimate": estimate, "conf_low": fewest, "conf_high": enough}
            method = "fewest one-level moves" if fewest == enough else "bounds on the fewest one-level moves"
            n = int(first * size[0] + second * size[1])
            rows.append({"group": group, "event": event} | values | {"n": n, "method": method})
    return pd.DataFrame(rows)


def _with_finding(counts_a: ArrayLike, counts_b: ArrayLike) -> FloatArray:
    """Return the counts, the levels turned round if need be so that the first group is the higher one."""
    counts = stacked(counts_a, counts_b)
    if (counts.sum(1) == 0).any():
        raise ValueError("A group without ratings has no difference that could be overturned.")
    return counts if relative_effect(*counts)[0] >= 0.5 else counts[:, ::-1]


def _margin(counts: FloatArray, event: str, level: float) -> FloatArray:
    """Return how far theta, or its lower limit, is above one half, for counts of shape (..., 2, k)."""
    theta, low, _, _ = relative_effect(counts[..., 0, :], counts[..., 1, :], level)
    # A theta of exactly one half must not be missed by a rounding error.
    return (low if event == "interval" else theta) - (0.5 + 1e-12)


def _moved(counts: FloatArray, moves: FloatArray, steps: int) -> FloatArray:
    """Move ratings of the first group down and of the second up, for moves of shape (..., 2 * steps)."""
    down = np.eye(steps, steps + 1) - np.eye(steps, steps + 1, 1)
    return np.stack([counts[0] + moves[..., :steps] @ down, counts[1] - moves[..., steps:] @ down], axis=-2)


def _fewest(
    supply: NDArray[np.int64], margin: Callable[[FloatArray], FloatArray], enough: float
) -> tuple[float, float]:
    """Return how many moves are at least needed and how many are enough, trying all ways from none up."""
    most = min(enough, supply.sum() + 1)
    moves = 0
    while moves < most and number_of_tables(supply, moves) <= MOST_CANDIDATES:
        if (margin(tables_with_margin(supply, moves).astype(float)) <= 0).any():
            return moves, moves
        moves += 1
    return (moves, enough) if moves < most else (enough, enough)


def _one_by_one(supply: NDArray[np.int64], margin: Callable[[FloatArray], FloatArray]) -> float:
    moves = np.zeros(len(supply))
    while margin(moves) > 0:
        open_ = np.flatnonzero(moves < supply)
        if not open_.size:
            return np.inf
        candidates = moves + np.eye(len(supply))[open_]
        moves = candidates[np.argmin(margin(candidates))]
    return float(moves.sum())
