from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats

from ivvu_analysis.stats import few_projects
from ivvu_analysis.stats.few_projects import shrink
from ivvu_analysis.stats.proportions import wilson

RATS = pd.read_csv(Path(__file__).parents[1] / "data" / "rat_tumours.csv")


def test_worked_example_of_an_interpolated_limit() -> None:
    at_most_two = sum(stats.binom.pmf(k, 20, 0.3) for k in range(3))
    expected = (2 - (at_most_two - 0.025) / stats.binom.pmf(2, 20, 0.3)) / 20
    limit = few_projects.funnel_limits(0.3, [20])["conf_low"].iloc[0]
    assert limit == pytest.approx(expected, abs=1e-12)
    assert limit == pytest.approx(0.0812, abs=5e-5)


@pytest.mark.parametrize("level", [0, 95, np.nan])
def test_limits_of_a_percentage_are_refused(level: float) -> None:
    with pytest.raises(ValueError, match=r"a probability, such as 0\.95"):
        few_projects.funnel_limits(0.3, [20], level)


@settings(max_examples=80)
@given(st.integers(0, 400), st.floats(0.01, 0.99), st.sampled_from([0.95, 0.998]), st.floats(1, 4))
@example(0, 0.99, 0.95, 1.0)
def test_limits_are_crossed_no_more_often_than_they_say_and_widen_with_the_root_of_dispersion(
    n: int, target: float, level: float, dispersion: float
) -> None:
    limits = few_projects.funnel_limits(target, [n], level, dispersion).iloc[0]
    assert 0 <= limits["conf_low"] <= target <= limits["conf_high"] <= 1
    events = np.arange(n + 1)
    outside = (events < n * limits["conf_low"] - 1e-9) | (events > n * limits["conf_high"] + 1e-9)
    assert stats.binom.pmf(events[outside], n, target).sum() <= 1 - level + 1e-9
    mirror = few_projects.funnel_limits(1 - target, [n], level, dispersion).iloc[0]
    assert limits["conf_low"] == pytest.approx(1 - mirror["conf_high"], abs=1e-9)
    plain = few_projects.funnel_limits(target, [n], level)["conf_low"].item() if n else target
    reach = np.sqrt(dispersion) * (target - plain) if n else target
    assert limits["conf_low"] == pytest.approx(max(0, target - reach), abs=1e-9)


def test_dispersion_pulls_in_the_extremes() -> None:
    events = np.array([5, *range(40, 60), 95])
    scores = (events - events.mean()) / np.sqrt(events.mean() * (100 - events.mean()) / 100)
    expected = np.mean(np.clip(scores, *np.quantile(scores, [0.1, 0.9])) ** 2)
    found = few_projects.funnel(pd.DataFrame({"events": events, "n": 100}))
    assert found["dispersion"].to_numpy() == pytest.approx(expected)
    assert 1 < expected < np.mean(scores**2)


def test_units_with_no_or_one_project_stay_in_the_funnel() -> None:
    units = pd.DataFrame({"events": [0, 1, 0, 9, 2], "n": [0, 1, 5, 20, 4]}, index=[*"abcde"])
    result = few_projects.funnel(units)
    assert result.notna().all().all()
    assert result.loc["a", ["conf_low", "conf_high", "position"]].tolist() == [0, 1, "no_projects"]
    assert result.loc["a", "estimate"] == result.loc["a", "target"] == pytest.approx(12 / 30)
    assert result.loc["b", ["estimate", "position"]].tolist() == [1, "within"]
    assert result["n"].sum() == 30


@pytest.mark.parametrize(
    ("events", "positions"),
    [
        ([50, 33, 27, *[30] * 9], ["outside_998", "within", "within"]),
        ([38, 27, 27, *[27] * 9], ["outside_95", "within", "within"]),
        ([0, 0, 0], ["within"] * 3),
        ([60, 60, 60], ["within"] * 3),
    ],
)
def test_position_says_which_limits_a_unit_lies_beyond(events: list[int], positions: list[str]) -> None:
    result = few_projects.funnel(pd.DataFrame({"events": events, "n": 60}))
    assert result["position"].tolist()[:3] == positions


@pytest.mark.parametrize("row", [(2, 1), (-1, 3), (0.5, 1), (np.nan, 1), (0, 0)])
def test_impossible_counts_and_no_projects_at_all_are_refused(row: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"whole numbers|more events than projects, and at least one"):
        few_projects.funnel(pd.DataFrame([row], columns=["events", "n"]))


def test_half_of_all_funnels_of_regions_in_control_mark_one(seed: int) -> None:
    n = np.random.default_rng(seed).poisson(9, 34)
    outside = []
    for total, low, high in few_projects.funnel_limits(0.4, n)[["n", "conf_low", "conf_high"]].to_numpy():
        events = np.arange(total + 1)
        marked = (events < low * total - 1e-9) | (events > high * total + 1e-9)
        outside.append(stats.binom.pmf(events, total, 0.4)[marked].sum())
    at_least_one = 1 - np.prod(1 - np.array(outside))
    assert few_projects.by_chance(0.4, n) == pytest.approx((sum(outside), at_least_one))
    assert 0.35 < at_least_one < 0.75


