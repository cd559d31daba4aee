"""What ratings can tell: how many coefficients they carry, and whether the likelihood has a maximum."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

Floats = NDArray[np.float64]
ROWS_PER_PARAMETER = 15


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
