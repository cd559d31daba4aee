from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import linprog

from ivvu_analysis.stats import Ints as Counts
from ivvu_analysis.stats import transitions
from ivvu_analysis.stats.transitions import ladder_of_assumptions

WAVES = ["2019-03", "2019-10", "2020-03", "2020-10"]
AGREEMENTS = pd.DataFrame([[1, 7, 10, 16], [0, 7, 6, 21], [0, 3, 4, 27], [0, 0, 2, 32]], index=WAVES)
DYNAMICS = pd.DataFrame([[2, 14, 17, 1], [1, 12, 19, 2], [0, 4, 13, 17], [0, 0, 11, 23]], index=WAVES)
VISION = pd.DataFrame(
    [[4, 15, 13, 2, 0], [0, 11, 8, 13, 2], [0, 4, 6, 16, 8], [0, 0, 2, 14, 18]], index=WAVES
)


def tally(panel: NDArray[np.int64], phases: int) -> Counts:
    """Count regions per wave and phase from a panel of waves by regions."""
    return np.stack([np.bincount(wave, minlength=phases) for wave in panel])


@st.composite
def panels(
    draw: st.DrawFn, waves: int = 2, largest: int = 12, upward: bool = False
) -> tuple[NDArray[np.int64], int]:
    """The phases of regions at successive waves, and the number of phases."""
    phases, regions = draw(st.integers(2, 5)), draw(st.integers(1, largest))
    cells = draw(st.lists(st.integers(0, phases - 1), min_size=waves * regions, max_size=waves * regions))
    panel = np.array(cells).reshape(waves, regions)
    return (np.sort(panel, axis=0) if upward else panel), phases


def transport(
    before: Counts, after: Counts, cost: NDArray[np.int64], allowed: NDArray[np.bool_]
) -> tuple[int, int]:
    """Solve both transport problems as linear programmes, cell by cell: the slow and obvious way."""
    k = len(before)
    rows = [np.kron(np.eye(k)[i], np.ones(k)) for i in range(k)] + [
        np.tile(np.eye(k)[j], k) for j in range(k)
    ]
    bounds = [(0, None) if cell else (0, 0) for cell in allowed.ravel()]
    solutions = [
        linprog(sign * cost.ravel(), A_eq=np.array(rows), b_eq=np.concatenate([before, after]), bounds=bounds)
        for sign in (1, -1)
    ]
    return round(solutions[0].fun), round(-solutions[1].fun)


@settings(max_examples=40, deadline=None)
@given(panels())
def test_bounds_without_assumption_are_those_of_frechet_and_makarov(
    drawn: tuple[NDArray[np.int64], int],
) -> None:
    counts = tally(*drawn)
    (before, after), n, k = counts, int(counts[0].sum()), drawn[1]
    bounds = transitions.course_bounds(counts, "any")
    both = np.maximum(before + after - n, 0).sum()
    assert bounds["moved"] == (np.maximum(before - after, 0).sum(), n - both)
    below = [lambda at, count=count: count[: max(at, 0)].sum() for count in counts]
    fewest = max(0, *(below[0](at) - below[1](at + 1) for at in range(k + 1)))
    most = n - max(0, *(below[1](at) - below[0](at - 2) for at in range(k + 1)))
    assert bounds["rose_two"] == (fewest, most)
    assert bounds["net_steps"] == (np.cumsum(before - after).sum(),) * 2
    flows = transitions.course_bounds(
        counts, "any", lambda courses: {"last": 1 * (courses == k - 1).all(axis=1)}
    )
    assert flows["last"] == (max(before[-1] + after[-1] - n, 0), min(before[-1], after[-1]))
    rise = np.subtract.outer(np.arange(k), np.arange(k)).T
    for assumption, allowed in (("monotone", rise >= 0), ("one_step", (rise >= 0) & (rise <= 1))):
        fewest, _ = transport(before, after, (~allowed).astype(int), np.ones((k, k), dtype=bool))
        assert transitions.course_bounds(counts, assumption)["fewest_exceptions"] == (fewest, fewest)


