from __future__ import annotations

from dataclasses import replace

import pytest

from ivvu_analysis.analyses import ambitions, utrecht
from ivvu_analysis.programme import Programme


@pytest.fixture(scope="module")
def programme() -> Programme:
    return utrecht.read()


def test_every_ambition_stands_in_one_of_the_two_tables(programme: Programme) -> None:
    changes = ambitions.changes_asked(programme, "en")
    levels = ambitions.levels_asked(programme, "en")
    told = [*changes["ambition_text"], *levels["ambition_text"]]
    assert sorted(told) == sorted(programme.ambitions["label_en"])


def test_a_change_needs_the_same_rate_every_year(programme: Programme) -> None:
    changes = ambitions.changes_asked(programme, "en").dropna(subset="estimate")
    years = changes["target_year"].astype(int) - 2024
    assert ((1 + changes["estimate"]) ** years).tolist() == pytest.approx(
        (1 + changes["target_change"]).tolist()
    )


def test_a_near_measure_says_what_and_when_it_counts(programme: Programme) -> None:
    changes = ambitions.changes_asked(programme, "en").set_index("ambition_text")
    home = changes.loc["More residents receive Wlz care at home"]
    assert home["baseline"] == "Only a near measure published (clients, 2021)"
    assert home["current_value"] == 2987
    lacking = changes.drop("More residents receive Wlz care at home")
    assert (lacking["baseline"] == "No baseline published").all()
    assert lacking["current_value"].isna().all()


def test_steps_a_year_reach_the_level(programme: Programme) -> None:
    levels = ambitions.levels_asked(programme, "nl").dropna(subset="estimate")
    years = levels["target_year"].astype(int) - 2024
    reached = levels["current_value"] + years * levels["estimate"]
    assert reached.tolist() == pytest.approx(levels["target_value"].tolist())


def test_origin_names_the_document_of_the_starting_values(programme: Programme) -> None:
    assert list(ambitions.origin_of_ambitions(programme)) == ["mta_utrecht_2024", "ivvu_annual_report_2022"]


def test_ambitions_without_baseline_are_counted(programme: Programme) -> None:
    assert ambitions.without_baseline(programme) == (6, 8)
    known = programme.ambitions.assign(baseline="published")
    assert ambitions.without_baseline(replace(programme, ambitions=known)) == (0, 8)


def test_path_lies_between_equal_rate_and_equal_steps(programme: Programme) -> None:
    path = ambitions.path_to_2030(programme, "en").set_index("form")
    home = path.loc["All forms at home"]
    assert home["ambition_2030"] < home["compound"] < home["linear"] < home["change_2040"]
    assert home["change_2040"] == pytest.approx(78 / 43)


def test_time_before_and_after_the_cut_is_all_time(programme: Programme) -> None:
    time = ambitions.time_use(programme, "en")
    assert time[["time_before", "time_after"]].sum().tolist() == pytest.approx([1, 1])
    assert time["time_before"].tolist() == pytest.approx([0.4, 0.6])


def test_the_gain_is_the_agendas_where_administration_takes_what_it_implies(programme: Programme) -> None:
    gains = ambitions.gain_by_administration(programme)
    _, claimed = ambitions.cut_and_gain(programme)
    implied = ambitions.time_use(programme, "en")["time_before"].iloc[0]
    at = gains[(gains["administration"] - implied).abs() < 1e-9]
    assert at["estimate"].tolist() == pytest.approx([claimed])
    assert gains["estimate"].is_monotonic_increasing


def test_more_clients_in_the_same_beds_stay_shorter(programme: Programme) -> None:
    assert ambitions.stay_for_ambition(programme) == pytest.approx(1 / 1.1 - 1)
