from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from ivvu_analysis.stats import levels

COUNTS = pd.DataFrame([[8, 4, 4], [0, 4, 12]], index=["2020-03", "2020-10"])


def test_mean_phase_is_the_mean_of_the_regions_with_students_interval() -> None:
    row = levels.mean_phase(COUNTS).iloc[0]
    interval = stats.ttest_1samp([1] * 8 + [2] * 4 + [3] * 4, 0).confidence_interval()
    assert row["estimate"] == pytest.approx(1.75)
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(list(interval))


def test_one_region_has_no_error_to_estimate() -> None:
    with pytest.raises(ValueError, match="at least two regions"):
        levels.mean_phase(pd.DataFrame([[0, 1]], index=["a"]))


def test_the_mean_phase_stays_on_the_ladder_and_is_never_certain() -> None:
    result = levels.mean_phase(pd.DataFrame([[0, 0, 2, 32], [0, 0, 0, 34]], index=["a", "b"]))
    assert result["conf_high"].tolist() == [4, 4]
    assert result["conf_low"].iloc[1] == pytest.approx(4 - 3 * 1.959964**2 / (34 + 1.959964**2), abs=1e-5)
