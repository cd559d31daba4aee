"""From a reconstructed register every published table must come back, cell for cell."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ivvu_analysis import reconstructed
from ivvu_analysis.data import Evidence, from_published, load, published
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.register import check


@pytest.fixture(scope="module")
def shipped() -> Path:
    return published.data_folder() / "register" / "reconstructed.csv"


def same_tables(found: Evidence) -> None:
    original = from_published()
    for name in ("theme_by_holder", "theme_by_start"):
        assert getattr(found, name).equals(getattr(original, name)), name
    keys = ["measure", "group", "wave", "level"]
    both = original.project_counts.merge(found.project_counts, on=keys, how="left", suffixes=("", "_found"))
    assert both["projects"].tolist() == both["projects_found"].tolist()


def test_every_published_table_comes_back_cell_for_cell(shipped: Path) -> None:
    found = load(register=shipped)
    same_tables(found)
    assert found.origin == "reconstructed"
    assert "RECONSTRUCTED" in found.source("table 8", "en")


@pytest.mark.parametrize("draw", [1, 2, 3])
def test_every_draw_keeps_every_table(tmp_path: Path, draw: int) -> None:
    path = tmp_path / "draw.csv"
    reconstructed.rows(from_published(), 2020, draw).to_csv(path, index=False)
    same_tables(load(register=path))


def test_the_shipped_register_is_clean_and_says_what_it_is(shipped: Path) -> None:
    intake = check(shipped)
    assert intake.issues.empty
    assert intake.origin == "reconstructed"
    assert intake.rows_read == 268 + 318
    assert intake.projects["region"].isna().all()


def test_the_shipped_register_is_the_first_draw_of_seed_1(shipped: Path, tmp_path: Path) -> None:
    (path,) = reconstructed.write(from_published(), tmp_path / "again.csv", seed=1)
    assert path.read_bytes() == shipped.read_bytes()


def test_draws_differ_and_are_numbered(tmp_path: Path) -> None:
    files = reconstructed.write(from_published(), tmp_path / "draw.csv", seed=1, draws=2)
    assert [file.name for file in files] == ["draw-1.csv", "draw-2.csv"]
    assert files[0].read_bytes() != files[1].read_bytes()


def test_projects_that_have_not_started_start_in_2021_and_share_nothing() -> None:
    rows = reconstructed.rows(from_published(), seed=3)
    latest = rows[rows["wave"] == "2020-10"]
    assert ((latest["status"] == "not_started") == (latest["start"] == "2021")).all()
    assert not ((rows["status"] == "not_started") & (rows["sharing"] == "yes")).any()


@pytest.mark.parametrize(
    ("first", "second"), [("status", "sharing"), ("impact", "scalability"), ("start", "status")]
)
def test_every_draw_lies_within_the_bounds(first: str, second: str) -> None:
    bounds = reconstructed.bounds(from_published(), first, second).set_index([first, second])
    assert (bounds["conf_low"] <= bounds["conf_high"]).all()
    for draw in (1, 2):
        rows = reconstructed.rows(from_published(), seed=5, draw=draw)
        counts = rows[rows["wave"] == "2020-10"].groupby([first, second]).size()
        counts = counts.reindex(bounds.index, fill_value=0)
        assert (counts >= bounds["conf_low"]).all()
        assert (counts <= bounds["conf_high"]).all()


def test_what_is_published_is_no_range() -> None:
    bounds = reconstructed.bounds(from_published(), "theme", "start")
    assert bounds["estimate"].tolist() == from_published().theme_by_start["projects"].tolist()
    status = reconstructed.bounds(from_published(), "start", "status").query("start == '2021'")
    assert status.set_index("status")["estimate"].to_dict()["not_started"] == 30


def test_frechet_bounds_by_hand() -> None:
    """Small scale, limited meaning (40; technology 5) against nationally (43; technology 13 of 46)."""
    bounds = reconstructed.bounds(from_published(), "impact", "scalability")
    cell = bounds.query("impact == 'small_limited' and scalability == 'national'").iloc[0]
    assert cell["conf_low"] == 0
    assert cell["conf_high"] == min(5, 13) + min(35, 30)
    assert pd.isna(cell["estimate"])


def test_bounds_are_on_two_different_known_variables() -> None:
    for pair in (("impact", "impact"), ("region", "impact"), ("impact", "magic")):
        with pytest.raises(ParameterError, match="no bounds"):
            reconstructed.bounds(from_published(), *pair)
