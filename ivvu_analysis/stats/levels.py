"""Where the regions stand on an ordered ladder at each wave, and how much their mean phase changed.

Phases count 1, 2, ... from low to high, so a mean presumes that steps are of equal size. Counts come as a
frame with one row a wave, in time order, and one column a phase.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from ivvu_analysis.stats.transitions import Counts, ladder_counts


def _t_interval(estimate: float, error: float, n: int, level: float) -> tuple[float, float]:
    """Return the interval of Student around a mean of n values."""
    margin = float(special.stdtrit(n - 1, (1 + level) / 2)) * error
    return estimate - margin, estimate + margin


def _phases(counts: Counts) -> Counts:
    """Return the phase of each region, from low to high: the counts written out as rows."""
    return np.repeat(np.arange(1, len(counts) + 1), counts)


def _two_regions(counts: Counts) -> None:
    if counts[0].sum() < 2:
        raise ValueError("The error of a mean phase needs at least two regions.")


def at_top(counts: pd.DataFrame) -> pd.DataFrame:
    """Count the regions on the highest phase at each wave.

    Returns
    -------
    pandas.DataFrame
        `wave, estimate, conf_low, conf_high, n, share, method`; a census count is known: the bounds equal it.
        `share` is that of all regions.
    """
    array = ladder_counts(counts)
    top = array[:, -1].astype(float)
    return pd.DataFrame(
        {
            "wave": counts.index.astype(str),
            "estimate": top,
            "conf_low": top,
            "conf_high": top,
            "n": array.sum(axis=1),
            "share": top / array.sum(axis=1),
            "method": "count",
        }
    )


def mean_phase(counts: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Average the phase over regions at each wave, with the interval of Student.

    Returns
    -------
    pandas.DataFrame
        `wave, estimate, conf_low, conf_high, n, method`, in phases.

    Raises
    ------
    ValueError
        If the counts are not one ladder or count fewer than two regions.
    """
    array = ladder_counts(counts)
    _two_regions(array)
    rows = []
    for wave, margin in zip(counts.index.astype(str), array, strict=True):
        phases = _phases(margin)
        mean, n = float(phases.mean()), len(phases)
        rows.append(
            (wave, mean, *_t_interval(mean, float(phases.std(ddof=1)) / np.sqrt(n), n, level), n, "Student")
        )
    return pd.DataFrame(rows, columns=["wave", "estimate", "conf_low", "conf_high", "n", "method"])
