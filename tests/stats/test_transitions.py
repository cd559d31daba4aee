from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ivvu_analysis.stats import transitions
from ivvu_analysis.stats.transitions import ladder_of_assumptions

WAVES = ["2019-03", "2019-10", "2020-03", "2020-10"]
AGREEMENTS = pd.DataFrame([[1, 7, 10, 16], [0, 7, 6, 21], [0, 3, 4, 27], [0, 0, 2, 32]], index=WAVES)
DYNAMICS = pd.DataFrame([[2, 14, 17, 1], [1, 12, 19, 2], [0, 4, 13, 17], [0, 0, 11, 23]], index=WAVES)
VISION = pd.DataFrame(
    [[4, 15, 13, 2, 0], [0, 11, 8, 13, 2], [0, 4, 6, 16, 8], [0, 0, 2, 14, 18]], index=WAVES
)
Bounds = dict[tuple[str, str], tuple[float, float]]


@st.composite
def counted(draw: st.DrawFn, waves: int, largest: int, most: int) -> pd.DataFrame:
    """Counts at successive waves, in half of the cases of regions that never fall back."""
    phases, regions = draw(st.integers(2, most)), draw(st.integers(1, largest))
    wave = st.lists(st.integers(0, phases - 1), min_size=regions, max_size=regions)
    panel = np.array([draw(wave) for _ in range(waves)])
    panel = np.sort(panel, axis=0) if draw(st.booleans()) else panel
    return pd.DataFrame([np.bincount(row, minlength=phases) for row in panel], index=WAVES[:waves])


def bounds_of(counts: pd.DataFrame, start: int, end: int) -> Bounds:
    """The bounds over an interval between two waves, by assumption and quantity."""
    found = ladder_of_assumptions(counts.iloc[start : end + 1])
    found = found.query("from_wave == @WAVES[@start] and to_wave == @WAVES[@end]")
    found = found.set_index(["assumption", "quantity"])
    assert (found["estimate"].isna() == (found["conf_low"] < found["conf_high"])).all()
    return {key: (row.conf_low, row.conf_high) for key, row in found.iterrows()}


@settings(max_examples=30)
@given(counted(waves=3, largest=4, most=4))
def test_bounds_equal_a_search_through_every_way_the_regions_can_have_gone(counts: pd.DataFrame) -> None:
    phases = [np.repeat(np.arange(len(row)), row) for row in counts.to_numpy()]
    orders = [sorted({*permutations(wave.tolist())}) for wave in phases[1:]]
    panels = np.array([*product([tuple(phases[0].tolist())], *orders)])
    steps, rise = np.diff(panels, axis=1), panels[:, -1] - panels[:, 0]
    wrong = {"any": steps > 9, "monotone": steps < 0, "one_step": (steps < 0) | (steps > 1)}
    expected: Bounds = {}
    for assumption, broken in wrong.items():
        exceptions = broken.any(axis=1).sum(axis=1)
        numbers = {"fewest_exceptions": exceptions[exceptions == exceptions.min()]}
        obeyed = rise[exceptions == 0]
        if len(obeyed):
            numbers |= {"net_steps": obeyed.sum(1), "moved": (obeyed != 0).sum(1)}
            numbers["rose_two"] = (obeyed >= 2).sum(1)
        expected |= {(assumption, name): (found.min(), found.max()) for name, found in numbers.items()}
    assert bounds_of(counts, 0, 2) == expected


