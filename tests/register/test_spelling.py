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
def test_no_answer_is_no_problem(column: str) -> None:
    for text in ("", "-", "?", "n.v.t.", "Onbekend", "nog  onbekend", "TBD", "..."):
        assert read(column, text) == Reading(speller.no_answer(column))


@pytest.mark.parametrize(
    ("column", "code", "texts"),
    [
        ("participation", "1-3", ["1", "1,0", "3", "3 organisaties"]),
        ("participation", "4-6", ["4", "6,0", "6 organisaties", "4\u20116", "\u200b5", "5\xa0"]),
        ("participation", "7-9", ["7", "9,0", "9 organisaties"]),
        # Also where the figures of a number read like a class, as in 13 and 46.
        ("participation", "10+", ["10", "13", "46", "46,0", "13 organisaties", "10-15", "≥10", "10 of meer"]),
        ("theme", "technology", ["1. Technologie", "A) Technologie"]),
        ("sharing", "yes", ["3 - Ja"]),
        ("start", "2020", ["zomer 2020", "2020-03-01T00:00:00.000Z"]),
        ("start", "2023", ["2023"]),
    ],
)
def test_a_number_is_a_class_and_what_stands_around_an_answer_makes_no_difference(
    column: str, code: str, texts: list[str]
) -> None:
    assert [read(column, text) for text in texts] == [Reading(code)] * len(texts)


@pytest.mark.parametrize(
    ("problem", "texts"),
    [
        # Figures without a clear mark are not guessed.
        ("not_recognised", ["1 3", "4.6", "4,6", "1.000", "1,000", "-5", "4 organisaties of meer", "vier"]),
        ("not_recognised", ["2020-12-05"]),
        ("out_of_range", ["0", "0 organisaties"]),
    ],
)
def test_what_is_no_class_is_no_answer(problem: str, texts: list[str]) -> None:
    readings = [read("participation", text) for text in texts]
    assert readings == [Reading("unknown", problem)] * len(texts)


@pytest.mark.parametrize(
    ("column", "problem", "suggestions"),
    [
        ("participation", "made_a_date", {"2020-06-04": "4-6", "2021-03-01": "1-3", "2020-09-07": "7-9"}),
        ("participation", "made_a_date", {"4-jun": "4-6", "43986": "4-6", "jul-09": "7-9"}),
        ("participation", "not_recognised", {"ca. 8": "7-9", "8?": "7-9"}),
        ("theme", "not_recognised", {"technolgie": "technology", "technolgie" * 40: ""}),
        # What a place is part of is suggested, and nothing where that would mislead.
        ("region", "not_recognised", {"Twnte": "twente", "Haarlem": "kennemerland", "Zwolle e.o.": "zwolle"}),
        ("region", "not_recognised", {"Provincie Utrecht": "utrecht", "Noord-Brabant": "", "Limburg": ""}),
        ("region", "not_recognised", {"Zuid-Holland": "", "Twente, Achterhoek": ""}),
        (
            "region",
            "error_value",
            dict.fromkeys(["#N/A", "#REF!", "#N/B", "#VERW!", "#DEEL/0!", "#NAAM?"], ""),
        ),
    ],
)
def test_a_suggestion_is_never_taken(column: str, problem: str, suggestions: dict[str, str]) -> None:
    for text, suggestion in suggestions.items():
        assert read(column, text) == Reading(speller.no_answer(column), problem), text
        assert speller.suggest(column, text) == suggestion, text


@given(st.sampled_from(spelling.CODED), st.text(max_size=40))
def test_every_text_is_a_code_or_a_problem(column: str, text: str) -> None:
    reading = read(column, text.strip())
    known = () if column == "wave" else speller.scale_of(column).codes
    assert reading.problem or column == "wave" or reading.code in (*known, "")
    if reading.problem:
        assert reading.code in ("", "unknown")


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("6. Status (verplicht)", ("status", "", "")),
        ("prj_nr", ("id", "", "")),
        ("Zorgkantoor regio", ("region", "", "")),
        ("Impact **", ("impact", "", "")),
        ("Hoofdrubriek\n(1 kiezen)", ("theme", "", "")),
        ("# organisaties", ("participation", "", "")),
        ("Datum stand", ("wave", "", "")),
        ("Impact mrt 2020", ("impact", "2020-03", "")),
        ("Delen: Nee", ("sharing", "", "Nee")),
    ],
)
def test_headings_as_people_write_them_may_name_a_wave_or_an_answer(
    text: str, heading: tuple[str, str, str]
) -> None:
    assert speller.heading(text) == heading
