from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import jointly

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
    found = jointly.agreement_of_raters(with_projects(rated(pairs)), "sharing", 1)
    kappa = found.set_index("coefficient").loc["kappa"]
    assert (kappa["measure"], kappa["n"]) == ("sharing", 4)
    assert kappa["estimate"] == pytest.approx(0.8)
    assert len(found) == 2


def test_one_rater_agrees_with_nobody(published: Evidence, with_projects: WithProjects) -> None:
    alone = with_projects(rated([("no", "unknown"), ("yes", "unknown")]))
    assert jointly.agreement_of_raters(alone, "sharing", 1).empty
    assert jointly.agreement_of_raters(published, "sharing", 1).empty
