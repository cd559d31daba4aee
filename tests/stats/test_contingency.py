from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

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
        independence.chi_square(table, seed)


@pytest.mark.parametrize("cell", [-1, 0.5, np.nan])
def test_refuses_what_are_not_counts(cell: float, seed: int) -> None:
    with pytest.raises(ValueError, match="whole counts"):
        contingency.residuals([[1, 2], [3, cell]])


def test_empty_rows_and_columns_are_left_out_and_named(seed: int) -> None:
    for result in (
        independence.chi_square(SPARSE, seed),
        independence.bergsma_v(SPARSE, seed),
        contingency.residuals(SPARSE),
        correspondence.principal_coordinates(SPARSE),
    ):
        assert (result["left_out"] == "b, y").all()
    assert len(contingency.residuals(SPARSE)) == 4
    bare = SPARSE.loc[["a", "c"], ["x", "z"]]
    full, same = (independence.chi_square(table, seed)["estimate"] for table in (SPARSE, bare))
    assert full.equals(same)
