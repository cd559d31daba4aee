"""Shares and differences between them: Wilson intervals, and those of Newcombe made from them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

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


def newcombe(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Estimate differences between two independent shares, first minus second.

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and totals of the two groups, scalars or of shape (m,).
    level
        Coverage of the interval, that of statsmodels' `confint_proportions_2indep`.

    Returns
    -------
    pandas.DataFrame
        ``share_1, share_2, estimate, conf_low, conf_high, n, method``; `n` is ``n1 + n2``. Where one of the
        groups is empty the estimate is NaN and the interval is [-1, 1].

    Raises
    ------
    ValueError
        If a count is negative, not finite or larger than its total.

    Examples
    --------
    >>> newcombe(56, 70, 48, 80).round(4)[["conf_low", "conf_high"]].to_numpy().tolist()
    [[0.0524, 0.3339]]
    """
    first, second = wilson(x1, n1, level), wilson(x2, n2, level)
    known = (first["n"].to_numpy() > 0) & (second["n"].to_numpy() > 0)
    totals = [np.where(known, group["n"], 1) for group in (first, second)]
    counts = [np.where(known, x, 0) for x in (x1, x2)]
    low, high = confint_proportions_2indep(
        counts[0], totals[0], counts[1], totals[1], method="newcomb", alpha=2 * tails(level)[0]
    )
    return pd.DataFrame(
        {
            "share_1": first["estimate"],
            "share_2": second["estimate"],
            "estimate": first["estimate"] - second["estimate"],
            "conf_low": np.where(known, np.maximum(low, -1.0), -1.0),
            "conf_high": np.where(known, np.minimum(high, 1.0), 1.0),
            "n": first["n"] + second["n"],
            "method": "Newcombe",
        }
    )


def shift(
    table: pd.DataFrame,
    definitions: Mapping[str, Collection[Hashable]],
    before: Sequence[Hashable],
    after: Sequence[Hashable],
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare the share of a set of categories between two groups, under several definitions of the set.

    Parameters
    ----------
    table
        Counts, categories by groups.
    definitions
        For each definition the categories (row labels) that belong to the set.
    before, after
        The columns that make up each group; no column in both.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        For each ``definition`` the rows ``quantity`` = ``before`` and ``after`` (shares with Wilson
        intervals) and ``difference`` (after minus before, Newcombe interval), with ``estimate, conf_low,
        conf_high, n, method``.

    Examples
    --------
    >>> table = pd.DataFrame({"2019": [6, 4, 10], "2020": [5, 6, 1]}, index=["p", "q", "r"])
    >>> shift(table, {"set": ["p", "q"]}, ["2019"], ["2020"])["estimate"].round(4).to_list()
    [0.5, 0.9167, 0.4167]
    """
    rows = []
    (x1, n1), (x2, n2) = (
        (table[list(group)].sum(axis=1), table[list(group)].to_numpy().sum()) for group in (before, after)
    )
    for definition, members in definitions.items():
        one, other = x1[list(members)].sum(), x2[list(members)].sum()
        found = pd.concat([wilson([one, other], [n1, n2], level), newcombe(other, n2, one, n1, level)])
        found = found.drop(columns=["share_1", "share_2"])
        rows.append(found.assign(definition=definition, quantity=["before", "after", "difference"]))
    return pd.concat(rows, ignore_index=True)
