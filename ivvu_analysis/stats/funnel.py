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
    events, n = counts["events"].to_numpy(dtype=float), counts["n"].to_numpy(dtype=float)
    whole = np.isfinite(events) & np.isfinite(n) & (events == np.floor(events)) & (n == np.floor(n))
    if not np.all(whole & (events >= 0) & (events <= n)):
        raise ValueError("Every unit needs whole numbers with events between zero and n.")
    if n.sum() == 0:
        raise ValueError("At least one unit must have a project.")
    return events, n


def lower_limit(tail: float, n: ArrayLike, target: float) -> Floats:
    """Return the share below which a binomial share falls with at most the probability `tail`, interpolated.

    With r the smallest number with P(R <= r) >= tail, the limit is (r - a) / n, where a = (P(R <= r) - tail)
    / P(R = r), and not below zero (Spiegelhalter 2005, appendix). Without projects it is zero.
    """
    totals = np.asarray(n, dtype=float)
    safe = np.maximum(totals, 1)
    r = binom.ppf(tail, safe, target)
    excess = (binom.cdf(r, safe, target) - tail) / binom.pmf(r, safe, target)
    return np.asarray(np.where(totals > 0, np.clip((r - excess) / safe, 0, 1), 0.0), dtype=float)


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
    low, high = lower_limit(tail, totals, target), 1 - lower_limit(tail, totals, 1 - target)
    stretch = np.sqrt(dispersion)
    return pd.DataFrame(
        {
            "n": totals.astype(int),
            "level": level,
            "estimate": target,
            "conf_low": np.where(totals > 0, np.clip(target + stretch * (low - target), 0, 1), 0.0),
            "conf_high": np.where(totals > 0, np.clip(target + stretch * (high - target), 0, 1), 1.0),
            "method": "interpolated binomial",
        }
    )


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


def dispersion_ratio(z: ArrayLike, winsorise: float = 0.1) -> float:
    """Return phi, the mean squared z-score after pulling in the most extreme tenth at either side.

    When units differ no more than chance makes them it is about 0.70, for pulling in takes off a third; above
    one they differ more. With seven units its own error is more than half of it.
    """
    scores = np.asarray(z, dtype=float)
    return float(np.mean(np.clip(scores, *np.quantile(scores, [winsorise, 1 - winsorise])) ** 2))


def funnel(counts: pd.DataFrame, target: float | None = None, winsorise: float = 0.1) -> pd.DataFrame:
    """Place each unit in a funnel around a target, after Spiegelhalter (2005).

    Parameters
    ----------
    counts
        One row a unit (the index), with columns `events` and `n`.
    target
        The share to compare with; by default that of all units together.
    winsorise
        Share of units pulled in at either side before the dispersion is estimated.

    Returns
    -------
    pandas.DataFrame
        `unit, events, estimate, conf_low, conf_high, outer_low, outer_high, n, z, position, target,
        dispersion, method`. The limits (95 % and 99.8 %) are drawn around the target, not around the unit,
        and widened by the dispersion ratio where that exceeds one. `position` is `within`, `outside 95 %` or
        `outside 99.8 %`. A unit without projects says nothing: it stands on target between limits 0 and 1, at
        position `no projects`.

    Raises
    ------
    ValueError
        If counts are impossible, no unit has projects, or a given target is not between 0 and 1.
    """
    events, n = events_and_totals(counts)
    if target is not None and not 0 < target < 1:
        raise ValueError("The target of a funnel must lie between 0 and 1.")
    centre = float(events.sum() / n.sum()) if target is None else target
    known = n > 0
    share = np.where(known, events / np.maximum(n, 1), centre)
    error = np.sqrt(centre * (1 - centre) / np.maximum(n, 1))
    z = np.divide(share - centre, error, out=np.zeros(len(n)), where=error > 0)
    phi = max(1.0, dispersion_ratio(z[known], winsorise))
    inner, outer = (funnel_limits(centre, n, level, phi) for level in (0.95, 0.998))
    beyond = [
        (share < limits["conf_low"].to_numpy() - 1e-12) | (share > limits["conf_high"].to_numpy() + 1e-12)
        for limits in (outer, inner)
    ]
    position = np.select([~known, *beyond], ["no projects", "outside 99.8 %", "outside 95 %"], "within")
    return pd.DataFrame(
        {
            "unit": counts.index,
            "events": events.astype(int),
            "estimate": share,
            "conf_low": inner["conf_low"].to_numpy(),
            "conf_high": inner["conf_high"].to_numpy(),
            "outer_low": outer["conf_low"].to_numpy(),
            "outer_high": outer["conf_high"].to_numpy(),
            "n": n.astype(int),
            "z": z,
            "position": position,
            "target": centre,
            "dispersion": phi,
            "method": "funnel with interpolated binomial limits",
        }
    )
