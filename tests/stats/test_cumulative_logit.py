from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import optimize

from ivvu_analysis.stats import cumulative_logit
from ivvu_analysis.stats.cumulative_logit import Rows, likelihood


def rated(seed: int, number: int = 40) -> Rows:
    rng = np.random.default_rng(seed)
    y = np.concatenate([np.arange(4), rng.integers(0, 4, number - 4)])
    return Rows(rng.normal(size=(number, 2)), y, rng.integers(0, 5, number), rng.integers(1, 4, number) * 1.0)


def test_scores_and_information_are_the_derivatives_of_the_likelihood(seed: int) -> None:
    data, at = rated(seed), np.array([-1.0, 0.2, 1.1, 0.4, -0.3])
    _, score, information = likelihood(at, data)

    def gradient(parameters: np.ndarray) -> np.ndarray:
        return likelihood(parameters, data)[1]

    slope = optimize.approx_fprime(at, lambda p: likelihood(p, data)[0], 1e-7)
    assert score == pytest.approx(slope, rel=1e-4, abs=1e-4)
    assert -information == pytest.approx(optimize.approx_fprime(at, gradient, 1e-7), rel=1e-4, abs=1e-4)


def test_probabilities_keep_their_digits_in_both_tails() -> None:
    one = np.ones(1, dtype=np.int64)
    at = np.array([-1.0, 1.0, 1.0])
    p = [likelihood(at, Rows(np.array([[x]]), one, one, np.ones(1)))[0] for x in (-40.0, 40.0)]
    assert p == pytest.approx([-40 + np.log(np.exp(1) - np.exp(-1))] * 2, abs=1e-9)


def test_thresholds_out_of_order_have_no_likelihood(seed: int) -> None:
    assert likelihood(np.array([1.0, 0.0, 2.0, 0.0, 0.0]), rated(seed))[0] == -np.inf


def test_worked_example_of_effective_rows() -> None:
    assert cumulative_logit.carried([18, 22]) == pytest.approx(29.7 / 15)
    assert cumulative_logit.carried([10]) == 0
    assert cumulative_logit.carried([]) == 0


def separated(X: np.ndarray, y: np.ndarray) -> bool:
    """Whether the likelihood is found to have no maximum."""
    try:
        cumulative_logit.maximise(Rows(X, y, np.zeros_like(y), np.ones(len(y))), int(y.max()) + 1)
    except ValueError:
        return True
    return False


def direction(X: np.ndarray, y: np.ndarray) -> bool:
    """Whether some x d, with thresholds t, has t_{j-1} <= x d <= t_j in every row, somewhere strictly."""
    cuts = int(y.max())
    marks = np.eye(cuts + 2)[:, 1:-1]
    slack = np.vstack([np.hstack([marks[y + 1], -X])[y < cuts], np.hstack([-marks[y], X])[y > 0]])
    solution = optimize.linprog(-slack.sum(0), A_ub=-slack, b_ub=np.zeros(len(slack)), bounds=(-1, 1))
    return bool(-solution.fun > 1e-7)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=6, max_size=6))
def test_a_factor_separates_exactly_when_the_ratings_of_its_groups_hardly_overlap(counts: list[int]) -> None:
    table = np.array(counts).reshape(2, 3)
    table = table[:, table.sum(axis=0) > 0]
    assume(table.shape[1] > 1 and table.any(axis=1).all())
    group, level = np.nonzero(table)
    lowest, highest = ([int(np.flatnonzero(row)[end]) for row in table] for end in (0, -1))
    apart = lowest[0] >= highest[1] or lowest[1] >= highest[0]
    assert separated(group[:, None].astype(float), level) == apart


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**6), st.integers(8, 40), st.integers(2, 4))
@example(470, 8, 4)  # a maximum far out, with thresholds up to 80
@example(769552, 11, 4)
@example(98108, 13, 2)
@example(904365, 11, 4)
@example(630522, 10, 4)
def test_separation_is_found_where_a_linear_programme_finds_it(seed: int, rows: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    y = np.concatenate([np.arange(levels), rng.integers(0, levels, rows - levels)])
    X = np.column_stack([rng.normal(size=rows) + rng.exponential(2) * y, rng.integers(0, 2, rows)])
    assume(np.ptp(X[:, 1]) > 0)
    assert separated(X, y) == direction(X, y)


def test_a_combination_of_covariates_can_separate_where_none_does_alone() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(60, 2))
    y = (X.sum(axis=1) > 0).astype(int)
    assert separated(X, y)
    assert not any(separated(X[:, [k]], y) for k in range(2))


def test_scale_of_a_covariate_does_not_matter() -> None:
    X = np.array([[1e6], [2e6], [3e6], [4e6]])
    assert separated(X, np.array([0, 0, 1, 1]))
    assert not separated(X, np.array([0, 1, 0, 1]))


def test_a_level_without_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two levels"):
        cumulative_logit.maximise(Rows(np.zeros((2, 0)), np.array([0, 2]), np.zeros(2, int), np.ones(2)), 3)
