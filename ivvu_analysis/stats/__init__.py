"""Statistics as pure functions: a frame or counts in, a tidy result frame out.

What statsmodels or scipy has, and has right, is called; `docs/methods.md` says for each estimator which call
that is, or why it is ours. Nothing here knows of the domain or of files. All intervals are of 95 %.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TAILS = (0.025, 0.975)  # the probabilities below the two limits of an interval
Z = float(special.ndtri(TAILS[1]))  # how many standard errors a normal interval reaches to either side
RESAMPLES = 9999  # how many tables with the same margins are drawn for a p-value


def whole_counts(counts: ArrayLike) -> Floats:
    """Return counts as an array; what cannot be counts is a ValueError."""
    values = np.asarray(counts, dtype=float)
    if not ((values >= 0) & (values < np.inf) & (values == np.floor(values))).all():
        raise ValueError("Counts must be whole numbers from zero up.")
    return values


def aligned(first: pd.Series, other: Any) -> Any:
    """Return a series or frame in the order of the labels of the first; other labels are a ValueError."""
    if other.index.equals(first.index):
        return other
    if not (first.index.is_unique and other.index.is_unique and {*first.index} == {*other.index}):
        raise ValueError("What is compared must be of the same units, by the same labels, each of them once.")
    return other.loc[first.index]


def ranked(scale: pd.Series) -> pd.Series:
    """Return an ordered scale as numbers; one whose order is only that of the alphabet is a ValueError."""
    if getattr(scale.dtype, "ordered", False):
        return scale.cat.codes.where(scale.notna())
    if not pd.api.types.is_numeric_dtype(scale.infer_objects()):
        raise ValueError("A scale must be numbers or an ordered categorical, from low to high.")
    return scale.astype(float)
