"""Shares and differences between them: Wilson intervals, and those of Newcombe made from them."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from ivvu_analysis.stats import whole_counts


def wilson(successes: ArrayLike, n: ArrayLike) -> pd.DataFrame:
    """Estimate shares with Wilson score intervals: statsmodels' `proportion_confint`, and nothing of none.

    Returns
    -------
    pandas.DataFrame
        One row for each count and its total: ``estimate, conf_low, conf_high, n, method``. Where `n` is zero
        the estimate is NaN and the interval is [0, 1].

    Examples
    --------
    >>> wilson(5, 20).round(3).to_dict("records")[0]["conf_high"]
    0.469
    """
    x, total = np.broadcast_arrays(*(np.atleast_1d(whole_counts(counts)) for counts in (successes, n)))
    if (x > total).any():
        raise ValueError("No count can be larger than its total.")
    known = np.where(total > 0, total, 1)
    low, high = proportion_confint(x, known, method="wilson")
    low, high = np.where(x == 0, 0.0, low), np.where(x == total, 1.0, high)
    estimate = np.where(total > 0, x / known, np.nan)
    frame = pd.DataFrame({"estimate": estimate, "conf_low": low, "conf_high": high})
    return frame.assign(n=total.astype(np.int64), method="Wilson")


def shares(counts: pd.DataFrame, by: str, level: str = "level", count: str = "projects") -> pd.DataFrame:
    """Turn counts of levels, a row each, into shares within each group.

    Returns
    -------
    pandas.DataFrame
        The columns `by`, `level` and `count` of `counts` in the order of its rows, and ``n`` (the total of
        the group), ``estimate, conf_low, conf_high, method`` of `wilson`.

    Examples
    --------
    >>> counts = pd.DataFrame({"wave": "2020-10", "level": ["no", "yes"], "projects": [3, 1]})
    >>> shares(counts, by="wave")["estimate"].to_list()
    [0.75, 0.25]
    """
    rows = counts[[by, level, count]].reset_index(drop=True)
    totals = rows.groupby(by, observed=True, dropna=False)[count].transform("sum")
    return pd.concat([rows, wilson(rows[count], totals)], axis=1)


def newcombe(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike) -> pd.DataFrame:
    """Estimate differences between independent shares, first minus second: `confint_proportions_2indep`.

    Returns
    -------
    pandas.DataFrame
        One row for each pair of counts with their totals: ``share_1, share_2, estimate, conf_low, conf_high,
        n, method``; `n` is ``n1 + n2``. Where a group is empty the estimate is NaN, the interval [-1, 1].

    Examples
    --------
    >>> newcombe(56, 70, 48, 80).round(4)[["conf_low", "conf_high"]].to_numpy().tolist()
    [[0.0524, 0.3339]]
    """
    first, second = wilson(x1, n1), wilson(x2, n2)
    difference = first["estimate"] - second["estimate"]
    known = difference.notna()
    some = (np.where(known, counts, 1) for counts in (x1, n1, x2, n2))
    low, high = confint_proportions_2indep(*some, method="newcomb")
    low, high = np.where(known, np.maximum(low, -1), -1.0), np.where(known, np.minimum(high, 1), 1.0)
    frame = pd.DataFrame(
        {"share_1": first["estimate"], "share_2": second["estimate"], "estimate": difference}
    )
    return frame.assign(conf_low=low, conf_high=high, n=first["n"] + second["n"], method="Newcombe")
