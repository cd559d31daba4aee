from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import followed

WithProjects = Callable[[list[dict[str, Any]]], Evidence]
BEFORE, WAVE = "2020-03", "2020-10"


def edition(wave: str, **shared: str) -> list[dict[str, Any]]:
    return [{"id": number, "wave": wave, "sharing": rating} for number, rating in shared.items()]


def in_both(evidence: Evidence) -> int:
    before, now = followed.numbered(evidence, "sharing")
    return len(before.index.intersection(now.index))


def test_the_worked_example_of_the_methods(with_projects: WithProjects) -> None:
    first = edition(BEFORE, a="no", b="no", c="yes", d="yes")
    second = edition(WAVE, b="yes", c="yes", d="no", e="yes", f="yes", g="no")
    evidence = with_projects(first + second)
    parts = followed.parts(evidence, "sharing").set_index("edition_part")
    assert parts.loc["within", "estimate"] == pytest.approx(0)
    assert parts.loc["entry", "estimate"] == pytest.approx(0)
    assert parts.loc["exit", "estimate"] == pytest.approx(1 / 6)
    assert parts.loc["change", "estimate"] == pytest.approx(2 / 3 - 1 / 2)
    assert parts["conf_low"].notna().to_dict() == {
        "within": True,
        "entry": False,
        "exit": False,
        "change": False,
    }
    assert in_both(evidence) == 3
    assert followed.shared(evidence, "sharing") == (3, 3)


def test_only_projects_that_were_rated_twice_are_shared(with_projects: WithProjects) -> None:
    first = edition(BEFORE, a="no", b="yes", c="unknown", d="unknown")
    second = edition(WAVE, a="unknown", b="yes", c="no", d="yes")
    evidence = with_projects(first + second)
    assert in_both(evidence) == 4
    assert followed.shared(evidence, "sharing") == (1, 1)
    change = followed.change(evidence, "sharing").set_index("overlap")
    assert change.loc["phi_1", "shared"] == 1


def test_fewer_ratings_in_the_later_edition_are_no_obstacle(with_projects: WithProjects) -> None:
    first = edition(BEFORE, a="no", b="yes", c="no")
    evidence = with_projects(first + edition(WAVE, a="yes", b="yes", c="unknown"))
    change = followed.change(evidence, "sharing")
    assert change["shared"].tolist() == [2, 2, 2]


def test_a_project_without_a_number_may_be_any_of_the_other_edition(with_projects: WithProjects) -> None:
    unnumbered = [{"id": None, "wave": wave, "sharing": "yes"} for wave in (BEFORE, WAVE)]
    evidence = with_projects(edition(BEFORE, a="no", b="no") + edition(WAVE, a="no", c="yes") + unnumbered)
    assert in_both(evidence) == 1
    assert len(followed.parts(evidence, "sharing")) > 0
    assert followed.shared(evidence, "sharing") == (1, 3)


def test_a_number_that_occurs_twice_is_left_out_everywhere(with_projects: WithProjects) -> None:
    first = edition(BEFORE, a="no", b="no") + edition(BEFORE, a="unknown")
    evidence = with_projects(first + edition(WAVE, a="yes", b="yes"))
    assert in_both(evidence) == 1
    parts = followed.parts(evidence, "sharing").set_index("edition_part")
    assert parts.loc["within", "n"] == 1
    assert followed.shared(evidence, "sharing") == (1, 2)


def test_numbers_that_occur_twice_tell_nothing(with_projects: WithProjects) -> None:
    twice = edition(BEFORE, a="no") + edition(BEFORE, a="yes")
    evidence = with_projects(twice + edition(WAVE, a="yes"))
    assert in_both(evidence) == 0
    assert followed.shared(evidence, "sharing") == (0, 1)


@pytest.mark.parametrize(
    "rows",
    [
        edition(WAVE, a="no", b="yes"),
        edition(BEFORE, a="no") + edition(WAVE, b="yes"),
        edition(BEFORE, a="no") + edition(WAVE, a="yes") + edition(WAVE, a="no"),
        [row | {"id": None} for row in edition(BEFORE, a="no") + edition(WAVE, a="yes")],
        edition(BEFORE, a="unknown") + edition(WAVE, a="yes"),
    ],
    ids=["one edition", "no project in both", "a number twice", "no numbers", "not rated before"],
)
def test_editions_that_cannot_be_followed(rows: list[dict[str, Any]], with_projects: WithProjects) -> None:
    assert followed.parts(with_projects(rows), "sharing").empty


def test_published_editions_cannot_be_followed(published: Evidence) -> None:
    assert followed.parts(published, "sharing").empty
    assert in_both(published) == 0
    assert followed.fates(published).empty
    assert followed.rerated(published, "sharing").empty


def test_what_became_of_projects_is_told_by_name(with_projects: WithProjects) -> None:
    def row(number: str, wave: str, status: str, sharing: str) -> dict[str, Any]:
        told = {"id": number, "title": number, "region": "twente", "wave": wave}
        return told | {"status": status, "sharing": sharing}

    before = [row(number, BEFORE, "running", "no") for number in "abcd"]
    now = [
        row("a", WAVE, "running", "yes"),
        row("b", WAVE, "stopped", "no"),
        row("c", WAVE, "completed_successful", "no"),
        row("e", WAVE, "running", "no"),
    ]
    evidence = with_projects(before + now)
    fates = followed.fates(evidence).groupby("fate")["title"].apply(list)
    assert fates.to_dict() == {"new": ["e"], "ended": ["c", "d"], "stopped": ["b"]}
    assert followed.rerated(evidence, "sharing").to_numpy().tolist() == [["twente", "a", "no", "yes"]]
