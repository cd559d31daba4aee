from __future__ import annotations

from collections import defaultdict
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from ivvu_analysis.stats import generator
from ivvu_analysis.stats.generator import fit_generator

WAVES = ["2019-03", "2019-10", "2020-03", "2020-10"]
AGREEMENTS = pd.DataFrame([[1, 7, 10, 16], [0, 7, 6, 21], [0, 3, 4, 27], [0, 0, 2, 32]], index=WAVES)


def test_small_chances_keep_their_relative_precision() -> None:
    corner = generator.transition_matrices(np.full((1, 4), 1e-6), 1.0)[0, 0, 4]
    assert corner == pytest.approx(1e-24 / 24, rel=1e-5)


def test_likelihood_sums_over_every_way_the_regions_can_have_gone() -> None:
    """Also over two intervals, though regions are not observed one by one: their counts form a chain."""
    before, rates = np.array([2, 1, 1, 0]), np.array([[0.4, 0.2, 0.3]])
    start = np.repeat(np.arange(4), before)
    first, second = (generator.transition_matrices(rates, gap)[0] for gap in (3, 4))
    ways = np.array([*product(range(4), repeat=len(start))])
    chances: defaultdict[tuple[int, ...], float] = defaultdict(float)
    for middle in ways[first[start, ways].prod(axis=1) > 0]:
        one = first[start, middle].prod() * second[middle, ways].prod(axis=1)
        for end, chance in zip(ways[one > 0], one[one > 0], strict=True):
            margins = [np.bincount(phases, minlength=4) for phases in (middle, end)]
            chances[tuple(np.concatenate(margins).tolist())] += float(chance)
    assert sum(chances.values()) == pytest.approx(1)
    for margins, chance in chances.items():
        counts = np.array([before, margins[:4], margins[4:]])
        value = generator.log_likelihood(counts, [3, 4], rates)[0][0]
        assert np.exp(value) == pytest.approx(chance, rel=1e-10)


def test_worked_example_posterior_of_one_rate_is_a_beta_distribution(seed: int) -> None:
    """Of ten regions four stay six months: with u = exp(-6 rate), u is Beta(4 + 12/6, 6 + 1) a posteriori."""
    fitted = fit_generator(pd.DataFrame([[10, 0], [4, 6]], index=["2019-03", "2019-09"]), seed)
    stay = np.exp(-6 * fitted.rates[:, 0])
    assert stay.mean() == pytest.approx(6 / 13, abs=2e-3)
    quantiles = [0.025, 0.5, 0.975]
    assert np.quantile(stay, quantiles) == pytest.approx(stats.beta(6, 7).ppf(quantiles), abs=6e-3)


