"""How far two ordered scales go together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import random_table

from ivvu_analysis.stats import Floats, Z

FEWEST_APART = 5
"""Fewer units than this off the commonest value of a scale leave tau-b without an interval."""
RESAMPLES = 9999


def kendall(x: pd.Series, y: pd.Series, seed: int | np.random.Generator) -> pd.DataFrame:
    """Estimate Kendall's tau-b of two ordered scales, and test it over random tables with the same margins.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, p_value, method``, with the large-sample interval of
        Brown and Benedetti. The p-value is twice the smaller tail. Where `x` or `y` has one value only, the
        estimate is NaN, the interval [-1, 1] and the p-value 1; where the error is zero (perfect association)
        the interval is [-1, 1] too. Where fewer than five units are off the commonest value of a scale the
        interval is known to fail: there is none (NaN), and the p-value stands alone.

    Examples
    --------
    >>> kendall(pd.Series([1, 1, 2, 3]), pd.Series([2, 1, 3, 2]), seed=1)["estimate"].round(3).to_list()
    [0.4]
    """
    if x.isna().any() or y.isna().any() or len(x) != len(y):
        raise ValueError("Both scales must rate the same units, without a missing rating.")
    table = pd.crosstab(x.to_numpy(), y.to_numpy()).to_numpy()
    row = {"estimate": np.nan, "conf_low": -1.0, "conf_high": 1.0, "n": len(x), "p_value": 1.0}
    if min(table.shape) < 2:
        return pd.DataFrame([row | {"method": "tau-b: one scale has a single value"}])
    signs = [np.sign(np.subtract.outer(scale.to_numpy(float), scale.to_numpy(float))) for scale in (x, y)]
    together = (signs[0] * signs[1]).sum(0)
    apart = np.abs(signs).sum(1)
    pairs = np.sqrt(apart.sum(1).prod())
    tau = together.sum() / pairs
    # How much each unit moves tau-b: the delta method.
    pull = 2 * together / pairs - tau * (apart / apart.sum(1, keepdims=True)).sum(0)
    half = Z * np.sqrt((pull**2).sum())
    margins = table.sum(1), table.sum(0)
    if min(len(x) - margin.max() for margin in margins) < FEWEST_APART:
        row |= {"conf_low": np.nan, "conf_high": np.nan}
    elif half > 1e-9:
        row |= {"conf_low": max(-1.0, tau - half), "conf_high": min(1.0, tau + half)}
    drawn = _surplus(random_table(*margins).rvs(RESAMPLES, random_state=np.random.default_rng(seed)))
    observed = _surplus(table)
    extreme = min((drawn >= observed).sum(), (drawn <= observed).sum())
    row |= {"estimate": tau, "p_value": min(1.0, 2 * float(1 + extreme) / (1 + RESAMPLES))}
    return pd.DataFrame([row | {"method": f"tau-b, Monte-Carlo permutation p ({RESAMPLES})"}])


def _surplus(tables: Floats) -> Floats:
    """Return concordant minus discordant pairs, each counted twice, of tables of shape (..., r, c)."""
    rows, columns = (np.tri(size, k=-1) - np.tri(size, k=-1).T for size in tables.shape[-2:])
    return np.asarray((tables * (rows @ tables @ columns.T)).sum((-2, -1)))
