from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ivvu_analysis.stats import ordinal, permutation


def exact_p(a: list[int], b: list[int]) -> float:
    """List every split of the pooled rows and compare rank sums."""
    pooled = np.concatenate([np.repeat(np.arange(3), counts) for counts in (a, b)])
    ranks = stats.rankdata(pooled)
    off = ranks - ranks.mean()
    splits = np.array([*combinations(range(len(pooled)), sum(a))])
    return float(np.mean(np.abs(off[splits].sum(axis=1)) >= abs(off[: sum(a)].sum()) - 1e-9))


@given(*[st.lists(st.integers(0, 3), min_size=3, max_size=3).filter(any)] * 2)
def test_permutation_p_is_the_share_of_splits_as_extreme(a: list[int], b: list[int]) -> None:
    p_value, how = permutation.permutation_p(np.array([a, b]), seed=0)
    assert (p_value, how) == (pytest.approx(exact_p(a, b), abs=1e-10), "exact permutation p")


def test_drawn_permutations_agree_with_the_full_list(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = [5, 9, 4, 6], [9, 14, 3, 4]
    exact = ordinal.compare(a, b, seed).iloc[0]
    monkeypatch.setattr(permutation, "MOST_TABLES", 0)
    drawn, again = (ordinal.compare(a, b, seed).iloc[0] for _ in range(2))
    assert "exact" in exact["method"]
    assert "Monte-Carlo" in drawn["method"]
    error = np.sqrt(exact["p_value"] * (1 - exact["p_value"]) / 9999)
    assert drawn["p_value"] == pytest.approx(exact["p_value"], abs=4 * error + 1e-4)
    assert again.equals(drawn)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.integers(0, 12))
def test_every_table_with_the_margin_is_listed_once_and_counted(margin: list[int], n: int) -> None:
    every = product(*(range(most + 1) for most in margin))
    expected = [drawn for drawn in every if sum(drawn) == n]
    assert [*map(tuple, permutation.tables_with_margin([margin], [n])[1].tolist())] == expected
    assert permutation.number_of_tables(margin, n) == len(expected)


def test_many_ratings_are_listed_or_drawn_without_overflow_in_no_time(seed: int) -> None:
    method = "Monte-Carlo permutation p (9999)"
    even, shifted = np.array([500_000, 500_000]), np.array([499_000, 500_000])
    listed = permutation.permutation_p(np.full((2, 2), 100_000), seed)
    assert listed == (pytest.approx(1.0), "exact permutation p")
    assert permutation.permutation_p(np.stack([even, even]), seed) == (1.0, method)
    p_value, _ = permutation.permutation_p(np.stack([even, shifted]), seed)
    assert p_value == pytest.approx(
        stats.chi2_contingency([even, shifted], correction=False).pvalue, abs=0.02
    )
    with pytest.raises(ValueError, match="1000000000"):
        permutation.permutation_p(np.full((2, 2), 10**9), seed)
