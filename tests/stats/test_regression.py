from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.miscmodels.tests.results as ordinal_results
from scipy import linalg, special, stats
from statsmodels.miscmodels.ordinal_model import OrderedModel

from ivvu_analysis.stats import regression
from ivvu_analysis.stats.cumulative_logit import likelihood
from ivvu_analysis.stats.regression import (
    OrdinalFit,
    average_marginal_effects,
    brant,
    log_odds_ratios,
    partial_proportional_odds,
)

LEVELS = ["low", "medium", "high"]
APPLICANTS = ["pared", "public", "gpa"]


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
def applicants() -> pd.DataFrame:
    """The data of the UCLA tutorial on ordinal logistic regression, as statsmodels ships them."""
    rows = pd.read_csv(Path(ordinal_results.__file__).parent / "ologit_ucla.csv")
    return rows.assign(apply=ordered(rows["apply"], ["unlikely", "somewhat likely", "very likely"]))


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


def two_groups(first: list[int], second: list[int]) -> OrdinalFit:
    """A model of one theme against the rest, from counts by level."""
    theme = np.repeat(["technology", "rest"], [sum(first), sum(second)])
    rating = np.concatenate([np.repeat([*"1234"][: len(counts)], counts) for counts in (first, second)])
    covariate = pd.DataFrame({"theme": pd.Categorical(theme, ["rest", "technology"])})
    return proportional_odds(ordered(rating, [*"1234"]), covariate)


def test_housing_gives_the_published_fit() -> None:
    counts = pd.read_csv(Path(__file__).parents[1] / "data" / "housing.csv")
    rows = counts.loc[counts.index.repeat(counts["tenants"])].reset_index(drop=True)
    rows["influence"] = pd.Categorical(rows["influence"], LEVELS)
    rows["type"] = pd.Categorical(rows["type"], ["tower", "apartment", "atrium", "terrace"])
    rows["contact"] = pd.Categorical(rows["contact"], ["low", "high"])
    fit = proportional_odds(ordered(rows["satisfaction"], LEVELS), rows[["influence", "type", "contact"]])
    assert fit.coefficients == pytest.approx([0.5664, 1.2888, -0.5724, -0.3662, -1.0910, 0.3603], abs=1e-3)
    assert fit.parameters[:2] == pytest.approx([-0.4961, 0.6907], abs=1e-3)
    assert -2 * likelihood(fit.parameters, fit.rows)[0] == pytest.approx(3479.149, abs=1e-3)
    assert errors_of_information(fit) == pytest.approx(
        [0.10465, 0.12716, 0.11924, 0.15517, 0.15149, 0.09554], rel=0.01
    )
    assert fit.terms[:3] == ("influence: medium", "influence: high", "type: apartment")
    assert fit.n == 1681


def test_applicants_give_the_published_fit_and_brant_test(applicants: pd.DataFrame) -> None:
    fit = proportional_odds(applicants["apply"], applicants[APPLICANTS])
    assert fit.coefficients == pytest.approx([1.0477, -0.0587, 0.6157], abs=1e-3)
    assert -2 * likelihood(fit.parameters, fit.rows)[0] == pytest.approx(717.025, abs=1e-3)
    result = brant(fit).set_index("term")
    overall = result.loc["all terms", ["estimate", "df", "p_value"]].tolist()
    assert overall == pytest.approx([4.34, 3, 0.227], abs=5e-3)
    assert result.loc[APPLICANTS, "estimate"].tolist() == pytest.approx([0.13, 3.44, 0.18], abs=5e-3)


def test_fit_equals_that_of_statsmodels(seed: int) -> None:
    rows = register(seed)
    fit = proportional_odds(rows["rating"], rows[["theme", "size"]], rows["region"])
    model = OrderedModel(rows["rating"], regression.design(rows[["theme", "size"]]), distr="logit")
    clusters = {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(rows["region"])[0]}}
    other = model.fit(method="bfgs", disp=False, gtol=1e-8, **clusters)
    thresholds = model.transform_threshold_params(other.params.to_numpy())[1:-1]
    assert fit.parameters == pytest.approx([*thresholds, *other.params[:3]], abs=1e-4)
    assert likelihood(fit.parameters, fit.rows)[0] == pytest.approx(other.llf, abs=1e-6)
    # The plain sandwich of statsmodels, corrected by counts only, is near where clusters are many and alike.
    assert log_odds_ratios(fit)["std_error"].to_numpy() == pytest.approx(other.bse[:3].to_numpy(), rel=0.1)


