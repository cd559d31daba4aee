from __future__ import annotations

import pandas as pd
import pytest

from ivvu_analysis import codebook
from ivvu_analysis.analyses import statements
from ivvu_analysis.claims import VERDICTS
from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.evidence import REPORT


@pytest.fixture(scope="module")
def checked() -> pd.DataFrame:
    return statements.checked(seed=1)


def test_every_statement_stands_in_a_part_and_every_verdict_is_counted_once(checked: pd.DataFrame) -> None:
    assert set(checked["claim_part"]) <= set(codebook.scale("claim_part").codes)
    by_verdict = statements.by_verdict(checked)
    assert list(by_verdict["claim_verdict"]) == list(VERDICTS)
    assert by_verdict["estimate"].sum() == len(checked)


def test_the_section_with_the_wrong_number_belongs_to_the_chapter_it_stands_in() -> None:
    assert statements.part(REPORT, "3.4.5") == statements.part(REPORT, "4.4.4") == "projects"
    assert statements.part(REPORT, "3.4") == "framework"
    assert statements.part("kvt_utrecht_2023", "3.4") == "elsewhere"
    with pytest.raises(KeyError):
        statements.part(REPORT, "7.1")


def test_the_summary_adds_up(checked: pd.DataFrame) -> None:
    counts = statements.summary(checked)
    assert sum(counts[verdict] for verdict in VERDICTS) == counts["total"]
    assert counts["came_out"] + counts["does_not_reproduce"] == counts["checkable"]
    assert counts["share"] == counts["came_out"] / counts["checkable"]


def test_the_shares_within_a_part_add_up_to_one(checked: pd.DataFrame) -> None:
    by_part = statements.by_part(checked)
    assert by_part.groupby("claim_part")["estimate"].sum().to_numpy() == pytest.approx(1)
    assert by_part.groupby("claim_part")["n"].first().sum() == len(checked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_together_list_every_statement_in_words(checked: pd.DataFrame, language: Language) -> None:
    parts = [statements.in_part(checked, part, language) for part in codebook.scale("claim_part").codes]
    listed = pd.concat(parts)
    assert sorted(listed["statement"]) == sorted(checked[f"statement_{language}"])
    assert (listed.astype(str) != "").all(axis=None)


def test_every_place_has_a_name_in_dutch(checked: pd.DataFrame) -> None:
    places = statements.shown(checked, "nl")["place"]
    assert not places.str.contains(r"\b(?:section|chapter|table|appendix|letter|growing|members)\b").any()


def test_the_needs_cover_all_that_cannot_be_checked_the_largest_first(checked: pd.DataFrame) -> None:
    needed = statements.needed(checked, "en")
    assert needed["statements"].sum() == (checked["verdict"] == "cannot_be_checked").sum()
    assert needed["statements"].is_monotonic_decreasing
    assert (needed["need"] != "").all()


def test_the_letter_is_held_against_the_chapters(checked: pd.DataFrame) -> None:
    differ = statements.letter_and_chapters(checked, "en").set_index("place")
    assert ("31 projects", "38 projects") in set(zip(differ["in_letter"], differ["in_chapter"], strict=True))
    assert (differ["in_letter"] != differ["in_chapter"]).all()


def test_the_parts_with_a_verdict_are_told_with_their_numbers(checked: pd.DataFrame) -> None:
    told = statements.standing_in(checked, "does_not_reproduce", "nl")
    assert sum(int(text.split()[0]) for text in told) == (checked["verdict"] == "does_not_reproduce").sum()
    assert told[0].endswith("in de aanbiedingsbrief")
    assert statements.standing_in(checked, "no such verdict", "nl") == []


def test_programs_get_the_documented_columns(checked: pd.DataFrame) -> None:
    columns = "claim,document,section,statement_en,qualifier,claimed,recomputed,verdict,explanation_en"
    assert list(statements.for_programs(checked).columns) == columns.split(",")


def test_all_tables_that_verdicts_rest_on_are_named_with_their_hashes() -> None:
    files = statements.files()
    assert {"claims.csv", "phase_counts.csv", "utrecht/ibs.csv"} <= set(files)
    assert all(len(digest) == 64 for digest in files.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_name_each_document_once(checked: pd.DataFrame, language: Language) -> None:
    sources = statements.sources(checked, language)
    assert set(sources) == set(checked["document"])
    assert all(sources.values())
