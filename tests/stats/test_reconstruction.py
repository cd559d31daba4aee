from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ivvu_analysis.stats import reconstruction


def series(counts: list[int], **levels: list[str]) -> pd.Series:
    """A margin from its counts, the last variable fastest."""
    return pd.Series(counts, index=pd.MultiIndex.from_product(levels.values(), names=list(levels)))


BY_HOLDER = series([3, 1], theme=["learning"], holder=["one", "two"])
BY_START = series([1, 3], theme=["learning"], start=["2020", "2021"])


@st.composite
def joint_tables(draw: st.DrawFn) -> pd.Series:
    """A table by three variables."""
    sizes = [draw(st.integers(1, 3)) for _ in range(3)]
    cells = int(np.prod(sizes))
    counts = draw(st.lists(st.integers(0, 6), min_size=cells, max_size=cells))
    assume(sum(counts) > 0)
    return series(counts, **{name: list("pqr"[:k]) for name, k in zip("abc", sizes, strict=True)})


def margins_of(table: pd.Series, *groups: list[str]) -> list[pd.Series]:
    return [table.groupby(group).sum() for group in groups]


def same_margin(table: pd.Series, margin: pd.Series) -> bool:
    summed = table.groupby(list(margin.index.names)).sum()
    return bool(np.allclose(summed.reindex(margin.index, fill_value=0), margin, atol=1e-6))


@settings(max_examples=30, deadline=None)
@given(joint_tables())
def test_the_fitted_table_and_every_draw_keep_the_margins(table: pd.Series) -> None:
    margins = margins_of(table, ["a", "b"], ["b", "c"], ["c"])
    expected = reconstruction.fit_margins(margins)
    assert all(same_margin(expected, margin) for margin in margins)
    for seed in range(2):
        drawn = reconstruction.integerise(expected, margins, seed)
        assert all(same_margin(drawn, margin) for margin in margins)
        assert (drawn[expected == 0] == 0).all()
        rows = reconstruction.expand(drawn)
        assert len(rows) == table.sum()
        assert all(same_margin(rows.groupby(["a", "b", "c"]).size(), margin) for margin in margins)


@settings(max_examples=30, deadline=None)
@given(joint_tables())
def test_variables_that_share_one_other_are_independent_given_it(table: pd.Series) -> None:
    margins = margins_of(table, ["a", "b"], ["b", "c"])
    expected = reconstruction.fit_margins(margins)
    first, second, third = (expected.index.get_level_values(name) for name in "abc")
    shared = table.groupby("b").sum()
    product = (
        margins[0].reindex(list(zip(first, second, strict=True))).to_numpy()
        * margins[1].reindex(list(zip(second, third, strict=True))).to_numpy()
    )
    size = shared.reindex(second).to_numpy()
    assert expected.to_numpy() == pytest.approx(
        np.divide(product, size, out=np.zeros(len(size)), where=size > 0)
    )


@settings(max_examples=30, deadline=None)
@given(joint_tables())
def test_bounds_hold_what_the_margins_came_from(table: pd.Series) -> None:
    margins = margins_of(table, ["a", "b"], ["b", "c"])
    weights = pd.Series([1], index=pd.MultiIndex.from_tuples([("p", "p")], names=["a", "c"]))
    row = reconstruction.margin_bounds(margins, weights).iloc[0]
    truth = table.groupby(["a", "c"]).sum()[("p", "p")]
    assert row["conf_low"] - 1e-7 <= truth <= row["conf_high"] + 1e-7
    by_group = pd.DataFrame({"a": margins[0].xs("p", level="a"), "c": margins[1].xs("p", level="c")})
    by_group["n"] = table.groupby("b").sum()
    low = np.maximum(by_group["a"] + by_group["c"] - by_group["n"], 0).sum()
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(
        [low, by_group[["a", "c"]].min(axis=1).sum()], abs=1e-7
    )


def test_worked_example_of_a_rebuilt_table() -> None:
    expected = reconstruction.fit_margins([BY_HOLDER, BY_START])
    assert expected.tolist() == pytest.approx([0.75, 2.25, 0.25, 0.75])
    cell = pd.Series([1], index=pd.MultiIndex.from_tuples([("one", "2021")], names=["holder", "start"]))
    bounds = reconstruction.margin_bounds([BY_HOLDER, BY_START], cell).iloc[0]
    assert [bounds["conf_low"], bounds["conf_high"]] == pytest.approx([2, 3])
    assert np.isnan(bounds["estimate"])
    drawn = {tuple(reconstruction.integerise(expected, [BY_HOLDER, BY_START], seed)) for seed in range(20)}
    assert drawn == {(1, 2, 0, 1), (0, 3, 1, 0)}


@pytest.mark.slow
def test_draws_are_right_on_average(seed: int) -> None:
    margins = [
        series([7, 3, 5, 9], a=["p", "q"], b=["p", "q"]),
        series([4, 8, 6, 6], b=["p", "q"], c=["p", "q"]),
    ]
    expected = reconstruction.fit_margins(margins)
    rng = np.random.default_rng(seed)
    draws = np.array([reconstruction.integerise(expected, margins, rng) for _ in range(200)])
    assert draws.mean(axis=0) == pytest.approx(expected.to_numpy(), abs=0.15)


