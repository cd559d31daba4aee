from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.register import spelling
from ivvu_analysis.register.spelling import Reading, Speller
from ivvu_analysis.register.template import COLUMNS, choices

speller = Speller()
read = speller.read


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("column", [column for column in COLUMNS if column in spelling.CODED])
def test_whatever_the_template_offers_is_recognised(column: str, language: Language) -> None:
    readings = [read(column, label) for label in choices(column, language)]
    assert all(not reading.problem for reading in readings)
    if column != "wave":
        assert [reading.code for reading in readings] == list(speller.scale_of(column).codes)


@pytest.mark.parametrize("column", spelling.SCALES)
@pytest.mark.parametrize(
    "text", ["", "-", "?", "n.v.t.", "Onbekend", "nog  onbekend", "TBD", "…".replace("…", "...")]
)
def test_no_answer_is_no_problem(column: str, text: str) -> None:
    assert read(column, text) == Reading(speller.no_answer(column))


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
    assert read("participation", text) == Reading("unknown", "made_a_date")
    assert speller.suggest("participation", text) == code


def test_a_date_that_is_no_class_is_not_recognised() -> None:
    assert read("participation", "2020-12-05").problem == "not_recognised"


def test_a_suggestion_is_never_taken() -> None:
    assert read("theme", "technolgie") == Reading("", "not_recognised")
    assert speller.suggest("theme", "technolgie") == "technology"
    assert speller.suggest("theme", "technolgie" * 40) == ""


@given(st.sampled_from(spelling.CODED), st.text(max_size=40))
def test_every_text_is_a_code_or_a_problem(column: str, text: str) -> None:
    reading = read(column, text.strip())
    known = () if column == "wave" else speller.scale_of(column).codes
    assert reading.problem or column == "wave" or reading.code in (*known, "")
    if reading.problem:
        assert reading.code in ("", "unknown")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10-15", "10+"),
        ("≥10", "10+"),
        ("10 of meer", "10+"),
        ("4\u20116", "4-6"),
        ("\u200b5", "4-6"),
        ("5\xa0", "4-6"),
    ],
)
def test_numbers_are_read_whatever_is_between_or_around_them(text: str, code: str) -> None:
    assert read("participation", text) == Reading(code)


@pytest.mark.parametrize(("text", "class_typed"), [("4-jun", "4-6"), ("43986", "4-6"), ("jul-09", "7-9")])
def test_a_day_that_was_a_class_is_told(text: str, class_typed: str) -> None:
    assert read("participation", text) == Reading("unknown", "made_a_date")
    assert speller.suggest("participation", text) == class_typed


@pytest.mark.parametrize(("text", "suggestion"), [("ca. 8", "7-9"), ("8?", "7-9")])
def test_what_is_about_is_suggested(text: str, suggestion: str) -> None:
    assert read("participation", text).problem == "not_recognised"
    assert speller.suggest("participation", text) == suggestion


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [("theme", "1. Technologie", "technology"), ("sharing", "3 - Ja", "yes"),
     ("theme", "A) Technologie", "technology"),
     ("start", "zomer 2020", "2020"), ("start", "2020-03-01T00:00:00.000Z", "2020"),
     ("start", "2023", "2023")],
)  # fmt: skip
def test_numbers_before_answers_and_times_after_dates_make_no_difference(
    column: str, text: str, code: str
) -> None:
    assert read(column, text) == Reading(code)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("Haarlem", "kennemerland"), ("Noord-Brabant", ""), ("Limburg", ""), ("Twente, Achterhoek", ""),
     ("Zwolle e.o.", "zwolle"),
     ("Zuid-Holland", ""), ("Provincie Utrecht", "utrecht"), ("Twnte", "twente")],
)  # fmt: skip
def test_a_place_suggests_what_it_is_part_of_and_nothing_where_that_would_mislead(
    text: str, suggestion: str
) -> None:
    assert read("region", text).problem == "not_recognised"
    assert speller.suggest("region", text) == suggestion


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#N/B", "#VERW!", "#DEEL/0!", "#NAAM?"])
def test_an_error_of_the_spreadsheet_is_no_answer(text: str) -> None:
    assert read("region", text).problem == "error_value"


@pytest.mark.parametrize(
    ("text", "column"),
    [("6. Status (verplicht)", "status"), ("prj_nr", "id"), ("Zorgkantoor regio", "region"),
     ("Impact **", "impact"),
     ("Hoofdrubriek\n(1 kiezen)", "theme"), ("# organisaties", "participation"), ("Datum stand", "wave")],
)  # fmt: skip
def test_headings_as_people_write_them(text: str, column: str) -> None:
    heading = speller.heading(text)
    assert heading is not None
    assert heading.column == column


def test_a_heading_may_name_a_wave_or_an_answer() -> None:
    assert speller.heading("Impact mrt 2020") == ("impact", "2020-03", "")
    assert speller.heading("Delen: Nee") == ("sharing", "", "Nee")
