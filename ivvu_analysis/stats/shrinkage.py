"""Shrinkage: the share of a unit with few projects, once other units are taken into account.

The true shares of units follow a beta distribution with mean m and size s, and the projects of a unit are
binomial given its share; the estimate borrows from the others by as much as that says. Its interval does not
believe it: a unit may be apart from all others, and Bayesian intervals then miss its share nearly always.
Every share is held against the projects of the unit by a test of its own, and what the other units are like
only decides on which side the test looks hardest. The interval so is short where the unit is like the others,
and holds the share of any unit as often as it says.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from ivvu_analysis.stats.funnel import events_and_totals
from ivvu_analysis.stats.tails import tails

Floats = NDArray[np.float64]

APART = 0.2
"""How likely a unit is thought to be apart, with a share that can be anything."""


def shrink(
    counts: pd.DataFrame, level: float = 0.95, units: Sequence[Hashable] | None = None
) -> pd.DataFrame:
    """Shrink the share of each unit towards all of them, by as much as its few projects warrant.

    Parameters
    ----------
    counts
        One row a unit (the index), with columns `events` and `n`.
    level
        Coverage of the intervals, for each unit whatever its share.
    units
        Those to return, by default all; whatever is returned is shrunk towards all.

    Returns
    -------
    pandas.DataFrame
        `unit, events, estimate, conf_low, conf_high, n, pooled, weight, method`. With the share the unit is
        shrunk to (`pooled`) and the weight of that, from 0 to 1, the estimate is (1 - weight) * events / n +
        weight * pooled, or the limit of the interval nearest to it. A unit without projects gets what is
        known of units in general, between 0 and 1.

    Raises
    ------
    ValueError
        If counts are impossible, no unit has projects, or one of `units` has no row.

    Examples
    --------
    >>> counts = pd.DataFrame({"events": [1, 4, 9], "n": [10, 10, 10]}, index=["a", "b", "c"])
    >>> shrink(counts)["estimate"].round(2).to_list()
    [0.21, 0.42, 0.78]
    """
    events, n = events_and_totals(counts)
    chosen = counts.index.get_indexer(counts.index if units is None else pd.Index(units))
    if (chosen < 0).any():
        raise ValueError("Only units that have a row can be returned.")
    mean, size, posterior = _hyperparameters(events, n)
    own = _log_likelihood(events[chosen], n[chosen], mean, size)
    share, weights = special.softmax(posterior), size[:, None] / (size[:, None] + n[chosen])
    weight = share @ weights
    pooled = (share * mean) @ weights / weight
    limits = np.array(
        [
            _interval(events[unit], n[unit], mean, size, posterior - likelihood, level)
            for unit, likelihood in zip(chosen, own.T, strict=True)
        ]
    ).reshape(-1, 2)
    raw = events[chosen] / np.maximum(n[chosen], 1)
    return pd.DataFrame(
        {
            "unit": counts.index[chosen],
            "events": events[chosen].astype(int),
            "estimate": np.clip((1 - weight) * raw + weight * pooled, *limits.T),
            "conf_low": limits[:, 0],
            "conf_high": limits[:, 1],
            "n": n[chosen].astype(int),
            "pooled": pooled,
            "weight": weight,
            "method": "beta-binomial; interval of constant coverage",
        }
    )


def _interval(
    events: float, n: float, mean: Floats, size: Floats, others: Floats, level: float
) -> tuple[float, float]:
    """Return the shares that a test does not reject, given the log posterior from the other units.

    A share accepts the outcomes that are likeliest under it compared with what the other units predict, until
    they have the probability `level` (half of that of the last one counts: mid-p). Of all tests with that
    level these give the shortest intervals on average over the prediction (Pratt 1961).
    """
    belief = special.softmax(others)
    expected = np.array([belief @ mean]), np.exp([belief @ np.log(size)])
    # Shares beyond these ends are out of the question, and so are outcomes beyond the reach of all shares.
    ends = special.betaincinv(events + np.array([0, 1]), n - events + np.array([1, 0]), [1e-7, 1 - 1e-7])
    ends = np.where(np.isnan(ends), [0.0, 1.0], ends)
    share = np.linspace(ends[0], ends[1], 1001)
    reach = 6 * np.sqrt(n * np.max(share * (1 - share))) + 2
    outcomes = np.arange(max(0, np.floor(n * ends[0] - reach)), min(n, np.ceil(n * ends[1] + reach)) + 1)
    ways = special.gammaln(n + 1) - special.gammaln(outcomes + 1) - special.gammaln(n - outcomes + 1)
    chance = special.xlogy(outcomes, share[:, None]) + special.xlog1py(n - outcomes, -share[:, None])
    together = _log_likelihood(outcomes, n, *expected) + np.log1p(-APART)
    ratio = chance - np.logaddexp(together, np.log(APART / (n + 1)) - ways)
    ratio -= ratio[:, outcomes == events]
    better = (np.exp(chance + ways) * np.select([ratio > 1e-9, ratio > -1e-9], [1.0, 0.5])).sum(1)
    low, high = tails(level)
    accepted = share[better <= max(high - low, better.min())]
    return float(accepted.min()), float(accepted.max())


def _log_likelihood(events: Floats, n: Floats | float, mean: Floats, size: Floats) -> Floats:
    """Return the log likelihood of each unit (last), but for a constant of its counts."""
    alpha, beta = (mean * size)[:, None], ((1 - mean) * size)[:, None]
    return np.asarray(special.betaln(alpha + events, beta + n - events) - special.betaln(alpha, beta))


def _hyperparameters(events: Floats, n: Floats, points: int = 40) -> tuple[Floats, Floats, Floats]:
    """Return mean, size and log posterior on a grid of hyperparameters, refined to where that is high.

    The mean is uniform, and so is the weight that a unit of average size gives to the others, size / (size +
    average n); the grid is even in the logit of that weight, so that no weight is too small for it.
    """
    middle = (np.arange(points) + 0.5) / points
    whole = np.array([[0.0, 1.0], [-25.0, 25.0]])
    ranges = whole.copy()
    for _ in range(5):
        grid = np.meshgrid(*(low + (high - low) * middle for low, high in ranges))
        mean, logit = (axis.ravel() for axis in grid)
        size = n[n > 0].mean() * np.exp(logit)
        likelihood = _log_likelihood(events, n, mean, size).sum(-1)
        posterior = likelihood - np.logaddexp(0, logit) - np.logaddexp(0, -logit)
        probability = special.softmax(posterior)
        for number, axis in enumerate((mean, logit)):
            centre = probability @ axis
            spread = np.sqrt(probability @ (axis - centre) ** 2)
            margin = max(6 * spread, 2 * np.ptp(ranges[number]) / points)
            ranges[number] = np.clip([centre - margin, centre + margin], *whole[number])
    return mean, size, posterior
