from __future__ import annotations

from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from scipy import stats
from scipy.stats import random_table

from ivvu_analysis.stats import contingency
from tests.stats.strategies import tables

SPARSE = pd.DataFrame([[3, 0, 1], [0, 0, 0], [2, 0, 6]], index=["a", "b", "c"], columns=["x", "y", "z"])


def test_worked_example_residual() -> None:
    cells = contingency.residuals([[30, 10], [20, 40]])
    assert cells["expected"].to_list() == [20, 20, 30, 30]
    assert cells["estimate"].to_list() == pytest.approx([4.0825, -4.0825, -4.0825, 4.0825], abs=5e-5)


@given(tables)
def test_residuals_balance_and_are_adjusted_upwards(table: np.ndarray) -> None:
    cells = contingency.residuals(table)
    assert np.isfinite(cells["estimate"]).all()
    assert (cells["p_adjusted"] >= cells["p_value"] - 1e-12).all()
    sums = cells.assign(gap=cells["observed"] - cells["expected"]).groupby("row")["gap"].sum()
    assert sums.to_numpy() == pytest.approx(0, abs=1e-9)


def test_benjamini_hochberg_by_hand() -> None:
    cells = contingency.residuals([[30, 10, 5], [20, 40, 5]])
    p = cells["p_value"].to_numpy()
    order = np.argsort(p)
    adjusted = np.minimum.accumulate((p[order] * len(p) / np.arange(1, len(p) + 1))[::-1])[::-1]
    assert cells["p_adjusted"].to_numpy()[order] == pytest.approx(adjusted, abs=1e-12)


@pytest.mark.parametrize("table", [[[1, 2]], [[1, 2], [0, 0]], [[0, 0], [0, 0]]])
def test_refuses_what_is_not_a_cross_table(table: list[list[int]], seed: int) -> None:
    with pytest.raises(ValueError, match="at least two rows and two columns"):
        contingency.independence(table, seed)


@pytest.mark.parametrize("cell", [-1, 0.5, np.nan])
def test_refuses_what_are_not_counts(cell: float, seed: int) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        contingency.residuals([[1, 2], [3, cell]])


def test_empty_rows_and_columns_are_left_out(seed: int) -> None:
    assert len(contingency.residuals(SPARSE)) == 4
    assert contingency.principal_coordinates(SPARSE)["point"].to_list() == ["a", "c", "x", "z"]
    bare = SPARSE.loc[["a", "c"], ["x", "z"]]
    full, same = (contingency.independence(table, seed) for table in (SPARSE, bare))
    pd.testing.assert_frame_equal(full, same)


def test_the_p_value_of_a_cell_is_that_of_random_tables(seed: int) -> None:
    table = np.array([[7, 1, 0], [4, 14, 4], [0, 3, 9]])
    cells = contingency.residuals(table)
    rng = np.random.default_rng(seed)
    drawn = random_table(table.sum(1), table.sum(0)).rvs(20_000, random_state=rng)
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    simulated = (np.abs(drawn - expected) >= np.abs(table - expected) - 1e-9).mean(0).ravel()
    assert cells["p_value"].to_numpy() == pytest.approx(simulated, abs=4 * np.sqrt(0.25 / 20_000))
    lady = contingency.residuals([[3, 1], [1, 3]])
    assert lady["p_value"].to_list() == pytest.approx([34 / 70] * 4, abs=1e-12)


@given(tables)
def test_residuals_are_those_of_their_formula(table: np.ndarray) -> None:
    cells = contingency.residuals(table)
    share = {
        name: cells.groupby(name)["observed"].transform("sum") / cells["observed"].sum()
        for name in ("row", "column")
    }
    error = np.sqrt(cells["expected"] * (1 - share["row"]) * (1 - share["column"]))
    expected = (cells["observed"] - cells["expected"]) / error
    assert cells["estimate"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-9)


DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def satisfaction() -> pd.DataFrame:
    return pd.read_csv(DATA / "job_satisfaction.csv", index_col="income")


def test_worked_example_chi_square_and_v(seed: int) -> None:
    table = [[10, 5, 5], [5, 10, 5], [5, 5, 10]]
    test = contingency.independence(table, seed).iloc[0]
    assert [test["estimate"], test["df"]] == pytest.approx([7.5, 4], abs=1e-10)
    association = contingency.independence(table, seed).iloc[1]
    assert association["estimate"] == pytest.approx(0.1721, abs=5e-5)
    assert association["p_value"] == test["p_value"]