def test_worked_example_of_an_odds_ratio_and_a_marginal_effect() -> None:
    fit = two_groups([8, 12], [14, 6])
    row = log_odds_ratios(fit).iloc[0]
    assert row["term"] == "theme: technology"
    assert np.exp(row["estimate"]) == pytest.approx(12 * 14 / (8 * 6))
    assert errors_of_information(fit) == pytest.approx([np.sqrt(1 / 12 + 1 / 8 + 1 / 6 + 1 / 14)])
    effects = average_marginal_effects(fit).set_index("level")["estimate"]
    assert effects.to_dict() == pytest.approx({"1": -0.3, "2": 0.3})


def test_rows_with_something_missing_and_levels_nobody_has_are_left_out(seed: int) -> None:
    rows = register(seed)
    more = rows["rating"].cat.set_categories(["none", "low", "medium", "much", "high"], ordered=True)
    holes = rows.assign(rating=more)
    for number, column in enumerate(["rating", "size", "theme", "region"]):
        holes.loc[10 * number : 10 * number + 9, column] = np.nan
    fit, other = (
        proportional_odds(some["rating"], some[["theme", "size"]], some["region"])
        for some in (holes, rows.loc[40:])
    )
    assert (fit.n, fit.levels) == (260, ("low", "medium", "high"))
    assert fit.coefficients == pytest.approx(other.coefficients)
    assert fit.covariance == pytest.approx(other.covariance)


def test_rows_are_known_by_their_labels_and_levels_nobody_has_are_no_terms(seed: int) -> None:
    rows = register(seed)
    more = rows.assign(theme=rows["theme"].cat.set_categories(["none", *"abc", "other"]))
    covariates, clusters = more[["theme", "size"]].sort_values("size"), rows["region"].sort_values()
    fit = proportional_odds(rows["rating"], covariates, clusters)
    other = proportional_odds(rows["rating"], rows[["theme", "size"]], rows["region"])
    assert fit.terms == other.terms
    assert fit.parameters == pytest.approx(other.parameters)
    assert fit.covariance == pytest.approx(other.covariance)


def test_models_that_cannot_be_fitted_say_why(seed: int) -> None:
    rows = register(seed)
    with pytest.raises(ValueError, match="at most 0 coefficients"):
        proportional_odds(rows["rating"].head(12), rows[["size"]].head(12))
    with pytest.raises(ValueError, match="at most 0 coefficients"):
        proportional_odds(rows["rating"].where(rows["rating"] == "low"), rows[["size"]])
    with pytest.raises(ValueError, match="collinear"):
        proportional_odds(rows["rating"], rows[["size"]].assign(twice=2 * rows["size"]))
    with pytest.raises(ValueError, match="separated"):
        two_groups([0, 0, 40], [30, 30, 30])
    with pytest.raises(ValueError, match="ordered categorical"):  # the alphabet would turn the signs
        proportional_odds(rows["rating"].astype(str).astype("category"), rows[["size"]])
    with pytest.raises(ValueError, match="same units"):
        proportional_odds(rows["rating"], rows[["size"]].set_axis(rows.index + 1))
    for same in ([], ["theme"]):
        with pytest.raises(ValueError, match="a covariate on which they differ"):
            proportional_odds(rows["rating"], rows.assign(theme="a")[same])


def test_cr2_is_the_bias_reduced_sandwich_of_the_working_model(seed: int) -> None:
    """Bell and McCaffrey write it with a matrix of rows by rows for each cluster."""
    rows = register(seed, n=120, clusters=7)
    high = rows["rating"] == "high"
    fit = proportional_odds(ordered(np.where(high, "b", "a"), [*"ab"]), rows[["size"]], rows["region"])
    plain = np.column_stack([-np.ones(120), rows["size"]])
    p = special.expit(plain @ fit.parameters)
    root = np.sqrt(p * (1 - p))
    X, residual = plain * root[:, None], (high - p).to_numpy() / root
    bread, moves, pulls = np.linalg.inv(X.T @ X), [], []
    for _, inside in rows.groupby("region").indices.items():
        hat = X[inside] @ bread @ X[inside].T
        adjusted = bread @ X[inside].T @ linalg.inv(linalg.sqrtm(np.eye(len(inside)) - hat).real)
        moves.append(adjusted @ residual[inside])
        pulls.append(adjusted @ (np.eye(120)[inside] - X[inside] @ bread @ X.T))
    assert fit.covariance == pytest.approx(np.transpose(moves) @ moves, rel=1e-6)
    omega = np.einsum("gkn,hkn->kgh", pulls, pulls)
    mean = np.trace(omega, axis1=1, axis2=2)
    assert mean == pytest.approx(np.diag(bread), rel=1e-6)
    assert fit.df == pytest.approx(mean**2 / (omega**2).sum((1, 2)), rel=1e-6)


