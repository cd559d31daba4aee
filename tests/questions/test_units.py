from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from ivvu_analysis.codebook import scale
from ivvu_analysis.data import Evidence, from_published
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.questions import profile, units
from tests.questions.evidence import of_projects

WAVE = "2020-10"


def projects(**counts: tuple[int, int]) -> list[dict[str, Any]]:
    """Return projects by region: so many with much meaning, so many rated in all."""
    return [
        {"region": region, "holder": "cz", "wave": WAVE, "theme": "technology", "sharing": "yes"}
        | {"impact": "small_much" if i < much else "large_limited", "scalability": "unknown"}
        for region, (much, rated) in counts.items()
        for i in range(rated)
    ]


def test_every_region_is_there_and_one_without_projects_stays() -> None:
    evidence = of_projects(projects(twente=(3, 4), zwolle=(0, 1)))
    found = units.funnel(evidence, "impact", "region").set_index("region")
    assert tuple(found.index) == scale("region").codes
    assert found.loc["twente", ["projects", "n"]].tolist() == [3, 4]
    assert found.loc["zwolle", "share"] == 0
    assert found.loc["drenthe", "position"] == "no_projects"
    assert pd.isna(found.loc["drenthe", "share"])
    assert set(found["target"]) == {0.6}


def test_a_region_sees_its_own_projects_beside_all() -> None:
    evidence = of_projects(projects(twente=(6, 8), zwolle=(0, 2)))
    own = units.own(evidence, "twente").set_index("reached")
    assert set(own.index) == {"impact", "sharing"}
    assert own.loc["impact", ["projects", "n", "target"]].tolist() == [6, 8, 0.6]
    assert units.own(evidence, "zwolle").empty  # two projects are listed, not averaged
    assert len(profile.projects(evidence, "zwolle")) == 2


@pytest.mark.parametrize("question", [units.own, profile.projects, profile.standing, profile.others])
def test_a_region_that_there_is_not_is_told(question: Callable[[Evidence, str], pd.DataFrame]) -> None:
    with pytest.raises(ParameterError, match="There is no region 'utrch'"):
        question(of_projects(projects(twente=(6, 8), zwolle=(3, 8))), "utrch")


def test_one_unit_or_published_figures_make_no_funnel() -> None:
    alone = of_projects(projects(twente=(3, 4)))
    assert units.funnel(alone, "impact", "region").empty
    assert units.funnel(alone, "scalability", "region").empty
    published = from_published()
    assert units.funnel(published, "impact", "holder").empty
    assert units.own(published, "twente").empty
    assert units.possible(published, "impact").empty


def test_reconstructed_rows_give_bounds_and_no_funnel() -> None:
    evidence = of_projects(projects(twente=(3, 4)), origin="reconstructed")
    assert units.funnel(evidence, "impact", "region").empty
    bounds = units.possible(evidence, "impact").set_index("holder")
    assert tuple(bounds.index) == scale("holder").codes
    assert bounds.loc["cz", "estimate"] == 3
    # Frechet, technology and the rest apart: of each, max(0, n + much - all) to min(n, much).
    themes = evidence.theme_by_holder.query("holder == 'cz'").set_index("theme")["projects"]
    low = high = 0
    for group, held in (("technology", themes["technology"]), ("rest", themes.drop("technology").sum())):
        counts = evidence.counts("impact", group).query("wave == @WAVE")
        all_, much = counts["projects"].sum(), counts[counts["level"].str.endswith("much")]["projects"].sum()
        low, high = low + max(0, held + much - all_), high + min(held, much)
    assert bounds.loc["cz", ["conf_low", "conf_high"]].tolist() == [low, high]
    assert units.possible(replace(evidence, wave="2020-03"), "impact").empty
