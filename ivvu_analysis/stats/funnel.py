"""Funnels: the limits that chance draws around the shares of units with few projects.

A unit is a region or a holder. A funnel is no ranking: it asks of each unit apart whether chance alone can
explain it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

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
    / P(R = r), and not below zero. Without projects it is zero.

    References
    ----------
    Spiegelhalter (2005), appendix.
    """
    totals = np.asarray(n, dtype=float)
    safe = np.maximum(totals, 1)
    r = scipy.stats.binom.ppf(tail, safe, target)
    excess = (scipy.stats.binom.cdf(r, safe, target) - tail) / scipy.stats.binom.pmf(r, safe, target)
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
    """
    totals = np.asarray(n, dtype=float)
    tail = (1 - level) / 2
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


def dispersion_ratio(z: ArrayLike, winsorise: float = 0.1) -> float:
    """Return phi, the mean squared z-score after pulling in the most extreme tenth at either side.

    About one when units differ no more than chance makes them. With seven units its own error is more than
    half of it.
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
