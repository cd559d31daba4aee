"""Cross-tables of two unordered variables, many of their cells small."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ivvu_analysis.stats import proportions

FloatArray = NDArray[np.float64]
Table: TypeAlias = pd.DataFrame | ArrayLike


def chi_square(table: Table, seed: int | np.random.Generator, resamples: int = 9999) -> pd.DataFrame:
    """Test independence with Pearson's chi-squared statistic over random tables with the same margins.

    Parameters
    ----------
    table
        Counts, rows by columns. Empty rows and columns are left out, and the result names them.
    seed
        Seed or generator for the random tables.
    resamples
        Number of random tables.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate`` (the statistic), ``conf_low, conf_high`` (NaN), ``n, df, p_value`` (Monte
        Carlo), ``p_asymptotic, smallest_expected, left_out, method``.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    References
    ----------
    Agresti (2013), section 3.2.
    """
    counts, left_out = _nonempty(table)
    test = scipy.stats.chi2_contingency(counts.to_numpy(), correction=False)
    simulated = scipy.stats.chi2_contingency(
        counts.to_numpy(), correction=False, method=_monte_carlo(seed, resamples)
    )
    return pd.DataFrame(
        {
            "estimate": [float(test.statistic)],
            "conf_low": np.nan,
            "conf_high": np.nan,
            "n": int(counts.to_numpy().sum()),
            "df": int(test.dof),
            "p_value": float(simulated.pvalue),
            "p_asymptotic": float(test.pvalue),
            "smallest_expected": float(test.expected_freq.min()),
            "left_out": left_out,
            "method": f"chi-squared, Monte-Carlo p ({resamples})",
        }
    )


def fisher(table: Table, seed: int | np.random.Generator, resamples: int = 9999) -> pd.DataFrame:
    """Test independence by how probable the table itself is among those with the same margins.

    Parameters
    ----------
    table, seed, resamples
        As in `chi_square`. Two by two, the p-value is exact and `seed` is not used.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high`` (NaN: the test estimates nothing), ``n, p_value, left_out,
        method``.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    References
    ----------
    Freeman and Halton (1951).
    """
    counts, left_out = _nonempty(table)
    two_by_two = counts.shape == (2, 2)
    method = None if two_by_two else _monte_carlo(seed, resamples)
    p_value = float(scipy.stats.fisher_exact(counts.to_numpy(), method=method).pvalue)
    return pd.DataFrame(
        {
            "estimate": [np.nan],
            "conf_low": np.nan,
            "conf_high": np.nan,
            "n": int(counts.to_numpy().sum()),
            "p_value": p_value,
            "left_out": left_out,
            "method": "Fisher, exact p" if two_by_two else f"Fisher, Monte-Carlo p ({resamples})",
        }
    )


def residuals(table: Table) -> pd.DataFrame:
    """Compare each cell with what independence would give.

    Parameters
    ----------
    table
        Counts, rows by columns. Empty rows and columns are left out, and the result names them.

    Returns
    -------
    pandas.DataFrame
        One row for each cell: ``row, column, observed, expected, estimate`` (the adjusted standardised
        residual, near standard normal under independence), ``conf_low, conf_high`` (NaN), ``n, p_value,
        p_adjusted`` (Benjamini and Hochberg over all cells), ``left_out, method``.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    References
    ----------
    Haberman (1973); Benjamini and Hochberg (1995).
    """
    counts, left_out = _nonempty(table)
    observed = counts.to_numpy(dtype=float)
    n = observed.sum()
    row, column = observed.sum(1, keepdims=True) / n, observed.sum(0, keepdims=True) / n
    expected = n * row * column
    adjusted = (observed - expected) / np.sqrt(expected * (1 - row) * (1 - column))
    p_value = 2 * special.ndtr(-np.abs(adjusted)).ravel()
    return pd.DataFrame(
        {
            "row": np.repeat(counts.index.to_numpy(), counts.shape[1]),
            "column": np.tile(counts.columns.to_numpy(), counts.shape[0]),
            "observed": observed.ravel().astype(int),
            "expected": expected.ravel(),
            "estimate": adjusted.ravel(),
            "conf_low": np.nan,
            "conf_high": np.nan,
            "n": int(n),
            "p_value": p_value,
            "p_adjusted": scipy.stats.false_discovery_control(p_value),
            "left_out": left_out,
            "method": "adjusted residual, Benjamini-Hochberg",
        }
    )


def bergsma_v(
    table: Table, seed: int | np.random.Generator, level: float = 0.95, resamples: int = 9999
) -> pd.DataFrame:
    """Estimate the strength of association from 0 to 1, corrected for the bias of Cramer's V.

    Parameters
    ----------
    table, seed, resamples
        As in `chi_square`, whose Monte-Carlo p-value comes along.
    level
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, conf_low, conf_high, n, p_value, left_out, method``. The limits are the values of
        V for which the observed chi-squared statistic would be just unusually large or small, from the
        noncentral chi-squared distribution.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    References
    ----------
    Bergsma (2013); Smithson (2003) for the interval.
    """
    counts, left_out = _nonempty(table)
    test = chi_square(counts, seed, resamples).iloc[0]
    n, df, statistic = test["n"], test["df"], test["estimate"]
    rows, columns = counts.shape
    phi2 = max(0.0, statistic / n - df / (n - 1))
    corrected = min(size - (size - 1) ** 2 / (n - 1) for size in (rows, columns)) - 1
    tail = (1 - level) / 2
    # Of a table with V the noncentrality is n V^2 (min(rows, columns) - 1).
    low, high = (_noncentrality(statistic, df, p) / n / (min(rows, columns) - 1) for p in (1 - tail, tail))
    estimate = min(1.0, np.sqrt(phi2 / corrected)) if corrected > 0 else np.nan
    return pd.DataFrame(
        {
            "estimate": [estimate],
            "conf_low": min(1.0, np.sqrt(low)),
            "conf_high": min(1.0, np.sqrt(high)),
            "n": n,
            "p_value": test["p_value"],
            "left_out": left_out,
            "method": f"Bergsma V, noncentral chi-squared interval, Monte-Carlo p ({resamples})",
        }
    )


def correspondence(table: Table) -> pd.DataFrame:
    """Place rows and columns in one space, so that the squared distances add up to chi-squared / n.

    Parameters
    ----------
    table
        Counts, rows by columns. Empty rows and columns are left out, and the result names them.

    Returns
    -------
    pandas.DataFrame
        One row for each point and dimension: ``side`` (row or column), ``point, dimension`` (from 1),
        ``estimate`` (the principal coordinate), ``conf_low, conf_high`` (NaN: the map is descriptive), ``n``
        (count of the point), ``mass, contribution`` (share of the inertia of the dimension that is due to the
        point), ``quality`` (share of the inertia of the point that lies on the dimension), ``inertia,
        inertia_share`` (of the dimension), ``left_out, method``. The sign of a dimension is arbitrary; the
        row point furthest from the origin is put on the positive side.

    Raises
    ------
    ValueError
        If fewer than two rows or columns have counts, or counts are negative or not whole.

    References
    ----------
    Greenacre (1984).
    """
    counts, left_out = _nonempty(table)
    share = counts.to_numpy(dtype=float) / counts.to_numpy().sum()
    masses = {"row": share.sum(1), "column": share.sum(0)}
    independent = np.outer(masses["row"], masses["column"])
    left, scale, right = np.linalg.svd((share - independent) / np.sqrt(independent), full_matrices=False)
    dimensions = min(share.shape) - 1
    furthest = np.abs(left[:, :dimensions] / np.sqrt(masses["row"])[:, None]).argmax(0)
    sign = np.where(left[furthest, np.arange(dimensions)] < 0, -1.0, 1.0)
    inertia = scale[:dimensions] ** 2
    frames = []
    for side, vectors, names in (("row", left, counts.index), ("column", right.T, counts.columns)):
        mass = masses[side][:, None]
        coordinate = vectors[:, :dimensions] * sign * scale[:dimensions] / np.sqrt(mass)
        squared = coordinate**2
        distance = squared.sum(1, keepdims=True)
        quality = np.divide(squared, distance, out=np.zeros_like(squared), where=distance > 0)
        columns = {
            "estimate": coordinate,
            "mass": mass,
            "contribution": vectors[:, :dimensions] ** 2,
            "quality": quality,
            "inertia": inertia,
            "inertia_share": inertia / max(inertia.sum(), 1e-300),
        }
        frame = pd.DataFrame(
            {"side": side, "point": np.repeat(names.to_numpy(), dimensions)}
            | {"dimension": np.tile(np.arange(1, dimensions + 1), len(names))}
            | {key: np.broadcast_to(value, coordinate.shape).ravel() for key, value in columns.items()}
        )
        frames.append(frame)
    result = pd.concat(frames, ignore_index=True)
    n = (result["mass"] * counts.to_numpy().sum()).round().astype(int)
    for place, (name, values) in enumerate(
        {"conf_low": np.nan, "conf_high": np.nan, "n": n}.items(), start=4
    ):
        result.insert(place, name, values)
    return result.assign(left_out=left_out, method="correspondence analysis, principal coordinates")


def shift(
    table: pd.DataFrame,
    definitions: Mapping[str, Collection[Hashable]],
    before: Sequence[Hashable],
    after: Sequence[Hashable],
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare the share of a set of categories between two groups, under several definitions of the set.

    Parameters
    ----------
    table
        Counts, categories by groups.
    definitions
        For each definition the categories (row labels) that belong to the set.
    before, after
        The columns that make up each group; no column in both.
    level
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        For each ``definition`` the rows ``quantity`` = ``before`` and ``after`` (shares with Wilson
        intervals) and ``difference`` (after minus before, Newcombe interval), with ``estimate, conf_low,
        conf_high, n, method``.

    Raises
    ------
    ValueError
        If a category or group is not in the table, or a group is on both sides.
    """
    if set(before) & set(after):
        raise ValueError("A group cannot stand on both sides of a comparison.")
    unknown = {*before, *after} - set(table.columns)
    unknown |= {category for members in definitions.values() for category in members} - set(table.index)
    if unknown:
        raise ValueError(f"The table has no {', '.join(sorted(map(str, unknown)))}.")
    frames = []
    for definition, members in definitions.items():
        inside = table.index.isin(list(members))
        groups = [table[list(columns)].sum(axis=1) for columns in (after, before)]
        (x2, n2), (x1, n1) = ((group[inside].sum(), group.sum()) for group in groups)
        both = pd.concat(
            [proportions.wilson([x1, x2], [n1, n2], level), proportions.newcombe(x2, n2, x1, n1, level)],
            ignore_index=True,
        ).drop(columns=["share_1", "share_2"])
        both.insert(0, "definition", definition)
        both.insert(1, "quantity", ["before", "after", "difference"])
        frames.append(both)
    return pd.concat(frames, ignore_index=True)


