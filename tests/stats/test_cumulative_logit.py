from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import optimize

from ivvu_analysis.stats.cumulative_logit import Rows, likelihood, maximise


def separated(X: np.ndarray, y: np.ndarray) -> bool:
    """Whether the likelihood is found to have no maximum."""
    with suppress(ValueError):
        maximise(Rows(X, y, np.zeros_like(y), np.ones(len(y))), int(y.max()) + 1)
        return False
    return True


def direction(X: np.ndarray, y: np.ndarray) -> bool:
    """Whether some x d, with thresholds t, has t_{j-1} <= x d <= t_j in every row, somewhere strictly."""
    cuts = int(y.max())
    marks = np.eye(cuts + 2)[:, 1:-1]
    slack = np.vstack([np.hstack([marks[y + 1], -X])[y < cuts], np.hstack([-marks[y], X])[y > 0]])
    solution = optimize.linprog(-slack.sum(0), A_ub=-slack, b_ub=np.zeros(len(slack)), bounds=(-1, 1))
    return bool(-solution.fun > 1e-7)


@settings(max_examples=100)
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


def test_scale_of_a_covariate_does_not_matter() -> None:
    X = np.array([[1e6], [2e6], [3e6], [4e6]])
    assert separated(X, np.array([0, 0, 1, 1]))
    assert not separated(X, np.array([0, 1, 0, 1]))


def test_probabilities_keep_their_digits_in_both_tails_and_thresholds_their_order() -> None:
    one = np.ones(1, dtype=np.int64)
    at = np.array([-1.0, 1.0, 1.0])
    below, above = (Rows(np.array([[x]]), one, one, np.ones(1)) for x in (-40.0, 40.0))
    p = [likelihood(at, rows)[0] for rows in (below, above)]
    assert p == pytest.approx([-40 + np.log(np.exp(1) - np.exp(-1))] * 2, abs=1e-9)
    assert likelihood(at[[1, 0, 2]], below)[0] == -np.inf
