"""Shares with Wilson intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.stats.proportion import proportion_confint

from ivvu_analysis.stats.tails import tails


def wilson(successes: ArrayLike, n: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Estimate shares with Wilson score intervals: statsmodels' `proportion_confint`, and nothing of none.

    Parameters
    ----------
    successes, n
        Counts and totals, scalars or of shape (m,), with ``0 <= successes <= n``.
    level
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        One row for each entry: ``estimate, conf_low, conf_high, n, method``. Where `n` is zero nothing is
        known: the estimate is NaN and the interval is [0, 1].

    Raises
    ------
    ValueError
        If a count is negative, not finite or larger than its total.

    Examples
    --------
    >>> wilson(5, 20).round(3).to_dict("records")[0]["conf_high"]
    0.469
    """
    x, total = np.broadcast_arrays(
        np.atleast_1d(np.asarray(successes, dtype=float)), np.atleast_1d(np.asarray(n, dtype=float))
    )
    if not (np.isfinite(x).all() and np.isfinite(total).all() and (x >= 0).all() and (x <= total).all()):
        raise ValueError("Each count must be a number from zero up to its total.")
    known = np.where(total > 0, total, 1)
    low, high = proportion_confint(x, known, 2 * tails(level)[0], "wilson")
    return pd.DataFrame(
        {
            "estimate": np.where(total > 0, x / known, np.nan),
            "conf_low": np.where(x == 0, 0.0, low),
            "conf_high": np.where(x == total, 1.0, high),
            "n": total.astype(np.int64) if (total == np.round(total)).all() else total,
            "method": "Wilson",
        }
    )


def shares(
    counts: pd.DataFrame, by: str | list[str], level: str = "level", count: str = "projects"
) -> pd.DataFrame:
    """Turn counts of levels into shares within each group.

    Parameters
    ----------
    counts
        One row for each group and level.
    by
        Column or columns that name the group; an empty list takes all rows as one group.
    level, count
        Columns with the level and with its count.

    Returns
    -------
    pandas.DataFrame
        The rows of `counts` in their order, with the columns `by`, `level` and `count`, and ``n`` (the total
        of the group), ``estimate, conf_low, conf_high, method`` of `wilson`.

    Raises
    ------
    ValueError
        If a level occurs twice in a group.

    Examples
    --------
    >>> counts = pd.DataFrame({"wave": "2020-10", "level": ["no", "yes"], "projects": [3, 1]})
    >>> shares(counts, by="wave")["estimate"].to_list()
    [0.75, 0.25]
    """
    groups = [by] if isinstance(by, str) else list(by)
    keys = [*groups, level]
    if counts.duplicated(keys).any():
        raise ValueError(f"A level occurs twice within a group of {', '.join(groups) or 'all rows'}.")
    rows = counts[[*keys, count]].reset_index(drop=True)
    grouped = rows.groupby(groups or np.zeros(len(rows)), observed=True, dropna=False, sort=False)
    return pd.concat([rows, wilson(rows[count], grouped[count].transform("sum"))], axis=1)
