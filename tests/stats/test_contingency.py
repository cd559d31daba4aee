from __future__ import annotations

from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats
from scipy.stats import random_table

from ivvu_analysis.stats import contingency

DATA = Path(__file__).parents[1] / "data"
tables = hnp.arrays(int, st.tuples(st.integers(2, 5), st.integers(2, 5)), elements=st.integers(0, 20)).filter(
    lambda table: min((table.sum(0) > 0).sum(), (table.sum(1) > 0).sum()) >= 2
)


def test_worked_example_residual() -> None:
    cells = contingency.residuals([[30, 10], [20, 40]])
    assert cells["expected"].to_list() == [20, 20, 30, 30]
    assert cells["estimate"].to_list() == pytest.approx([4.0825, -4.0825, -4.0825, 4.0825], abs=5e-5)


@given(tables)
def test_residuals_and_adjusted_p_values_are_those_of_their_formulas(table: np.ndarray) -> None:
    cells = contingency.residuals(table)
    n = cells["observed"].sum()
    row, column = (cells.groupby(side)["observed"].transform("sum") / n for side in ("row", "column"))
    assert cells["expected"].to_numpy() == pytest.approx(n * (row * column).to_numpy(), abs=1e-9)
    error = np.sqrt(cells["expected"] * (1 - row) * (1 - column))
    expected = (cells["observed"] - cells["expected"]) / error
    assert cells["estimate"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-9)
    by_p = cells.sort_values("p_value")
    adjusted = (by_p["p_value"] * len(by_p) / np.arange(1, len(by_p) + 1))[::-1].cummin()[::-1]
    assert by_p["p_adjusted"].to_numpy() == pytest.approx(adjusted.to_numpy(), abs=1e-12)


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


@pytest.mark.parametrize("table", [[[1, 2]], [[1, 2], [0, 0]], [[0, 0], [0, 0]]])
def test_refuses_what_is_not_a_cross_table(table: list[list[int]], seed: int) -> None:
    with pytest.raises(ValueError, match="at least two rows and two columns"):
        contingency.independence(table, seed)


@pytest.mark.parametrize("cell", [-1, 0.5, np.nan])
def test_refuses_what_are_not_counts(cell: float) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        contingency.residuals([[1, 2], [3, cell]])


def test_empty_rows_and_columns_are_left_out(seed: int) -> None:
    sparse = pd.DataFrame([[3, 0, 1], [0, 0, 0], [2, 0, 6]], index=[*"abc"], columns=[*"xyz"])
    bare = sparse.loc[["a", "c"], ["x", "z"]]
    assert contingency.residuals(sparse).equals(contingency.residuals(bare))
    assert contingency.principal_coordinates(sparse)["point"].to_list() == ["a", "c", "x", "z"]
    assert contingency.independence(sparse, seed).equals(contingency.independence(bare, seed))


def test_worked_example_chi_square_and_v(seed: int) -> None:
    test, association = (
        row for _, row in contingency.independence([[10, 5, 5], [5, 10, 5], [5, 5, 10]], seed).iterrows()
    )
    assert [test["estimate"], test["df"]] == pytest.approx([7.5, 4], abs=1e-10)
    assert association["estimate"] == pytest.approx(0.1721, abs=5e-5)
    assert association["p_value"] == test["p_value"]


def test_monte_carlo_p_of_a_small_table_agrees_with_the_full_list(seed: int) -> None:
    found = contingency.independence([[3, 1], [1, 3]], seed)
    # All tables with margins 4 and 4: the first cell is hypergeometric, and 3, 1, 4 and 0 are as extreme.
    exact = 1 - stats.hypergeom.pmf(2, 8, 4, 4)
    assert found["p_value"].iloc[0] == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 9999))
    assert found.equals(contingency.independence([[3, 1], [1, 3]], seed))


@mock.patch.object(contingency, "RESAMPLES", 9)
@given(tables)
def test_v_lies_between_zero_and_one_within_an_interval_with_width(table: np.ndarray) -> None:
    row = contingency.independence(table, seed=0).iloc[1]
    assert 0 <= row["conf_low"] < row["conf_high"] <= 1
    assert np.isnan(row["estimate"]) or 0 <= row["estimate"] <= 1


def test_v_of_a_perfect_association_is_one(seed: int) -> None:
    row = contingency.independence(np.diag([40, 30, 50]), seed).iloc[1]
    assert row["estimate"] == pytest.approx(1, abs=1e-10)
    assert row["conf_low"] > 0.8


def test_an_even_table_does_not_prove_independence(seed: int) -> None:
    row = contingency.independence([[10, 10], [10, 10]], seed).iloc[1]
    assert row[["estimate", "conf_low"]].to_list() == [0, 0]
    assert row["conf_high"] > 0.3


def test_limits_of_v_put_the_statistic_at_the_tails(seed: int) -> None:
    table = pd.read_csv(DATA / "job_satisfaction.csv", index_col="income") + np.diag([9, 9, 9, 9])
    row = contingency.independence(table, seed).iloc[1]
    statistic = stats.chi2_contingency(table, correction=False).statistic
    limits = row[["conf_low", "conf_high"]].to_numpy(float)
    tails = stats.ncx2.cdf(statistic, 9, row["n"] * 3 * limits**2)
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


def inertias(side: pd.DataFrame) -> list[float]:
    return list(side["n"] / side["n"].sum() @ side.filter(like="axis_") ** 2)


def test_smoke_has_the_published_inertias() -> None:
    smoke = pd.read_csv(DATA / "smoke.csv", index_col="staff")
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


@settings(max_examples=40)
@given(tables)
def test_inertias_add_up_to_chi_square_over_n(table: np.ndarray) -> None:
    points = contingency.principal_coordinates(table)
    chi2 = contingency.residuals(table).eval("(observed - expected) ** 2 / expected").sum()
    for _, side in points.groupby("side"):
        assert sum(inertias(side)) == pytest.approx(chi2 / table.sum(), abs=1e-9)
        assert (side["n"] @ side.filter(like="axis_")).to_numpy() == pytest.approx(0, abs=1e-9)
