"""Shrinkage: the share of a unit with few projects, once other units are taken into account.

The true shares of units follow a beta distribution with mean m and size s, and the projects of a unit are
binomial given its share; the estimate borrows from the others by as much as that says. Its interval does not
believe it: a unit may be apart from all others, and Bayesian intervals then miss its share nearly always.
Every share is held against the projects of the unit by a test of its own, and what the other units are like
only decides on which side the test looks hardest. The interval so is short where the unit is like the others,
and holds the share of any unit as often as it says.
"""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from scipy import special
from scipy.stats import betabinom, binom

from ivvu_analysis.stats import TAILS, Floats
from ivvu_analysis.stats.funnel import events_and_totals

APART = 0.2
"""How likely a unit is thought to be apart, with a share that can be anything."""
POINTS = 40
"""Points of the grid in either direction."""


def shrink(counts: pd.DataFrame, units: Sequence[Hashable] | None = None) -> pd.DataFrame:
    """Shrink the share of each unit towards all of them, by as much as its few projects warrant.

    The counts have one row a unit (the index), with columns `events` and `n`. Only `units` are returned, by
    default all; whatever is returned is shrunk towards all.

    Returns
    -------
    pandas.DataFrame
        `estimate, conf_low, conf_high, pooled, weight`, a row a unit (the index). With the share the unit is
        shrunk to (`pooled`) and the weight of that, from 0 to 1, the estimate is (1 - weight) * events / n +
        weight * pooled, or the limit of the interval nearest to it. A unit without projects gets what is
        known of units in general, between 0 and 1.

    Examples
    --------
    >>> counts = pd.DataFrame({"events": [1, 4, 9], "n": [10, 10, 10]}, index=["a", "b", "c"])
    >>> shrink(counts)["estimate"].round(2).to_list()
    [0.21, 0.42, 0.78]
    """
    events, n = events_and_totals(counts)
    mean, size, posterior = _hyperparameters(events, n)
    chosen = counts.index.get_indexer(counts.index if units is None else pd.Index(units))
    events, n = events[chosen], n[chosen]
    others = posterior[:, None] - betabinom.logpmf(events, n, mean * size, (1 - mean) * size)
    limits = np.array([_interval(*unit, mean, size) for unit in zip(events, n, others.T, strict=True)])
    belief, weights = special.softmax(posterior), size / (size + n)
    weight = belief @ weights
    pooled = belief @ (mean * weights) / weight
    estimate = np.clip((1 - weight) * events / np.maximum(n, 1) + weight * pooled, *limits.T)
    found = {"estimate": estimate, "conf_low": limits[:, 0], "conf_high": limits[:, 1]}
    return pd.DataFrame(found | {"pooled": pooled, "weight": weight}, index=counts.index[chosen])


def _interval(events: float, n: float, others: Floats, mean: Floats, size: Floats) -> tuple[float, float]:
    """Return the shares that a test does not reject, given the log posterior from the other units.

    A share accepts the outcomes that are likeliest under it compared with what the other units predict, until
    they have a probability of 95 % (half of that of the last one counts: mid-p). Of all tests with that
    level these give the shortest intervals on average over the prediction (Pratt 1961).
    """
    belief = special.softmax(others)
    usual, size = belief @ mean, np.exp(belief @ np.log(size))
    # Shares beyond these ends are out of the question, and so are outcomes beyond the reach of all shares.
    ends = special.betaincinv(events + np.array([0, 1]), n - events + np.array([1, 0]), [1e-7, 1 - 1e-7])
    ends = np.where(np.isnan(ends), [0.0, 1.0], ends)
    share = np.linspace(ends[0], ends[1], 1001)
    reach = 6 * np.sqrt(n * np.max(share * (1 - share))) + 2
    outcomes = np.arange(max(0, np.floor(n * ends[0] - reach)), min(n, np.ceil(n * ends[1] + reach)) + 1)
    chance = binom.logpmf(outcomes, n, share[:, None])
    alike = np.log1p(-APART) + betabinom.logpmf(outcomes, n, usual * size, (1 - usual) * size)
    ratio = chance - np.logaddexp(alike, np.log(APART / (n + 1)))
    ratio -= ratio[:, outcomes == events]
    better = (np.exp(chance) * np.select([ratio > 1e-9, ratio > -1e-9], [1.0, 0.5])).sum(1)
    accepted = share[better <= max(np.ptp(TAILS), better.min())]
    return float(accepted.min()), float(accepted.max())


def _hyperparameters(events: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean and size (columns) and log posterior on a grid, refined to where that is high.

    The mean is uniform, and so is the weight that a unit of average size gives to the others, size / (size +
    average n); the grid is even in the logit of that weight, so that no weight is too small for it.
    """
    middle = (np.arange(POINTS) + 0.5) / POINTS
    whole = np.array([[0.0, 1.0], [-25.0, 25.0]])
    ranges = whole.copy()
    for _ in range(5):
        grid = np.meshgrid(*(low + (high - low) * middle for low, high in ranges))
        mean, logit = (axis.reshape(-1, 1) for axis in grid)
        size = n[n > 0].mean() * np.exp(logit)
        posterior = betabinom.logpmf(events, n, mean * size, (1 - mean) * size).sum(1)
        posterior -= np.logaddexp(0, logit[:, 0]) + np.logaddexp(0, -logit[:, 0])
        probability = special.softmax(posterior)
        for number, axis in enumerate((mean[:, 0], logit[:, 0])):
            centre = probability @ axis
            spread = np.sqrt(probability @ (axis - centre) ** 2)
            margin = max(6 * spread, 2 * np.ptp(ranges[number]) / POINTS)
            ranges[number] = np.clip([centre - margin, centre + margin], *whole[number])
    return mean, size, posterior
