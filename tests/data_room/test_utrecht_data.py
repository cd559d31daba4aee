"""The tables of the Utrecht programme hold together and can be shown in both languages."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pandas as pd
import pytest

from ivvu_analysis.codebook import scale
from ivvu_analysis.data import published, read, utrecht
from ivvu_analysis.errors import DataError
from ivvu_analysis.questions.utrecht import factors, number

CODED = {
    "projects": {"action_line": "action_line", "completion": "completion"},
    "project_counts": {"action_line": "action_line"},
    "project_results": {"kind": "result_kind", "qualifier": "qualifier"},
    "factors": {
        "kind": "factor_kind",
        "category": "factor_category",
        "reach": "reach",
        "reported_as": "reported_as",
    },
    "key_figures": {"group": "figure_group", "unit": "unit", "qualifier": "qualifier"},
    "ambitions": {
        "kind": "ambition_kind",
        "basis": "ambition_basis",
        "baseline": "baseline",
        "unit": "unit",
        "current_unit": "unit",
    },
    "delivery_forms": {"form": "care_form"},
    "demand_growth": {"area": "area", "unit": "unit", "qualifier": "qualifier"},
    "gap": {"measure": "gap_measure", "qualifier": "qualifier"},
    "ibs": {"measure": "ibs_measure"},
    "innovation_network": {
        "phase": "innovation_phase",
        "kind": "activity_kind",
        "assignment": "assignment",
    },
    "source_notes": {"kind": "note_kind"},
}


@pytest.fixture(scope="module")
def programme() -> SimpleNamespace:
    return SimpleNamespace(**utrecht())


@pytest.fixture(scope="module")
def exchange() -> pd.DataFrame:
    return read(names=("knowledge_exchange",))["knowledge_exchange"]


def tables(programme: SimpleNamespace) -> dict[str, pd.DataFrame]:
    return vars(programme)


def test_printed_totals_hold_except_the_shares_of_2040(programme: SimpleNamespace) -> None:
    counts, shares = programme.project_counts.set_index("theme")["projects"], programme.delivery_forms
    assert counts["all"] == counts.drop("all").sum() == 54
    assert number(programme.key_figures, {"figure": "members"}, "value") == len(programme.members) == 30
    assert programme.gap_split["share"].sum() == 100
    assert shares.groupby("year")["share"].sum().to_dict() == {2024: 100, 2040: 99}


def test_admissions_add_up_to_the_declarations(programme: SimpleNamespace) -> None:
    numbers = programme.ibs.set_index(["measure", "source"])["number"]
    assert numbers["admissions"].sum() == numbers["declarations"]["all"] == 110


def test_organisations_with_ibs_beds_are_members(programme: SimpleNamespace) -> None:
    keep_beds = programme.ibs.loc[programme.ibs["ibs_beds"] == "true", "source"]
    assert len(keep_beds) == 3
    assert set(keep_beds) <= set(programme.members["member"])


def test_two_members_joined_in_2022(programme: SimpleNamespace) -> None:
    assert sorted(programme.members["joined"].replace("", pd.NA).dropna()) == ["2022-01-01", "2022-11-01"]
    assert programme.members["member"].is_unique
    assert programme.members["name"].is_unique


def test_near_measures_are_the_key_figures_they_are_said_to_be(programme: SimpleNamespace) -> None:
    def figure(name: str) -> float:
        return number(programme.key_figures, {"figure": name}, "value")

    current = programme.ambitions.set_index("ambition")["current_value"]
    assert current["wlz_at_home"] == figure("vpt_clients") + figure("mpt_clients")
    assert current["residential_capacity"] == figure("wlz_beds")
    assert current["staff_capacity"] == figure("staff")


def test_intended_shares_are_those_of_the_delivery_forms(programme: SimpleNamespace) -> None:
    shares = programme.delivery_forms.set_index(["year", "form"])["share"]
    ambitions = programme.ambitions.set_index("ambition")
    assert ambitions.loc["residential_share", ["current_value", "target"]].tolist() == [
        shares[2024, "residential"],
        shares[2040, "residential"],
    ]
    assert ambitions.loc["mpt_vpt_share", ["current_value", "target"]].tolist() == [
        shares[2024, "mpt"] + shares[2024, "vpt"],
        shares[2040, "mpt_vpt"],
    ]
    assert ambitions.loc["pgb_share", ["current_value", "target"]].tolist() == [
        shares[2024, "pgb"],
        shares[2040, "pgb"],
    ]


def test_a_baseline_is_empty_exactly_where_none_is_published(programme: SimpleNamespace) -> None:
    ambitions = programme.ambitions
    assert (ambitions["current_value"].isna() == (ambitions["baseline"] == "not_published")).all()
    assert (ambitions["target"].isna() == (ambitions["basis"] == "qualitative")).all()
    assert ((ambitions["current_document"] == "") == ambitions["current_value"].isna()).all()


def test_the_agenda_sets_eight_ambitions(programme: SimpleNamespace) -> None:
    years = programme.ambitions.loc[programme.ambitions["kind"] == "ambition", "target_year"]
    assert years.value_counts().to_dict() == {2026: 4, 2030: 4}


def test_milestones_sum_as_counted(programme: SimpleNamespace) -> None:
    of_project = programme.project_results[programme.project_results["project"] == "ambulatory_complex_care"]
    assert of_project.groupby("kind")["value"].sum()[["result", "carried_over"]].tolist() == [17, 6]


def test_projects_with_activities_for_2024_are_not_called_delivered(programme: SimpleNamespace) -> None:
    carried = programme.project_results[
        (programme.project_results["kind"] == "carried_over") & (programme.project_results["value"] > 0)
    ]
    states = programme.projects.set_index("project")["completion"]
    assert set(states[carried["project"].unique()]) == {"carried_over"}


def test_every_phase_has_a_method_something_done_and_something_planned(programme: SimpleNamespace) -> None:
    kinds = programme.innovation_network.groupby("phase")["kind"].agg(set)
    assert set(kinds.index) == set(scale("innovation_phase").codes)
    assert all(found == {"method", "done", "planned"} for found in kinds)


@pytest.mark.parametrize("table", CODED)
def test_codes_are_in_their_lists(programme: SimpleNamespace, table: str) -> None:
    frame = getattr(programme, table)
    for column, scheme in CODED[table].items():
        assert set(frame[column]) - {""} <= set(scale(scheme).codes), (table, column)


def test_factors_are_about_known_subjects(programme: SimpleNamespace) -> None:
    assert factors(vars(programme), "en")["about"].notna().all()


def test_exchange_codes_are_in_their_lists(exchange: pd.DataFrame) -> None:
    assert set(exchange["measure"]) == set(scale("exchange").codes)
    assert set(exchange["series"]) - {""} == set(scale("exchange_series").codes)


def test_the_top_three_is_not_ordered_by_views(exchange: pd.DataFrame) -> None:
    views = exchange[exchange["measure"] == "page_views"].groupby("series", sort=False)["value"].sum()
    assert views.to_dict() == {
        "sustainable_medical_care": 351,
        "team_reflection": 1059,
        "learning_from_brabant": 3311,
    }


def test_labels_exist_in_both_languages(programme: SimpleNamespace, exchange: pd.DataFrame) -> None:
    for name, frame in {**tables(programme), "exchange": exchange}.items():
        for column in [c for c in frame if re.fullmatch(r"label|(label|basis)_(en|nl)", c)]:
            assert (frame[column].str.strip() != "").all(), (name, column)
        if {"metric_en", "metric_nl"} <= set(frame):
            assert ((frame["metric_en"] == "") == (frame["metric_nl"] == "")).all()


def test_sources_are_named_in_every_row(programme: SimpleNamespace, exchange: pd.DataFrame) -> None:
    documents = set(published.describe()["documents"])
    for name, frame in {**tables(programme), "exchange": exchange}.items():
        assert set(frame["document"]) <= documents, name
        assert (frame["section"] != "").all(), name


def test_no_address_or_telephone_number(programme: SimpleNamespace) -> None:
    text = " ".join(frame.to_csv() for frame in tables(programme).values())
    assert not re.search(r"@\w|\b0\d{1,3}[ -]\d{2,3}[ -]\d{2,3}", text)


def test_a_missing_number_is_an_error(programme: SimpleNamespace) -> None:
    with pytest.raises(DataError, match="vpt_client'"):
        number(programme.key_figures, {"figure": "vpt_client"}, "value")
    with pytest.raises(DataError, match="self_reliance"):
        number(programme.project_counts, {"theme": "self_reliance"}, "completed")
