from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.miscmodels.tests.results as ordinal_results
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from statsmodels.miscmodels.ordinal_model import OrderedModel

from ivvu_analysis.stats import regression
from ivvu_analysis.stats.cumulative_logit import likelihood
from ivvu_analysis.stats.regression import (
    OrdinalFit,
    average_marginal_effects,
    log_odds_ratios,
)

LEVELS = ["low", "medium", "high"]


def proportional_odds(
    ratings: pd.Series, covariates: pd.DataFrame, clusters: pd.Series | None = None
) -> OrdinalFit:
    """Fit, by default with every fortieth row in a cluster of its own."""
    groups = pd.Series(np.arange(len(ratings)) % 40, index=ratings.index) if clusters is None else clusters
    return regression.proportional_odds(ratings, covariates, groups)


def errors_of_information(fit: OrdinalFit) -> np.ndarray:
    """The errors that independent rows would have."""
    information = likelihood(fit.parameters, fit.rows)[2]
    return np.sqrt(np.diag(np.linalg.inv(information)))[len(fit.levels) - 1 :]


def ordered(values: object, levels: list[str]) -> pd.Series:
    return pd.Series(pd.Categorical(values, levels, ordered=True))


@pytest.fixture(scope="module")
def housing() -> pd.DataFrame:
    """The Copenhagen tenants, one a row."""
    counts = pd.read_csv(Path(__file__).parents[1] / "data" / "housing.csv")
    rows = counts.loc[counts.index.repeat(counts["tenants"])].reset_index(drop=True)
    rows["satisfaction"] = ordered(rows["satisfaction"], LEVELS)
    rows["influence"] = pd.Categorical(rows["influence"], LEVELS)
    rows["type"] = pd.Categorical(rows["type"], ["tower", "apartment", "atrium", "terrace"])
    rows["contact"] = pd.Categorical(rows["contact"], ["low", "high"])
    return rows


@pytest.fixture(scope="module")
def applicants() -> pd.DataFrame:
    """The data of the UCLA tutorial on ordinal logistic regression, as statsmodels ships them."""
    rows = pd.read_csv(Path(ordinal_results.__file__).parent / "ologit_ucla.csv")
    return rows.assign(apply=ordered(rows["apply"], ["unlikely", "somewhat likely", "very likely"]))


def test_housing_gives_the_published_fit(housing: pd.DataFrame) -> None:
    fit = proportional_odds(housing["satisfaction"], housing[["influence", "type", "contact"]])
    assert fit.coefficients == pytest.approx([0.5664, 1.2888, -0.5724, -0.3662, -1.0910, 0.3603], abs=1e-3)
    assert fit.parameters[:2] == pytest.approx([-0.4961, 0.6907], abs=1e-3)
    assert -2 * likelihood(fit.parameters, fit.rows)[0] == pytest.approx(3479.149, abs=1e-3)
    assert errors_of_information(fit) == pytest.approx(
        [0.10465, 0.12716, 0.11924, 0.15517, 0.15149, 0.09554], rel=0.01
    )
    assert fit.terms[:3] == ("influence: medium", "influence: high", "type: apartment")
    assert fit.n == 1681


def test_applicants_give_the_published_fit(applicants: pd.DataFrame) -> None:
    fit = proportional_odds(applicants["apply"], applicants[["pared", "public", "gpa"]])
    assert fit.coefficients == pytest.approx([1.0477, -0.0587, 0.6157], abs=1e-3)
    assert -2 * likelihood(fit.parameters, fit.rows)[0] == pytest.approx(717.025, abs=1e-3)


