from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivvu_analysis.stats import separation


def test_worked_example_of_effective_rows() -> None:
    assert separation.effective_rows([18, 22]) == pytest.approx(29.7)
    assert separation.effective_rows([10]) == 0
    assert separation.effective_rows([]) == 0
    with pytest.raises(ValueError, match="at most 1 coefficients, but 2"):
        separation.check_supported(np.repeat([0, 1], [18, 22]), np.ones(40), 2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=6, max_size=6))
def test_a_factor_separates_exactly_when_the_ratings_of_its_groups_hardly_overlap(counts: list[int]) -> None:
    table = np.array(counts).reshape(2, 3)
    used = table.sum(axis=0) > 0
    if used.sum() < 2 or (table.sum(axis=1) == 0).any():
        return
    table = table[:, used]
    group, level = np.nonzero(table)
    lowest, highest = ([int(np.flatnonzero(row)[end]) for row in table] for end in (0, -1))
    apart = lowest[0] >= highest[1] or lowest[1] >= highest[0]
    direction = separation.separating_direction(group[:, None].astype(float), level)
    assert (direction is not None) == apart


def test_a_combination_of_covariates_can_separate_where_none_does_alone() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(60, 2))
    y = (X.sum(axis=1) > 0).astype(int)
    assert separation.separating_direction(X, y) is not None
    assert all(separation.separating_direction(X[:, [k]], y) is None for k in range(2))
    with pytest.raises(ValueError, match="separated by one, other"):
        separation.check_identified(X, y, ("one", "other"), 2)


def test_scale_of_a_covariate_does_not_matter() -> None:
    X = np.array([[1e6], [2e6], [3e6], [4e6]])
    assert separation.separating_direction(X, np.array([0, 0, 1, 1])) is not None
    assert separation.separating_direction(X, np.array([0, 1, 0, 1])) is None


def test_a_level_without_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two levels"):
        separation.check_identified(np.zeros((2, 0)), np.array([0, 2]), (), 3)
