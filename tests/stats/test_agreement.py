from __future__ import annotations

from itertools import permutations
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy import stats

from ivvu_analysis.stats import agreement, proportions

DATA = Path(__file__).parents[1] / "data"
LIMITS = ["conf_low", "conf_high"]


def kendall(x: ArrayLike, y: ArrayLike, seed: int) -> pd.Series:
    return agreement.kendall(pd.Series(x), pd.Series(y), seed).iloc[0]


def test_worked_example_tau_b(seed: int) -> None:
    assert kendall([1, 1, 2, 3], [2, 1, 3, 2], seed)["estimate"] == pytest.approx(0.4, abs=1e-10)


@mock.patch.object(agreement, "RESAMPLES", 9)
@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5)), min_size=2, max_size=25))
def test_tau_b_is_that_of_scipy_and_turns_with_a_scale(units: list[tuple[int, int]]) -> None:
    x, y = np.tile(np.array(units).T, 5)  # so that enough of them are off the commonest value
    row, back = (kendall(x, other, seed=0) for other in (y, -y))
    expected = np.nan if min(len(set(x)), len(set(y))) < 2 else stats.kendalltau(x, y).statistic
    assert row["estimate"] == pytest.approx(expected, abs=1e-10, nan_ok=True)
    assert row["estimate"] == pytest.approx(-back["estimate"], abs=1e-10, nan_ok=True)
    assert row["conf_low"] == pytest.approx(-back["conf_high"], abs=1e-10)
    assert -1 <= row["conf_low"] <= row["conf_high"] <= 1


def test_error_of_tau_b_follows_from_the_delta_method() -> None:
    table = np.array([[8, 3, 1], [4, 6, 2], [1, 3, 7]])
    share, sign = table / table.sum(), np.sign(np.subtract.outer(range(3), range(3)))

    def tau(counts: np.ndarray) -> float:
        part = counts / counts.sum()
        surplus = np.einsum("ij,km,ik,jm", part, part, sign, sign)
        return float(surplus / np.sqrt((1 - (part.sum(1) ** 2).sum()) * (1 - (part.sum(0) ** 2).sum())))

    steps = 1e-6 * np.eye(9).reshape(9, 3, 3)
    slope = np.array([tau(share + step) - tau(share - step) for step in steps]).reshape(3, 3) / 2e-6
    error = np.sqrt(((share * slope**2).sum() - (share * slope).sum() ** 2) / table.sum())
    row = kendall(*(np.repeat(side.ravel(), table.ravel()) for side in np.indices((3, 3))), seed=0)
    assert (row["conf_high"] - row["conf_low"]) / 2 / 1.959964 == pytest.approx(error, rel=1e-6)


def test_permutation_p_agrees_with_all_permutations(seed: int) -> None:
    x, y = np.array([1, 2, 2, 3, 3, 4]), np.array([2, 1, 3, 2, 3, 3])
    taus = np.array([stats.kendalltau(x, order).statistic for order in permutations(y)])
    observed = stats.kendalltau(x, y).statistic
    exact = 2 * min((taus >= observed - 1e-9).mean(), (taus <= observed + 1e-9).mean())
    row = kendall(x, y, seed)
    assert row["p_value"] == pytest.approx(exact, abs=8 * np.sqrt(exact / 2 / 9999) + 2e-4)
    assert row.equals(kendall(x, y, seed))


@pytest.mark.parametrize(
    ("x", "y", "tau"), [(range(7), range(7), 1), ([2, 2, 2], [1, 2, 3], np.nan), ([1], [1], np.nan)]
)
def test_what_has_no_error_leaves_tau_b_open(x: ArrayLike, y: ArrayLike, tau: float, seed: int) -> None:
    row = kendall(x, y, seed)
    assert row[["estimate", *LIMITS]].to_list() == pytest.approx([tau, -1, 1], nan_ok=True)


def test_an_interval_that_is_known_to_fail_is_not_given(seed: int) -> None:
    x = np.repeat([4, 5], [17, 17])
    y = np.array([3, 3, *[4] * 32])
    row = kendall(x, y, seed)
    assert row[LIMITS].isna().all()
    assert 0 < row["p_value"] <= 1
    y[2:5] = 3
    assert kendall(x, y, seed)[LIMITS].notna().all()


def test_units_are_known_by_their_labels_and_levels_by_their_order(seed: int) -> None:
    scale = pd.Series(pd.Categorical([*"cabacb"] * 3, [*"cab"], ordered=True))
    found = kendall(scale, scale[::-1], seed)
    assert found["estimate"] == pytest.approx(1)
    assert found.equals(kendall(scale.cat.codes, scale.cat.codes, seed))


@pytest.mark.parametrize(
    ("x", "y"),
    [([1, 2], [1, 2, 3]), ([1, np.nan], [1, 2]), ([1, 2], {1: 1, 2: 2}), (["low", "high"], [1, 2])],
)
def test_refuses_what_cannot_be_ranked(x: list[float], y: list[float], seed: int) -> None:
    with pytest.raises(ValueError, match=r"same units|from low to high"):
        kendall(x, y, seed)


def test_worked_example_kappa() -> None:
    row = agreement.weighted_kappa([[1, 1, 0], [0, 1, 0], [0, 0, 1]]).iloc[0]
    assert row["estimate"] == pytest.approx(0.8, abs=1e-10)


def test_kappa_of_the_classic_two_by_two() -> None:
    row = agreement.weighted_kappa([[20, 5], [10, 15]]).iloc[0]
    assert row["estimate"] == pytest.approx(0.4, abs=1e-10)
    error = np.sqrt((0.4 * 0.34**2 + 0.3 * 0.46**2 + 0.36 * (0.1 * 1.1**2 + 0.2 * 0.9**2) - 0.01) / 12.5)
    assert row[LIMITS].to_list() == pytest.approx([0.4 - 1.959964 * error, 0.4 + 1.959964 * error])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20))