def register(seed: int, n: int = 300, clusters: int = 20) -> pd.DataFrame:
    """A register with a factor, a number and regions, and ratings that depend on them."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "theme": pd.Categorical(rng.choice(["a", "b", "c"], n)),
            "size": rng.normal(size=n),
            "region": rng.integers(0, clusters, n).astype(str),
        }
    )
    latent = 0.8 * (rows["theme"] == "b") + 0.5 * rows["size"] + rng.logistic(size=n)
    return rows.assign(rating=ordered(np.array(LEVELS)[np.digitize(latent, [-0.5, 1.0])], LEVELS))


def test_fit_equals_that_of_statsmodels(seed: int) -> None:
    rows = register(seed)
    fit = proportional_odds(rows["rating"], rows[["theme", "size"]], rows["region"])
    model = OrderedModel(rows["rating"], regression.design(rows[["theme", "size"]]), distr="logit")
    other = model.fit(
        method="bfgs",
        disp=False,
        gtol=1e-8,
        cov_type="cluster",
        cov_kwds={"groups": pd.factorize(rows["region"])[0]},
    )
    assert fit.coefficients == pytest.approx(other.params[:3].to_numpy(), abs=1e-4)
    assert fit.parameters[:2] == pytest.approx(
        model.transform_threshold_params(other.params.to_numpy())[1:-1], abs=1e-4
    )
    assert likelihood(fit.parameters, fit.rows)[0] == pytest.approx(other.llf, abs=1e-6)
    # The plain sandwich of statsmodels, corrected by counts only, is near where clusters are many and alike.
    assert log_odds_ratios(fit)["std_error"].to_numpy() == pytest.approx(other.bse[:3].to_numpy(), rel=0.1)


def test_two_levels_are_an_ordinary_logit(seed: int) -> None:
    rows = register(seed)
    rating = ordered(np.where(rows["rating"] == "high", "high", "low"), ["low", "high"])
    fit = proportional_odds(rating, rows[["size"]], rows["region"])
    logit = sm.Logit((rating == "high").astype(float), sm.add_constant(rows["size"])).fit(disp=0)
    assert [-fit.parameters[0], fit.coefficients[0]] == pytest.approx(logit.params.tolist(), abs=1e-6)


def test_worked_example_of_an_odds_ratio() -> None:
    rating = ordered(["high"] * 12 + ["low"] * 8 + ["high"] * 6 + ["low"] * 14, ["low", "high"])
    theme = pd.DataFrame(
        {"theme": pd.Categorical(["technology"] * 20 + ["rest"] * 20, ["rest", "technology"])}
    )
    fit = proportional_odds(rating, theme)
    row = log_odds_ratios(fit).iloc[0]
    assert row["term"] == "theme: technology"
    assert np.exp(row["estimate"]) == pytest.approx(12 * 14 / (8 * 6))
    assert errors_of_information(fit) == pytest.approx([np.sqrt(1 / 12 + 1 / 8 + 1 / 6 + 1 / 14)])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_reversing_the_order_flips_the_coefficients(seed: int) -> None:
    rows = register(seed, n=200)
    backward = rows["rating"].cat.set_categories(LEVELS[::-1], ordered=True)
    one, two = (proportional_odds(rating, rows[["theme", "size"]]) for rating in (rows["rating"], backward))
    assert one.coefficients == pytest.approx(-two.coefficients, abs=1e-6)
    assert one.parameters[:2] == pytest.approx(-two.parameters[1::-1], abs=1e-6)
    reached = [likelihood(fit.parameters, fit.rows)[0] for fit in (one, two)]
    assert reached[0] == pytest.approx(reached[1])


def test_jackknife_leaves_out_one_region_at_a_time(seed: int) -> None:
    rows = register(seed, clusters=6)
    fit = proportional_odds(rows["rating"], rows[["theme", "size"]], rows["region"])
    left = []
    for region in sorted(rows["region"].unique()):
        rest = rows[rows["region"] != region]
        left.append(proportional_odds(rest["rating"], rest[["theme", "size"]]).coefficients)
    error = np.sqrt(5 * np.var(left, axis=0))
    result = log_odds_ratios(fit, jackknife=True)
    assert result["std_error"].to_numpy() == pytest.approx(error, rel=1e-5)
    assert result["estimate"].to_numpy() == pytest.approx(fit.coefficients)


def test_rows_without_rating_covariate_or_region_are_left_out(seed: int) -> None:
    rows = register(seed)
    holes = rows.copy()
    holes.loc[:9, "rating"] = np.nan
    holes.loc[10:19, "size"] = np.nan
    holes.loc[20:29, "theme"] = np.nan
    holes.loc[30:39, "region"] = np.nan
    fit = proportional_odds(holes["rating"], holes[["theme", "size"]], holes["region"])
    rest = rows.loc[40:]
    assert fit.n == 260
    assert fit.coefficients == pytest.approx(
        proportional_odds(rest["rating"], rest[["theme", "size"]], rest["region"]).coefficients
    )


def test_levels_nobody_has_do_not_matter(seed: int) -> None:
    rows = register(seed)
    more = rows["rating"].cat.set_categories(["none", "low", "medium", "much", "high"], ordered=True)
    fit = proportional_odds(more, rows[["size"]])
    assert fit.levels == ("low", "medium", "high")
    assert fit.coefficients == pytest.approx(proportional_odds(rows["rating"], rows[["size"]]).coefficients)


def test_a_region_on_which_everything_hangs_leaves_no_jackknife(seed: int) -> None:
    rows = register(seed)
    alone = np.flatnonzero(rows["region"] == "7")
    rows["theme"] = pd.Categorical(rows.index.isin(alone[::2]))
    rows.loc[alone[:3], "rating"] = LEVELS
    rows.loc[alone[2:5], "rating"] = LEVELS
    fit = proportional_odds(rows["rating"], rows[["theme"]], rows["region"])
    with pytest.raises(ValueError, match="collinear"):
        log_odds_ratios(fit, jackknife=True)


def test_models_that_cannot_be_fitted_say_why(seed: int) -> None:
    rows = register(seed)
    with pytest.raises(ValueError, match="at most 0 coefficients"):
        proportional_odds(rows["rating"].head(12), rows[["size"]].head(12))
    with pytest.raises(ValueError, match="collinear"):
        proportional_odds(rows["rating"], rows[["size"]].assign(twice=2 * rows["size"]))
    empty = rows.copy()[(rows["theme"] != "c") & ((rows["theme"] != "b") | (rows["rating"] == "high"))]
    empty["theme"] = empty["theme"].cat.remove_unused_categories()
    with pytest.raises(ValueError, match="separated"):
        proportional_odds(empty["rating"], empty[["theme"]])
    with pytest.raises(ValueError, match="at most 0 coefficients"):
        proportional_odds(rows["rating"].where(rows["rating"] == "low"), rows[["size"]])


@pytest.mark.slow
def test_intervals_cover_known_effects_at_their_nominal_rate(seed: int) -> None:
    """Registers of 318 projects in 34 unequal regions, with ratings that resemble each other within one."""
    rng = np.random.default_rng(seed)
    effects = np.array([0.7, -0.4])
    share = rng.dirichlet(np.full(34, 3.0))
    clustered: list[list[bool]] = []
    left_out: list[list[bool]] = []
    for _ in range(600):
        region = np.concatenate([np.arange(34), rng.choice(34, 284, p=share)])
        technology = rng.random(318) < 0.15 + 0.2 * rng.random(34)[region]
        size = rng.normal(size=318)
        # Correlated normal errors turned logistic: the marginal model is exactly proportional odds.
        common = np.sqrt(0.1) * rng.normal(size=34)[region] + np.sqrt(0.9) * rng.normal(size=318)
        latent = effects[0] * technology + effects[1] * size + stats.logistic.ppf(stats.norm.cdf(common))
        rating = ordered(
            np.array(["1", "2", "3", "4", "5"])[np.digitize(latent, [-1.5, -0.2, 0.6, 1.8])], list("12345")
        )
        fit = proportional_odds(
            rating, pd.DataFrame({"technology": technology, "size": size}), pd.Series(region.astype(str))
        )
        for found, result in (
            (clustered, log_odds_ratios(fit)),
            (left_out, log_odds_ratios(fit, jackknife=True)),
        ):
            found.append(((result["conf_low"] <= effects) & (effects <= result["conf_high"])).tolist())
    noise = 4 * np.sqrt(0.95 * 0.05 / 600)
    assert np.mean(clustered, axis=0) == pytest.approx([0.95, 0.95], abs=noise)
    assert np.mean(left_out, axis=0) == pytest.approx([0.95, 0.95], abs=noise)


def test_intervals_use_student_with_degrees_of_freedom_of_their_own(seed: int) -> None:
    rows = register(seed)
    row = log_odds_ratios(proportional_odds(rows["rating"], rows[["size"]], rows["region"])).iloc[0]
    assert row["method"] == "CR2 on 20 clusters, Satterthwaite t"
    assert 5 < row["df"] < 19
    assert row["conf_high"] - row["estimate"] == pytest.approx(
        stats.t.ppf(0.975, row["df"]) * row["std_error"]
    )
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(abs(row["estimate"]) / row["std_error"], row["df"]))


@pytest.mark.parametrize("holders", [1, 2])
def test_a_term_of_few_regions_gets_few_degrees_of_freedom_or_no_interval(holders: int, seed: int) -> None:
    rows = register(seed)
    theme = pd.DataFrame({"theme": rows["region"].astype(int) < holders})
    row = log_odds_ratios(proportional_odds(rows["rating"], theme, rows["region"])).iloc[0]
    if holders == 1:
        assert row[["conf_low", "conf_high"]].tolist() == [-np.inf, np.inf]
        assert np.isnan(row["p_value"])
    else:
        assert row["df"] < 2


@pytest.mark.slow
@pytest.mark.parametrize("holders", [1, 2, 3, 5])
def test_a_covariate_of_few_regions_is_seldom_found_where_there_is_nothing(holders: int, seed: int) -> None:
    """With a third of the rows' spread between regions the plain sandwich is wrong in 75 to 13 of 100."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(400):
        region = rng.integers(0, 34, 318)
        latent = rng.normal(size=34)[region] + rng.logistic(size=318)
        rating = ordered(np.array(LEVELS)[np.digitize(latent, [-0.5, 1.0])], LEVELS)
        covariate = pd.DataFrame({"vision": region < holders})
        try:
            fit = proportional_odds(rating, covariate, pd.Series(region.astype(str)))
        except ValueError:
            continue
        found.append(log_odds_ratios(fit)["p_value"].iloc[0] < 0.05)
    assert np.mean(found) <= 0.07