@settings(max_examples=40, deadline=None)
@given(panels(upward=True))
def test_bounds_without_fallback_equal_their_closed_forms(drawn: tuple[NDArray[np.int64], int]) -> None:
    counts = tally(*drawn)
    before, after = counts
    passed = np.cumsum(before - after)
    k = drawn[1]
    rise = np.subtract.outer(np.arange(k), np.arange(k)).T
    fewest = int(np.maximum(before - after, 0).sum())
    most = int(before.sum() - np.maximum(before - passed, 0).sum())
    bounds = transitions.course_bounds(counts, "monotone")
    assert bounds["moved"] == (fewest, most)
    assert bounds["rose_two"] == transport(before, after, (rise >= 2).astype(int), rise >= 0)
    flows = transitions.flow_matrix(pd.DataFrame(counts))
    for flow, (j, k) in zip(flows.itertuples(), np.ndindex(rise.shape), strict=True):
        needed = before[j] + before[k + 1 :].sum() - after[j:].sum() + after[k]  # the condition of Hall
        fewest, most = max(needed, 0), min(before[j], after[k], *passed[j:k])
        assert (flow.conf_low, flow.conf_high) == ((fewest, most) if j <= k else (0, 0))
    if np.all(passed <= before):
        assert transitions.course_bounds(counts, "one_step")["moved"] == (passed.sum(), passed.sum())


@settings(max_examples=30, deadline=None)
@given(panels(waves=3, largest=3, upward=True))
def test_bounds_over_three_waves_equal_a_search_through_every_panel(
    drawn: tuple[NDArray[np.int64], int],
) -> None:
    panel, phases = drawn
    counts = tally(panel, phases)
    moved, rose_two = [], []
    for middle, last in product(set(product(*[range(phases)] * panel.shape[1])), repeat=2):
        other = np.stack([np.sort(panel[0]), middle, last])
        if np.all(np.diff(other, axis=0) >= 0) and np.array_equal(tally(other, phases), counts):
            moved.append(int((other[2] != other[0]).sum()))
            rose_two.append(int((other[2] - other[0] >= 2).sum()))
    bounds = transitions.course_bounds(counts, "monotone")
    assert bounds["moved"] == (min(moved), max(moved))
    assert bounds["rose_two"] == (min(rose_two), max(rose_two))


@settings(max_examples=40, deadline=None)
@given(panels(waves=3, largest=34))
def test_what_happened_lies_between_the_bounds(drawn: tuple[NDArray[np.int64], int]) -> None:
    panel, phases = drawn
    frame = pd.DataFrame(tally(panel, phases), index=WAVES[:3])
    rise = panel[-1] - panel[0]
    truth = {
        "moved": (rise != 0).sum(),
        "rose_two": (rise >= 2).sum(),
        "net_steps": rise.sum(),
    }
    result = ladder_of_assumptions(frame).query("from_wave == @WAVES[0] and to_wave == @WAVES[2]")
    result = result.set_index(["assumption", "quantity"])
    for quantity, value in truth.items():
        assert (
            result.loc[("any", quantity), "conf_low"] <= value <= result.loc[("any", quantity), "conf_high"]
        )
    fallen = int((np.diff(panel, axis=0) < 0).any(axis=0).sum())
    assert result.loc[("monotone", "fewest_exceptions"), "estimate"] <= fallen


def bounds_of(counts: pd.DataFrame, interval: tuple[str, str]) -> pd.DataFrame:
    return ladder_of_assumptions(counts.loc[list(interval)]).set_index(["assumption", "quantity"])


def test_worked_example_of_the_ladder_of_assumptions() -> None:
    result = bounds_of(AGREEMENTS, ("2020-03", "2020-10"))
    limits = {key: (row.conf_low, row.conf_high) for key, row in result.iterrows()}
    assert limits[("any", "moved")] == (5, 9)
    assert limits[("any", "net_steps")] == (8, 8)
    assert limits[("monotone", "fewest_exceptions")] == (0, 0)
    assert limits[("monotone", "moved")] == (5, 7)
    assert limits[("monotone", "rose_two")] == (1, 3)
    assert limits[("one_step", "fewest_exceptions")] == (1, 1)
    assert ("one_step", "moved") not in limits
    assert result["n"].eq(34).all()


