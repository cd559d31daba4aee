"""Where the regions stand on an ordered ladder at each wave.

Counts come as a frame with one row a wave, in time order, and one column a phase from low to high. Phases
count 1, 2, ..., so a mean presumes that steps are of equal size.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import ttest_1samp

from ivvu_analysis.stats.tails import normal_multiple
from ivvu_analysis.stats.transitions import ladder_counts


def mean_phase(counts: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Average the phase over regions at each wave, with the interval of Student (scipy's `ttest_1samp`).

    Returns
    -------
    pandas.DataFrame
        `wave, estimate, conf_low, conf_high, n, method`, in phases. The limits stay on the ladder. Where all
        n regions stand alike, at most z^2 / (n + z^2) of such regions (Wilson) may stand elsewhere: the
        limits are the means if they stood at either end.

    Raises
    ------
    ValueError
        If the counts are not one ladder or count fewer than two regions.

    Examples
    --------
    >>> counts = pd.DataFrame([[2, 1, 1], [0, 1, 3]], index=["2019-03", "2019-10"])
    >>> mean_phase(counts)[["estimate", "conf_high"]].round(2).to_numpy().tolist()
    [[1.75, 3.0], [2.75, 3.0]]
    """
    array = ladder_counts(counts)
    n, top = int(array[0].sum()), array.shape[1]
    if n < 2:
        raise ValueError("The error of a mean phase needs at least two regions.")
    elsewhere = normal_multiple(level) ** 2 / (n + normal_multiple(level) ** 2)
    rows = []
    for wave, margin in zip(counts.index.astype(str), array, strict=True):
        phases = np.repeat(np.arange(1, top + 1), margin)
        mean = float(phases.mean())
        if np.ptp(phases):
            low, high = ttest_1samp(phases, 0).confidence_interval(level)
        else:
            low, high = (mean + elsewhere * (end - mean) for end in (1, top))
        rows.append((wave, mean, max(1.0, float(low)), min(float(top), float(high)), n, "Student"))
    return pd.DataFrame(rows, columns=["wave", "estimate", "conf_low", "conf_high", "n", "method"])
