from __future__ import annotations

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


def test_one_region_has_no_error_to_estimate() -> None:
    with pytest.raises(ValueError, match="at least two regions"):
        levels.mean_phase(pd.DataFrame([[0, 1]], index=["a"]))