def test_kappa_does_not_depend_on_who_is_first_or_on_unused_levels(units: list[tuple[int, int]]) -> None:
    table = np.zeros((6, 6))
    np.add.at(table, tuple(np.array(units).T), 1)
    row = agreement.weighted_kappa(table[:4, :4]).iloc[0]
    for other in (table, table[:4, :4].T, table[3::-1, 3::-1]):
        same = agreement.weighted_kappa(other)["estimate"].item()
        assert row["estimate"] == pytest.approx(same, abs=1e-9, nan_ok=True)
    assert -1 <= row["conf_low"] <= row["conf_high"] <= 1


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[1, 2, 3], [4, 5, 6]], [], [[1, np.nan], [2, 3]]])
def test_kappa_refuses_what_is_no_table_of_two_ratings(table: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"square table|whole numbers"):
        agreement.weighted_kappa(table)


def test_krippendorff_example_has_the_published_alpha(seed: int) -> None:
    ratings = pd.read_csv(DATA / "krippendorff.csv", index_col="observer")
    found = agreement.krippendorff_alpha(ratings, seed)
    row = found.iloc[0]
    assert row["estimate"] == pytest.approx(0.815, abs=5e-4)
    assert row["n"] == 11  # of the twelve units one was rated once
    assert row["conf_low"] < row["estimate"] < row["conf_high"] <= 1
    assert found.equals(agreement.krippendorff_alpha(ratings, seed))


def test_worked_example_alpha(seed: int) -> None:
    row = agreement.krippendorff_alpha([[0, 0, 1, 1], [0, 1, 1, 1]], seed).iloc[0]
    assert row["estimate"] == pytest.approx(8 / 15, abs=1e-10)


@pytest.mark.parametrize(
    ("ratings", "table"),
    [([[1, 1], [1, 1]], [[0, 0], [0, 2]]), ([[np.nan, 1], [2, np.nan]], [[0, 0], [0, 1]])],
)
def test_agreement_is_undefined_without_variation(
    ratings: list[list[float]], table: list[list[int]], seed: int
) -> None:
    for found in (agreement.weighted_kappa(table), agreement.krippendorff_alpha(ratings, seed)):
        row = found[["estimate", *LIMITS]].iloc[0].to_list()
        assert row == pytest.approx([np.nan, -1, 1], nan_ok=True)


def test_the_rise_of_scalability_goes_at_a_correlation_below_three_percent() -> None:
    row = proportions.newcombe(178, 318, 126, 268).iloc[0]
    limits = row[["estimate", "conf_low", "conf_high"]].to_list()
    assert agreement.overturning_correlation(*limits, n=318, clusters=34) == pytest.approx(0.027, abs=0.002)


@pytest.mark.parametrize(("low", "rho"), [(-0.1, 0), (0.1, 1 / 3), (0.19, np.inf), (np.nan, np.nan)])
def test_a_finding_goes_where_the_widened_interval_ends_at_the_null(low: float, rho: float) -> None:
    """Of ten projects a region the width grows with the root of 1 + 9 rho."""
    up = agreement.overturning_correlation(0.2, low, 0.21, n=340, clusters=34)
    down = agreement.overturning_correlation(-0.2, -0.21, -low, n=340, clusters=34)
    assert [up, down] == pytest.approx([rho, rho], nan_ok=True)


def test_worked_example_of_a_correlation_within_regions() -> None:
    """Three regions of two, with ranks around 1.5, 3.5 and 5.5; between 2 * 8 / 2, within 1.5 / 3."""
    regions = pd.Series([*"aabbcc", "a", None])
    numbers = pd.Series([1, 2, 5, 6, 8, 9, None, 5])
    words = pd.Series(pd.Categorical(numbers.map(dict(zip([1, 2, 5, 6, 8, 9], "zyxwvu", strict=True)))))
    for ratings in (numbers, words.cat.set_categories([*"zyxwvu"], ordered=True)):
        row = agreement.intraclass(ratings, regions).iloc[0]
        assert [row["estimate"], row["n"]] == pytest.approx([(8 - 0.5) / (8 + 0.5), 6], abs=1e-10)


@pytest.mark.parametrize("regions", ["aabb", "aaaa"])
def test_where_nothing_varies_within_regions_or_there_is_one_there_is_no_correlation(regions: str) -> None:
    row = agreement.intraclass(pd.Series([1, 1, 2, 2]), pd.Series([*regions])).iloc[0]
    assert row[["estimate", *LIMITS]].to_list() == pytest.approx([np.nan, -1, 1], nan_ok=True)


@pytest.mark.parametrize("kind", [str, "category"])
def test_words_without_an_order_have_no_correlation(kind: str) -> None:
    with pytest.raises(ValueError, match="from low to high"):
        agreement.intraclass(pd.Series([*"abab"]).astype(kind), pd.Series([*"aabb"]))


@pytest.mark.slow
def test_a_known_correlation_is_covered(seed: int) -> None:
    rng, covered = np.random.default_rng(seed), []
    for _ in range(1000):
        region = np.repeat(np.arange(34), 9)
        values = np.sqrt(0.1) * rng.normal(size=34)[region] + np.sqrt(0.9) * rng.normal(size=306)
        row = agreement.intraclass(pd.Series(values), pd.Series(region)).iloc[0]
        covered.append(row["conf_low"] <= 0.1 <= row["conf_high"])
    assert np.mean(covered) == pytest.approx(0.95, abs=0.03)
