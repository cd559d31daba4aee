from __future__ import annotations

from pathlib import Path

import pytest

from ivvu_analysis import evidence
from ivvu_analysis.analyses import quality
from ivvu_analysis.evidence import Evidence

HOSTILE = "<script>alert(1)</script>"
REGISTER = f"""id;region;theme;start;status;participation;impact;sharing;scalability
1;Twente;technologie;2020;running;1-3;large_much;yes;national
2;Twente;{HOSTILE};2020;running;4-6;;yes;national
3;Zwolle;technologie;2020;running;;;no;national
4;Twent;technologie;2020;running;1-3;large_much;yes;national
Totaal;;;;;;;;4
"""


@pytest.fixture
def register(tmp_path: Path) -> Evidence:
    path = tmp_path / "register.csv"
    path.write_text(REGISTER, encoding="utf-8")
    return evidence.from_register(path)


def test_answers_are_counted_by_column(register: Evidence) -> None:
    found = quality.answers(register).set_index(["column", "answer"])
    assert found.loc[("impact", "missing"), ["count", "n", "estimate"]].tolist() == [2, 4, 0.5]
    assert found.loc[("theme", "filled"), "count"] == 3
    whole = quality.complete(register)
    assert whole is not None
    assert (whole["projects"], whole["filled"]) == (4, 1)


def test_regions_stand_in_order_and_projects_without_one_last(register: Evidence) -> None:
    found = quality.by_region(register)
    assert found["projects"].tolist() == [2, 1, 1]
    assert found["region"].tolist()[:2] == ["twente", "zwolle"]
    assert found["region"].isna().tolist() == [False, False, True]


def test_gaps_say_where_answers_are_missing(register: Evidence) -> None:
    found = quality.gap_numbers(quality.gaps(register)).set_index(["region", "column"])["missing"]
    assert found.to_dict() == {
        ("twente", "theme"): 1,
        ("twente", "impact"): 1,
        ("zwolle", "participation"): 1,
        ("zwolle", "impact"): 1,
    }


def test_issues_are_shown_as_they_stand_errors_first(register: Evidence) -> None:
    found = quality.issues(register, "nl")
    assert found["value"].tolist()[:2] == [HOSTILE, "Twent"]
    assert found.loc[1, "suggestion"] == "Twente"
    assert found["row"].tolist()[:2] == ["3", "5"]
    assert (
        quality.kinds(register).query("severity == 'error'")["count"].sum()
        == quality.severities(register)["error"]
    )


def test_rows_that_are_no_projects_are_named(register: Evidence) -> None:
    assert quality.excluded(register).to_numpy().tolist() == [["total", 1, "6"]]


def test_checks_of_a_register_are_in_the_readers_language(register: Evidence) -> None:
    assert quality.checks(register, "nl")["check"].str.startswith("projecten naar").any()
    assert quality.checks(register, "en")["check"].str.startswith("projects by").any()
    assert quality.failing(register, "en").empty


def test_published_figures_have_checks_and_nothing_else(published: Evidence) -> None:
    assert quality.complete(published) is None
    for frame in (quality.answers(published), quality.by_region(published), quality.gaps(published)):
        assert frame.empty
    for frame in (quality.kinds(published), quality.issues(published, "en"), quality.excluded(published)):
        assert frame.empty
    found = quality.checks(published, "nl")
    assert found["count"].sum() == len(published.checks)
    assert found.loc[0, "table"] == "tabellen 4 en 5"
    assert len(quality.failing(published, "nl")) == 1
