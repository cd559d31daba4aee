"""Funnels: the limits that chance draws around the shares of units with few projects.

A unit is a region or a holder. A funnel is no ranking: it asks of each unit apart whether chance alone can
explain it. With many units chance puts some of them outside: `by_chance` says how many.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import binom

from ivvu_analysis.stats import Floats, whole_counts

LEVELS = (0.95, 0.998)
"""The probabilities between the limits that are drawn by custom."""


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


def dispersion_ratio(z: ArrayLike) -> float:
    """Return phi, the mean squared z-score after pulling in the most extreme tenth at either side.

    When units differ no more than chance makes them it is about 0.70, for pulling in takes off a third; above
    one they differ more. With seven units its own error is more than half of it.
    """
    scores = np.asarray(z, dtype=float)
    return float(np.mean(np.clip(scores, *np.quantile(scores, [0.1, 0.9])) ** 2))


def funnel(counts: pd.DataFrame) -> pd.DataFrame:
    """Place every unit in a funnel around the share of all units together, after Spiegelhalter (2005).

    The counts have one row a unit (the index), with columns `events` and `n`.

    Returns
    -------
    pandas.DataFrame
        `events, n, estimate, target, dispersion, conf_low, conf_high, outer_low, outer_high, position`,
        indexed as `counts`. The limits (95 % and 99.8 %) are drawn around the target, not around the unit,
        and widened by the dispersion ratio where that exceeds one. `position` is `within`, `outside_95`,
        `outside_998` or, of a unit without projects, `no_projects`: that says nothing, and stands on target.

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
    z = (share - target) / np.where(error > 0, error, 1)
    phi = max(1.0, dispersion_ratio(z[n > 0]))
    found = counts[["events", "n"]].astype(int).assign(estimate=share, target=target, dispersion=phi)
    for level, names in zip(LEVELS, (["conf_low", "conf_high"], ["outer_low", "outer_high"]), strict=True):
        found[names] = funnel_limits(target, n, level, phi)[["conf_low", "conf_high"]].to_numpy()
    position = [
        n == 0,
        (share < found["outer_low"] - 1e-12) | (share > found["outer_high"] + 1e-12),
        (share < found["conf_low"] - 1e-12) | (share > found["conf_high"] + 1e-12),
    ]
    return found.assign(position=np.select(position, ["no_projects", "outside_998", "outside_95"], "within"))
