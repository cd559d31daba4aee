from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.stats import overlap, proportions
from tests.stats.strategies import counts_in_totals

LIMITS = ["conf_low", "conf_high"]


def test_worked_example_overlap() -> None:
    result = overlap.difference(50, 100, 60, 100, shared=50).set_index("assumption")
    assert result.loc["phi_0", "standard_error"] == pytest.approx(0.07, abs=1e-10)
    assert result.loc["phi_1", "standard_error"] == pytest.approx(0.0495, abs=5e-5)
    assert result.loc["phi_0", LIMITS].to_list() == pytest.approx([-0.0373, 0.2321], abs=5e-5)
    assert result.loc["phi_1", LIMITS].to_list() == pytest.approx([0.0029, 0.1935], abs=5e-5)
    assert result.loc["range", LIMITS].to_list() == result.loc["phi_0", LIMITS].to_list()


def test_overlap_without_correlation_is_newcombe() -> None:
    result = overlap.difference(28, 40, 50, 60, shared=(10, 40)).set_index("assumption")
    independent = proportions.newcombe(50, 60, 28, 40).iloc[0]
    for row in ("phi_0", "range"):
        assert result.loc[row, LIMITS].to_list() == pytest.approx(independent[LIMITS].to_list(), abs=1e-12)


@given(counts_in_totals(), counts_in_totals(), st.floats(0, 1))
def test_overlap_narrows_the_interval(one: tuple[int, int], other: tuple[int, int], part: float) -> None:
    (x1, n1), (x2, n2) = one, other
    if min(n1, n2) == 0:
        return
    result = overlap.difference(x1, n1, x2, n2, shared=int(part * min(n1, n2)))
    rows = result.set_index("assumption")
    assert rows.loc["phi_0", "conf_low"] <= rows.loc["phi_1", "conf_low"] + 1e-12
    assert rows.loc["phi_1", "conf_high"] <= rows.loc["phi_0", "conf_high"] + 1e-12
    assert (result["conf_low"] <= result["estimate"] + 1e-12).all()
    assert (result["estimate"] <= result["conf_high"] + 1e-12).all()


def test_overlap_cannot_exceed_an_edition() -> None:
    with pytest.raises(ValueError, match="between 0 and 40 can be shared"):
        overlap.difference(28, 40, 50, 60, shared=41)
    with pytest.raises(ValueError, match="without projects"):
        overlap.difference(0, 0, 50, 60, shared=0)


projects = st.dictionaries(
    st.integers(0, 12), st.tuples(*[st.sampled_from(["low", "mid", "high", None])] * 2), max_size=12
)


def test_phi_is_no_larger_than_the_counts_allow() -> None:
    """All 40 of the first edition are in the second: of 40 rated low, at most 10 are among its 50."""
    result = overlap.difference(0, 40, 50, 60, shared=40).set_index("assumption")
    assert result.loc["phi_1", "phi"] == 0
    result = overlap.difference(10, 40, 50, 60, shared=40).set_index("assumption")
    # Of the shared 10 count before and at least 30 after: their odds are 1/3 and 3.
    assert result.loc["phi_1", "phi"] == pytest.approx(1 / 3)
    assert overlap.difference(28, 40, 50, 60, shared=40)["phi"].iloc[1] == pytest.approx(
        (28 / 12 * 10 / 30) ** 0.5
    )


def test_fewer_shared_projects_may_leave_more_correlation() -> None:
    row = overlap.difference(126, 268, 178, 318, shared=(134, 268)).iloc[1]
    assert row[["shared", "phi"]].to_list() == [266, 1]
