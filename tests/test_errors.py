from __future__ import annotations

from ivvu_analysis.errors import ParameterError, UserError, did_you_mean


def test_an_error_is_a_problem_and_a_remedy() -> None:
    error = ParameterError("There is no wave '2018-01'.", "Choose one of: 2020-03, 2020-10.")
    assert str(error) == "There is no wave '2018-01'. Choose one of: 2020-03, 2020-10."
    assert isinstance(error, UserError)


def test_the_closest_word_is_suggested() -> None:
    assert did_you_mean("impct", ["impact", "scalability"]) == "Did you mean 'impact'?"


def test_without_a_close_word_all_are_named_if_they_are_few() -> None:
    assert did_you_mean("xyz", ["en", "nl"]) == "Choose one of: en, nl."


def test_without_a_close_word_some_are_named_if_they_are_many() -> None:
    remedy = did_you_mean("???", [f"name{i:02}" for i in range(34)])
    assert remedy.startswith("Choose one of the 34 known names, such as name00")
