from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from ivvu_analysis.stats import Z, proportions
from ivvu_analysis.stats.proportions import decompose_share, difference

LIMITS = ["conf_low", "conf_high"]


counts_in_totals = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(sorted)
of_some = counts_in_totals.filter(any)


@pytest.mark.parametrize(
    ("x", "n", "low", "high"), [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (15, 148, 0.0624, 0.1605)]
)
def test_wilson_gives_the_published_limits(x: int, n: int, low: float, high: float) -> None:
    row = proportions.wilson(x, n).iloc[0]
    assert row[LIMITS].to_list() == pytest.approx([low, high], abs=5e-5)


def test_worked_example_wilson() -> None:
    row = proportions.wilson(5, 20).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([0.25, 0.1119, 0.4687], abs=5e-5)


def test_wilson_is_that_of_statsmodels_to_the_last_digit() -> None:
    n, x = (numbers[1:] for numbers in np.tril_indices(400))  # the first is none of none
    low, high = proportion_confint(x, n, method="wilson")
    ours = proportions.wilson(x, n)
    assert ours["conf_low"].to_list() == np.where(x == 0, 0, low).tolist()
    assert ours["conf_high"].to_list() == np.where(x == n, 1, high).tolist()
    assert ours["estimate"].between(ours["conf_low"], ours["conf_high"]).all()


def test_wilson_of_nothing_knows_nothing() -> None:
    row = proportions.wilson([0, 3], [0, 4]).iloc[0]
    assert row[["estimate", *LIMITS, "n"]].to_list() == pytest.approx([np.nan, 0, 1, 0], nan_ok=True)


@pytest.mark.parametrize(("x", "n"), [(5, 4), (-1, 4), (np.nan, 4)])
def test_wilson_refuses_counts_that_cannot_be(x: float, n: float) -> None:
    with pytest.raises(ValueError, match=r"Counts must be|No count can"):
        proportions.wilson(x, n)


@pytest.mark.parametrize("by", ["wave", ["wave"], ["wave", "wave_2"]])
@pytest.mark.parametrize("number", [int, str])
def test_shares_keep_rows_order_and_empty_groups(number: type, by: str | list[str]) -> None:
    rows = [("b", "no", number(1)), ("a", "yes", number(4)), ("b", "yes", number(3)), ("c", "no", number(0))]
    counts = pd.DataFrame(rows, columns=["wave", "level", "projects"], index=[9, 8, 7, 6])
    result = proportions.shares(counts.assign(wave_2=counts["wave"]), by)
    assert result["level"].to_list() == ["no", "yes", "yes", "no"]
    assert result["n"].to_list() == [4, 4, 4, 0]
    assert result["estimate"].to_list()[:3] == [0.25, 1.0, 0.75]
    assert result.loc[3, LIMITS].to_list() == [0, 1]


def test_newcombe_gives_the_published_limits() -> None:
    row = proportions.newcombe(56, 70, 48, 80).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)


def test_worked_example_newcombe() -> None:
    row = proportions.newcombe(8, 20, 5, 20).iloc[0]
    assert [row["estimate"], *row[LIMITS]] == pytest.approx([0.15, -0.1340, 0.4042], abs=5e-5)


@settings(max_examples=40)
@given(counts_in_totals, counts_in_totals)
def test_newcombe_is_that_of_statsmodels_or_open(one: list[int], other: list[int]) -> None:
    row = proportions.newcombe(*one, *other).iloc[0]
    limits = [-1, 1]
    if one[1] and other[1]:
        limits = confint_proportions_2indep(*one, *other, method="newcomb")
    assert row[LIMITS].to_list() == pytest.approx(limits, abs=1e-10)
    assert -1 <= row["conf_low"] <= row["conf_high"] <= 1


def test_worked_example_of_a_share_in_two_editions() -> None:
    before = pd.Series({"a": False, "b": False, "c": True, "d": True})
    after = pd.Series({"b": True, "c": True, "d": False, "e": True, "f": True, "g": False})
    result = decompose_share(before, after).set_index("part")
    assert result["estimate"].to_dict() == pytest.approx(
        {"within": 0.0, "entry": 4 / 6 - 2 / 3, "exit": 2 / 3 - 1 / 2, "change": 4 / 6 - 1 / 2}
    )
    assert result["n"].to_dict() == {"within": 3, "entry": 3, "exit": 1, "change": 7}
    margin = 1.959964 * np.sqrt((4 / 5 - 0) / 5)
    assert result.loc["within", LIMITS].tolist() == pytest.approx([-margin, margin], abs=1e-6)
    assert result.loc["entry":, LIMITS].isna().all(axis=None)  # type: ignore[misc]


