from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import durations

WithProjects = Callable[[list[dict[str, Any]]], Evidence]
WAVES = ("2019-03", "2019-10", "2020-03", "2020-10")


def followed(courses: dict[str, tuple[str | None, ...]], start: str = "2018-2019") -> list[dict[str, Any]]:
    """Return the rows of projects with these statuses at the last waves; None where they are not there."""
    return [
        {"id": number, "wave": wave, "start": start, "status": status}
        for number, statuses in courses.items()
        for wave, status in zip(WAVES[-len(statuses) :], statuses, strict=True)
        if status
    ]


def test_a_project_is_followed_until_an_edition_says_that_it_ended(with_projects: WithProjects) -> None:
    courses = {
        "a": ("running", "completed_successful", "completed_successful"),
        "b": ("running", "running", "stopped"),
        "c": ("not_started", "running", "running"),
        "d": ("running", None, None),
        "e": ("completed_successful", "completed_successful", None),
    }
    found = durations.courses(with_projects(followed(courses))).set_index("id")
    assert found["ending"].to_dict() == {"a": "completed", "b": "stopped", "c": "running"}
    assert found["months"].to_dict() == {"a": 5, "b": 12, "c": 12}


def test_shares_add_up_and_are_those_of_hand(with_projects: WithProjects) -> None:
    courses = {
        "a": ("running", "completed_successful", None),
        "b": ("running", "running", "stopped"),
        "c": ("running", "running", "running"),
        "d": ("running", "running", None),
    }
    found = durations.shares(with_projects(followed(courses))).set_index(["months", "ending"])
    assert found["estimate"].groupby("months").sum().to_list() == pytest.approx([1, 1])
    assert found.loc[(5, "running"), "estimate"] == pytest.approx(3 / 4)
    # Of the two that were followed for twelve months one stopped.
    assert found.loc[(12, "running"), "estimate"] == pytest.approx(3 / 4 * 1 / 2)
    assert found.loc[(12, "stopped"), "estimate"] == pytest.approx(3 / 8)
    assert found["n"].groupby("months").first().to_list() == [4, 2]


def test_one_edition_tells_nothing(with_projects: WithProjects, published: Evidence) -> None:
    assert durations.shares(published).empty
    assert durations.shares(with_projects(followed({"a": ("running",)}))).empty


def test_regions_are_followed_until_they_rise(published: Evidence) -> None:
    assert durations.risen(published).empty
    now = published.region_phases
    before = now.assign(wave="2020-03")
    low = before["dimension"] == "vision"
    before.loc[low, "phase"] = 4
    after = now.assign(phase=now["phase"].where(~low, 4))
    after.loc[after.index[low][:10], "phase"] = 5
    evidence = replace(published, region_phases=pd.concat([before, after], ignore_index=True))
    found = durations.risen(evidence)
    assert found[["dimension", "from_phase", "months", "n"]].to_numpy().tolist() == [["vision", 4, 7, 34]]
    assert found["estimate"].item() == pytest.approx(10 / 34)
    assert 0 < found["conf_low"].item() < 10 / 34 < found["conf_high"].item() < 1


@pytest.mark.slow
def test_the_interval_holds_the_share_that_still_runs(with_projects: WithProjects) -> None:
    """Each project ends at a constant rate; some are gone from the register before that."""
    rng, held = np.random.default_rng(3), []
    gaps, rate = np.array([0, 7, 12, 19]), 0.05
    for _ in range(200):
        ends, gone = rng.exponential(1 / rate, 60), rng.exponential(60, 60)
        courses = {
            f"p{i}": tuple(
                None if month > gone[i] else "completed_successful" if month > ends[i] else "running"
                for month in gaps
            )
            for i in range(60)
        }
        found = durations.shares(with_projects(followed(courses))).set_index(["months", "ending"])
        row = found.loc[(12, "running")]
        held.append(row["conf_low"] <= np.exp(-rate * 12) <= row["conf_high"])
    assert np.mean(held) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 200))
