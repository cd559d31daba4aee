from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.miscmodels.ordinal_model import OrderedModel

from ivvu_analysis.stats import proportional_odds

LIMITS = ["conf_low", "conf_high"]
positive = st.lists(st.integers(1, 60), min_size=2, max_size=6)


def test_placement_study_has_the_published_odds_ratio() -> None:
    row = proportional_odds.odds_ratio([46, 73, 69, 86], [8, 28, 72, 126]).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([0.318, 0.228, 0.444], abs=1e-3)


def test_nausea_study_has_the_published_wald_test() -> None:
    wald = proportional_odds.odds_ratio([14, 10, 3, 2], [11, 7, 8, 4]).iloc[0]
    z = np.log(wald["estimate"]) / (np.log(wald["conf_high"] / wald["conf_low"]) / 2 / 1.959964)
    assert [z, wald["p_value"]] == pytest.approx([-1.472, 0.14097], abs=5e-4)


def test_worked_example_odds_ratio() -> None:
    row = proportional_odds.odds_ratio([4, 6], [8, 4]).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([3, 0.5245, 17.16], rel=5e-4)


@given(st.tuples(*[st.integers(1, 200)] * 4))
def test_two_levels_equal_the_logit(cells: tuple[int, int, int, int]) -> None:
    a, b, c, d = cells
    row = proportional_odds.odds_ratio([a, b], [c, d]).iloc[0]
    half = 1.959963984540054 * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    expected = np.log(b * c / (a * d)) + np.array([0, -half, half])
    assert np.log([row["estimate"], *row[LIMITS]]) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(positive, st.data())
def test_reversing_the_order_flips_the_coefficient(a: list[int], data: st.DataObject) -> None:
    b = data.draw(st.lists(st.integers(1, 60), min_size=len(a), max_size=len(a)))
    forth = proportional_odds.odds_ratio(a, b).iloc[0]
    back = proportional_odds.odds_ratio(a[::-1], b[::-1]).iloc[0]
    assert np.log(forth["estimate"]) == pytest.approx(-np.log(back["estimate"]), abs=1e-6)
    assert forth["p_value"] == pytest.approx(back["p_value"], abs=1e-6)


def test_agrees_with_statsmodels_on_rows() -> None:
    a, b = np.array([2, 12, 8, 11, 13]), np.array([52, 74, 50, 66, 30])
    rows = np.concatenate([np.repeat(np.arange(5), counts) for counts in (a, b)])
    group = np.repeat([1.0, 0.0], [a.sum(), b.sum()])
    fit = OrderedModel(rows, group[:, None], distr="logit").fit(method="bfgs", disp=False)
    row = proportional_odds.odds_ratio(a, b).iloc[0]
    assert np.log(row["estimate"]) == pytest.approx(fit.params[0], abs=1e-3)
    error = np.log(row["conf_high"] / row["conf_low"]) / 2 / 1.959964
    assert error == pytest.approx(fit.bse[0], rel=0.01)


def test_unused_levels_change_nothing() -> None:
    full = proportional_odds.odds_ratio([0, 4, 0, 6, 3], [0, 8, 0, 4, 5]).drop(columns="method")
    assert full.equals(proportional_odds.odds_ratio([4, 6, 3], [8, 4, 5]).drop(columns="method"))


@pytest.mark.parametrize(
    ("a", "b", "estimate"),
    [
        ([0, 0, 5], [4, 3, 0], np.inf),
        ([4, 3, 0], [0, 2, 5], 0.0),
        ([0, 4], [0, 3], np.nan),
        ([0, 0], [1, 3], np.nan),
    ],
)
def test_odds_ratio_without_a_maximum_claims_nothing(a: list[int], b: list[int], estimate: float) -> None:
    row = proportional_odds.odds_ratio(a, b).iloc[0]
    assert row["estimate"] == pytest.approx(estimate, nan_ok=True)
    assert row[["conf_low", "conf_high"]].to_list() == [0, np.inf]
    assert np.isnan(row["p_value"])


@pytest.mark.parametrize(
    ("a", "b"), [([1, 2], [1, 2, 3]), ([], []), ([1, -2], [1, 2]), ([1, np.nan], [1, 2])]
)
def test_refuses_what_cannot_be_counts(a: list[float], b: list[float]) -> None:
    with pytest.raises(ValueError, match=r"must (count|be)"):
        proportional_odds.odds_ratio(a, b)
