"""Evidence from a register: the same tables, whoever counted them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ivvu_analysis import evidence
from ivvu_analysis.codebook import scale
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.evidence import Evidence, from_published, from_register, gather, sha256

REGISTERS = Path(__file__).parent / "data" / "registers"


@pytest.fixture(scope="module")
def editions() -> Evidence:
    return from_register(REGISTERS / "two_editions.csv")


def test_no_register_is_the_publication() -> None:
    assert gather("") is from_published()
    with pytest.raises(ParameterError, match="goes with a register"):
        gather("", phases="phases.csv")


def test_tables_have_the_columns_and_types_of_the_published_ones(editions: Evidence) -> None:
    for name in evidence.TABLES:
        published, counted = getattr(from_published(), name), getattr(editions, name)
        assert counted.columns.tolist() == published.columns.tolist(), name
        assert counted.dtypes.tolist() == published.dtypes.tolist(), name


def test_themes_are_those_of_the_latest_wave_on_the_whole_grid(editions: Evidence) -> None:
    published = from_published()
    for table, by in (("theme_by_holder", "holder"), ("theme_by_start", "start")):
        counted = getattr(editions, table)
        assert counted[["theme", by]].equals(getattr(published, table)[["theme", by]])
        assert counted["projects"].sum() == 3
    cell = editions.theme_by_holder.query("theme == 'technology' and holder == 'cz'")
    assert cell["projects"].tolist() == [1]


def test_every_wave_and_level_is_counted(editions: Evidence) -> None:
    assert editions.waves("impact") == ("2020-03", "2020-10")
    counts = editions.counts("impact").set_index(["wave", "level"])["projects"]
    assert counts["2020-10"].to_dict() == {
        "small_limited": 0, "small_much": 1, "medium_limited": 1, "medium_much": 0, "large_limited": 0,
        "large_much": 1, "unknown": 0,
    }  # fmt: skip
    assert counts["2020-03"].sum() == 1
    rest = editions.counts("impact", "rest").set_index(["wave", "level"])["projects"]
    assert rest["2020-10", "large_much"] == 0
    assert rest["2020-10"].sum() == 2


def test_rows_of_later_waves_are_not_known_yet(editions: Evidence) -> None:
    earlier = editions.until("2020-03")
    assert earlier.projects is not None
    assert earlier.projects["wave"].tolist() == ["2020-03"]
    assert earlier.waves("impact") == ("2020-03",)


def test_what_was_not_recorded_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("id;regio;status;impact;peildatum\n1;Twente;Lopend;;2020-10\n", encoding="utf-8")
    found = from_register(path)
    assert found.waves("status") == ("2020-10",)
    assert found.waves("impact") == ()
    assert set(found.project_counts["group"]) == {"all"}


def test_rows_issues_and_files_go_along(editions: Evidence) -> None:
    assert editions.origin == "register"
    assert editions.projects is not None
    assert editions.issues is not None
    assert editions.intake is not None
    assert len(editions.projects) == editions.intake.rows_read == 4
    assert editions.files["two_editions.csv"] == sha256(REGISTERS / "two_editions.csv")
    assert editions.checks["holds"].all()


def test_a_reader_is_told_what_was_recomputed_and_what_not(editions: Evidence) -> None:
    assert editions.source("tables 8 and 12", "en").startswith("recomputed from the rows of two_editions.csv")
    assert editions.source("tables 1 to 3", "en") == from_published().source("tables 1 to 3", "en")
    assert editions.source("appendix 1", "nl") == from_published().source("appendix 1", "nl")
    assert "recomputed" in editions.source("tables 3 and 8", "en")


def test_phases_replace_the_published_ladders(tmp_path: Path) -> None:
    panel = from_published().region_phases.assign(wave="2021-03")
    panel = pd.concat([from_published().region_phases, panel])
    path = tmp_path / "phases.csv"
    panel.to_csv(path, index=False)
    found = gather(str(REGISTERS / "clean.csv"), str(path))
    assert found.waves("vision") == ("2020-10", "2021-03")
    assert len(found.ladders("2021-03")) == 34
    assert found.phases("vision")["regions"].sum() == 68
    assert "recomputed" in found.source("tables 1 to 3", "en")


def test_corrections_are_applied(tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    path.write_text("column,value,replacement\ntheme,Technolgie,Technologie\n", encoding="utf-8")
    found = gather(str(REGISTERS / "theme_misspelt.csv"), corrections=str(path))
    assert found.theme_by_holder.query("theme == 'technology'")["projects"].sum() == 1


def test_the_holders_of_regions_are_the_published_ones() -> None:
    within = {level.code: level.within for level in scale("region")}
    regions = from_published().regions
    assert dict(zip(regions["region"], regions["holder"], strict=True)) == within
