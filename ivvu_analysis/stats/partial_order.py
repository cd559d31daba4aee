"""Scales that are only partly ordered: every linear order that they allow, and theta under each."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import numpy as np
import pandas as pd

from ivvu_analysis.stats import ordinal


def linear_extensions(
    rows: Sequence[Hashable], columns: Sequence[Hashable]
) -> list[tuple[tuple[Hashable, Hashable], ...]]:
    """List every linear order of two crossed scales that contradicts neither.

    Parameters
    ----------
    rows, columns
        The levels of the two scales, lowest first.

    Returns
    -------
    list of tuple
        Each a sequence of all (row, column) pairs, lowest first: as many as there are standard Young tableaux
        of the rectangle, which grows fast: five for three by two, 42 for three by three.

    Examples
    --------
    >>> len(linear_extensions(["small", "medium", "large"], ["limited", "much"]))
    5
    """

    def extend(heights: tuple[int, ...]) -> Iterator[tuple[tuple[Hashable, Hashable], ...]]:
        # heights[i] columns of row i have been placed; a pair may follow once what lies below it is there.
        if all(height == len(columns) for height in heights):
            yield ()
        for i, height in enumerate(heights):
            if height < len(columns) and (i == 0 or heights[i - 1] > height):
                rest = extend((*heights[:i], height + 1, *heights[i + 1 :]))
                yield from (((rows[i], columns[height]), *tail) for tail in rest)

    return list(extend((0,) * len(rows)))


def theta_by_order(
    counts_a: pd.Series,
    counts_b: pd.Series,
    orders: Sequence[Sequence[Hashable]],
    seed: int | np.random.Generator,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate theta under each of several linear orders of the same levels.

    Parameters
    ----------
    counts_a, counts_b
        Whole counts, indexed by level.
    orders
        Orders of all the levels, each lowest first, such as those of `linear_extensions`.
    seed, level
        As in `ordinal.compare`.

    Returns
    -------
    pandas.DataFrame
        One row for each order: ``order`` (its position, from 1), ``levels`` (joined by " < "), and
        ``estimate, conf_low, conf_high, n, df, p_value, method`` of theta.

    Raises
    ------
    ValueError
        If an order does not list exactly the levels that were counted.

    Examples
    --------
    >>> a, b = pd.Series({"low": 1, "high": 3}), pd.Series({"low": 3, "high": 1})
    >>> theta_by_order(a, b, [["low", "high"], ["high", "low"]], seed=1)["estimate"].to_list()
    [0.75, 0.25]
    """
    frames = []
    for number, order in enumerate(map(list, orders), start=1):
        if (
            not sorted(map(str, order))
            == sorted(map(str, counts_a.index))
            == sorted(map(str, counts_b.index))
        ):
            raise ValueError("Every order must list exactly the levels that both groups count, each once.")
        found = ordinal.brunner_munzel(counts_a[order], counts_b[order], seed, level)
        found.insert(0, "order", number)
        found.insert(1, "levels", " < ".join(map(str, order)))
        frames.append(found)
    return pd.concat(frames, ignore_index=True)
