from __future__ import annotations

from functools import reduce

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import linalg

from ivvu_analysis.stats import forecast
from ivvu_analysis.stats.generator import Generator, fit_generator

WAVES = ["2019-03", "2019-10", "2020-03", "2020-10"]
AGREEMENTS = pd.DataFrame([[1, 7, 10, 16], [0, 7, 6, 21], [0, 3, 4, 27], [0, 0, 2, 32]], index=WAVES)
DYNAMICS = pd.DataFrame([[2, 14, 17, 1], [1, 12, 19, 2], [0, 4, 13, 17], [0, 0, 11, 23]], index=WAVES)
VISION = pd.DataFrame(
    [[4, 15, 13, 2, 0], [0, 11, 8, 13, 2], [0, 4, 6, 16, 8], [0, 0, 2, 14, 18]], index=WAVES
)


def known(*rates: list[float], latest: list[int]) -> Generator:
    """A ladder with these draws of the rates, in October 2020."""
    phases, alike = np.repeat([*range(1, len(latest) + 1)], latest), np.ones((len(rates), len(latest), 1))
    return Generator(np.array(rates), phases, "2020-10", np.ones(1), alike)


def predicted(ladder: Generator, date: str, stalling: float = 0.0) -> pd.DataFrame:
    return forecast.forecast_top({"ladder": ladder}, [date], [stalling]).set_index("quantity")


@settings(max_examples=50)
@given(
    st.lists(st.lists(st.floats(0.01, 0.3), min_size=2, max_size=2), min_size=1, max_size=3),
    st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any),
    st.sampled_from([("2020-10", 0), ("2021-03", 5), ("2021-12", 14)]),
    st.sampled_from([0, 0.1, 1]),
)
@example([[0.1, 0.2]], [0, 0, 5], ("2021-12", 14), 0.1)  # everyone is there and stays
@example([[0.01, 0.02], [0.3, 0.3]], [5, 5, 0], ("2021-12", 14), 0.0)
def test_the_number_at_the_top_is_a_sum_of_independent_outcomes(
    rates: list[list[float]], latest: list[int], when: tuple[str, int], stalling: float
) -> None:
    totals, everyone = [], []
    for one, two in rates:
        q = np.array([[-one, one, 0], [0, -two, two], [0, 0, 0]])
        chances = linalg.expm(when[1] * q)[:, 2] * [1 - stalling, 1 - stalling, 1]
        each = np.repeat(chances, latest)
        totals.append(reduce(np.convolve, [[1 - p, p] for p in each]))
        everyone.append(each.prod())
    chance = np.mean(totals, axis=0)
    result = predicted(known(*rates, latest=latest), when[0], stalling)[["estimate", "conf_low", "conf_high"]]
    assert result.loc["at_top", "estimate"] == pytest.approx(chance @ np.arange(len(chance)))
    for limit, tail in (("conf_low", 0.025), ("conf_high", 0.975)):
        number = int(result.loc["at_top", limit])
        assert chance[:number].sum() < tail + 1e-9
        assert chance[: number + 1].sum() > tail - 1e-9
    expected = [np.mean(everyone), *np.quantile(everyone, [0.025, 0.975])]
    assert result.loc["all_at_top"].tolist() == pytest.approx(expected, abs=1e-10)


def test_worked_example_of_a_forecast(seed: int) -> None:
    """The chance to stay another six months has a Beta(6, 7) posterior; four regions still have to move."""
    fitted = fit_generator(pd.DataFrame([[10, 0], [4, 6]], index=["2019-03", "2019-09"]), seed)
    result = predicted(fitted, "2020-03")["estimate"]
    assert result["at_top"] == pytest.approx(6 + 4 * 7 / 13, abs=0.01)
    assert result["all_at_top"] == pytest.approx(7 * 8 * 9 * 10 / (13 * 14 * 15 * 16), abs=0.005)


@pytest.mark.parametrize(("counts", "chance"), [(AGREEMENTS, 0.745), (DYNAMICS, 0.0146), (VISION, 0.0024)])
def test_forecast_of_the_published_ladders(counts: pd.DataFrame, chance: float, seed: int) -> None:
    found = predicted(fit_generator(counts, seed), "2021-12")
    assert found.loc["all_at_top", "estimate"] == pytest.approx(chance, rel=0.15)


def test_backcast_predicts_the_last_wave_from_those_before(seed: int) -> None:
    result = forecast.backcast(VISION, seed)
    assert result["observed"].tolist() == [0, 0, 2, 14, 18]
    assert result["estimate"].sum() == pytest.approx(34)
    assert result["estimate"].iloc[-1] == pytest.approx(14.8, abs=0.1)
    assert (result["observed"] <= result["conf_high"]).all()


@pytest.mark.parametrize(("date", "stalling"), [("2020-03", 0.0), ("2021-12", 1.5), ("2021-12", -0.1)])
def test_dates_before_the_last_wave_and_impossible_shares_are_refused(date: str, stalling: float) -> None:
    with pytest.raises(ValueError, match="A forecast needs"):
        predicted(known([0.1], latest=[1, 1]), date, stalling)


TWO = {"one": known([0.1], latest=[2, 1]), "two": known([0.2], latest=[1, 2])}


def test_ladders_together_are_a_product_within_the_bounds_of_frechet(seed: int) -> None:
    standings = pd.DataFrame({"one": [1, 1, 2], "two": [1, 2, 2]})
    result = forecast.forecast_top(TWO, ["2021-12"], standings=standings, seed=seed)
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
    with pytest.raises(ValueError, match="ladder 'one' do not add up"):
        forecast.forecast_top(TWO, ["2021-12"], standings=standings)
