from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivvu_analysis.stats import rater_errors
from ivvu_analysis.stats.ordinal import relative_effect

LIMITS = ["conf_low", "conf_high"]
TECHNOLOGY = np.array([2, 12, 8, 11, 13])
REST = np.array([54, 86, 58, 77, 43]) - TECHNOLOGY


def test_worked_example_of_an_error_of_one_level() -> None:
    """One in ten of the shares of high, 0.8 and 0.45, is one level off: 0.74 and 0.46, or 0.72 and 0.45."""
    sweep = rater_errors.theta_by_error([4, 16], [11, 9], [0.1])
    assert sweep["estimate"].to_list() == pytest.approx([0.64, 0.635], abs=1e-12)


def test_misclassification_starts_at_the_data_and_blurs() -> None:
    sweep = rater_errors.theta_by_error(TECHNOLOGY, REST, np.linspace(0, 0.4, 5))
    expected = [float(value) for value in relative_effect(TECHNOLOGY, REST)[:3]]
    for _, rows in sweep.groupby("scenario"):
        assert rows.iloc[0][["estimate", *LIMITS]].to_list() == pytest.approx(expected)
        assert rows["estimate"].is_monotonic_decreasing


def test_misclassification_moves_against_the_finding_either_way() -> None:
    up = rater_errors.theta_by_error([1, 2, 5], [4, 3, 1], [0.3])
    down = rater_errors.theta_by_error([5, 2, 1], [1, 3, 4], [0.3])
    assert up["estimate"].to_numpy() == pytest.approx(1 - down["estimate"].to_numpy())


def test_worked_example_tipping_point() -> None:
    result = rater_errors.overturning_ratings([4, 16], [11, 9]).set_index(["group", "event"])
    assert result.loc[("first", "sign"), "estimate"] == 7
    assert result.loc[("first", "interval"), "estimate"] == 1


def test_technology_hangs_on_eight_ratings(monkeypatch: pytest.MonkeyPatch) -> None:
    result = rater_errors.overturning_ratings(TECHNOLOGY, REST).set_index(["group", "event"])
    assert result.loc[("first", "interval"), ["estimate", *LIMITS]].to_list() == [8, 8, 8]
    assert result.loc[("first", "sign"), "estimate"] == 28
    assert (result["conf_low"] <= result["conf_high"]).all()
    assert result.loc["either", "conf_high"].to_numpy() == pytest.approx([8, 28])
    # Bounds, where there are too many ways to try them all.
    monkeypatch.setattr(rater_errors, "MOST_CANDIDATES", 20)
    row = rater_errors.overturning_ratings(TECHNOLOGY, REST).iloc[0]
    assert np.isnan(row["estimate"])
    assert row["conf_low"] == 4  # three can be moved in 20 ways, four in 35
    assert row["conf_high"] >= 8


def test_six_hundred_ratings_a_group_are_answered_with_bounds() -> None:
    first, second = [30, 180, 120, 150, 120], [120, 150, 120, 120, 90]
    result = rater_errors.overturning_ratings(first, second).set_index(["group", "event"])
    assert (result["conf_low"] <= result["conf_high"]).all()
    assert result.loc[("either", "sign"), "conf_high"] < np.inf
    gap = result.loc[("first", "sign"), "estimate"]
    assert gap == result.loc[("first", "sign"), "conf_high"]


def moved_once(counts: list[int], direction: int) -> list[tuple[np.ndarray, int]]:
    """Every table that moving some ratings one level gives, with the number moved."""
    result, levels = [], np.eye(len(counts), dtype=int)
    steps = (levels[1:], levels[:-1]) if direction < 0 else (levels[:-1], levels[1:])
    for numbers in product(*(range(number + 1) for number in steps[0] @ counts)):
        result.append((counts + np.array(numbers) @ (steps[1] - steps[0]), sum(numbers)))
    return result


small = st.lists(st.integers(0, 3), min_size=3, max_size=3).filter(lambda counts: sum(counts) > 1)


@given(small, small)
@settings(max_examples=40)
def test_tipping_point_is_the_fewest_of_all_moves(a: list[int], b: list[int]) -> None:
    result = rater_errors.overturning_ratings(a, b).set_index(["group", "event"])
    sign = 1 if relative_effect(a, b)[0] >= 0.5 else -1
    first, second = moved_once(a, -sign), moved_once(b, sign)
    ways = {"first": (first, [(b, 0)]), "second": ([(a, 0)], second), "either": (first, second)}
    for group, moves in ways.items():
        one, other = zip(*product(*moves), strict=True)
        numbers = np.array([[n for _, n in side] for side in (one, other)]).sum(axis=0)
        theta, low, high, _ = relative_effect([x for x, _ in one], [y for y, _ in other])
        for event, above in {
            "interval": low if sign > 0 else 1 - high,
            "sign": theta if sign > 0 else 1 - theta,
        }.items():
            fewest = numbers[above <= 0.5 + 1e-12].min(initial=10**6)
            row = result.loc[(group, event)]
            assert row["conf_low"] == row["conf_high"] == (np.inf if fewest == 10**6 else fewest)
