from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from scipy.stats import random_table

from ivvu_analysis.stats import contingency, correspondence, independence
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
        independence.independence(table, seed)


@pytest.mark.parametrize("cell", [-1, 0.5, np.nan])
def test_refuses_what_are_not_counts(cell: float, seed: int) -> None:
    with pytest.raises(ValueError, match="whole counts"):
        contingency.residuals([[1, 2], [3, cell]])


def test_empty_rows_and_columns_are_left_out(seed: int) -> None:
    assert len(contingency.residuals(SPARSE)) == 4
    assert correspondence.principal_coordinates(SPARSE)["point"].to_list() == ["a", "c", "x", "z"]
    bare = SPARSE.loc[["a", "c"], ["x", "z"]]
    full, same = (independence.independence(table, seed) for table in (SPARSE, bare))
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
        name: cells.groupby(name)["observed"].transform("sum") / cells["n"] for name in ("row", "column")
    }
    error = np.sqrt(cells["expected"] * (1 - share["row"]) * (1 - share["column"]))
    expected = (cells["observed"] - cells["expected"]) / error
    assert cells["estimate"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-9)
