from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.miscmodels.tests.results as ordinal_results

from ivvu_analysis.stats import regression
from ivvu_analysis.stats.regression import OrdinalFit, brant, partial_proportional_odds

LEVELS = ["1", "2", "3", "4"]


def proportional_odds(ratings: pd.Series, covariates: pd.DataFrame) -> OrdinalFit:
    """Fit with every fortieth row in a cluster of its own."""
    return regression.proportional_odds(ratings, covariates, pd.Series(np.arange(len(ratings)) % 40))


@pytest.fixture(scope="module")
def applicants() -> pd.DataFrame:
    rows = pd.read_csv(Path(ordinal_results.__file__).parent / "ologit_ucla.csv")
    levels = ["unlikely", "somewhat likely", "very likely"]
    return rows.assign(apply=pd.Categorical(rows["apply"], levels, ordered=True))


def in_rows(first: list[int], second: list[int]) -> pd.DataFrame:
    """Ratings of two groups, from counts by level."""
    group = np.repeat(["rest", "technology"], [sum(second), sum(first)])
    rating = np.concatenate([np.repeat(LEVELS, second), np.repeat(LEVELS, first)])
    return pd.DataFrame(
        {
            "rating": pd.Categorical(rating, LEVELS, ordered=True),
            "theme": pd.Categorical(group, ["rest", "technology"]),
        }
    )


def test_brant_of_the_applicants_is_the_published_one(applicants: pd.DataFrame) -> None:
    result = brant(proportional_odds(applicants["apply"], applicants[["pared", "public", "gpa"]])).set_index(
        "term"
    )
    assert result.loc["all terms", ["estimate", "df", "p_value"]].tolist() == pytest.approx(
        [4.34, 3, 0.227], abs=5e-3
    )
    assert result.loc[["pared", "public", "gpa"], "estimate"].tolist() == pytest.approx(
        [0.13, 3.44, 0.18], abs=5e-3
    )


def test_brant_of_two_groups_has_a_closed_form() -> None:
    first, second = [14, 10, 3, 2], [11, 7, 8, 4]
    rows = in_rows(first, second)
    result = brant(proportional_odds(rows["rating"], rows[["theme"]])).iloc[0]
    variance, apart = np.zeros((3, 3)), np.zeros(3)
    for counts, sign in ((np.array(first), 1), (np.array(second), -1)):
        above = counts[::-1].cumsum()[::-1][1:] / counts.sum()
        apart += sign * np.log(above / (1 - above))
        variance += 1 / (counts.sum() * np.maximum.outer(above, above) * (1 - np.minimum.outer(above, above)))
    steps = np.array([[-1, 1, 0], [0, -1, 1]])
    expected = steps @ apart @ np.linalg.solve(steps @ variance @ steps.T, steps @ apart)
    assert result["estimate"] == pytest.approx(expected)
    assert [result["estimate"], result["df"], result["p_value"]] == pytest.approx(
        [1.668, 2, 0.43422], abs=5e-4
    )


def test_worked_example_brant() -> None:
    rows = in_rows([8, 16, 16, 0], [20, 12, 8, 0])
    row = brant(proportional_odds(rows["rating"], rows[["theme"]])).iloc[0]
    assert row["estimate"] == pytest.approx(4 * 0.1430, abs=2e-4)


def test_brant_does_not_depend_on_the_order_of_the_levels() -> None:
    rows = in_rows([14, 10, 3, 2], [11, 7, 8, 4])
    back = rows["rating"].cat.reorder_categories(LEVELS[::-1], ordered=True)
    forth, turned = (brant(proportional_odds(ratings, rows[["theme"]])) for ratings in (rows["rating"], back))
    assert turned["estimate"].to_list() == pytest.approx(forth["estimate"].to_list(), rel=1e-6)


def test_brant_leaves_out_a_cut_that_has_no_odds_ratio() -> None:
    rows = in_rows([5, 5, 5, 0], [5, 4, 6, 5])
    result = brant(proportional_odds(rows["rating"], rows[["theme"]]))
    assert result["method"].unique().tolist() == ["Brant, 2 of 3 cuts"]
    assert result["df"].tolist() == [1, 1]


def test_brant_of_two_levels_has_nothing_to_compare() -> None:
    rows = in_rows([12, 8, 0, 0], [6, 14, 0, 0])
    result = brant(proportional_odds(rows["rating"], rows[["theme"]]))
    assert result["estimate"].tolist() == [0, 0]
    assert result["p_value"].tolist() == [1, 1]


def test_freeing_every_term_gives_the_logits_of_each_cut(applicants: pd.DataFrame) -> None:
    terms = ["pared", "public", "gpa"]
    fit = proportional_odds(applicants["apply"], applicants[terms])
    result = partial_proportional_odds(fit, terms).set_index(["term", "cut"])
    for cut, name in enumerate(fit.levels[1:], start=1):
        logit = sm.Logit(
            (applicants["apply"].cat.codes >= cut).astype(float), sm.add_constant(applicants[terms])
        )
        other = logit.fit(disp=0)
        for term in terms:
            row = result.loc[(term, name)]
            assert row["estimate"] == pytest.approx(other.params[term], abs=1e-5)
            assert row["std_error"] == pytest.approx(other.bse[term], rel=0.5)


def test_a_separated_cut_cannot_be_freed() -> None:
    rows = in_rows([25, 25, 25, 0], [25, 20, 30, 25])
    with pytest.raises(ValueError, match="separated"):
        partial_proportional_odds(proportional_odds(rows["rating"], rows[["theme"]]), ["theme: technology"])


def test_a_cut_with_three_projects_above_it_cannot_be_freed() -> None:
    rows = in_rows([10, 20, 15, 1], [90, 100, 80, 2])
    with pytest.raises(ValueError, match="carry at most 0 coefficients"):
        partial_proportional_odds(proportional_odds(rows["rating"], rows[["theme"]]), ["theme: technology"])


def test_terms_that_are_not_freed_keep_their_one_odds_ratio(applicants: pd.DataFrame) -> None:
    fit = proportional_odds(applicants["apply"], applicants[["pared", "gpa"]])
    result = partial_proportional_odds(fit, ["pared"])
    assert result[["term", "cut"]].to_numpy().tolist() == [
        ["pared", "somewhat likely"],
        ["pared", "very likely"],
        ["gpa", None],
    ]
    assert result.loc[2, "estimate"] == pytest.approx(fit.coefficients[1])
