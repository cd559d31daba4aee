from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ivvu_analysis.data import from_published
from ivvu_analysis.questions import durations
from tests.questions.evidence import of_projects

WAVES = ("2019-03", "2019-10", "2020-03", "2020-10")
RUNS, DONE, GONE = "running", "completed_successful", None


def followed(courses: dict[str, tuple[str | None, ...]]) -> list[dict[str, Any]]:
    """Return the rows of projects with these statuses at the last waves; None where they are not there."""
    return [
        {"id": number, "wave": wave, "start": "2018-2019", "status": status}
        for number, statuses in courses.items()
        for wave, status in zip(WAVES[-len(statuses) :], statuses, strict=True)
        if status
    ]


def test_shares_add_up_and_are_those_of_hand() -> None:
    courses = {
        "a": (RUNS, DONE, GONE),
        "b": (RUNS, RUNS, "stopped"),
        "c": (RUNS,) * 3,
        "d": (RUNS, RUNS, GONE),
    }
    found = durations.shares(of_projects(followed(courses))).set_index(["months", "ending"])
    assert found["estimate"].groupby("months").sum().to_list() == pytest.approx([1, 1])
    # Of the two that were followed for twelve months one stopped.
    by_hand = {(5, "running"): 3 / 4, (12, "running"): 3 / 4 * 1 / 2, (12, "stopped"): 3 / 8}
    assert found.loc[list(by_hand), "estimate"].tolist() == pytest.approx(list(by_hand.values()))
    assert found["n"].groupby("months").first().to_list() == [4, 2]


def test_one_edition_tells_nothing() -> None:
    for evidence in (from_published(), of_projects(followed({"a": (RUNS,)}))):
        assert durations.shares(evidence).empty
        assert durations.risen(evidence).empty


def test_regions_are_followed_until_they_rise() -> None:
    now = from_published().region_phases
    before = now.assign(wave="2020-03")
    low = before["dimension"] == "vision"
    before.loc[low, "phase"] = 4
    after = now.assign(phase=now["phase"].where(~low, 4))
    after.loc[after.index[low][:10], "phase"] = 5
    phases = pd.concat([before, after], ignore_index=True)
    found = durations.risen(replace(from_published(), region_phases=phases))
    assert found[["dimension", "from_phase", "months", "n"]].to_numpy().tolist() == [["vision", 4, 7, 34]]
    assert found["estimate"].item() == pytest.approx(10 / 34)
    assert 0 < found["conf_low"].item() < 10 / 34 < found["conf_high"].item() < 1


@pytest.mark.slow
def test_the_interval_holds_the_share_that_still_runs() -> None:
    """Each project ends at a constant rate; some are gone from the register before that."""
    rng, held = np.random.default_rng(3), []
    gaps, rate = np.array([0, 7, 12, 19]), 0.05
    for _ in range(200):
        ends, gone = rng.exponential(1 / rate, 60), rng.exponential(60, 60)
        courses = {
            f"p{i}": tuple(GONE if month > gone[i] else DONE if month > ends[i] else RUNS for month in gaps)
            for i in range(60)
        }
        found = durations.shares(of_projects(followed(courses))).set_index(["months", "ending"])
        row = found.loc[(12, "running")]
        held.append(row["conf_low"] <= np.exp(-rate * 12) <= row["conf_high"])
    assert np.mean(held) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 200))
