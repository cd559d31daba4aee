"""The audit as a reader gets it: what is counted where, each statement once, with its place."""

import pandas as pd
import pytest

from ivvu_analysis import statements
from ivvu_analysis.codebook import LANGUAGES, Language


@pytest.fixture(scope="module")
def both() -> dict[Language, pd.DataFrame]:
    return {language: statements.checked(language) for language in LANGUAGES}


@pytest.fixture(scope="module")
def checked(both: dict[Language, pd.DataFrame]) -> pd.DataFrame:
    return both["en"]


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


def test_two_figures_that_both_hold_are_no_clash(checked: pd.DataFrame) -> None:
    clashes = statements.letter_and_chapters(checked)
    assert len(clashes) == 4
    assert not clashes["in_letter"].str.contains("180").any()


@pytest.mark.parametrize(("language", "word"), [("en", "projects"), ("nl", "projecten")])
def test_statements_and_needs_are_in_the_language_of_the_reader(
    both: dict[Language, pd.DataFrame], language: Language, word: str
) -> None:
    told = both[language].set_index("claim").loc["projects.total.letter", ["statement", "explanation"]]
    assert told.str.contains(word).all()
    needed = statements.needed(both[language], language)
    assert needed["statements"].sum() == (both[language]["verdict"] == "cannot_be_checked").sum()
    assert needed["need"].str.len().min() > 20
