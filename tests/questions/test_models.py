from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from ivvu_analysis.codebook import scale, standard
from ivvu_analysis.data import from_published
from ivvu_analysis.questions import models, units
from ivvu_analysis.stats.regression import average_marginal_effects, design
from tests.questions.evidence import of_projects

WAVE = "2020-10"
LEVELS = scale("scalability").rated


def projects(
    n: int = 300, regions: int = 20, technology: float = 1.5, levels: int = 5
) -> list[dict[str, Any]]:
    """Return rated projects in which technology raises the log odds of a higher rating by so much."""
    rng = np.random.default_rng(5)
    theme = rng.choice(["technology", "learning"], n)
    latent = technology * (theme == "technology") + rng.logistic(size=n)
    rating = np.searchsorted(np.quantile(latent, np.linspace(0, 1, levels + 1)[1:-1]), latent)
    return [
        {
            "region": scale("region").codes[i % regions],
            "holder": ("cz", "menzis")[i % 2],
            "wave": WAVE,
            "theme": theme[i],
            "start": ("2018-2019", "2020")[int(rng.integers(2))],
            "participation": scale("participation").rated[int(rng.integers(4))],
            "scalability": LEVELS[rating[i]],
            "impact": "unknown",
        }
        for i in range(n)
    ]


def test_a_known_effect_is_found_by_both_kinds_of_errors_and_by_statsmodels() -> None:
    model = models.fit(of_projects(projects()), "scalability")
    assert model.fitted is not None
    assert (model.why_none, len(model.ratings), model.fitted.clusters) == ("", 300, 20)
    ratios, effects = models.odds_ratios(model.fitted), average_marginal_effects(model.fitted)
    technology = ratios.query("term == 'technology'").set_index("errors")
    assert set(technology.index) == {"clustered", "jackknife"}
    assert technology["conf_low"].between(1, np.exp(1.5), inclusive="neither").all()
    assert (np.exp(1.5) < technology["conf_high"]).all()
    assert set(ratios["term"]) == set(models.TERMS)
    assert effects.groupby("term")["estimate"].sum().abs().max() < 1e-9
    at_top = effects.query("level == 'national'").set_index("term")
    assert at_top.loc["technology: yes", "estimate"] > 0.1
    other = OrderedModel(model.ratings, design(model.covariates), distr="logit").fit(
        disp=False, method="bfgs"
    )
    ours = technology.loc["clustered", "estimate"]
    assert np.exp(other.params["technology: yes"]) == pytest.approx(ours, rel=1e-3)


def test_published_and_reconstructed_figures_have_no_model() -> None:
    published = models.fit(from_published(), "impact")
    assert (published.why_none, published.fitted) == ("", None)
    invented = of_projects(projects(), origin="reconstructed")
    assert models.fit(invented, "scalability").why_none == "reconstructed"
    assert models.worst_cases(invented, "scalability").empty
    assert units.alike(invented, "scalability").empty


ALIKE = {"theme": "learning", "start": "2020", "participation": "1-3"}


@pytest.mark.parametrize(
    ("rows", "measure", "reason"),
    [
        (projects(10), "scalability", "few_ratings"),
        (projects(regions=1), "scalability", "one_region"),
        (projects(levels=1), "scalability", "one_level"),
        (projects(), "impact", "one_level"),
        ([row | ALIKE for row in projects()], "scalability", "nothing_differs"),
        ([row | {"wave": "2020-03"} for row in projects()], "scalability", "no_projects"),
    ],
)
def test_why_there_is_no_model(rows: list[dict[str, Any]], measure: str, reason: str) -> None:
    model = models.fit(of_projects(rows), measure)
    assert (model.fitted, model.why_none) == (None, reason)
    assert reason in scale("no_model").codes


def test_terms_that_cannot_be_told_apart_are_left_out_with_the_reason() -> None:
    rows = projects()
    for i, row in enumerate(rows):
        row |= {"participation": "1-3" if i % 2 else "unknown", "start": "2020"}
        row |= {"scalability": LEVELS[-1]} if row["theme"] == "technology" else {}
    separated = models.fit(of_projects(rows), "scalability")
    reasons = dict(separated.left_out.itertuples(index=False))
    assert reasons == {"technology": "not_identified", "new": "one_level", "participation": "not_known"}
    assert separated.why_none == "nothing_differs"


