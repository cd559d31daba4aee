from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from ivvu_analysis.codebook import DIMENSIONS, scale
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.report.explorer import overview
from ivvu_analysis.report.explorer.selection import Selection

TWENTE = Selection("impact", "2020-10", regions=("twente",))


def count(frame: pd.DataFrame, group: str, level: str) -> int:
    column = "projects" if "projects" in frame else "regions"
    return int(frame.query("group == @group and level == @level")[column].iloc[0])


@pytest.mark.parametrize("ladder", DIMENSIONS)
def test_chosen_and_other_regions_are_all_regions(published: Evidence, ladder: str) -> None:
    parts = overview.intervals(published, Selection(ladder, "2020-10", holder="vgz"))
    whole = overview.intervals(published, Selection(ladder, "2020-10"))
    summed = parts.groupby("level")["regions"].sum()
    assert summed.to_dict() == whole.set_index("level")["regions"].to_dict()
    assert whole["regions"].sum() == 34


def test_where_regions_are_not_known_nothing_is_set_apart(published: Evidence) -> None:
    earlier = Selection("vision", "2020-03", regions=("twente",))
    assert not overview.regions_known(published, earlier)
    assert overview.groups(published, earlier) == ("all",)


def test_published_ratings_set_technology_against_the_rest(published: Evidence) -> None:
    frame = overview.intervals(published, TWENTE)
    assert list(frame["group"].unique()) == ["technology", "rest"]
    assert frame.groupby("group")["n"].max().to_dict() == {"technology": 46, "rest": 272}
    assert "unknown" not in set(frame["level"])


def test_published_status_has_no_groups(published: Evidence) -> None:
    assert overview.groups(published, Selection("status", "2020-10")) == ("all",)


def test_rows_of_a_register_set_regions_apart(registered: Evidence) -> None:
    frame = overview.intervals(registered, TWENTE)
    assert count(frame, "chosen", "large_much") == 2
    assert count(frame, "others", "small_much") == 1
    # The project of no region is neither here nor there, and a rating that is unknown is none.
    assert frame.groupby("group")["n"].first().to_dict() == {"chosen": 2, "others": 1}


def test_the_invented_regions_of_a_reconstructed_register_are_not_shown(registered: Evidence) -> None:
    invented = replace(registered, origin="reconstructed")
    assert not overview.regions_known(invented, TWENTE)
    assert overview.groups(invented, TWENTE) == ("all",)
    assert "projects" not in overview.region_table(invented, TWENTE)


def test_a_holder_has_its_projects_of_no_region_too(registered: Evidence) -> None:
    frame = overview.intervals(registered, Selection("impact", "2020-10", holder="cz"))
    assert frame.groupby("group")["n"].first().to_dict() == {"chosen": 2, "others": 2}


def test_the_distribution_has_every_wave_up_to_the_chosen_one(published: Evidence) -> None:
    frame = overview.distribution(published, Selection("dynamics", "2020-03"))
    assert list(frame["row"].unique()) == ["2019-03", "2019-10", "2020-03"]
    assert frame.groupby("row")["estimate"].sum().tolist() == pytest.approx([1, 1, 1])


def test_a_tile_shows_the_phase_of_its_region(published: Evidence) -> None:
    tiles = overview.by_region(published, Selection("vision", "2020-10")).set_index("region")["level"]
    phases = published.ladders("2020-10").set_index("region")["vision"].astype(str)
    assert tiles.to_dict() == phases.to_dict()


def test_a_tile_shows_the_most_frequent_rating_and_nothing_where_there_is_none(registered: Evidence) -> None:
    tiles = overview.by_region(registered, TWENTE).set_index("region")["level"]
    assert len(tiles) == len(scale("region").codes)
    assert tiles["twente"] == "large_much"
    assert pd.isna(tiles["utrecht"])


def test_a_tie_has_no_most_frequent_rating(registered: Evidence) -> None:
    projects = registered.projects
    assert projects is not None
    projects.loc[1, "impact"] = "small_much"
    tiles = overview.by_region(registered, TWENTE).set_index("region")["level"]
    assert pd.isna(tiles["twente"])


def test_the_table_of_regions_counts_projects_only_with_a_register(
    published: Evidence, registered: Evidence
) -> None:
    assert "projects" not in overview.region_table(published, Selection("vision", "2020-10"))
    table = overview.region_table(registered, TWENTE)
    assert table[["region", "projects"]].to_numpy().tolist() == [["twente", 3]]
