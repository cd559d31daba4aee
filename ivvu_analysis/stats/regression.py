"""Proportional odds on the rows of a register: what goes with a higher rating, regions being clusters.

Projects of one region resemble each other, so errors come from the spread between regions (`cluster_errors`),
or from leaving out one region at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivvu_analysis.stats.cluster_errors import cr2, student_table
from ivvu_analysis.stats.cumulative_logit import (
    Cells,
    Floats,
    check_identified,
    check_supported,
    count_cells,
    level_slopes,
    maximise,
    scores_and_information,
)


@dataclass(frozen=True)
class OrdinalFit:
    """A fitted proportional-odds model.

    Attributes
    ----------
    parameters
        Thresholds, then coefficients.
    covariance
        Of the parameters: CR2 where there are clusters, else from the information.
    df
        Degrees of freedom of each parameter: infinite without clusters, NaN where one cluster carries it.
    terms, levels, clusters
        Names of the coefficients (``factor: level`` for that of a factor), the levels in use from low to
        high, and the clusters (none: an empty tuple).
    cells
        The data.
    """

    parameters: Floats
    covariance: Floats
    df: Floats
    terms: tuple[str, ...]
    levels: tuple[str, ...]
    clusters: tuple[str, ...]
    cells: Cells

    @property
    def coefficients(self) -> Floats:
        """The log odds ratios."""
        return self.parameters[len(self.levels) - 1 :]

    @property
    def n(self) -> int:
        """The number of rows with a rating and all covariates."""
        return int(self.cells.weights.sum())

    @property
    def method(self) -> str:
        """How the errors were found."""
        clustered = f"CR2 on {len(self.clusters)} clusters, Satterthwaite t"
        return clustered if self.clusters else "information, normal"


def design(covariates: pd.DataFrame) -> pd.DataFrame:
    """Turn covariates into numbers: a factor against its first level in use, as columns `factor: level`."""
    columns = [
        values.astype(float)
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        else pd.get_dummies(
            values.astype("category").cat.remove_unused_categories(),
            prefix=str(name),
            prefix_sep=": ",
            drop_first=True,
            dtype=float,
        )
        for name, values in covariates.items()
    ]
    return pd.concat([pd.DataFrame(index=covariates.index), *columns], axis=1)


def proportional_odds(
    ratings: pd.Series, covariates: pd.DataFrame, clusters: pd.Series | None = None
) -> OrdinalFit:
    """Fit proportional odds to the rows that have a rating, all covariates and a cluster.

    Parameters
    ----------
    ratings
        An ordered categorical, from low to high; levels nobody has are left out.
    covariates
        Numbers, or factors that are compared with their first level.
    clusters
        The region of each row; without, errors come from the information.

    Raises
    ------
    ValueError
        If ratings are not ordered, fewer than two levels or clusters remain, there are more coefficients than
        a fifteenth of the effective number of rows, or the ratings cannot identify them (collinear or
        separated).

    Examples
    --------
    >>> ratings = pd.Series(pd.Categorical(["high"] * 12 + ["low"] * 8 + ["high"] * 6 + ["low"] * 14,
    ...                                    ["low", "high"], ordered=True))
    >>> fit = proportional_odds(ratings, pd.DataFrame({"theme": ["technology"] * 20 + ["other"] * 20}))
    >>> round(float(np.exp(fit.coefficients[0])), 3)
    3.5
    """
    if not isinstance(ratings.dtype, pd.CategoricalDtype) or not ratings.cat.ordered:
        raise ValueError("Ratings must be an ordered categorical, from low to high.")
    groups = pd.Series("all", index=ratings.index) if clusters is None else clusters
    complete = ratings.notna() & covariates.notna().all(axis=1) & groups.notna()
    X, y = design(covariates[complete]), ratings[complete].cat.remove_unused_categories()
    codes, names = pd.factorize(groups[complete], sort=True)
    if clusters is not None and len(names) < 2:
        raise ValueError("Errors clustered by region need at least two regions.")
    cells = count_cells(X.to_numpy(float), y.cat.codes.to_numpy(), codes)
    known = tuple(map(str, names)) if clusters is not None else ()
    return fit_cells(cells, tuple(map(str, y.cat.categories)), known, tuple(X.columns))


def fit_cells(
    cells: Cells, levels: tuple[str, ...], clusters: tuple[str, ...], terms: tuple[str, ...]
) -> OrdinalFit:
    """Fit proportional odds to counted rows, see `proportional_odds`; the names are those of `OrdinalFit`."""
    check_supported(cells.y, cells.weights, len(terms))
    check_identified(cells.X, cells.y, terms, len(levels))
    parameters = maximise(cells, len(levels))
    if clusters:
        parts = [cells.where(cells.cluster == number) for number in range(len(clusters))]
        found = [scores_and_information(parameters, part) for part in parts]
        scores = [part.weights @ score for part, (score, _) in zip(parts, found, strict=True)]
        covariance, df = cr2(np.array(scores), np.array([information for _, information in found]))
    else:
        covariance = np.linalg.inv(scores_and_information(parameters, cells)[1]).astype(float)
        df = np.full(len(parameters), np.inf)
    return OrdinalFit(parameters, covariance, df, terms, levels, clusters, cells)


def log_odds_ratios(fit: OrdinalFit, level: float = 0.95) -> pd.DataFrame:
    """Give the log odds ratios with their intervals.

    Returns
    -------
    pandas.DataFrame
        `term, estimate, conf_low, conf_high, std_error, df, p_value, n, method`; exponentiate for odds
        ratios. A term that one cluster carries has no error: its limits are infinite, its p-value NaN.
    """
    return _table(fit, np.sqrt(np.diag(fit.covariance))[len(fit.levels) - 1 :], level, fit.method)


def jackknife(fit: OrdinalFit, level: float = 0.95) -> pd.DataFrame:
    """Give the log odds ratios with errors from leaving out one cluster at a time.

    Returns
    -------
    pandas.DataFrame
        As `log_odds_ratios`, whose degrees of freedom it takes.

    Raises
    ------
    ValueError
        If there are no clusters, or without one of them a coefficient cannot be estimated.
    """
    if not fit.clusters:
        raise ValueError("A jackknife by region needs the region of each row.")
    left: list[Floats] = []
    for number, name in enumerate(fit.clusters):
        rest = fit.cells.where(fit.cells.cluster != number)
        try:
            check_identified(rest.X, rest.y, fit.terms, len(fit.levels))
            left.append(maximise(rest, len(fit.levels), fit.parameters)[len(fit.levels) - 1 :])
        except ValueError as reason:
            raise ValueError(f"The coefficients hang on '{name}' alone. {reason}") from reason
    errors = np.sqrt((len(left) - 1) * np.var(left, axis=0))
    return _table(fit, errors, level, f"jackknife over {len(left)} clusters, Satterthwaite t")


def _table(fit: OrdinalFit, errors: Floats, level: float, method: str) -> pd.DataFrame:
    frame = student_table(fit.coefficients, errors, fit.df[len(fit.levels) - 1 :], level)
    frame.insert(0, "term", fit.terms)
    return frame.assign(n=fit.n, method=method)


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
