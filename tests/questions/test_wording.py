from __future__ import annotations

import pandas as pd
import pytest

from ivvu_analysis.codebook import scale
from ivvu_analysis.questions import wording


@pytest.mark.parametrize(
    ("low", "high", "verdict", "trend"),
    [
        (0.01, 0.2, "higher", "up"),
        (0.0, 0.2, "unclear", "open"),
        (-0.1, 0.2, "unclear", "open"),
        (-0.2, 0.0, "unclear", "open"),
        (-0.2, -0.01, "lower", "down"),
        (float("nan"), float("nan"), "unclear", "open"),
    ],
)
def test_only_a_whole_interval_beside_the_null_is_a_verdict(
    low: float, high: float, verdict: str, trend: str
) -> None:
    row = pd.Series({"conf_low": low, "conf_high": high})
    assert wording.verdict(row, 0.0) == verdict
    assert wording.verdict(row + 0.5, 0.5) == verdict
    assert wording.trend(row) == trend


def test_every_word_is_in_the_codebook() -> None:
    assert set(scale("verdict").codes) == {"higher", "lower", "unclear"}
    for name in ("trend", "shift"):
        assert set(scale(name).codes) == {"up", "open", "down"}
