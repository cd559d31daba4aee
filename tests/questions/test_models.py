from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from ivvu_analysis.codebook import scale
from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import models, units
from ivvu_analysis.stats.regression import average_marginal_effects, design

WAVE = "2020-10"
WithProjects = Callable[[list[dict[str, Any]]], Evidence]


def projects(
    n: int = 300, regions: int = 20, technology: float = 1.5, levels: int = 5
) -> list[dict[str, Any]]:
    """Return rated projects in which technology raises the log odds of a higher rating by so much."""
    rng = np.random.default_rng(5)
    codes = scale("scalability").rated[:levels]
    theme = rng.choice(["technology", "learning"], n)
    latent = technology * (theme == "technology") + rng.logistic(size=n)
    rating = np.searchsorted(np.quantile(latent, np.linspace(0, 1, levels + 1)[1:-1]), latent)
    return [
        {
            "region": scale("region").codes[i % regions],
            "wave": WAVE,
            "theme": theme[i],
            "start": ("2018-2019", "2020")[int(rng.integers(2))],
            "participation": scale("participation").rated[int(rng.integers(4))],
            "scalability": codes[rating[i]],
            "impact": "unknown",
        }
        for i in range(n)
    ]


def test_a_known_effect_is_found_by_both_kinds_of_errors(with_projects: WithProjects) -> None:
    model = models.fit(with_projects(projects()), "scalability")
    assert model.fitted is not None
    assert (model.why_none, len(model.ratings), model.fitted.clusters) == ("", 300, 20)
    ratios, effects = models.odds_ratios(model.fitted), average_marginal_effects(model.fitted)
    technology = ratios.query("term == 'technology'").set_index("errors")
    assert set(technology.index) == {"clustered", "jackknife"}
    assert (technology["conf_low"] > 1).all()
    assert (technology["conf_low"] < np.exp(1.5)).all()
    assert (np.exp(1.5) < technology["conf_high"]).all()
    assert set(ratios["term"]) == set(models.TERMS)
    assert effects.groupby("term")["estimate"].sum().abs().max() < 1e-9
    at_top = effects.query("level == 'national'").set_index("term")
    assert at_top.loc["technology: yes", "estimate"] > 0.1


def test_published_and_reconstructed_figures_have_no_model(
    published: Evidence, with_projects: WithProjects
) -> None:
    assert models.fit(published, "impact").why_none == ""
    assert models.fit(published, "impact").fitted is None
    invented = replace(with_projects(projects()), origin="reconstructed")
    assert models.fit(invented, "scalability").why_none == "reconstructed"
    assert models.worst_cases(invented, "scalability").empty
    assert units.alike(invented, "scalability").empty


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (projects(10), "few_ratings"),
        (projects(regions=1), "one_region"),
        (projects(levels=1), "one_level"),
        (
            [row | {"theme": "learning", "start": "2020", "participation": "1-3"} for row in projects()],
            "nothing_differs",
        ),
    ],
)
def test_why_there_is_no_model(rows: list[dict[str, Any]], reason: str, with_projects: WithProjects) -> None:
    model = models.fit(with_projects(rows), "scalability")
    assert not model.fitted
    assert model.why_none == reason
    assert model.why_none in scale("no_model").codes


def test_a_wave_or_a_rating_that_is_not_there(with_projects: WithProjects) -> None:
    evidence = with_projects(projects())
    assert models.fit(replace(evidence, wave="2019-03"), "scalability").why_none == "no_projects"
    assert models.fit(evidence, "impact").why_none == "one_level"


def test_terms_that_cannot_be_told_apart_are_left_out_with_the_reason(with_projects: WithProjects) -> None:
    rows = projects()
    top = scale("scalability").rated[-1]
    for i, row in enumerate(rows):
        row["participation"] = "1-3" if i % 2 else "unknown"
        row["start"] = "2020"
        row["scalability"] = top if row["theme"] == "technology" else row["scalability"]
    separated = models.fit(with_projects(rows), "scalability")
    reasons = dict(separated.left_out.itertuples(index=False))
    assert reasons == {"technology": "not_identified", "new": "one_level", "participation": "not_known"}
    assert separated.why_none == "nothing_differs"


def test_few_ratings_carry_few_terms(with_projects: WithProjects) -> None:
    model = models.fit(with_projects(projects(36)), "scalability")
    assert set(model.covariates) == {"technology", "new"}
    assert dict(model.left_out.itertuples(index=False)) == {"participation": "too_many"}


