"""The tails that an interval leaves, so that every `level` is checked once and in one way."""

from __future__ import annotations

from scipy import special


def tails(level: float) -> tuple[float, float]:
    """Return the probabilities below the two limits of a central interval.

    Raises
    ------
    ValueError
        If `level` is not a probability between 0 and 1.

    Examples
    --------
    >>> tails(0.5)
    (0.25, 0.75)
    """
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, as 0.95, and is not {level}.")
    return (1 - level) / 2, (1 + level) / 2


def normal_multiple(level: float) -> float:
    """Return how many standard errors a normal interval reaches to either side, 1.96 for 0.95."""
    return -float(special.ndtri(tails(level)[0]))
