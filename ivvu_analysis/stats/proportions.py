"""Shares and differences between them: Wilson intervals, and those of Newcombe made from them.

Of two editions of one register: what changed within projects, and what because projects came and went. Where
only the totals are known, the overlap of the editions leaves that open: `difference` says how far.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from ivvu_analysis.stats import Floats, Ints, Z, whole_counts


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


def shares(
    counts: pd.DataFrame, by: str | Sequence[str], level: str = "level", count: str = "projects"
) -> pd.DataFrame:
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
    by = [by] if isinstance(by, str) else [*by]
    rows = counts[[*by, level, count]].reset_index(drop=True)
    rows[count] = pd.to_numeric(rows[count])  # texts would be strung together
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
    shares = {"share_1": first["estimate"], "share_2": second["estimate"]}
    shares["estimate"] = first["estimate"] - second["estimate"]
    known = shares["estimate"].notna()
    some = (np.where(known, counts, 1) for counts in (x1, n1, x2, n2))
    low, high = confint_proportions_2indep(*some, method="newcomb")
    shares["conf_low"] = np.where(known, np.maximum(low, -1), -1.0)
    shares["conf_high"] = np.where(known, np.minimum(high, 1), 1.0)
    return pd.DataFrame(shares).assign(n=first["n"] + second["n"], method="Newcombe")


def decompose_share(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Split the change in the share that reaches a rating into change within projects, entry and exit.

    With c for continuing projects, e for new and x for ended ones, p for shares that reach it and s for
    shares of all projects: p_2 - p_1 = (p_2c - p_1c) + s_e (p_e - p_2c) + s_x (p_1c - p_x).

    `before` and `after` say whether each rated project reaches it, by project; at least one is in both.

    Returns
    -------
    pandas.DataFrame
        A row for each part (`within`, `entry`, `exit`, `change`): `part, estimate, conf_low, conf_high, n,
        method`; the parts add up to the change. `within` has a Wald interval for paired shares; the others
        are counted and have none. `n` is the number of projects a part rests on.

    Examples
    --------
    >>> before, after = pd.Series({"a": False, "b": True}), pd.Series({"b": True, "c": True})
    >>> decompose_share(before, after)["estimate"].to_list()
    [0.0, 0.0, 0.5, 0.5]
    """
    if before.isna().any() or after.isna().any():
        raise ValueError("Whether a project reaches the rating must be known of each: leave the others out.")
    stayed = before.index.intersection(after.index)
    then, now = before[stayed].astype(bool), after[stayed].astype(bool)
    p_1, p_1c, p_2c, p_2 = (marks.mean() for marks in (before, then, now, after))
    new, ended = len(after) - len(stayed), len(before) - len(stayed)
    # A pair of either kind is added to those that moved, so that no moves at all still leave doubt.
    pairs, gained, lost = len(stayed) + 2, (now & ~then).sum() + 1, (then & ~now).sum() + 1
    drift = (gained - lost) / pairs
    margin = Z * np.sqrt(((gained + lost) / pairs - drift**2) / pairs)
    low, high = max(-1.0, drift - margin), min(1.0, drift + margin)
    # s_e (p_e - p_2c) is what new projects moved the second share by: p_2 - p_2c. Likewise for ended ones.
    rows = [
        ("within", p_2c - p_1c, low, high, len(stayed), "adjusted Wald for pairs"),
        ("entry", p_2 - p_2c, np.nan, np.nan, new, "counted"),
        ("exit", p_1c - p_1, np.nan, np.nan, ended, "counted"),
        ("change", p_2 - p_1, np.nan, np.nan, len(stayed) + new + ended, "counted"),
    ]
    return pd.DataFrame(rows, columns=["part", "estimate", "conf_low", "conf_high", "n", "method"])


def difference(
    x1: float, n1: int, x2: float, n2: int, shared: tuple[int, int], phi: float | None = None
) -> pd.DataFrame:
    """Estimate the change of a share between two editions that have projects in common.

    The same project counted twice makes the two shares correlated: with m shared projects whose ratings
    correlate `phi`, the shares correlate ``rho = m phi / sqrt(n1 n2)``. Neither is published, so both are
    swept: m between the two numbers `shared`, phi from 0 to the most that counts like these leave possible
    for m projects. Where both are known, nothing is. More shared projects than an edition has are a
    ValueError.

    Returns
    -------
    pandas.DataFrame
        Rows ``assumption`` = ``phi_0`` (ratings unrelated, the widest), ``phi_1`` (as many shared projects
        keeping their rating as can be, the narrowest) and ``range`` (all of them, which the widest takes
        in), or only ``known``, with ``shared, phi, estimate, conf_low, conf_high, n, method``. The estimate
        is later minus earlier; `n` is ``n1 + n2``.

    Examples
    --------
    >>> difference(50, 100, 60, 100, shared=(50, 50)).round(3)["conf_low"].to_list()
    [-0.037, 0.003, -0.037]
    """
    if not 0 <= shared[0] <= shared[1] <= min(n1, n2):
        raise ValueError("Shared projects run from few to many, and are no more than either edition has.")
    numbers = np.arange(shared[0], shared[1] + 1)
    possible = _largest_phi(x1, n1, x2, n2, numbers)
    tied = len(numbers) - 1 - int(np.argmax((numbers * possible)[::-1]))
    names, phis, both = ["phi_0", "phi_1", "range"], np.array([0.0, possible[tied], np.nan]), [0, tied, -1]
    if phi is not None:
        names, phis, both = ["known"], np.array([phi]), [-1]
    rho = np.nan_to_num(phis) * numbers[both] / np.sqrt(n1 * n2)
    before, after = (wilson(x, n).iloc[0] for x, n in ((x1, n1), (x2, n2)))
    change = after["estimate"] - before["estimate"]
    limits = {"estimate": change}
    # What statsmodels has supposes that the shares do not correlate.
    for name, other, sign in (("conf_low", "conf_high", -1), ("conf_high", "conf_low", 1)):
        one, two = after[name] - after["estimate"], before[other] - before["estimate"]
        limits[name] = change + sign * np.sqrt(np.maximum(one**2 + 2 * rho * one * two + two**2, 0))
    frame = pd.DataFrame({"assumption": names, "shared": numbers[both], "phi": phis} | limits)
    return frame.assign(n=int(n1 + n2), method="Newcombe, correlated shares")


def _largest_phi(x1: float, n1: int, x2: float, n2: int, m: Ints) -> Floats:
    """Return, for each number of shared projects, the largest correlation of their ratings.

    Of them between max(0, x - (n - m)) and min(x, m) count in an edition. It is 1 where both editions can
    have the same number, else the square root of the odds ratio of the nearest two; nothing correlates with
    ratings that are all alike.
    """
    ends = [(np.maximum(0, x - (n - m)), np.minimum(x, m)) for x, n in ((x1, n1), (x2, n2))]
    one = np.clip(np.clip(m / 2, *ends[1]), *ends[0])
    other = np.clip(one, *ends[1])
    few, many = np.minimum(one, other), np.maximum(one, other)
    ratio = np.divide(few * (m - many), many * (m - few), out=np.zeros(len(m)), where=many * (m - few) > 0)
    return np.asarray(np.sqrt(ratio), dtype=float)