def test_worked_example_of_a_marginal_effect() -> None:
    rating = pd.Categorical(
        ["high"] * 12 + ["low"] * 8 + ["high"] * 6 + ["low"] * 14, ["low", "high"], ordered=True
    )
    theme = pd.DataFrame(
        {"theme": pd.Categorical(["technology"] * 20 + ["rest"] * 20, ["rest", "technology"])}
    )
    result = average_marginal_effects(proportional_odds(pd.Series(rating), theme)).set_index("level")
    assert result["estimate"].to_dict() == pytest.approx({"low": -0.3, "high": 0.3})


def test_effects_of_a_term_cancel_over_the_levels(seed: int) -> None:
    rows = register(seed)
    result = average_marginal_effects(proportional_odds(rows["rating"], rows[["theme", "size"]]))
    assert result.groupby("term")["estimate"].sum().to_numpy() == pytest.approx(np.zeros(3), abs=1e-8)
    assert result["level"].tolist() == LEVELS * 3


def test_factors_compare_all_rows_at_one_level_with_all_rows_at_the_first(seed: int) -> None:
    rows = register(seed)
    fit = proportional_odds(rows["rating"], rows[["theme", "size"]])
    index = fit.coefficients[2] * rows["size"]
    chances = [1 - special.expit(fit.parameters[1] - index - shift) for shift in (fit.coefficients[1], 0.0)]
    result = average_marginal_effects(fit).set_index(["term", "level"])
    assert result.loc[("theme: c", "high"), "estimate"] == pytest.approx((chances[0] - chances[1]).mean())


def test_numbers_agree_with_the_slopes_of_statsmodels(seed: int) -> None:
    rows = register(seed)
    high = (rows["rating"] == "high").astype(float)
    rating = pd.Series(pd.Categorical(np.where(high == 1, "high", "low"), ["low", "high"], ordered=True))
    row = average_marginal_effects(proportional_odds(rating, rows[["size"]])).iloc[1]
    other = sm.Logit(high, sm.add_constant(rows[["size"]])).fit(disp=0).get_margeff()
    assert row["estimate"] == pytest.approx(other.margeff[0], rel=1e-5)
    assert row["std_error"] == pytest.approx(other.margeff_se[0], rel=0.2)


def test_ratings_without_an_order_are_refused() -> None:
    ratings = pd.Series(["low", "high"] * 30).astype("category")  # in the order of the alphabet
    covariate = pd.DataFrame({"x": np.arange(60) % 7})
    with pytest.raises(ValueError, match="ordered categorical"):
        proportional_odds(ratings, covariate, pd.Series(list("abcdef") * 10))
