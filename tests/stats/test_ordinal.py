from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.stats.nonparametric import rank_compare_2indep, rank_compare_2ordinal

from ivvu_analysis.stats import ordinal

DATA = Path(__file__).parents[1] / "data"
LIMITS = ["conf_low", "conf_high"]
TECHNOLOGY = np.array([2, 12, 8, 11, 13])
REST = np.array([54, 86, 58, 77, 43]) - TECHNOLOGY


@st.composite
def two_groups(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    k = draw(st.integers(1, 6))
    counts = st.lists(st.integers(0, 30), min_size=k, max_size=k).filter(lambda group: sum(group) > 1)
    return draw(counts), draw(counts)


def rows(counts: list[int]) -> np.ndarray:
    return np.repeat(np.arange(len(counts)), counts)


def test_shoulder_pain_gives_the_published_brunner_munzel_test(seed: int) -> None:
    scores = pd.read_csv(DATA / "shoulder_pain.csv")
    table = pd.crosstab(scores["treatment"], scores["score"])
    theta = ordinal.compare(table.loc["N"], table.loc["Y"], seed).set_index("quantity").loc["theta"]
    assert theta["estimate"] == pytest.approx(0.788961, abs=5e-7)
    assert theta[LIMITS].to_list() == pytest.approx([0.5952169, 0.9827052], abs=5e-7)
    assert theta["df"] == pytest.approx(17.683, abs=5e-4)
    error = (theta["conf_high"] - theta["conf_low"]) / 2 / stats.t.ppf(0.975, theta["df"])
    assert (theta["estimate"] - 0.5) / error == pytest.approx(3.1375, abs=5e-5)


def test_worked_example_theta(seed: int) -> None:
    result = ordinal.compare([1, 1, 2], [2, 1, 1], seed).set_index("quantity")
    assert result.loc["theta", "estimate"] == pytest.approx(10.5 / 16, abs=1e-10)
    assert result.loc["theta", LIMITS].to_list() == pytest.approx([0.1452, 1], abs=5e-5)
    assert result.loc["theta", "p_value"] == pytest.approx(52 / 70, abs=1e-10)


@given(two_groups())
def test_theta_turns_over_with_the_groups(groups: tuple[list[int], list[int]]) -> None:
    one, other = ordinal.relative_effect(*groups), ordinal.relative_effect(*groups[::-1])
    assert one[0] == pytest.approx(1 - other[0], abs=1e-12, nan_ok=True)
    assert one[1] == pytest.approx(1 - other[2], abs=1e-9)
    assert one[2] == pytest.approx(1 - other[1], abs=1e-9)


@given(two_groups())
def test_theta_of_counts_is_theta_of_rows(groups: tuple[list[int], list[int]]) -> None:
    theta, low, high, _ = ordinal.relative_effect(*groups)
    assert 0 <= low <= high <= 1
    one, other = map(rows, groups)
    if min(np.ptp(np.sign(one[:, None] - other).mean(axis)) for axis in (0, 1)) < 1e-12:
        return  # a group that shows no variance is guarded against, and not by statsmodels
    by_rows = rank_compare_2indep(*map(rows, groups))
    by_counts = rank_compare_2ordinal(*groups)
    assert theta == pytest.approx(by_rows.prob1, abs=1e-10)
    for limits in (by_rows.conf_int(), by_counts.conf_int()):
        assert [low, high] == pytest.approx(np.clip(limits, 0, 1), abs=1e-7)


def test_many_tables_at_once_give_the_same_as_one_by_one() -> None:
    tables = np.array([[3, 4, 5], [0, 0, 2], [1, 0, 1]])
    together = np.array(ordinal.relative_effect(tables, [4, 2, 1]))
    apart = np.array([ordinal.relative_effect(table, [4, 2, 1]) for table in tables]).T
    assert np.array_equal(together, apart, equal_nan=True)


def test_technology_is_rated_more_scalable_than_the_rest(seed: int) -> None:
    result = ordinal.compare(TECHNOLOGY, REST, seed).set_index("quantity")
    wins = sum(TECHNOLOGY[i] * REST[j] * (1 if i > j else 0.5) for i in range(5) for j in range(i + 1))
    assert result.loc["theta", "estimate"] == pytest.approx(wins / (46 * 272), abs=1e-10)
    assert result.loc["theta", "conf_low"] > 0.5
    assert result.loc["odds_ratio", "conf_low"] > 1


@pytest.mark.parametrize(
    ("a", "b", "theta", "low", "high"),
    [
        ([0, 0, 5], [4, 3, 0], 1.0, 5 / (5 + 1.959964**2), 1.0),
        ([0, 5], [0, 4], 0.5, 0.2550547, 0.7449453),
    ],
)
def test_theta_is_defined_where_the_variance_is_not(
    a: list[int], b: list[int], theta: float, low: float, high: float, seed: int
) -> None:
    row = ordinal.compare(a, b, seed).set_index("quantity").loc["theta"]
    assert row["estimate"] == pytest.approx(theta)
    assert row[LIMITS].to_list() == pytest.approx([low, high], abs=1e-6)
    assert 0 < row["p_value"] <= 1


def test_a_small_group_on_one_level_is_no_certainty(seed: int) -> None:
    theta = ordinal.compare([0, 5], [15, 285], seed).set_index("quantity").loc["theta"]
    assert theta["estimate"] == pytest.approx(0.525)
    assert theta["p_value"] == pytest.approx(1.0)
    assert theta["conf_low"] < 0.5 < theta["conf_high"]
    low, high = theta["estimate"] - theta["conf_low"], theta["conf_high"] - theta["estimate"]
    alike = 1.959964**2 / (5 + 1.959964**2)
    assert min(low / 0.525, high / 0.475) > alike  # what five that are alike leave open, and more


def test_an_odds_ratio_without_maximum_takes_the_p_value_of_its_score_test(seed: int) -> None:
    result = ordinal.compare([0, 5], [5, 0], seed).set_index("quantity")
    assert result.loc["odds_ratio", "p_value"] == result.loc["theta", "p_value"] == pytest.approx(2 / 252)


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [(5, 300), (15, 150)])
def test_identical_groups_seldom_differ_and_theta_is_covered(sizes: tuple[int, int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    verdicts, covered = [], []
    for _ in range(1000):
        a, b = (rng.multinomial(n, [0.05, 0.95]) for n in sizes)
        theta = ordinal.compare(a, b, seed).iloc[0]
        verdicts.append(theta["p_value"] < 0.05)
        covered.append(theta["conf_low"] <= 0.5 <= theta["conf_high"])
    assert np.mean(verdicts) <= 0.07
    assert np.mean(covered) >= 0.9


LIMITS = ["conf_low", "conf_high"]
positive = st.lists(st.integers(1, 60), min_size=2, max_size=6)


def test_placement_study_has_the_published_odds_ratio() -> None:
    row = ordinal.odds_ratio([46, 73, 69, 86], [8, 28, 72, 126]).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([0.318, 0.228, 0.444], abs=1e-3)


def test_nausea_study_has_the_published_wald_test() -> None:
    wald = ordinal.odds_ratio([14, 10, 3, 2], [11, 7, 8, 4]).iloc[0]
    z = np.log(wald["estimate"]) / (np.log(wald["conf_high"] / wald["conf_low"]) / 2 / 1.959964)
    assert [z, wald["p_value"]] == pytest.approx([-1.472, 0.14097], abs=5e-4)


def test_worked_example_odds_ratio() -> None:
    row = ordinal.odds_ratio([4, 6], [8, 4]).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([3, 0.5245, 17.16], rel=5e-4)


@given(st.tuples(*[st.integers(1, 200)] * 4))
def test_two_levels_equal_the_logit(cells: tuple[int, int, int, int]) -> None:
    a, b, c, d = cells
    row = ordinal.odds_ratio([a, b], [c, d]).iloc[0]
    half = 1.959963984540054 * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    expected = np.log(b * c / (a * d)) + np.array([0, -half, half])
    assert np.log([row["estimate"], *row[LIMITS]]) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(positive, st.data())
def test_reversing_the_order_flips_the_coefficient(a: list[int], data: st.DataObject) -> None:
    b = data.draw(st.lists(st.integers(1, 60), min_size=len(a), max_size=len(a)))
    forth = ordinal.odds_ratio(a, b).iloc[0]
    back = ordinal.odds_ratio(a[::-1], b[::-1]).iloc[0]
    assert np.log(forth["estimate"]) == pytest.approx(-np.log(back["estimate"]), abs=1e-6)
    assert forth["p_value"] == pytest.approx(back["p_value"], abs=1e-6)


def test_agrees_with_statsmodels_on_rows() -> None:
    a, b = np.array([2, 12, 8, 11, 13]), np.array([52, 74, 50, 66, 30])
    rows = np.concatenate([np.repeat(np.arange(5), counts) for counts in (a, b)])
    group = np.repeat([1.0, 0.0], [a.sum(), b.sum()])
    fit = OrderedModel(rows, group[:, None], distr="logit").fit(method="bfgs", disp=False)
    row = ordinal.odds_ratio(a, b).iloc[0]
    assert np.log(row["estimate"]) == pytest.approx(fit.params[0], abs=1e-3)
    error = np.log(row["conf_high"] / row["conf_low"]) / 2 / 1.959964
    assert error == pytest.approx(fit.bse[0], rel=0.01)


def test_unused_levels_change_nothing() -> None:
    full = ordinal.odds_ratio([0, 4, 0, 6, 3], [0, 8, 0, 4, 5]).drop(columns="method")
    assert full.equals(ordinal.odds_ratio([4, 6, 3], [8, 4, 5]).drop(columns="method"))


@pytest.mark.parametrize(("a", "b"), [([0, 0, 5], [4, 3, 0]), ([4, 3, 0], [0, 2, 5]), ([0, 4], [0, 3])])
def test_odds_ratio_without_a_maximum_claims_nothing(a: list[int], b: list[int]) -> None:
    row = ordinal.odds_ratio(a, b).iloc[0]
    assert row[["conf_low", "conf_high"]].to_list() == [0, np.inf]
    assert row[["estimate", "p_value"]].isna().all()


@pytest.mark.parametrize(
    ("a", "b"),
    [([1, 2], [1, 2, 3]), ([], []), ([1, 0], [1, 2]), ([1, -2], [1, 2]), ([1, np.nan], [1, 2]), ([1.5], [2])],
)
def test_refuses_what_cannot_be_counts(a: list[float], b: list[float]) -> None:
    with pytest.raises(ValueError, match=r"must (count|be)"):
        ordinal.odds_ratio(a, b)


def test_a_hundred_million_ratings_take_no_more_than_as_many_levels(seed: int) -> None:
    few, many = (ordinal.compare(n * np.array([4, 6]), n * np.array([8, 4]), seed) for n in (1, 10**7))
    assert many["estimate"].to_list() == pytest.approx(few["estimate"].to_list())
    assert many["n"].to_list() == [22 * 10**7] * 2
