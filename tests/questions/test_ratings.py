from itertools import product
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.nonparametric import rank_compare_2ordinal

from ivvu_analysis.codebook import scale
from ivvu_analysis.data import Evidence, from_published
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.questions import followed, ratings
from ivvu_analysis.stats import ordinal
from tests.questions.evidence import of_counts, of_projects

WAVE = "2020-10"
PUBLISHED = from_published()
LEVELS = scale("scalability").rated

# Tables 11 and 12, October 2020: technology, and the others as total less technology.
TECHNOLOGY = [2, 12, 8, 11, 13]
OTHERS = [54 - 2, 86 - 12, 58 - 8, 77 - 11, 43 - 13]


def chance_of_higher(one: list[int], other: list[int]) -> float:
    """Return the chance that a project of `one` is rated higher than one of `other`, ties for half."""
    pairs = product(enumerate(one), enumerate(other))
    wins = sum(a * b * (1.0 if i > j else 0.5 if i == j else 0.0) for (i, a), (j, b) in pairs)
    return wins / (sum(one) * sum(other))


def theta(evidence: Evidence, measure: str) -> pd.Series:
    return ratings.contrast(evidence, measure, ordinal.compare, seed=5).set_index("quantity").loc["theta"]


def test_much_meaning_with_and_without_unknown() -> None:
    much = ratings.share(PUBLISHED, "impact")
    of_all = ratings.share(PUBLISHED, "impact", of=scale("impact").codes)
    assert much.loc["2020-03", ["projects", "n"]].tolist() == [41 + 80 + 67, 260]
    assert of_all.loc["2020-03", ["projects", "n"]].tolist() == [188, 268]
    assert much.loc[WAVE, "estimate"] == of_all.loc[WAVE, "estimate"] == pytest.approx(239 / 318)
    assert ratings.share(PUBLISHED.until("2020-03"), "impact").index.tolist() == ["2020-03"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"among": ["national"], "of": ["not_useful"]}, "no level of the total 'national'"),
        ({"of": ["nationaal niveau"]}, "no scalability 'nationaal niveau'"),
        ({"group": "tech"}, "no group 'tech'. Did you mean 'technology'"),
    ],
)
def test_a_share_of_what_does_not_hold_it_is_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ParameterError, match=problem):
        ratings.share(PUBLISHED, "scalability", **options)


def test_the_chance_of_a_higher_rating_is_that_of_hand_and_of_statsmodels() -> None:
    assert theta(PUBLISHED, "scalability")["n"] == 318
    by_hand = chance_of_higher(TECHNOLOGY, OTHERS)
    assert theta(PUBLISHED, "scalability")["estimate"] == pytest.approx(by_hand, abs=1e-10)
    other = rank_compare_2ordinal([5, 16, 25], [69 - 5, 93 - 16, 156 - 25])
    assert [other.prob1, *other.conf_int()] == pytest.approx(
        theta(PUBLISHED, "sharing")[["estimate", "conf_low", "conf_high"]].tolist()
    )


def test_unknown_ratings_are_missing_and_no_level() -> None:
    march = theta(PUBLISHED.until("2020-03"), "sharing")
    by_hand = chance_of_higher([3, 21, 14], [48 - 3, 103 - 21, 100 - 14])
    assert march["estimate"] == pytest.approx(by_hand)
    assert march["n"] == 268 - 17


@pytest.mark.parametrize(
    ("technology", "rest", "answer"),
    [([1, 1], [1, 1], True), ([0, 1], [5, 5], False), ([2, 0], [3, 0], False), ([2, 0], [0, 3], False)],
    ids=["both rated twice", "one project", "all the same", "all apart"],
)
def test_what_can_be_compared(technology: list[int], rest: list[int], answer: bool) -> None:
    assert ratings.comparable(pd.Series(technology), pd.Series(rest)) is answer


five_counts = st.lists(st.integers(0, 9), min_size=5, max_size=5)


@settings(max_examples=20)
@given(five_counts, five_counts)
def test_cuts_of_any_counts_are_the_shares_above(technology: list[int], others: list[int]) -> None:
    assume(ratings.comparable(pd.Series(technology), pd.Series(others)))
    levels = list(zip(LEVELS, technology, others, strict=True))
    rows = [("scalability", "technology", WAVE, level, a) for level, a, _ in levels]
    rows += [("scalability", "all", WAVE, level, a + b) for level, a, b in levels]
    cuts = ratings.contrast(of_counts(rows), "scalability", ordinal.cut_differences, levels=LEVELS)
    assert cuts["cut"].tolist() == list(LEVELS[1:])
    above = [[sum(counts[k:]) / sum(counts) for k in range(1, 5)] for counts in (technology, others)]
    assert cuts["share_1"].tolist() == pytest.approx(above[0])
    assert cuts["estimate"].tolist() == pytest.approx([a - b for a, b in zip(*above, strict=True)])


def test_change_is_the_same_under_every_overlap_but_its_interval_is_not() -> None:
    change = followed.change(PUBLISHED, "impact").set_index("overlap")
    assert list(change.index) == ["phi_0", "phi_1", "range"]
    assert change["estimate"].to_numpy() == pytest.approx(239 / 318 - 188 / 260)
    # No more projects can keep a rating than had one.
    assert change.loc["phi_1", "shared"] == 260
    width = change["conf_high"] - change["conf_low"]
    assert width["phi_1"] < width["phi_0"] <= width["range"]


def test_without_technology_projects_there_is_nothing_to_compare() -> None:
    groups = {"all": 5, "technology": 0}
    codes = scale("sharing").codes
    evidence = of_counts([("sharing", g, WAVE, code, n) for g, n in groups.items() for code in codes])
    assert ratings.contrast(evidence, "sharing", ordinal.compare, seed=5).empty
    assert ratings.levels_by_group(evidence, "sharing").empty


def test_without_ratings_nothing_is_compared_and_nothing_fails() -> None:
    assert ratings.share(of_counts([]), "impact").empty
    assert followed.change(of_counts([]), "impact").empty


NAMES = ("title", "impact", "sharing", "scalability", "status")
RATED = [
    ("all of it", "large_much", "yes", "national", "completed_successful"),
    ("all as well", "large_limited", "yes", "this_region", "running"),
    ("not shared", "large_much", "no", "national", "running"),
    ("small", "small_much", "yes", "national", "completed_unsuccessful"),
    ("unrated", "large_much", "unknown", "national", "running"),
]


def test_projects_that_have_it_all_are_named() -> None:
    rows = [{"wave": WAVE, "region": "twente", **dict(zip(NAMES, row, strict=True))} for row in RATED]
    marks = ratings.marks(of_projects(rows))
    assert marks.query("large and sharing and scalability")["title"].tolist() == ["all of it", "all as well"]
    assert len(marks) == 4
    assert ratings.marks(PUBLISHED).empty


def test_projects_are_rated_twice_where_both_raters_gave_a_level() -> None:
    def rated(*pairs: tuple[str, str]) -> Evidence:
        return of_projects([{"wave": WAVE, "sharing": one, "sharing_2": other} for one, other in pairs])

    both = ratings.rated_twice(rated(("no", "in_progress"), ("no", "unknown")), "sharing")
    assert both.to_numpy().tolist() == [["no", "in_progress"]]
    assert ratings.rated_twice(rated(("yes", "unknown")), "sharing").empty
    assert ratings.rated_twice(PUBLISHED, "sharing").empty
