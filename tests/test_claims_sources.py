"""Looking up figures: what is not there is an error, never a smaller sum."""

from __future__ import annotations

import pandas as pd
import pytest

from ivvu_analysis.claims.sources import MissingFigureError, Sources, percent

COUNTS = pd.DataFrame(
    {"theme": ["a", "a", "b", "b"], "start": ["x", "y", "x", "y"], "projects": [1.0, 2.0, 3.0, None]}
)


@pytest.fixture
def sources() -> Sources:
    return Sources({"counts": COUNTS, "other": COUNTS}, seed=1)


def test_one_figure(sources: Sources) -> None:
    assert sources.figure("counts", "projects", theme="a", start="y") == 2


def test_a_total_takes_every_combination(sources: Sources) -> None:
    assert sources.total("counts", "projects", theme=["a", "b"], start=["x"]) == 4


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ({"theme": "c", "start": "x"}, "table counts has 0 rows for theme c, start x"),
        ({"theme": "a"}, "table counts has 2 rows for theme a"),
        ({"theme": "b", "start": "y"}, "table counts has no projects for theme b, start y"),
    ],
)
def test_a_figure_that_is_not_there_names_table_and_cell(
    sources: Sources, cell: dict[str, str], problem: str
) -> None:
    with pytest.raises(MissingFigureError, match=problem):
        sources.figure("counts", "projects", **cell)


def test_a_total_with_a_missing_cell_is_refused(sources: Sources) -> None:
    with pytest.raises(MissingFigureError, match="theme b, start y"):
        sources.total("counts", "projects", theme=["a", "b"], start=["x", "y"])


def test_only_hides_the_other_tables(sources: Sources) -> None:
    assert set(sources.only(["other"]).tables) == {"other"}
    with pytest.raises(KeyError):
        sources.only(["other"]).figure("counts", "projects", theme="a", start="x")


def test_percent() -> None:
    assert percent(1, 8) == 12.5
