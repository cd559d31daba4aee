from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from ivvu_analysis.stats import contingency, correspondence
from tests.stats.strategies import tables

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def smoke() -> pd.DataFrame:
    return pd.read_csv(DATA / "smoke.csv", index_col="staff")


def test_smoke_has_the_published_inertias(smoke: pd.DataFrame) -> None:
    points = correspondence.principal_coordinates(smoke)
    inertias = points.drop_duplicates("dimension")["inertia"]
    assert inertias.to_list() == pytest.approx([0.074759, 0.010017, 0.000414], abs=5e-7)
    first = points.query("dimension == 1").set_index("point")
    # Greenacre's figure, up to the sign of the axis.
    assert first.loc["senior_employees", "estimate"] == pytest.approx(0.381, abs=5e-4)
    assert first.loc["none", "estimate"] == pytest.approx(0.393, abs=5e-4)


def test_worked_example_correspondence() -> None:
    points = correspondence.principal_coordinates([[30, 10], [20, 40]])
    assert points["inertia"].to_list() == pytest.approx([1 / 6] * 4, abs=1e-10)
    rows = points.query("side == 'row'")
    assert rows["estimate"].to_list() == pytest.approx([0.5, -1 / 3], abs=1e-10)


@given(tables)
def test_inertias_add_up_to_chi_square_over_n(table: np.ndarray) -> None:
    points = correspondence.principal_coordinates(table)
    chi2 = contingency.independence(table, seed=0, resamples=1).iloc[0]
    per_dimension = points.drop_duplicates("dimension")
    assert per_dimension["inertia"].sum() == pytest.approx(chi2["estimate"] / chi2["n"], abs=1e-9)
    for _, side in points.groupby(["side", "dimension"]):
        mass = side["n"] / side["n"].sum()
        assert (mass * side["estimate"] ** 2).sum() == pytest.approx(side["inertia"].iloc[0], abs=1e-9)
        assert (mass * side["estimate"]).sum() == pytest.approx(0, abs=1e-9)
