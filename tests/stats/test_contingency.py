from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from ivvu_analysis.stats import contingency

DATA = Path(__file__).parents[1] / "data"
SPARSE = pd.DataFrame([[3, 0, 1], [0, 0, 0], [2, 0, 6]], index=["a", "b", "c"], columns=["x", "y", "z"])
tables = hnp.arrays(int, st.tuples(st.integers(2, 5), st.integers(2, 5)), elements=st.integers(0, 20)).filter(
    lambda table: min((table.sum(0) > 0).sum(), (table.sum(1) > 0).sum()) >= 2
)


@pytest.fixture(scope="module")
def satisfaction() -> pd.DataFrame:
    return pd.read_csv(DATA / "job_satisfaction.csv", index_col="income")


@pytest.fixture(scope="module")
def smoke() -> pd.DataFrame:
    return pd.read_csv(DATA / "smoke.csv", index_col="staff")


def test_job_satisfaction_has_the_published_fisher_p(satisfaction: pd.DataFrame, seed: int) -> None:
    row = contingency.fisher(satisfaction, seed).iloc[0]
    error = np.sqrt(0.7827 * (1 - 0.7827) / 9999)
    assert row["p_value"] == pytest.approx(0.7827, abs=4 * error)


def test_worked_example_fisher(seed: int) -> None:
    row = contingency.fisher([[3, 1], [1, 3]], seed).iloc[0]
    assert row["p_value"] == pytest.approx(34 / 70, abs=1e-10)
    assert row["method"] == "Fisher, exact p"


def test_worked_example_chi_square_and_v(seed: int) -> None:
    table = [[10, 5, 5], [5, 10, 5], [5, 5, 10]]
    test = contingency.chi_square(table, seed).iloc[0]
    assert [test["estimate"], test["df"]] == pytest.approx([7.5, 4], abs=1e-10)
    association = contingency.bergsma_v(table, seed).iloc[0]
    assert association["estimate"] == pytest.approx(0.1721, abs=5e-5)
    assert association["p_value"] == test["p_value"]


def test_monte_carlo_p_of_a_small_table_agrees_with_the_full_list(seed: int) -> None:
    table = np.array([[3, 1], [1, 3]])
    row = contingency.chi_square(table, seed).iloc[0]
    # All tables with margins 4 and 4: the first cell is hypergeometric, and 3, 1, 4 and 0 are as extreme.
    exact = 1 - stats.hypergeom.pmf(2, 8, 4, 4)
    assert row["p_value"] == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 9999))
    assert contingency.chi_square(table, seed).equals(contingency.chi_square(table, seed))


def test_empty_rows_and_columns_are_left_out_and_named(seed: int) -> None:
    for result in (
        contingency.chi_square(SPARSE, seed),
        contingency.fisher(SPARSE, seed),
        contingency.bergsma_v(SPARSE, seed),
        contingency.residuals(SPARSE),
        contingency.correspondence(SPARSE),
    ):
        assert (result["left_out"] == "b, y").all()
    assert len(contingency.residuals(SPARSE)) == 4
    bare = SPARSE.loc[["a", "c"], ["x", "z"]]
    assert contingency.chi_square(SPARSE, seed)["estimate"].equals(
        contingency.chi_square(bare, seed)["estimate"]
    )


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


@given(tables)
def test_v_lies_between_zero_and_one_within_its_interval(table: np.ndarray) -> None:
    row = contingency.bergsma_v(table, seed=0, resamples=9).iloc[0]
    assert 0 <= row["conf_low"] <= row["conf_high"] <= 1
    assert np.isnan(row["estimate"]) or 0 <= row["estimate"] <= 1


def test_v_of_a_perfect_association_is_one(seed: int) -> None:
    row = contingency.bergsma_v(np.diag([40, 30, 50]), seed).iloc[0]
    assert row["estimate"] == pytest.approx(1, abs=1e-10)
    assert row["conf_low"] > 0.8


