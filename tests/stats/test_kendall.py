from __future__ import annotations

from itertools import permutations
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy import stats

from ivvu_analysis.stats import agreement

DATA = Path(__file__).parents[1] / "data"
LIMITS = ["conf_low", "conf_high"]
pairs = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5)), min_size=2, max_size=25)


def kendall(x: ArrayLike, y: ArrayLike, seed: int) -> pd.DataFrame:
    return agreement.kendall(pd.Series(x), pd.Series(y), seed)


def rows_of(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    i, j = np.indices(table.shape)
    return np.repeat(i.ravel(), table.ravel()), np.repeat(j.ravel(), table.ravel())


@pytest.fixture(scope="module")
def satisfaction() -> tuple[np.ndarray, np.ndarray]:
    return rows_of(pd.read_csv(DATA / "job_satisfaction.csv", index_col="income").to_numpy())


def test_error_of_tau_b_follows_from_the_delta_method() -> None:
    table = np.array([[8, 3, 1], [4, 6, 2], [1, 3, 7]])
    row = kendall(*rows_of(table), seed=0).iloc[0]
    n = table.sum()

    def tau(shares: np.ndarray) -> float:
        shares = shares / shares.sum()
        surplus = sum(
            shares[i, j] * shares[k, m] * np.sign((i - k) * (j - m))
            for i, j in np.ndindex(3, 3)
            for k, m in np.ndindex(3, 3)
        )
        return float(surplus / np.sqrt((1 - (shares.sum(1) ** 2).sum()) * (1 - (shares.sum(0) ** 2).sum())))

    share = table / n
    slope = np.array(
        [(tau(share + 1e-6 * e) - tau(share - 1e-6 * e)) / 2e-6 for e in np.eye(9).reshape(9, 3, 3)]
    ).reshape(3, 3)
    error = np.sqrt(((share * slope**2).sum() - (share * slope).sum() ** 2) / n)
    assert (row["conf_high"] - row["conf_low"]) / 2 / 1.959964 == pytest.approx(error, rel=1e-6)


def test_permutation_p_agrees_with_all_permutations(seed: int) -> None:
    x, y = np.array([1, 2, 2, 3, 3, 4]), np.array([2, 1, 3, 2, 3, 3])
    taus = np.array([stats.kendalltau(x, order).statistic for order in permutations(y)])
    observed = stats.kendalltau(x, y).statistic
    exact = 2 * min((taus >= observed - 1e-9).mean(), (taus <= observed + 1e-9).mean())
    row = kendall(x, y, seed).iloc[0]
    assert row["p_value"] == pytest.approx(exact, abs=8 * np.sqrt(exact / 2 / 9999) + 2e-4)
    assert kendall(x, y, seed).equals(kendall(x, y, seed))


def test_perfect_association_is_not_certain(seed: int) -> None:
    row = kendall(range(7), range(7), seed).iloc[0]
    assert row[["estimate", *LIMITS]].to_list() == pytest.approx([1, -1, 1])


@pytest.mark.parametrize(("x", "y"), [([1, 2], [1, 2, 3]), ([1, np.nan], [1, 2])])
def test_refuses_what_cannot_be_ranked(x: list[float], y: list[float], seed: int) -> None:
    with pytest.raises(ValueError, match="same units"):
        kendall(x, y, seed)


def test_worked_example_tau_b(seed: int) -> None:
    tau = kendall([1, 1, 2, 3], [2, 1, 3, 2], seed)
    assert tau["estimate"].item() == pytest.approx(0.4, abs=1e-10)


@mock.patch.object(agreement, "RESAMPLES", 9)
@given(pairs)
def test_tau_b_is_that_of_scipy_and_turns_with_a_scale(units: list[tuple[int, int]]) -> None:
    x, y = np.array(units).T
    x, y = np.tile(x, 5), np.tile(y, 5)  # so that enough of them are off the commonest value
    row, back = (kendall(x, other, seed=0).iloc[0] for other in (y, -y))
    expected = np.nan if min(len(set(x)), len(set(y))) < 2 else stats.kendalltau(x, y).statistic
    assert row["estimate"] == pytest.approx(expected, abs=1e-10, nan_ok=True)
    assert row["estimate"] == pytest.approx(-back["estimate"], abs=1e-10, nan_ok=True)
    assert row["conf_low"] == pytest.approx(-back["conf_high"], abs=1e-10)
    assert -1 <= row["conf_low"] <= row["conf_high"] <= 1


@pytest.mark.parametrize(("x", "y"), [([2, 2, 2], [1, 2, 3]), ([1], [1])])
def test_one_value_leaves_association_undefined(x: list[int], y: list[int], seed: int) -> None:
    row = kendall(x, y, seed).iloc[0]
    assert np.isnan(row["estimate"])
    assert row[LIMITS].to_list() == [-1, 1]


def test_an_interval_that_is_known_to_fail_is_not_given(seed: int) -> None:
    x = np.repeat([4, 5], [17, 17])
    y = np.array([3, 3, *[4] * 32])
    row = kendall(x, y, seed).iloc[0]
    assert row[LIMITS].isna().all()
    assert 0 < row["p_value"] <= 1
    y[2:5] = 3
    assert kendall(x, y, seed).iloc[0][LIMITS].notna().all()
