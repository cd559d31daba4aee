"""The identities of the Utrecht programme, on the published tables and on any numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis import programme as utrecht
from ivvu_analysis import published
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.programme import CareSystem, Programme, Scenario

shares_of_one = st.floats(0, 1)
changes = st.floats(-0.9, 3)
systems = st.builds(
    CareSystem,
    beds=st.floats(1, 1e5),
    occupancy=st.floats(0.05, 1),
    stay_years=st.floats(0.05, 10),
    home_clients=st.floats(0, 1e5),
    staff=st.floats(1, 1e5),
)
scenarios = st.builds(
    Scenario,
    home_share=shares_of_one,
    demand_growth=changes,
    beds_change=changes,
    stay_change=changes,
    staff_change=changes,
)


@pytest.fixture(scope="module")
def programme() -> Programme:
    return utrecht.read_programme(published.folder())


def end(system: CareSystem, scenario: Scenario) -> pd.Series:
    return utrecht.project(system, scenario).set_index("quantity")["end"]


class TestProjects:
    def test_completion_of_a_line_and_bounds_of_its_themes(self, programme: Programme) -> None:
        found = utrecht.completion_counts(programme).set_index(["action_line", "theme"])
        columns = ["completed", "projects", "completed_low", "completed_high"]
        assert found.loc[("line_3", "all"), columns].tolist() == [11, 54, 11, 11]
        assert found.loc[("line_1", "all"), columns].tolist() == [3, 4, 3, 3]
        assert np.isnan(found.loc[("line_3", "self_reliance"), "completed"])
        assert found.loc[("line_3", "self_reliance"), columns[2:]].tolist() == [0, 9]

    def test_bounds_reach_the_total_when_nearly_all_are_completed(self, programme: Programme) -> None:
        counts = programme.project_counts
        nearly = counts.assign(completed=counts["completed"].replace(11, 50))
        found = utrecht.completion_counts(replace(programme, project_counts=nearly))
        themes = found[(found["action_line"] == "line_3") & (found["theme"] != "all")]
        assert themes["completed_low"].tolist() == [9, 8, 16, 5]
        assert themes["completed_high"].tolist() == [13, 12, 20, 9]

    def test_every_mention_is_counted_once_and_zeros_are_rows(self, programme: Programme) -> None:
        found = utrecht.factor_counts(programme)
        subjects = programme.factors["subject"].nunique()
        assert found["mentions"].sum() == len(programme.factors)
        assert len(found) == subjects * 3 * 10
        assert (found["mentions"] >= found["named"]).all()

    def test_no_obstacle_of_informal_care_is_called_so(self, programme: Programme) -> None:
        found = utrecht.factor_counts(programme).groupby(["subject", "kind"])[["mentions", "named"]].sum()
        assert found.loc[("informal_care", "obstacle")].tolist() == [1, 0]
        assert found.loc[("self_reliance", "success_factor")].tolist() == [9, 9]

    def test_results_not_listed_stay_unknown(self, programme: Programme) -> None:
        found = utrecht.results_by_project(programme).set_index("project")
        assert len(found) == len(programme.projects)
        assert found.loc["ambulatory_complex_care", ["result", "carried_over"]].tolist() == [17, 6]
        assert np.isnan(found.loc["d_zep", "result"])

    def test_ibs_shares_add_up(self, programme: Programme) -> None:
        found = utrecht.ibs_shares(programme)
        assert found.groupby("measure")["share"].sum().tolist() == pytest.approx([1, 1])
        assert found.set_index("source").loc["careyn", ["number", "total"]].tolist() == [59, 110]


class TestAmbitions:
    def test_yearly_change_by_hand(self, programme: Programme) -> None:
        found = utrecht.required_change(programme.ambitions).set_index("ambition")
        assert found.loc["wlz_at_home", "percent_a_year"] == pytest.approx(2.3567, abs=1e-4)
        assert found.loc["wlz_at_home", "units_a_year"] == pytest.approx(2987 * 0.15 / 6)
        assert found.loc["administrative_burden", "percent_a_year"] == pytest.approx(-5.7713, abs=1e-4)
        assert found.loc["proven_innovations", "units_a_year"] == 1.5
        assert found.loc["residential_share", "units_a_year"] == pytest.approx(-25 / 16)

    def test_no_baseline_means_no_units(self, programme: Programme) -> None:
        found = utrecht.required_change(programme.ambitions)
        assert found.loc[found["baseline"] == "not_published", "units_a_year"].isna().all()
        assert found.loc[found["basis"] == "qualitative", "percent_a_year"].isna().all()

    @given(target=st.floats(-90, 300), years=st.integers(1, 40))
    def test_the_yearly_rate_compounds_to_the_target(self, target: float, years: int) -> None:
        one = pd.DataFrame(
            {
                **dict.fromkeys(utrecht.ambitions.REQUIRED_COLUMNS[:6], "a"),
                "basis": "relative",
                "unit": "percent",
                "target": target,
                "target_year": 2024 + years,
                "baseline": "published",
                "current_value": 200.0,
                "current_unit": "clients",
                "current_date": "2024",
                "current_document": "a",
            },
            index=[0],
        )
        found = utrecht.required_change(one, 2024).iloc[0]
        assert 100 * (1 + found["percent_a_year"] / 100) ** years == pytest.approx(100 + target)
        assert 200 + years * found["units_a_year"] == pytest.approx(found["target_value"])
        assert found["target_value"] == pytest.approx(200 * (1 + target / 100))

    def test_a_start_after_the_target_is_refused(self, programme: Programme) -> None:
        with pytest.raises(ParameterError, match="before 2026"):
            utrecht.required_change(programme.ambitions, 2026)

    def test_the_burden_implies_two_fifths_of_the_time(self, programme: Programme) -> None:
        found = utrecht.implied_time(programme).set_index("activity")
        assert found["before"].tolist() == pytest.approx([40, 60, 0])
        assert found["after"].tolist() == pytest.approx([28, 72, 0])

    def test_less_kept_for_care_implies_more_administration(self, programme: Programme) -> None:
        found = utrecht.implied_time(programme, kept_for_care=0.5).set_index("activity")
        assert found.loc["administration", "before"] == pytest.approx(100 * 0.2 / 0.35)
        assert found["after"].sum() == pytest.approx(100)
        assert found.loc["care", "after"] / found.loc["care", "before"] == pytest.approx(1.2)

    @given(reduction=st.floats(0.01, 1), gain=st.floats(0, 5), kept=st.floats(0.01, 1))
    def test_gain_and_share_are_each_others_inverse(self, reduction: float, gain: float, kept: float) -> None:
        share = utrecht.administration_share(reduction, gain, kept)
        assert 0 <= share < 1
        assert utrecht.care_gain(reduction, share, kept) == pytest.approx(gain, abs=1e-9)

    def test_impossible_times_are_refused(self) -> None:
        with pytest.raises(ParameterError, match="No split of time"):
            utrecht.administration_share(0, 0.2)
        with pytest.raises(ParameterError, match="share of 1"):
            utrecht.care_gain(0.3, 1)


class TestDelivery:
    def test_published_shares_follow_from_growth_and_constant_capacity(self, programme: Programme) -> None:
        found = utrecht.constant_capacity_shares(
            utrecht.printed_shares(programme), utrecht.published_growth(programme)
        ).set_index("form")
        assert found["reproduces"].all()
        assert found["expected"].tolist() == pytest.approx([57 / 1.78, 113 / 1.78, 8 / 1.78])
        assert found["expected"].round().tolist() == [32, 63, 4]
        assert found["clients"].sum() == pytest.approx(178)

    def test_another_growth_does_not_give_the_published_shares(self, programme: Programme) -> None:
        found = utrecht.constant_capacity_shares(utrecht.printed_shares(programme), 1.0)
        assert not found["reproduces"].all()

    @given(
        residential=st.floats(1, 98),
        budget=st.floats(0, 1),
        growth=st.floats(0, 5),
    )
    def test_all_growth_goes_to_the_packages(self, residential: float, budget: float, growth: float) -> None:
        pgb = budget * (100 - residential) / 2
        start = [residential, 100 - residential - pgb, pgb]
        shares = pd.DataFrame({"form": ["residential", "mpt_vpt", "pgb"], "start": start, "end": start})
        found = utrecht.constant_capacity_shares(shares, growth).set_index("form")
        grown = found["clients"] - found["start"]
        assert grown["residential"] == grown["pgb"] == 0
        assert grown["mpt_vpt"] == pytest.approx(100 * growth, abs=1e-9)
        assert found["expected"].sum() == pytest.approx(100)

    def test_a_shrinking_demand_below_the_constant_forms_is_refused(self, programme: Programme) -> None:
        with pytest.raises(ParameterError, match="higher growth"):
            utrecht.constant_capacity_shares(utrecht.printed_shares(programme), -0.5)

    def test_rounded_shares_leave_a_range_of_growth_with_the_published_one(
        self, programme: Programme
    ) -> None:
        found = utrecht.growth_behind_shares(utrecht.printed_shares(programme)).set_index("form")
        assert found.loc["residential", "growth"] == pytest.approx(78.125)
        assert (found["growth_low"] < 78).all()
        assert (found["growth_high"] > 78).all()

    def test_2030_ambitions_against_the_path(self, programme: Programme) -> None:
        found = utrecht.ambitions_on_the_path(programme).set_index("form")
        assert found.loc["home", "change_2040"] == pytest.approx(100 * 78 / 43)
        assert found.loc["home", "linear"] == pytest.approx(100 * 78 / 43 * 6 / 16)
        assert found.loc["home", "compound"] == pytest.approx(100 * ((121 / 43) ** (6 / 16) - 1))
        assert found.loc["home", "ambition"] < found.loc["home", "compound"]
        assert found.loc["residential", ["change_2040", "linear", "compound"]].tolist() == [0, 0, 0]

    def test_the_two_increases_start_from_other_groups(self, programme: Programme) -> None:
        base = utrecht.demand_bases(programme).set_index("statement")["base"]
        assert base["older_people_in_care"] == pytest.approx(27000 / 0.78)
        assert base["older_people_in_care"] > 2 * base["heavy_care_places"]

    def test_parts_of_the_gap_add_up_to_it(self, programme: Programme) -> None:
        found = utrecht.split_gap(programme)
        sums = found.groupby("gap")["places"].sum()
        assert sums.to_dict() == {"annual_report": 10500, "newsletter": 11000}
        of_report = found[found["gap"] == "annual_report"].set_index("part")["places"]
        assert of_report.tolist() == [5250, 630, 4620]

    def test_the_two_gaps_could_be_one_figure_before_rounding(self, programme: Programme) -> None:
        found = utrecht.compare_gaps(programme)
        assert found["excess"].tolist() == [500, 0]
        assert found["places_low"].max() < found["places_high"].min()


class TestScenarios:
    @given(system=systems, scenario=scenarios)
    def test_identities_hold_in_any_scenario(self, system: CareSystem, scenario: Scenario) -> None:
        for column in ("start", "end"):
            q = utrecht.project(system, scenario).set_index("quantity")[column]
            assert q["places"] * system.occupancy == pytest.approx(q["residential_capacity"])
            assert q["home_clients"] + q["residential_demand"] == pytest.approx(q["demand"])
            assert q["places_needed"] * system.occupancy == pytest.approx(q["residential_demand"])
            assert q["places_short"] == pytest.approx(q["places_needed"] - q["places"])
            assert q["clients_per_staff"] * q["staff"] == pytest.approx(q["demand"])

    @given(system=systems, scenario=scenarios)
    def test_stay_times_admissions_are_the_clients_present(
        self, system: CareSystem, scenario: Scenario
    ) -> None:
        q = end(system, scenario)
        stay = system.stay_years * (1 + scenario.stay_change)
        assert q["admissions"] * stay == pytest.approx(q["residential_capacity"])

    @given(system=systems, growth=st.floats(0, 3))
    def test_with_constant_capacity_all_growth_goes_home(self, system: CareSystem, growth: float) -> None:
        grown = Scenario(home_share=0, demand_growth=growth)
        q = end(system, replace(grown, home_share=utrecht.home_share_that_fits(system, grown)))
        assert q["places_short"] == pytest.approx(0, abs=1e-6 * system.beds)
        assert q["home_clients"] - system.home_clients == pytest.approx(
            system.clients * growth, rel=1e-6, abs=1e-6 * system.clients
        )

    @given(system=systems)
    def test_nothing_changes_when_nothing_changes(self, system: CareSystem) -> None:
        found = utrecht.project(system, Scenario(home_share=system.home_share))
        assert found["change"].tolist() == pytest.approx([0] * len(found), abs=1e-6)

    @given(system=systems, growth=st.floats(-0.5, 2))
    def test_a_shorter_stay_lets_more_people_use_the_same_places(
        self, system: CareSystem, growth: float
    ) -> None:
        scenario = Scenario(home_share=system.home_share, stay_change=utrecht.stay_change_for(growth))
        q = utrecht.project(system, scenario).set_index("quantity")
        assert q.loc["admissions", "end"] == pytest.approx((1 + growth) * q.loc["admissions", "start"])
        assert q.loc["residential_capacity", "change"] == 0

    def test_ten_percent_more_clients_need_a_stay_one_eleventh_shorter(self) -> None:
        assert utrecht.stay_change_for(0.1) == pytest.approx(-1 / 11)
        with pytest.raises(ParameterError, match="above -1"):
            utrecht.stay_change_for(-1)

    def test_the_published_shift_needs_the_published_share_at_home(self, programme: Programme) -> None:
        system = CareSystem(beds=57, occupancy=1, stay_years=2, home_clients=43, staff=100)
        scenario = Scenario(home_share=0, demand_growth=utrecht.published_growth(programme))
        assert round(100 * utrecht.home_share_that_fits(system, scenario)) == 100 - 32

    def test_places_left_over_are_negative_and_home_share_stops_at_zero(self) -> None:
        system = CareSystem(beds=100, occupancy=0.9, stay_years=2, home_clients=10, staff=50)
        assert end(system, Scenario(home_share=1))["places_short"] == -100
        assert utrecht.home_share_that_fits(system, Scenario(home_share=0, beds_change=1)) == 0

    def test_staff_needed_keeps_the_ratio_of_today(self) -> None:
        system = CareSystem(beds=90, occupancy=1, stay_years=2, home_clients=10, staff=50)
        found = utrecht.project(system, Scenario(home_share=0.5, demand_growth=1, staff_change=0.2))
        ends = found.set_index("quantity")["end"]
        assert ends[["staff", "staff_needed"]].tolist() == pytest.approx([60, 100])

    def test_every_quantity_has_a_label(self, programme: Programme) -> None:
        system = utrecht.published_system(programme, occupancy=0.95, stay_years=2)
        assert (system.beds, system.home_clients, system.staff) == (8924, 1033 + 1954, 24725)
        found = utrecht.project(system, Scenario(home_share=0.5))
        assert found["quantity"].tolist() == list(utrecht.labels(programme, "scenario_quantity", "nl"))
        assert list(utrecht.labels(programme, "time_use", "nl")) == ["administration", "care", "other"]

    def test_sweep_moves_one_lever(self) -> None:
        system = CareSystem(beds=90, occupancy=1, stay_years=2, home_clients=10, staff=50)
        found = utrecht.sweep(system, Scenario(home_share=0.1), "demand_growth", [0, 0.5, 1])
        demand = found[found["quantity"] == "demand"]
        assert demand["value"].tolist() == [0, 0.5, 1]
        assert demand["end"].tolist() == pytest.approx([100, 150, 200])
        assert list(utrecht.sweep(system, Scenario(0.1), "beds_change", [])) == list(found)
        with pytest.raises(ParameterError, match="no lever 'stay'"):
            utrecht.sweep(system, Scenario(home_share=0.1), "stay", [1])

    @pytest.mark.parametrize(
        "wrong", [{"beds": 0}, {"occupancy": 1.1}, {"stay_years": -1}, {"staff": float("nan")}]
    )
    def test_a_system_out_of_range_is_refused(self, wrong: dict[str, float]) -> None:
        right = {"beds": 90, "occupancy": 1, "stay_years": 2, "home_clients": 10, "staff": 50}
        with pytest.raises(ParameterError, match=next(iter(wrong))):
            CareSystem(**{**right, **wrong})

    @pytest.mark.parametrize("wrong", [{"home_share": 1.2}, {"home_share": 0.5, "beds_change": -1}])
    def test_a_scenario_out_of_range_is_refused(self, wrong: dict[str, float]) -> None:
        with pytest.raises(ParameterError, match="cannot be"):
            Scenario(**wrong)
