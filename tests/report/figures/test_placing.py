from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.report.figures.placing import Box, around, place

SHEET = Box(0, 0, 600, 400)
POINTS = st.lists(st.tuples(st.floats(20, 580), st.floats(20, 380)), min_size=1, max_size=5, unique=True)


@given(POINTS)
def test_a_few_names_never_lie_over_each_other_or_over_a_point(points: list[tuple[float, float]]) -> None:
    boxes = place(points, [(60, 14)] * len(points), SHEET)
    assert all(box.within(SHEET) for box in boxes)
    assert not any(a.overlap(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert not any(box.overlap(around(x, y, 5)) for box in boxes for x, y in points)


def test_a_name_stays_at_the_right_of_its_point_where_nothing_is_in_the_way() -> None:
    assert place([(100, 100)], [(60, 14)], SHEET) == [Box(108, 93, 168, 107)]


def test_a_name_gives_way_to_what_it_must_avoid() -> None:
    wall = Box(105, 0, 600, 400)
    (box,) = place([(100, 100)], [(60, 14)], SHEET, [wall])
    assert box.overlap(wall) == 0


def test_a_name_too_wide_for_the_sheet_still_has_a_place() -> None:
    assert len(place([(100, 100)], [(2000, 14)], SHEET)) == 1
