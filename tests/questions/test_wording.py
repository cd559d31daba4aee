from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.codebook import scale
from ivvu_analysis.questions import wording

WORDS = scale("likelihood").codes


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, "exceptionally_unlikely"),
        (0.01, "exceptionally_unlikely"),
        (0.0101, "very_unlikely"),
        (0.1, "very_unlikely"),
        (0.1001, "unlikely"),
        (0.33, "unlikely"),
        (0.3301, "as_likely_as_not"),
        (0.66, "as_likely_as_not"),
        (0.6601, "likely"),
        (0.9, "likely"),
        (0.9001, "very_likely"),
        (0.99, "very_likely"),
        (0.9901, "virtually_certain"),
        (1.0, "virtually_certain"),
    ],
)
def test_likelihood_on_both_sides_of_each_limit(probability: float, word: str) -> None:
    assert wording.likelihood(probability) == word


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_probability_never_gets_a_lower_word(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert WORDS.index(wording.likelihood(low)) <= WORDS.index(wording.likelihood(high))


@pytest.mark.parametrize("number", [-0.001, 1.001, float("nan")])
def test_what_is_no_probability_has_no_word(number: float) -> None:
    with pytest.raises(ValueError, match="no probability"):
        wording.likelihood(number)


@pytest.mark.parametrize(
    ("low", "high", "verdict", "trend"),
    [
        (0.01, 0.2, "higher", "up"),
        (0.0, 0.2, "unclear", "open"),
        (-0.1, 0.2, "unclear", "open"),
        (-0.2, 0.0, "unclear", "open"),
        (-0.2, -0.01, "lower", "down"),
        (float("nan"), float("nan"), "unclear", "open"),
    ],
)
def test_only_a_whole_interval_beside_the_null_is_a_verdict(
    low: float, high: float, verdict: str, trend: str
) -> None:
    row = pd.Series({"conf_low": low, "conf_high": high})
    assert wording.verdict(row, 0.0) == verdict
    assert wording.verdict(row + 0.5, 0.5) == verdict
    assert wording.trend(row) == trend


def test_every_word_is_in_the_codebook() -> None:
    assert tuple(word for _, word in wording.LIKELIHOOD) == WORDS
    assert set(scale("verdict").codes) == {"higher", "lower", "unclear"}
    for name in ("trend", "shift"):
        assert set(scale(name).codes) == {"up", "open", "down"}
