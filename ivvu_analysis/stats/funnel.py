"""Funnels: the limits that chance draws around the shares of units with few projects.

A unit is a region or a holder. A funnel is no ranking: it asks of each unit apart whether chance alone can
explain it. With many units chance puts some of them outside: `by_chance` says how many.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom

from ivvu_analysis.stats.tails import tails

Floats = NDArray[np.float64]


def events_and_totals(counts: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the columns `events` and `n` after checking them."""
    events, n = counts[["events", "n"]].to_numpy(dtype=float).T
    if not np.all((events == np.floor(events)) & (n == np.floor(n)) & (events >= 0) & (events <= n)):
        raise ValueError("Every unit needs whole numbers with events between zero and n.")
    if n.sum() == 0:
        raise ValueError("At least one unit must have a project.")
    return events, n


def funnel_limits(target: float, n: ArrayLike, level: float = 0.95, dispersion: float = 1.0) -> pd.DataFrame:
    """Return the limits between which a share of n projects lies by chance when its process is on target.

    The upper limit mirrors the lower one: it is one minus the lower limit for the projects without the event.
    Neither is crossed with more than the nominal probability, which the same formula on both sides would not
    ensure.

    Parameters
    ----------
    target
        The share to compare with, between 0 and 1.
    n
        Numbers of projects.
    level
        Probability between the limits, 0.95 or 0.998 by custom.
    dispersion
        Multiplies the variance: the distance from target to limit grows with its root.

    Returns
    -------
    pandas.DataFrame
        `n, level, estimate` (the target), `conf_low, conf_high, method`.

    Examples
    --------
    >>> funnel_limits(0.3, [20])["conf_low"].round(3).to_list()
    [0.081]
    """
    totals, tail = np.asarray(n, dtype=float), tails(level)[0]
    some, reach = np.maximum(totals, 1), []
    for share in (target, 1 - target):
        # The smallest number with at least this tail, interpolated (Spiegelhalter 2005, appendix).
        r = binom.ppf(tail, some, share)
        excess = (binom.cdf(r, some, share) - tail) / binom.pmf(r, some, share)
        limit = share - np.sqrt(dispersion) * (share - np.clip((r - excess) / some, 0, 1))
        reach.append(np.where(totals > 0, np.clip(limit, 0, 1), 0.0))
    low, high = reach[0], 1 - reach[1]
    frame = pd.DataFrame({"n": totals.astype(int), "level": level, "estimate": target})
    return frame.assign(conf_low=low, conf_high=high, method="interpolated binomial")


def by_chance(target: float, n: ArrayLike, level: float = 0.95, dispersion: float = 1.0) -> pd.DataFrame:
    """Say how many units chance alone puts outside a funnel when all of them are on target.

    Parameters
    ----------
    target, level, dispersion
        As in `funnel_limits`.
    n
        Numbers of projects of the units.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate``, the number of units to be expected outside, ``at_least_one``, the probability
        that there is any, ``n`` (units), ``method``. Both are exact for binomial counts.

    Examples
    --------
    >>> by_chance(0.4, [9] * 34)[["estimate", "at_least_one"]].round(2).to_numpy().tolist()
    [[0.47, 0.38]]
    """
    totals = np.asarray(n, dtype=float)
    totals = totals[totals > 0]
    limits = funnel_limits(target, totals, level, dispersion)
    below = binom.cdf(np.ceil(limits["conf_low"].to_numpy() * totals - 1e-9) - 1, totals, target)
    above = binom.sf(np.floor(limits["conf_high"].to_numpy() * totals + 1e-9), totals, target)
    outside = below + above
    values = {"estimate": outside.sum(), "at_least_one": 1 - np.prod(1 - outside), "n": len(totals)}
    return pd.DataFrame([values | {"method": "binomial, all units on target"}])


def dispersion_ratio(z: ArrayLike) -> float:
    """Return phi, the mean squared z-score after pulling in the most extreme tenth at either side.

    When units differ no more than chance makes them it is about 0.70, for pulling in takes off a third; above
    one they differ more. With seven units its own error is more than half of it.
    """
    scores = np.asarray(z, dtype=float)
    return float(np.mean(np.clip(scores, *np.quantile(scores, [0.1, 0.9])) ** 2))


def funnel(counts: pd.DataFrame) -> pd.DataFrame:
    """Place every unit in a funnel around the share of all units together, after Spiegelhalter (2005).

    Parameters
    ----------
    counts
        One row a unit (the index), with columns `events` and `n`.

    Returns
    -------
    pandas.DataFrame
        `unit, events, estimate, conf_low, conf_high, outer_low, outer_high, n, position, target, dispersion`.
        The limits (95 % and 99.8 %) are drawn around the target, not around the unit, and widened by the
        dispersion ratio where that exceeds one. `position` is `within`, `outside 95 %` or `outside 99.8 %`. A
        unit without projects says nothing: it stands on target between limits 0 and 1, at position `no
        projects`.

    Raises
    ------
    ValueError
        If counts are impossible, or no unit has projects.

    Examples
    --------
    >>> counts = pd.DataFrame({"events": [14, *[8] * 11], "n": [20] * 12})
    >>> funnel(counts)["position"].to_list()[:2]
    ['outside 95 %', 'within']
    """
    events, n = events_and_totals(counts)
    target, known = float(events.sum() / n.sum()), n > 0
    share = np.where(known, events / np.maximum(n, 1), target)
    error = np.sqrt(target * (1 - target) / np.maximum(n, 1))
    z = np.divide(share - target, error, out=np.zeros(len(n)), where=error > 0)
    phi = max(1.0, dispersion_ratio(z[known]))
    limits = [funnel_limits(target, n, level, phi)[["conf_low", "conf_high"]] for level in (0.95, 0.998)]
    inner, outer = (frame.to_numpy().T for frame in limits)
    beyond = [(share < low - 1e-12) | (share > high + 1e-12) for low, high in (outer, inner)]
    return pd.DataFrame(
        {
            "unit": counts.index,
            "events": events.astype(int),
            "estimate": share,
            "conf_low": inner[0],
            "conf_high": inner[1],
            "outer_low": outer[0],
            "outer_high": outer[1],
            "n": n.astype(int),
            "position": np.select(
                [~known, *beyond], ["no projects", "outside 99.8 %", "outside 95 %"], "within"
            ),
            "target": target,
            "dispersion": phi,
        }
    )