def test_the_limits_of_units_in_control_are_seldom_widened(seed: int) -> None:
    """Their dispersion is about seven tenths, with an error of two tenths."""
    rng = np.random.default_rng(seed)
    units = [pd.DataFrame({"events": rng.binomial(100, 0.4, 34), "n": 100}) for _ in range(100)]
    dispersion = [few_projects.funnel(counts)["dispersion"].iloc[0] for counts in units]
    assert np.mean(np.array(dispersion) > 1) == pytest.approx(0.05, abs=0.05)


def test_worked_example_of_shrinkage() -> None:
    """With the fitted prior known for sure, no tumours among 20 shrink to 2.3048 / 36.3846."""
    row = shrink(RATS, units=[0]).iloc[0]
    assert row["estimate"] == pytest.approx(2.3048 / 36.3846, abs=0.003)
    assert row["estimate"] == pytest.approx(row["weight"] * row["pooled"], abs=1e-12)


@settings(max_examples=10)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=8))
def test_a_shrunken_share_lies_between_the_raw_and_the_pooled_one(units: list[tuple[int, int]]) -> None:
    counts = pd.DataFrame(np.sort(units, axis=1), columns=["events", "n"])
    assume(counts["n"].any())
    result = shrink(counts)
    raw = (counts["events"] / counts["n"]).fillna(result["pooled"])
    assert (result["estimate"] >= np.minimum(raw, result["pooled"]) - 1e-12).all()
    assert (result["estimate"] <= np.maximum(raw, result["pooled"]) + 1e-12).all()
    assert result["estimate"].between(0, 1, inclusive="neither").all()
    assert result["conf_low"].between(0, result["conf_high"], inclusive="left").all()
    assert (result["conf_high"] <= 1).all()


def test_units_with_fewer_projects_give_more_weight_to_the_others() -> None:
    counts = pd.DataFrame({"events": [0, 0, 1, 4, 20], "n": [0, 1, 4, 16, 60]}, index=[*"abcde"])
    result = shrink(counts)
    assert result["weight"].iloc[0] == pytest.approx(1)
    assert result["weight"].is_monotonic_decreasing
    assert (result["conf_high"] - result["conf_low"]).is_monotonic_decreasing
    pd.testing.assert_frame_equal(shrink(counts, units=["d", "b"]), result.loc[["d", "b"]])


def test_large_registers_are_resolved_by_the_grid(seed: int) -> None:
    n = np.full(34, 30_000)
    events = np.random.default_rng(seed).binomial(n, 0.3)
    row = shrink(pd.DataFrame({"events": events, "n": n}), units=[0]).iloc[0]
    assert row["pooled"] == pytest.approx(events.sum() / n.sum(), abs=2e-4)
    assert row["estimate"] == pytest.approx(0.3, abs=0.01)


def test_units_alike_get_shorter_intervals_than_each_alone(seed: int) -> None:
    n = np.full(34, 9)
    events = np.random.default_rng(seed).binomial(n, 0.4)
    together, alone = shrink(pd.DataFrame({"events": events, "n": n})), wilson(events, n)
    widths = [(found["conf_high"] - found["conf_low"]).mean() for found in (together, alone)]
    assert widths[0] < widths[1]


def test_a_unit_far_from_the_others_is_left_where_it_was_counted() -> None:
    row = shrink(pd.DataFrame({"events": [27, *[12] * 33], "n": 30}), units=[0]).iloc[0]
    assert row["estimate"] == row["conf_low"] > 0.6
    assert row["conf_low"] < 0.9 < row["conf_high"]


@pytest.mark.slow
def test_intervals_hold_the_share_they_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    covered = []
    for _ in range(20):
        truth, n = rng.beta(3, 6, size=34), rng.integers(0, 25, size=34)
        result = shrink(pd.DataFrame({"events": rng.binomial(n, truth), "n": n}))
        covered += ((result["conf_low"] <= truth) & (truth <= result["conf_high"])).tolist()
    assert np.mean(covered) == pytest.approx(0.95, abs=0.035)


@pytest.mark.slow
@pytest.mark.parametrize("n", [9, 30, 100])
@pytest.mark.parametrize(("common", "lone"), [(0.4, 0.5), (0.4, 0.55), (0.4, 0.6), (0.4, 0.8), (0.1, 0.3)])
def test_a_unit_that_is_apart_is_covered_at_whatever_distance(
    common: float, lone: float, n: int, seed: int
) -> None:
    """Bayesian intervals hold it in 60 to 75 of 100 cases at the distances that can just not be told."""
    covered, others = 0.0, np.random.default_rng(seed).binomial(n, common, (2, 33))
    for rest, events in product(others, range(n + 1)):
        chance = stats.binom.pmf(events, n, lone) / 2
        if chance > 5e-4:
            row = shrink(pd.DataFrame({"events": [events, *rest], "n": n}), units=[0]).iloc[0]
            covered += chance * (row["conf_low"] <= lone <= row["conf_high"])
    assert covered >= 0.9
