from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.nonparametric import rank_compare_2ordinal

from ivvu_analysis.codebook import scale
from ivvu_analysis.data import Evidence, from_published
from ivvu_analysis.questions import followed, ratings
from ivvu_analysis.stats import ordinal

WAVE = "2020-10"
SEED = 5
Counted = Callable[[list[tuple[str, str, str, str, int]]], Evidence]

# Tables 11 and 12, October 2020: technology, and the others as total less technology.
TECHNOLOGY = [2, 12, 8, 11, 13]
OTHERS = [54 - 2, 86 - 12, 58 - 8, 77 - 11, 43 - 13]


def chance_of_higher(one: list[int], other: list[int]) -> float:
    """Return the chance that a project of `one` is rated higher than one of `other`, ties for half."""
    pairs = product(enumerate(one), enumerate(other))
    wins = sum(a * b * (1.0 if i > j else 0.5 if i == j else 0.0) for (i, a), (j, b) in pairs)
    return wins / (sum(one) * sum(other))


def test_shares_are_of_all_projects_of_a_wave(published: Evidence) -> None:
    shares = ratings.levels(published, "impact").set_index(["wave", "level"])["estimate"]
    assert shares[WAVE, "large_much"] == pytest.approx(74 / 318)
    assert shares["2020-03", "unknown"] == pytest.approx(8 / 268)
    assert shares.groupby("wave").sum().tolist() == pytest.approx([1, 1])


def test_rest_is_total_without_technology(published: Evidence) -> None:
    shares = ratings.levels_by_group(published, "scalability").set_index(["group", "level"])
    assert shares.loc["technology", "projects"].tolist() == TECHNOLOGY
    assert shares.loc["rest", "projects"].tolist() == OTHERS
    assert shares.loc[("rest", "national"), "estimate"] == pytest.approx(30 / 272)


def test_much_meaning_with_and_without_unknown(published: Evidence) -> None:
    much = ratings.share(published, "impact")
    of_all = ratings.share(published, "impact", of=scale("impact").codes)
    assert much.loc["2020-03", ["projects", "n"]].tolist() == [41 + 80 + 67, 260]
    assert of_all.loc["2020-03", ["projects", "n"]].tolist() == [188, 268]
    assert much.loc[WAVE, "estimate"] == of_all.loc[WAVE, "estimate"] == pytest.approx(239 / 318)


def test_share_at_one_wave_only(published: Evidence) -> None:
    much = ratings.share(published.until("2020-03"), "scalability")
    assert much.reset_index()[["wave", "projects", "n"]].to_numpy().tolist() == [["2020-03", 126, 268]]


def test_theta_by_hand(published: Evidence) -> None:
    result = ratings.contrast(published, "scalability", ordinal.compare, seed=SEED).set_index("quantity")
    theta = chance_of_higher(TECHNOLOGY, OTHERS)
    assert result.loc["theta", "estimate"] == pytest.approx(theta, abs=1e-10)
    assert result.loc["theta", "n"] == 318


def test_the_library_says_the_same_of_the_same_counts(published: Evidence) -> None:
    theta = rank_compare_2ordinal(*ratings.groups(published, "sharing"))
    assert theta.prob1 == pytest.approx(chance_of_higher([5, 16, 25], [69 - 5, 93 - 16, 156 - 25]))
    ours = (
        ratings.contrast(published, "sharing", ordinal.compare, seed=SEED).set_index("quantity").loc["theta"]
    )
    assert [theta.prob1, *theta.conf_int()] == pytest.approx(
        ours[["estimate", "conf_low", "conf_high"]].tolist()
    )


@pytest.mark.parametrize(
    ("technology", "rest", "answer"),
    [([1, 1], [1, 1], True), ([0, 1], [5, 5], False), ([2, 0], [3, 0], False), ([2, 0], [0, 3], False)],
    ids=["both rated twice", "one project", "all the same", "all apart"],
)
def test_what_can_be_compared(technology: list[int], rest: list[int], answer: bool) -> None:
    assert ratings.comparable(pd.Series(technology), pd.Series(rest)) is answer


def test_unknown_ratings_are_missing_and_no_level(published: Evidence) -> None:
    march = ratings.contrast(published.until("2020-03"), "sharing", ordinal.compare, seed=SEED).set_index(
        "quantity"
    )
    by_hand = chance_of_higher([3, 21, 14], [48 - 3, 103 - 21, 100 - 14])
    assert march.loc["theta", "estimate"] == pytest.approx(by_hand)
    assert march.loc["theta", "n"] == 268 - 17


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=5, max_size=5), st.lists(st.integers(0, 9), min_size=5, max_size=5)
)
def test_cuts_of_any_counts_are_the_shares_above(technology: list[int], others: list[int]) -> None:
    assume(ratings.comparable(pd.Series(technology), pd.Series(others)))
    levels = list(zip(scale("scalability").codes, technology, others, strict=True))
    rows = [("scalability", "technology", WAVE, level, a) for level, a, _ in levels]
    rows += [("scalability", "all", WAVE, level, a + b) for level, a, b in levels]
    columns = ["measure", "group", "wave", "level", "projects"]
    evidence = replace(from_published(), project_counts=pd.DataFrame(rows, columns=columns))
    cuts = ratings.contrast(evidence, "scalability", ordinal.cut_differences)
    above = [sum(technology[k:]) / sum(technology) - sum(others[k:]) / sum(others) for k in range(1, 5)]
    assert cuts["estimate"].tolist() == pytest.approx(above)


def test_cuts_are_shares_at_or_above_a_level(published: Evidence) -> None:
    levels = scale("scalability").rated
    cuts = ratings.contrast(published, "scalability", ordinal.cut_differences, levels=levels).set_index("cut")
    assert list(cuts.index) == list(scale("scalability").rated[1:])
    assert cuts.loc["this_region", "share_1"] == pytest.approx(32 / 46)
    assert cuts.loc["national", "estimate"] == pytest.approx(13 / 46 - 30 / 272)


def test_shared_projects_lie_between_half_and_all_of_the_smaller_edition(published: Evidence) -> None:
    assert followed.shared(published, "impact") == (134, 268)


def test_change_is_the_same_under_every_overlap_but_its_interval_is_not(published: Evidence) -> None:
    change = followed.change(published, "impact").set_index("overlap")
    assert list(change.index) == list(scale("overlap").codes)
    assert change["estimate"].to_numpy() == pytest.approx(239 / 318 - 188 / 260)
    # No more projects can keep a rating than had one.
    assert change.loc["phi_1", "shared"] == 260
    width = change["conf_high"] - change["conf_low"]
    assert width["phi_1"] < width["phi_0"] <= width["range"]


def test_without_technology_projects_there_is_nothing_to_compare(counted: Counted) -> None:
    codes = scale("sharing").codes
    rows = [("sharing", "all", WAVE, code, 5) for code in codes]
    rows += [("sharing", "technology", WAVE, code, 0) for code in codes]
    evidence = counted(rows)
    assert ratings.contrast(evidence, "sharing", ordinal.compare, seed=SEED).empty
    assert ratings.levels_by_group(evidence, "sharing").empty


def test_without_ratings_nothing_is_compared_and_nothing_fails(counted: Counted) -> None:
    evidence = counted([])
    assert ratings.share(evidence, "impact").empty
    assert followed.change(evidence, "impact").empty