def test_monte_carlo_p_of_a_small_table_agrees_with_the_full_list(seed: int) -> None:
    table = np.array([[3, 1], [1, 3]])
    row = contingency.independence(table, seed).iloc[0]
    # All tables with margins 4 and 4: the first cell is hypergeometric, and 3, 1, 4 and 0 are as extreme.
    exact = 1 - stats.hypergeom.pmf(2, 8, 4, 4)
    assert row["p_value"] == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 9999))
    assert contingency.independence(table, seed).equals(contingency.independence(table, seed))


@mock.patch.object(contingency, "RESAMPLES", 9)
@given(tables)
def test_v_lies_between_zero_and_one_within_its_interval(table: np.ndarray) -> None:
    row = contingency.independence(table, seed=0).iloc[1]
    assert 0 <= row["conf_low"] <= row["conf_high"] <= 1
    assert np.isnan(row["estimate"]) or 0 <= row["estimate"] <= 1


def test_v_of_a_perfect_association_is_one(seed: int) -> None:
    row = contingency.independence(np.diag([40, 30, 50]), seed).iloc[1]
    assert row["estimate"] == pytest.approx(1, abs=1e-10)
    assert row["conf_low"] > 0.8


def test_limits_of_v_put_the_statistic_at_the_tails(satisfaction: pd.DataFrame, seed: int) -> None:
    table = satisfaction.to_numpy() + np.diag([9, 9, 9, 9])
    row = contingency.independence(table, seed).iloc[1]
    statistic = stats.chi2_contingency(table, correction=False).statistic
    tails = [
        stats.ncx2.cdf(statistic, 9, row["n"] * 3 * row[limit] ** 2) for limit in ("conf_low", "conf_high")
    ]
    assert tails == pytest.approx([0.975, 0.025], abs=1e-8)


@pytest.mark.slow
@mock.patch.object(contingency, "RESAMPLES", 1)
@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_interval_of_v_covers_in_a_sparse_table(strength: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.dirichlet(np.full(10, 3.0)), rng.dirichlet(np.full(7, 3.0))
    independent = np.outer(rows, columns)
    share = independent * (1 + strength * np.outer(np.sign(rng.normal(size=10)), np.linspace(-0.4, 0.4, 7)))
    share /= share.sum()
    margins = np.outer(share.sum(1), share.sum(0))
    truth = np.sqrt(((share - margins) ** 2 / margins).sum() / 6)
    covered = 0
    for _ in range(400):
        row = contingency.independence(rng.multinomial(318, share.ravel()).reshape(10, 7), rng).iloc[1]
        covered += row["conf_low"] <= truth + 1e-12 and truth <= row["conf_high"]
    assert covered / 400 > 0.90


def test_an_even_table_does_not_prove_independence(seed: int) -> None:
    row = contingency.independence([[10, 10], [10, 10]], seed).iloc[1]
    assert row[["estimate", "conf_low"]].to_list() == [0, 0]
    assert row["conf_high"] > 0.3


@mock.patch.object(contingency, "RESAMPLES", 9)
def test_no_independent_table_leaves_an_interval_without_width(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(200):
        table = rng.multinomial(60, np.outer([0.5, 0.5], [0.3, 0.7]).ravel()).reshape(2, 2)
        row = contingency.independence(table, seed).iloc[1]
        assert row["conf_high"] - row["conf_low"] > 0.05


@pytest.fixture(scope="module")
def smoke() -> pd.DataFrame:
    return pd.read_csv(DATA / "smoke.csv", index_col="staff")


def inertias(side: pd.DataFrame) -> list[float]:
    return list(side["n"] / side["n"].sum() @ side.filter(like="axis_") ** 2)


def test_smoke_has_the_published_inertias(smoke: pd.DataFrame) -> None:
    points = contingency.principal_coordinates(smoke)
    for _, side in points.groupby("side"):
        assert inertias(side) == pytest.approx([0.074759, 0.010017, 0.000414], abs=5e-7)
    first = points.set_index("point")["axis_1"]
    # Greenacre's figure, up to the sign of the axis.
    assert first[["senior_employees", "none"]].to_list() == pytest.approx([0.381, 0.393], abs=5e-4)


def test_worked_example_correspondence() -> None:
    points = contingency.principal_coordinates([[30, 10], [20, 40]])
    assert points.query("side == 'row'")["axis_1"].to_list() == pytest.approx([0.5, -1 / 3], abs=1e-10)
    assert points["quality"].to_list() == pytest.approx([1] * 4)


@given(tables)
def test_inertias_add_up_to_chi_square_over_n(table: np.ndarray) -> None:
    points = contingency.principal_coordinates(table)
    chi2 = stats.chi2_contingency(contingency.nonempty(table), correction=False).statistic
    for _, side in points.groupby("side"):
        assert sum(inertias(side)) == pytest.approx(chi2 / table.sum(), abs=1e-9)
        assert (side["n"] @ side.filter(like="axis_")).to_numpy() == pytest.approx(0, abs=1e-9)
