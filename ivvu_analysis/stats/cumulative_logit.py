"""The likelihood of proportional odds, logit P(level <= j) = threshold_j - x b, and its maximum.

The log likelihood is concave in thresholds and coefficients, so Newton's method finds its maximum where there
is one, in a few steps. With two levels this is the ordinary logit of the higher one. statsmodels'
`OrderedModel` has the same maximum; ours needs a hundredth of the time (a jackknife fits 34 times), and does
not report a maximum where there is none: where a covariate separates the ratings the steps of Newton's method
do not get small, and a linear programme tells that from a maximum far out.
"""

from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special
from scipy.optimize import linprog

from ivvu_analysis.stats import Floats, Ints

ROWS_PER_PARAMETER = 15
MOST_STEPS = 30
PRECISION = 1e-9  # of the parameters; a maximum far out is known no better


class Rows(NamedTuple):
    """Rows of a register: the design `X`, numbers of the level `y` and the `cluster`, from zero.

    Where equal rows are counted together, `weights` says how many each stands for.
    """

    X: Floats
    y: Ints
    cluster: Ints
    weights: Floats


def likelihood(parameters: Floats, rows: Rows) -> tuple[float, Floats, Floats]:
    """Return the log likelihood, the score and the observed information.

    Where some row has no chance at all the log likelihood is minus infinity, and the others are zero.
    """
    cuts, size = len(parameters) - rows.X.shape[1], len(parameters)
    edges = np.concatenate([[-np.inf], parameters[:cuts], [np.inf]])
    index, marks = rows.X @ parameters[cuts:], np.eye(cuts + 2)[:, 1:-1]
    upper, lower = edges[rows.y + 1] - index, edges[rows.y] - index
    # In the upper tail the difference is taken between the complements, which keep their digits there.
    above = special.expit(-lower) - special.expit(-upper)
    p = np.where(lower > 0, above, special.expit(upper) - special.expit(lower))
    scores, curvature = np.zeros((len(p), size)), np.zeros((size, size))
    if not np.all(p > 0):
        return -np.inf, np.zeros(size), curvature
    for sign, end, mark in ((1, upper, marks[rows.y + 1]), (-1, lower, marks[rows.y])):
        slope, below = np.hstack([mark, -rows.X]), special.expit(end)
        density = sign * below * (1 - below) / p
        scores += density[:, None] * slope
        curvature += (slope.T * (rows.weights * density * (1 - 2 * below))) @ slope
    weighted = scores.T * rows.weights
    return float(rows.weights @ np.log(p)), weighted.sum(1), weighted @ scores - curvature


def maximise(rows: Rows, levels: int) -> Floats:
    """Return the parameters that maximise the likelihood of proportional odds (with two levels, a logit).

    Raises
    ------
    ValueError
        If there is no single maximum: a level is empty, or covariates are collinear or separate the ratings.

    Examples
    --------
    >>> first, counted = np.array([[1.0], [1], [0], [0]]), np.array([12.0, 8, 6, 14])
    >>> rows = Rows(first, np.array([1, 0, 1, 0]), np.zeros(4, int), counted)
    >>> round(float(np.exp(maximise(rows, 2)[1])), 3)
    3.5
    """
    counts = np.bincount(rows.y, weights=rows.weights, minlength=levels)
    if levels < 2 or not counts.all():
        raise ValueError("A model of ratings needs rows on at least two levels, and on each of those.")
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(rows.X)), rows.X])) <= rows.X.shape[1]:
        raise ValueError("The covariates are collinear: one of them follows from the others.")
    below = counts.cumsum()[:-1] / counts.sum()
    parameters = np.concatenate([special.logit(below), np.zeros(rows.X.shape[1])])
    with suppress(np.linalg.LinAlgError):  # where ratings are separated the information may vanish
        for _ in range(MOST_STEPS):
            reached, score, information = likelihood(parameters, rows)
            step = np.linalg.solve(information, score)
            while likelihood(parameters + step, rows)[0] < reached - 1e-9 * abs(reached):
                step = step / 2
            parameters = np.asarray(parameters + step, dtype=float)
            if np.abs(step).max() < PRECISION * max(1.0, np.abs(parameters).max()):
                return parameters
    if _separated(rows, levels):
        raise ValueError("The ratings are separated by the covariates: no finite odds ratio fits.")
    return parameters


def _separated(rows: Rows, levels: int) -> bool:
    """Say whether the likelihood grows without end in some direction of thresholds and coefficients.

    That is one in which no row moves away from its level, and some row moves towards it.
    """
    marks = np.eye(levels + 1)[:, 1:-1]
    upper = np.hstack([marks[rows.y + 1], -rows.X])[rows.y < levels - 1]
    slack = np.vstack([upper, np.hstack([-marks[rows.y], rows.X])[rows.y > 0]])
    found = linprog(-slack.sum(0), A_ub=-slack, b_ub=np.zeros(len(slack)), bounds=(-1, 1))
    return bool(found.fun < -1e-7)


def carried(level_counts: ArrayLike) -> float:
    """Return how many coefficients ratings carry: a fifteenth of their effective number.

    That is the number of rows with all-different ratings that would tell as much: n - sum(n_j^3) / n^2.

    Examples
    --------
    >>> round(carried([18, 22]) * ROWS_PER_PARAMETER, 1)
    29.7
    """
    counts = np.asarray(level_counts, dtype=float)
    n = counts.sum()
    return float(n - (counts**3).sum() / n**2) / ROWS_PER_PARAMETER if n > 0 else 0.0
