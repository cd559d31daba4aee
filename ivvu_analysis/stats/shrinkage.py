"""Beta-binomial shrinkage: the share of a unit with few projects, once other units are taken into account.

The true shares of units follow a beta distribution with mean m and size s (alpha = m s, beta = (1 - m) s);
the projects of a unit are binomial given its share.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ivvu_analysis.stats.funnel import events_and_totals

Floats = NDArray[np.float64]


def _log_likelihood(events: Floats, n: Floats, mean: ArrayLike, size: ArrayLike) -> Floats:
    """Return the beta-binomial log likelihood, up to a constant, for pairs of mean and size."""
    alpha = np.asarray(mean * np.asarray(size), dtype=float)[..., None]
    beta = np.asarray(size, dtype=float)[..., None] - alpha
    terms = special.betaln(alpha + events, beta + n - events) - special.betaln(alpha, beta)
    return np.asarray(terms.sum(axis=-1), dtype=float)


def _hyperparameters(events: Floats, n: Floats, points: int = 30) -> tuple[Floats, Floats, Floats]:
    """Return mean, size and probability on a grid of hyperparameters, refined to where the probability is.

    The mean is uniform, and so is the weight that a unit of average size gives to the others: size / (size +
    average n).
    """
    middle = (np.arange(points) + 0.5) / points
    average = n[n > 0].mean()
    low, high = 0.0, 1.0
    for _ in range(4):
        mean, weight = np.meshgrid(low + (high - low) * middle, middle)
        size = average * weight / (1 - weight)
        probability = special.softmax(_log_likelihood(events, n, mean, size))
        centre = float((probability * mean).sum())
        spread = float(np.sqrt((probability * (mean - centre) ** 2).sum()))
        margin = max(6 * spread, 2 * (high - low) / points)
        low, high = max(0.0, centre - margin), min(1.0, centre + margin)
    return mean.ravel(), size.ravel(), probability.ravel()


def shrink(
    counts: pd.DataFrame, level: float = 0.95, units: Sequence[Hashable] | None = None
) -> pd.DataFrame:
    """Shrink the share of each unit towards all of them, by as much as its few projects warrant.

    Shares are beta distributed over units; the two hyperparameters are integrated out on a grid, so that
    their uncertainty counts. A unit with no projects gets what is known of units in general.

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
    """
    events, n = events_and_totals(counts)
    mean, size, probability = _hyperparameters(events, n)
    chosen = counts.index.get_indexer(counts.index if units is None else pd.Index(units))
    if (chosen < 0).any():
        raise ValueError("Only units that have a row can be returned.")
    events, n = events[chosen], n[chosen]
    weights = size[:, None] / (size[:, None] + n)
    weight = probability @ weights
    pooled = (probability * mean) @ weights / weight
    likely = probability > probability.max() * 1e-3
    alpha = (mean * size)[likely, None] + events
    beta = ((1 - mean) * size)[likely, None] + n - events
    share = probability[likely] / probability[likely].sum()
    low, high = (_mixture_quantile(p, share, alpha, beta) for p in ((1 - level) / 2, (1 + level) / 2))
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
            "method": "beta-binomial, hyperparameters integrated",
        }
    )


def _mixture_quantile(p: float, share: Floats, alpha: Floats, beta: Floats) -> Floats:
    """Return the quantile of each mixture of beta distributions (one a column), to nine decimals."""
    from scipy.optimize import elementwise  # takes a while to import, and most reports do without

    def excess(quantile: Floats, mixture: NDArray[np.intp]) -> Floats:
        return np.asarray(share @ special.betainc(alpha[:, mixture], beta[:, mixture], quantile) - p)

    mixtures = np.arange(alpha.shape[1])
    found = elementwise.find_root(excess, (0.0, 1.0), args=(mixtures,), tolerances={"xatol": 1e-9})
    return np.asarray(found.x)
