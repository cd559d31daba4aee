from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
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
    p = ordinal.compare(a, b, seed=0).set_index("quantity").loc["theta", "p_value"]
    assert p == pytest.approx(exact_p(a, b) if sum(a) + sum(b) else 1, abs=1e-10)


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
    tables = permutation.tables_with_margin(margin, n)
    assert len(np.unique(tables, axis=0)) == len(tables) == permutation.number_of_tables(margin, n)
    assert (tables.sum(1) == n).all()
    assert (tables <= margin).all()


@pytest.mark.parametrize("size", [10**6, 10**9])
def test_millions_of_ratings_take_no_time_and_do_not_overflow(size: int, seed: int) -> None:
    even, shifted = np.array([size // 2, size // 2]), np.array([size // 2 - size // 1000, size // 2])
    assert permutation.permutation_p(np.stack([even, even]), seed, 99) == (1.0, "normal permutation p")
    p_value, _ = permutation.permutation_p(np.stack([even, shifted]), seed, 99)
    shares = [counts[1] / counts.sum() for counts in (even, shifted)]
    pooled = (even[1] + shifted[1]) / (even.sum() + shifted.sum())
    z = (shares[1] - shares[0]) / np.sqrt(pooled * (1 - pooled) * (1 / even.sum() + 1 / shifted.sum()))
    assert p_value == pytest.approx(2 * stats.norm.sf(z), rel=1e-3, abs=1e-300)


def test_the_number_of_tables_of_large_groups_is_known_at_once() -> None:
    assert permutation.number_of_tables([10**6, 10**6], 10**6) == 10**6 + 1
