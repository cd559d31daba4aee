"""What a coefficient of proportional odds means in probabilities of each rating."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ivvu_analysis.stats.cumulative_logit import Cells, Floats, level_slopes
from ivvu_analysis.stats.models import OrdinalFit


def average_marginal_effects(fit: OrdinalFit, level: float = 0.95) -> pd.DataFrame:
    """Say by how much each term changes the probability of each level, averaged over the rows.

    For a factor: what if every row had that level instead of the first one. For a number: the slope.

    Returns
    -------
    pandas.DataFrame
        `term, level, estimate, conf_low, conf_high, std_error, n, method`; the effects of a term add up to
        zero. Errors by the delta method.
    """
    rows: list[tuple[object, ...]] = []
    for number, term in enumerate(fit.terms):
        for name, (effect, gradient) in zip(fit.levels, _effects(fit, number), strict=True):
            error = float(np.sqrt(gradient @ fit.covariance @ gradient))
            margin = fit.quantile(level) * error
            rows.append((term, name, effect, effect - margin, effect + margin, error, fit.n, fit.method))
    names = ["term", "level", "estimate", "conf_low", "conf_high", "std_error", "n", "method"]
    return pd.DataFrame(rows, columns=names)


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