def test_intervals_use_student_with_degrees_of_freedom_of_their_own(seed: int) -> None:
    rows = register(seed)
    row = log_odds_ratios(proportional_odds(rows["rating"], rows[["size"]], rows["region"])).iloc[0]
    assert row["method"] == "CR2 on 20 clusters, Satterthwaite t"
    assert 5 < row["df"] < 19
    half = stats.t.ppf(0.975, row["df"]) * row["std_error"]
    assert row["estimate"] + [-half, half] == pytest.approx(row[["conf_low", "conf_high"]].to_list())
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


def test_jackknife_leaves_out_one_region_at_a_time(seed: int) -> None:
    rows = register(seed, clusters=6)
    fit = proportional_odds(rows["rating"], rows[["theme", "size"]], rows["region"])
    rest = [rows[rows["region"] != region] for region in rows["region"].unique()]
    left = [proportional_odds(some["rating"], some[["theme", "size"]]).coefficients for some in rest]
    result = log_odds_ratios(fit, jackknife=True)
    assert result["std_error"].to_numpy() == pytest.approx(np.sqrt(5 * np.var(left, axis=0)), rel=1e-5)
    assert result["estimate"].to_numpy() == pytest.approx(fit.coefficients)


def test_a_region_on_which_everything_hangs_leaves_no_jackknife(seed: int) -> None:
    rows = register(seed)
    alone = np.flatnonzero(rows["region"] == "7")
    rows["theme"] = pd.Categorical(rows.index.isin(alone[::2]))
    rows.loc[alone[:3], "rating"] = LEVELS
    rows.loc[alone[2:5], "rating"] = LEVELS
    fit = proportional_odds(rows["rating"], rows[["theme"]], rows["region"])
    with pytest.raises(ValueError, match="collinear"):
        log_odds_ratios(fit, jackknife=True)
    rows["rating"] = rows["rating"].where((rows["rating"] != "high") | (rows["region"] == "7"), "medium")
    fit = proportional_odds(rows["rating"], rows[["size"]], rows["region"])
    with pytest.raises(ValueError, match="on at least two levels, and on each of those"):
        log_odds_ratios(fit, jackknife=True)


@pytest.mark.slow
def test_intervals_cover_known_effects_at_their_nominal_rate(seed: int) -> None:
    """Registers of 318 projects in 34 unequal regions, with ratings that resemble each other within one."""
    rng = np.random.default_rng(seed)
    effects = np.array([0.7, -0.4])
    share = rng.dirichlet(np.full(34, 3.0))
    covered = []
    for _ in range(600):
        region = np.concatenate([np.arange(34), rng.choice(34, 284, p=share)])
        technology = rng.random(318) < 0.15 + 0.2 * rng.random(34)[region]
        size = rng.normal(size=318)
        # Correlated normal errors turned logistic: the marginal model is exactly proportional odds.
        common = np.sqrt(0.1) * rng.normal(size=34)[region] + np.sqrt(0.9) * rng.normal(size=318)
        latent = effects[0] * technology + effects[1] * size + stats.logistic.ppf(stats.norm.cdf(common))
        rating = ordered(np.digitize(latent, [-1.5, -0.2, 0.6, 1.8]), range(5))
        covariates = pd.DataFrame({"technology": technology, "size": size})
        fit = proportional_odds(rating, covariates, pd.Series(region))
        results = [log_odds_ratios(fit, jackknife=jackknife) for jackknife in (False, True)]
        covered.append([(row["conf_low"] <= effects) & (effects <= row["conf_high"]) for row in results])
    noise = 4 * np.sqrt(0.95 * 0.05 / 600)
    assert np.mean(covered, axis=0) == pytest.approx(np.full((2, 2), 0.95), abs=noise)


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
        try:
            fit = proportional_odds(rating, pd.DataFrame({"vision": region < holders}), pd.Series(region))
        except ValueError:
            continue
        found.append(log_odds_ratios(fit)["p_value"].iloc[0] < 0.05)
    assert np.mean(found) <= 0.07


