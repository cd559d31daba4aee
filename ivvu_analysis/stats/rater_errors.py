"""Ratings that are one level off: what they do to a comparison of two groups, and how many overturn it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ivvu_analysis.stats.ordinal import relative_effect, stacked
from ivvu_analysis.stats.permutation import number_of_tables, tables_with_margin

FloatArray = NDArray[np.float64]
Margin = Callable[[FloatArray], FloatArray]

MOST_CANDIDATES = 10_000
"""Up to so many ways to move the same number of ratings are all tried,"""
MOST_TRIED = 200_000
"""and up to so many of all numbers together."""


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
    are tried, from none upwards, while they are at most `MOST_CANDIDATES` and `MOST_TRIED` in all.

    Examples
    --------
    >>> overturning_ratings([4, 16], [11, 9]).query("group == 'first'")["estimate"].to_list()
    [1.0, 7.0]
    """
    counts = stacked(counts_a, counts_b)
    if (counts.sum(1) == 0).any():
        raise ValueError("A group without ratings has no difference that could be overturned.")
    if not (counts == np.round(counts)).all():
        raise ValueError("Counts of ratings must be whole numbers.")
    if relative_effect(*counts)[0] < 0.5:
        counts = counts[:, ::-1]  # turned round, so that the first group is the higher one
    size = counts.sum(1).astype(int)
    down = np.eye(counts.shape[1] - 1, counts.shape[1]) - np.eye(counts.shape[1] - 1, counts.shape[1], 1)
    rows = []
    for group, (first, second) in {"first": (1, 0), "second": (0, 1), "either": (1, 1)}.items():
        supply = np.concatenate([counts[0, 1:] * first, counts[1, :-1] * second]).astype(np.int64)
        for event in ("interval", "sign"):

            def margin(moves: FloatArray, event: str = event) -> FloatArray:
                """Return how far theta, or its lower limit, stays above one half, rounding errors aside."""
                a, b = moves[..., : len(down)] @ down, moves[..., len(down) :] @ down
                theta, low, _, _ = relative_effect(counts[0] + a, counts[1] - b, level)
                return (low if event == "interval" else theta) - (0.5 + 1e-12)

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


def _fewest(supply: NDArray[np.int64], margin: Margin, enough: float) -> tuple[float, float]:
    """Return how many moves are at least needed and how many are enough, trying all ways from none up."""
    most = min(enough, supply.sum() + 1)
    moves, tried = 0, 0.0
    while moves < most:
        ways = number_of_tables(supply, moves)
        tried += ways
        if ways > MOST_CANDIDATES or tried > MOST_TRIED:
            return moves, enough
        if (margin(tables_with_margin(supply, moves).astype(float)) <= 0).any():
            return moves, moves
        moves += 1
    return enough, enough


def _one_by_one(supply: NDArray[np.int64], margin: Margin) -> float:
    """Return how many moves are enough when each is the one that helps most.

    Of very many ratings a thousandth is moved at a time, and one by one only where it tips over.
    """
    moves, stride = np.zeros(len(supply)), max(1, int(supply.sum()) // 1000)
    while margin(moves) > 0:
        open_ = np.flatnonzero(moves < supply)
        if not open_.size:
            return np.inf
        candidates = np.minimum(moves + stride * np.eye(len(supply))[open_], supply)
        margins = margin(candidates)
        if stride > 1 and margins.min() <= 0:
            stride = 1
        else:
            moves = candidates[np.argmin(margins)]
    return float(moves.sum())
