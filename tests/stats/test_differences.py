from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from statsmodels.stats.proportion import confint_proportions_2indep

from ivvu_analysis.stats import differences
from tests.stats.strategies import counts_in_totals

LIMITS = ["conf_low", "conf_high"]


def test_newcombe_gives_the_published_limits() -> None:
    row = differences.newcombe(56, 70, 48, 80).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)


def test_worked_example_newcombe() -> None:
    row = differences.newcombe(8, 20, 5, 20).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([0.15, -0.1340, 0.4042], abs=5e-5)


@given(counts_in_totals(), counts_in_totals())
def test_newcombe_is_antisymmetric_and_agrees_with_statsmodels(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    row = differences.newcombe(*one, *other).iloc[0]
    swapped = differences.newcombe(*other, *one).iloc[0]
    assert row[LIMITS].to_list() == pytest.approx([-swapped["conf_high"], -swapped["conf_low"]], abs=1e-12)
    assert -1 <= row["conf_low"] <= row["conf_high"] <= 1
    if one[1] and other[1]:
        limits = confint_proportions_2indep(*one, *other, method="newcomb")
        assert row[LIMITS].to_list() == pytest.approx(limits, abs=1e-10)
    else:
        assert row[LIMITS].to_list() == [-1, 1]


def test_worked_example_shift() -> None:
    table = pd.DataFrame({"old": [6, 4, 10], "new": [3, 4, 1], "newest": [2, 2, 0]}, index=["p", "q", "r"])
    result = differences.shift(table, {"wide": ["p", "q"], "narrow": ["q"]}, ["old"], ["new", "newest"])
    wide = result[result["definition"] == "wide"].set_index("quantity")
    assert wide["estimate"].to_list() == pytest.approx([10 / 20, 11 / 12, 11 / 12 - 10 / 20])
    assert wide["n"].to_list() == [20, 12, 32]
