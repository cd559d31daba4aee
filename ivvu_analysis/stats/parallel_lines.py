"""Whether one odds ratio does for every cut of the ratings, and the model that lets some differ.

A cut splits the ratings in those above a level and the rest, which gives one ordinary logit a cut.
Proportional odds says that their coefficients are equal.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special

from ivvu_analysis.stats import Floats
from ivvu_analysis.stats.cumulative_logit import Cells, maximise
from ivvu_analysis.stats.regression import OrdinalFit, fit_cells, log_odds_ratios


def brant(fit: OrdinalFit) -> pd.DataFrame:
    """Test whether coefficients are equal at every cut: the gate to `partial_proportional_odds`.

    Returns
    -------
    pandas.DataFrame
        `term, estimate, df, n, p_value, method`: the chi-squared statistic for `all terms` together and for
        each. Cuts that a term separates are left out, and `method` says how many remain; with fewer than two
        the statistic is zero on zero degrees of freedom.
    """
    k, cuts, found = len(fit.terms), _cuts(fit), []
    for part in cuts:
        with suppress(ValueError):
            found.append(maximise(part, 2))
    fitted, later = np.reshape(found, (len(found), k + 1)), max(len(found) - 1, 0)
    slopes, joint = fitted[:, 1:], _joint_covariance(fit.cells, fitted)
    differences = np.hstack([-np.ones((later, 1)), np.eye(later)])
    rows: list[tuple[str, float, int, float]] = []
    for name, numbers in [("all terms", list(range(k))), *((term, [i]) for i, term in enumerate(fit.terms))]:
        contrast = np.kron(differences, np.eye(k)[numbers])
        apart = (slopes[1:, numbers] - slopes[:1, numbers]).ravel()
        df = apart.size
        statistic = float(apart @ np.linalg.solve(contrast @ joint @ contrast.T, apart)) if df else 0.0
        rows.append((name, statistic, df, float(special.chdtrc(df, statistic)) if df else 1.0))
    frame = pd.DataFrame(rows, columns=["term", "estimate", "df", "p_value"])
    return frame.assign(n=fit.n, method=f"Brant, {len(fitted)} of {len(cuts)} cuts")


def _cuts(fit: OrdinalFit) -> list[Cells]:
    """Return the data once for each cut, rated above it or not."""
    return [replace(fit.cells, y=(fit.cells.y > cut).astype(np.int64)) for cut in range(len(fit.levels) - 1)]


def _joint_covariance(cells: Cells, fitted: Floats) -> Floats:
    """Return the covariance of the slopes of the logits at all cuts (rows), fitted apart on the same data.

    At cuts l < m the outcomes covary by P(above m) (1 - P(above l)).
    """
    full, cuts = np.column_stack([np.ones(len(cells.X)), cells.X]), range(len(fitted))
    above = special.expit(fitted[:, 1:] @ cells.X.T - fitted[:, :1])
    together = np.minimum(above[:, None], above) * (1 - np.maximum(above[:, None], above)) * cells.weights
    information = np.einsum("lmn,ni,nj->lmij", together, full, full, optimize=True)
    bread = np.linalg.inv(information[cuts, cuts])
    joint = (bread[:, None] @ information @ bread)[:, :, 1:, 1:]
    return np.asarray(joint.swapaxes(1, 2).reshape((fitted[:, 1:].size,) * 2))


def partial_proportional_odds(fit: OrdinalFit, free: Sequence[str]) -> pd.DataFrame:
    """Let the coefficients of some terms of a model differ between cuts: those of the logit of each cut.

    Returns
    -------
    pandas.DataFrame
        The columns of `regression.log_odds_ratios` after `term, cut`; `cut` names the lowest level above it,
        and is missing for terms with one coefficient.

    Raises
    ------
    ValueError
        If some cut is separated by the terms or has too few ratings on one side.
    """
    one = log_odds_ratios(fit)
    rows = [one[~one["term"].isin(free)].assign(cut=None)]
    for name, cells in zip(fit.levels[1:], _cuts(fit), strict=True):
        logit = log_odds_ratios(fit_cells(cells, ("below", name), fit.clusters, fit.terms))
        rows.append(logit[logit["term"].isin(free)].assign(cut=name))
    frame = pd.concat(rows).sort_index(kind="stable")
    frame.insert(1, "cut", frame.pop("cut"))
    return frame.reset_index(drop=True)
