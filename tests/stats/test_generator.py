from __future__ import annotations

from collections import defaultdict
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, stats

from ivvu_analysis.stats import generator
from ivvu_analysis.stats.generator import Generator, fit_generator

WAVES = ["2019-03", "2019-10", "2020-03", "2020-10"]
AGREEMENTS = pd.DataFrame([[1, 7, 10, 16], [0, 7, 6, 21], [0, 3, 4, 27], [0, 0, 2, 32]], index=WAVES)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.floats(1e-6, 30), st.just(0.2)), min_size=1, max_size=4), st.floats(0, 30))
def test_transition_matrices_are_the_matrix_exponential(rates: list[float], months: float) -> None:
    k = len(rates)
    q = np.diag([*(-np.array(rates)), 0.0])
    q[np.arange(k), np.arange(k) + 1] = rates
    matrix = generator.transition_matrices(np.array([rates]), months)[0]
    assert matrix == pytest.approx(linalg.expm(q * months), abs=1e-10)
    assert matrix.sum(axis=1) == pytest.approx(np.ones(k + 1), abs=1e-10)


def test_small_chances_keep_their_relative_precision() -> None:
    corner = generator.transition_matrices(np.full((1, 4), 1e-6), 1.0)[0, 0, 4]
    assert corner == pytest.approx(1e-24 / 24, rel=1e-5)


def test_likelihood_of_two_phases_is_binomial() -> None:
    counts = np.array([[10, 3], [4, 9]])
    value = generator.log_likelihood(counts, [6], np.array([[0.1]]))[0][0]
    assert value == pytest.approx(stats.binom.logpmf(4, 10, np.exp(-0.6)), abs=1e-10)


def test_likelihood_sums_over_every_way_the_regions_can_have_gone() -> None:
    before, rates = np.array([2, 1, 2, 1]), np.array([[0.3, 0.1, 0.2]])
    matrix = generator.transition_matrices(rates, 5)[0]
    start = np.repeat(np.arange(4), before)
    chances: defaultdict[tuple[int, ...], float] = defaultdict(float)
    for end in product(range(4), repeat=len(start)):
        chances[tuple(np.bincount(end, minlength=4).tolist())] += float(np.prod(matrix[start, np.array(end)]))
    possible = {margin: chance for margin, chance in chances.items() if chance > 0}
    assert sum(possible.values()) == pytest.approx(1)
    for margin, chance in possible.items():
        value = generator.log_likelihood(np.array([before, margin]), [5], rates)[0][0]
        assert np.exp(value) == pytest.approx(chance, rel=1e-10)


def test_counts_of_regions_that_are_not_observed_one_by_one_form_a_chain() -> None:
    """The chance of two later margins is the product of the chances of each given the one before."""
    rates, start = np.array([[0.4, 0.2]]), np.array([0, 0, 1])
    first, second = (generator.transition_matrices(rates, gap)[0] for gap in (3, 4))
    direct = 0.0
    for middle, end in product(product(range(3), repeat=3), repeat=2):
        margins = [np.bincount(phases, minlength=3).tolist() for phases in (middle, end)]
        if margins == [[1, 1, 1], [0, 1, 2]]:
            direct += float(
                np.prod(first[start, np.array(middle)]) * np.prod(second[np.array(middle), np.array(end)])
            )
    counts = np.array([[2, 1, 0], [1, 1, 1], [0, 1, 2]])
    assert np.exp(generator.log_likelihood(counts, [3, 4], rates)[0][0]) == pytest.approx(direct, rel=1e-10)


def test_flow_tables_have_their_margins_and_are_all_different() -> None:
    before, after = np.array([4, 15, 13, 2, 0]), np.array([0, 11, 8, 13, 2])
    tables = generator.flow_tables(before, after)
    assert (tables.sum(axis=2) == before).all()
    assert (tables.sum(axis=1) == after).all()
    assert (np.tril(tables, -1) == 0).all()
    assert len(np.unique(tables.reshape(len(tables), -1), axis=0)) == len(tables) == 714


def test_worked_example_posterior_of_one_rate_is_a_beta_distribution(seed: int) -> None:
    """Of ten regions four stay six months: with u = exp(-6 rate), u is Beta(4 + 12/6, 6 + 1) a posteriori."""
    fitted = fit_generator(pd.DataFrame([[10, 0], [4, 6]], index=["2019-03", "2019-09"]), seed)
    stay = np.exp(-6 * fitted.rates[:, 0])
    assert stay.mean() == pytest.approx(6 / 13, abs=2e-3)
    quantiles = [0.025, 0.5, 0.975]
    assert np.quantile(stay, quantiles) == pytest.approx(stats.beta(6, 7).ppf(quantiles), abs=6e-3)


def test_importance_sample_is_worth_most_of_its_draws(seed: int) -> None:
    assert len(np.unique(fit_generator(AGREEMENTS, seed).rates, axis=0)) > 2048


