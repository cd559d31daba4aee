from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ivvu_analysis import register
from ivvu_analysis.analyses import ladders, outlook
from ivvu_analysis.codebook import DIMENSIONS, scale
from ivvu_analysis.evidence import Evidence

WAVE, SEED = "2020-10", 1
BEFORE = "2020-03"


def test_forecast_begins_where_the_regions_stand(published: Evidence) -> None:
    fitted = outlook.fit(published, WAVE, SEED)
    assert tuple(fitted) == DIMENSIONS
    ahead = outlook.expected({"dynamics": fitted["dynamics"]}, ["2021-12"])
    expected = ahead[ahead["quantity"] == "at_top"].set_index("stalling")["estimate"]
    assert list(expected.index) == list(outlook.STALLING)
    assert 23 < expected[0.2] < expected[0.1] < expected[0.0] <= 34


def panel(published: Evidence, last: dict[str, int], regions: int = 4) -> Evidence:
    """Return evidence of a few regions: all on phase 2 before, and on `last` of each ladder at the wave."""
    rows = [
        (region, wave, name, 2 if wave == BEFORE else last[name])
        for region in scale("region").codes[:regions]
        for wave in (BEFORE, WAVE)
        for name in DIMENSIONS
    ]
    phases = pd.DataFrame(rows, columns=["region", "wave", "dimension", "phase"])
    return replace(published, region_phases=phases, phase_counts=register.phase_counts(phases))


def test_a_ladder_on_which_regions_fell_back_has_no_outlook_and_the_others_do(published: Evidence) -> None:
    evidence = panel(published, {"agreements": 3, "dynamics": 2, "vision": 1})
    assert outlook.none_for(evidence, WAVE).to_numpy().tolist() == [["vision", "fell_back"]]
    fitted = outlook.fit(evidence, WAVE, SEED)
    assert set(fitted) == {"agreements", "dynamics"}
    assert set(outlook.expected(fitted, ["2021-12"])["dimension"]) == {"agreements", "dynamics"}
    assert outlook.all_ladders(evidence, fitted, WAVE, "2021-12", SEED).empty
    assert outlook.backcast(evidence, WAVE, SEED).empty


def test_one_wave_has_no_outlook_at_all(published: Evidence) -> None:
    evidence = panel(published, {"agreements": 3, "dynamics": 2, "vision": 1}).until(BEFORE)
    assert set(outlook.none_for(evidence, BEFORE)["no_outlook"]) == {"one_wave"}
    assert outlook.expected(outlook.fit(evidence, BEFORE, SEED), ["2021-12"]).empty


def test_waves_with_other_regions_have_no_outlook(published: Evidence) -> None:
    evidence = panel(published, dict.fromkeys(DIMENSIONS, 3))
    fewer = evidence.region_phases.iloc[:-1]
    evidence = replace(evidence, region_phases=fewer, phase_counts=register.phase_counts(fewer))
    assert outlook.none_for(evidence, WAVE).to_numpy().tolist() == [["vision", "other_regions"]]


def test_regions_are_followed_only_where_each_is_known(published: Evidence) -> None:
    evidence = panel(published, {"agreements": 3, "dynamics": 2, "vision": 1})
    followed = ladders.followed(evidence, BEFORE, WAVE).set_index("dimension")
    assert followed.loc["agreements"].tolist() == [4, 0, 0]
    assert followed.loc["dynamics"].tolist() == [0, 4, 0]
    assert followed.loc["vision"].tolist() == [0, 0, 4]
    assert ladders.followed(published, BEFORE, WAVE).empty


def test_ladders_that_exceed_what_was_predicted_by_half_a_region() -> None:
    looked_back = pd.DataFrame(
        {
            "dimension": ["agreements"] * 2 + ["dynamics"] * 2 + ["vision"] * 2,
            "phase": [3, 4, 3, 4, 4, 5],
            "counted": [2, 32, 20, 23, 30, 18],
            "estimate": [2.4, 29.8, 3.0, 22.8, 14.6, 17.5],
        }
    )
    assert outlook.exceeded(looked_back) == ["agreements", "vision"]
    assert outlook.exceeded(looked_back.head(0)) == []
