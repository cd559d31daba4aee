"""Whether one odds ratio does for every cut of the ratings, and the model that lets some differ.

A cut splits the ratings in those above a level and the rest, which gives one ordinary logit a cut.
Proportional odds says that their coefficients are equal.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from ivvu_analysis.stats.cumulative_logit import (
    Cells,
    Floats,
    Ints,
    maximise,
    sandwich,
    scores_and_information,
)
from ivvu_analysis.stats.models import OrdinalFit
from ivvu_analysis.stats.separation import separating_direction


def _usable_cuts(fit: OrdinalFit) -> list[int]:
    """Return the cuts at which the logit has a maximum."""
    above = [(cut, (fit.cells.y > cut).astype(np.int64)) for cut in range(len(fit.levels) - 1)]
    return [cut for cut, y in above if separating_direction(fit.cells.X, y) is None]


def brant(fit: OrdinalFit) -> pd.DataFrame:
    """Test whether coefficients are equal at every cut: a diagnostic, not a gate.

    Returns
    -------
    pandas.DataFrame
        `term, estimate, df, n, p_value, method`: the chi-squared statistic for `all terms` together and for
        each. Cuts that a term separates are left out, and `method` says how many remain; with fewer than two
        the statistic is zero on zero degrees of freedom.

    References
    ----------
    Brant (1990).
    """
    X, weights = fit.cells.X, fit.cells.weights
    cuts = _usable_cuts(fit)
    full = np.column_stack([np.ones(len(X)), X])
    slopes: list[Floats] = []
    chances: list[Floats] = []
    for cut in cuts:
        above = Cells(X, (fit.cells.y > cut).astype(np.int64), fit.cells.cluster, weights)
        fitted = maximise(above, 2)
        slopes.append(fitted[1:])
        chances.append(special.expit(X @ fitted[1:] - fitted[0]))
    joint = _joint_covariance(full, weights, chances)
    stacked, terms = np.concatenate([np.zeros(0), *slopes]), len(fit.terms)
    rows = []
    for name, numbers in [
        ("all terms", list(range(terms))),
        *((term, [k]) for k, term in enumerate(fit.terms)),
    ]:
        contrast = np.zeros((max(len(cuts) - 1, 0) * len(numbers), len(stacked)))
        for row, (later, number) in enumerate((c, k) for c in range(1, len(cuts)) for k in numbers):
            contrast[row, number], contrast[row, later * terms + number] = 1.0, -1.0
        difference, df = contrast @ stacked, len(contrast)
        statistic = (
            float(difference @ np.linalg.solve(contrast @ joint @ contrast.T, difference)) if df else 0.0
        )
        rows.append((name, statistic, df, fit.n, float(special.chdtrc(df, statistic)) if df else 1.0))
    frame = pd.DataFrame(rows, columns=["term", "estimate", "df", "n", "p_value"])
    return frame.assign(method=f"Brant, {len(cuts)} of {len(fit.levels) - 1} cuts")


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


def partial_proportional_odds(fit: OrdinalFit, free: Sequence[str], level: float = 0.95) -> pd.DataFrame:
    """Let the coefficients of some terms differ between cuts, by stacking the logits of all cuts.

    Every row of the register appears once for each cut. The stacked rows of a project, and of a region,
    depend on each other; the clustered covariance allows for that.

    Parameters
    ----------
    fit
        The proportional-odds model to relax.
    free
        Terms, or covariates for all their terms, that get a coefficient for each cut.
    level
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        `term, cut, estimate, conf_low, conf_high, std_error, n, p_value, method`; `cut` names the lowest
        level above it, and is `all` for terms with one coefficient.

    Raises
    ------
    ValueError
        If a free term is unknown, or some cut is separated by the terms.

    References
    ----------
    Peterson and Harrell (1990), for the model.
    """
    unknown = [name for name in free if name not in fit.terms and name not in fit.sources]
    if unknown:
        raise ValueError(f"These terms are not in the model: {', '.join(unknown)}.")
    cuts, rows = len(fit.levels) - 1, len(fit.cells.y)
    if len(_usable_cuts(fit)) < cuts:
        raise ValueError(
            "Some cut of the ratings is separated by the terms; join levels or leave out a term."
        )
    at_cut = np.repeat(np.arange(cuts), rows)
    X = np.tile(fit.cells.X, (cuts, 1))
    columns, names = [(at_cut == cut).astype(float) for cut in range(1, cuts)], []
    for number, (term, source) in enumerate(zip(fit.terms, fit.sources, strict=True)):
        for cut in range(cuts) if {term, source} & set(free) else [None]:
            columns.append(X[:, number] if cut is None else X[:, number] * (at_cut == cut))
            names.append((term, "all" if cut is None else fit.levels[cut + 1]))
    stack = Cells(
        np.column_stack(columns),
        (np.tile(fit.cells.y, cuts) > at_cut).astype(np.int64),
        np.tile(fit.cells.cluster, cuts),
        np.tile(fit.cells.weights, cuts),
    )
    parameters = maximise(stack, 2)
    covariance = _stacked_covariance(fit, parameters, stack)
    estimate, errors = parameters[cuts:], np.sqrt(np.diag(covariance))[cuts:]
    margin, df = fit.quantile(level) * errors, len(fit.clusters) - 1
    ratio = np.abs(estimate) / errors
    return pd.DataFrame(names, columns=["term", "cut"]).assign(
        estimate=estimate,
        conf_low=estimate - margin,
        conf_high=estimate + margin,
        std_error=errors,
        n=fit.n,
        p_value=2 * (special.stdtr(df, -ratio) if df > 0 else special.ndtr(-ratio)),
        method=f"stacked logits, {fit.method if fit.clusters else 'clustered by row'}",
    )


def _stacked_covariance(fit: OrdinalFit, parameters: Floats, stack: Cells) -> Floats:
    """Return the covariance of stacked logits, clustered by region, or by row where there are no regions."""
    scores, information = scores_and_information(parameters, stack)
    # One score a cell, summed over its cuts: equal rows have equal scores.
    by_cell = scores.reshape(-1, len(fit.cells.y), scores.shape[1]).sum(axis=0)
    bread = np.asarray(np.linalg.inv(information), dtype=float)
    if not fit.clusters:
        return sandwich(bread, np.repeat(by_cell, fit.cells.weights.astype(int), axis=0))
    groups: Ints = fit.cells.cluster
    summed = np.zeros((len(fit.clusters), scores.shape[1]))
    np.add.at(summed, groups, by_cell * fit.cells.weights[:, None])
    return sandwich(bread, summed)
