from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from ivvu_analysis.stats import cumulative_logit
from ivvu_analysis.stats.cumulative_logit import Cells


def cells(seed: int, rows: int = 40) -> Cells:
    rng = np.random.default_rng(seed)
    y = np.concatenate([np.arange(4), rng.integers(0, 4, rows - 4)])
    return Cells(
        rng.normal(size=(rows, 2)), y, rng.integers(0, 5, rows), rng.integers(1, 4, rows).astype(float)
    )


def test_scores_and_information_are_the_derivatives_of_the_likelihood(seed: int) -> None:
    data, at = cells(seed), np.array([-1.0, 0.2, 1.1, 0.4, -0.3])
    scores, information = cumulative_logit.scores_and_information(at, data)

    def gradient(parameters: np.ndarray) -> np.ndarray:
        return np.asarray(
            cumulative_logit.scores_and_information(parameters, data)[0].T @ data.weights, dtype=float
        )

    slope = optimize.approx_fprime(at, lambda p: cumulative_logit.log_likelihood(p, data), 1e-7)
    assert scores.T @ data.weights == pytest.approx(slope, rel=1e-4, abs=1e-4)
    assert -information == pytest.approx(optimize.approx_fprime(at, gradient, 1e-7), rel=1e-4, abs=1e-4)


def test_probabilities_keep_their_digits_in_both_tails() -> None:
    data = Cells(np.array([[-40.0], [40.0]]), np.array([1, 1]), np.zeros(2, dtype=np.int64), np.ones(2))
    p = cumulative_logit.level_slopes(np.array([-1.0, 1.0, 1.0]), data)[0]
    assert p[0] == pytest.approx(p[1], rel=1e-12)
    assert p[0] == pytest.approx(np.exp(-40) * (np.exp(1) - np.exp(-1)), rel=1e-9)


def test_thresholds_out_of_order_have_no_likelihood(seed: int) -> None:
    assert cumulative_logit.log_likelihood(np.array([1.0, 0.0, 2.0, 0.0, 0.0]), cells(seed)) == -np.inf


def test_equal_rows_are_counted_together() -> None:
    X = np.array([[1.0, 0.5], [1.0, 0.5], [0.0, 0.5]])
    counted = cumulative_logit.count_cells(X, np.array([2, 2, 0]), np.array([1, 1, 0]))
    assert counted.weights.tolist() == [1, 2]
    assert counted.X.tolist() == [[0, 0.5], [1, 0.5]]
    assert counted.y.tolist() == [0, 2]
    assert counted.where(counted.cluster != 1).X.tolist() == [[0, 0.5]]


def test_a_likelihood_without_a_maximum_is_an_error() -> None:
    apart = Cells(
        np.array([[0.0], [1.0]]), np.array([0, 1]), np.zeros(2, dtype=np.int64), np.array([5.0, 5.0])
    )
    with pytest.raises(ValueError, match="no maximum"):
        cumulative_logit.maximise(apart, 2)
