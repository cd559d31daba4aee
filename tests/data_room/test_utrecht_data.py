"""The tables of the Utrecht programme hold together and can be shown in both languages."""

import re

import pytest

from ivvu_analysis.codebook import scale
from ivvu_analysis.data import describe, read, utrecht
from ivvu_analysis.questions.utrecht import number

CODED = {  # the columns of each table that hold codes, and their scale where that has another name
    "projects": "action_line completion",
    "project_counts": "action_line",
    "project_results": "kind:result_kind qualifier",
    "factors": "kind:factor_kind category:factor_category reach reported_as",
    "key_figures": "group:figure_group unit qualifier",
    "ambitions": "kind:ambition_kind basis:ambition_basis baseline unit current_unit:unit",
    "delivery_forms": "form:care_form",
    "demand_growth": "area unit qualifier",
    "gap": "measure:gap_measure qualifier",
    "ibs": "measure:ibs_measure",
    "innovation_network": "phase:innovation_phase kind:activity_kind assignment",
    "source_notes": "kind:note_kind",
    "exchange": "measure:exchange series:exchange_series",
}


TABLES = {**utrecht(), "exchange": read(names=("knowledge_exchange",))["knowledge_exchange"]}
AMBITIONS = TABLES["ambitions"].set_index("ambition")


@pytest.mark.parametrize("table", CODED)
def test_codes_are_in_their_lists(table: str) -> None:
    for column, _, scheme in (named.partition(":") for named in CODED[table].split()):
        assert set(TABLES[table][column]) - {""} <= set(scale(scheme or column).codes), column


def test_admissions_add_up_to_the_declarations() -> None:
    numbers = TABLES["ibs"].set_index(["measure", "source"])["number"]
    assert numbers["admissions"].sum() == numbers["declarations"]["all"] == 110


def test_members_are_named_once_and_keep_the_beds() -> None:
    members, beds = TABLES["members"], TABLES["ibs"].query("ibs_beds == 'true'")["source"]
    assert sorted(filter(None, members["joined"])) == ["2022-01-01", "2022-11-01"]
    assert members["name"].is_unique
    assert len(beds) == 3
    assert set(beds) <= set(members["member"])


def test_near_measures_are_the_key_figures_they_are_said_to_be() -> None:
    figures = {
        "wlz_at_home": ("vpt_clients", "mpt_clients"),
        "residential_capacity": ("wlz_beds",),
        "staff_capacity": ("staff",),
    }
    for ambition, parts in figures.items():
        known = sum(number(TABLES["key_figures"], {"figure": name}, "value") for name in parts)
        assert AMBITIONS.loc[ambition, "current_value"] == known, ambition


def test_intended_shares_are_those_of_the_delivery_forms() -> None:
    shares = TABLES["delivery_forms"].set_index(["year", "form"])["share"]
    forms = {
        "residential_share": (["residential"], "residential"),
        "mpt_vpt_share": (["mpt", "vpt"], "mpt_vpt"),
        "pgb_share": (["pgb"], "pgb"),
    }
    for ambition, (now, later) in forms.items():
        known = [shares[2024][now].sum(), shares[2040, later]]
        assert AMBITIONS.loc[ambition, ["current_value", "target"]].tolist() == known, ambition


def test_a_baseline_is_empty_exactly_where_none_is_published() -> None:
    assert (AMBITIONS["current_value"].isna() == (AMBITIONS["baseline"] == "not_published")).all()
    assert (AMBITIONS["target"].isna() == (AMBITIONS["basis"] == "qualitative")).all()
    assert ((AMBITIONS["current_document"] == "") == AMBITIONS["current_value"].isna()).all()
    assert ((AMBITIONS["metric_en"] == "") == (AMBITIONS["metric_nl"] == "")).all()


def test_the_agenda_sets_eight_ambitions() -> None:
    years = AMBITIONS.query("kind == 'ambition'")["target_year"]
    assert years.value_counts().to_dict() == {2026: 4, 2030: 4}


def test_what_is_carried_over_to_2024_is_not_called_delivered() -> None:
    results = TABLES["project_results"]
    one = results.query("project == 'ambulatory_complex_care'").groupby("kind")["value"].sum()
    assert one[["result", "carried_over"]].tolist() == [17, 6]
    carried = results.query("kind == 'carried_over' and value > 0")["project"].unique()
    assert set(TABLES["projects"].set_index("project").loc[carried, "completion"]) == {"carried_over"}


def test_every_phase_has_a_method_something_done_and_something_planned() -> None:
    kinds = TABLES["innovation_network"].groupby("phase")["kind"].agg(set)
    assert set(kinds.index) == set(scale("innovation_phase").codes)
    assert all(found == {"method", "done", "planned"} for found in kinds)


def test_the_top_three_is_not_ordered_by_views() -> None:
    views = TABLES["exchange"].query("measure == 'page_views'").groupby("series", sort=False)["value"].sum()
    three = ("sustainable_medical_care", "team_reflection", "learning_from_brabant")
    assert views.to_dict() == dict(zip(three, (351, 1059, 3311), strict=True))


def test_every_row_names_its_document_and_nobody() -> None:
    for name, frame in TABLES.items():
        assert set(frame["document"]) <= set(describe()["documents"]), name
        assert not re.search(r"@\w|\b0\d{1,3}[ -]\d{2,3}[ -]\d{2,3}", frame.to_csv()), name
