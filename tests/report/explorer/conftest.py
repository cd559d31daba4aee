from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ivvu_analysis.evidence import Evidence, from_published
from ivvu_analysis.report.explorer.desk import Desk

HOME = Path(__file__).parents[3]


@pytest.fixture
def desk() -> Desk:
    """A desk in the checkout, in English."""
    return Desk("en", 1, HOME)


@pytest.fixture
def published() -> Evidence:
    return from_published()


@pytest.fixture
def registered(published: Evidence) -> Evidence:
    """Evidence with five projects behind it: three in Twente, one in Zeeland, one in no region."""
    projects = pd.DataFrame(
        [
            ("twente", "menzis", "technology", "large_much", "2020-10"),
            ("twente", "menzis", "learning", "large_much", "2020-10"),
            ("twente", "menzis", "learning", "unknown", "2020-10"),
            ("zeeland", "cz", "learning", "small_much", "2020-10"),
            (None, "cz", "learning", "small_limited", "2020-10"),
        ],
        columns=["region", "holder", "theme", "impact", "wave"],
    )
    counts = projects["impact"].value_counts().rename_axis("level").rename("projects").reset_index()
    counts = counts.assign(measure="impact", group="all", wave="2020-10")
    return replace(
        published, origin="register", projects=projects, project_counts=counts, register_name="five.csv"
    )
