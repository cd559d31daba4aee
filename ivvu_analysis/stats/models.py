"""Proportional odds on the rows of a register: what goes with a higher rating, regions being clusters.

Projects of one region resemble each other, so errors come from the spread between regions (`cluster_errors`),
or from leaving out one region at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ivvu_analysis.stats.cluster_errors import cr2, student_table
from ivvu_analysis.stats.cumulative_logit import (
    Cells,
    Floats,
    count_cells,
    log_likelihood,
    maximise,
    scores_and_information,
)
from ivvu_analysis.stats.separation import check_identified, check_supported, require_order


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
        Names of the coefficients, the levels in use from low to high, and the clusters (none: an empty
        tuple).
    sources
        For each term the covariate it comes from; the terms of one factor exclude each other.
    factors
        For each term whether it is a level of a factor.
    cells
        The data.
    log_likelihood
        At the maximum.
    """

    parameters: Floats
    covariance: Floats
    df: Floats
    terms: tuple[str, ...]
    levels: tuple[str, ...]
    clusters: tuple[str, ...]
    sources: tuple[str, ...]
    factors: tuple[bool, ...]
    cells: Cells
    log_likelihood: float

    @property
    def thresholds(self) -> Floats:
        """The cut points on the latent scale."""
        return self.parameters[: len(self.levels) - 1]

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
        return (
            f"CR2 on {len(self.clusters)} clusters, Satterthwaite t"
            if self.clusters
            else "information, normal"
        )


class Design(NamedTuple):
    """Covariates as numbers: the columns, the covariate each comes from, and whether that is a factor."""

    X: pd.DataFrame
    sources: tuple[str, ...]
    factors: tuple[bool, ...]


def design(covariates: pd.DataFrame) -> Design:
    """Turn covariates into numbers: a factor against its first level in use, as columns `factor: level`."""
    columns: dict[str, pd.Series] = {}
    origin: list[tuple[str, bool]] = []
    for name, values in covariates.items():
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            columns[str(name)] = values.astype(float)
            origin.append((str(name), False))
            continue
        factor = values.astype("category").cat.remove_unused_categories()
        for level in factor.cat.categories[1:]:
            columns[f"{name}: {level}"] = (factor == level).astype(float).where(factor.notna())
            origin.append((str(name), True))
    X = pd.DataFrame(columns, index=covariates.index)
    return Design(X, tuple(name for name, _ in origin), tuple(factor for _, factor in origin))


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
    require_order(ratings)
    X, sources, factors = design(covariates)
    groups = pd.Series("all", index=ratings.index) if clusters is None else clusters
    complete = ratings.notna() & X.notna().all(axis=1) & groups.notna()
    y = ratings[complete].cat.remove_unused_categories()
    codes, names = pd.factorize(groups[complete], sort=True)
    if clusters is not None and len(names) < 2:
        raise ValueError("Errors clustered by region need at least two regions.")
    cells = count_cells(X[complete].to_numpy(float), y.cat.codes.to_numpy(), codes)
    levels = tuple(str(level) for level in y.cat.categories)
    known = tuple(map(str, names)) if clusters is not None else ()
    return fit_cells(cells, levels, known, tuple(X.columns), sources, factors)


def fit_cells(
    cells: Cells,
    levels: tuple[str, ...],
    clusters: tuple[str, ...],
    terms: tuple[str, ...],
    sources: tuple[str, ...],
    factors: tuple[bool, ...],
) -> OrdinalFit:
    """Fit proportional odds to counted rows, see `proportional_odds`; the names are those of `OrdinalFit`."""
    check_supported(cells.y, cells.weights, len(terms))
    check_identified(cells.X, cells.y, terms, len(levels))
    parameters = maximise(cells, len(levels))
    covariance = np.linalg.inv(scores_and_information(parameters, cells)[1]).astype(float)
    df = np.full(len(parameters), np.inf)
    if clusters:
        parts = [cells.where(cells.cluster == number) for number in range(len(clusters))]
        found = [scores_and_information(parameters, part) for part in parts]
        scores = [part.weights @ score for part, (score, _) in zip(parts, found, strict=True)]
        covariance, df = cr2(np.array(scores), np.array([information for _, information in found]))
    reached = log_likelihood(parameters, cells)
    return OrdinalFit(parameters, covariance, df, terms, levels, clusters, sources, factors, cells, reached)


def log_odds_ratios(fit: OrdinalFit, level: float = 0.95) -> pd.DataFrame:
    """Give the log odds ratios with their intervals.

    Returns
    -------
    pandas.DataFrame
        `term, estimate, conf_low, conf_high, std_error, df, p_value, n, method`; exponentiate for odds
        ratios. A term that one cluster carries has no error: its limits are infinite, its p-value NaN.
    """
    cuts = len(fit.levels) - 1
    errors = np.sqrt(np.diag(fit.covariance))[cuts:]
    frame = student_table(fit.coefficients, errors, fit.df[cuts:], level)
    frame.insert(0, "term", fit.terms)
    return frame.assign(n=fit.n, method=fit.method)


def jackknife(fit: OrdinalFit, level: float = 0.95) -> pd.DataFrame:
    """Give the log odds ratios with errors from leaving out one cluster at a time.

    Returns
    -------
    pandas.DataFrame
        As `log_odds_ratios`, whose degrees of freedom it takes, with `lowest` and `highest`: the range of the
        estimate over the clusters left out.

    Raises
    ------
    ValueError
        If there are no clusters, or without one of them a coefficient cannot be estimated.
    """
    if not fit.clusters:
        raise ValueError("A jackknife by region needs the region of each row.")
    cuts = len(fit.levels) - 1
    left: list[Floats] = []
    for number, name in enumerate(fit.clusters):
        rest = fit.cells.where(fit.cells.cluster != number)
        try:
            check_identified(rest.X, rest.y, fit.terms, len(fit.levels))
            left.append(maximise(rest, len(fit.levels), fit.parameters)[cuts:])
        except ValueError as reason:
            raise ValueError(f"The coefficients hang on '{name}' alone. {reason}") from reason
    spread, groups = np.array(left), len(left)
    errors = np.sqrt((groups - 1) / groups * ((spread - spread.mean(axis=0)) ** 2).sum(axis=0))
    frame = student_table(fit.coefficients, errors, fit.df[cuts:], level)
    frame.insert(0, "term", fit.terms)
    return frame.assign(
        n=fit.n,
        method=f"jackknife over {groups} clusters, Satterthwaite t",
        lowest=spread.min(axis=0),
        highest=spread.max(axis=0),
    )
