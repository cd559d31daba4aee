"""Whether one odds ratio does for every cut of the ratings, and the model that lets some differ.

A cut splits the ratings in those above a level and the rest, which gives one ordinary logit a cut.
Proportional odds says that their coefficients are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special

from ivvu_analysis.stats.cumulative_logit import Cells, Floats, maximise
from ivvu_analysis.stats.models import OrdinalFit, fit_cells, log_odds_ratios
from ivvu_analysis.stats.separation import separating_direction


def _cuts(cells: Cells, levels: int) -> dict[int, Cells]:
    """Return, for each cut at which the logit has a maximum, the cells with 1 for above it and 0 for not."""
    above = {
        cut: Cells(cells.X, (cells.y > cut).astype(np.int64), cells.cluster, cells.weights)
        for cut in range(levels - 1)
    }
    return {cut: part for cut, part in above.items() if separating_direction(part.X, part.y) is None}


def brant_tests(cells: Cells, levels: int, tested: dict[str, list[int]]) -> pd.DataFrame:
    """Compare the coefficients of the logits at all cuts, for sets of terms named by their columns in X.

    Returns
    -------
    pandas.DataFrame
        `term` (the name of the set), `estimate, df, p_value, method`.
    """
    full = np.column_stack([np.ones(len(cells.X)), cells.X])
    parts = _cuts(cells, levels)
    fitted = [maximise(part, 2) for part in parts.values()]
    chances = [special.expit(cells.X @ found[1:] - found[0]) for found in fitted]
    joint = _joint_covariance(full, cells.weights, chances)
    stacked, terms = np.concatenate([np.zeros(0), *(found[1:] for found in fitted)]), cells.X.shape[1]
    rows = []
    for name, numbers in tested.items():
        contrast = np.zeros((max(len(parts) - 1, 0) * len(numbers), len(stacked)))
        for row, (later, number) in enumerate((c, k) for c in range(1, len(parts)) for k in numbers):
            contrast[row, number], contrast[row, later * terms + number] = 1.0, -1.0
        apart, df = contrast @ stacked, len(contrast)
        statistic = float(apart @ np.linalg.solve(contrast @ joint @ contrast.T, apart)) if df else 0.0
        rows.append((name, statistic, df, float(special.chdtrc(df, statistic)) if df else 1.0))
    frame = pd.DataFrame(rows, columns=["term", "estimate", "df", "p_value"])
    return frame.assign(method=f"Brant, {len(parts)} of {levels - 1} cuts")


def _joint_covariance(full: Floats, weights: Floats, chances: Sequence[Floats]) -> Floats:
    """Return the covariance of the slopes of the logits at all cuts, fitted apart on the same rows.

    At cuts l < m the outcomes covary by P(above m) (1 - P(above l)).
    """

    def information(one: Floats, other: Floats) -> Floats:
        variance = np.minimum(one, other) * (1 - np.maximum(one, other))
        return np.asarray((full.T * (weights * variance)) @ full, dtype=float)

    bread = [np.linalg.inv(information(p, p)) for p in chances]
    blocks = [
        [(b @ information(p, q) @ c)[1:, 1:] for q, c in zip(chances, bread, strict=True)]
        for p, b in zip(chances, bread, strict=True)
    ]
    return np.asarray(np.block(blocks), dtype=float) if blocks else np.zeros((0, 0))


def brant(fit: OrdinalFit) -> pd.DataFrame:
    """Test whether coefficients are equal at every cut: the gate to `partial_proportional_odds`.

    Returns
    -------
    pandas.DataFrame
        `term, estimate, df, n, p_value, method`: the chi-squared statistic for `all terms` together and for
        each. Cuts that a term separates are left out, and `method` says how many remain; with fewer than two
        the statistic is zero on zero degrees of freedom.
    """
    tested = {"all terms": list(range(len(fit.terms)))} | {term: [k] for k, term in enumerate(fit.terms)}
    return brant_tests(fit.cells, len(fit.levels), tested).assign(n=fit.n)


def partial_proportional_odds(fit: OrdinalFit, free: Sequence[str], level: float = 0.95) -> pd.DataFrame:
    """Let the coefficients of some terms differ between cuts: those of the logit of each cut.

    Parameters
    ----------
    fit
        The proportional-odds model to relax.
    free
        Terms, or covariates for all their terms, that get a coefficient for each cut; the others keep that of
        the model.
    level
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        The columns of `models.log_odds_ratios` after `term, cut`; `cut` names the lowest level above it, and
        is `all` for terms with one coefficient.

    Raises
    ------
    ValueError
        If a free term is unknown, or some cut is separated by the terms or has too few ratings on one side.
    """
    unknown = [name for name in free if name not in fit.terms and name not in fit.sources]
    if unknown:
        raise ValueError(f"These terms are not in the model: {', '.join(unknown)}.")
    freed = {term for term, source in zip(fit.terms, fit.sources, strict=True) if {term, source} & set(free)}
    rows = {"all": log_odds_ratios(fit, level).query("term not in @freed", local_dict={"freed": freed})}
    for cut, name in enumerate(fit.levels[1:]):
        cells = replace(fit.cells, y=(fit.cells.y > cut).astype(np.int64))
        try:
            logit = fit_cells(cells, ("below", name), fit.clusters, fit.terms, fit.sources, fit.factors)
        except ValueError as reason:
            raise ValueError(f"There is no model of the cut below '{name}'. {reason}") from reason
        rows[name] = log_odds_ratios(logit, level).query("term in @freed", local_dict={"freed": freed})
    frame = pd.concat(rows, names=["cut"]).reset_index("cut").sort_index(kind="stable")
    frame.insert(0, "term", frame.pop("term"))
    return frame.reset_index(drop=True)
