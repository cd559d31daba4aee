from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ivvu_analysis.stats import few_projects

UNITS = pd.DataFrame({"events": [0, 1, 0, 9, 2], "n": [0, 1, 5, 20, 4]}, index=list("abcde"))


def test_worked_example_of_an_interpolated_limit() -> None:
    at_most_two = sum(stats.binom.pmf(k, 20, 0.3) for k in range(3))
    expected = (2 - (at_most_two - 0.025) / stats.binom.pmf(2, 20, 0.3)) / 20
    limit = few_projects.funnel_limits(0.3, [20])["conf_low"].iloc[0]
    assert limit == pytest.approx(expected, abs=1e-12)
    assert limit == pytest.approx(0.0812, abs=5e-5)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 400), st.floats(0.01, 0.99), st.sampled_from([0.95, 0.998]))
def test_limits_are_crossed_no_more_often_than_they_say(n: int, target: float, level: float) -> None:
    limits = few_projects.funnel_limits(target, [n], level).iloc[0]
    assert 0 <= limits["conf_low"] <= target <= limits["conf_high"] <= 1
    events = np.arange(n + 1)
    outside = (events < n * limits["conf_low"] - 1e-9) | (events > n * limits["conf_high"] + 1e-9)
    assert stats.binom.pmf(events[outside], n, target).sum() <= 1 - level + 1e-9


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 200), st.floats(0.05, 0.95), st.floats(1, 4))
def test_funnel_of_what_did_not_happen_is_the_mirror_image(n: int, target: float, dispersion: float) -> None:
    one = few_projects.funnel_limits(target, [n], dispersion=dispersion).iloc[0]
    other = few_projects.funnel_limits(1 - target, [n], dispersion=dispersion).iloc[0]
    assert one["conf_low"] == pytest.approx(1 - other["conf_high"], abs=1e-9)


def test_dispersion_widens_the_limits_with_its_root() -> None:
    plain, wide = (few_projects.funnel_limits(0.5, [400], dispersion=phi).iloc[0] for phi in (1.0, 4.0))
    assert 0.5 - wide["conf_low"] == pytest.approx(2 * (0.5 - plain["conf_low"]))


def test_limits_approach_the_normal_ones_with_many_projects() -> None:
    limits = few_projects.funnel_limits(0.3, [100_000]).iloc[0]
    assert limits["conf_high"] == pytest.approx(0.3 + 1.959964 * np.sqrt(0.21 / 100_000), abs=2e-5)


def test_dispersion_pulls_in_the_extremes() -> None:
    events = np.array([5, *range(40, 60), 95])
    scores = (events - events.mean()) / np.sqrt(events.mean() * (100 - events.mean()) / 100)
    expected = np.mean(np.clip(scores, *np.quantile(scores, [0.1, 0.9])) ** 2)
    found = few_projects.funnel(pd.DataFrame({"events": events, "n": 100}))
    assert found["dispersion"].to_numpy() == pytest.approx(expected)
    assert 1 < expected < np.mean(scores**2)


def test_units_with_no_or_one_project_stay_in_the_funnel() -> None:
    result = few_projects.funnel(UNITS)
    assert result.notna().all().all()
    assert result.loc["a", ["conf_low", "conf_high", "position"]].tolist() == [0, 1, "no_projects"]
    assert result.loc["a", "estimate"] == result.loc["a", "target"] == pytest.approx(12 / 30)
    assert result.loc["b", ["estimate", "position"]].tolist() == [1, "within"]
    assert result["n"].sum() == 30


def test_position_says_which_limits_a_unit_lies_beyond() -> None:
    units = pd.DataFrame({"events": [50, 33, 27, *[30] * 9], "n": 60}, index=range(12))
    assert few_projects.funnel(units)["position"].tolist()[:3] == ["outside_998", "within", "within"]
    assert few_projects.funnel(units.assign(events=[38, *[27] * 11]))["position"].iloc[0] == "outside_95"


@pytest.mark.parametrize("events", [[0, 0], [3, 7]])
def test_units_that_all_score_none_or_all_are_within(events: list[int]) -> None:
    result = few_projects.funnel(pd.DataFrame({"events": events, "n": [3, 7]}))
    assert result["position"].tolist() == ["within", "within"]


@pytest.mark.parametrize("row", [(2, 1), (-1, 3), (0.5, 1), (np.nan, 1)])
def test_impossible_counts_are_refused(row: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"whole numbers|more events"):
        few_projects.funnel(pd.DataFrame([row], columns=["events", "n"]))


def test_a_funnel_needs_projects() -> None:
    with pytest.raises(ValueError, match="at least one has"):
        few_projects.funnel(pd.DataFrame({"events": [0], "n": [0]}))


def test_half_of_all_funnels_of_regions_in_control_mark_one(seed: int) -> None:
    n = np.random.default_rng(seed).poisson(9, 34)
    expected, at_least_one = few_projects.by_chance(0.4, n)
    rng, marked = np.random.default_rng(seed), []
    for _ in range(400):
        units = pd.DataFrame({"events": rng.binomial(n, 0.4), "n": n})
        limits = few_projects.funnel_limits(0.4, n)
        share = units["events"] / np.maximum(n, 1)
        outside = (share < limits["conf_low"] - 1e-12) | (share > limits["conf_high"] + 1e-12)
        marked.append(int((outside & (n > 0)).sum()))
    assert np.mean(marked) == pytest.approx(expected, abs=0.25)
    assert np.mean(np.array(marked) > 0) == pytest.approx(at_least_one, abs=0.1)
    assert 0.35 < at_least_one < 0.75


def test_the_limits_of_units_in_control_are_seldom_widened(seed: int) -> None:
    """Their dispersion is about seven tenths, with an error of two tenths."""
    rng = np.random.default_rng(seed)
    units = [pd.DataFrame({"events": rng.binomial(100, 0.4, 34), "n": 100}) for _ in range(200)]
    dispersion = [few_projects.funnel(counts)["dispersion"].iloc[0] for counts in units]
    assert np.mean(np.array(dispersion) > 1) == pytest.approx(0.05, abs=0.05)
