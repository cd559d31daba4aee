from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.figures import theme
from ivvu_analysis.report.words import Words

EN, NL = Words("en"), Words("nl")


@pytest.mark.parametrize(
    ("words", "how", "value", "written"),
    [
        (EN, "p", 0.0, "< 0.001"),
        (EN, "p", 1.0, "> 0.999"),
        (EN, "chance", 0.0, "less than 0.1%"),
        (NL, "chance", 1.0, "meer dan 99,9%"),
        (EN, "chance", 0.014, "1.4%"),
        (EN, "chance", 0.746, "75%"),
        (EN, "amount", 0.0000004, "≈ 0"),
        (EN, "amount", 0.0, "0"),
        (NL, "amount", 0.000005, "0,000005"),
    ],
)
def test_a_probability_is_never_written_as_certain(
    words: Words, how: str, value: float, written: str
) -> None:
    assert words.format(how, value) == written


@pytest.mark.parametrize(
    ("share", "written"), [(5 / 8, "63%"), (3 / 8, "38%"), (0.285, "29%"), (0.0849, "8%")]
)
def test_a_half_is_rounded_up(share: float, written: str) -> None:
    assert EN.format("%", share) == written


def test_enumerations() -> None:
    assert EN.listing(["a"]) == "a"
    assert EN.listing(["a", "b", "c"]) == "a, b and c"
    assert NL.listing(["a", "b"]) == "a en b"
    assert (EN.listing([]), NL.listing([])) == ("none", "geen")


FIELDS = "{share:%1} {n} {wave:wave} {theme:theme} {p:p} {d:+%} {n:.1}"
VALUES = {"share": 0.5, "n": 1234, "wave": "2020-10", "theme": "technology", "p": 0.0001, "d": 0.1}


@pytest.mark.parametrize(
    ("words", "template", "values", "filled"),
    [
        (EN, FIELDS, VALUES, "50.0% 1,234 October 2020 Technology &lt; 0.001 +10 percentage points 1,234.0"),
        (NL, "{t:theme} {x:list}", {"t": ["learning"], "x": ["a", "b"]}, "Leren en verbeteren a en b"),
        (NL, "{wave:wave}", {"wave": "2020-03"}, "maart 2020"),
        (EN, "{phase:vision}", {"phase": 5}, "5 Strategic choices made"),
    ],
)
def test_a_template_is_filled_for_the_language(
    words: Words, template: str, values: dict[str, Any], filled: str
) -> None:
    assert words.fill(template, values) == filled


def test_an_unknown_format_and_a_field_without_a_value_are_bugs() -> None:
    with pytest.raises(ValueError, match="unknown format 'percent'"):
        EN.fill("{x:percent}", {"x": 1})
    with pytest.raises(KeyError):
        EN.fill("{missing}", {})


def test_a_share_does_not_round_to_all_or_nothing() -> None:
    for share, written in ((337 / 338, "99%"), (1 / 338, "1%"), (1.0, "100%"), (0.0, "0%")):
        assert EN.fill("{share:%}", {"share": share}) == theme.percent(share) == written


@given(st.text())
def test_values_are_escaped_whatever_they_are(text: str) -> None:
    assert not {*"<>"} & {*EN.fill("{value}", {"value": text})}


def test_lower_bounds_of_a_scale() -> None:
    labels = EN.at_least("scalability")
    assert (labels["not_yet"], labels["national"]) == ("At least ‘Not useful yet’", "Nationally")
