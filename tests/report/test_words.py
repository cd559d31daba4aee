from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.figures import theme
from ivvu_analysis.report.words import Words

EN, NL = Words("en"), Words("nl")


def test_a_probability_is_never_written_as_certain() -> None:
    assert EN.format("p", 0.0) == "< 0.001"
    assert EN.format("p", 1.0) == "> 0.999"
    assert EN.format("chance", 0.0) == "less than 0.1%"
    assert NL.format("chance", 1.0) == "meer dan 99,9%"
    assert EN.format("chance", 0.014) == "1.4%"
    assert EN.format("chance", 0.746) == "75%"


def test_waves() -> None:
    assert EN.wave("2020-10") == "October 2020"
    assert NL.wave("2020-03") == "maart 2020"


def test_enumerations() -> None:
    assert EN.listing(["a"]) == "a"
    assert EN.listing(["a", "b", "c"]) == "a, b and c"
    assert NL.listing(["a", "b"]) == "a en b"
    assert (EN.listing([]), NL.listing([])) == ("none", "geen")


def test_a_template_is_filled_for_the_language() -> None:
    values = {"share": 0.5, "n": 1234, "wave": "2020-10", "theme": "technology", "p": 0.0001, "d": 0.1}
    template = "{share:%1} {n} {wave:wave} {theme:theme} {p:p} {d:+%} {n:.1}"
    assert EN.fill(template, values) == (
        "50.0% 1,234 October 2020 Technology &lt; 0.001 +10 percentage points 1,234.0"
    )
    assert (
        NL.fill("{theme:theme} {x:list}", {"theme": ["learning"], "x": ["a", "b"]})
        == "Leren en verbeteren a en b"
    )


def test_a_phase_is_a_code_too() -> None:
    assert EN.fill("{phase:vision}", {"phase": 5}) == "5 Strategic choices made"


def test_an_unknown_format_is_a_bug() -> None:
    with pytest.raises(ValueError, match="unknown format 'percent'"):
        EN.fill("{x:percent}", {"x": 1})


def test_a_field_without_a_value_is_a_bug() -> None:
    with pytest.raises(KeyError):
        EN.fill("{missing}", {})


def test_a_share_does_not_round_to_all_or_nothing() -> None:
    shares = {"most": 337 / 338, "few": 1 / 338, "every": 1.0, "none": 0.0}
    assert EN.fill("{most:%} {few:%} {every:%} {none:%}", shares) == "99% 1% 100% 0%"
    assert [theme.percent(share) for share in shares.values()] == ["99%", "1%", "100%", "0%"]


@given(st.text())
def test_values_are_escaped_whatever_they_are(text: str) -> None:
    filled = EN.fill("{value}", {"value": text})
    assert "<" not in filled
    assert ">" not in filled


def test_lower_bounds_of_a_scale() -> None:
    labels = EN.at_least("scalability")
    assert (labels["not_yet"], labels["national"]) == ("At least ‘Not useful yet’", "Nationally")
