"""Two editions that share projects, when only their totals are known: what the overlap leaves open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivvu_analysis.stats import differences, proportions


def difference(
    x1: float, n1: int, x2: float, n2: int, shared: int | tuple[int, int], level: float = 0.95
) -> pd.DataFrame:
    """Estimate the change of a share between two editions that have projects in common.

    The same project counted twice makes the two shares correlated: with m shared projects whose ratings
    correlate phi, the shares correlate ``rho = m phi / sqrt(n1 n2)``. Neither is published, so both are
    swept: phi over [0, 1], m over `shared`. The interval narrows as rho grows, which puts the extremes at the
    corners.

    Parameters
    ----------
    x1, n1, x2, n2
        Count and total of the earlier and of the later edition.
    shared
        Number of projects in both editions, or the least and the most it can be.
    level
        Coverage of each interval.

    Returns
    -------
    pandas.DataFrame
        Rows ``assumption`` = ``phi_0`` (ratings unrelated, the widest), ``phi_1`` (the most shared projects,
        each keeping its rating as far as it can, the narrowest) and ``range`` (the lowest and the highest
        limit over all of them), with ``shared, phi, standard_error, estimate, conf_low, conf_high, n,
        method``. The estimate is later minus earlier; `n` is ``n1 + n2``.

    Raises
    ------
    ValueError
        If a count does not fit its total, an edition is empty, or more projects are shared than an edition
        has.

    References
    ----------
    Newcombe (1998c), method 10 for paired shares without continuity correction, with rho for its phi.
    """
    before, after = proportions.wilson(x1, n1, level), proportions.wilson(x2, n2, level)
    fewest, most = _shared_range(shared, n1, n2)
    if min(n1, n2) == 0:
        raise ValueError("An edition without projects has no share that could change.")
    phi = np.array([0.0, 1.0])
    rho = most * phi / np.sqrt(n1 * n2)
    low, high = differences.limits(after, before, rho)
    spread_1, spread_2 = (np.sqrt(x * (n - x) / n**3) for x, n in ((x1, n1), (x2, n2)))
    variance = spread_1**2 + spread_2**2 - 2 * rho * spread_1 * spread_2
    error = np.sqrt(np.maximum(variance, 0))
    return pd.DataFrame(
        {
            "assumption": ["phi_0", "phi_1", "range"],
            "shared": [fewest, most, most],
            "phi": [0.0, 1.0, np.nan],
            "standard_error": [*error, error.max()],
            "estimate": x2 / n2 - x1 / n1,
            "conf_low": [*low, low.min()],
            "conf_high": [*high, high.max()],
            "n": int(n1 + n2),
            "method": "Newcombe, correlated shares",
        }
    )


def _shared_range(shared: int | tuple[int, int], n1: float, n2: float) -> tuple[int, int]:
    fewest, most = (shared, shared) if isinstance(shared, (int, np.integer)) else shared
    if not 0 <= fewest <= most <= min(n1, n2):
        raise ValueError(
            f"Of editions with {n1:g} and {n2:g} projects, between 0 and {min(n1, n2):g} can be shared, "
            f"not {fewest} to {most}."
        )
    return int(fewest), int(most)
