from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from ivvu_analysis.stats import ordinal, permutation


def rows(counts: list[int]) -> np.ndarray:
    return np.repeat(np.arange(len(counts)), counts)


def exact_p(a: list[int], b: list[int]) -> float:
    """List every split of the pooled rows and compare rank sums."""
    pooled = np.concatenate([rows(a), rows(b)])
    ranks = stats.rankdata(pooled)
    observed = abs(ranks[: sum(a)].sum() - sum(a) * ranks.mean())
    splits = [
        abs(ranks[list(split)].sum() - sum(a) * ranks.mean())
        for split in combinations(range(len(pooled)), sum(a))
    ]
    return float(np.mean(np.array(splits) >= observed - 1e-9))


@given(
    st.lists(st.integers(0, 3), min_size=3, max_size=3), st.lists(st.integers(0, 3), min_size=3, max_size=3)
)
def test_permutation_p_is_the_share_of_splits_as_extreme(a: list[int], b: list[int]) -> None:
    assume(min(sum(a), sum(b)) > 0)
    p_value, how = permutation.permutation_p(np.array([a, b]), seed=0)
    assert (p_value, how) == (pytest.approx(exact_p(a, b), abs=1e-10), "exact permutation p")


def test_drawn_permutations_agree_with_the_full_list(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = [5, 9, 4, 6], [9, 14, 3, 4]
    exact = ordinal.compare(a, b, seed).set_index("quantity").loc["theta"]
    monkeypatch.setattr(permutation, "MOST_TABLES", 0)
    drawn = ordinal.compare(a, b, seed).set_index("quantity").loc["theta"]
    assert "exact" in exact["method"]
    assert "Monte-Carlo" in drawn["method"]
    error = np.sqrt(exact["p_value"] * (1 - exact["p_value"]) / 9999)
    assert drawn["p_value"] == pytest.approx(exact["p_value"], abs=4 * error + 1e-4)
    again = ordinal.compare(a, b, seed).set_index("quantity").loc["theta"]
    assert again.equals(drawn)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.integers(0, 12))
def test_every_table_with_the_margin_is_listed_once(margin: list[int], n: int) -> None:
    if n > sum(margin):
        return
    numbers, tables = permutation.tables_with_margin([margin, [9] * len(margin), margin], [n, 1, n])
    assert np.array_equal(tables[numbers == 0], tables[numbers == 2])
    assert (numbers == 1).sum() == len(margin)
    tables = tables[numbers == 0]
    assert len(np.unique(tables, axis=0)) == len(tables) == permutation.number_of_tables(margin, n)
    assert (tables.sum(1) == n).all()
    assert (tables <= margin).all()


def test_millions_of_ratings_take_no_time_and_do_not_overflow(seed: int) -> None:
    even, shifted = np.array([500_000, 500_000]), np.array([499_000, 500_000])
    assert permutation.permutation_p(np.stack([even, even]), seed) == (
        1.0,
        "Monte-Carlo permutation p (9999)",
    )
    p_value, _ = permutation.permutation_p(np.stack([even, shifted]), seed)
    shares = [counts[1] / counts.sum() for counts in (even, shifted)]
    pooled = (even[1] + shifted[1]) / (even.sum() + shifted.sum())
    z = (shares[1] - shares[0]) / np.sqrt(pooled * (1 - pooled) * (1 / even.sum() + 1 / shifted.sum()))
    assert p_value == pytest.approx(2 * stats.norm.sf(z), abs=0.02)
    with pytest.raises(ValueError, match="1000000000"):
        permutation.permutation_p(np.full((2, 2), 10**9), seed)


def test_the_number_of_tables_of_large_groups_is_known_at_once() -> None:
    assert permutation.number_of_tables([10**6, 10**6], 10**6) == 10**6 + 1


def test_a_hundred_thousand_ratings_a_group_are_listed_within_memory(seed: int) -> None:
    even = np.full((2, 2), 100_000)
    assert permutation.permutation_p(even, seed) == (pytest.approx(1.0), "exact permutation p")