def test_levels_that_differ_get_an_odds_ratio_each(with_projects: WithProjects) -> None:
    rng = np.random.default_rng(2)
    rows = projects(technology=0.0)
    middle, ends = (
        scale("scalability").rated[2:3],
        (*scale("scalability").rated[:1], *scale("scalability").rated[-1:]),
    )
    for row in rows:
        if rng.random() < 0.6:
            row["scalability"] = str(rng.choice(ends if row["theme"] == "technology" else middle))
    model = models.fit(with_projects(rows), "scalability")
    assert model.fitted is not None
    parallel, brant, by_cut = models.levels_apart(model.fitted)
    assert parallel == "relaxed"
    assert brant < 0.05
    technology = by_cut.query("term == 'technology'")
    assert technology["cut"].tolist() == list(scale("scalability").rated[1:])
    assert technology["estimate"].iloc[0] < 1 < technology["estimate"].iloc[-1]


def test_missing_ratings_are_bounded_by_the_worst_cases(with_projects: WithProjects) -> None:
    rows = [
        {
            "region": "twente",
            "wave": WAVE,
            "theme": theme,
            "start": "2020",
            "participation": "1-3",
            "sharing": rating,
        }
        for theme, rating in [
            ("technology", "yes"),
            ("technology", "unknown"),
            ("learning", "no"),
            ("learning", "no"),
        ]
    ]
    found = models.worst_cases(with_projects(rows), "sharing").set_index("group")
    assert found.loc["technology", ["estimate", "conf_low", "conf_high"]].tolist() == [1, 0.5, 1]
    assert found.loc["rest", ["estimate", "conf_low", "conf_high"]].tolist() == [0, 0, 0]
    assert models.worst_cases(with_projects(rows[2:]), "sharing").empty


def in_phases(phase: dict[str, int], effect: float, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return 318 projects whose log odds of a higher rating rise with the phase of their region."""
    codes, regions = scale("scalability").rated, list(phase)
    spread = rng.normal(scale=0.3, size=len(regions))
    where = rng.integers(0, len(regions), 318)
    latent = effect * np.array(list(phase.values()))[where] + spread[where] + rng.logistic(size=318)
    rating = np.searchsorted(np.quantile(latent, [0.2, 0.4, 0.6, 0.8]), latent)
    return [
        {"region": regions[i], "wave": WAVE, "scalability": codes[j], "impact": "unknown"}
        for i, j in zip(where, rating, strict=True)
    ]


def test_a_higher_phase_goes_with_a_higher_rating_where_it_does(
    published: Evidence, with_projects: WithProjects
) -> None:
    phase = published.standing().set_index("region")["vision"].astype(int).to_dict()
    rows = in_phases(phase, 1.5, np.random.default_rng(4))
    found = models.by_phase(with_projects(rows), "scalability").set_index("dimension")
    assert 1 < found.loc["vision", "conf_low"] < found.loc["vision", "estimate"]
    assert found["regions"].max() <= 34
    assert (found["df"] < 34).all()
    assert models.by_phase(published, "scalability").empty
    earlier = [row | {"wave": "2020-03"} for row in rows]  # the phases of the regions are not known for then
    assert models.by_phase(replace(with_projects(earlier), wave="2020-03"), "scalability").empty


@pytest.mark.slow
@pytest.mark.parametrize("effect", [0.0, 0.7])
def test_the_interval_of_a_phase_holds_its_effect(
    published: Evidence, with_projects: WithProjects, effect: float
) -> None:
    """Phases differ between regions only, and so do other things that matter to ratings."""
    rng, held = np.random.default_rng(11), []
    phase = published.standing().set_index("region")["vision"].astype(int).to_dict()
    for _ in range(150):
        evidence = with_projects(in_phases(phase, effect, rng))
        row = models.by_phase(evidence, "scalability").set_index("dimension").loc["vision"]
        # What else differs between regions flattens the odds ratio over all of them.
        truth = np.exp(effect / np.sqrt(1 + 0.346 * 0.3**2))
        held.append(row["conf_low"] <= truth <= row["conf_high"])
    assert np.mean(held) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 150)


def test_how_alike_ratings_are_is_asked_of_regions_and_of_holders(with_projects: WithProjects) -> None:
    rows = projects()
    for row in rows:
        row["holder"] = "cz" if row["region"] < "m" else "menzis"
    evidence = with_projects(rows)
    assert units.alike(evidence, "scalability")["clusters"].item() == 20
    assert units.alike(evidence, "scalability", "holder")["clusters"].item() == 2


def test_statsmodels_gets_the_same_model(with_projects: WithProjects) -> None:
    model = models.fit(with_projects(projects()), "scalability")
    other = OrderedModel(model.ratings, design(model.covariates), distr="logit").fit(
        disp=False, method="bfgs"
    )
    ours = models.odds_ratios(model.fitted).query("errors == 'clustered'").set_index("term")["estimate"]
    assert np.exp(other.params["technology: yes"]) == pytest.approx(ours["technology"], rel=1e-3)
