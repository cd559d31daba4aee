"""Compare two groups on an ordered scale, or on one that is only partly ordered."""

from collections.abc import Hashable, Sequence
from contextlib import suppress
from itertools import combinations, permutations, product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from ivvu_analysis.stats import TAILS, Floats, Ints, Z, proportions, whole_counts
from ivvu_analysis.stats.cumulative_logit import Rows, likelihood, maximise
from ivvu_analysis.stats.permutation import permutation_p

NO_VARIANCE = 1e-14


def compare(counts_a: ArrayLike, counts_b: ArrayLike, seed: int | np.random.Generator) -> pd.DataFrame:
    """Compare two independent groups on an ordered scale.

    Counts of the levels go from low to high, those by an ordered categorical in its order. The second group
    must not contain the first: compare a part with the rest. Unknown ratings are missing, not a level.

    Returns
    -------
    pandas.DataFrame
        Rows ``quantity`` = ``theta`` (the chance that a random member of the first group is rated above one
        of the second, ties counting half) and ``odds_ratio`` (see `odds_ratio`), with
        ``estimate, conf_low, conf_high, n, df, p_value, method``. Whether chance can explain the difference
        is for the p-value of theta to say; the interval says how large it can be. Where the odds ratio has
        no maximum its p-value is that of theta, its score test.

    Examples
    --------
    >>> compare([1, 4], [4, 1], seed=1)[["quantity", "estimate", "p_value"]].round(3).to_numpy().tolist()[0]
    ['theta', 0.8, 0.206]
    """
    counts = two_groups(counts_a, counts_b)
    theta, low, high, df = (float(value) for value in relative_effect(*counts))
    p_value, how = permutation_p(counts, seed)
    row = {"quantity": "theta", "estimate": theta, "conf_low": low, "conf_high": high, "n": counts.sum()}
    row |= {"df": df, "p_value": p_value, "method": f"Brunner-Munzel interval, {how}"}
    ratio = odds_ratio(counts_a, counts_b).assign(quantity="odds_ratio").fillna({"p_value": p_value})
    return pd.concat([pd.DataFrame([row]), ratio], ignore_index=True)


