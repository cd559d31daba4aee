from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ivvu_analysis.stats import editions

BEFORE = pd.Series({"a": "no", "b": "no", "c": "yes", "d": "yes"})
AFTER = pd.Series({"b": "yes", "c": "yes", "d": "no", "e": "yes", "f": "yes", "g": "no"})


def test_worked_example_of_a_share_in_two_editions() -> None:
    result = editions.decompose_shares(BEFORE, AFTER, ["no", "yes"]).query("level == 'yes'").set_index("part")
    assert result["estimate"].to_dict() == pytest.approx(
        {"within": 0.0, "entry": 4 / 6 - 2 / 3, "exit": 2 / 3 - 1 / 2, "change": 4 / 6 - 1 / 2}
    )
    assert result["n"].to_dict() == {"within": 3, "entry": 3, "exit": 1, "change": 7}
    margin = 1.959964 * np.sqrt((4 / 5 - 0) / 5)
    limits = result.loc["within", ["conf_low", "conf_high"]].tolist()
    assert limits == pytest.approx([-margin, margin], abs=1e-6)


@st.composite
def two_editions(draw: st.DrawFn) -> tuple[pd.Series, pd.Series]:
    ratings = st.dictionaries(
        st.integers(0, 12), st.sampled_from(["no", "in_progress", "yes", None]), min_size=1
    )
    first, second = (pd.Series(draw(ratings), dtype=object) for _ in range(2))
    assume(len(first.dropna().index.intersection(second.dropna().index)) > 0)
    return first, second


@settings(max_examples=60, deadline=None)
@given(two_editions())
def test_parts_add_up_to_the_change_and_levels_to_nothing(pair: tuple[pd.Series, pd.Series]) -> None:
    levels = ["no", "in_progress", "yes"]
    table = editions.decompose_shares(*pair, levels).pivot_table(
        index="level", columns="part", values="estimate"
    )
    assert table[["within", "entry", "exit"]].sum(axis=1).to_numpy() == pytest.approx(
        table["change"].to_numpy()
    )
    assert table.sum().to_numpy() == pytest.approx(np.zeros(4), abs=1e-12)
    shares = [edition.value_counts(normalize=True).reindex(levels, fill_value=0) for edition in pair]
    assert table["change"].reindex(levels).to_numpy() == pytest.approx((shares[1] - shares[0]).to_numpy())


def test_without_new_or_ended_projects_all_change_is_within() -> None:
    later = pd.Series({"a": "yes", "b": "no", "c": "yes", "d": "yes"})
    result = editions.decompose_shares(BEFORE, later, ["no", "yes"]).query("level == 'yes'").set_index("part")
    assert result.loc["within", "estimate"] == result.loc["change", "estimate"] == pytest.approx(0.25)
    assert result.loc[["entry", "exit"], "estimate"].tolist() == [0, 0]


def test_projects_that_all_stay_as_they_were_still_leave_doubt() -> None:
    result = editions.decompose_shares(BEFORE, BEFORE, ["no", "yes"]).query("part == 'within'")
    assert result["estimate"].tolist() == [0, 0]
    assert (result["conf_low"] < 0).all()
    assert (result["conf_high"] > 0).all()


def test_editions_that_cannot_be_compared_are_refused() -> None:
    twice = pd.Series(["no", "yes"], index=["a", "a"])
    with pytest.raises(ValueError, match="occurs twice"):
        editions.decompose_shares(twice, AFTER, ["no", "yes"])
    with pytest.raises(ValueError, match="not listed: yes"):
        editions.decompose_shares(BEFORE, AFTER, ["no"])
    with pytest.raises(ValueError, match="No project"):
        editions.decompose_shares(BEFORE, pd.Series({"z": "no"}), ["no", "yes"])
