"""Proportional odds on the rows of a register: what goes with a higher rating, regions being clusters.

Projects of one region resemble each other, so errors come from the spread between regions, or from leaving
out one region at a time. The plain sandwich estimator is too small where a covariate hangs on a few clusters,
and with it a third of the findings can be false. CR2 corrects the score of each cluster for its own pull on
the fit, so that the variance is right if rows are independent after all, and Satterthwaite gives each
coefficient the degrees of freedom of its own variance. statsmodels has neither.

A cut splits the ratings in those above a level and the rest, which gives one ordinary logit a cut.
Proportional odds says that their coefficients are equal.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from ivvu_analysis.stats import TAILS, Floats, aligned
from ivvu_analysis.stats.cumulative_logit import Rows, carried, likelihood, maximise

LEAST_SEEN = 0.95  # of the variance of a coefficient must show between clusters, else it has no interval


@dataclass(frozen=True)
class OrdinalFit:
    """A fitted proportional-odds model.

    Attributes
    ----------
    parameters, covariance, df
        Thresholds, then coefficients; the degrees of freedom are NaN where one cluster carries a parameter.
    terms, levels
        Names of the coefficients (``factor: level`` for that of a factor), and levels in use, lowest first.
    n, clusters
        The number of rows with a rating, all covariates and a cluster, and that of clusters.
    rows
        The data.
    """

    parameters: Floats
    covariance: Floats
    df: Floats
    terms: tuple[str, ...]
    levels: tuple[str, ...]
    n: int
    clusters: int
    rows: Rows

    @property
    def coefficients(self) -> Floats:
        """The log odds ratios."""
        return self.parameters[len(self.levels) - 1 :]


def cr2(scores: Floats, information: Floats) -> tuple[Floats, Floats]:
    """Estimate the covariance of parameters from the scores of clusters, and their degrees of freedom.

    Those are NaN where one cluster carries a parameter. The scores of the clusters (rows) are those at the
    maximum, the information has a matrix for each cluster.
    """
    bread = np.linalg.inv(information.sum(0))
    root, inverse = _power(information, 0.5), _power(information, -0.5)
    pull = bread @ root @ _power(np.eye(len(bread)) - root @ bread @ root, -0.5) @ inverse
    moves = np.einsum("gkp,gp->gk", pull, scores)
    # Under independent rows the moves of two clusters covary by these, for each parameter.
    reach = (pull @ information).swapaxes(0, 1)
    own = (reach * pull.swapaxes(0, 1)).sum(2)[:, None] * np.eye(len(scores))
    omega = own - reach @ bread @ reach.swapaxes(1, 2)
    seen = np.trace(omega, axis1=1, axis2=2)
    omega[seen <= LEAST_SEEN * np.diag(bread)] = np.nan
    return np.asarray(moves.T @ moves), np.asarray(seen**2 / (omega**2).sum((1, 2)))


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
    limits = {"estimate": estimate, "conf_low": estimate - margin, "conf_high": estimate + margin}
    return pd.DataFrame(limits | {"std_error": errors, "df": df, "p_value": 2 * special.stdtr(df, -distance)})


def design(covariates: pd.DataFrame) -> pd.DataFrame:
    """Turn covariates into numbers: a factor against its first level in use, as columns `factor: level`."""
    used = covariates.apply(lambda one: one.cat.remove_unused_categories() if hasattr(one, "cat") else one)
    columns = [pd.get_dummies(used[[name]], prefix_sep=": ", drop_first=True) for name in used]
    return pd.concat([used[[]], *columns], axis=1).astype(float)


def proportional_odds(ratings: pd.Series, covariates: pd.DataFrame, clusters: pd.Series) -> OrdinalFit:
    """Fit proportional odds to the rows that have a rating, all covariates and a cluster.

    Ratings are an ordered categorical, from low to high, of which levels nobody has are left out; covariates
    are numbers, or factors that are compared with their first level; a cluster is a region. The three belong
    together by their labels.

    Raises
    ------
    ValueError
        If the ratings are no ordered categorical, if the labels differ, if no covariate differs, if there are
        more coefficients than a fifteenth of the effective number of rows, or if the ratings cannot identify
        them (collinear or separated).

    Examples
    --------
    >>> ratings = pd.Series(pd.Categorical(["high"] * 12 + ["low"] * 8 + ["high"] * 6 + ["low"] * 14,
    ...                                    ["low", "high"], ordered=True))
    >>> themes = pd.DataFrame({"theme": pd.Categorical(["technology"] * 20 + ["other"] * 20)})
    >>> fit = proportional_odds(ratings, themes, pd.Series(list("abcde") * 8))
    >>> round(float(np.exp(fit.coefficients[0])), 3)
    3.5
    """
    if not getattr(ratings.dtype, "ordered", False):  # in the order of the alphabet the signs may turn
        raise ValueError("The ratings must be an ordered categorical, from low to high.")
    covariates, clusters = aligned(ratings, covariates), aligned(ratings, clusters)
    complete = ratings.notna() & covariates.notna().all(axis=1) & clusters.notna()
    X, y = design(covariates[complete]), ratings[complete].cat.remove_unused_categories()
    if X.empty:
        raise ValueError("A model needs rows, and a covariate on which they differ.")
    codes, _ = pd.factorize(clusters[complete], sort=True)
    rows = Rows(X.to_numpy(), y.cat.codes.to_numpy(np.int64), codes, np.ones(len(y)))
    return fit_rows(rows, tuple(map(str, y.cat.categories)), tuple(X.columns))


def fit_rows(rows: Rows, levels: tuple[str, ...], terms: tuple[str, ...]) -> OrdinalFit:
    """Fit proportional odds to complete rows, see `proportional_odds`; names are those of `OrdinalFit`."""
    most = int(carried(np.bincount(rows.y)))
    if len(terms) > most:
        raise ValueError(f"The ratings carry at most {most} coefficients, but {len(terms)} were asked for.")
    parameters = maximise(rows, len(levels))
    parts = [Rows(*(x[rows.cluster == number] for x in rows)) for number in np.unique(rows.cluster)]
    _, scores, information = zip(*(likelihood(parameters, part) for part in parts), strict=True)
    covariance, df = cr2(np.array(scores), np.array(information))
    return OrdinalFit(parameters, covariance, df, terms, levels, len(rows.y), len(parts), rows)


def log_odds_ratios(fit: OrdinalFit, jackknife: bool = False) -> pd.DataFrame:
    """Give the log odds ratios with their intervals.

    With `jackknife` the errors come from leaving out one cluster at a time.

    Returns
    -------
    pandas.DataFrame
        `term, estimate, conf_low, conf_high, std_error, df, p_value, n, method`; exponentiate for odds
        ratios. A term that one cluster carries has no error: its limits are infinite, its p-value NaN.

    Raises
    ------
    ValueError
        If without one of the clusters a coefficient cannot be estimated, for the jackknife.
    """
    cuts, number = len(fit.levels) - 1, fit.clusters
    errors, how = np.sqrt(np.diag(fit.covariance))[cuts:], f"CR2 on {number}"
    if jackknife:
        others = [Rows(*(x[fit.rows.cluster != one] for x in fit.rows)) for one in range(number)]
        left = [maximise(rows, cuts + 1)[cuts:] for rows in others]
        errors, how = np.sqrt((number - 1) * np.var(left, axis=0)), f"jackknife over {number}"
    frame = student_table(fit.coefficients, errors, fit.df[cuts:])
    frame.insert(0, "term", fit.terms)
    return frame.assign(n=fit.n, method=f"{how} clusters, Satterthwaite t")


def average_marginal_effects(fit: OrdinalFit) -> pd.DataFrame:
    """Say by how much each term changes the probability of each level, averaged over the rows.

    For a factor: what if every row had that level instead of the first one. For a number: the slope.

    Returns
    -------
    pandas.DataFrame
        `term, level, estimate, conf_low, conf_high, std_error, df, n, method`; the effects of a term add up
        to zero. Errors by the delta method, with the degrees of freedom of the term.
    """
    cuts, frames = len(fit.levels) - 1, []
    for number, term in enumerate(fit.terms):
        factor, of, _ = term.partition(": ")
        step = np.eye(len(fit.terms))[number] * (1.0 if of else 1e-5)
        same = np.array([other.startswith(f"{factor}: ") for other in fit.terms])
        start = np.where(same, 0.0, fit.rows.X) if of else fit.rows.X - step / 2
        ends = _chances(fit, start + step), _chances(fit, start)
        effects, slopes = ((one - other) / step.max() for one, other in zip(*ends, strict=True))
        errors = np.sqrt(np.einsum("lp,pq,lq->l", slopes, fit.covariance, slopes))
        table = student_table(effects, errors, np.full(cuts + 1, fit.df[cuts + number]))
        frames.append(pd.DataFrame({"term": term, "level": fit.levels}).join(table.drop(columns="p_value")))
    method = f"CR2 on {fit.clusters} clusters, Satterthwaite t"
    return pd.concat(frames, ignore_index=True).assign(n=fit.n, method=method)


def _chances(fit: OrdinalFit, X: Floats) -> tuple[Floats, Floats]:
    """Return the average probability of each level for rows with this design, and its gradients."""
    cuts = len(fit.levels) - 1
    below = special.expit(fit.parameters[:cuts] - (X @ fit.coefficients)[:, None])
    density = below * (1 - below) / fit.n
    slopes = np.hstack([np.diag(density.sum(0)), -density.T @ X])
    chances = np.diff(below.mean(0), prepend=0.0, append=1.0)
    return chances, np.diff(slopes, axis=0, prepend=0 * slopes[:1], append=0 * slopes[:1])


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
    fitted, differences = np.reshape(found, (len(found), k + 1)), np.diff(np.eye(len(found)), axis=0)
    joint = _joint_covariance(fit.rows.X, fitted)
    rows: list[tuple[str, float, int, float]] = []
    for name, numbers in [("all terms", list(range(k))), *((term, [i]) for i, term in enumerate(fit.terms))]:
        contrast = np.kron(differences, np.eye(k)[numbers])
        apart = (differences @ fitted[:, 1:][:, numbers]).ravel()
        df = apart.size
        statistic = float(apart @ np.linalg.solve(contrast @ joint @ contrast.T, apart)) if df else 0.0
        rows.append((name, statistic, df, float(special.chdtrc(df, statistic)) if df else 1.0))
    frame = pd.DataFrame(rows, columns=["term", "estimate", "df", "p_value"])
    return frame.assign(n=fit.n, method=f"Brant, {len(fitted)} of {len(cuts)} cuts")


def _cuts(fit: OrdinalFit) -> list[Rows]:
    """Return the data once for each cut, rated above it or not."""
    return [fit.rows._replace(y=(fit.rows.y > cut).astype(np.int64)) for cut in range(len(fit.levels) - 1)]


def _joint_covariance(X: Floats, fitted: Floats) -> Floats:
    """Return the covariance of the slopes of the logits at all cuts (rows), fitted apart on the same data.

    At cuts l < m the outcomes covary by P(above m) (1 - P(above l)).
    """
    full, cuts = np.column_stack([np.ones(len(X)), X]), range(len(fitted))
    above = special.expit(fitted[:, 1:] @ X.T - fitted[:, :1])
    together = np.minimum(above[:, None], above) * (1 - np.maximum(above[:, None], above))
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
        If the model has no such term, or some cut is separated by the terms or has too few ratings on a side.
    """
    if unknown := {*free} - {*fit.terms}:
        raise ValueError(f"The model has no term {min(unknown)!r}; it has {', '.join(fit.terms)}.")
    one = log_odds_ratios(fit)
    found = [one[~one["term"].isin(free)].assign(cut=None)]
    for name, rows in zip(fit.levels[1:], _cuts(fit), strict=True):
        logit = log_odds_ratios(fit_rows(rows, ("below", name), fit.terms))
        found.append(logit[logit["term"].isin(free)].assign(cut=name))
    frame = pd.concat(found).sort_index(kind="stable")
    frame.insert(1, "cut", frame.pop("cut"))
    return frame.reset_index(drop=True)
