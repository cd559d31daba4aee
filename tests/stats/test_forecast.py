from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivvu_analysis.stats import forecast
from ivvu_analysis.stats.generator import Generator, fit_generator, transition_matrices

WAVES = ["2019-03", "2019-10", "2020-03", "2020-10"]
LADDERS = {
    "agreements": [[1, 7, 10, 16], [0, 7, 6, 21], [0, 3, 4, 27], [0, 0, 2, 32]],
    "dynamics": [[2, 14, 17, 1], [1, 12, 19, 2], [0, 4, 13, 17], [0, 0, 11, 23]],
    "vision": [[4, 15, 13, 2, 0], [0, 11, 8, 13, 2], [0, 4, 6, 16, 8], [0, 0, 2, 14, 18]],
}
COUNTS = {name: pd.DataFrame(rows, index=WAVES) for name, rows in LADDERS.items()}


def known(rates: list[float], latest: list[int], wave: str = "2020-10") -> Generator:
    """A ladder whose rates are certain."""
    one_pace = np.ones((1, len(latest), 1))
    return Generator(
        np.array([rates]), np.repeat([*range(1, len(latest) + 1)], latest), wave, np.ones(1), one_pace
    )


def predicted(ladder: Generator, dates: list[str], stalling: Sequence[float] = (0.0,)) -> pd.DataFrame:
    return forecast.forecast_top({"ladder": ladder}, dates, stalling)


chances = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1))


@given(st.lists(st.lists(chances, min_size=5, max_size=5), min_size=1, max_size=3))
def test_the_distribution_of_a_sum_is_the_convolution_of_its_outcomes(draws: list[list[float]]) -> None:
    expected = np.mean([reduce(np.convolve, [[1 - p, p] for p in draw]) for draw in draws], axis=0)
    assert forecast.count_distribution(np.array(draws)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("chance", "reached"), [(1.0, 3), (0.0, 0)])
def test_outcomes_that_are_all_certain_leave_no_doubt(chance: float, reached: int) -> None:
    assert forecast.count_distribution(np.full((4, 3), chance)).tolist() == [
        float(number == reached) for number in range(4)
    ]


def test_worked_example_of_a_forecast(seed: int) -> None:
    """The chance to stay another six months has a Beta(6, 7) posterior; four regions still have to move."""
    fitted = fit_generator(pd.DataFrame([[10, 0], [4, 6]], index=["2019-03", "2019-09"]), seed)
    result = predicted(fitted, ["2020-03"]).set_index("quantity")["estimate"]
    assert result["at_top"] == pytest.approx(6 + 4 * 7 / 13, abs=0.01)
    assert result["all_at_top"] == pytest.approx(7 * 8 * 9 * 10 / (13 * 14 * 15 * 16), abs=0.005)


def test_with_known_rates_the_chance_that_all_arrive_is_a_product() -> None:
    result = predicted(known([0.1], [2, 32]), ["2021-12"]).set_index("quantity")
    assert result.loc["all_at_top", "estimate"] == pytest.approx((1 - np.exp(-1.4)) ** 2, abs=1e-10)
    assert result.loc["at_top", "estimate"] == pytest.approx(32 + 2 * (1 - np.exp(-1.4)), abs=1e-10)


def test_predictions_agree_with_simulated_regions(seed: int) -> None:
    rng, latest = np.random.default_rng(seed), [3, 5, 4, 2]
    ladder = known([0.2, 0.1, 0.05], latest)
    matrix = transition_matrices(ladder.rates, 14)[0]
    sets = 20_000
    ends = np.sum([rng.multinomial(n, matrix[k], size=sets) for k, n in enumerate(latest)], axis=0)
    found = predicted(ladder, ["2021-12"]).set_index("quantity")
    row, everyone = found.loc["at_top"], found.loc["all_at_top", "estimate"]
    assert row["estimate"] == pytest.approx(ends[:, -1].mean(), abs=0.05)
    inside = (ends[:, -1] >= row["conf_low"]) & (ends[:, -1] <= row["conf_high"])
    assert inside.mean() >= 0.945
    assert (ends[:, -1] < row["conf_low"]).mean() <= 0.03
    assert everyone == pytest.approx((ends[:, -1] == 14).mean(), abs=4 * np.sqrt(everyone / sets))