def relative_effect(counts_a: ArrayLike, counts_b: ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    """Return theta, its confidence limits and the degrees of freedom for many pairs of groups at once.

    Counts of the levels have the shape (..., k) and need not be whole; a group has at least two members. The
    limits are cut off at 0 and 1.

    Notes
    -----
    The formulas of statsmodels' `rank_compare_2ordinal`, over whole arrays of tables, with one guard. The
    members of a group that all hold the same place in the other one show no variance, and the Brunner-Munzel
    interval would take that for certainty. Such a group of n may by Wilson's upper limit, z^2 / (n + z^2),
    have so large a part elsewhere: that reach is added to the error of the other group, squares under one
    root. Where neither group shows variance, they count as min(n_a, n_b) pairs that came out the same way.

    Examples
    --------
    >>> theta, low, high, df = relative_effect([0, 5], [15, 285])
    >>> float(theta), round(float(low), 2), round(float(high), 2)
    (0.525, 0.3, 0.73)
    """
    # Both groups together: the first axis is that of the groups.
    counts = np.stack(np.broadcast_arrays(*np.atleast_1d(*same_levels(counts_a, counts_b)))).astype(float)
    n = counts.sum(-1)
    share = counts / n[..., None]
    place = share.cumsum(-1) - share / 2
    theta = (share[0] * place[1]).sum(-1)
    spread = np.maximum((share * place[::-1] ** 2).sum(-1) - np.stack([theta, 1 - theta]) ** 2, 0)
    flat, part = spread < NO_VARIANCE, spread / (n - 1)
    variance, weight = part.sum(0), (part**2 / (n - 1)).sum(0)
    df = np.where(flat.all(0), np.nan, variance**2 / np.where(weight > 0, weight, 1))
    half = np.nan_to_num(special.stdtrit(df, TAILS[1])) * np.sqrt(variance)
    alike = np.where(flat, n, np.inf).min(0)
    elsewhere = Z**2 / (alike + Z**2)
    low, high = theta - np.hypot(half, theta * elsewhere), theta + np.hypot(half, (1 - theta) * elsewhere)
    return theta, np.maximum(low, 0), np.minimum(high, 1), df


def cut_differences(counts_a: ArrayLike, counts_b: ArrayLike, levels: Sequence[str] = ()) -> pd.DataFrame:
    """Compare the shares at or above each level, first group minus second.

    The counts have the levels lowest first; `levels` are their names, or else their positions.

    Returns
    -------
    pandas.DataFrame
        One row a cut: ``cut`` (the lowest level that counts) and the columns of `proportions.newcombe`.

    Examples
    --------
    >>> cut_differences([2, 4, 4], [5, 3, 2], ["no", "some", "all"])["estimate"].round(1).to_list()
    [0.3, 0.2]
    """
    above = np.array(same_levels(counts_a, counts_b))[:, ::-1].cumsum(axis=1)[:, ::-1]
    result = proportions.newcombe(above[0, 1:], above[0, 0], above[1, 1:], above[1, 0])
    result.insert(0, "cut", list(levels if len(levels) else range(len(above[0])))[1:])
    return result


def odds_ratio(counts_a: ArrayLike, counts_b: ArrayLike) -> pd.DataFrame:
    """Estimate the proportional-odds ratio: the odds of a higher level in the first group, over the second.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, df, p_value, method``, with a Wald interval, symmetric on
        the log scale. Where the likelihood has no maximum, as when no level of one group lies above the
        lowest of the other, there is no estimate, the interval is [0, infinity] and the p-value NaN.

    Examples
    --------
    >>> odds_ratio([4, 6], [8, 4])[["estimate", "conf_low", "conf_high"]].round(2).to_numpy().tolist()
    [[3.0, 0.52, 17.16]]
    """
    counts = two_groups(counts_a, counts_b)
    used = counts[:, counts.any(axis=0)]
    group, level = np.nonzero(used)
    first = (group[:, None] == 0).astype(float)
    rows = Rows(first, level, np.zeros_like(level), used[group, level].astype(float))
    found, method = [np.nan, 0.0, np.inf, np.nan], "proportional odds: no finite maximum"
    with suppress(ValueError):
        parameters = maximise(rows, used.shape[1])
        error = np.sqrt(np.linalg.inv(likelihood(parameters, rows)[2])[-1, -1])
        ends = np.exp(parameters[-1] + Z * error * np.array([0, -1, 1]))
        found = [*ends.tolist(), 2 * float(special.ndtr(-abs(parameters[-1]) / error))]
        method = "proportional odds, Wald"
    frame = pd.DataFrame([found], columns=["estimate", "conf_low", "conf_high", "p_value"])
    return frame.assign(n=counts.sum(), df=np.nan, method=method)


def two_groups(counts_a: ArrayLike, counts_b: ArrayLike) -> Ints:
    """Return the counts of two groups, shape (2, k), after checking that they can be compared."""
    a, b = map(whole_counts, same_levels(counts_a, counts_b))
    if a.shape != b.shape or min(a.sum(), b.sum()) < 2:
        raise ValueError("Both groups must count the same levels, and at least two members.")
    return np.stack([a, b]).astype(np.int64)


def same_levels(*groups: ArrayLike) -> list[ArrayLike]:
    """Return counts with their levels in one order: that of an ordered categorical, or else as they are.

    Other labels in different orders, as `value_counts` has them, do not tell which is low: a ValueError.
    """
    labelled = [group for group in groups if isinstance(group, pd.Series)]
    if all(getattr(group.index.dtype, "ordered", False) for group in labelled):
        groups = tuple(group.sort_index() if isinstance(group, pd.Series) else group for group in groups)
    orders = {tuple(group.index) for group in groups if isinstance(group, pd.Series)}
    if len(orders) > 1:
        raise ValueError("Both groups must count the same levels in the same order, from low to high.")
    return [*groups]


def linear_extensions(
    rows: Sequence[Hashable], columns: Sequence[Hashable]
) -> list[tuple[tuple[Hashable, Hashable], ...]]:
    """List every linear order of two small crossed scales, of (row, column) pairs, that contradicts neither.

    All levels go from low to high. There are as many orders as standard Young tableaux of the rectangle.

    Examples
    --------
    >>> len(linear_extensions(["small", "medium", "large"], ["limited", "much"]))
    5
    """
    return [
        tuple((rows[i], columns[j]) for i, j in order)
        for order in permutations(product(range(len(rows)), range(len(columns))))
        if not any(high[0] >= low[0] and high[1] >= low[1] for high, low in combinations(order, 2))
    ]
