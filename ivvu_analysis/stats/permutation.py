"""The permutation distribution of two groups on an ordered scale, over tables instead of over members."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_TABLES = 250_000
"""Up to so many tables the permutation distribution is listed in full; beyond that it is drawn from."""
MOST_MEMBERS = 1_000_000
"""With more members in all it is taken to be normal, as it then is, and whole numbers would overflow."""


def permutation_p(counts: IntArray, seed: int | np.random.Generator, resamples: int) -> tuple[float, str]:
    """Test that both groups follow one distribution, by how far theta lies from one half.

    Parameters
    ----------
    counts
        Counts of the levels in the two groups, lowest first, shape (2, k).
    seed
        Seed or generator for the permutations, used only where they are drawn.
    resamples
        Number of permutations where they are drawn.

    Returns
    -------
    tuple of float and str
        The p-value, and how it was found.

    Examples
    --------
    >>> p_value, how = permutation_p(np.array([[2, 1], [2, 1]]), seed=1, resamples=99)
    >>> round(p_value, 3), how
    (1.0, 'exact permutation p')
    """
    pooled = counts.sum(0)
    group = counts[np.argmin(counts.sum(1))]
    n, total = int(group.sum()), int(pooled.sum())
    if total > MOST_MEMBERS:
        return _normal_p(pooled.astype(float), group.astype(float)), "normal permutation p"
    midrank = 2 * pooled.cumsum() - pooled
    expected = n * int(pooled @ midrank)
    observed = abs(total * int(group @ midrank) - expected)
    if number_of_tables(pooled, n) <= MOST_TABLES:
        tables = tables_with_margin(pooled, n)
        log_ways = _log_choose(pooled, tables).sum(1) - _log_choose(np.array(total), np.array(n))
        extreme = np.abs(total * (tables @ midrank) - expected) >= observed
        return min(1.0, float(np.exp(log_ways[extreme]).sum())), "exact permutation p"
    draws = np.random.default_rng(seed).multivariate_hypergeometric(pooled, n, size=resamples)
    hits = int((np.abs(total * (draws @ midrank) - expected) >= observed).sum())
    return (1 + hits) / (1 + resamples), f"Monte-Carlo permutation p ({resamples})"


def _normal_p(pooled: FloatArray, group: FloatArray) -> float:
    """Return the p-value when the mean midrank of a group is normal around that of all."""
    n, total = group.sum(), pooled.sum()
    midrank = pooled.cumsum() - pooled / 2
    centre = pooled @ midrank / total
    spread = pooled @ (midrank - centre) ** 2 / (total - 1) * (1 / n - 1 / total) if n else 0.0
    return 2 * float(special.ndtr(-abs(group @ midrank / n - centre) / np.sqrt(spread))) if spread else 1.0


def tables_with_margin(margin: ArrayLike, n: int) -> IntArray:
    """List every way to draw `n` members from levels with the given counts, of which there are at least `n`.

    Returns
    -------
    numpy.ndarray
        Shape (number of tables, k), each row adding up to `n`.
    """
    capacity = np.asarray(margin, dtype=np.int64)
    rows, left = np.zeros((1, 0), dtype=np.int64), np.array([n], dtype=np.int64)
    for k, most in enumerate(capacity):
        remaining = left[:, None] - np.arange(min(most, n) + 1)
        table, drawn = np.nonzero((remaining >= 0) & (remaining <= capacity[k + 1 :].sum()))
        rows, left = np.column_stack([rows[table], drawn]), remaining[table, drawn]
    return rows


def number_of_tables(margin: ArrayLike, n: int) -> float:
    """Count the rows that `tables_with_margin` would list."""
    ways = np.zeros(n + 1)
    ways[0] = 1
    for most in np.asarray(margin, dtype=np.int64):
        up_to = ways.cumsum()
        ways = up_to.copy()
        ways[most + 1 :] -= up_to[: -(most + 1)]
    return float(ways[n])


def _log_choose(n: IntArray, k: IntArray) -> FloatArray:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))
