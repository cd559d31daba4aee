from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import ratings

WithProjects = Callable[[list[dict[str, Any]]], Evidence]
NAMES = ("region", "title", "impact", "sharing", "scalability", "status")


def projects() -> list[dict[str, Any]]:
    rows = [
        ("twente", "all of it", "large_much", "yes", "national", "completed_successful"),
        ("drenthe", "all as well", "large_limited", "yes", "this_region", "running"),
        ("twente", "not shared", "large_much", "no", "national", "running"),
        ("twente", "small", "small_much", "yes", "national", "completed_unsuccessful"),
        ("twente", "unrated", "large_much", "unknown", "national", "running"),
    ]
    shared = {"wave": "2020-10", "theme": "technology"}
    return [dict(zip(NAMES, row, strict=True)) | shared for row in rows]


def test_projects_that_have_it_all_are_named(with_projects: WithProjects) -> None:
    marks = ratings.marks(with_projects(projects()))
    ready = marks.query("large and sharing and scalability")
    assert set(ready["title"]) == {"all of it", "all as well"}
    assert len(marks) == 4


def test_published_figures_have_no_projects_to_name(published: Evidence) -> None:
    assert ratings.marks(published).empty