@settings(max_examples=30)
@given(counted(waves=2, largest=34, most=5))
def test_bounds_between_two_waves_equal_their_closed_forms(counts: pd.DataFrame) -> None:
    before, after = counts.to_numpy()
    n, k, passed = before.sum(), len(before), np.cumsum(before - after)
    upward, gone = bool((passed >= 0).all()), np.maximum(before - after, 0).sum()
    stepwise = upward and bool((passed <= before).all())
    found = bounds_of(counts, 0, 1)
    # Frechet, and Makarov for those that rose two phases.
    assert found["any", "moved"] == (gone, n - np.maximum(before + after - n, 0).sum())
    was, became = ([margin[: max(at, 0)].sum() for at in range(-2, k + 2)] for margin in (before, after))
    fewest = max(0, *np.subtract(was[2:-1], became[3:]))
    assert found["any", "rose_two"] == (fewest, n - max(0, *np.subtract(became[2:], was[:-2])))
    assert found["any", "net_steps"] == (passed.sum(), passed.sum())
    assert (("monotone", "moved") in found, ("one_step", "moved") in found) == (upward, stepwise)
    if upward:
        assert found["monotone", "moved"] == (gone, n - np.maximum(before - passed, 0).sum())
    if stepwise:
        assert found["one_step", "moved"] == (passed.sum(), passed.sum())
    flows = transitions.flow_matrix(counts)
    assert flows["identified"].unique().tolist() == [stepwise]
    assert flows["method"].str.contains("without assumption").unique().tolist() == [not upward]
    for flow, (j, m) in zip(flows.itertuples(), np.ndindex(k, k), strict=True):
        least, most = before[j] + after[m] - n, min(before[j], after[m])
        if upward:  # the condition of Hall
            least = before[j] + before[m + 1 :].sum() - after[j:].sum() + after[m] if j <= m else 0
            most = min([most, *passed[j:m]]) if j <= m else 0
        assert (flow.conf_low, flow.conf_high) == (max(least, 0), most)
        assert flow.conf_low <= flow.estimate <= flow.conf_high
    drawn = flows["estimate"].to_numpy().reshape(k, k)
    assert (drawn.sum(axis=1).tolist(), drawn.sum(axis=0).tolist()) == (before.tolist(), after.tolist())


def test_worked_example_of_the_ladder_of_assumptions() -> None:
    limits = bounds_of(AGREEMENTS, 2, 3)
    assert limits["any", "moved"] == (5, 9)
    assert limits["any", "net_steps"] == (8, 8)
    assert limits["monotone", "fewest_exceptions"] == (0, 0)
    assert limits["monotone", "moved"] == (5, 7)
    assert limits["monotone", "rose_two"] == (1, 3)
    assert limits["one_step", "fewest_exceptions"] == (1, 1)
    assert ("one_step", "moved") not in limits


@pytest.mark.parametrize(
    ("counts", "jumped"), [(AGREEMENTS, [0, 0, 1]), (DYNAMICS, [0, 0, 0]), (VISION, [0, 1, 2])]
)
def test_fewest_regions_that_jumped_in_the_published_counts(counts: pd.DataFrame, jumped: list[int]) -> None:
    found = [bounds_of(counts, wave, wave + 1) for wave in range(3)]
    assert [limits["one_step", "fewest_exceptions"][0] for limits in found] == jumped
    assert [limits["monotone", "rose_two"][0] for limits in found] == jumped


def test_one_wave_has_no_interval() -> None:
    assert ladder_of_assumptions(VISION.head(1)).empty


@pytest.mark.parametrize(
    "counts", [[[1, 2], [2, 2]], [[0, 0]], [[3], [3]], [[1, -1], [0, 0]], [[0.5, 0.5]], [[np.nan, 1]]]
)
def test_counts_that_are_no_ladder_are_refused(counts: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"ladder|whole"):
        ladder_of_assumptions(pd.DataFrame(counts))


def test_mean_phase_is_the_mean_of_the_regions_with_students_interval() -> None:
    row = transitions.mean_phase(pd.DataFrame([[8, 4, 4], [0, 4, 12]], index=WAVES[:2])).iloc[0]
    interval = stats.ttest_1samp([1] * 8 + [2] * 4 + [3] * 4, 0).confidence_interval()
    assert [row["estimate"], row["conf_low"], row["conf_high"]] == pytest.approx([1.75, *interval])


def test_the_mean_phase_stays_on_the_ladder_and_is_never_certain() -> None:
    result = transitions.mean_phase(pd.DataFrame([[0, 0, 2, 32], [0, 0, 0, 34]], index=["a", "b"]))
    assert result["conf_high"].tolist() == [4, 4]
    assert result["conf_low"].iloc[1] == pytest.approx(4 - 3 * 1.959964**2 / (34 + 1.959964**2), abs=1e-5)
