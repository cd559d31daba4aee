from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import ratings
from ivvu_analysis.stats.agreement import weighted_kappa

WithProjects = Callable[[list[dict[str, Any]]], Evidence]
WAVE = "2020-10"


def rated(pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"wave": WAVE, "sharing": one, "sharing_2": other} for one, other in pairs]


def test_the_worked_example_of_the_methods(with_projects: WithProjects) -> None:
    pairs = [
        ("no", "no"),
        ("no", "in_progress"),
        ("in_progress", "in_progress"),
        ("yes", "yes"),
        ("no", "unknown"),
    ]
    both = ratings.rated_twice(with_projects(rated(pairs)), "sharing")
    kappa = weighted_kappa(pd.crosstab(both["sharing"], both["sharing_2"], dropna=False))
    assert kappa["n"].item() == len(both) == 4
    assert kappa["estimate"].item() == pytest.approx(0.8)


def test_one_rater_agrees_with_nobody(published: Evidence, with_projects: WithProjects) -> None:
    alone = with_projects(rated([("no", "unknown"), ("yes", "unknown")]))
    assert ratings.rated_twice(alone, "sharing").empty
    assert ratings.rated_twice(published, "sharing").empty
