from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.nonparametric import rank_compare_2indep, rank_compare_2ordinal

from ivvu_analysis.stats import ordinal

DATA = Path(__file__).parents[1] / "data"
LIMITS = ["conf_low", "conf_high"]


def compared(a: list[int], b: list[int], seed: int) -> pd.DataFrame:
    return ordinal.compare(a, b, seed).set_index("quantity")


def test_shoulder_pain_gives_the_published_brunner_munzel_test(seed: int) -> None:
    scores = pd.read_csv(DATA / "shoulder_pain.csv")
    table = pd.crosstab(scores["treatment"], scores["score"])
    theta = compared(table.loc["N"], table.loc["Y"], seed).loc["theta"]
    assert theta["estimate"] == pytest.approx(0.788961, abs=5e-7)
    assert theta[LIMITS].to_list() == pytest.approx([0.5952169, 0.9827052], abs=5e-7)
    assert theta["df"] == pytest.approx(17.683, abs=5e-4)
    error = (theta["conf_high"] - theta["conf_low"]) / 2 / stats.t.ppf(0.975, theta["df"])
    assert (theta["estimate"] - 0.5) / error == pytest.approx(3.1375, abs=5e-5)


def test_worked_example_theta(seed: int) -> None:
    theta = compared([1, 1, 2], [2, 1, 1], seed).loc["theta"]
    assert theta["estimate"] == pytest.approx(10.5 / 16, abs=1e-10)
    assert theta[LIMITS].to_list() == pytest.approx([0.1452, 1], abs=5e-5)
    assert theta["p_value"] == pytest.approx(52 / 70, abs=1e-10)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6)
    .map(np.transpose)
    .filter(lambda groups: groups.sum(axis=1).min() > 1)
)
def test_theta_of_counts_is_that_of_statsmodels_and_turns_over(groups: np.ndarray) -> None:
    theta, low, high, _ = map(float, ordinal.relative_effect(*groups))
    assert 0 <= low <= high <= 1
    turned = list(map(float, ordinal.relative_effect(*groups[::-1])[:3]))
    assert turned == pytest.approx([1 - theta, 1 - high, 1 - low], abs=1e-9)
    one, other = (np.repeat(np.arange(len(counts)), counts) for counts in groups)
    if min(np.ptp(np.sign(one[:, None] - other).mean(axis)) for axis in (0, 1)) < 1e-12:
        return  # a group that shows no variance is guarded against, and not by statsmodels
    by_rows, by_counts = rank_compare_2indep(one, other), rank_compare_2ordinal(*groups)
    assert theta == pytest.approx(by_rows.prob1, abs=1e-10)
    for limits in (by_rows.conf_int(), by_counts.conf_int()):
        assert [low, high] == pytest.approx(np.clip(limits, 0, 1), abs=1e-7)


def test_theta_is_defined_where_the_variance_is_not(seed: int) -> None:
    apart, alike = (compared(a, b, seed).loc["theta"] for a, b in (([0, 0, 5], [4, 3, 0]), ([0, 5], [0, 4])))
    low = 5 / (5 + 1.959964**2)
    assert apart[["estimate", *LIMITS]].to_list() == pytest.approx([1, low, 1], abs=1e-6)
    assert alike[["estimate", *LIMITS]].to_list() == pytest.approx([0.5, 0.2550547, 0.7449453], abs=1e-6)


def test_a_small_group_on_one_level_is_no_certainty(seed: int) -> None:
    theta = compared([0, 5], [15, 285], seed).loc["theta"]
    assert theta["estimate"] == pytest.approx(0.525)
    assert theta["p_value"] == pytest.approx(1.0)
    assert theta["conf_low"] < 0.5 < theta["conf_high"]
    low, high = theta["estimate"] - theta["conf_low"], theta["conf_high"] - theta["estimate"]
    alike = 1.959964**2 / (5 + 1.959964**2)
    assert min(low / 0.525, high / 0.475) > alike  # what five that are alike leave open, and more


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [(5, 300), (15, 150)])
def test_identical_groups_seldom_differ_and_theta_is_covered(sizes: tuple[int, int], seed: int) -> None:
    verdicts = covered = 0.0
    for high in product(*(range(n + 1) for n in sizes)):
        chance = float(np.prod(stats.binom.pmf(high, sizes, 0.95)))
        if chance > 1e-5:
            theta = ordinal.compare(*([n - k, k] for n, k in zip(sizes, high, strict=True)), seed).iloc[0]
            verdicts += chance * (theta["p_value"] < 0.05)
            covered += chance * (theta["conf_low"] <= 0.5 <= theta["conf_high"])
    assert verdicts <= 0.07
    assert covered >= 0.9


