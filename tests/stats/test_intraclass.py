from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ivvu_analysis.stats import agreement, proportions


def test_the_rise_of_scalability_goes_at_a_correlation_below_three_percent() -> None:
    row = proportions.newcombe(178, 318, 126, 268).iloc[0]
    limits = row[["estimate", "conf_low", "conf_high"]].to_list()
    assert agreement.overturning_correlation(*limits, n=318, clusters=34) == pytest.approx(0.027, abs=0.002)


def test_at_that_correlation_the_widened_interval_ends_at_the_null() -> None:
    rho = agreement.overturning_correlation(-0.2, -0.3, -0.1, n=340, clusters=34)
    assert -0.2 + 0.1 * np.sqrt(1 + 9 * rho) == pytest.approx(0)


@pytest.mark.parametrize(("low", "expected"), [(-0.1, 0.0), (0.19, np.inf)])
def test_no_finding_needs_none_and_a_sharp_one_has_none(low: float, expected: float) -> None:
    assert agreement.overturning_correlation(0.2, low, 0.21, n=340, clusters=34) == expected


def test_worked_example_of_a_correlation_within_regions() -> None:
    """Three regions of two, with ranks around 1.5, 3.5 and 5.5; between 2 * 8 / 2, within 1.5 / 3."""
    row = agreement.intraclass(pd.Series([1, 2, 5, 6, 8, 9]), pd.Series(list("aabbcc"))).iloc[0]
    assert row["estimate"] == pytest.approx((8 - 0.5) / (8 + 0.5), abs=1e-10)


def test_ratings_count_by_their_ranks_and_what_is_missing_is_left_out() -> None:
    ratings = pd.Series(pd.Categorical(["no", "yes", None, "yes", "no"], ["no", "yes"], ordered=True))
    row = agreement.intraclass(ratings, pd.Series(["a", "b", "a", "b", None])).iloc[0]
    assert row["n"] == 3


def test_nothing_varies_within() -> None:
    row = agreement.intraclass(pd.Series([1, 1, 2, 2]), pd.Series(list("aabb"))).iloc[0]
    assert np.isnan(row["estimate"])


@pytest.mark.slow
def test_a_known_correlation_is_covered(seed: int) -> None:
    rng, covered = np.random.default_rng(seed), []
    for _ in range(1000):
        region = np.repeat(np.arange(34), 9)
        values = np.sqrt(0.1) * rng.normal(size=34)[region] + np.sqrt(0.9) * rng.normal(size=306)
        row = agreement.intraclass(pd.Series(values), pd.Series(region)).iloc[0]
        covered.append(row["conf_low"] <= 0.1 <= row["conf_high"])
    assert np.mean(covered) == pytest.approx(0.95, abs=0.03)
