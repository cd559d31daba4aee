from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ivvu_analysis.stats.editions import decompose_share

BEFORE = pd.Series({"a": False, "b": False, "c": True, "d": True})
AFTER = pd.Series({"b": True, "c": True, "d": False, "e": True, "f": True, "g": False})
PARTS = ["within", "entry", "exit"]


def test_worked_example_of_a_share_in_two_editions() -> None:
    result = decompose_share(BEFORE, AFTER).set_index("part")
    assert result["estimate"].to_dict() == pytest.approx(
        {"within": 0.0, "entry": 4 / 6 - 2 / 3, "exit": 2 / 3 - 1 / 2, "change": 4 / 6 - 1 / 2}
    )
    assert result["n"].to_dict() == {"within": 3, "entry": 3, "exit": 1, "change": 7}
    margin = 1.959964 * np.sqrt((4 / 5 - 0) / 5)
    limits = result.loc["within", ["conf_low", "conf_high"]].tolist()
    assert limits == pytest.approx([-margin, margin], abs=1e-6)
    assert result.loc["entry":, ["conf_low", "conf_high"]].isna().all(axis=None)  # type: ignore[misc]


@st.composite
def two_editions(draw: st.DrawFn) -> tuple[pd.Series, pd.Series]:
    ratings = st.dictionaries(st.integers(0, 12), st.booleans(), min_size=1)
    first, second = (pd.Series(draw(ratings)) for _ in range(2))
    assume(len(first.index.intersection(second.index)) > 0)
    return first, second


@settings(max_examples=60, deadline=None)
@given(two_editions())
def test_parts_add_up_to_the_change_and_turn_with_the_rating(pair: tuple[pd.Series, pd.Series]) -> None:
    result = decompose_share(*pair).set_index("part")
    assert result.loc[PARTS, "estimate"].sum() == pytest.approx(result.loc["change", "estimate"])
    assert result.loc["change", "estimate"] == pytest.approx(pair[1].mean() - pair[0].mean())
    turned = decompose_share(*(~marks for marks in pair)).set_index("part")
    assert turned["estimate"].to_list() == pytest.approx((-result["estimate"]).to_list(), abs=1e-12)
    assert turned.loc["within", "conf_low"] == pytest.approx(-result.loc["within", "conf_high"])


def test_without_new_or_ended_projects_all_change_is_within() -> None:
    later = pd.Series({"a": True, "b": False, "c": True, "d": True})
    result = decompose_share(BEFORE, later).set_index("part")
    assert result.loc["within", "estimate"] == result.loc["change", "estimate"] == pytest.approx(0.25)
    assert result.loc[["entry", "exit"], "estimate"].tolist() == [0, 0]


def test_projects_that_all_stay_as_they_were_still_leave_doubt() -> None:
    row = decompose_share(BEFORE, BEFORE).iloc[0]
    assert row["conf_low"] < row["estimate"] == 0 < row["conf_high"]


def test_editions_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(ValueError, match="occurs twice"):
        decompose_share(pd.Series([False, True], index=["a", "a"]), AFTER)
    with pytest.raises(ValueError, match="No project"):
        decompose_share(BEFORE, pd.Series({"z": False}))
