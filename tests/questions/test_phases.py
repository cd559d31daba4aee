"""The ladders: what follows from what was published, and what only a panel of regions tells."""

import dataclasses
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from ivvu_analysis import load, outlook, phases, stories
from ivvu_analysis.data import Evidence
from ivvu_analysis.errors import DataError, ParameterError
from ivvu_analysis.stats import transitions

EVIDENCE = load(wave="2020-10")


def test_sixteen_regions_stand_at_the_top_of_every_ladder() -> None:
    on_top = EVIDENCE.standing()[list(EVIDENCE.codebook.dimensions)] == phases.tops(EVIDENCE)
    assert on_top.all(axis=1).sum() == 16


def test_regions_that_are_known_twice_are_followed_by_name() -> None:
    assert phases.then_and_now(EVIDENCE, "2020-03").empty  # only counts are known
    now = EVIDENCE.region_phases
    before = now.assign(wave="2020-03")
    before.loc[(before["region"] == "twente") & (before["dimension"] == "vision"), "phase"] -= 1
    followed = dataclasses.replace(EVIDENCE, region_phases=pd.concat([before, now], ignore_index=True))
    pairs = phases.then_and_now(followed, "2020-03")
    assert pairs.query("from_phase != to_phase").to_dict("records") == [
        {"region": "twente", "dimension": "vision", "from_phase": 3, "to_phase": 4}
    ]
    flows = phases.flows(followed, "vision").query("from_wave == '2020-03'")
    assert flows["identified"].all()
    assert flows.query("from_phase != to_phase")["estimate"].tolist() == [1.0]
    assert flows["estimate"].sum() == 34


def test_an_outlook_needs_two_waves() -> None:
    assert outlook.none_for(EVIDENCE).empty
    assert set(outlook.none_for(load(wave="2019-03"))["no_outlook"]) == {"one_wave"}
    assert outlook.fit(load(wave="2019-03"), seed=1) == {}
    assert outlook.expected({}, ["2021-12"]).empty


def test_all_ladders_together_are_no_likelier_than_the_least_likely() -> None:
    fitted = outlook.fit(EVIDENCE, seed=1)
    alone = outlook.expected(fitted, ["2021-12"], (0.0,)).query("quantity == 'all_at_top'")["estimate"]
    together = outlook.all_ladders(EVIDENCE, fitted, "2021-12", seed=1)
    joint = together.query("quantity == 'all_at_top' and stalling == 0 and method == 'independent'")
    assert 0 < joint["estimate"].item() <= alone.min()


@pytest.mark.parametrize("horizon", ["2020-10", "2019-01", "soon"])
def test_a_horizon_lies_ahead(horizon: str) -> None:
    with pytest.raises(ParameterError, match="no month after"):
        outlook.months("2020-10", horizon)


def merged(tmp_path: Path, *waves: str) -> Evidence:
    """Evidence in which two regions are one from 2021 on, and all regions are at the top by then."""
    book = tmp_path / "book.yaml"
    book.write_text(
        "region:\n  levels:\n"
        "    - {code: twente, until: '2020-10', into: [oost]}\n"
        "    - {code: achterhoek, until: '2020-10', into: [oost]}\n"
        "    - {code: oost, nl: Oost, within: menzis, since: '2021-03', tile: [4, 6]}\n",
        encoding="utf-8",
    )
    regions = load(codebook=book).codebook.regions_at("2021-03")
    every = product(regions, waves, {"agreements": 4, "dynamics": 4, "vision": 5}.items())
    rows = [f"{region},{wave},{name},{top}" for region, wave, (name, top) in every]
    panel = tmp_path / "phases.csv"
    panel.write_text("\n".join(["region,wave,dimension,phase", *rows]), encoding="utf-8")
    return load(wave=waves[-1], codebook=book, phases=panel)


def test_an_outlook_is_of_the_waves_that_count_the_same_regions(tmp_path: Path) -> None:
    assert set(outlook.none_for(merged(tmp_path, "2021-03"))["no_outlook"]) == {"other_regions"}
    after = merged(tmp_path, "2021-03", "2021-10")
    assert outlook.none_for(after).empty
    assert outlook.expected(outlook.fit(after, seed=1), ["2021-12"], (0.0,))["n"].eq(33).all()


def test_a_region_that_merged_is_followed_into_what_it_became(tmp_path: Path) -> None:
    evidence = merged(tmp_path, "2021-03")
    before = load(wave="2020-10").standing().set_index("region")
    pairs = phases.then_and_now(evidence, "2020-10")
    assert pairs.groupby("dimension")["region"].nunique().eq(33).all()
    assert not pairs.duplicated().any()
    rose = pairs.query("region == 'oost' and dimension == 'vision' and from_phase != to_phase")
    assert set(rose["from_phase"]) == {p for p in before.loc[["twente", "achterhoek"], "vision"] if p < 5}
    # There were 34 regions before, and now there are 33.
    assert phases.each_ladder(evidence, transitions.ladder_of_assumptions).empty
    assert phases.flows(evidence, "vision").empty
    assert phases.at_top(evidence).query("dimension == 'vision'")["n"].tolist() == [34, 34, 34, 34, 33]


def test_the_regions_of_an_edition_are_those_that_there_are(tmp_path: Path) -> None:
    evidence = merged(tmp_path, "2021-03")
    assert len(evidence.regions) == len(evidence.standing()) == 33
    assert "oost" in set(evidence.regions["region"])
    assert {"oost", "twente"} & set(stories.examples(evidence)["region"]) == {"oost"}
    assert len(load(wave="2020-10", codebook=tmp_path / "book.yaml").regions) == 34


def test_a_region_cannot_become_one_that_there_is_not(tmp_path: Path) -> None:
    text = "region:\n  levels:\n    - {code: twente, until: '2020-10', into: [ost]}\n"
    (tmp_path / "book.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="becomes 'ost', which is none"):
        load(codebook=tmp_path / "book.yaml")
