from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from ivvu_analysis.data import Evidence, from_published


@pytest.fixture
def published() -> Evidence:
    """The evidence of the published tables."""
    return from_published()


@pytest.fixture
def counted(published: Evidence) -> Callable[[list[tuple[str, str, str, str, int]]], Evidence]:
    """Return evidence with only these counts: `measure, group, wave, level, projects`."""

    def build(rows: list[tuple[str, str, str, str, int]]) -> Evidence:
        columns = ["measure", "group", "wave", "level", "projects"]
        return replace(
            published, project_counts=pd.DataFrame(rows, columns=columns).assign(origin="published")
        )

    return build


@pytest.fixture
def with_projects(published: Evidence) -> Callable[[list[dict[str, Any]]], Evidence]:
    """Return evidence with these projects, as a register gives them; only the rows differ."""

    def build(projects: list[dict[str, Any]]) -> Evidence:
        return replace(published, origin="register", projects=pd.DataFrame(projects))

    return build
