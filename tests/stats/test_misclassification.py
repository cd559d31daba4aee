from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.stats import misclassification
from ivvu_analysis.stats.ordinal import relative_effect

LIMITS = ["conf_low", "conf_high"]
TECHNOLOGY = np.array([2, 12, 8, 11, 13])
REST = np.array([54, 86, 58, 77, 43]) - TECHNOLOGY


def test_misclassification_starts_at_the_data_and_blurs() -> None:
    sweep = misclassification.theta_by_error(TECHNOLOGY, REST, np.linspace(0, 0.4, 5))
    expected = [float(value) for value in relative_effect(TECHNOLOGY, REST)[:3]]
    for _, rows in sweep.groupby("scenario"):
        assert rows.iloc[0][["estimate", *LIMITS]].to_list() == pytest.approx(expected)
        assert rows["estimate"].is_monotonic_decreasing


def test_misclassification_moves_against_the_finding_either_way() -> None:
    up = misclassification.theta_by_error([1, 2, 5], [4, 3, 1], [0.3])
    down = misclassification.theta_by_error([5, 2, 1], [1, 3, 4], [0.3])
    assert up["estimate"].to_numpy() == pytest.approx(1 - down["estimate"].to_numpy())


def test_refuses_an_error_that_is_no_probability() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        misclassification.theta_by_error([1, 1], [1, 2], [1.2])


def test_worked_example_of_an_error_of_one_level() -> None:
    """One in ten of the shares of high, 0.8 and 0.45, is one level off: 0.74 and 0.46, or 0.72 and 0.45."""
    sweep = misclassification.theta_by_error([4, 16], [11, 9], [0.1])
    assert sweep["estimate"].to_list() == pytest.approx([0.64, 0.635], abs=1e-12)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.floats(0, 1))
def test_equal_groups_stay_equal_however_wrong_both_are_rated(counts: list[int], q: float) -> None:
    sweep = misclassification.theta_by_error(counts, counts, [q])
    assert sweep["estimate"].iloc[0] == pytest.approx(0.5)
    assert sweep["n"].iloc[0] == 2 * sum(counts)