def test_few_ratings_carry_few_terms() -> None:
    model = models.fit(of_projects(projects(36)), "scalability")
    assert set(model.covariates) == {"technology", "new"}
    assert dict(model.left_out.itertuples(index=False)) == {"participation": "too_many"}


def test_levels_that_differ_get_an_odds_ratio_each() -> None:
    rng = np.random.default_rng(2)
    rows = projects(technology=0.0)
    for row in rows:
        if rng.random() < 0.6:
            some = (LEVELS[0], LEVELS[-1]) if row["theme"] == "technology" else LEVELS[2:3]
            row["scalability"] = str(rng.choice(some))
    model = models.fit(of_projects(rows), "scalability")
    assert model.fitted is not None
    parallel, brant, by_cut = models.levels_apart(model.fitted)
    assert parallel == "relaxed"
    assert brant < 0.05
    technology = by_cut.query("term == 'technology'")
    assert technology["cut"].tolist() == list(LEVELS[1:])
    assert technology["estimate"].iloc[0] < 1 < technology["estimate"].iloc[-1]


def test_missing_ratings_are_bounded_by_the_worst_cases() -> None:
    rated = [("technology", "yes"), ("technology", "unknown"), ("learning", "no"), ("learning", "no")]
    rows = [{"wave": WAVE, "theme": theme, "sharing": rating} for theme, rating in rated]
    found = models.worst_cases(of_projects(rows), "sharing").set_index("group")
    assert found.loc["technology", ["estimate", "conf_low", "conf_high"]].tolist() == [1, 0.5, 1]
    assert found.loc["rest", ["estimate", "conf_low", "conf_high"]].tolist() == [0, 0, 0]
    assert models.worst_cases(of_projects(rows[2:]), "sharing").empty


def in_phases(phase: dict[str, int], effect: float, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return 318 projects whose log odds of a higher rating rise with the phase of their region."""
    regions = list(phase)
    spread = rng.normal(scale=0.3, size=len(regions))
    where = rng.integers(0, len(regions), 318)
    latent = effect * np.array(list(phase.values()))[where] + spread[where] + rng.logistic(size=318)
    rating = np.searchsorted(np.quantile(latent, [0.2, 0.4, 0.6, 0.8]), latent)
    return [
        {"region": regions[i], "wave": WAVE, "scalability": LEVELS[j], "impact": "unknown"}
        for i, j in zip(where, rating, strict=True)
    ]


@pytest.fixture
def phase() -> dict[str, int]:
    """The published phase of each region on the ladder of the regional vision."""
    return dict(from_published().standing().set_index("region")["vision"].astype(int))


def test_a_higher_phase_goes_with_a_higher_rating_where_it_does(phase: dict[str, int]) -> None:
    rows = in_phases(phase, 1.5, np.random.default_rng(4))
    found = models.by_phase(of_projects(rows), "scalability").set_index("dimension")
    assert 1 < found.loc["vision", "conf_low"] < found.loc["vision", "estimate"]
    assert found["regions"].max() <= 34
    assert (found["df"] < 34).all()
    assert models.by_phase(from_published(), "scalability").empty
    earlier = [row | {"wave": "2020-03"} for row in rows]  # the phases of the regions are not known for then
    assert models.by_phase(replace(of_projects(earlier), wave="2020-03"), "scalability").empty


@pytest.mark.slow
@pytest.mark.parametrize("effect", [0.0, 0.7])
def test_the_interval_of_a_phase_holds_its_effect(phase: dict[str, int], effect: float) -> None:
    """Phases differ between regions only, and so do other things that matter to ratings."""
    rng, held, book = np.random.default_rng(11), [], standard()
    ladder = replace(scale("dimension"), levels=(scale("dimension").level("vision"),))
    book = replace(book, scales={**book.scales, "dimension": ladder})
    for _ in range(150):
        evidence = replace(of_projects(in_phases(phase, effect, rng)), codebook=book)
        row = models.by_phase(evidence, "scalability").iloc[0]
        # What else differs between regions flattens the odds ratio over all of them.
        truth = np.exp(effect / np.sqrt(1 + 0.346 * 0.3**2))
        held.append(row["conf_low"] <= truth <= row["conf_high"])
    assert np.mean(held) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 150)


def test_how_alike_ratings_are_is_asked_of_regions_and_of_holders() -> None:
    evidence = of_projects(projects())
    for by, clusters in (("region", 20), ("holder", 2)):
        assert units.alike(evidence, "scalability", by)["clusters"].item() == clusters
