from __future__ import annotations

from dataclasses import replace

import pytest

from ivvu_analysis import programme
from ivvu_analysis import published as tables_of
from ivvu_analysis.codebook import DIMENSIONS, MEASURES, Language
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.report.explorer import overview_page, scenario_pages
from ivvu_analysis.report.explorer.desk import Desk
from ivvu_analysis.report.explorer.scenarios import CareScenario, PhaseScenario
from ivvu_analysis.report.explorer.selection import Selection


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("subject", [*DIMENSIONS, *MEASURES])
def test_every_subject_and_wave_can_be_shown(
    desk: Desk, published: Evidence, subject: str, language: Language
) -> None:
    spoken = replace(desk, language=language)
    for wave in published.waves(subject):
        selection = Selection(subject, wave, holder="cz")
        assert overview_page.distribution(spoken, published, selection).count("<svg") == 1
        assert overview_page.intervals(spoken, published, selection).count("<svg") == 1
        assert "<table" in overview_page.numbers(spoken, published, selection)
        assert overview_page.heading(spoken, published, selection)


def test_chosen_regions_are_marked_on_the_map(desk: Desk, published: Evidence) -> None:
    shown = overview_page.region_map(desk, published, Selection("vision", "2020-10", regions=("twente",)))
    assert shown.count("◆ Twente") == 1
    assert "◆ marks Twente." in shown
    assert "◆" not in overview_page.region_map(desk, published, Selection("vision", "2020-10"))


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        (Selection("vision", "2020-03"), "known for October 2020"),
        (Selection("impact", "2020-10"), "were not published"),
    ],
)
def test_a_map_that_cannot_be_drawn_says_why(
    desk: Desk, published: Evidence, selection: Selection, reason: str
) -> None:
    shown = overview_page.region_map(desk, published, selection)
    assert reason in shown
    assert "<svg" not in shown


def test_a_register_is_named_as_the_source(desk: Desk, registered: Evidence) -> None:
    shown = overview_page.region_map(desk, registered, Selection("impact", "2020-10"))
    assert "five.csv" in shown


def test_reconstructed_evidence_carries_its_warning(desk: Desk, registered: Evidence) -> None:
    invented = replace(registered, origin="reconstructed")
    assert "no row describes a real project" in overview_page.heading(
        desk, invented, Selection("impact", "2020-10")
    )


def test_a_scenario_stands_beside_what_goes_on_as_before(desk: Desk, published: Evidence) -> None:
    alone = scenario_pages.phase_outlook(desk, published, PhaseScenario())
    assert "Going on as before" in alone
    assert "In this scenario" not in alone
    both = scenario_pages.phase_outlook(desk, published, PhaseScenario(speed=0.5, stalling=0.1))
    assert "0.50 times the speed, 10% stalling" in both


def test_counts_that_cannot_be_continued_are_said_to_be_so(desk: Desk, published: Evidence) -> None:
    shown = scenario_pages.phase_outlook(desk, published.until("2019-03"), PhaseScenario())
    assert "cannot be continued" in shown


@pytest.mark.parametrize(
    ("care", "said"),
    [
        (CareScenario(0.25, 0.78), "places are short"),
        (CareScenario(0.9, 0.0), "places are left over"),
        (CareScenario(2987 / 11911, 0.0), "just enough"),
        (CareScenario(0.25, 0.0, stay_change=-0.2), "+25% admissions"),
    ],
)
def test_capacity_says_what_a_scenario_comes_to(desk: Desk, care: CareScenario, said: str) -> None:
    tables = programme.read_programme(tables_of.folder())
    shown = scenario_pages.capacity(desk, tables, care)
    assert said in shown
    assert "<svg" in shown