def test_stalling_lowers_the_chances_and_stops_everything_when_complete(seed: int) -> None:
    fitted = fit_generator(COUNTS["dynamics"], seed)
    result = predicted(fitted, ["2021-12"], [0, 0.1, 1]).pivot_table(
        index="stalling", columns="quantity", values="estimate"
    )
    assert result["at_top"].is_monotonic_decreasing
    assert result["all_at_top"].is_monotonic_decreasing
    assert result.loc[1].tolist() == [0, 23]


def test_later_dates_bring_more_regions_to_the_top(seed: int) -> None:
    fitted = fit_generator(COUNTS["vision"], seed)
    dates = ["2020-10", "2021-06", "2021-12", "2023-12"]
    result = predicted(fitted, dates).query("quantity == 'at_top'")
    assert result["estimate"].is_monotonic_increasing
    assert result["estimate"].iloc[0] == pytest.approx(18)


def test_forecast_of_the_published_ladders(seed: int) -> None:
    chances = [
        predicted(fit_generator(counts, seed), ["2021-12"])
        .set_index("quantity")
        .loc["all_at_top", "estimate"]
        for counts in COUNTS.values()
    ]
    assert chances == pytest.approx([0.745, 0.0146, 0.0024], rel=0.15)


def test_everyone_at_the_top_stays_there(seed: int) -> None:
    fitted = fit_generator(pd.DataFrame([[0, 0, 5], [0, 0, 5]], index=["2020-03", "2020-10"]), seed)
    result = predicted(fitted, ["2021-12"], [0.5]).set_index("quantity")
    assert result.loc["all_at_top", "estimate"] == 1
    assert result.loc["at_top", ["estimate", "conf_low", "conf_high"]].tolist() == [5, 5, 5]


def test_backcast_predicts_the_last_wave_from_those_before(seed: int) -> None:
    result = forecast.backcast(COUNTS["vision"], seed)
    assert result["observed"].tolist() == [0, 0, 2, 14, 18]
    assert result["estimate"].sum() == pytest.approx(34)
    assert (result["observed"] <= result["conf_high"]).all()


@pytest.mark.parametrize(("date", "stalling"), [("2020-03", 0.0), ("2021-12", 1.5), ("2021-12", -0.1)])
def test_dates_before_the_last_wave_and_impossible_shares_are_refused(date: str, stalling: float) -> None:
    with pytest.raises(ValueError, match="A forecast needs"):
        predicted(known([0.1], [1, 1]), [date], [stalling])


def test_ladders_together_are_a_product_within_the_bounds_of_frechet(seed: int) -> None:
    ladders = {"one": known([0.1], [2, 1]), "two": known([0.2], [1, 2])}
    standings = pd.DataFrame({"one": [1, 1, 2], "two": [1, 2, 2]})
    result = forecast.forecast_top(ladders, ["2021-12"], standings=standings, seed=seed)
    result = result.set_index(["quantity", "method"])
    one, two = 1 - np.exp(-1.4), 1 - np.exp(-2.8)
    assert result.loc[("all_at_top", "independent"), "estimate"] == pytest.approx(one**2 * two, abs=1e-10)
    assert result.loc[("at_top", "independent"), "estimate"] == pytest.approx(one * two + one + 1, abs=1e-10)
    bounds = result.loc[("at_top", "frechet"), ["conf_low", "conf_high"]].tolist()
    assert bounds == pytest.approx([(one + two - 1) + one + 1, min(one, two) + one + 1], abs=1e-10)
    bounds = result.loc[("all_at_top", "frechet"), ["conf_low", "conf_high"]].tolist()
    assert bounds == pytest.approx([max(0, one**2 + two - 1), min(one**2, two)], abs=1e-10)


@pytest.mark.parametrize("standings", [pd.DataFrame({"one": [1, 2, 2], "two": [1, 2, 2]}), None])
def test_standings_must_be_there_and_add_up_to_the_counts(standings: pd.DataFrame | None) -> None:
    ladders = {"one": known([0.1], [2, 1]), "two": known([0.2], [1, 2])}
    with pytest.raises(ValueError, match="ladder 'one' do not add up"):
        forecast.forecast_top(ladders, ["2021-12"], standings=standings)
