"""Errors of coefficients when the rows of a cluster depend on each other, and clusters may be few.

The plain sandwich estimator is too small where a covariate hangs on a few clusters, and with it a third of
the findings can be false. CR2 corrects the score of each cluster for its own pull on the fit, so that the
variance is right if rows are independent after all, and Satterthwaite gives each coefficient the degrees of
freedom of its own variance. statsmodels has neither.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from ivvu_analysis.stats import TAILS, Floats

LEAST_SEEN = 0.95
"""Of the variance of a coefficient at least so much must show between clusters, else it gets no interval."""


def cr2(scores: Floats, information: Floats) -> tuple[Floats, Floats]:
    """Estimate the covariance of parameters from the scores of clusters, and their degrees of freedom.

    Those are NaN where one cluster carries a parameter. The scores of the clusters (rows) are those at the
    maximum, the information has a matrix for each cluster.
    """
    bread = np.linalg.inv(information.sum(0))
    root, inverse = _power(information, 0.5), _power(information, -0.5)
    pull = bread @ root @ _power(np.eye(len(bread)) - root @ bread @ root, -0.5) @ inverse
    moves = np.einsum("gkp,gp->gk", pull, scores)
    # Under independent rows the moves of two clusters covary by these; a parameter at a time.
    reach = pull @ information
    own = np.einsum("gkp,gkp->gk", reach, pull)
    df = np.full(len(bread), np.nan)
    for k in range(len(bread)):
        omega = np.diag(own[:, k]) - reach[:, k] @ bread @ reach[:, k].T
        if np.trace(omega) > LEAST_SEEN * bread[k, k]:
            df[k] = np.trace(omega) ** 2 / (omega**2).sum()
    return np.asarray(moves.T @ moves), df


def _power(matrices: Floats, exponent: float) -> Floats:
    """Return a power of symmetric matrices that have no negative values; what is zero stays zero."""
    values, vectors = np.linalg.eigh(matrices)
    powered = np.where(values > 1e-8, np.maximum(values, 1e-8) ** exponent, 0.0)
    return np.asarray((vectors * powered[:, None]) @ vectors.transpose(0, 2, 1))


def student_table(estimate: Floats, errors: Floats, df: Floats) -> pd.DataFrame:
    """Return `estimate, conf_low, conf_high, std_error, df, p_value` by Student's distribution.

    Where the degrees of freedom are NaN the data cannot tell the error: the limits are infinite and the
    p-value is NaN. An estimate of 0 without error has a p-value of 1.
    """
    distance = np.divide(np.abs(estimate), errors, out=np.zeros_like(estimate), where=estimate != 0)
    margin = np.where(np.isnan(df), np.inf, special.stdtrit(df, TAILS[1]) * errors)
    return pd.DataFrame(
        {
            "estimate": estimate,
            "conf_low": estimate - margin,
            "conf_high": estimate + margin,
            "std_error": errors,
            "df": df,
            "p_value": 2 * special.stdtr(df, -distance),
        }
    )