@pytest.mark.parametrize(
    ("counts", "jumped"), [(AGREEMENTS, [0, 0, 1]), (DYNAMICS, [0, 0, 0]), (VISION, [0, 1, 2])]
)
def test_fewest_regions_that_jumped_in_the_published_counts(counts: pd.DataFrame, jumped: list[int]) -> None:
    result = ladder_of_assumptions(counts).query("from_wave != @WAVES[0] or to_wave == @WAVES[1]")
    one_step = result.query("assumption == 'one_step' and quantity == 'fewest_exceptions'")
    monotone = result.query("assumption == 'monotone' and quantity == 'rose_two'")
    assert one_step["estimate"].tolist() == jumped
    assert monotone["conf_low"].tolist() == jumped


def test_estimate_is_missing_exactly_where_the_margins_leave_a_range() -> None:
    result = ladder_of_assumptions(VISION)
    assert (result["estimate"].isna() == (result["conf_low"] < result["conf_high"])).all()
    assert result["conf_low"].notna().all()


def test_one_step_a_wave_fixes_the_flows_that_are_drawn() -> None:
    flows = transitions.flow_matrix(DYNAMICS.loc[["2019-10", "2020-03"]])
    drawn = flows.pivot_table(index="from_phase", columns="to_phase", values="estimate").to_numpy()
    assert flows["identified"].all()
    assert np.diag(drawn, 1).tolist() == [1, 9, 15]
    assert np.diag(drawn).tolist() == [0, 3, 4, 2]
    assert drawn.sum() == 34


def test_flows_are_labelled_as_one_of_many_where_regions_must_have_jumped() -> None:
    flows = transitions.flow_matrix(VISION.loc[["2020-03", "2020-10"]])
    assert not flows["identified"].any()
    assert (flows["conf_low"] <= flows["estimate"]).all()
    assert (flows["estimate"] <= flows["conf_high"]).all()
    by_phase = flows.groupby("to_phase", sort=False)["estimate"].sum()
    assert by_phase.tolist() == VISION.loc["2020-10"].tolist()


def test_flows_that_fall_back_are_bounded_without_assumption() -> None:
    flows = transitions.flow_matrix(pd.DataFrame([[0, 3], [2, 1]], index=["a", "b"]))
    assert flows["estimate"].tolist() == [0, 0, 2, 1]
    assert flows["method"].unique().tolist() == ["order kept; bounds without assumption"]


def test_everyone_at_the_top_leaves_nothing_open() -> None:
    result = ladder_of_assumptions(pd.DataFrame([[0, 0, 5], [0, 0, 5]], index=["a", "b"]))
    assert result["estimate"].eq(0).all()


def test_one_wave_has_no_interval() -> None:
    assert ladder_of_assumptions(VISION.head(1)).empty


def test_one_region_and_two_phases_are_enough() -> None:
    result = bounds_of(pd.DataFrame([[1, 0], [0, 1]], index=["a", "b"]), ("a", "b"))
    assert result.loc[("any", "moved"), "estimate"] == 1
    assert result.loc[("one_step", "moved"), "estimate"] == 1


@pytest.mark.parametrize(
    "counts", [[[1, 2], [2, 2]], [[0, 0]], [[3], [3]], [[1, -1], [0, 0]], [[0.5, 0.5]], [[np.nan, 1]]]
)
def test_counts_that_are_no_ladder_are_refused(counts: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"ladder|whole"):
        ladder_of_assumptions(pd.DataFrame(counts))


COUNTS = pd.DataFrame([[8, 4, 4], [0, 4, 12]], index=["2020-03", "2020-10"])


def test_mean_phase_is_the_mean_of_the_regions_with_students_interval() -> None:
    row = transitions.mean_phase(COUNTS).iloc[0]
    interval = stats.ttest_1samp([1] * 8 + [2] * 4 + [3] * 4, 0).confidence_interval()
    assert row["estimate"] == pytest.approx(1.75)
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(list(interval))


def test_the_mean_phase_stays_on_the_ladder_and_is_never_certain() -> None:
    result = transitions.mean_phase(pd.DataFrame([[0, 0, 2, 32], [0, 0, 0, 34]], index=["a", "b"]))
    assert result["conf_high"].tolist() == [4, 4]
    assert result["conf_low"].iloc[1] == pytest.approx(4 - 3 * 1.959964**2 / (34 + 1.959964**2), abs=1e-5)
