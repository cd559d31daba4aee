from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from ivvu_analysis.stats import proportions
from tests.stats.strategies import counts_in_totals

LIMITS = ["conf_low", "conf_high"]


@pytest.mark.parametrize(
    ("x", "n", "low", "high"), [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (15, 148, 0.0624, 0.1605)]
)
def test_wilson_gives_the_published_limits(x: int, n: int, low: float, high: float) -> None:
    row = proportions.wilson(x, n).iloc[0]
    assert row[LIMITS].to_list() == pytest.approx([low, high], abs=5e-5)


def test_worked_example_wilson() -> None:
    row = proportions.wilson(5, 20).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([0.25, 0.1119, 0.4687], abs=5e-5)


def test_wilson_closed_form_to_ten_digits() -> None:
    x, n, z = 5, 20, 1.959963984540054
    half = z * np.sqrt(x * (n - x) / n + z**2 / 4) / (n + z**2)
    centre = (x + z**2 / 2) / (n + z**2)
    row = proportions.wilson(x, n).iloc[0]
    assert row[LIMITS].to_list() == pytest.approx([centre - half, centre + half], abs=1e-10)


def test_wilson_is_that_of_statsmodels_to_the_last_digit() -> None:
    n, x = (numbers[1:] for numbers in np.tril_indices(400))  # the first is none of none
    low, high = proportion_confint(x, n, method="wilson")
    ours = proportions.wilson(x, n)
    assert ours["conf_low"].to_list() == np.where(x == 0, 0, low).tolist()
    assert ours["conf_high"].to_list() == np.where(x == n, 1, high).tolist()


@given(counts_in_totals())
def test_wilson_stays_within_zero_and_one_around_the_share(pair: tuple[int, int]) -> None:
    row = proportions.wilson(*pair).iloc[0]
    assert 0 <= row["conf_low"] < row["conf_high"] <= 1
    if pair[1]:
        assert row["conf_low"] <= row["estimate"] <= row["conf_high"]


def test_wilson_of_nothing_knows_nothing() -> None:
    row = proportions.wilson([0, 3], [0, 4]).iloc[0]
    assert np.isnan(row["estimate"])
    assert row[["conf_low", "conf_high", "n"]].to_list() == [0, 1, 0]


@pytest.mark.parametrize(("x", "n"), [(5, 4), (-1, 4), (np.nan, 4)])
def test_wilson_refuses_counts_that_cannot_be(x: float, n: float) -> None:
    with pytest.raises(ValueError, match=r"Counts must be|No count can"):
        proportions.wilson(x, n)


def test_shares_keep_rows_order_and_empty_groups() -> None:
    counts = pd.DataFrame(
        {"wave": ["b", "a", "b", "c"], "level": ["no", "yes", "yes", "no"], "projects": [1, 4, 3, 0]},
        index=[9, 8, 7, 6],
    )
    result = proportions.shares(counts, "wave")
    assert result["level"].to_list() == ["no", "yes", "yes", "no"]
    assert result["n"].to_list() == [4, 4, 4, 0]
    assert result["estimate"].to_list()[:3] == [0.25, 1.0, 0.75]
    assert result.loc[3, LIMITS].to_list() == [0, 1]
    assert list(counts.index) == [9, 8, 7, 6]


def test_counts_written_as_text_are_added_not_strung_together() -> None:
    counts = pd.DataFrame({"wave": "a", "level": ["no", "yes"], "projects": ["3", "1"]})
    assert proportions.shares(counts, "wave")["estimate"].to_list() == [0.75, 0.25]


def test_newcombe_gives_the_published_limits() -> None:
    row = proportions.newcombe(56, 70, 48, 80).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)


def test_worked_example_newcombe() -> None:
    row = proportions.newcombe(8, 20, 5, 20).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([0.15, -0.1340, 0.4042], abs=5e-5)


@given(counts_in_totals(), counts_in_totals())
def test_newcombe_is_antisymmetric_and_agrees_with_statsmodels(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    row = proportions.newcombe(*one, *other).iloc[0]
    swapped = proportions.newcombe(*other, *one).iloc[0]
    assert row[LIMITS].to_list() == pytest.approx([-swapped["conf_high"], -swapped["conf_low"]], abs=1e-12)
    assert -1 <= row["conf_low"] <= row["conf_high"] <= 1
    if one[1] and other[1]:
        limits = confint_proportions_2indep(*one, *other, method="newcomb")
        assert row[LIMITS].to_list() == pytest.approx(limits, abs=1e-10)
    else:
        assert row[LIMITS].to_list() == [-1, 1]