def test_factors_compare_all_rows_at_one_level_with_all_rows_at_the_first(seed: int) -> None:
    rows = register(seed)
    fit = proportional_odds(rows["rating"], rows[["theme", "size"]])
    index = fit.coefficients[2] * rows["size"]
    chances = [1 - special.expit(fit.parameters[1] - index - shift) for shift in (fit.coefficients[1], 0.0)]
    result = average_marginal_effects(fit)
    effects = result.set_index(["term", "level"])["estimate"]
    assert effects["theme: c", "high"] == pytest.approx((chances[0] - chances[1]).mean())
    assert effects.groupby("term").sum().to_numpy() == pytest.approx(np.zeros(3), abs=1e-8)
    assert result["level"].tolist() == LEVELS * 3


def test_numbers_agree_with_the_slopes_of_statsmodels(seed: int) -> None:
    rows = register(seed)
    high = rows["rating"] == "high"
    rating = ordered(np.where(high, "high", "low"), ["low", "high"])
    fit = proportional_odds(rating, rows[["size"]])
    logit = sm.Logit(high.astype(float), sm.add_constant(rows[["size"]])).fit(disp=0)
    assert [-1, 1] * fit.parameters == pytest.approx(logit.params.to_numpy(), abs=1e-6)
    row, other = average_marginal_effects(fit).iloc[1], logit.get_margeff()
    assert row["estimate"] == pytest.approx(other.margeff[0], rel=1e-5)
    assert row["std_error"] == pytest.approx(other.margeff_se[0], rel=0.2)


@pytest.mark.parametrize(
    ("first", "second", "published"),
    [([14, 10, 3, 2], [11, 7, 8, 4], [1.668, 2, 0.43422]), ([8, 16, 16], [20, 12, 8], [0.572, 1, 0.4495])],
)
def test_worked_example_brant(first: list[int], second: list[int], published: list[float]) -> None:
    """Of two groups it has a closed form."""
    variance, apart = 0.0, 0.0
    for counts, sign in ((np.array(first), 1), (np.array(second), -1)):
        above = counts[::-1].cumsum()[::-1][1:] / counts.sum()
        apart += sign * special.logit(above)
        variance += 1 / (counts.sum() * np.maximum.outer(above, above) * (1 - np.minimum.outer(above, above)))
    steps = np.diff(np.eye(len(apart)), axis=0)
    expected = steps @ apart @ np.linalg.solve(steps @ variance @ steps.T, steps @ apart)
    result = brant(two_groups(first, second)).iloc[0]
    assert result["estimate"] == pytest.approx(expected)
    assert result[["estimate", "df", "p_value"]].to_list() == pytest.approx(published, abs=5e-4)


def test_brant_leaves_out_a_cut_that_has_no_odds_ratio_and_has_nothing_to_compare_in_one() -> None:
    result = brant(two_groups([5, 5, 5, 0], [5, 4, 6, 5]))
    assert result["method"].unique().tolist() == ["Brant, 2 of 3 cuts"]
    assert result["df"].tolist() == [1, 1]
    one = brant(two_groups([12, 8], [6, 14]))
    assert one[["estimate", "df", "p_value"]].to_numpy().tolist() == [[0, 0, 1]] * 2


def test_freed_terms_have_the_logits_of_each_cut_and_others_one_odds_ratio(applicants: pd.DataFrame) -> None:
    fit = proportional_odds(applicants["apply"], applicants[APPLICANTS])
    result = partial_proportional_odds(fit, ["pared", "public"])
    assert result["term"].tolist() == ["pared", "pared", "public", "public", "gpa"]
    assert result["cut"].tolist() == ["somewhat likely", "very likely"] * 2 + [None]
    assert result["estimate"].iloc[-1] == pytest.approx(fit.coefficients[2])
    for cut, found in result[:4].groupby("cut"):
        above = (applicants["apply"] >= cut).astype(float)
        other = sm.Logit(above, sm.add_constant(applicants[APPLICANTS])).fit(disp=0)
        assert found["estimate"].to_numpy() == pytest.approx(other.params[["pared", "public"]], abs=1e-5)
        assert found["std_error"].to_numpy() == pytest.approx(other.bse[["pared", "public"]], rel=0.5)


def test_a_cut_that_is_separated_or_has_three_projects_above_it_cannot_be_freed() -> None:
    with pytest.raises(ValueError, match="separated"):
        partial_proportional_odds(two_groups([25, 25, 25, 0], [25, 20, 30, 25]), ["theme: technology"])
    with pytest.raises(ValueError, match="carry at most 0 coefficients"):
        partial_proportional_odds(two_groups([10, 20, 15, 1], [90, 100, 80, 2]), ["theme: technology"])
    with pytest.raises(ValueError, match="no term 'theme'; it has theme: technology"):
        partial_proportional_odds(two_groups([8, 12], [14, 6]), ["theme"])
