"""The audit as a reader gets it: what is counted where, each statement once, with its place."""

from __future__ import annotations

import pandas as pd
import pytest

from ivvu_analysis import statements


@pytest.fixture(scope="module")
def checked() -> pd.DataFrame:
    return statements.checked()


def test_the_headline_leaves_the_sums_of_the_tables_out(checked: pd.DataFrame) -> None:
    outside = statements.summary(checked.query("claim_part != 'tables'"))
    assert (outside["total"], outside["checkable"], outside["held"]) == (194, 105, 86)
    letter = statements.summary(checked.query("claim_part == 'letter'"))
    assert (letter["reproduces"], letter["reproduces_otherwise"], letter["does_not_reproduce"]) == (10, 5, 3)


def test_every_statement_has_one_verdict_and_one_part(checked: pd.DataFrame) -> None:
    assert checked[["verdict", "claim_part"]].notna().all(axis=None)
    by_part = statements.by_part(checked)
    assert by_part["statements"].sum() == len(checked)
    assert by_part.groupby("claim_part")["estimate"].sum().round(9).eq(1).all()
    assert statements.by_table(checked, "en")["n"].sum() == (checked["claim_part"] == "tables").sum()


def test_a_statement_that_is_made_twice_is_counted_once_with_both_places(checked: pd.DataFrame) -> None:
    row = checked[checked["claim"] == "phases.dynamics.since_2019"]
    assert statements.places(row, "en") == ["covering letter, p.\u00a04; section 4.5, p.\u00a028"]
    assert statements.places(row, "nl") == ["aanbiedingsbrief, p.\u00a04; paragraaf 4.5, p.\u00a028"]


def test_what_is_told_is_in_the_language_of_the_reader() -> None:
    for language, word in {"en": "projects", "nl": "projecten"}.items():
        told = statements.checked("nl" if language == "nl" else "en").set_index("claim")
        assert word in told.loc["projects.total.letter", "statement"]
        assert word in told.loc["projects.total.letter", "explanation"]


def test_two_figures_that_both_hold_are_no_clash(checked: pd.DataFrame) -> None:
    clashes = statements.letter_and_chapters(checked)
    assert len(clashes) == 4
    assert not clashes["in_letter"].str.contains("180").any()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_all_that_cannot_be_checked_is_under_a_need(checked: pd.DataFrame, language: str) -> None:
    of_reader = "nl" if language == "nl" else "en"
    needed = statements.needed(statements.checked(of_reader), of_reader)
    assert needed["statements"].sum() == (checked["verdict"] == "cannot_be_checked").sum()
    assert needed["need"].str.len().min() > 20
