from math import nan

import pandas as pd
import pytest

from ivvu_analysis.codebook import scale
from ivvu_analysis.questions import wording

TRENDS = {"higher": "up", "lower": "down", "unclear": "open"}


@pytest.mark.parametrize(
    ("low", "high", "p_value", "verdict"),
    [
        (0.01, 0.2, nan, "higher"),
        (0.0, 0.2, nan, "unclear"),
        (-0.1, 0.2, nan, "unclear"),
        (-0.2, 0.0, nan, "unclear"),
        (-0.2, -0.01, nan, "lower"),
        (nan, nan, nan, "unclear"),
        (0.01, 0.2, 0.05, "unclear"),
        (-0.01, 0.2, 0.049, "higher"),
        (-0.2, 0.01, 0.049, "lower"),
    ],
)
def test_the_p_value_decides_and_without_one_the_whole_interval(
    low: float, high: float, p_value: float, verdict: str
) -> None:
    row = pd.Series({"estimate": (low + high) / 2, "conf_low": low, "conf_high": high, "p_value": p_value})
    assert wording.verdict(row, 0.0) == verdict
    assert wording.verdict(row.add([0.5, 0.5, 0.5, 0.0]), 0.5) == verdict
    assert wording.trend(row) == TRENDS[verdict]


def test_every_word_is_in_the_codebook() -> None:
    assert set(scale("verdict").codes) == set(TRENDS)
    assert set(scale("trend").codes) == set(scale("shift").codes) == set(TRENDS.values())
