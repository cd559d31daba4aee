"""The likelihood of proportional odds, logit P(level <= j) = threshold_j - x b, and its maximum.

The log likelihood is concave in thresholds and coefficients, so Newton's method finds its maximum where there
is one. With two levels this is the ordinary logit of the higher one. statsmodels' `OrderedModel` has the same
maximum; ours takes counts, needs a hundredth of the time (a jackknife fits 34 times), and does not report a
maximum where there is none: before it is sought, one can ask how many coefficients the ratings carry, and
whether something separates them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special
from scipy.optimize import linprog

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROWS_PER_PARAMETER = 15


@dataclass(frozen=True)
class Cells:
    """Equal rows of a register counted together.

    Attributes
    ----------
    X
        Design, a row a cell.
    y
        Number of the level, from zero.
    cluster
        Number of the cluster.
    weights
        How many rows the cell stands for.
    """

    X: Floats
    y: Ints
    cluster: Ints
    weights: Floats

    def where(self, keep: NDArray[np.bool_]) -> Cells:
        """Return some of the cells."""
        return Cells(self.X[keep], self.y[keep], self.cluster[keep], self.weights[keep])


def count_cells(X: Floats, y: Ints, cluster: Ints) -> Cells:
    """Count equal rows together."""
    unique, counts = np.unique(np.column_stack([X, y, cluster]), axis=0, return_counts=True)
    level, group = unique[:, -2:].astype(np.int64).T
    return Cells(unique[:, :-2], level, group, counts.astype(float))


def level_slopes(parameters: Floats, cells: Cells) -> tuple[Floats, tuple[Floats, Floats], Floats, Floats]:
    """Return, per cell, the probability p of its level, the slopes of its ends, and F at either end.

    With F the logistic function at the upper and lower threshold of the level, p = F_u - F_l. Slopes are the
    derivatives of the two arguments by the parameters.
    """
    cuts = len(parameters) - cells.X.shape[1]
    index = cells.X @ parameters[cuts:]
    edges = np.concatenate([[-np.inf], parameters[:cuts], [np.inf]])
    upper, lower = edges[cells.y + 1] - index, edges[cells.y] - index
    # In the upper tail the difference is taken between the complements, which keep their digits there.
    p = np.where(
        lower > 0, special.expit(-lower) - special.expit(-upper), special.expit(upper) - special.expit(lower)
    )
    marks = np.eye(cuts + 2)[:, 1:-1]
    above = np.hstack([marks[cells.y + 1], -cells.X * np.isfinite(upper)[:, None]])
    under = np.hstack([marks[cells.y], -cells.X * np.isfinite(lower)[:, None]])
    return p, (above, under), special.expit(upper), special.expit(lower)


def log_likelihood(parameters: Floats, cells: Cells) -> float:
    """Return the log likelihood, or minus infinity where some row has no chance at all."""
    p = level_slopes(parameters, cells)[0]
    return float(cells.weights @ np.log(p)) if np.all(p > 0) else -np.inf


def scores_and_information(parameters: Floats, cells: Cells) -> tuple[Floats, Floats]:
    """Return the score of each cell (one row, unweighted) and the observed information of all."""
    p, (above, under), upper, lower = level_slopes(parameters, cells)
    dense_u, dense_l = upper * (1 - upper), lower * (1 - lower)
    scores = (dense_u[:, None] * above - dense_l[:, None] * under) / p[:, None]
    bend_u = cells.weights * dense_u * (1 - 2 * upper) / p
    bend_l = cells.weights * dense_l * (1 - 2 * lower) / p
    curvature = (above.T * bend_u) @ above - (under.T * bend_l) @ under
    return scores, (scores.T * cells.weights) @ scores - curvature


def maximise(cells: Cells, levels: int, start: Floats | None = None) -> Floats:
    """Return the parameters that maximise the likelihood of proportional odds (with two levels, a logit).

    Raises
    ------
    ValueError
        If the maximum is not reached, as when a covariate separates the ratings.

    Examples
    --------
    >>> cells = Cells(np.array([[1.0], [1], [0], [0]]), np.array([1, 0, 1, 0]), np.zeros(4, int),
    ...               np.array([12.0, 8, 6, 14]))
    >>> round(float(np.exp(maximise(cells, 2)[1])), 3)
    3.5
    """
    if start is None:
        counts = np.bincount(cells.y, weights=cells.weights, minlength=levels)
        below = counts.cumsum()[:-1] / cells.weights.sum()
        start = np.concatenate([special.logit(below), np.zeros(cells.X.shape[1])])
    parameters, reached = start, log_likelihood(start, cells)
    for _ in range(50):
        scores, information = scores_and_information(parameters, cells)
        try:
            step = np.linalg.solve(information, scores.T @ cells.weights)
        except np.linalg.LinAlgError:
            break
        while log_likelihood(parameters + step, cells) < reached - 1e-9 * abs(reached):
            step = step / 2
        parameters = parameters + step
        reached = log_likelihood(parameters, cells)
        if np.abs(step).max() < 1e-9:
            return np.asarray(parameters, dtype=float)
    raise ValueError(
        "The likelihood has no maximum that could be reached; look for separated or sparse covariates."
    )


def effective_rows(level_counts: ArrayLike) -> float:
    """Return the number of rows with all-different ratings that would tell as much: n - sum(n_j^3) / n^2.

    Examples
    --------
    >>> round(effective_rows([18, 22]), 1)
    29.7
    """
    counts = np.asarray(level_counts, dtype=float)
    n = counts.sum()
    return float(n - (counts**3).sum() / n**2) if n > 0 else 0.0


def separating_direction(X: Floats, y: NDArray[np.int64]) -> Floats | None:
    """Return a direction of the coefficients along which the likelihood never falls, or None.

    Such a direction, with thresholds t, has t_{j-1} <= x d <= t_j for every row with level j, somewhere
    strictly. A linear programme that maximises the slack finds it. It is what an empty cell of factor by
    rating makes; statsmodels reports success there, with an enormous error.
    """
    cuts, terms = int(y.max()), X.shape[1]
    rows = np.unique(np.column_stack([X, y]), axis=0)
    X, y = rows[:, :-1], rows[:, -1].astype(int)
    marks = np.eye(cuts + 2)[:, 1:-1]
    # Slack to the upper threshold where there is one, and to the lower.
    to_upper = np.hstack([marks[y + 1], -X])[y < cuts]
    to_lower = np.hstack([-marks[y], X])[y > 0]
    slack = np.vstack([to_upper, to_lower])
    scale = np.concatenate([np.ones(cuts), np.maximum(np.abs(X).max(axis=0, initial=0), 1e-12)])
    solution = linprog(
        -(slack / scale).sum(axis=0), A_ub=-slack / scale, b_ub=np.zeros(len(slack)), bounds=(-1, 1)
    )
    direction = solution.x[cuts:] / scale[cuts:]
    return direction if -solution.fun > 1e-7 and terms else None


def check_supported(y: NDArray[np.int64], weights: Floats, terms: int) -> None:
    """Raise a ValueError with the number that ratings carry if there are more terms than that.

    They carry a fifteenth of the effective rows.
    """
    most = int(effective_rows(np.bincount(y, weights=weights)) / ROWS_PER_PARAMETER)
    if terms > most:
        raise ValueError(f"The ratings carry at most {most} coefficients, but {terms} were asked for.")


def check_identified(X: Floats, y: NDArray[np.int64], terms: tuple[str, ...], levels: int) -> None:
    """Raise when the likelihood has no single maximum.

    Parameters
    ----------
    X, y
        Design and level number of each cell.
    terms
        Names of the columns of the design.
    levels
        The number of levels, all of which must occur.

    Raises
    ------
    ValueError
        If fewer than two levels occur or one is empty, terms are collinear, or a combination of them
        separates the ratings.
    """
    if levels < 2 or len(np.unique(y)) < levels:
        raise ValueError(
            "A model of ratings needs rows on at least two levels, and on each of those it compares."
        )
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(X)), X])) <= X.shape[1]:
        raise ValueError("The covariates are collinear: one of them follows from the others.")
    direction = separating_direction(X, y)
    if direction is not None:
        guilty = [term for term, part in zip(terms, direction, strict=True) if abs(part) > 1e-6]
        raise ValueError(f"The ratings are separated by {', '.join(guilty)}: no finite odds ratio fits.")