def _nonempty(table: Table) -> tuple[pd.DataFrame, str]:
    """Return the table without empty rows and columns, and the names of what was left out."""
    counts = pd.DataFrame(table)
    values = counts.to_numpy(dtype=float)
    if not (np.isfinite(values).all() and (values >= 0).all() and (values == np.round(values)).all()):
        raise ValueError("A cross-table must hold whole counts from zero up.")
    rows, columns = values.sum(1) > 0, values.sum(0) > 0
    if min(rows.sum(), columns.sum()) < 2:
        raise ValueError("A cross-table needs at least two rows and two columns with counts.")
    left_out = [*counts.index[~rows], *counts.columns[~columns]]
    return counts.loc[rows, columns].astype(int), ", ".join(map(str, left_out))


def _monte_carlo(seed: int | np.random.Generator, resamples: int) -> scipy.stats.MonteCarloMethod:
    return scipy.stats.MonteCarloMethod(n_resamples=resamples, rng=np.random.default_rng(seed))


def _noncentrality(statistic: float, df: int, probability: float) -> float:
    """Return the noncentrality that makes a value up to the statistic have this probability."""
    if special.chdtr(df, statistic) <= probability:
        return 0.0
    most = statistic + 20 * np.sqrt(statistic) + 100

    def excess(noncentrality: float) -> float:
        return float(special.chndtr(statistic, df, noncentrality)) - probability

    return float(scipy.optimize.brentq(excess, 0.0, most))
