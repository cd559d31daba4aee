from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivvu_analysis.stats import sensitivity
from ivvu_analysis.stats.ordinal import relative_effect

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


def test_worked_example_error_matrix() -> None:
    assert sensitivity.error_matrix(3, 0.2).tolist() == [[0.8, 0.2, 0], [0.1, 0.8, 0.1], [0, 0.2, 0.8]]


@given(st.integers(1, 7), st.floats(0, 1))
def test_error_matrix_loses_no_rating(levels: int, q: float) -> None:
    matrix = sensitivity.error_matrix(levels, q)
    assert matrix.sum(1) == pytest.approx(1)
    assert (matrix >= 0).all()
    if levels > 1:
        assert np.linalg.eigvals(matrix).real.min() == pytest.approx(1 - 2 * q, abs=1e-7)


def test_misclassification_starts_at_the_data_and_blurs() -> None:
    sweep = sensitivity.misclassification(TECHNOLOGY, REST, np.linspace(0, 0.4, 5))
    expected = [float(value) for value in relative_effect(TECHNOLOGY, REST)[:3]]
    for _, rows in sweep.groupby("scenario"):
        assert rows.iloc[0][["estimate", *LIMITS]].to_list() == pytest.approx(expected)
        assert rows["estimate"].is_monotonic_decreasing


def test_misclassification_moves_against_the_finding_either_way() -> None:
    up = sensitivity.misclassification([1, 2, 5], [4, 3, 1], [0.3])
    down = sensitivity.misclassification([5, 2, 1], [1, 3, 4], [0.3])
    assert up["estimate"].to_numpy() == pytest.approx(1 - down["estimate"].to_numpy())


def test_overturning_error_is_where_the_sweep_crosses() -> None:
    result = sensitivity.overturning_error(TECHNOLOGY, REST).set_index(["scenario", "event"])
    for event, column in (("interval", "conf_low"), ("sign", "estimate")):
        q = result.loc[("first_group", event), "estimate"]
        sweep = sensitivity.misclassification(TECHNOLOGY, REST, [q - 1e-4, q + 1e-4])
        values = sweep.loc[sweep["scenario"] == "first_group", column].to_list()
        assert values[0] > 0.5 > values[1]
    blurred = result.loc[("both_groups", "sign")]
    assert np.isnan(blurred["estimate"])
    assert blurred[LIMITS].to_list() == [0.5, 1]


def test_worked_example_overturning_error() -> None:
    # Sixteen high ratings against nine of as many: 16 (1 - q) = 9.
    result = sensitivity.overturning_error([4, 16], [11, 9]).set_index(["scenario", "event"])
    assert result.loc[("first_group", "sign"), "estimate"] == pytest.approx(0.4375, abs=1e-9)
    sweep = sensitivity.misclassification([4, 16], [11, 9], [0, 0.1])
    assert sweep["estimate"].to_list() == pytest.approx([0.675, 0.64, 0.675, 0.635], abs=1e-10)


def test_worked_example_corrected() -> None:
    result = sensitivity.corrected([10, 10, 20], 0.2)
    assert result["corrected"].to_list() == pytest.approx([12.0833, 3.3333, 24.5833], abs=5e-5)
    assert result["feasible"].all()


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.floats(0, 0.4))
def test_correction_undoes_the_error(counts: list[int], q: float) -> None:
    blurred = np.array(counts) @ sensitivity.error_matrix(len(counts), q)
    result = sensitivity.corrected(blurred, q)
    assert result["corrected"].to_numpy() == pytest.approx(counts, abs=1e-8)
    if sum(counts):
        assert result["feasible"].all()
    else:
        assert result[LIMITS].to_numpy().tolist() == [[0, 1]] * len(counts)


def test_infeasible_corrections_are_marked() -> None:
    assert not sensitivity.corrected([10, 0, 10], 0.3)["feasible"].all()
    with pytest.raises(ValueError, match=r"below 0\.5"):
        sensitivity.corrected([1, 2], 0.5)


def test_corrected_theta_undoes_the_blur() -> None:
    a, b = np.array([10.0, 20, 30]), np.array([30.0, 20, 10])
    matrix = sensitivity.error_matrix(3, 0.2)
    row = sensitivity.corrected_theta(a @ matrix, b @ matrix, [0.2]).iloc[0]
    assert row["estimate"] == pytest.approx(float(relative_effect(a, b)[0]), abs=1e-10)
    untouched = sensitivity.corrected_theta(TECHNOLOGY, REST, [0]).iloc[0]
    expected = [float(value) for value in relative_effect(TECHNOLOGY, REST)[:3]]
    assert untouched[["estimate", *LIMITS]].to_list() == pytest.approx(expected, abs=1e-10)
    with pytest.raises(ValueError, match="two ratings"):
        sensitivity.corrected_theta([1, 0], [3, 4], [0.1])


def test_technology_hangs_on_eight_ratings() -> None:
    result = sensitivity.tipping_point(TECHNOLOGY, REST).set_index(["group", "event"])
    first = result.loc[("first", "interval")]
    assert first[["estimate", *LIMITS]].to_list() == [8, 8, 8]
    assert result.loc[("first", "sign"), "estimate"] == 28
    assert (result["conf_low"] <= result["conf_high"]).all()
    assert result.loc["either", "conf_high"].to_numpy() == pytest.approx([8, 28])


def test_worked_example_tipping_point() -> None:
    result = sensitivity.tipping_point([4, 16], [11, 9]).set_index(["group", "event"])
    assert result.loc[("first", "sign"), "estimate"] == 7
    assert result.loc[("first", "interval"), "estimate"] == 1


@given(small, small)
@settings(max_examples=40)
def test_tipping_point_is_the_fewest_of_all_moves(a: list[int], b: list[int]) -> None:
    result = sensitivity.tipping_point(a, b).set_index(["group", "event"])
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
    monkeypatch.setattr(sensitivity, "MOST_CANDIDATES", 20)
    row = sensitivity.tipping_point(TECHNOLOGY, REST).set_index(["group", "event"]).loc[("first", "interval")]
    assert np.isnan(row["estimate"])
    assert row["conf_low"] < 8 <= row["conf_high"]


def test_refuses_groups_without_a_finding() -> None:
    with pytest.raises(ValueError, match="without ratings"):
        sensitivity.tipping_point([0, 0], [1, 2])
    with pytest.raises(ValueError, match="whole numbers"):
        sensitivity.tipping_point([0.5, 1], [1, 2])
    with pytest.raises(ValueError, match="between 0 and 1"):
        sensitivity.misclassification([1, 1], [1, 2], [1.2])
