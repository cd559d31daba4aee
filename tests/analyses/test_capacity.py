from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivvu_analysis.analyses import capacity, utrecht

PROGRAMME = utrecht.read()
occupancies = st.floats(0.2, 1)


def test_shares_that_follow_are_the_printed_ones_to_rounding() -> None:
    shares = capacity.delivery_shares(PROGRAMME, "en").set_index(["care_moment", "form"])["estimate"]
    printed, expected = (shares[name] for name in ("2040, as printed", "2040, as it would follow"))
    assert (printed - expected).abs().max() <= 0.005
    assert expected.sum() == pytest.approx(1)


def test_growth_behind_the_shares_holds_the_growth_of_the_agenda() -> None:
    growth = capacity.implied_growth(PROGRAMME)
    assert growth["conf_low"] < 0.78 < growth["conf_high"]
    assert growth["estimate"] == pytest.approx(57 / 32 - 1)


def test_ranges_of_the_two_figures_meet() -> None:
    gaps = capacity.gaps(PROGRAMME, "en")
    assert gaps["estimate"].tolist() == [11000, 10500]
    assert capacity.common_range(gaps) == (10500, 10750)


def test_ranges_apart_have_nothing_in_common() -> None:
    low, high = capacity.common_range(pd.DataFrame({"conf_low": [0, 5], "conf_high": [3, 8]}))
    assert low > high


def test_parts_make_the_shortage() -> None:
    parts = capacity.gap_parts(PROGRAMME, "nl")
    assert parts["places"].sum() == pytest.approx(10500)
    assert parts["gap_part"].iloc[-1] == "Onopgelost"


@settings(max_examples=30)
@given(occupancies)
def test_no_places_are_short_at_the_share_that_fits(occupancy: float) -> None:
    scenarios = capacity.scenarios(PROGRAMME, occupancy, "en").set_index("scenario_quantity")
    assert scenarios.loc["Places short", "fits"] == 0
    assert scenarios.loc["Places short", "as_published"] == 0
    assert scenarios.loc["Places short", "same_share"] > 0
    clients = scenarios.loc["Clients in need of care"]
    assert clients["same_share"] == clients["fits"] > clients["as_published"]


@settings(max_examples=30)
@given(occupancies)
def test_places_short_fall_with_the_share_at_home_and_vanish_where_it_fits(occupancy: float) -> None:
    line = capacity.places_short(PROGRAMME, occupancy)
    assert line["estimate"].is_monotonic_decreasing
    fits = capacity.fitting_home_share(PROGRAMME, occupancy)
    assert (line.loc[line["home_share"] < fits, "estimate"] > 0).all()
    assert (line.loc[line["home_share"] > fits, "estimate"] < 0).all()


def test_the_share_at_home_of_the_members() -> None:
    assert capacity.home_share(PROGRAMME, 1.0) == pytest.approx(2987 / 11911)
