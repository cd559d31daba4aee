"""What a coefficient of proportional odds means in probabilities of each rating."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivvu_analysis.stats.cluster_errors import student_table
from ivvu_analysis.stats.cumulative_logit import Cells, Floats, level_slopes
from ivvu_analysis.stats.models import OrdinalFit


def average_marginal_effects(fit: OrdinalFit, level: float = 0.95) -> pd.DataFrame:
    """Say by how much each term changes the probability of each level, averaged over the rows.

    For a factor: what if every row had that level instead of the first one. For a number: the slope.

    Returns
    -------
    pandas.DataFrame
        `term, level, estimate, conf_low, conf_high, std_error, df, n, method`; the effects of a term add up
        to zero. Errors by the delta method, with the degrees of freedom of the term.
    """
    X, weights, cuts = fit.cells.X, fit.cells.weights / fit.n, len(fit.levels) - 1
    frames = []
    for number, term in enumerate(fit.terms):
        with_it, without, step = X.copy(), X.copy(), 1e-5
        factor = term.split(": ")[0]
        if factor != term:
            source = [other for other, name in enumerate(fit.terms) if name.split(": ")[0] == factor]
            with_it[:, source], without[:, source], step = 0.0, 0.0, 1.0
            with_it[:, number] = 1.0
        else:
            with_it[:, number] += step / 2
            without[:, number] -= step / 2
        ends = [_chances(fit, designed, weights) for designed in (with_it, without)]
        effects, slopes = ((one - other) / step for one, other in zip(*ends, strict=True))
        errors = np.sqrt(np.einsum("lp,pq,lq->l", slopes, fit.covariance, slopes))
        table = student_table(effects, errors, np.full(cuts + 1, fit.df[cuts + number]), level)
        frames.append(pd.DataFrame({"term": term, "level": fit.levels}).join(table.drop(columns="p_value")))
    return pd.concat(frames, ignore_index=True).assign(n=fit.n, method=fit.method)


def _chances(fit: OrdinalFit, X: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the average probability of each level for rows with this design, and its gradients."""
    found = []
    for level in range(len(fit.levels)):
        cells = Cells(X, np.full(len(X), level), fit.cells.cluster, weights)
        p, (above, under), upper, lower = level_slopes(fit.parameters, cells)
        slope = (upper * (1 - upper))[:, None] * above - (lower * (1 - lower))[:, None] * under
        found.append((weights @ p, weights @ slope))
    return np.array([p for p, _ in found]), np.array([slope for _, slope in found])
