"""The whole audit on the published tables: as recorded, computed, and loud where a figure is missing."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ivvu_analysis import claims
from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.errors import DataError

TABLES = claims.tables()
GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def judged() -> pd.DataFrame:
    return claims.judge(TABLES).set_index("claim")


def test_every_verdict_and_reading_is_as_recorded(judged: pd.DataFrame) -> None:
    assert dict(judged["verdict"]) == {claim: golden["verdict"] for claim, golden in GOLDEN.items()}
    for claim, golden in GOLDEN.items():
        found = judged.loc[claim, "readings"]
        assert [reading.kind for reading in found] == [kind for kind, _ in golden["readings"]], claim
        values = [value for _, value in golden["readings"]]
        np.testing.assert_allclose([reading.value for reading in found], values, rtol=1e-12, err_msg=claim)


BY_HAND = {
    "status.running.2020-10.share.letter": 100 * 244 / 318,
    "status.success_share.2020-03": 100 * 12 / 17,
    "impact.2020-10.much_meaning": 100 * 239 / 318,
    "themes.strategic_share.new.letter": 100 * 52 / 113,
    "participation.2020-10.total": 298,
    "phases.vision.2020-10.choices_made": 100 * 18 / 34,
    "themes.overarching.all_holders": 100 * 4 / 7,
    "impact.much_meaning.rise": 100 * 239 / 318 - 100 * 188 / 268,
    "medical_care.first_regions": 10,
    "status.all_started": 100 * (1 - 36 / 318),
    "regions.care_office_regions": 31,
    "examples.all_regions": 100 * 29 / 30,
    "delivery.2040.residential_share": 57 / 1.78,
    "kvt.2023.line_3.projects": 54,
}


def test_claims_worked_by_hand(judged: pd.DataFrame) -> None:
    assert judged.loc[list(BY_HAND), "recomputed"].to_dict() == pytest.approx(BY_HAND)


def test_verdicts_follow_the_tables(judged: pd.DataFrame) -> None:
    """One project moved from one level to another changes the verdicts that rest on it, and no other."""
    counts = TABLES["project_counts"].copy()
    now = counts["measure"].eq("scalability") & counts["group"].eq("all") & counts["wave"].eq("2020-10")
    counts.loc[now & (counts["level"] == "national"), "projects"] -= 1
    counts.loc[now & (counts["level"] == "not_useful"), "projects"] += 1
    after = claims.judge({**TABLES, "project_counts": counts}).set_index("claim")
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
def test_a_deleted_figure_is_never_a_smaller_sum(table: str, row: dict[str, object]) -> None:
    frame = TABLES[table]
    gone = np.logical_and.reduce([frame[column] == value for column, value in row.items()])
    with pytest.raises(DataError, match=f"claims.yaml, line .*The table {table} has no row for"):
        claims.judge({**TABLES, table: frame[~gone]})


def test_a_figure_is_told_with_the_decimals_that_round_to_it(judged: pd.DataFrame) -> None:
    assert "8.8496%" in judged.loc["table_7.new.retention.share", "explanation"]


def test_every_statement_of_the_report_is_in_both_languages_with_its_pages() -> None:
    report = TABLES["claims"].query("document == 'progress_report_2021_01'")
    for row in report.itertuples():
        assert min(len(row.statement_en.split()), len(row.statement_nl.split())) > 2, row.claim
        assert row.statement_en != row.statement_nl
        assert len(row.page.split("; ")) == len(row.section.split("; ")), row.claim
        assert all(0 < int(page) < 52 for page in row.page.split("; ")), row.claim


def test_what_is_counted_in_the_source_is_counted_in_the_data(judged: pd.DataFrame) -> None:
    passages, regions = TABLES["passages"], TABLES["regions"]
    first = passages[passages["list"].isin(["framework_content", "medical_care_regions"])]
    short = {
        "passages": passages.drop(index=first.drop_duplicates("list").index),
        "regions": regions[regions["region"] != "zeeland"],
    }
    after = claims.judge({**TABLES, **short}).set_index("claim")["verdict"]
    counted = ["framework.themes.content", "medical_care.first_regions", "regions.dsw_left_out"]
    assert judged.loc[counted, "verdict"].tolist() == ["reproduces"] * 3
    assert after[counted].tolist() == ["does_not_reproduce"] * 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_explanations_are_complete_and_in_one_language(judged: pd.DataFrame, language: Language) -> None:
    texts = (judged if language == "en" else claims.judge(TABLES, language))["explanation"]
    assert texts.str.endswith(".").all()
    assert not texts.str.contains(r"[{}]|\bnan\b|None|\.\.").any()
    if language == "nl":
        english = r"\b(?:tables?|appendix|appendices|chapters?|the|and|share|number of|list of|report of)\b"
        assert not texts.str.contains(english, case=False).any()
