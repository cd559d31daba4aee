"""Verdicts follow from what the readings give, and the explanations say what was computed."""

from __future__ import annotations

import pytest

from ivvu_analysis.claims.check import Claim, judge
from ivvu_analysis.claims.explanations import explain
from ivvu_analysis.claims.needs import Need, need_for
from ivvu_analysis.claims.registry import Reading, Rederivation, Rederivations, by_claim
from ivvu_analysis.claims.sources import Sources
from ivvu_analysis.codebook import Language

NOTHING = Sources({}, seed=1)


def claim(claimed: str = "70", qualifier: str = "exact", unit: str = "percent", **changes: str) -> Claim:
    fields = {"claim": "some.claim", "document": "report", "section": "4.2"}
    texts = {"statement_en": "A statement.", "statement_nl": "Een uitspraak."}
    return Claim(**(fields | texts | changes), qualifier=qualifier, claimed=claimed, unit=unit)


def reading(value: float, kind: Reading = "stated", name: str = "one") -> Rederivation:
    definition: dict[Language, str] = {"en": f"definition {name}", "nl": f"definitie {name}"}
    return Rederivation("some.claim", kind, (), "tables 6 and 7", definition, lambda sources: value)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([(70.0, "stated")], "reproduces"),
        ([(70.4, "stated")], "reproduces_rounded"),
        ([(70.6, "stated")], "reproduces_otherwise"),  # cut off, not rounded
        ([(71.0, "stated")], "does_not_reproduce"),
        ([(71.0, "stated"), (70.2, "alternative")], "reproduces_otherwise"),
        ([(71.0, "stated"), (70.0, "arithmetic")], "does_not_reproduce"),
        ([(70.0, "stated"), (12.0, "alternative")], "reproduces"),
    ],
)
def test_verdict(values: list[tuple[float, Reading]], verdict: str) -> None:
    readings = [reading(value, kind) for value, kind in values]
    assert judge(claim(), readings, NOTHING).verdict == verdict


def test_only_a_share_that_is_put_exactly_may_be_cut_off() -> None:
    assert judge(claim(unit="projects"), [reading(70.6)], NOTHING).verdict == "does_not_reproduce"
    assert judge(claim(qualifier="about"), [reading(76.0)], NOTHING).verdict == "does_not_reproduce"


def test_the_nearest_calculation_explains_a_figure_that_does_not_reproduce() -> None:
    readings = [
        reading(50.0),
        reading(70.4, "arithmetic", "far"),
        reading(69.9, "arithmetic", "near"),
        reading(12.0, "arithmetic", "wrong"),
    ]
    nearest = judge(claim(), readings, NOTHING).otherwise
    assert nearest is not None
    assert nearest.definition["en"] == "definition near"


def test_explanation_of_a_figure_that_does_not_reproduce() -> None:
    finding = judge(claim("75"), [reading(76.73), reading(74.53, "arithmetic", "two")], NOTHING)
    elsewhere = claim("75", "over", section="4.3")
    assert explain(finding, elsewhere, "en") == (
        "Tables 6 and 7, definition one: 76.7 percent. The statement gives 75 percent. "
        "Nearest to it, perhaps by chance, is a calculation that the words do not describe, "
        "definition two: 74.5 percent. Section 4.3 puts the same as just over 75 percent."
    )
    assert explain(finding, None, "nl") == (
        "Tabellen 6 en 7, definitie one: 76,7 procent. De uitspraak noemt 75 procent. "
        "Het dichtst erbij, misschien bij toeval, ligt een berekening die niet is wat er staat, "
        "definitie two: 74,5 procent."
    )


def test_explanation_in_the_units_and_words_of_the_claim() -> None:
    year = judge(claim("201", unit="year"), [reading(2021)], NOTHING)
    assert "definition one: 2021. The statement gives 201. No other definition" in explain(year, None, "en")
    all_of = judge(claim("100", "nearly_all"), [reading(87.4)], NOTHING)
    assert "De uitspraak noemt bijna alle (ten minste 90 procent)." in explain(all_of, None, "nl")
    places = judge(claim("11000", "about", "places"), [reading(10500)], NOTHING)
    assert explain(places, None, "en").endswith("definition one: 10,500 places.")
    assert explain(places, None, "nl").endswith("definitie one: 10.500 plaatsen.")


def test_readings_of_a_claim_are_ordered_and_need_exactly_one_stated() -> None:
    rederives = Rederivations()

    def register(kind: Reading) -> None:
        @rederives(
            "x.{theme}",
            tables=(),
            source="",
            en="of '{theme}'",
            nl="van '{theme}'",
            reading=kind,
            for_each={"theme": ["technology"]},
        )
        def length(sources: Sources, theme: str) -> float:
            return len(theme)

    register("alternative")
    with pytest.raises(ValueError, match=r"'x\.technology' needs exactly one stated reading"):
        by_claim([rederives])
    register("stated")
    found = by_claim([rederives])["x.technology"]
    assert [item.reading for item in found] == ["stated", "alternative"]
    assert found[0].definition == {"en": "of 'Technology'", "nl": "van 'Technologie'"}
    assert found[0].value(NOTHING) == len("technology")


def test_a_claim_under_two_needs_is_a_bug() -> None:
    needs = (Need("this", "dit", ("a.*",)), Need("that", "dat", ("a.b",)))
    assert need_for("a.c", needs) is needs[0]
    assert need_for("b", needs) is None
    with pytest.raises(ValueError, match="2 needs"):
        need_for("a.b", needs)
