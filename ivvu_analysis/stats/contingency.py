"""Cross-tables of two unordered variables: whether they go together, how strongly, and in which cells."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special
from scipy.stats import MonteCarloMethod, chi2_contingency, false_discovery_control, hypergeom
from statsmodels.stats.contingency_tables import Table as CrossTable

from ivvu_analysis.stats import RESAMPLES, TAILS, whole_counts


def residuals(table: pd.DataFrame | ArrayLike) -> pd.DataFrame:
    """Compare each cell with what independence would give; empty rows and columns are left out.

    Returns
    -------
    pandas.DataFrame
        One row for each cell: ``row, column, observed, expected, estimate`` (the adjusted standardised
        residual), ``p_value`` (exact: of all tables with these margins, the part in which the cell is as far
        off; its count is then hypergeometric), ``p_adjusted`` (Benjamini and Hochberg over all cells).

    Examples
    --------
    >>> residuals([[30, 10], [20, 40]])["estimate"].round(4).to_list()
    [4.0825, -4.0825, -4.0825, 4.0825]
    """
    counts = nonempty(table)
    observed, n = counts.to_numpy(), int(counts.to_numpy().sum())
    fitted = CrossTable(observed, shift_zeros=False)
    expected = fitted.fittedvalues
    off = np.abs(observed - expected) * (1 - 1e-9)  # a rounding error must not move the observed count out
    cell = hypergeom(n, observed.sum(1, keepdims=True), observed.sum(0, keepdims=True))
    further = cell.cdf(np.floor(expected - off)) + cell.sf(np.ceil(expected + off) - 1)
    columns = {"observed": observed, "expected": expected, "estimate": fitted.standardized_resids}
    columns["p_value"] = further.clip(max=1)
    cells = pd.MultiIndex.from_product([counts.index, counts.columns], names=["row", "column"])
    frame = pd.DataFrame({name: values.ravel() for name, values in columns.items()}, cells).reset_index()
    return frame.assign(p_adjusted=false_discovery_control(frame["p_value"]))


def nonempty(table: pd.DataFrame | ArrayLike) -> pd.DataFrame:
    """Return the table without empty rows and columns, which say nothing about association."""
    counts = pd.DataFrame(table)
    values = whole_counts(counts)
    counts = counts.loc[values.sum(1) > 0, values.sum(0) > 0].astype(int)
    if min(counts.shape) < 2:
        raise ValueError("A cross-table needs at least two rows and two columns with counts.")
    return counts


def independence(table: pd.DataFrame | ArrayLike, seed: int | np.random.Generator) -> pd.DataFrame:
    """Test independence over random tables with the same margins, and estimate how strong association is.

    Returns
    -------
    pandas.DataFrame
        Rows ``quantity`` = ``chi2`` (Pearson's statistic) and ``bergsma_v`` (Cramer's V from 0 to 1,
        corrected for its bias), with ``estimate, conf_low, conf_high, n, df, p_value, method``. The p-value
        of both is that of chi-squared, Monte Carlo. The limits of V are the values for which the observed
        statistic would be just unusually large or small, from the noncentral chi-squared distribution. A
        statistic below what independence gives on average says no more than that average does: the upper
        limit is then that of the average.

    Examples
    --------
    >>> independence([[10, 5, 5], [5, 10, 5], [5, 5, 10]], seed=1)["estimate"].round(3).to_list()
    [7.5, 0.172]
    """
    counts = nonempty(table)
    random = MonteCarloMethod(n_resamples=RESAMPLES, rng=np.random.default_rng(seed))
    statistic, p_value = map(float, chi2_contingency(counts, correction=False, method=random)[:2])
    df = float(np.prod(np.array(counts.shape) - 1))
    n = int(counts.to_numpy().sum())
    phi2 = max(0.0, statistic / n - df / (n - 1))
    corrected = min(size - (size - 1) ** 2 / (n - 1) for size in counts.shape) - 1
    v = min(1.0, np.sqrt(phi2 / corrected)) if corrected > 0 else np.nan
    # Of a table with V the noncentrality is n V^2 (min(rows, columns) - 1).
    observed = np.array([statistic, max(statistic, df)])
    noncentrality = np.nan_to_num(special.chndtrinc(observed, df, TAILS[::-1]))
    low, high = np.sqrt(noncentrality / n / (min(counts.shape) - 1)).clip(0, 1)
    how = f"Monte-Carlo p ({RESAMPLES})"
    rows = [
        ("chi2", statistic, np.nan, np.nan, df, f"chi-squared, {how}"),
        ("bergsma_v", v, low, high, np.nan, f"Bergsma V, noncentral chi-squared interval, {how}"),
    ]
    columns = ["quantity", "estimate", "conf_low", "conf_high", "df", "method"]
    return pd.DataFrame(rows, columns=columns).assign(n=n, p_value=p_value)


def principal_coordinates(table: pd.DataFrame | ArrayLike) -> pd.DataFrame:
    """Place rows and columns in one space, so that the squared distances add up to chi-squared / n.

    Returns
    -------
    pandas.DataFrame
        One row for each point: ``side`` (row or column), ``point, n`` (count of the point), its principal
        coordinates ``axis_1, axis_2, ...`` and ``quality`` (share of what sets the point apart that the first
        two show). The sign of an axis is arbitrary; the row furthest from the origin is on the positive side.

    Examples
    --------
    >>> principal_coordinates([[30, 10], [20, 40]])["axis_1"].round(3).to_list()
    [0.5, -0.333, 0.408, -0.408]
    """
    counts = nonempty(table)
    totals = pd.concat({"row": counts.sum(axis=1), "column": counts.sum(axis=0)}, names=["side", "point"])
    mass, axes = np.sqrt(totals.to_numpy() / counts.to_numpy().sum()), min(counts.shape) - 1
    independent = np.outer(mass[: len(counts)], mass[len(counts) :])
    left, scale, right = np.linalg.svd(counts / counts.to_numpy().sum() / independent - independent)
    points = np.vstack([left[:, :axes], right[:axes].T]) * scale[:axes] / mass[:, None]
    furthest = np.abs(points[: len(counts)]).argmax(0), np.arange(axes)
    points = points * np.where(points[furthest] < 0, -1.0, 1.0)
    frame = pd.DataFrame(points, columns=[f"axis_{number + 1}" for number in range(axes)], index=totals.index)
    apart = frame**2
    quality = (apart.iloc[:, :2].sum(axis=1) / apart.sum(axis=1)).fillna(0.0)
    return totals.rename("n").to_frame().join(frame).assign(quality=quality).reset_index()