def test_draws_hang_on_the_seed_and_are_worth_most_of_their_number(seed: int) -> None:
    first, again, other = (fit_generator(AGREEMENTS, s).rates for s in (seed, seed, seed + 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert len(np.unique(first, axis=0)) > 2048


@pytest.mark.parametrize(
    "counts", [[[0, 0, 5]] * 2, [[5, 0, 0]] * 2, [[1, 0, 0], [0, 0, 1]], [[30, *[0] * 4], [*[0] * 4, 30]]]
)
def test_extreme_ladders_have_a_finite_posterior(counts: list[list[int]], seed: int) -> None:
    rates = fit_generator(pd.DataFrame(counts, index=["2020-03", "2020-10"]), seed).rates
    assert np.isfinite(rates).all()
    assert (rates > 0).all()
    assert len(np.unique(rates, axis=0)) > 300


def test_a_ladder_on_which_some_region_fell_back_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="fell back"):
        fit_generator(pd.DataFrame([[0, 3], [1, 2]], index=["2020-03", "2020-10"]), seed)


@pytest.mark.parametrize("waves", [["2020-03"], ["2020-10", "2020-03"], ["2020-03", "2020-03"]])
def test_rates_need_waves_that_run_forward(waves: list[str], seed: int) -> None:
    with pytest.raises(ValueError, match="two waves or more"):
        fit_generator(pd.DataFrame([[1, 1]] * len(waves), index=waves), seed)


@pytest.mark.slow
def test_posterior_is_calibrated(seed: int) -> None:
    """Rates drawn from the prior lie in their 90 % interval nine times in ten, over 500 simulated ladders."""
    rng = np.random.default_rng(seed)
    covered = []
    for _ in range(500):
        rates = rng.exponential(1 / 12, size=3)
        counts = [np.array([10, 14, 10, 0])]
        for gap in (7, 5, 7):
            matrix = generator.transition_matrices(rates[None], gap)[0]
            counts.append(rng.multinomial(counts[-1], matrix).sum(axis=0))
        fitted = fit_generator(pd.DataFrame(counts, index=WAVES), int(rng.integers(2**31)), draws=512)
        low, high = np.quantile(fitted.rates, [0.05, 0.95], axis=0)
        covered.append((low <= rates) & (rates <= high))
    assert np.mean(covered, axis=0) == pytest.approx([0.9] * 3, abs=4 * np.sqrt(0.09 / 500))


def test_regions_that_differ_slow_down_and_the_last_ones_most(seed: int) -> None:
    alike, differing = (fit_generator(AGREEMENTS, seed, frailty=cv) for cv in (0.0, 0.7))
    assert differing.chances(14)[:, 2, 3].mean() < alike.chances(14)[:, 2, 3].mean()
    assert differing.chances(14).sum(axis=2) == pytest.approx(1)
    mean_pace = (differing.shares * differing.paces).sum(axis=2).mean(axis=0)
    assert mean_pace[2] < mean_pace[3]


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
    rng, months = np.random.default_rng(seed), [0, 7, 12, 19, 43]
    said: dict[float, list[float]] = {0.0: [], 0.7: []}
    came = []
    for _ in range(60):
        pace = rng.gamma(1 / 0.49, 0.49, 34)
        at = rng.exponential(1 / np.array([0.25, 0.2, 0.15])[:, None] / pace).cumsum(axis=0)
        phases = [(at <= month).sum(axis=0) for month in months]
        counts = np.array([np.bincount(row, minlength=4) for row in phases])
        ladder = pd.DataFrame(counts[:-1], index=WAVES)
        for cv, chances in said.items():
            fitted = fit_generator(ladder, seed, draws=512, frailty=cv).chances(24)[:, :, -1]
            chances.append(float((fitted ** counts[-2]).prod(axis=1).mean()))
        came.append(counts[-1, -1] == 34)
    error = 2 * np.sqrt(0.1 / 60)
    assert np.mean(said[0.7]) == pytest.approx(np.mean(came), abs=error)
    assert np.mean(said[0.0]) > np.mean(said[0.7]) + 0.05


def test_the_variation_of_pace_is_the_likeliest_and_its_interval_that_of_the_likelihood_ratio() -> None:
    """With gamma paces of variation v the part that has not left after t months is (1 + v^2 q t)^(-1/v^2)."""
    left = {(1, 2, 2, 2): 412, (1, 1, 2, 2): 133, (1, 1, 1, 2): 205, (1, 1, 1, 1): 250}
    courses = pd.DataFrame(np.repeat([*left], [*left.values()], axis=0), columns=[*WAVES[:3], "2021-09"])

    def reached(variation: float) -> float:
        def loss(log_rate: float) -> float:
            stay = (1 + variation**2 * np.exp(log_rate) * np.array([0, 7, 12, 30])) ** -(variation**-2)
            return -float(np.array([*left.values()]) @ np.log([*-np.diff(stay), stay[-1]]))

        return -float(optimize.minimize_scalar(loss, bounds=(-7, 1)).fun)

    found = generator.pace_variation([courses]).iloc[0]
    top = optimize.minimize_scalar(lambda x: -reached(x), bounds=(0.1, 3))
    assert found["estimate"] == pytest.approx(top.x, abs=0.02)
    for limit in ("conf_low", "conf_high"):
        assert 2 * (-top.fun - reached(found[limit])) == pytest.approx(3.841, abs=0.1)


@pytest.mark.parametrize("courses", [[[1]], [[2, 2], [1, 1]], [[2, 1], [1, 1]], [[3, 3], [3, 3]]])
def test_courses_that_tell_no_pace_give_no_row(courses: list[list[int]]) -> None:
    assert generator.pace_variation([pd.DataFrame(courses, columns=WAVES[: len(courses[0])])]).empty


def test_one_step_a_region_leaves_the_variation_open() -> None:
    found = generator.pace_variation([pd.DataFrame([[1, 2]] * 4 + [[1, 1]] * 4, columns=WAVES[:2])])
    assert found[["conf_low", "conf_high", "n"]].to_numpy().tolist() == [[0, np.inf, 8]]


def followed(rates: list[float], variation: float, rng: np.random.Generator) -> pd.DataFrame:
    """34 regions, each from some phase on at a pace of its own, as they stand at each wave."""
    start = rng.integers(0, len(rates), 34)
    stay = rng.exponential(1 / np.array(rates), (34, len(rates)))
    stay /= rng.gamma(variation**-2, variation**2, (34, 1))
    left = np.where(np.arange(len(rates)) < start[:, None], 0, stay).cumsum(axis=1)
    phases = [1 + (left <= months).sum(axis=1) if months else 1 + start for months in (0, 7, 12, 19)]
    return pd.DataFrame(np.transpose(phases), columns=WAVES)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variation", "lowest", "highest"),
    [(0.4, 0.0, 0.55), (0.7, 0.5, 0.9)],  # of so few regions a small variation is often taken for none
)
def test_a_panel_gives_its_variation_back_at_the_nominal_rate(
    variation: float, lowest: float, highest: float, seed: int
) -> None:
    rng, ladders = np.random.default_rng(seed), ([0.15, 0.12, 0.1], [0.12, 0.1, 0.06], [0.2, 0.15, 0.1, 0.07])
    found = pd.concat(
        [generator.pace_variation(followed(rates, variation, rng) for rates in ladders) for _ in range(12)]
    )
    held = (found["conf_low"] <= variation) & (variation <= found["conf_high"])
    assert held.mean() >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / 12)
    assert lowest <= found["estimate"].median() <= highest
