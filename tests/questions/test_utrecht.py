"""The Utrecht programme: what follows from what was published, by arithmetic."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis import agenda, capacity, data, utrecht
from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.errors import DataError, ParameterError
from ivvu_analysis.questions.capacity import Care

TABLES = data.utrecht()
some = st.floats(0.05, 0.95)


def test_themes_share_what_the_total_leaves_open() -> None:
    themes = utrecht.themes_of_line_3(TABLES)
    line = utrecht.completion(TABLES).set_index("action_line").loc["line_3"]
    assert line["estimate"] == line["completed"] / line["projects"]
    assert themes["conf_low"].sum() <= line["completed"] <= themes["conf_high"].sum()


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("key_figures", {"figure": "nowhere"}, "value"),
        ("key_figures", {"unit": "clients"}, "value"),
        ("project_counts", {"theme": "self_reliance"}, "completed"),
    ],
    ids=["not there", "there twice", "empty"],
)
def test_a_number_that_is_not_there_once_is_an_error(table: str, row: dict[str, str], column: str) -> None:
    with pytest.raises(DataError, match=f"No single number '{column}' for {row}"):
        utrecht.number(TABLES[table], row, column)


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


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"home_share": 1.2}, "'home_share' cannot be 1.2"),
        ({"deamnd": 1.0}, "no change 'deamnd'. Did you mean 'demand'"),
        ({"demand": -3.0}, "'demand' cannot change by -3.0"),
        ({"stay": -1.0}, "'stay' cannot change by -1.0"),
    ],
)
def test_what_is_no_share_or_no_change_is_refused(changes: dict[str, float], problem: str) -> None:
    care = Care(1, 1, 1, 0.5)
    for changed in (care.changed, partial(capacity.balance, care)):
        with pytest.raises(ParameterError, match=problem):
            changed(**{"home_share": 0.5, **changes})
    with pytest.raises(ParameterError, match="occupancy"):
        Care(1, 1, 1, 0.5, occupancy=1.5)


def test_printed_totals_are_held_against_their_parts() -> None:
    totals = utrecht.totals(TABLES)
    assert totals.loc[~totals["holds"], ["printed_sum", "found"]].to_numpy().tolist() == [["shares_2040", 99]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_factor_is_listed_with_what_it_is_about(language: Language) -> None:
    factors = utrecht.factors(data.utrecht(language), language)
    assert len(factors) == 99
    assert factors.notna().all(axis=None)
