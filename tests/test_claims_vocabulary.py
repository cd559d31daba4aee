"""The tolerance of each qualifier, on both sides."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.claims.vocabulary import QUALIFIERS, UNITS, VERDICTS, decimals

# qualifier, claimed, values that just fit, values that just do not
BOUNDS = [
    ("exact", "75", [74.5, 75, 75.5], [74.49, 75.51]),
    ("exact", "10.24", [10.235, 10.245], [10.234, 10.246]),
    ("about", "100", [95, 105], [94.99, 105.01]),
    ("almost", "100", [95, 99.99], [94.99, 100, 100.01]),
    ("over", "100", [100.01, 105], [100, 99.99, 105.01]),
    ("more_than", "60", [60.01, 6000], [60, 59.99]),
    ("at_least", "200", [200, 2000], [199.99]),
    ("up_to", "300", [300, 0, -5], [300.01]),
    ("all", "100", [100], [99.99, 100.01]),
    ("nearly_all", "100", [90, 100], [89.99, 100.01]),
    ("most", "50", [50.01, 100], [50, 49.99, 100.01]),
    ("more_than_half", "50", [50.01, 100], [50, 49.99, 100.01]),
    ("vast_majority", "67", [67, 100], [66.99]),
    ("many", "25", [25, 100], [24.99]),
    ("none", "0", [0], [0.01, 1]),
    ("increase", "0", [0.01, 50], [0, -0.01]),
    ("decrease", "0", [-0.01, -50], [0, 0.01]),
    ("unchanged", "0", [0, 0.5, -0.5], [0.51, -0.51, 1]),
]


@pytest.mark.parametrize(("qualifier", "claimed", "inside", "outside"), BOUNDS)
def test_tolerance_on_both_sides(
    qualifier: str, claimed: str, inside: list[float], outside: list[float]
) -> None:
    fit = QUALIFIERS[qualifier].fit
    assert [fit(Decimal(claimed), value) for value in inside].count("not") == 0
    assert {fit(Decimal(claimed), value) for value in outside} == {"not"}


def test_every_qualifier_has_its_bounds_tested() -> None:
    assert {bound[0] for bound in BOUNDS} == set(QUALIFIERS)


@pytest.mark.parametrize(("value", "fit"), [(75.0, "exactly"), (75.3, "rounded"), (76.0, "not")])
def test_a_figure_that_only_rounds_is_told_from_an_equal_one(value: float, fit: str) -> None:
    assert QUALIFIERS["exact"].fit(Decimal("75"), value) == fit


@given(st.floats(-1000, 1000), st.integers(0, 3))
def test_any_value_fits_what_it_is_printed_as(value: float, places: int) -> None:
    printed = Decimal(f"{value:.{places}f}")
    assert decimals(printed) == places
    assert QUALIFIERS["exact"].fit(printed, value) != "not"


@pytest.mark.parametrize(
    "words", [*UNITS.values(), *VERDICTS.values(), *(q.labels for q in QUALIFIERS.values())]
)
def test_every_word_exists_in_both_languages(words: dict[str, str]) -> None:
    assert set(words) == {"en", "nl"}
    assert all(words.values())


def test_every_unit_leaves_room_for_its_number() -> None:
    assert all(text.count("{}") == 1 for unit in UNITS.values() for text in unit.values())
