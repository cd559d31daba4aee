from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg

from ivvu_analysis.stats import regression


def logit(seed: int, number: int = 7) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Weighted design, weighted residuals and clusters of a logit at some coefficients, and its scores."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(60), rng.normal(size=60), rng.random(60) < 0.4])
    p = 1 / (1 + np.exp(-X @ [0.2, 0.5, -0.3]))
    root = np.sqrt(p * (1 - p))
    return X * root[:, None], (rng.random(60) - p) / root, rng.integers(0, number, 60), root


def test_cr2_is_the_bias_reduced_sandwich_of_the_working_model(seed: int) -> None:
    """Bell and McCaffrey write it with a matrix of rows by rows for each cluster."""
    X, residual, cluster, _ = logit(seed)
    names = np.unique(cluster)
    bread = np.linalg.inv(X.T @ X)
    pull, moves = [], []
    for name in names:
        inside = cluster == name
        hat = X[inside] @ bread @ X[inside].T
        adjust = linalg.inv(linalg.sqrtm(np.eye(inside.sum()) - hat).real)
        moves.append(bread @ X[inside].T @ adjust @ residual[inside])
        whole = np.eye(60)[inside] - X[inside] @ bread @ X.T
        pull.append(bread @ X[inside].T @ adjust @ whole)
    scores = np.array([X[cluster == name].T @ residual[cluster == name] for name in names])
    information = np.array([X[cluster == name].T @ X[cluster == name] for name in names])
    scores -= information @ (bread @ scores.sum(0))  # as they are at the maximum
    at_maximum = residual - X @ bread @ X.T @ residual
    expected = [pull_ @ residual for pull_ in pull]
    covariance, df = regression.cr2(scores, information)
    assert at_maximum @ X == pytest.approx(np.zeros(3), abs=1e-9)
    assert covariance == pytest.approx(np.array(expected).T @ np.array(expected), rel=1e-6)
    for k in range(3):
        rows = np.array([pull_[k] for pull_ in pull])
        omega = rows @ rows.T
        assert df[k] == pytest.approx(np.trace(omega) ** 2 / (omega**2).sum(), rel=1e-6)
        assert np.trace(omega) == pytest.approx(bread[k, k], rel=1e-6)


def test_what_one_cluster_carries_has_no_error() -> None:
    X = np.column_stack([np.ones(8), np.repeat([1.0, 0, 0, 0], 2)])
    information = np.array([X[i : i + 2].T @ X[i : i + 2] for i in range(0, 8, 2)])
    scores = np.array([[0.0, 0], [1, 0], [-2, 0], [1, 0]])
    _, df = regression.cr2(scores, information)
    assert df[0] == pytest.approx(2)
    assert np.isnan(df[1])


def test_infinite_degrees_of_freedom_are_normal() -> None:
    row = regression.student_table(np.array([1.0]), np.array([0.5]), np.array([np.inf])).iloc[0]
    assert row["conf_high"] == pytest.approx(1 + 0.5 * 1.959964)
    assert row["p_value"] == pytest.approx(0.0455, abs=1e-4)
