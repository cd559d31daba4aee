"""From a reconstructed register every published table must come back, cell for cell."""

from pathlib import Path

import pytest

from ivvu_analysis.data import Evidence, from_published, load, reconstruction
from ivvu_analysis.places import data_folder
from ivvu_analysis.register import check

SHIPPED = data_folder() / "register" / "reconstructed.csv"


def same_tables(found: Evidence) -> None:
    original = from_published()
    for name in ("theme_by_holder", "theme_by_start"):
        assert getattr(found, name).equals(getattr(original, name)), name
    keys = ["measure", "group", "wave", "level"]
    both = original.project_counts.merge(found.project_counts, on=keys, how="left", suffixes=("", "_found"))
    assert both["projects"].tolist() == both["projects_found"].tolist()


@pytest.mark.parametrize("draw", [1, 2, 3])
def test_every_draw_keeps_every_table(tmp_path: Path, draw: int) -> None:
    rows = reconstruction.rows(from_published(), 2020, draw)
    latest = rows[rows["wave"] == "2020-10"]
    assert ((latest["status"] == "not_started") == (latest["start"] == "2021")).all()
    assert not ((rows["status"] == "not_started") & (rows["sharing"] == "yes")).any()
    path = tmp_path / "draw.csv"
    rows.to_csv(path, index=False)
    same_tables(load(register=path))


def test_the_shipped_register_is_clean_and_says_what_it_is() -> None:
    intake = check(SHIPPED)
    assert intake.issues.empty
    assert intake.rows_read == 268 + 318
    assert intake.projects["region"].isna().all()
    found = load(register=SHIPPED)
    same_tables(found)
    assert found.origin == "reconstructed"
    assert "RECONSTRUCTED" in found.source("table 8", "en")


def test_the_shipped_register_is_the_first_draw_of_seed_1_and_others_differ(tmp_path: Path) -> None:
    files = reconstruction.write(from_published(), tmp_path / "draw.csv", seed=1, draws=2)
    assert [file.name for file in files] == ["draw-1.csv", "draw-2.csv"]
    (alone,) = reconstruction.write(from_published(), tmp_path / "again.csv", seed=1)
    assert alone.read_bytes() == files[0].read_bytes() == SHIPPED.read_bytes() != files[1].read_bytes()
