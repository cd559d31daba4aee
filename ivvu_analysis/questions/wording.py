"""Which word a number earns, so that no sentence claims more than its range.

The words themselves stand in the codebook, in both languages; here are the limits between them.
"""

from __future__ import annotations

import pandas as pd

ALPHA = 0.05

# Upper limits of the words for a probability, after the guidance of the IPCC (Mastrandrea et al. 2010).
LIKELIHOOD = (
    (0.01, "exceptionally_unlikely"),
    (0.10, "very_unlikely"),
    (0.33, "unlikely"),
    (0.66, "as_likely_as_not"),
    (0.90, "likely"),
    (0.99, "very_likely"),
    (1.00, "virtually_certain"),
)


def likelihood(probability: float) -> str:
    """Return the code of the word for a probability: see the scale `likelihood` of the codebook.

    Raises
    ------
    ValueError
        If the number is no probability.

    Examples
    --------
    >>> likelihood(0.95)
    'very_likely'
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"{probability} is no probability.")
    return next(word for limit, word in LIKELIHOOD if probability <= limit)


def verdict(row: pd.Series, null: float) -> str:
    """Return ``"higher"``, ``"lower"`` or ``"unclear"``: what a comparison says against `null`.

    Its p-value decides, where there is one; otherwise whether the whole interval lies on one side.
    """
    p_value = row.get("p_value", float("nan"))
    if p_value >= ALPHA:
        return "unclear"
    if p_value < ALPHA:
        return "higher" if row["estimate"] > null else "lower"
    return "higher" if row["conf_low"] > null else "lower" if row["conf_high"] < null else "unclear"


def trend(row: pd.Series) -> str:
    """Return ``"up"``, ``"down"`` or ``"open"``: what the interval of a change says about its sign."""
    return {"higher": "up", "lower": "down", "unclear": "open"}[verdict(row, 0.0)]
