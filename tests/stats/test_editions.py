from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ivvu_analysis.stats import proportions
from ivvu_analysis.stats.proportions import decompose_share, difference
from tests.stats.strategies import counts_in_totals

BEFORE = pd.Series({"a": False, "b": False, "c": True, "d": True})
AFTER = pd.Series({"b": True, "c": True, "d": False, "e": True, "f": True, "g": False})
PARTS = ["within", "entry", "exit"]


def test_worked_example_of_a_share_in_two_editions() -> None:
    result = decompose_share(BEFORE, AFTER).set_index("part")
    assert result["estimate"].to_dict() == pytest.approx(
        {"within": 0.0, "entry": 4 / 6 - 2 / 3, "exit": 2 / 3 - 1 / 2, "change": 4 / 6 - 1 / 2}
    )
    assert result["n"].to_dict() == {"within": 3, "entry": 3, "exit": 1, "change": 7}
    margin = 1.959964 * np.sqrt((4 / 5 - 0) / 5)
    limits = result.loc["within", ["conf_low", "conf_high"]].tolist()
    assert limits == pytest.approx([-margin, margin], abs=1e-6)
    assert result.loc["entry":, ["conf_low", "conf_high"]].isna().all(axis=None)  # type: ignore[misc]


@st.composite
def two_editions(draw: st.DrawFn) -> tuple[pd.Series, pd.Series]:
    ratings = st.dictionaries(st.integers(0, 12), st.booleans(), min_size=1)
    first, second = (pd.Series(draw(ratings)) for _ in range(2))
    assume(len(first.index.intersection(second.index)) > 0)
    return first, second


@settings(max_examples=60, deadline=None)
@given(two_editions())
def test_parts_add_up_to_the_change_and_turn_with_the_rating(pair: tuple[pd.Series, pd.Series]) -> None:
    result = decompose_share(*pair).set_index("part")
    assert result.loc[PARTS, "estimate"].sum() == pytest.approx(result.loc["change", "estimate"])
    assert result.loc["change", "estimate"] == pytest.approx(pair[1].mean() - pair[0].mean())
    turned = decompose_share(*(~marks for marks in pair)).set_index("part")
    assert turned["estimate"].to_list() == pytest.approx((-result["estimate"]).to_list(), abs=1e-12)
    assert turned.loc["within", "conf_low"] == pytest.approx(-result.loc["within", "conf_high"])


def test_without_new_or_ended_projects_all_change_is_within() -> None:
    later = pd.Series({"a": True, "b": False, "c": True, "d": True})
    result = decompose_share(BEFORE, later).set_index("part")
    assert result.loc["within", "estimate"] == result.loc["change", "estimate"] == pytest.approx(0.25)
    assert result.loc[["entry", "exit"], "estimate"].tolist() == [0, 0]


def test_projects_that_all_stay_as_they_were_still_leave_doubt() -> None:
    row = decompose_share(BEFORE, BEFORE).iloc[0]
    assert row["conf_low"] < row["estimate"] == 0 < row["conf_high"]


LIMITS = ["conf_low", "conf_high"]


def test_worked_example_overlap() -> None:
    result = difference(50, 100, 60, 100, shared=(50, 50)).set_index("assumption")
    assert result.loc["phi_0", LIMITS].to_list() == pytest.approx([-0.0373, 0.2321], abs=5e-5)
    assert result.loc["phi_1", LIMITS].to_list() == pytest.approx([0.0029, 0.1935], abs=5e-5)
    assert result.loc["range", LIMITS].to_list() == result.loc["phi_0", LIMITS].to_list()


def test_overlap_without_correlation_is_newcombe() -> None:
    result = difference(28, 40, 50, 60, shared=(10, 40)).set_index("assumption")
    independent = proportions.newcombe(50, 60, 28, 40).iloc[0]
    for row in ("phi_0", "range"):
        assert result.loc[row, LIMITS].to_list() == pytest.approx(independent[LIMITS].to_list(), abs=1e-12)


@given(counts_in_totals(), counts_in_totals(), st.floats(0, 1))
def test_overlap_narrows_the_interval(one: tuple[int, int], other: tuple[int, int], part: float) -> None:
    (x1, n1), (x2, n2) = one, other
    if min(n1, n2) == 0:
        return
    result = difference(x1, n1, x2, n2, shared=(int(part * min(n1, n2)),) * 2)
    rows = result.set_index("assumption")
    assert rows.loc["phi_0", "conf_low"] <= rows.loc["phi_1", "conf_low"] + 1e-12
    assert rows.loc["phi_1", "conf_high"] <= rows.loc["phi_0", "conf_high"] + 1e-12
    assert (result["conf_low"] <= result["estimate"] + 1e-12).all()
    assert (result["estimate"] <= result["conf_high"] + 1e-12).all()


def test_phi_is_no_larger_than_the_counts_allow() -> None:
    """All 40 of the first edition are in the second: of 40 rated low, at most 10 are among its 50."""
    result = difference(0, 40, 50, 60, shared=(40, 40)).set_index("assumption")
    assert result.loc["phi_1", "phi"] == 0
    result = difference(10, 40, 50, 60, shared=(40, 40)).set_index("assumption")
    # Of the shared 10 count before and at least 30 after: their odds are 1/3 and 3.
    assert result.loc["phi_1", "phi"] == pytest.approx(1 / 3)
    assert difference(28, 40, 50, 60, shared=(40, 40))["phi"].iloc[1] == pytest.approx(
        (28 / 12 * 10 / 30) ** 0.5
    )


def test_fewer_shared_projects_may_leave_more_correlation() -> None:
    row = difference(126, 268, 178, 318, shared=(134, 268)).iloc[1]
    assert row[["shared", "phi"]].to_list() == [266, 1]


@pytest.mark.parametrize("shared", [(0, 20), (9, 4), (-1, 5)])
def test_editions_cannot_share_more_projects_than_they_have(shared: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="Shared projects"):
        difference(5, 10, 6, 10, shared=shared)
