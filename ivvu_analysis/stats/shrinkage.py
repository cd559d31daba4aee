"""Shrinkage: the share of a unit with few projects, once other units are taken into account.

The true shares of units follow a beta distribution with mean m and size s, so that most units borrow from
each other; but one in five may be apart, with a share that can be anything. Without that, a single unit that
truly differs is pulled in with the rest, and its interval leaves its share out nearly always. The projects of
a unit are binomial given its share.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special
from scipy.optimize import elementwise

from ivvu_analysis.stats.funnel import events_and_totals
from ivvu_analysis.stats.tails import tails

Floats = NDArray[np.float64]

APART = 0.2
"""Share of units that are expected to be apart from the others."""


def shrink(
    counts: pd.DataFrame, level: float = 0.95, units: Sequence[Hashable] | None = None
) -> pd.DataFrame:
    """Shrink the share of each unit towards all of them, by as much as its few projects warrant.

    The two hyperparameters are integrated out on a grid, so that their uncertainty counts. A unit with no
    projects gets what is known of units in general.

    Parameters
    ----------
    counts
        One row a unit (the index), with columns `events` and `n`.
    level
        Of the credible intervals.
    units
        Those to return, by default all; whatever is returned is shrunk towards all.

    Returns
    -------
    pandas.DataFrame
        `unit, events, estimate, conf_low, conf_high, n, pooled, weight, method`: the posterior mean with a
        central interval, the share the unit is shrunk to, and the weight (0 to 1) of that: the estimate is (1
        - weight) * events / n + weight * pooled.

    Raises
    ------
    ValueError
        If counts are impossible, no unit has projects, or one of `units` has no row.

    Examples
    --------
    >>> counts = pd.DataFrame({"events": [1, 4, 9], "n": [10, 10, 10]}, index=["a", "b", "c"])
    >>> shrink(counts)["estimate"].round(2).to_list()
    [0.19, 0.41, 0.81]
    """
    events, n = events_and_totals(counts)
    mean, size, probability = _hyperparameters(events, n)
    chosen = counts.index.get_indexer(counts.index if units is None else pd.Index(units))
    if (chosen < 0).any():
        raise ValueError("Only units that have a row can be returned.")
    events, n = events[chosen], n[chosen]
    likely = probability > probability.max() * 1e-4
    mean, size, probability = mean[likely], size[likely], probability[likely] / probability[likely].sum()
    together, apart = _log_likelihoods(events, n, mean, size)
    lone = special.expit(apart - together)
    # The last prior is the flat one, size 2 around a half, of units apart.
    mean, size = np.append(mean, 0.5), np.append(size, 2.0)
    share = np.vstack([probability[:, None] * (1 - lone), probability @ lone])
    weights = size[:, None] / (size[:, None] + n)
    weight = (share * weights).sum(0)
    pooled = (share * weights * mean[:, None]).sum(0) / weight
    alpha, beta = (mean * size)[:, None] + events, ((1 - mean) * size)[:, None] + n - events
    low, high = (_mixture_quantile(p, share, alpha, beta) for p in tails(level))
    return pd.DataFrame(
        {
            "unit": counts.index[chosen],
            "events": events.astype(int),
            "estimate": (1 - weight) * events / np.maximum(n, 1) + weight * pooled,
            "conf_low": low,
            "conf_high": high,
            "n": n.astype(int),
            "pooled": pooled,
            "weight": weight,
            "method": "beta-binomial, one unit in five apart, hyperparameters integrated",
        }
    )


def _log_likelihoods(events: Floats, n: Floats, mean: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Return the log likelihood of each unit (last) together with the others, and apart from them."""
    alpha, beta = (mean * size)[..., None], ((1 - mean) * size)[..., None]
    together = special.betaln(alpha + events, beta + n - events) - special.betaln(alpha, beta)
    return together + np.log(1 - APART), special.betaln(1 + events, 1 + n - events) + np.log(APART)


def _hyperparameters(events: Floats, n: Floats, points: int = 40) -> tuple[Floats, Floats, Floats]:
    """Return mean, size and probability on a grid of hyperparameters, refined to where the probability is.

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
        likelihood = np.logaddexp(*_log_likelihoods(events, n, mean, size)).sum(-1)
        probability = special.softmax(likelihood - np.logaddexp(0, logit) - np.logaddexp(0, -logit))
        for number, axis in enumerate((mean, logit)):
            centre = probability @ axis
            spread = np.sqrt(probability @ (axis - centre) ** 2)
            margin = max(6 * spread, 2 * np.ptp(ranges[number]) / points)
            ranges[number] = np.clip([centre - margin, centre + margin], *whole[number])
    return mean, size, probability


def _mixture_quantile(p: float, share: Floats, alpha: Floats, beta: Floats) -> Floats:
    """Return the quantile of each mixture of beta distributions (one a column), to nine decimals."""

    def excess(quantile: Floats, mixture: NDArray[np.intp]) -> Floats:
        below = special.betainc(alpha[:, mixture], beta[:, mixture], quantile)
        return np.asarray((share[:, mixture] * below).sum(0) - p)

    mixtures = np.arange(alpha.shape[1])
    found = elementwise.find_root(excess, (0.0, 1.0), args=(mixtures,), tolerances={"xatol": 1e-9})
    return np.asarray(found.x)
