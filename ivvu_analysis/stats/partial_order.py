"""Scales that are only partly ordered: every linear order that they allow, and theta under each."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import permutations, product

import numpy as np
import pandas as pd

from ivvu_analysis.stats.ordinal import brunner_munzel


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
    cells = list(product(range(len(rows)), range(len(columns))))
    below = [
        (one, other) for one, other in product(cells, repeat=2) if one[0] <= other[0] and one[1] <= other[1]
    ]
    allowed = [
        order
        for order in permutations(cells)
        if all(order.index(one) <= order.index(other) for one, other in below)
    ]
    return [tuple((rows[i], columns[j]) for i, j in order) for order in allowed]


def theta_by_order(
    counts_a: pd.Series,
    counts_b: pd.Series,
    orders: Sequence[Sequence[Hashable]],
    seed: int | np.random.Generator,
) -> pd.DataFrame:
    """Estimate theta under each of several linear orders of the levels that index the counts, lowest first.

    Returns
    -------
    pandas.DataFrame
        One row for each order: ``order`` (its position, from 1), ``levels`` (joined by " < "), and
        ``estimate, conf_low, conf_high, n, df, p_value, method`` of theta.

    Examples
    --------
    >>> a, b = pd.Series({"low": 1, "high": 3}), pd.Series({"low": 3, "high": 1})
    >>> theta_by_order(a, b, [["low", "high"], ["high", "low"]], seed=1)["estimate"].to_list()
    [0.75, 0.25]
    """
    found = {
        (number, " < ".join(map(str, order))): brunner_munzel(
            counts_a[list(order)], counts_b[list(order)], seed
        )
        for number, order in enumerate(orders, start=1)
    }
    return pd.concat(found, names=["order", "levels"]).reset_index(["order", "levels"]).reset_index(drop=True)
