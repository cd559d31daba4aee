"""How much error in the ratings it takes to overturn a comparison of two groups."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ivvu_analysis.stats.ordinal import number_of_tables, relative_effect, tables_with_margin
from ivvu_analysis.stats.proportional_odds import stacked

FloatArray = NDArray[np.float64]

MOST_CANDIDATES = 10_000
"""Up to so many ways to move the same number of ratings are all tried."""

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


def misclassification(
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
        moved = np.stack([_misclassified(counts, scenario, value) for value in grid])
        theta, low, high, _ = relative_effect(moved[:, 0], moved[:, 1], level)
        values = {"q": grid, "estimate": theta, "conf_low": low, "conf_high": high}
        frames.append(pd.DataFrame({"scenario": scenario} | values))
    result = pd.concat(frames, ignore_index=True)
    return result.assign(n=int(counts.sum()), method="theta of the expected counts")


def overturning_error(counts_a: ArrayLike, counts_b: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Find the probability of an error at which a difference between two groups is overturned.

    Parameters
    ----------
    counts_a, counts_b, level
        As in `misclassification`.

    Returns
    -------
    pandas.DataFrame
        Rows ``scenario`` (as in `misclassification`) by ``event``: ``interval`` (the interval of theta takes
        in one half) and ``sign`` (theta itself reaches it). ``estimate`` is the smallest such q, repeated as
        the limits. Where no q up to that of `SCENARIOS` does it, the estimate is NaN and the limits are that
        one and 1.

    Raises
    ------
    ValueError
        If the groups count different levels or one of them is empty.
    """
    counts = _with_finding(counts_a, counts_b)
    rows = []
    for scenario, most in SCENARIOS.items():
        for event in ("interval", "sign"):

            def margin(q: float, scenario: str = scenario, event: str = event) -> float:
                return float(_margin(_misclassified(counts, scenario, q), event, level))

            q = _first_root(margin, most)
            limits = (most, 1.0) if np.isnan(q) else (q, q)
            values = {"estimate": q, "conf_low": limits[0], "conf_high": limits[1], "n": int(counts.sum())}
            method = f"no q up to {most:g}" if np.isnan(q) else "smallest q, expected counts"
            rows.append({"scenario": scenario, "event": event} | values | {"method": method})
    return pd.DataFrame(rows)


def corrected(counts: ArrayLike, q: float, level: float = 0.95) -> pd.DataFrame:
    """Undo errors of one level: the shares that would, with them, have given the observed ones.

    Parameters
    ----------
    counts
        Counts of the levels, lowest first, shape (k,).
    q
        Probability that a rating is one level off, below one half.
    level
        Coverage of the Wald intervals.

    Returns
    -------
    pandas.DataFrame
        One row for each level: ``level`` (position), ``observed``, ``corrected`` (counts), ``estimate``
        (corrected share), ``conf_low, conf_high, n, feasible, method``. A corrected share below 0 or above 1
        is shown as it is and marked not ``feasible``: the ratings cannot have been as bad as `q`. Without
        ratings the estimates are NaN and the intervals [0, 1].

    Raises
    ------
    ValueError
        If `q` is not between 0 and one half, or counts are negative or not finite.

    References
    ----------
    Barron (1977); Kuha, Skinner and Palmgren (1998).
    """
    observed = stacked(counts, counts)[0]
    inverse = _inverse(len(observed), q)
    n = observed.sum()
    share = observed / n if n else np.full(len(observed), np.nan)
    estimate = share @ inverse
    half = -special.ndtri((1 - level) / 2) * np.sqrt(
        np.maximum(share @ inverse**2 - estimate**2, 0) / max(n, 1)
    )
    return pd.DataFrame(
        {
            "level": range(len(observed)),
            "observed": observed,
            "corrected": observed @ inverse,
            "estimate": estimate,
            "conf_low": estimate - half if n else 0.0,
            "conf_high": estimate + half if n else 1.0,
            "n": int(n),
            "feasible": (estimate >= -1e-12) & (estimate <= 1 + 1e-12),
            "method": "inverse error matrix, Wald",
        }
    )


def corrected_theta(
    counts_a: ArrayLike, counts_b: ArrayLike, q: ArrayLike, level: float = 0.95
) -> pd.DataFrame:
    """Undo errors of one level in both groups: the theta that they would have blurred to the observed one.

    Parameters
    ----------
    counts_a, counts_b
        Counts of the levels, lowest first, shape (k,).
    q
        Probabilities that a rating is one level off, below one half, shape (m,).
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row for each ``q``: ``estimate, conf_low, conf_high, n, feasible, method``. At q = 0 these are the
        Brunner-Munzel values, not cut off at 0 and 1.  ``feasible`` is false where a corrected share is
        negative.

    Raises
    ------
    ValueError
        If the groups count different levels, one has fewer than two ratings, or `q` is not between 0 and one
        half.
    """
    counts = stacked(counts_a, counts_b)
    size = counts.sum(1)
    if size.min() < 2:
        raise ValueError("A corrected theta needs at least two ratings in each group.")
    a, b = counts / size[:, None]
    k = len(a)
    above = np.tri(k, k=-1) + np.eye(k) / 2
    rows = []
    for value in np.atleast_1d(np.asarray(q, dtype=float)):
        inverse = _inverse(k, float(value))
        kernel = inverse @ above @ inverse.T
        theta = a @ kernel @ b
        parts = np.array([a @ (kernel @ b) ** 2 - theta**2, b @ (a @ kernel) ** 2 - theta**2]) / (size - 1)
        parts = np.maximum(parts, 0)
        df = parts.sum() ** 2 / max((parts**2 / (size - 1)).sum(), 1e-300)
        half = -special.stdtrit(max(df, 1), (1 - level) / 2) * np.sqrt(parts.sum())
        feasible = bool(min((a @ inverse).min(), (b @ inverse).min()) >= -1e-12)
        values = {"estimate": theta, "conf_low": theta - half, "conf_high": theta + half}
        rows.append({"q": value} | values | {"n": int(size.sum()), "feasible": feasible})
    return pd.DataFrame(rows).assign(method="inverse error matrix, Brunner-Munzel interval")


def tipping_point(counts_a: ArrayLike, counts_b: ArrayLike, level: float = 0.95) -> pd.DataFrame:
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


def _misclassified(counts: FloatArray, scenario: str, q: float) -> FloatArray:
    k = counts.shape[1]
    matrix = error_matrix(k, q)
    if scenario == "both_groups":
        return counts @ matrix
    down = (1 - q) * np.eye(k) + q * np.eye(k, k=-1)
    down[0, 0] = 1
    if relative_effect(*counts)[0] < 0.5:
        down = down[::-1, ::-1]
    return np.stack([counts[0] @ down, counts[1]])


def _inverse(levels: int, q: float) -> FloatArray:
    if not 0 <= q < 0.5:
        raise ValueError(f"Errors can be undone only if their probability is from 0 to below 0.5, not {q}.")
    return np.asarray(np.linalg.inv(error_matrix(levels, q)), dtype=float)


def _first_root(margin: Callable[[float], float], most: float) -> float:
    grid = np.linspace(0, most, 51)
    reached = np.flatnonzero([margin(q) <= 0 for q in grid])
    if not reached.size:
        return np.nan
    if reached[0] == 0:
        return 0.0
    return float(scipy.optimize.brentq(margin, grid[reached[0] - 1], grid[reached[0]]))


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
