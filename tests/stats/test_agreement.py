from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.stats import agreement

DATA = Path(__file__).parents[1] / "data"
LIMITS = ["conf_low", "conf_high"]


def counted(first: object, second: object, levels: int) -> np.ndarray:
    """Units by the ratings of two raters."""
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)  # type: ignore[arg-type]
    return table


def test_krippendorff_example_has_the_published_alpha(seed: int) -> None:
    ratings = pd.read_csv(DATA / "krippendorff.csv", index_col="observer")
    row = agreement.krippendorff_alpha(ratings, seed).iloc[0]
    assert row["estimate"] == pytest.approx(0.815, abs=5e-4)
    assert row["n"] == 11
    assert row["conf_low"] < row["estimate"] < row["conf_high"] <= 1


def test_worked_example_alpha(seed: int) -> None:
    row = agreement.krippendorff_alpha([[0, 0, 1, 1], [0, 1, 1, 1]], seed).iloc[0]
    assert row["estimate"] == pytest.approx(8 / 15, abs=1e-10)


def test_worked_example_kappa() -> None:
    row = agreement.weighted_kappa(counted([0, 0, 1, 2], [0, 1, 1, 2], 3)).iloc[0]
    assert row["estimate"] == pytest.approx(0.8, abs=1e-10)


def test_kappa_of_the_classic_two_by_two() -> None:
    row = agreement.weighted_kappa([[20, 5], [10, 15]]).iloc[0]
    assert row["estimate"] == pytest.approx(0.4, abs=1e-10)
    assert row["conf_low"] < 0.4 < row["conf_high"]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20))
def test_kappa_does_not_depend_on_who_is_first_or_on_unused_levels(units: list[tuple[int, int]]) -> None:
    first, second = np.array(units).T
    row = agreement.weighted_kappa(counted(first, second, 4)).iloc[0]
    for other in (
        agreement.weighted_kappa(counted(second, first, 4)),
        agreement.weighted_kappa(counted(first, second, 6)),
        agreement.weighted_kappa(counted(3 - first, 3 - second, 4)),
    ):
        assert row["estimate"] == pytest.approx(other["estimate"].item(), abs=1e-9, nan_ok=True)
    assert -1 <= row["conf_low"] <= row["conf_high"] <= 1


def test_units_without_both_ratings_are_left_out(seed: int) -> None:
    ratings = np.array([[0, 0, 1, 1, 2], [0, 1, 1, 1, np.nan]])
    alone = agreement.krippendorff_alpha(ratings, seed).iloc[0]
    assert (alone["estimate"], alone["n"]) == (pytest.approx(8 / 15), 4)


@pytest.mark.parametrize(
    ("ratings", "table"),
    [([[1, 1], [1, 1]], [[0, 0], [0, 2]]), ([[np.nan, 1], [2, np.nan]], [[0, 0], [0, 1]])],
)
def test_agreement_is_undefined_without_variation(
    ratings: list[list[float]], table: list[list[int]], seed: int
) -> None:
    for row in (
        agreement.weighted_kappa(table).iloc[0],
        agreement.krippendorff_alpha(ratings, seed).iloc[0],
    ):
        assert np.isnan(row["estimate"])
        assert row[LIMITS].to_list() == [-1, 1]


def test_ordinal_alpha_forgives_near_misses(seed: int) -> None:
    near = [[0, 1, 2, 3, 0, 3], [0, 1, 2, 3, 1, 2]]
    far = [[0, 1, 2, 3, 0, 3], [0, 1, 2, 3, 3, 0]]
    alphas = [agreement.krippendorff_alpha(ratings, seed)["estimate"].item() for ratings in (near, far)]
    assert alphas[0] > 0.6 > 0.2 > alphas[1]


def test_the_same_seed_gives_the_same_interval(seed: int) -> None:
    ratings = pd.read_csv(DATA / "krippendorff.csv", index_col="observer")
    once, twice = (agreement.krippendorff_alpha(ratings, seed) for _ in range(2))
    assert once.equals(twice)


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[1, 2, 3], [4, 5, 6]], [], [[1, np.nan], [2, 3]]])
def test_kappa_refuses_what_is_no_table_of_two_ratings(table: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"square table|whole numbers"):
        agreement.weighted_kappa(table)