@settings(max_examples=40)
@given(*[st.dictionaries(st.integers(0, 12), st.booleans(), min_size=1)] * 2)
def test_parts_add_up_to_the_change_and_turn_with_the_rating(
    first: dict[int, bool], second: dict[int, bool]
) -> None:
    assume(first.keys() & second.keys())
    pair = pd.Series(first), pd.Series(second)
    result = decompose_share(*pair).set_index("part")
    parts = result.loc[["within", "entry", "exit"], "estimate"].sum()
    assert parts == pytest.approx(result.loc["change", "estimate"])
    assert parts == pytest.approx(pair[1].mean() - pair[0].mean())
    turned = decompose_share(*(~marks for marks in pair)).set_index("part")
    assert turned["estimate"].to_list() == pytest.approx((-result["estimate"]).to_list(), abs=1e-12)
    assert turned.loc["within", "conf_low"] == pytest.approx(-result.loc["within", "conf_high"])


def test_a_rating_that_is_not_known_is_not_reached() -> None:
    known, open_ = pd.Series([True, False]), pd.Series([True, None])
    for pair in ((known, open_), (open_, known)):
        with pytest.raises(ValueError, match="must be known of each"):
            decompose_share(*pair)


def test_worked_example_overlap() -> None:
    result = difference(50, 100, 60, 100, shared=(50, 50)).set_index("assumption")
    assert result.loc["phi_0", LIMITS].to_list() == pytest.approx([-0.0373, 0.2321], abs=5e-5)
    assert result.loc["phi_1", LIMITS].to_list() == pytest.approx([0.0029, 0.1935], abs=5e-5)


@settings(max_examples=40)
@given(of_some, of_some, st.floats(0, 1))
def test_overlap_narrows_the_interval_of_newcombe(one: list[int], other: list[int], part: float) -> None:
    result = difference(*one, *other, shared=(int(part * min(one[1], other[1])),) * 2)
    rows = result.set_index("assumption")[LIMITS]
    independent = proportions.newcombe(*other, *one)[LIMITS].iloc[0].to_list()
    assert rows.loc["phi_0"].to_list() == pytest.approx(independent, abs=1e-12)
    assert rows.loc["range"].to_list() == rows.loc["phi_0"].to_list()
    low, high = rows.loc["phi_1"]
    assert independent[0] - 1e-12 <= low <= result["estimate"].iloc[0] + 1e-12
    assert result["estimate"].iloc[0] - 1e-12 <= high <= independent[1] + 1e-12


@pytest.mark.parametrize(
    ("before", "after", "shared", "found"),
    [
        # All 40 of the first edition are in the second: of 40 rated low, at most 10 are among its 50.
        ((0, 40), (50, 60), (40, 40), [40, 0]),
        # Of the shared 10 count before and at least 30 after: their odds are 1/3 and 3.
        ((10, 40), (50, 60), (40, 40), [40, 1 / 3]),
        ((28, 40), (50, 60), (40, 40), [40, np.sqrt(28 / 12 * 10 / 30)]),
        ((40, 80), (40, 50), (40, 40), [40, 1]),  # 30 to 40 of them may count at either time
        ((126, 268), (178, 318), (134, 268), [266, 1]),  # fewer may leave more correlation
    ],
)
def test_phi_is_no_larger_than_the_counts_allow(
    before: tuple[int, int], after: tuple[int, int], shared: tuple[int, int], found: list[float]
) -> None:
    row = difference(*before, *after, shared=shared).iloc[1]
    assert row[["shared", "phi"]].to_list() == pytest.approx(found)


@pytest.mark.parametrize("shared", [(0, 20), (9, 4), (-1, 5)])
def test_editions_cannot_share_more_projects_than_they_have(shared: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="Shared projects"):
        difference(5, 10, 6, 10, shared=shared)


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.8])
def test_with_a_known_correlation_many_projects_give_the_interval_of_pairs(phi: float) -> None:
    n, p1, p2 = 100_000, 0.5, 0.6
    found = difference(p1 * n, n, p2 * n, n, (n, n), phi).iloc[0]
    both = p1 * p2 + phi * np.sqrt(p1 * (1 - p1) * p2 * (1 - p2))  # the share that reaches it twice
    moved = p1 + p2 - 2 * both
    margin = Z * np.sqrt((moved - (p2 - p1) ** 2) / n)
    assert found[["conf_low", "conf_high"]].tolist() == pytest.approx([0.1 - margin, 0.1 + margin], abs=1e-5)
    assert (found["assumption"], found["shared"], found["phi"]) == ("known", n, phi)
