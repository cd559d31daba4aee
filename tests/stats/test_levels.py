from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ivvu_analysis.stats import levels

COUNTS = pd.DataFrame([[2, 1, 1], [0, 1, 3]], index=["2020-03", "2020-10"])


def test_at_top_counts_the_last_phase() -> None:
    result = levels.at_top(COUNTS)
    assert result["estimate"].tolist() == [1, 3]
    assert result["n"].tolist() == [4, 4]
    assert result["share"].tolist() == [0.25, 0.75]


def test_mean_phase_is_the_mean_of_the_regions_with_students_interval() -> None:
    row = levels.mean_phase(COUNTS).iloc[0]
    interval = stats.ttest_1samp([1, 1, 2, 3], 0).confidence_interval()
    assert row["estimate"] == pytest.approx(1.75)
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(list(interval))


def test_worked_example_of_the_change_in_mean_phase() -> None:
    result = levels.mean_phase_change(COUNTS).set_index("coupling")
    assert result["estimate"].tolist() == pytest.approx([1.0, 1.0, 1.0])
    assert result.loc["comonotone", "std_error"] == pytest.approx(np.sqrt(2 / 3 / 4), abs=1e-12)
    assert result.loc["independent", "std_error"] == pytest.approx(np.sqrt((11 / 12 + 1 / 4) / 4), abs=1e-12)
    assert result.loc["countermonotone", "std_error"] == pytest.approx(np.sqrt(2 / 4), abs=1e-12)


def test_errors_of_the_couplings_enclose_every_pairing() -> None:
    before, after = np.array([1, 1, 2, 3]), np.array([2, 3, 3, 3])
    errors = [stats.sem(np.array(order) - before) for order in permutations(after)]
    result = levels.mean_phase_change(COUNTS).set_index("coupling")["std_error"]
    assert result["comonotone"] == pytest.approx(min(errors))
    assert result["countermonotone"] == pytest.approx(max(errors))


def test_regions_that_all_stand_alike_have_no_error() -> None:
    result = levels.mean_phase_change(pd.DataFrame([[3, 0], [0, 3]], index=["a", "b"]))
    assert result["std_error"].tolist() == [0, 0, 0]
    assert result["conf_low"].tolist() == [1, 1, 1]


def test_one_wave_has_no_change() -> None:
    assert levels.mean_phase_change(COUNTS.head(1)).empty


def test_one_region_has_no_error_to_estimate() -> None:
    with pytest.raises(ValueError, match="at least two regions"):
        levels.mean_phase(pd.DataFrame([[0, 1]], index=["a"]))
    with pytest.raises(ValueError, match="at least two regions"):
        levels.mean_phase_change(pd.DataFrame([[0, 1], [0, 1]], index=["a", "b"]))
