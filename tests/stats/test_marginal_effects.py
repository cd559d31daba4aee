from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import special

from ivvu_analysis.stats.marginal_effects import average_marginal_effects
from ivvu_analysis.stats.models import proportional_odds

LEVELS = ["low", "medium", "high"]


def register(seed: int, n: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"theme": pd.Categorical(rng.choice(["a", "b", "c"], n)), "size": rng.normal(size=n)})
    latent = 0.8 * (rows["theme"] == "b") + 0.5 * rows["size"] + rng.logistic(size=n)
    rating = np.array(LEVELS)[np.digitize(latent, [-0.5, 1.0])]
    return rows.assign(rating=pd.Categorical(rating, LEVELS, ordered=True))


def test_worked_example_of_a_marginal_effect() -> None:
    rating = pd.Categorical(
        ["high"] * 12 + ["low"] * 8 + ["high"] * 6 + ["low"] * 14, ["low", "high"], ordered=True
    )
    theme = pd.DataFrame(
        {"theme": pd.Categorical(["technology"] * 20 + ["rest"] * 20, ["rest", "technology"])}
    )
    result = average_marginal_effects(proportional_odds(pd.Series(rating), theme)).set_index("level")
    assert result["estimate"].to_dict() == pytest.approx({"low": -0.3, "high": 0.3})
    assert result["std_error"].to_numpy() == pytest.approx(np.sqrt((0.6 * 0.4 + 0.3 * 0.7) / 20))


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
    assert row["std_error"] == pytest.approx(other.margeff_se[0], rel=1e-4)
