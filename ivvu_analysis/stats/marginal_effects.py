"""What a coefficient of proportional odds means in probabilities of each rating."""

from __future__ import annotations

from collections.abc import Iterable

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
    cuts = len(fit.levels) - 1
    frames = []
    for number, term in enumerate(fit.terms):
        effects, gradients = zip(*_effects(fit, number), strict=True)
        slopes = np.array(gradients)
        errors = np.sqrt(np.einsum("lp,pq,lq->l", slopes, fit.covariance, slopes))
        table = student_table(np.array(effects), errors, np.full(cuts + 1, fit.df[cuts + number]), level)
        frames.append(pd.DataFrame({"term": term, "level": fit.levels}).join(table.drop(columns="p_value")))
    return pd.concat(frames, ignore_index=True).assign(n=fit.n, method=fit.method)


def _effects(fit: OrdinalFit, number: int) -> Iterable[tuple[float, Floats]]:
    """Yield, for each level, the average effect of a term on its probability and the gradient of that."""
    X, weights = fit.cells.X, fit.cells.weights / fit.cells.weights.sum()
    source = [other for other, name in enumerate(fit.sources) if name == fit.sources[number]]
    step = 1.0 if fit.factors[number] else 1e-5
    with_it, without = X.copy(), X.copy()
    if fit.factors[number]:
        with_it[:, source], without[:, source] = 0.0, 0.0
        with_it[:, number] = 1.0
    else:
        with_it[:, number] += step / 2
        without[:, number] -= step / 2
    for level in range(len(fit.levels)):
        parts = []
        for designed in (with_it, without):
            cells = Cells(designed, np.full(len(X), level), fit.cells.cluster, weights)
            p, (above, under), upper, lower = level_slopes(fit.parameters, cells)
            slope = (upper * (1 - upper))[:, None] * above - (lower * (1 - lower))[:, None] * under
            parts.append((float(weights @ p), weights @ slope))
        yield (parts[0][0] - parts[1][0]) / step, (parts[0][1] - parts[1][1]) / step
