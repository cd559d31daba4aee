"""Shares of units with few projects: funnels, and shares that borrow from those of other units.

A unit is a region or a holder. A funnel has the limits that chance draws around the share of all. It is no
ranking: it asks of each unit apart whether chance alone can explain it. With many units chance puts some of
them outside: `by_chance` says how many.

Shrinkage gives the share of a unit once other units are taken into account. The true shares of units follow
a beta distribution with mean m and size s, and the projects of a unit are binomial given its share; the
estimate borrows from the others by as much as that says. Its interval does not believe it: a unit may be
apart from all others, and Bayesian intervals then miss its share nearly always. Every share is held against
the projects of the unit by a test of its own, and what the other units are like only decides on which side
the test looks hardest. The interval so is short where the unit is like the others, and holds the share of any
unit as often as it says.
"""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special
from scipy.stats import betabinom, binom

from ivvu_analysis.stats import TAILS, Floats, whole_counts

LEVELS = (0.95, 0.998)  # the probabilities between the limits that are drawn by custom
APART = 0.2  # how likely a unit is thought to be apart, with a share that can be anything
POINTS = 40  # points of the grid in either direction


def events_and_totals(counts: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the columns `events` and `n` after checking them."""
    events, n = whole_counts(counts[["events", "n"]]).T
    if (events > n).any() or not n.any():
        raise ValueError("No unit has more events than projects, and at least one has a project.")
    return events, n


def funnel_limits(
    target: float, n: ArrayLike, level: float = LEVELS[0], dispersion: float = 1.0
) -> pd.DataFrame:
    """Return the limits between which a share of n projects lies by chance when its process is on target.

    The upper limit mirrors the lower one: it is one minus the lower limit for the projects without the event.
    Neither is crossed with more than the nominal probability, which the same formula on both sides would not
    ensure. The dispersion multiplies the variance: the distance from target to limit grows with its root.

    Returns
    -------
    pandas.DataFrame
        `n, level, estimate` (the target), `conf_low, conf_high, method`; without projects 0 and 1.

    Examples
    --------
    >>> funnel_limits(0.3, [20])["conf_low"].round(3).to_list()
    [0.081]
    """
    if not 0 < level < 1:
        raise ValueError("The level of limits is a probability, such as 0.95.")
    totals, tail = np.asarray(n, dtype=float), (1 - level) / 2
    some, reach = np.maximum(totals, 1), []
    for share in (target, 1 - target):
        # The smallest number with at least this tail, interpolated (Spiegelhalter 2005, appendix).
        r = binom.ppf(tail, some, share)
        excess = (binom.cdf(r, some, share) - tail) / binom.pmf(r, some, share)
        limit = share - np.sqrt(dispersion) * (share - np.clip((r - excess) / some, 0, 1))
        reach.append(np.where(totals > 0, np.clip(limit, 0, 1), 0.0))
    frame = pd.DataFrame({"n": totals.astype(int), "level": level, "estimate": target})
    return frame.assign(conf_low=reach[0], conf_high=1 - reach[1], method="interpolated binomial")


def by_chance(target: float, n: ArrayLike, dispersion: float = 1.0) -> tuple[float, float]:
    """Say how many units chance alone puts outside the 95 % limits when all of them are on target.

    The number of units to be expected outside and the probability that there is any are exact for binomial
    counts.

    Examples
    --------
    >>> [round(value, 2) for value in by_chance(0.4, [9] * 34)]
    [0.47, 0.38]
    """
    totals, limits = np.asarray(n, dtype=float), funnel_limits(target, n, dispersion=dispersion)
    below = binom.cdf(np.ceil(limits["conf_low"].to_numpy() * totals - 1e-9) - 1, totals, target)
    above = binom.sf(np.floor(limits["conf_high"].to_numpy() * totals + 1e-9), totals, target)
    return float((below + above).sum()), float(1 - np.prod(1 - below - above))


def funnel(counts: pd.DataFrame) -> pd.DataFrame:
    """Place every unit in a funnel around the share of all units together, after Spiegelhalter (2005).

    The counts have one row a unit (the index), with columns `events` and `n`. The dispersion is the mean
    squared z-score after pulling in the most extreme tenth at either side; where it exceeds one it widens the
    limits. When units differ no more than chance makes them it is about 0.70, for pulling in takes off a
    third; above one they differ more. With seven units its own error is more than half of it.

    Returns
    -------
    pandas.DataFrame
        `events, n, estimate, target, dispersion, conf_low, conf_high, outer_low, outer_high, position`,
        indexed as `counts`. The limits (95 % and 99.8 %) are drawn around the target, not around the unit.
        `position` is `within`, `outside_95`, `outside_998` or, of a unit without projects, `no_projects`:
        that says nothing, and stands on target.

    Examples
    --------
    >>> counts = pd.DataFrame({"events": [14, *[8] * 11], "n": [20] * 12})
    >>> funnel(counts)["position"].to_list()[:2]
    ['outside_95', 'within']
    """
    events, n = events_and_totals(counts)
    target, some = float(events.sum() / n.sum()), np.maximum(n, 1)
    share = np.where(n > 0, events / some, target)
    error = np.sqrt(target * (1 - target) / some)
    z = ((share - target) / np.where(error > 0, error, 1))[n > 0]
    phi = max(1.0, float(np.mean(np.clip(z, *np.quantile(z, [0.1, 0.9])) ** 2)))
    found = counts[["events", "n"]].astype(int).assign(estimate=share, target=target, dispersion=phi)
    for level, names in zip(LEVELS, (["conf_low", "conf_high"], ["outer_low", "outer_high"]), strict=True):
        found[names] = funnel_limits(target, n, level, phi)[["conf_low", "conf_high"]].to_numpy()
    position = [
        n == 0,
        (share < found["outer_low"] - 1e-12) | (share > found["outer_high"] + 1e-12),
        (share < found["conf_low"] - 1e-12) | (share > found["conf_high"] + 1e-12),
    ]
    return found.assign(position=np.select(position, ["no_projects", "outside_998", "outside_95"], "within"))


def shrink(counts: pd.DataFrame, units: Sequence[Hashable] | None = None) -> pd.DataFrame:
    """Shrink the share of each unit towards all of them, by as much as its few projects warrant.

    The counts have one row a unit (the index), with columns `events` and `n`. Only `units` are returned, by
    default all; whatever is returned is shrunk towards all. A unit without a row is a KeyError.

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
    chosen = [counts.index.get_loc(unit) for unit in (counts.index if units is None else units)]
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