def test_same_seed_same_draws_and_other_seed_other_draws(seed: int) -> None:
    first, again, other = (fit_generator(AGREEMENTS, s).rates for s in (seed, seed, seed + 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    "counts",
    [
        [[0, 0, 5], [0, 0, 5]],
        [[5, 0, 0], [5, 0, 0]],
        [[1, 0, 0], [0, 0, 1]],
        [[30, 0, 0, 0, 0], [0, 0, 0, 0, 30]],
    ],
)
def test_extreme_ladders_have_a_finite_posterior(counts: list[list[int]], seed: int) -> None:
    fitted: Generator = fit_generator(pd.DataFrame(counts, index=["2020-03", "2020-10"]), seed)
    assert np.isfinite(fitted.rates).all()
    assert (fitted.rates > 0).all()
    assert len(np.unique(fitted.rates, axis=0)) > 300


def test_without_exposure_the_posterior_is_the_prior(seed: int) -> None:
    fitted = fit_generator(pd.DataFrame([[0, 5], [0, 5]], index=["2020-03", "2020-10"]), seed)
    assert fitted.rates.mean() == pytest.approx(1 / 12, rel=0.05)


def test_a_ladder_on_which_some_region_fell_back_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="fell back"):
        fit_generator(pd.DataFrame([[0, 3], [1, 2]], index=["2020-03", "2020-10"]), seed)


@pytest.mark.parametrize("waves", [["2020-03"], ["2020-10", "2020-03"], ["2020-03", "2020-03"]])
def test_rates_need_waves_that_run_forward(waves: list[str], seed: int) -> None:
    with pytest.raises(ValueError, match="two waves or more"):
        fit_generator(pd.DataFrame([[1, 1]] * len(waves), index=waves), seed)


def test_months_are_counted_between_waves() -> None:
    pairs = zip(WAVES, [*WAVES[1:], "2021-12"], strict=True)
    assert [generator.months_between(*pair) for pair in pairs] == [7, 5, 7, 14]


@pytest.mark.slow
def test_posterior_is_calibrated(seed: int) -> None:
    """Rates drawn from the prior lie in their 90 % interval nine times in ten, over 500 simulated ladders."""
    rng = np.random.default_rng(seed)
    covered = []
    for _ in range(500):
        rates = rng.exponential(1 / 12, size=3)
        phases, counts = np.repeat([0, 1, 2], [10, 14, 10]), [[10, 14, 10, 0]]
        for gap in (7, 5, 7):
            matrix = generator.transition_matrices(rates[None], gap)[0]
            phases = np.array([rng.choice(4, p=matrix[phase]) for phase in phases])
            counts.append(np.bincount(phases, minlength=4).tolist())
        fitted = fit_generator(pd.DataFrame(counts, index=WAVES), int(rng.integers(2**31)), draws=1024)
        low, high = np.quantile(fitted.rates, [0.05, 0.95], axis=0)
        covered.append((low <= rates) & (rates <= high))
    assert np.mean(covered, axis=0) == pytest.approx([0.9] * 3, abs=4 * np.sqrt(0.09 / 500))


def test_regions_that_differ_slow_down_and_the_last_ones_most(seed: int) -> None:
    alike, differing = (fit_generator(AGREEMENTS, seed, frailty=cv) for cv in (0.0, 0.7))
    assert differing.chances(14)[:, 2, 3].mean() < alike.chances(14)[:, 2, 3].mean()
    assert differing.chances(14).sum(axis=2) == pytest.approx(1)
    mean_pace = (differing.shares * differing.paces).sum(axis=2).mean(axis=0)
    assert mean_pace[2] < mean_pace[3]


def test_pace_points_have_mean_one_and_the_variation_asked_for() -> None:
    points, weights = generator.pace_points(0.7)
    assert weights @ points == pytest.approx(1)
    assert np.sqrt(weights @ (points - 1) ** 2) == pytest.approx(0.7)


def test_hardly_any_difference_is_none(seed: int) -> None:
    counts, rates = AGREEMENTS.to_numpy(), np.array([[0.2, 0.15, 0.1]])
    alike, hardly, some = (
        generator.log_likelihood(counts, [7, 5, 7], rates, cv)[0][0] for cv in (0, 0.1, 0.2)
    )
    assert abs(hardly - alike) < 0.1
    assert (some - alike) / (hardly - alike) == pytest.approx(4, rel=0.1)  # it grows with the variance


@pytest.mark.slow
def test_an_outlook_for_alike_regions_is_too_high_where_they_differ(seed: int) -> None:
    """Ladders of 34 regions whose pace has a variation of 0.7, and what either outlook says of them all."""
    rng, waves, gaps = np.random.default_rng(seed), ["2019-03", "2019-10", "2020-03", "2020-10"], [0, 7, 5, 7]
    said: dict[float, list[float]] = {0.0: [], 0.7: []}
    came = []
    for _ in range(60):
        pace = rng.gamma(1 / 0.49, 0.49, 34)
        at = rng.exponential(1 / np.array([0.25, 0.2, 0.15])[:, None] / pace).cumsum(axis=0)
        times = [*np.cumsum(gaps), np.cumsum(gaps)[-1] + 24]
        phases = np.array([(at <= time).sum(axis=0) for time in times])
        counts = np.array([np.bincount(row, minlength=4) for row in phases])
        ladder = pd.DataFrame(counts[:-1], index=waves)
        for cv, chances in said.items():
            fitted = fit_generator(ladder, seed, draws=512, frailty=cv).chances(24)[:, :, -1]
            chances.append(float((fitted ** counts[-2]).prod(axis=1).mean()))
        came.append(counts[-1, -1] == 34)
    error = 2 * np.sqrt(0.1 / 60)
    assert np.mean(said[0.7]) == pytest.approx(np.mean(came), abs=error)
    assert np.mean(said[0.0]) > np.mean(said[0.7]) + 0.05
