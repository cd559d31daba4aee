from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import linalg

from ivvu_analysis.stats import generator

WAVES = ["2019-03", "2019-10", "2020-03", "2020-10"]
RATES = ([0.15, 0.12, 0.1], [0.12, 0.1, 0.06], [0.2, 0.15, 0.1, 0.07])


def followed(rates: list[float], variation: float, rng: np.random.Generator) -> pd.DataFrame:
    """34 regions, each from some phase on at a pace of its own, as they stand at each wave."""
    start = rng.integers(0, len(rates), 34)
    stay = rng.exponential(1 / np.array(rates), (34, len(rates)))
    stay /= rng.gamma(variation**-2, variation**2, (34, 1))
    left = np.where(np.arange(len(rates)) < start[:, None], 0, stay).cumsum(axis=1)
    phases = [1 + (left <= months).sum(axis=1) if months else 1 + start for months in (0, 7, 12, 19)]
    return pd.DataFrame(np.transpose(phases), columns=WAVES)


def test_without_variation_the_chance_of_courses_is_a_product_over_regions_and_waves() -> None:
    rates, courses = np.array([0.1, 0.2]), np.array([[0, 1, 2], [0, 0, 1]])
    q = np.array([[-0.1, 0.1, 0], [0, -0.2, 0.2], [0, 0, 0]])
    first, second = linalg.expm(7 * q), linalg.expm(5 * q)
    expected = first[0, 1] * second[1, 2] * first[0, 0] * second[0, 1]
    loss = generator._course_loss(np.log(rates), courses, [7, 5], 0.0)
    assert loss == pytest.approx(-np.log(expected))


@pytest.mark.parametrize("courses", [[[1]], [[2, 2], [1, 1]], [[2, 1], [1, 1]], [[3, 3], [3, 3]]])
def test_courses_that_tell_no_pace_give_no_row(courses: list[list[int]]) -> None:
    assert generator.pace_variation([pd.DataFrame(courses, columns=WAVES[: len(courses[0])])]).empty


def test_one_step_a_region_leaves_the_variation_open() -> None:
    found = generator.pace_variation([pd.DataFrame([[1, 2]] * 4 + [[1, 1]] * 4, columns=WAVES[:2])])
    assert found[["conf_low", "conf_high", "n"]].to_numpy().tolist() == [[0, np.inf, 8]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variation", "lowest", "highest"),
    [(0.4, 0.0, 0.55), (0.7, 0.5, 0.9)],  # of so few regions a small variation is often taken for none
)
def test_a_panel_gives_its_variation_back_at_the_nominal_rate(
    variation: float, lowest: float, highest: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    found = pd.concat(
        [generator.pace_variation(followed(rates, variation, rng) for rates in RATES) for _ in range(20)]
    )
    held = (found["conf_low"] <= variation) & (variation <= found["conf_high"])
    assert held.mean() >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / 20)
    assert lowest <= found["estimate"].median() <= highest
