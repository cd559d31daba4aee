from __future__ import annotations

import pytest

from ivvu_analysis.analyses import utrecht
from ivvu_analysis.analyses.utrecht_keys import key_figures


def test_names_occur_once_and_every_figure_is_known() -> None:
    keys = key_figures(utrecht.read(), 1.0)
    assert keys["name"].is_unique
    assert keys["estimate"].notna().all()


def test_figures_that_the_report_is_about() -> None:
    keys = key_figures(utrecht.read(), 1.0).set_index("name")
    assert keys.loc["completed.line_3", "estimate"] == pytest.approx(11 / 54)
    assert keys.loc["gap.annual_report"].tolist() == [10500, 10250, 10750]
    assert keys.loc["administration.share", "estimate"] == pytest.approx(0.4)
    assert keys.loc["shares_2040.expected.residential", "estimate"] == pytest.approx(57 / 178)
    assert keys.loc["a_year.wlz_at_home", "estimate"] == pytest.approx(1.15 ** (1 / 6) - 1)
    assert keys.loc["mentions.obstacle.capacity", "estimate"] == 14
    assert keys.loc["ambitions.without_baseline", "estimate"] == 6


def test_an_interval_holds_its_estimate() -> None:
    known = key_figures(utrecht.read(), 1.0).dropna()
    assert (known["conf_low"] <= known["estimate"]).all()
    assert (known["estimate"] <= known["conf_high"]).all()
