from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from scipy import stats

from ivvu_analysis.stats import independence
from tests.stats.strategies import tables

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def satisfaction() -> pd.DataFrame:
    return pd.read_csv(DATA / "job_satisfaction.csv", index_col="income")


def test_worked_example_chi_square_and_v(seed: int) -> None:
    table = [[10, 5, 5], [5, 10, 5], [5, 5, 10]]
    test = independence.independence(table, seed).iloc[0]
    assert [test["estimate"], test["df"]] == pytest.approx([7.5, 4], abs=1e-10)
    association = independence.independence(table, seed).iloc[1]
    assert association["estimate"] == pytest.approx(0.1721, abs=5e-5)
    assert association["p_value"] == test["p_value"]


def test_monte_carlo_p_of_a_small_table_agrees_with_the_full_list(seed: int) -> None:
    table = np.array([[3, 1], [1, 3]])
    row = independence.independence(table, seed).iloc[0]
    # All tables with margins 4 and 4: the first cell is hypergeometric, and 3, 1, 4 and 0 are as extreme.
    exact = 1 - stats.hypergeom.pmf(2, 8, 4, 4)
    assert row["p_value"] == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 9999))
    assert independence.independence(table, seed).equals(independence.independence(table, seed))


@given(tables)
def test_v_lies_between_zero_and_one_within_its_interval(table: np.ndarray) -> None:
    row = independence.independence(table, seed=0, resamples=9).iloc[1]
    assert 0 <= row["conf_low"] <= row["conf_high"] <= 1
    assert np.isnan(row["estimate"]) or 0 <= row["estimate"] <= 1


def test_v_of_a_perfect_association_is_one(seed: int) -> None:
    row = independence.independence(np.diag([40, 30, 50]), seed).iloc[1]
    assert row["estimate"] == pytest.approx(1, abs=1e-10)
    assert row["conf_low"] > 0.8


def test_limits_of_v_put_the_statistic_at_the_tails(satisfaction: pd.DataFrame, seed: int) -> None:
    table = satisfaction.to_numpy() + np.diag([9, 9, 9, 9])
    row = independence.independence(table, seed).iloc[1]
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
        row = independence.independence(
            rng.multinomial(318, share.ravel()).reshape(10, 7), rng, resamples=1
        ).iloc[1]
        covered += row["conf_low"] <= truth + 1e-12 and truth <= row["conf_high"]
    assert covered / 400 > 0.90


def test_an_even_table_does_not_prove_independence(seed: int) -> None:
    row = independence.independence([[10, 10], [10, 10]], seed).iloc[1]
    assert row[["estimate", "conf_low"]].to_list() == [0, 0]
    assert row["conf_high"] > 0.3


def test_no_independent_table_leaves_an_interval_without_width(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(200):
        table = rng.multinomial(60, np.outer([0.5, 0.5], [0.3, 0.7]).ravel()).reshape(2, 2)
        row = independence.independence(table, seed, resamples=9).iloc[1]
        assert row["conf_high"] - row["conf_low"] > 0.05
