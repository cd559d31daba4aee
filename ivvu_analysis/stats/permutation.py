"""The permutation distribution of two groups on an ordered scale, over tables instead of over members."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import multivariate_hypergeom

from ivvu_analysis.stats import RESAMPLES, Floats, Ints

MOST_TABLES = 250_000  # so many are listed in full; of more the permutation distribution is drawn


def permutation_p(counts: Ints, seed: int | np.random.Generator) -> tuple[float, str]:
    """Test that both groups follow one distribution, by how far theta lies from one half.

    Of the counts of the levels in the two groups, shape (2, k), it returns the p-value and how it was found.

    Examples
    --------
    >>> p_value, how = permutation_p(np.array([[2, 1], [2, 1]]), seed=1)
    >>> round(p_value, 3), how
    (1.0, 'exact permutation p')
    """
    pooled, group = counts.sum(0), counts[np.argmin(counts.sum(1))]
    n = int(group.sum())
    place = (pooled.cumsum() - pooled / 2) / pooled.sum()

    def off(tables: Ints) -> Floats:
        """Return how far the mean place in a group lies from that of all."""
        return np.asarray(np.abs(tables @ place / n - 0.5))

    observed = off(group) - 1e-12  # a rounding error must not make others as far off less so
    if n <= MOST_TABLES and number_of_tables(pooled, n) <= MOST_TABLES:
        _, tables = tables_with_margin([pooled], [n])
        chance = multivariate_hypergeom.pmf(tables[off(tables) >= observed], pooled, n).sum()
        return min(1.0, float(chance)), "exact permutation p"
    draws = np.random.default_rng(seed).multivariate_hypergeometric(pooled, n, size=RESAMPLES)
    hits = int((off(draws) >= observed).sum())
    return (1 + hits) / (1 + RESAMPLES), f"Monte-Carlo permutation p ({RESAMPLES})"


def tables_with_margin(margins: ArrayLike, totals: ArrayLike) -> tuple[Ints, Ints]:
    """List every way to draw a total number from the members of levels with the given counts.

    There is a margin, a row, for each of the totals. Returned are the number of the margin and what is drawn
    from its levels, a row for each way.
    """
    capacity, left = np.asarray(margins, dtype=np.int64), np.asarray(totals, dtype=np.int64)
    which, rows = np.arange(len(left)), np.zeros((len(left), 0), dtype=np.int64)
    for k in range(capacity.shape[1]):
        fewest = np.maximum(left - capacity[which, k + 1 :].sum(1), 0)
        ways = np.maximum(np.minimum(left, capacity[which, k]) - fewest + 1, 0)
        table = np.repeat(np.arange(len(left)), ways)
        drawn = fewest[table] + np.arange(len(table)) - (ways.cumsum() - ways)[table]
        which, rows, left = which[table], np.column_stack([rows[table], drawn]), left[table] - drawn
    return which, rows


def number_of_tables(margin: ArrayLike, n: int) -> float:
    """Count the rows that `tables_with_margin` would list."""
    ways = np.eye(1, n + 1)[0]
    for most in np.asarray(margin, dtype=np.int64):
        ways = ways.cumsum()
        ways[most + 1 :] -= ways[: -(most + 1)].copy()
    return float(ways[n])
