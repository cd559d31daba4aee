"""Proportional odds on the rows of a register: what goes with a higher rating, regions being clusters.

Projects of one region resemble each other, so errors are clustered by region, with the t distribution on G -
1 degrees of freedom for G regions, or found by leaving out one region at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from ivvu_analysis.stats.cumulative_logit import (
    Cells,
    Floats,
    count_cells,
    log_likelihood,
    maximise,
    sandwich,
    scores_and_information,
)
from ivvu_analysis.stats.separation import check_identified, check_supported


@dataclass(frozen=True)
class OrdinalFit:
    """A fitted proportional-odds model.

    Attributes
    ----------
    parameters
        Thresholds, then coefficients.
    covariance
        Of the parameters: clustered where there are clusters, else from the information.
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

    def quantile(self, level: float) -> float:
        """Return the multiple of the error in an interval: Student on clusters minus one, or normal."""
        df = len(self.clusters) - 1
        return float(special.stdtrit(df, (1 + level) / 2) if df > 0 else special.ndtri((1 + level) / 2))

    @property
    def method(self) -> str:
        """How the errors were found."""
        return f"clustered, t({len(self.clusters) - 1})" if self.clusters else "information, normal"


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

    References
    ----------
    McCullagh (1980).
    """
    if not isinstance(ratings.dtype, pd.CategoricalDtype) or not ratings.cat.ordered:
        raise ValueError("Ratings must be an ordered categorical, from low to high.")
    X, sources, factors = design(covariates)
    groups = pd.Series("all", index=ratings.index) if clusters is None else clusters
    complete = ratings.notna() & X.notna().all(axis=1) & groups.notna()
    y = ratings[complete].cat.remove_unused_categories()
    codes, names = pd.factorize(groups[complete], sort=True)
    if clusters is not None and len(names) < 2:
        raise ValueError("Errors clustered by region need at least two regions.")
    cells = count_cells(X[complete], y.cat.codes, pd.Series(codes))
    levels = tuple(str(level) for level in y.cat.categories)
    check_supported(cells.y, cells.weights, len(X.columns))
    check_identified(cells.X, cells.y, tuple(X.columns), len(levels))
    parameters = maximise(cells, len(levels))
    scores, information = scores_and_information(parameters, cells)
    covariance = np.asarray(np.linalg.inv(information), dtype=float)
    if clusters is not None:
        by_cluster = np.zeros((len(names), len(parameters)))
        np.add.at(by_cluster, cells.cluster, scores * cells.weights[:, None])
        covariance = sandwich(covariance, by_cluster)
    return OrdinalFit(
        parameters,
        covariance,
        tuple(X.columns),
        levels,
        tuple(map(str, names)) if clusters is not None else (),
        sources,
        factors,
        cells,
        log_likelihood(parameters, cells),
    )


def _table(fit: OrdinalFit, errors: Floats, method: str, level: float) -> pd.DataFrame:
    estimate, margin = fit.coefficients, fit.quantile(level) * errors
    df = len(fit.clusters) - 1
    ratio = np.abs(estimate) / errors
    return pd.DataFrame(
        {
            "term": fit.terms,
            "estimate": estimate,
            "conf_low": estimate - margin,
            "conf_high": estimate + margin,
            "std_error": errors,
            "n": fit.n,
            "p_value": 2 * (special.stdtr(df, -ratio) if df > 0 else special.ndtr(-ratio)),
            "method": method,
        }
    )


def log_odds_ratios(fit: OrdinalFit, level: float = 0.95) -> pd.DataFrame:
    """Give the log odds ratios with their intervals.

    Returns
    -------
    pandas.DataFrame
        `term, estimate, conf_low, conf_high, std_error, n, p_value, method`; exponentiate for odds ratios.
    """
    errors = np.sqrt(np.diag(fit.covariance))[len(fit.levels) - 1 :]
    return _table(fit, errors, fit.method, level)


def jackknife(fit: OrdinalFit, level: float = 0.95) -> pd.DataFrame:
    """Give the log odds ratios with errors from leaving out one cluster at a time.

    Returns
    -------
    pandas.DataFrame
        As `log_odds_ratios`, with `lowest` and `highest`: the range of the estimate over the clusters left
        out.

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
        rest = fit.cells.without(number)
        try:
            check_identified(rest.X, rest.y, fit.terms, len(fit.levels))
            left.append(maximise(rest, len(fit.levels), fit.parameters)[cuts:])
        except ValueError as reason:
            raise ValueError(f"The coefficients hang on '{name}' alone. {reason}") from reason
    spread, groups = np.array(left), len(left)
    errors = np.sqrt((groups - 1) / groups * ((spread - spread.mean(axis=0)) ** 2).sum(axis=0))
    frame = _table(fit, errors, f"jackknife over clusters, t({groups - 1})", level)
    return frame.assign(lowest=spread.min(axis=0), highest=spread.max(axis=0))
