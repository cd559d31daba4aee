from typing import Any

import pytest

from ivvu_analysis.data import Evidence, from_published
from ivvu_analysis.questions import followed
from tests.questions.evidence import of_projects

BEFORE, WAVE = "2020-03", "2020-10"


def edition(wave: str, ratings: str) -> list[dict[str, Any]]:
    """Return the projects of an edition, such as `a no, - yes`: each its number, or none, and its rating."""
    pairs = (project.split() for project in ratings.split(", "))
    return [{"id": None if n == "-" else n, "wave": wave, "sharing": rating} for n, rating in pairs]


def editions(before: str, now: str) -> Evidence:
    return of_projects(edition(BEFORE, before) + edition(WAVE, now))


@pytest.mark.parametrize(
    ("before", "now", "in_both", "rated"),
    [
        ("a no, b no, c yes, d yes", "b yes, c yes, d no, e yes, f yes, g no", 3, (3, 3)),
        ("a no, b yes, c unknown, d unknown", "a unknown, b yes, c no, d yes", 4, (1, 1)),
        ("a no, b yes, c no", "a yes, b yes, c unknown", 3, (2, 2)),
        ("a no, b no, - yes", "a no, c yes, - yes", 1, (1, 3)),
        ("a no, b no, a unknown", "a yes, b yes", 1, (1, 2)),
        ("a no", "b yes", 0, (0, 0)),
        ("a no", "a yes, a no", 0, (0, 1)),
        ("- no", "- yes", 0, (0, 1)),
        ("a unknown", "a yes", 1, (0, 0)),
    ],
)
def test_projects_are_followed_by_a_number_that_occurs_once(
    before: str, now: str, in_both: int, rated: tuple[int, int]
) -> None:
    evidence = editions(before, now)
    then, since = followed.numbered(evidence, "sharing")
    assert len(then.index.intersection(since.index)) == in_both
    assert followed.shared(evidence, "sharing") == rated
    parts = followed.parts(evidence, "sharing").set_index("edition_part")
    assert parts.index.tolist() == (["within", "entry", "exit", "change"] if rated[0] else [])
    assert set(parts["n"].head(1)) == {*rated[:1]} - {0}
    change = followed.change(evidence, "sharing").set_index("overlap")["shared"]
    assert set(change[change.index == "phi_1"]) <= {rated[1]}


def test_where_every_project_is_numbered_the_correlation_of_their_ratings_is_known() -> None:
    evidence = editions("a no, b no, c yes, d yes", "a no, b yes, c yes, d yes, e no")
    (found,) = followed.change(evidence, "sharing").itertuples()
    assert (found.overlap, found.shared) == ("known", 4)
    assert found.phi == pytest.approx(1 / 3**0.5)  # of 0, 0, 1, 1 and 0, 1, 1, 1
    unnumbered = followed.change(editions("a no, - yes", "a no, b yes"), "sharing")
    assert unnumbered["overlap"].tolist() == ["phi_0", "phi_1", "range"]


def test_the_worked_example_of_the_methods() -> None:
    evidence = editions("a no, b no, c yes, d yes", "b yes, c yes, d no, e yes, f yes, g no")
    parts = followed.parts(evidence, "sharing").set_index("edition_part")
    expected = {"within": 0, "entry": 0, "exit": 1 / 6, "change": 2 / 3 - 1 / 2}
    assert parts["estimate"].to_dict() == pytest.approx(expected)
    assert parts.index[parts["conf_low"].notna()].tolist() == ["within"]


@pytest.mark.parametrize("evidence", [from_published(), of_projects(edition(WAVE, "a no, b yes"))])
def test_one_edition_of_projects_has_none_before_it(evidence: Evidence) -> None:
    assert followed.parts(evidence, "sharing").empty
    assert followed.fates(evidence).empty
    assert followed.rerated(evidence, "sharing").empty


def test_what_became_of_projects_is_told_by_name() -> None:
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
    evidence = of_projects(before + now)
    fates = followed.fates(evidence).groupby("fate")["title"].apply(list)
    assert fates.to_dict() == {"new": ["e"], "ended": ["c", "d"], "stopped": ["b"]}
    assert followed.rerated(evidence, "sharing").to_numpy().tolist() == [["twente", "a", "no", "yes"]]
