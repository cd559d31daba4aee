"""The Utrecht programme: what was published and what follows by arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis import agenda, capacity, data, utrecht
from ivvu_analysis.errors import DataError, ParameterError
from ivvu_analysis.questions.capacity import Care

TABLES = data.utrecht()
some = st.floats(0.05, 0.95)


def test_completion_is_counted_line_by_line() -> None:
    lines = utrecht.completion(TABLES).set_index("action_line")
    assert (lines["completed"] <= lines["projects"]).all()
    assert (
        lines.loc["line_3", "estimate"] == lines.loc["line_3", "completed"] / lines.loc["line_3", "projects"]
    )


def test_themes_share_what_the_total_leaves_open() -> None:
    themes = utrecht.themes_of_line_3(TABLES)
    done = utrecht.completion(TABLES).set_index("action_line").loc["line_3", "completed"]
    assert themes["conf_low"].sum() <= done <= themes["conf_high"].sum()


def test_a_number_that_is_not_there_is_an_error() -> None:
    with pytest.raises(DataError, match="No single number"):
        utrecht.number(TABLES["key_figures"], {"figure": "nowhere"}, "value")


def test_shares_of_2040_follow_by_division() -> None:
    shares = agenda.delivery_shares(TABLES).set_index("care_form")
    assert shares["expected"].sum() == pytest.approx(1)
    constant = shares.drop(index="mpt_vpt")
    assert (constant["expected"] * (1 + agenda.growth(TABLES))).tolist() == pytest.approx(
        constant["start"].tolist()
    )
    implied = agenda.implied_growth(TABLES)
    assert implied["conf_low"] < implied["estimate"] < implied["conf_high"]


def test_time_before_and_after_the_cut_is_all_time() -> None:
    time = agenda.time_use(TABLES)
    assert time[["time_before", "time_after"]].sum().tolist() == pytest.approx([1, 1])
    before, after = time.set_index("time_use").loc["care", ["time_before", "time_after"]]
    gain = utrecht.number(TABLES["administrative_burden"], {"quantity": "care_gain"}, "percent") / 100
    assert after / before - 1 == pytest.approx(gain)


@given(home=some, demand=st.floats(-0.2, 1.5), beds=st.floats(-0.5, 1.0))
def test_at_the_fitting_share_no_place_is_short(home: float, demand: float, beds: float) -> None:
    care = Care(clients=100 / (1 - home), places=100, staff=50, home_share=home)
    changed = care.changed(demand=demand, beds=beds)
    fits = changed.fitting_home_share
    short = capacity.places_short(changed, [fits])["estimate"].item()
    assert short == pytest.approx(0, abs=1e-6) or (fits == 0 and short < 0)


def test_a_shorter_stay_changes_nothing_at_one_moment() -> None:
    care = capacity.members(TABLES)
    plain = capacity.balance(care, 0.5).set_index("scenario_quantity")
    shorter = capacity.balance(care, 0.5, stay=-0.2).set_index("scenario_quantity")
    assert shorter.loc["admissions", "share"] == pytest.approx(0.25)
    same = plain.index.drop("admissions")
    assert np.allclose(plain.loc[same, "end"], shorter.loc[same, "end"])


def test_what_is_no_share_is_refused() -> None:
    with pytest.raises(ParameterError, match="home_share"):
        Care(1, 1, 1, 0.5).changed(home_share=1.2)
    with pytest.raises(ParameterError, match="occupancy"):
        Care(1, 1, 1, 0.5, occupancy=1.5)


def test_printed_totals_are_held_against_their_parts() -> None:
    totals = utrecht.totals(TABLES)
    assert totals.loc[~totals["holds"], ["printed_sum", "found"]].to_numpy().tolist() == [["shares_2040", 99]]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_factor_is_listed_with_what_it_is_about(language: str) -> None:
    of_reader = "nl" if language == "nl" else "en"
    factors = utrecht.factors(data.utrecht(of_reader), of_reader)
    assert len(factors) == 99
    assert factors.notna().all(axis=None)
