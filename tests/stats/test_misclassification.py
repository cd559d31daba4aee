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


def test_worked_example_error_matrix() -> None:
    assert misclassification.error_matrix(3, 0.2).tolist() == [[0.8, 0.2, 0], [0.1, 0.8, 0.1], [0, 0.2, 0.8]]


@given(st.integers(1, 7), st.floats(0, 1))
def test_error_matrix_loses_no_rating(levels: int, q: float) -> None:
    matrix = misclassification.error_matrix(levels, q)
    assert matrix.sum(1) == pytest.approx(1)
    assert (matrix >= 0).all()
    if levels > 1:
        assert np.linalg.eigvals(matrix).real.min() == pytest.approx(1 - 2 * q, abs=1e-7)


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
