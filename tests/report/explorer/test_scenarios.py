from __future__ import annotations

import pytest

from ivvu_analysis import programme
from ivvu_analysis import published as tables_of
from ivvu_analysis.analyses import capacity
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.programme import Programme
from ivvu_analysis.report.explorer import scenarios
from ivvu_analysis.report.explorer.scenarios import CareScenario, PhaseScenario


@pytest.fixture
def tables() -> Programme:
    return programme.read_programme(tables_of.folder())


def expected(evidence: Evidence, scenario: PhaseScenario, course: str = "scenario") -> float:
    frame = scenarios.outlook(evidence, scenario, seed=1)
    last = frame.query("course == @course and quantity == 'at_top' and date == @scenario.horizon")
    return float(last["estimate"].iloc[0])


def test_faster_regions_get_further_and_stalling_ones_less_far(published: Evidence) -> None:
    before = expected(published, PhaseScenario("vision"), "as_before")
    assert expected(published, PhaseScenario("vision", speed=2.0)) > before
    assert expected(published, PhaseScenario("vision", stalling=0.3)) < before


def test_nothing_moves_when_all_regions_stall(published: Evidence) -> None:
    now = published.ladders("2020-10")["dynamics"].eq(4).sum()
    assert expected(published, PhaseScenario("dynamics", stalling=1.0)) == now


def test_going_on_as_before_is_one_course(published: Evidence) -> None:
    frame = scenarios.outlook(published, PhaseScenario(), seed=1)
    assert set(frame["course"]) == {"as_before"}
    assert frame["date"].max() == PhaseScenario().horizon


def test_ladders_that_no_upward_model_fits_are_refused(published: Evidence) -> None:
    with pytest.raises(ValueError, match="two waves"):
        scenarios.outlook(published.until("2019-03"), PhaseScenario(), seed=1)


def test_horizons_begin_after_the_last_wave(published: Evidence) -> None:
    assert scenarios.horizons(published, "vision", years=1) == ["2020-12", "2021-06"]


def test_the_start_is_what_the_report_on_utrecht_says(tables: Programme) -> None:
    start = scenarios.published_scenario(tables)
    balance = scenarios.balance(tables, start).set_index("quantity")
    report = capacity.scenarios(tables, 1.0, "en").set_index("scenario_quantity")["same_share"]
    assert round(balance.loc["places_short", "end"]) == report["Places short"]
    fitting = scenarios.fitting_home_share(tables, start)
    assert fitting == pytest.approx(capacity.fitting_home_share(tables, 1.0))


def test_at_the_share_that_fits_no_place_is_short(tables: Programme) -> None:
    start = scenarios.published_scenario(tables)
    fitting = CareScenario(scenarios.fitting_home_share(tables, start), start.demand_growth)
    short = scenarios.balance(tables, fitting).set_index("quantity").loc["places_short", "end"]
    assert short == pytest.approx(0, abs=1e-6)


def test_a_shorter_stay_changes_admissions_and_no_places(tables: Programme) -> None:
    care = CareScenario(0.25, 0.0, stay_change=-0.2)
    balance = scenarios.balance(tables, care).set_index("quantity")
    assert balance.loc["admissions", "share"] == pytest.approx(0.25)
    assert balance.loc["places", "share"] == 0
    assert balance.loc["admissions", ["start", "end"]].isna().all()


def test_fewer_places_are_short_the_more_care_is_given_at_home(tables: Programme) -> None:
    line = scenarios.places_short(tables, scenarios.published_scenario(tables))
    assert line["estimate"].is_monotonic_decreasing
    assert line["home_share"].between(0, 1).all()
