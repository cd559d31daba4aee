from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from ivvu_analysis.stats import proportions

LIMITS = ["conf_low", "conf_high"]


@st.composite
def counts_in_totals(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(0, 400))
    return draw(st.integers(0, n)), n


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


@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
def test_wilson_is_that_of_statsmodels_to_the_last_digit(level: float) -> None:
    n, x = (numbers[1:] for numbers in np.tril_indices(400))  # the first is none of none
    low, high = proportion_confint(x, n, alpha=1 - level, method="wilson")
    ours = proportions.wilson(x, n, level)
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
    with pytest.raises(ValueError, match="from zero up to its total"):
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


def test_shares_of_all_rows_as_one_group() -> None:
    counts = pd.DataFrame({"level": ["no", "yes"], "projects": [1, 3]})
    assert proportions.shares(counts, [])["estimate"].to_list() == [0.25, 0.75]


def test_shares_refuse_a_level_that_occurs_twice() -> None:
    counts = pd.DataFrame({"wave": ["a", "a"], "level": ["no", "no"], "projects": [1, 3]})
    with pytest.raises(ValueError, match="twice"):
        proportions.shares(counts, "wave")
    with pytest.raises(ValueError, match="lack the column"):
        proportions.shares(counts, "region")


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


def test_worked_example_overlap() -> None:
    result = proportions.overlap_difference(50, 100, 60, 100, shared=50).set_index("assumption")
    assert result.loc["phi_0", "standard_error"] == pytest.approx(0.07, abs=1e-10)
    assert result.loc["phi_1", "standard_error"] == pytest.approx(0.0495, abs=5e-5)
    assert result.loc["phi_0", LIMITS].to_list() == pytest.approx([-0.0373, 0.2321], abs=5e-5)
    assert result.loc["phi_1", LIMITS].to_list() == pytest.approx([0.0029, 0.1935], abs=5e-5)
    assert result.loc["range", LIMITS].to_list() == result.loc["phi_0", LIMITS].to_list()


def test_overlap_without_correlation_is_newcombe() -> None:
    result = proportions.overlap_difference(28, 40, 50, 60, shared=(10, 40)).set_index("assumption")
    independent = proportions.newcombe(50, 60, 28, 40).iloc[0]
    for row in ("phi_0", "range"):
        assert result.loc[row, LIMITS].to_list() == pytest.approx(independent[LIMITS].to_list(), abs=1e-12)


@given(counts_in_totals(), counts_in_totals(), st.floats(0, 1))
def test_overlap_narrows_the_interval(one: tuple[int, int], other: tuple[int, int], part: float) -> None:
    (x1, n1), (x2, n2) = one, other
    if min(n1, n2) == 0:
        return
    result = proportions.overlap_difference(x1, n1, x2, n2, shared=int(part * min(n1, n2)))
    rows = result.set_index("assumption")
    assert rows.loc["phi_0", "conf_low"] <= rows.loc["phi_1", "conf_low"] + 1e-12
    assert rows.loc["phi_1", "conf_high"] <= rows.loc["phi_0", "conf_high"] + 1e-12
    assert (result["conf_low"] <= result["estimate"] + 1e-12).all()
    assert (result["estimate"] <= result["conf_high"] + 1e-12).all()


def test_overlap_cannot_exceed_an_edition() -> None:
    with pytest.raises(ValueError, match="between 0 and 40 can be shared"):
        proportions.overlap_difference(28, 40, 50, 60, shared=41)
    with pytest.raises(ValueError, match="without projects"):
        proportions.overlap_difference(0, 0, 50, 60, shared=0)


def test_worked_example_edition_bounds() -> None:
    result = proportions.edition_bounds([4, 6], [5, 9], shared=8, levels=["low", "high"])
    low = result[result["level"] == "low"].set_index("part")[LIMITS]
    assert low.loc["within"].to_list() == [-4, 3]
    assert low.loc["entry"].to_list() == [0, 5]
    assert low.loc["exit"].to_list() == [-2, 0]
    assert low.loc["change"].to_list() == [1, 1]


def test_bounds_collapse_when_nothing_is_shared() -> None:
    result = proportions.edition_bounds([4, 6], [5, 9], shared=0)
    entry = result[result["part"] == "entry"]
    assert entry["estimate"].to_list() == [5, 9]
    assert (result.loc[result["part"] == "within", "estimate"] == 0).all()


projects = st.dictionaries(
    st.integers(0, 12), st.tuples(*[st.sampled_from(["low", "mid", "high", None])] * 2), max_size=12
)


@given(projects)
def test_every_register_lies_within_the_bounds_of_its_margins(register: dict[int, tuple[str, str]]) -> None:
    levels = ["low", "mid", "high"]
    before = pd.Series({k: a for k, (a, b) in register.items() if a}, dtype=object)
    after = pd.Series({k: b for k, (a, b) in register.items() if b}, dtype=object)
    changes = proportions.edition_changes(before, after, levels)
    margins = [[int((edition == level).sum()) for level in levels] for edition in (before, after)]
    shared = len(before.index.intersection(after.index))
    bounds = proportions.edition_bounds(margins[0], margins[1], shared, levels)
    both = changes.merge(bounds, on=["level", "part"], suffixes=("", "_bound"))
    assert len(both) == len(levels) * 4
    assert (both["conf_low_bound"] <= both["estimate"]).all()
    assert (both["estimate"] <= both["conf_high_bound"]).all()
    parts = changes[changes["part"] != "change"].groupby("level")["estimate"].sum()
    change = changes[changes["part"] == "change"].set_index("level")["estimate"]
    assert parts.to_dict() == change.to_dict()


def test_edition_changes_refuse_unlisted_levels_and_doubles() -> None:
    ratings = pd.Series({"p": "yes"})
    with pytest.raises(ValueError, match="not listed: yes"):
        proportions.edition_changes(ratings, ratings, ["no"])
    with pytest.raises(ValueError, match="twice"):
        proportions.edition_changes(pd.concat([ratings, ratings]), ratings, ["yes"])
