from __future__ import annotations

from dataclasses import replace

import pytest

from ivvu_analysis.analyses import profile
from ivvu_analysis.codebook import DIMENSIONS, LANGUAGES, scale
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.evidence import Evidence

WAVE = "2020-10"


def test_holder_of_a_region(published: Evidence) -> None:
    assert profile.holder_of(published, "twente") == "menzis"
    assert profile.holder_of(published, "t-gooi") == "zilveren_kruis"


def test_standing_counts_the_other_regions(published: Evidence) -> None:
    standing = profile.standing(published, "twente", WAVE)
    assert standing.to_numpy().tolist() == [
        ["agreements", 4, 2, 31, 0],
        ["dynamics", 4, 11, 22, 0],
        ["vision", 4, 2, 13, 18],
    ]


@pytest.mark.parametrize("region", scale("region").codes)
def test_standing_has_all_other_regions_once(published: Evidence, region: str) -> None:
    standing = profile.standing(published, region, WAVE)
    assert standing["dimension"].tolist() == list(DIMENSIONS)
    assert (standing[["below", "same", "above"]].sum(axis=1) == 33).all()


def test_regions_have_no_standing_where_phases_are_not_known(published: Evidence) -> None:
    with pytest.raises(ParameterError, match="2020-03"):
        profile.standing(published, "twente", "2020-03")


def test_ladder_is_the_column_of_the_table(published: Evidence) -> None:
    assert profile.ladder(published, "vision", WAVE)["regions"].tolist() == [0, 0, 2, 14, 18]


def test_map_has_every_region(published: Evidence) -> None:
    numbers = profile.map_numbers(published, "dynamics", WAVE)
    assert list(numbers.columns) == ["region", "holder", "dynamics"]
    assert numbers["dynamics"].value_counts().to_dict() == {4: 23, 3: 11}


def test_neighbours_stand_alike_on_every_ladder(published: Evidence) -> None:
    assert profile.neighbours(published, "twente", WAVE) == [
        "zuid-oost-brabant",
        "achterhoek",
        "noord-oost-brabant",
        "noord-midden-limburg",
        "flevoland",
        "t-gooi",
    ]
    assert profile.neighbours(published, "utrecht", WAVE) == ["food-valley"]


def test_neighbours_are_mutual(published: Evidence) -> None:
    alike = {code: profile.neighbours(published, code, WAVE) for code in scale("region").codes}
    assert all(one in alike[other] for one, others in alike.items() for other in others)


def test_themes_of_a_small_holder(published: Evidence) -> None:
    themes = profile.themes(published, "eno").set_index(["compared", "theme"])
    assert themes.loc[("holder", "chain_cooperation"), ["projects", "n"]].tolist() == [3, 7]
    assert themes.loc[("others", "chain_cooperation"), "estimate"] == pytest.approx(55 / 311)
    assert "efficient_working" not in themes.index.get_level_values("theme")
    assert themes["estimate"].groupby("compared").sum().tolist() == pytest.approx([1, 1])


def test_themes_of_a_holder_without_projects_are_not_known(published: Evidence) -> None:
    cells = published.theme_by_holder
    without = cells.assign(projects=cells["projects"].where(cells["holder"] != "eno", 0))
    themes = profile.themes(replace(published, theme_by_holder=without), "eno")
    own = themes[themes["compared"] == "holder"]
    assert own["estimate"].isna().all()
    assert (own["conf_low"].min(), own["conf_high"].max()) == (0, 1)


def test_examples_of_a_region(published: Evidence) -> None:
    examples = {language: profile.examples(published, "twente", language) for language in LANGUAGES}
    for told in examples.values():
        assert told[["title", "theme"]].to_numpy().tolist() == [["Probeerservice", "technology"]]
    assert examples["en"].loc[0, "summary"] != examples["nl"].loc[0, "summary"]


def test_near_neighbours_differ_on_one_ladder(published: Evidence) -> None:
    near = profile.near_neighbours(published, "zeeland", WAVE, "en").set_index("differs")
    assert list(near.index) == ["Collaboration dynamics", "Regional vision"]
    assert near["further"].isna().all()  # Zeeland stands at the top of every ladder
    assert near.loc["Collaboration dynamics", "earlier"] == "Food Valley, Utrecht"


def test_near_neighbours_are_mutual(published: Evidence) -> None:
    named = {code: scale("region").label(code, "nl") for code in scale("region").codes}
    near = {
        name: profile.near_neighbours(published, code, WAVE, "nl").fillna("") for code, name in named.items()
    }
    pairs = {
        (name, other, row.differs)
        for name, table in near.items()
        for row in table.itertuples()
        for other in row.further.split(", ")
        if other
    }
    mirrored = {
        (other, name, row.differs)
        for name, table in near.items()
        for row in table.itertuples()
        for other in row.earlier.split(", ")
        if other
    }
    assert len(pairs) > 34
    assert pairs == mirrored
