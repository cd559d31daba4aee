from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.report.figures.axes import axis, tick_labels

NAN = float("nan")


@given(st.lists(st.integers(-(10**7), 10**7).map(lambda x: x / 1000), min_size=1, max_size=5))
def test_an_axis_spans_all_values_between_its_ends(values: list[float]) -> None:
    along = axis(values, 100, 500)
    assert along.low - 1e-9 <= min(values) <= max(values) <= along.high + 1e-9
    assert all(100 <= along.at(x) <= 500 for x in values)
    assert along.at(along.low) == 100
    assert along.at(along.high) == pytest.approx(500)


@pytest.mark.parametrize("values", [[], [NAN], [0.0], [0.2, 0.2]])
def test_an_axis_without_a_range_still_has_a_length(values: list[float]) -> None:
    along = axis(values, 0, 100)
    assert along.high > along.low
    assert len(along.ticks) > 1


def test_limits_of_counts_are_ticks_where_there_is_room() -> None:
    assert axis([], 0, 1, "count", (0, 34)).ticks == (0, 10, 20, 30, 34)
    assert axis([], 0, 1, "count", (0, 31)).ticks == (0, 10, 20, 30)


def test_ticks_have_as_few_decimals_as_tell_them_apart() -> None:
    assert tick_labels(axis([0, 0.5], 0, 1, "%"), "%", "en")[:2] == ["0%", "10%"]
    assert tick_labels(axis([0.2, 0.21], 0, 1, "."), ".", "nl")[:2] == ["0,200", "0,202"]
    assert tick_labels(axis([-0.2, 0.2], 0, 1, "+%"), "+%", "en")[0] == "−20"
    assert tick_labels(axis([0, 3], 0, 1, "count"), "count", "en") == ["0", "1", "2", "3"]
