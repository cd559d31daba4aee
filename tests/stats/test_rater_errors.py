from __future__ import annotations

from collections.abc import Sequence
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


def test_worked_example_of_an_error_of_one_level() -> None:
    """One in ten of the shares of high, 0.8 and 0.45, is one level off: 0.74 and 0.46, or 0.72 and 0.45."""
    sweep = rater_errors.theta_by_error([4, 16], [11, 9], [0.1])
    assert sweep["estimate"].to_list() == pytest.approx([0.64, 0.635], abs=1e-12)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.floats(0, 1))
def test_equal_groups_stay_equal_however_wrong_both_are_rated(counts: list[int], q: float) -> None:
    sweep = rater_errors.theta_by_error(counts, counts, [q])
    assert sweep["estimate"].iloc[0] == pytest.approx(0.5)
    assert sweep["n"].iloc[0] == 2 * sum(counts)


LIMITS = ["conf_low", "conf_high"]
TECHNOLOGY = np.array([2, 12, 8, 11, 13])
REST = np.array([54, 86, 58, 77, 43]) - TECHNOLOGY
small = st.lists(st.integers(0, 3), min_size=3, max_size=3).filter(lambda counts: sum(counts) > 1)


def moved_once(counts: list[int], direction: int) -> set[tuple[tuple[int, ...], int]]:
    """Every table that moving some ratings one level gives, with the number moved."""
    steps = range(1, len(counts)) if direction < 0 else range(len(counts) - 1)
    result = set()
    for numbers in product(*(range(counts[k] + 1) for k in steps)):
        table = list(counts)
        for k, number in zip(steps, numbers, strict=True):
            table[k] -= number
            table[k + direction] += number
        result.add((tuple(table), sum(numbers)))
    return result


def test_technology_hangs_on_eight_ratings() -> None:
    result = rater_errors.overturning_ratings(TECHNOLOGY, REST).set_index(["group", "event"])
    first = result.loc[("first", "interval")]
    assert first[["estimate", *LIMITS]].to_list() == [8, 8, 8]
    assert result.loc[("first", "sign"), "estimate"] == 28
    assert (result["conf_low"] <= result["conf_high"]).all()
    assert result.loc["either", "conf_high"].to_numpy() == pytest.approx([8, 28])


def test_worked_example_tipping_point() -> None:
    result = rater_errors.overturning_ratings([4, 16], [11, 9]).set_index(["group", "event"])
    assert result.loc[("first", "sign"), "estimate"] == 7
    assert result.loc[("first", "interval"), "estimate"] == 1


@given(small, small)
@settings(max_examples=40)
def test_tipping_point_is_the_fewest_of_all_moves(a: list[int], b: list[int]) -> None:
    result = rater_errors.overturning_ratings(a, b).set_index(["group", "event"])
    sign = 1 if relative_effect(a, b)[0] >= 0.5 else -1
    tables: dict[str, list[tuple[Sequence[int], Sequence[int], int]]] = {
        "first": [(x, b, n) for x, n in moved_once(a, -sign)],
        "second": [(a, y, n) for y, n in moved_once(b, sign)],
    }
    tables["either"] = [(x, y, n + m) for x, n in moved_once(a, -sign) for y, m in moved_once(b, sign)]
    for group, candidates in tables.items():
        numbers = np.array([n for _, _, n in candidates])
        theta, low, high, _ = relative_effect([x for x, _, _ in candidates], [y for _, y, _ in candidates])
        for event, above in (
            ("interval", low if sign > 0 else 1 - high),
            ("sign", theta if sign > 0 else 1 - theta),
        ):
            fewest = numbers[above <= 0.5 + 1e-12].min(initial=10**6)
            row = result.loc[(group, event)]
            assert row["conf_low"] == row["conf_high"] == (np.inf if fewest == 10**6 else fewest)


def test_bounds_where_there_are_too_many_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rater_errors, "MOST_CANDIDATES", 20)
    result = rater_errors.overturning_ratings(TECHNOLOGY, REST).set_index(["group", "event"])
    row = result.loc[("first", "interval")]
    assert np.isnan(row["estimate"])
    assert row["conf_low"] < 8 <= row["conf_high"]


def test_six_thousand_ratings_a_group_are_answered_with_bounds() -> None:
    first, second = np.array([300, 1800, 1200, 1500, 1200]), np.array([1200, 1500, 1200, 1200, 900])
    result = rater_errors.overturning_ratings(first, second).set_index(["group", "event"])
    assert (result["conf_low"] <= result["conf_high"]).all()
    assert result.loc[("either", "sign"), "conf_high"] < np.inf
    gap = result.loc[("first", "sign"), "estimate"]
    assert gap == result.loc[("first", "sign"), "conf_high"]
