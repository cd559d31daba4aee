"""The whole audit on the published tables: as recorded, computed, and loud where a figure is missing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ivvu_analysis import claims
from ivvu_analysis.codebook import Language
from ivvu_analysis.errors import DataError

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return claims.tables()


@pytest.fixture(scope="module")
def judged(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return claims.judge(tables).set_index("claim")


def test_every_verdict_is_as_recorded(judged: pd.DataFrame) -> None:
    assert dict(judged["verdict"]) == {claim: golden["verdict"] for claim, golden in GOLDEN.items()}


def test_every_reading_gives_what_was_recorded(judged: pd.DataFrame) -> None:
    for claim, golden in GOLDEN.items():
        found = judged.loc[claim, "readings"]
        assert [reading.kind for reading in found] == [kind for kind, _ in golden["readings"]], claim
        values = [value for _, value in golden["readings"]]
        np.testing.assert_allclose([reading.value for reading in found], values, rtol=1e-12, err_msg=claim)


@pytest.mark.parametrize(
    ("claim", "recomputed"),
    [
        ("status.running.2020-10.share.letter", 100 * 244 / 318),
        ("status.success_share.2020-03", 100 * 12 / 17),
        ("impact.2020-10.much_meaning", 100 * 239 / 318),
        ("themes.strategic_share.new.letter", 100 * 52 / 113),
        ("participation.2020-10.total", 298),
        ("phases.vision.2020-10.choices_made", 100 * 18 / 34),
        ("themes.overarching.all_holders", 100 * 4 / 7),
        ("impact.much_meaning.rise", 100 * 239 / 318 - 100 * 188 / 268),
        ("medical_care.first_regions", 10),
        ("status.all_started", 100 * (1 - 36 / 318)),
        ("regions.care_office_regions", 31),
        ("examples.all_regions", 100 * 29 / 30),
        ("delivery.2040.residential_share", 57 / 1.78),
        ("kvt.2023.line_3.projects", 54),
    ],
)
def test_claims_worked_by_hand(judged: pd.DataFrame, claim: str, recomputed: float) -> None:
    assert judged.loc[claim, "recomputed"] == pytest.approx(recomputed)


def test_verdicts_follow_the_tables(tables: dict[str, pd.DataFrame], judged: pd.DataFrame) -> None:
    """One project moved from one level to another changes the verdicts that rest on it, and no other."""
    counts = tables["project_counts"].copy()
    now = counts["measure"].eq("scalability") & counts["group"].eq("all") & counts["wave"].eq("2020-10")
    counts.loc[now & (counts["level"] == "national"), "projects"] -= 1
    counts.loc[now & (counts["level"] == "not_useful"), "projects"] += 1
    after = claims.judge({**tables, "project_counts": counts}).set_index("claim")
    changed = after.index[after["verdict"] != judged["verdict"]]
    assert list(changed) == ["scalability.2020-10.any"]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("theme_by_holder", {"theme": "technology", "holder": "eno"}),
        ("phase_counts", {"dimension": "vision", "wave": "2020-10", "phase": 5}),
        ("region_phases", {"dimension": "vision", "region": "zeeland"}),
        ("project_counts", {"measure": "status", "level": "stopped"}),
    ],
)
def test_a_deleted_figure_is_never_a_smaller_sum(
    tables: dict[str, pd.DataFrame], table: str, row: dict[str, object]
) -> None:
    frame = tables[table]
    gone = np.logical_and.reduce([frame[column] == value for column, value in row.items()])
    with pytest.raises(DataError, match=f"claims.yaml, line .*The table {table} has no row for"):
        claims.judge({**tables, table: frame[~gone]})


def test_a_figure_is_told_with_the_decimals_that_round_to_it(judged: pd.DataFrame) -> None:
    assert "8.8496%" in judged.loc["table_7.new.retention.share", "explanation"]


def test_every_statement_of_the_report_has_a_page_for_each_place(tables: dict[str, pd.DataFrame]) -> None:
    statements = tables["claims"].query("document == 'progress_report_2021_01'")
    pages = statements["page"].str.split("; ")
    assert (pages.str.len() == statements["section"].str.split("; ").str.len()).all()
    assert all(0 < int(page) < 52 for found in pages for page in found)


def test_statements_drawn_by_chance_can_be_looked_up(tables: dict[str, pd.DataFrame]) -> None:
    """Each has our wording in both languages and the page, or the heading where a text has no pages."""
    report = tables["claims"].query("document == 'progress_report_2021_01'")
    for row in report.sample(25, random_state=17).itertuples():
        assert min(len(row.statement_en.split()), len(row.statement_nl.split())) > 2, row.claim
        assert row.statement_en != row.statement_nl
        assert len(row.page.split("; ")) == len(row.section.split("; ")), row.claim
        assert all(0 < int(page) < 52 for page in row.page.split("; ")), row.claim


@pytest.mark.parametrize(
    ("claim", "items"), [("framework.themes.content", 4), ("medical_care.first_regions", 10)]
)
def test_what_is_counted_in_the_source_is_counted_in_the_data(
    tables: dict[str, pd.DataFrame], claim: str, items: int
) -> None:
    passages = tables["passages"]
    lists = {
        "framework.themes.content": "framework_content",
        "medical_care.first_regions": "medical_care_regions",
    }
    assert (passages["list"] == lists[claim]).sum() == items
    short = passages.drop(index=passages.index[passages["list"] == lists[claim]][0])
    verdicts = claims.judge({**tables, "passages": short}).set_index("claim")["verdict"]
    assert verdicts[claim] == "does_not_reproduce"


def test_the_region_that_is_left_out_is_one_only_if_the_appendix_lists_the_others(
    tables: dict[str, pd.DataFrame],
) -> None:
    lacking = tables["regions"].query("region != 'zeeland'")
    verdicts = claims.judge({**tables, "regions": lacking}).set_index("claim")["verdict"]
    assert verdicts["regions.dsw_left_out"] == "does_not_reproduce"


@pytest.mark.parametrize("language", ["en", "nl"])
def test_explanations_are_complete_and_in_one_language(
    tables: dict[str, pd.DataFrame], language: Language
) -> None:
    texts = claims.judge(tables, language)["explanation"]
    assert texts.str.endswith(".").all()
    assert not texts.str.contains(r"[{}]|\bnan\b|None|\.\.").any()
    if language == "nl":
        english = r"\b(?:tables?|appendix|appendices|chapters?|the|and|share|number of|list of|report of)\b"
        assert not texts.str.contains(english, case=False).any()