def test_placement_and_nausea_studies_have_the_published_odds_ratio_and_wald_test() -> None:
    row = ordinal.odds_ratio([46, 73, 69, 86], [8, 28, 72, 126]).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([0.318, 0.228, 0.444], abs=1e-3)
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


def test_unused_levels_change_nothing() -> None:
    full = ordinal.odds_ratio([0, 4, 0, 6, 3], [0, 8, 0, 4, 5])
    assert full.equals(ordinal.odds_ratio([4, 6, 3], [8, 4, 5]))


@pytest.mark.parametrize(("a", "b"), [([0, 0, 5], [4, 3, 0]), ([4, 3, 0], [0, 2, 5]), ([0, 4], [0, 3])])
def test_odds_ratio_without_a_maximum_claims_nothing(a: list[int], b: list[int], seed: int) -> None:
    row = ordinal.odds_ratio(a, b).iloc[0]
    assert row[LIMITS].to_list() == [0, np.inf]
    assert row[["estimate", "p_value"]].isna().all()
    # Its p-value beside theta is that of its score test.
    theta, ratio = compared(a, b, seed)["p_value"]
    assert theta == ratio <= 1


@pytest.mark.parametrize(
    ("a", "b"),
    [([1, 2], [1, 2, 3]), ([], []), ([1, 0], [1, 2]), ([1, -2], [1, 2]), ([1, np.nan], [1, 2]), ([1.5], [2])],
)
def test_refuses_what_cannot_be_counts(a: list[float], b: list[float]) -> None:
    with pytest.raises(ValueError, match=r"must (count|be)"):
        ordinal.odds_ratio(a, b)


def test_levels_of_an_ordered_categorical_are_compared_in_its_order(seed: int) -> None:
    levels = ["low", "some", "high"]
    counts = ([1, 2, 4], [5, 3, 2])
    shown = [
        pd.Series(pd.Categorical(np.repeat(levels, n), levels, ordered=True)).value_counts() for n in counts
    ]
    assert ordinal.compare(*shown, seed).equals(ordinal.compare(*counts, seed))
    assert ordinal.cut_differences(*shown, levels=pd.Index(levels)).equals(
        ordinal.cut_differences(*counts, levels)
    )
    texts = [counts.set_axis(counts.index.astype(str)) for counts in shown]
    for compare in (ordinal.odds_ratio, ordinal.cut_differences, ordinal.relative_effect):
        with pytest.raises(ValueError, match="same order, from low to high"):
            compare(*texts)


def test_a_hundred_million_ratings_take_no_more_than_as_many_levels(seed: int) -> None:
    few, many = (ordinal.compare(n * np.array([4, 6]), n * np.array([8, 4]), seed) for n in (1, 10**7))
    assert many["estimate"].to_list() == pytest.approx(few["estimate"].to_list())
    assert many["n"].to_list() == [22 * 10**7] * 2


def test_three_by_two_has_exactly_five_linear_orders() -> None:
    orders = ordinal.linear_extensions(["small", "medium", "large"], ["limited", "much"])
    assert len(orders) == len(set(orders)) == 5
    for order in orders:
        assert len({*order}) == 6
        assert all(order.index((size, "limited")) < order.index((size, "much")) for size, _ in order)
        for meaning in ("limited", "much"):
            places = [order.index((size, meaning)) for size in ("small", "medium", "large")]
            assert places == sorted(places)
