"""Themes, status, participation and the official tables, as the publication has them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from ivvu_analysis import load, models, official, portfolio, profile, quality, ratings
from ivvu_analysis.codebook import Level
from ivvu_analysis.data import Evidence
from ivvu_analysis.errors import ParameterError


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load(wave="2020-10")


def test_themes_add_up_to_the_edition(evidence: Evidence) -> None:
    assert portfolio.size(evidence, "2020-10") == 318
    assert portfolio.themes(evidence, "holder").to_numpy().sum() == 318
    unused = portfolio.themes(evidence, "holder").sum(axis=1) == 0
    assert list(unused.index[unused]) == ["efficient_working"]


def test_themes_are_known_for_one_edition() -> None:
    with pytest.raises(ParameterError, match="not known for wave '2020-03'"):
        portfolio.themes(load(wave="2020-03"), "holder")


def test_strategic_themes_are_those_of_section_4_2(evidence: Evidence) -> None:
    shift = portfolio.shift(evidence).query("definition == 'section_4_2'").set_index("period")
    assert shift.loc["new", "estimate"] == pytest.approx(80 / 113)


@pytest.mark.parametrize(
    ("codes", "subsets", "early"),
    [
        (("2017", "2018-2019", "2020"), {"early": ("2018-2019",)}, ("2017", "2018-2019")),
        (("2023", "2024", "2025"), {}, ("2023",)),
    ],
)
def test_years_up_to_the_early_ones_are_early(
    evidence: Evidence, codes: tuple[str, ...], subsets: dict[str, tuple[str, ...]], early: tuple[str, ...]
) -> None:
    levels = tuple(Level(code) for code in codes)
    start = replace(evidence.codebook.scale("start"), levels=levels, subsets=subsets)
    book = replace(evidence.codebook, scales={**evidence.codebook.scales, "start": start})
    other = replace(evidence, codebook=book)
    assert portfolio.new_and_early(other) == (codes[len(early) :], early)
    projects = pd.DataFrame({"theme": "technology", "start": codes, "participation": "4-6"})
    assert models.covariates(other, projects)["new"].tolist() == [
        "no" if c in early else "yes" for c in codes
    ]


def test_without_definitions_themes_shift_alone(evidence: Evidence) -> None:
    theme = replace(evidence.codebook.scale("theme"), subsets={})
    book = replace(evidence.codebook, scales={**evidence.codebook.scales, "theme": theme})
    assert portfolio.shift(replace(evidence, codebook=book)).empty
    assert len(portfolio.shift(replace(evidence, codebook=book), by="theme"))


def test_success_is_over_completed_or_over_all_that_ended(evidence: Evidence) -> None:
    statuses = evidence.codebook.scale("status")
    completed, ended = (
        ratings.share(evidence, "status", ["completed_successful"], of=statuses.subset(name)).loc["2020-10"]
        for name in ("reached", "ended")
    )
    assert (completed["projects"], ended["projects"]) == (31, 31)
    assert ended["n"] > completed["n"] - 1
    assert ended["estimate"] == pytest.approx(31 / 44, abs=1e-12)


def test_official_tables_have_totals_and_the_change(evidence: Evidence) -> None:
    vision = official.table(evidence, "vision")
    assert vision["change"].tolist()[:-1] == (vision["2020-10"] - vision["2020-03"]).tolist()[:-1]
    assert vision.iloc[-1]["2020-10"] == 34
    assert official.by_start(evidence).set_index("theme").loc[official.TOTAL, "new"] == pytest.approx(
        portfolio.themes(evidence, "start")[["2020", "2021"]].to_numpy().sum()
    )
    assert official.gaps(evidence).iloc[0][["measure", "missing"]].tolist() == ["participation", 20]
    assert len(official.regions(evidence)) == 34


def test_shifts_stand_from_large_to_small(evidence: Evidence) -> None:
    shifts = official.shifts(evidence)
    assert shifts["estimate"].abs().is_monotonic_decreasing
    assert official.shifts(load(wave="2019-03")).empty


def test_a_profile_counts_the_other_regions(evidence: Evidence) -> None:
    standing = profile.standing(evidence, "twente")
    assert (standing[["below", "same", "above"]].sum(axis=1) == 33).all()
    others = profile.others(evidence, "twente")
    assert "twente" not in set(others["region"])
    near = others.query("apart == 1 and phase != own")
    assert near["region"].is_unique
    assert not set(near["region"]) & set(others.query("apart == 0")["region"])


def test_a_region_without_phases_has_no_standing(evidence: Evidence) -> None:
    known = evidence.region_phases.query("region != 'twente'")
    with pytest.raises(ParameterError, match="The phases of 'twente' are not known for wave '2020-10'"):
        profile.standing(replace(evidence, region_phases=known), "twente")


def test_a_wave_without_themes_has_none_to_compare(evidence: Evidence) -> None:
    unknown = replace(evidence, theme_by_holder=evidence.theme_by_holder.iloc[:0])
    assert profile.themes(unknown, "cz").empty


def test_without_a_register_there_is_nothing_to_judge_but_the_tables(evidence: Evidence) -> None:
    assert quality.answers(evidence).empty
    assert quality.completeness(evidence).empty
    assert quality.findings(evidence).empty
    assert quality.checks(evidence).loc[0, ["table", "kept"]].tolist() == ["tables 4 and 5", 0]
