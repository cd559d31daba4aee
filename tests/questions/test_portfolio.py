"""Themes, status and the official tables, as the publication has them, and the regions beside each other."""

from dataclasses import replace

import pandas as pd
import pytest

from ivvu_analysis import load, models, official, portfolio, profile
from ivvu_analysis.codebook import Level
from ivvu_analysis.errors import ParameterError

EVIDENCE = load(wave="2020-10")


def test_themes_are_known_for_one_edition() -> None:
    with pytest.raises(ParameterError, match="not known for wave '2020-03'"):
        portfolio.themes(load(wave="2020-03"), "holder")


@pytest.mark.parametrize(
    ("codes", "subsets", "early"),
    [
        (("2017", "2018-2019", "2020"), {"early": ("2018-2019",)}, ("2017", "2018-2019")),
        (("2023", "2024", "2025"), {}, ("2023",)),
    ],
)
def test_years_up_to_the_early_ones_are_early(
    codes: tuple[str, ...], subsets: dict[str, tuple[str, ...]], early: tuple[str, ...]
) -> None:
    levels = tuple(Level(code) for code in codes)
    start = replace(EVIDENCE.codebook.scale("start"), levels=levels, subsets=subsets)
    book = replace(EVIDENCE.codebook, scales={**EVIDENCE.codebook.scales, "start": start})
    other = replace(EVIDENCE, codebook=book)
    assert portfolio.new_and_early(other) == (codes[len(early) :], early)
    projects = pd.DataFrame({"theme": "technology", "start": codes, "participation": "4-6"})
    new = models.covariates(other, projects)["new"]
    assert new.tolist() == ["no" if code in early else "yes" for code in codes]


def test_without_definitions_themes_shift_alone() -> None:
    theme = replace(EVIDENCE.codebook.scale("theme"), subsets={})
    book = replace(EVIDENCE.codebook, scales={**EVIDENCE.codebook.scales, "theme": theme})
    assert portfolio.shift(replace(EVIDENCE, codebook=book)).empty
    assert len(portfolio.shift(replace(EVIDENCE, codebook=book), by="theme"))


def test_official_tables_have_the_change_and_a_total() -> None:
    vision = official.table(EVIDENCE, "vision")
    assert vision["change"].tolist() == (vision["2020-10"] - vision["2020-03"]).tolist()
    assert vision.iloc[-1]["2020-10"] == vision.iloc[:-1]["2020-10"].sum() == 34


def test_a_number_that_rose_is_not_shown_as_a_fall_of_its_share() -> None:
    """237 of 268 projects ran, then 244 of 318: the share fell, and no project stopped running for it."""
    assert official.shifts(load(wave="2019-03")).empty
    shown = official.one_each(official.shifts(EVIDENCE))
    assert not shown["subject"].duplicated().any()
    assert ((shown["after"] - shown["before"]) * shown["estimate"] > 0).all()
    assert shown.set_index("subject").loc["status", "level"] == "not_started"


def test_a_profile_counts_the_other_regions() -> None:
    standing = profile.standing(EVIDENCE, "twente")
    assert (standing[["below", "same", "above"]].sum(axis=1) == 33).all()
    others = profile.others(EVIDENCE, "twente")
    assert "twente" not in set(others["region"])
    near = others.query("apart == 1 and phase != own")
    assert near["region"].is_unique
    assert not set(near["region"]) & set(others.query("apart == 0")["region"])


def test_the_next_step_of_a_region_is_the_phase_above_its_own() -> None:
    strip = profile.strip(EVIDENCE, "twente", "en").set_index("dimension")
    assert strip.loc["vision", ["phase", "above"]].tolist() == [4, 18]
    assert strip.loc["vision", "next_step"].startswith("5 Strategic choices made: Strategic choices")
    assert pd.isna(strip.loc["agreements", "next_step"])


def test_what_is_not_known_of_a_region_or_wave_is_not_shown() -> None:
    known = EVIDENCE.region_phases.query("region != 'twente'")
    with pytest.raises(ParameterError, match="The phases of 'twente' are not known for wave '2020-10'"):
        profile.standing(replace(EVIDENCE, region_phases=known), "twente")
    unknown = replace(EVIDENCE, theme_by_holder=EVIDENCE.theme_by_holder.iloc[:0])
    assert profile.themes(unknown, "cz").empty
