from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.register import spelling
from ivvu_analysis.register.spelling import Reading, read
from ivvu_analysis.register.template import COLUMNS, choices


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("column", [column for column in COLUMNS if column in spelling.CODED])
def test_whatever_the_template_offers_is_recognised(column: str, language: Language) -> None:
    readings = [read(column, label) for label in choices(column, language)]
    assert all(not reading.problem for reading in readings)
    assert [reading.code for reading in readings] == list(spelling.known(column))


@pytest.mark.parametrize("column", spelling.SCALES)
@pytest.mark.parametrize(
    "text", ["", "-", "?", "n.v.t.", "Onbekend", "nog  onbekend", "TBD", "…".replace("…", "...")]
)
def test_no_answer_is_no_problem(column: str, text: str) -> None:
    assert read(column, text) == Reading(spelling.no_answer(column))


@pytest.mark.parametrize(
    ("organisations", "code"),
    [
        (1, "1-3"),
        (3, "1-3"),
        (4, "4-6"),
        (6, "4-6"),
        (7, "7-9"),
        (9, "7-9"),
        (10, "10+"),
        (13, "10+"),
        (46, "10+"),
    ],
)
def test_numbers_fall_in_classes_even_where_their_figures_read_like_one(
    organisations: int, code: str
) -> None:
    for text in (str(organisations), f"{organisations},0", f"{organisations} organisaties"):
        assert read("participation", text).code == code


@pytest.mark.parametrize(
    "text", ["1 3", "4.6", "4,6", "1.000", "1,000", "-5", "4 organisaties of meer", "vier"]
)
def test_figures_without_a_clear_mark_are_not_guessed(text: str) -> None:
    assert read("participation", text).problem == "not_recognised"


@pytest.mark.parametrize("text", ["0", "0 organisaties"])
def test_no_organisation_at_all_is_out_of_range(text: str) -> None:
    assert read("participation", text) == Reading("unknown", "out_of_range")


@pytest.mark.parametrize(
    ("text", "code"), [("2020-06-04", "4-6"), ("2021-03-01", "1-3"), ("2020-09-07", "7-9")]
)
def test_a_class_that_became_a_date_is_suggested_and_not_taken(text: str, code: str) -> None:
    assert read("participation", text) == Reading("unknown", "made_a_date", code)


def test_a_date_that_is_no_class_is_not_recognised() -> None:
    assert read("participation", "2020-12-05").problem == "not_recognised"


def test_a_suggestion_is_never_taken() -> None:
    assert read("theme", "technolgie") == Reading("", "not_recognised")
    assert spelling.suggest("theme", "technolgie") == "technology"
    assert spelling.suggest("theme", "technolgie" * 40) == ""


@given(st.sampled_from(spelling.CODED), st.text(max_size=40))
def test_every_text_is_a_code_or_a_problem(column: str, text: str) -> None:
    reading = read(column, text.strip())
    known = () if column == "wave" else spelling.scale_of(column).codes
    assert reading.problem or column == "wave" or reading.code in (*known, "")
    if reading.problem:
        assert reading.code in ("", "unknown")
