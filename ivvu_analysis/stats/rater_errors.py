"""Ratings that are one level off: what they do to a comparison of two groups, and how many overturn it."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ivvu_analysis.stats import Floats, Ints
from ivvu_analysis.stats.ordinal import relative_effect, two_groups
from ivvu_analysis.stats.permutation import number_of_tables, tables_with_margin

MOST_CANDIDATES = 10_000  # up to so many ways to move the same number of ratings are all tried,
MOST_TRIED = 200_000  # and up to so many of all numbers together


def theta_by_error(counts_a: ArrayLike, counts_b: ArrayLike, q: ArrayLike) -> pd.DataFrame:
    """Follow theta as more and more ratings, a part `q` of them, are taken to be one level off.

    Returns
    -------
    pandas.DataFrame
        Rows ``scenario`` by ``q``, with ``estimate, conf_low, conf_high, n, method``, from the counts to be
        expected. In ``both_groups`` every rating may be one level off, half up and half down, at either end
        inward, which blurs the groups; in ``first_group`` only the first group was rated one level too far in
        the direction of the finding, which is the worst case, and its ratings are moved back.

    Examples
    --------
    >>> theta_by_error([4, 16], [11, 9], [0, 0.1])["estimate"].round(3).to_list()
    [0.675, 0.64, 0.675, 0.635]
    """
    counts, grid = two_groups(counts_a, counts_b), np.asarray(q, dtype=float)
    k = counts.shape[1]
    blur = (np.eye(k, k=1) + np.eye(k, k=-1)) / 2
    blur[[0, -1]] *= 2
    back = np.eye(k, k=-1)
    back[0, 0] = 1
    if relative_effect(*counts)[0] < 0.5:
        back = back[::-1, ::-1]
    moved = np.stack([counts @ blur - counts, [counts[0] @ back - counts[0], np.zeros(k)]])
    # Scenarios by groups by parts by levels.
    expected = counts[:, None] + grid[:, None] * moved[:, :, None]
    theta, low, high, _ = relative_effect(expected[:, 0], expected[:, 1])
    rows = pd.MultiIndex.from_product([["both_groups", "first_group"], grid], names=["scenario", "q"])
    found = {"estimate": theta.ravel(), "conf_low": low.ravel(), "conf_high": high.ravel()}
    frame = pd.DataFrame(found, rows).reset_index()
    return frame.assign(n=int(counts.sum()), method="theta of the expected counts")


def overturning_ratings(counts_a: ArrayLike, counts_b: ArrayLike) -> pd.DataFrame:
    """Find the fewest ratings that, each moved by one level, overturn a difference between two groups.

    Returns
    -------
    pandas.DataFrame
        Rows ``group`` (whose ratings may be moved: ``first``, ``second`` or ``either``) by ``event``
        (``interval``: the interval of theta takes in one half; ``sign``: theta reaches it). ``conf_high``
        ratings are known to suffice and fewer than ``conf_low`` are known not to; where they meet, that is
        the estimate, else it is NaN. Zero means that nothing needs to be moved; infinity that moving every
        rating once is not enough. ``n`` is the number of ratings that may be moved.

    Notes
    -----
    An upper bound comes from moving, one at a time, the rating that helps most. Then all ways to move fewer
    are tried, from none upwards, while they are at most `MOST_CANDIDATES` and `MOST_TRIED` in all.

    Examples
    --------
    >>> overturning_ratings([4, 16], [11, 9]).query("group == 'first'")["estimate"].to_list()
    [1.0, 7.0]
    """
    counts = two_groups(counts_a, counts_b)
    if relative_effect(*counts)[0] < 0.5:
        counts = counts[:, ::-1]  # turned round, so that the first group is the higher one
    k = counts.shape[1]
    down = np.eye(k - 1, k, dtype=np.int64) - np.eye(k - 1, k, 1, dtype=np.int64)
    rows = []
    for group, movable in {"first": (1, 0), "second": (0, 1), "either": (1, 1)}.items():
        supply = np.concatenate([counts[0, 1:] * movable[0], counts[1, :-1] * movable[1]])
        for event in ("interval", "sign"):

            def margin(moves: Ints, place: int = ("sign", "interval").index(event)) -> Floats:
                """Return how far theta, or its lower limit, stays above one half, rounding errors aside."""
                one, other = np.split(moves, 2, axis=-1)
                found = relative_effect(counts[0] + one @ down, counts[1] - other @ down)
                return found[place] - (0.5 + 1e-12)

            enough = fewest = _one_by_one(supply, margin)
            # Within one group every move shifts theta by a fixed amount, so that the largest first is best.
            if event == "interval" or group == "either":
                fewest, enough = _fewest(supply, margin, enough)
            met, n = fewest == enough, int(counts.sum(1) @ movable)
            method = "fewest one-level moves" if met else "bounds on the fewest one-level moves"
            rows.append((group, event, enough if met else np.nan, fewest, enough, n, method))
    columns = ["group", "event", "estimate", "conf_low", "conf_high", "n", "method"]
    return pd.DataFrame(rows, columns=columns)


def _fewest(supply: Ints, margin: Callable[[Ints], Floats], enough: float) -> tuple[float, float]:
    """Return how many moves are at least needed and how many are enough, trying all ways from none up."""
    tried = 0.0
    for moves in range(int(min(enough, supply.sum() + 1))):
        ways = number_of_tables(supply, moves)
        tried += ways
        if ways > MOST_CANDIDATES or tried > MOST_TRIED:
            return moves, enough
        if (margin(tables_with_margin([supply], [moves])[1]) <= 0).any():
            return moves, moves
    return enough, enough


def _one_by_one(supply: Ints, margin: Callable[[Ints], Floats]) -> float:
    """Return how many moves are enough when each is the one that helps most; infinity if none are."""
    moves = np.zeros_like(supply)
    while margin(moves) > 0:
        candidates = moves + np.eye(len(supply), dtype=np.int64)[moves < supply]
        if not len(candidates):
            return np.inf
        moves = candidates[np.argmin(margin(candidates))]
    return float(moves.sum())