def test_a_quantity_that_the_margins_fix_has_an_estimate() -> None:
    scores = pd.Series([1, 2], index=pd.Index(["2020", "2021"], name="start"))
    row = reconstruction.margin_bounds([BY_HOLDER, BY_START], scores).iloc[0]
    assert row["estimate"] == row["conf_low"] == pytest.approx(7)


def test_combinations_that_cannot_occur_stay_empty() -> None:
    margins = [
        series([5, 3], status=["running", "not_started"]),
        series([4, 1, 3], start=["2018", "2020", "2021"]),
    ]
    possible = series([1, 1, 0, 0, 0, 1], status=["running", "not_started"], start=["2018", "2020", "2021"])
    expected = reconstruction.fit_margins(margins, possible.astype(bool))
    assert expected.tolist() == pytest.approx([4, 1, 0, 0, 0, 3])
    assert reconstruction.integerise(expected, margins, 1).tolist() == [4, 1, 0, 0, 0, 3]
    cell = pd.Series([1], index=pd.MultiIndex.from_tuples([("running", "2021")], names=["status", "start"]))
    assert reconstruction.margin_bounds(margins, cell, possible)["estimate"].iloc[0] == pytest.approx(0)


def test_repairs_keep_clear_of_combinations_that_cannot_occur() -> None:
    margins = [series([1, 1, 1], a=list("pqr")), series([1, 1, 1], b=list("pqr"))]
    possible = series([0, 1, 1, 1, 0, 1, 1, 1, 0], a=list("pqr"), b=list("pqr"))
    expected = reconstruction.fit_margins(margins, possible)
    for seed in range(10):
        drawn = reconstruction.integerise(expected, margins, seed)
        assert drawn[possible == 0].sum() == 0
        assert all(same_margin(drawn, margin) for margin in margins)


def test_a_further_variable_is_dealt_with_exact_counts(seed: int) -> None:
    rows = pd.DataFrame(
        {"kind": ["technology", "rest", "rest", "rest", "technology"], "start": list("abcab")}
    )
    margin = series([1, 1, 0, 3], kind=["technology", "rest"], impact=["small", "large"])
    dealt = reconstruction.deal(rows, margin, seed)
    assert dealt.name == "impact"
    assert pd.crosstab(rows["kind"], dealt).loc[
        ["technology", "rest"], ["small", "large"]
    ].to_numpy().tolist() == [
        [1, 1],
        [0, 3],
    ]
    orders = {tuple(reconstruction.deal(rows, margin, s)) for s in range(20)}
    assert len(orders) == 2


def test_the_same_seed_rebuilds_the_same_rows(seed: int) -> None:
    margins = [
        series([7, 3, 5, 9], a=["p", "q"], b=["p", "q"]),
        series([4, 8, 6, 6], b=["p", "q"], c=["p", "q"]),
    ]
    expected = reconstruction.fit_margins(margins)
    one, two = (reconstruction.integerise(expected, margins, seed) for _ in range(2))
    pd.testing.assert_series_equal(one, two)


def test_dealing_needs_as_many_counts_as_rows(seed: int) -> None:
    rows = pd.DataFrame({"kind": ["rest", "rest"]})
    with pytest.raises(ValueError, match=r"2 rows but 1 counts of 'impact'"):
        reconstruction.deal(rows, series([1, 0], kind=["rest"], impact=["small", "large"]), seed)
    with pytest.raises(ValueError, match="lacks a group"):
        reconstruction.deal(rows, series([1], kind=["other"], impact=["small"]), seed)


def test_margins_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="have one total"):
        reconstruction.fit_margins([BY_HOLDER, series([1], theme=["learning"])])
    a, b = series([2, 0], x=["p", "q"]), series([0, 2, 0, 0], x=["q", "p"], y=["p", "q"])
    with pytest.raises(ValueError, match=r"contradict|cannot occur"):
        reconstruction.fit_margins([a, b])
    with pytest.raises(ValueError, match="contradict"):
        reconstruction.margin_bounds([a, b], series([1], x=["p"]))
    with pytest.raises(ValueError, match="not negative"):
        reconstruction.fit_margins([pd.Series([-1], index=pd.Index(["p"], name="x"))])


def test_margins_that_no_whole_table_has_are_an_error() -> None:
    """Three pairwise margins of one can be shared by halves, but by no whole table."""
    odd = [
        series([1, 0, 0, 1], a=["p", "q"], b=["p", "q"]),
        series([1, 0, 0, 1], b=["p", "q"], c=["p", "q"]),
        series([0, 1, 1, 0], a=["p", "q"], c=["p", "q"]),
    ]
    halves = pd.Series(0.25, index=reconstruction.joint_index(odd))
    with pytest.raises(ValueError, match="No table of whole numbers"):
        reconstruction.integerise(halves, odd, 1)


def test_a_weight_on_a_combination_that_does_not_occur_is_refused() -> None:
    margin = pd.Series([3, 1], pd.Index(["one", "two"], name="holder"))
    weights = pd.Series([1.0], pd.Index(["three"], name="holder"))
    with pytest.raises(ValueError, match="does not occur"):
        reconstruction.margin_bounds([margin], weights)