def test_limits_of_v_put_the_statistic_at_the_tails(satisfaction: pd.DataFrame, seed: int) -> None:
    table = satisfaction.to_numpy() + np.diag([9, 9, 9, 9])
    row = contingency.bergsma_v(table, seed).iloc[0]
    statistic = stats.chi2_contingency(table, correction=False).statistic
    tails = [
        stats.ncx2.cdf(statistic, 9, row["n"] * 3 * row[limit] ** 2) for limit in ("conf_low", "conf_high")
    ]
    assert tails == pytest.approx([0.975, 0.025], abs=1e-8)


@pytest.mark.slow
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
        row = contingency.bergsma_v(
            rng.multinomial(318, share.ravel()).reshape(10, 7), rng, resamples=1
        ).iloc[0]
        covered += row["conf_low"] <= truth + 1e-12 and truth <= row["conf_high"]
    assert covered / 400 > 0.90


def test_smoke_has_the_published_inertias(smoke: pd.DataFrame) -> None:
    points = contingency.correspondence(smoke)
    inertias = points.drop_duplicates("dimension")["inertia"]
    assert inertias.to_list() == pytest.approx([0.074759, 0.010017, 0.000414], abs=5e-7)
    first = points.query("dimension == 1").set_index("point")
    # Greenacre's figure, up to the sign of the axis.
    assert first.loc["senior_employees", "estimate"] == pytest.approx(0.381, abs=5e-4)
    assert first.loc["none", "estimate"] == pytest.approx(0.393, abs=5e-4)


def test_worked_example_correspondence() -> None:
    points = contingency.correspondence([[30, 10], [20, 40]])
    assert points["inertia"].to_list() == pytest.approx([1 / 6] * 4, abs=1e-10)
    rows = points.query("side == 'row'")
    assert rows["estimate"].to_list() == pytest.approx([0.5, -1 / 3], abs=1e-10)


@given(tables)
def test_inertias_add_up_to_chi_square_over_n(table: np.ndarray) -> None:
    points = contingency.correspondence(table)
    chi2 = contingency.chi_square(table, seed=0, resamples=1).iloc[0]
    per_dimension = points.drop_duplicates("dimension")
    assert per_dimension["inertia"].sum() == pytest.approx(chi2["estimate"] / chi2["n"], abs=1e-9)
    for _, side in points.groupby(["side", "dimension"]):
        assert (side["mass"] * side["estimate"] ** 2).sum() == pytest.approx(
            side["inertia"].iloc[0], abs=1e-9
        )
        assert (side["mass"] * side["estimate"]).sum() == pytest.approx(0, abs=1e-9)


def test_worked_example_shift() -> None:
    table = pd.DataFrame({"old": [6, 4, 10], "new": [3, 4, 1], "newest": [2, 2, 0]}, index=["p", "q", "r"])
    result = contingency.shift(table, {"wide": ["p", "q"], "narrow": ["q"]}, ["old"], ["new", "newest"])
    wide = result[result["definition"] == "wide"].set_index("quantity")
    assert wide["estimate"].to_list() == pytest.approx([10 / 20, 11 / 12, 11 / 12 - 10 / 20])
    assert wide["n"].to_list() == [20, 12, 32]
    with pytest.raises(ValueError, match="both sides"):
        contingency.shift(table, {"wide": ["p"]}, ["old"], ["old"])
    with pytest.raises(ValueError, match="has no s"):
        contingency.shift(table, {"wide": ["s"]}, ["old"], ["new"])


@pytest.mark.parametrize("table", [[[1, 2]], [[1, 2], [0, 0]], [[0, 0], [0, 0]]])
def test_refuses_what_is_not_a_cross_table(table: list[list[int]], seed: int) -> None:
    with pytest.raises(ValueError, match="at least two rows and two columns"):
        contingency.chi_square(table, seed)


@pytest.mark.parametrize("cell", [-1, 0.5, np.nan])
def test_refuses_what_are_not_counts(cell: float, seed: int) -> None:
    with pytest.raises(ValueError, match="whole counts"):
        contingency.residuals([[1, 2], [3, cell]])
