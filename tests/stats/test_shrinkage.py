from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ivvu_analysis.stats.few_projects import shrink
from ivvu_analysis.stats.proportions import wilson

RATS = pd.read_csv(Path(__file__).parents[1] / "data" / "rat_tumours.csv")


@st.composite
def units(draw: st.DrawFn) -> pd.DataFrame:
    totals = draw(st.lists(st.integers(0, 40), min_size=1, max_size=8))
    assume(sum(totals) > 0)
    return pd.DataFrame({"events": [draw(st.integers(0, n)) for n in totals], "n": totals})


@settings(max_examples=10, deadline=None)
@given(units())
def test_a_shrunken_share_lies_between_the_raw_and_the_pooled_one(counts: pd.DataFrame) -> None:
    result = shrink(counts)
    raw = (counts["events"] / counts["n"]).fillna(result["pooled"])
    assert (result["estimate"] >= np.minimum(raw, result["pooled"]) - 1e-12).all()
    assert (result["estimate"] <= np.maximum(raw, result["pooled"]) + 1e-12).all()
    assert result.notna().all().all()
    assert (
        (result["conf_low"] < result["conf_high"]) & (result["conf_low"] >= 0) & (result["conf_high"] <= 1)
    ).all()


def test_units_with_fewer_projects_give_more_weight_to_the_others() -> None:
    counts = pd.DataFrame({"events": [0, 0, 1, 4, 20], "n": [0, 1, 4, 16, 60]}, index=list("abcde"))
    result = shrink(counts)
    assert result.index.tolist() == list("abcde")
    assert result["weight"].iloc[0] == pytest.approx(1)
    assert result["weight"].is_monotonic_decreasing
    assert (result["conf_high"] - result["conf_low"]).is_monotonic_decreasing


def test_a_few_units_are_shrunk_as_they_are_among_all() -> None:
    counts = pd.DataFrame({"events": [0, 1, 4, 20], "n": [1, 4, 16, 60]}, index=list("abcd"))
    few = shrink(counts, units=["c", "a"])
    pd.testing.assert_frame_equal(few, shrink(counts).iloc[[2, 0]])


@pytest.mark.slow
def test_intervals_hold_the_share_they_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    covered = []
    for _ in range(20):
        truth, n = rng.beta(3, 6, size=34), rng.integers(0, 25, size=34)
        result = shrink(pd.DataFrame({"events": rng.binomial(n, truth), "n": n}))
        covered += ((result["conf_low"] <= truth) & (truth <= result["conf_high"])).tolist()
    assert np.mean(covered) == pytest.approx(0.95, abs=0.035)


def test_large_registers_are_resolved_by_the_grid(seed: int) -> None:
    n = np.full(34, 30_000)
    events = np.random.default_rng(seed).binomial(n, 0.3)
    result = shrink(pd.DataFrame({"events": events, "n": n}))
    assert result["pooled"].to_numpy() == pytest.approx(events.sum() / n.sum(), abs=2e-4)
    assert (np.abs(result["estimate"] - 0.3) < 0.01).all()


def test_worked_example_of_shrinkage() -> None:
    """With the fitted prior known for sure, no tumours among 20 shrink to 2.3048 / 36.3846."""
    row = shrink(RATS).iloc[0]
    assert row["estimate"] == pytest.approx(2.3048 / 36.3846, abs=0.003)
    assert row["estimate"] == pytest.approx(row["weight"] * row["pooled"], abs=1e-12)


@pytest.mark.parametrize("events", [[0, 0, 0], [5, 8, 2]])
def test_units_that_are_all_alike_are_shrunk_inside(events: list[int]) -> None:
    counts = pd.DataFrame({"events": events, "n": [5, 8, 2]})
    assert shrink(counts)["estimate"].between(0, 1, inclusive="neither").all()


def test_many_projects_are_hardly_shrunk_at_all() -> None:
    counts = pd.DataFrame({"events": [5e3, 95e3, 5e4, 5e3, 95e3, 5e4, 2e4], "n": 1e5})
    row = shrink(counts).iloc[1]
    assert row["conf_low"] < 0.95 < row["conf_high"]
    assert row["estimate"] == pytest.approx(0.95, abs=1e-3)


def coverage(common: float, lone: float, n: int, sets: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    covered = []
    for _ in range(sets):
        events = rng.binomial(n, [lone, *[common] * 33])
        row = shrink(pd.DataFrame({"events": events, "n": n}), units=[0]).iloc[0]
        covered.append(row["conf_low"] <= lone <= row["conf_high"])
    return float(np.mean(covered))


@pytest.mark.slow
@pytest.mark.parametrize("n", [9, 30, 100])
@pytest.mark.parametrize(("common", "lone"), [(0.4, 0.5), (0.4, 0.55), (0.4, 0.6), (0.4, 0.8), (0.1, 0.3)])
def test_a_unit_that_is_apart_is_covered_at_whatever_distance(
    common: float, lone: float, n: int, seed: int
) -> None:
    """Bayesian intervals hold it in 60 to 75 of 100 sets at the distances that can just not be told."""
    assert coverage(common, lone, n, 100, seed) >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / 100)


def test_units_alike_get_shorter_intervals_than_each_alone(seed: int) -> None:
    n = np.full(34, 9)
    events = np.random.default_rng(seed).binomial(n, 0.4)
    result = shrink(pd.DataFrame({"events": events, "n": n}))
    alone = wilson(events, n)
    assert (result["conf_high"] - result["conf_low"]).mean() < (alone["conf_high"] - alone["conf_low"]).mean()


def test_a_unit_far_from_the_others_is_left_where_it_was_counted() -> None:
    row = shrink(pd.DataFrame({"events": [27, *[12] * 33], "n": 30})).iloc[0]
    assert row["estimate"] == row["conf_low"] > 0.6
    assert row["conf_low"] < 0.9 < row["conf_high"]
