"""The whole audit on the published tables: complete, computed, and loud where a figure is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from ivvu_analysis import claims
from ivvu_analysis.claims.needs import NEEDS, need_for
from ivvu_analysis.claims.registry import Rederivation
from ivvu_analysis.evidence import Evidence, from_published

COLUMNS = [
    *("claim", "document", "section", "statement_en", "statement_nl", "qualifier", "claimed", "unit"),
    *("recomputed", "verdict", "definition", "explanation_en", "explanation_nl"),
]

# What each table holds, and which column is its figure. The two gaps of 2040 count different things, so
# neither stands behind the claim of the other.
FIGURES = {
    "phase_counts": "regions",
    "region_phases": "phase",
    "theme_by_holder": "projects",
    "theme_by_start": "projects",
    "project_counts": "projects",
    "utrecht_delivery_forms": "share",
    "utrecht_gap_split": "share",
    "utrecht_ibs": "number",
}

# The total of the declarations is the claim itself, and needs no lookup.
NOT_USED = {("utrecht_ibs", ("declarations", "all"))}


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return from_published()


@pytest.fixture(scope="module")
def sources(evidence: Evidence) -> claims.Sources:
    return claims.read_sources(evidence, seed=1)


@pytest.fixture(scope="module")
def checked(evidence: Evidence) -> pd.DataFrame:
    return claims.check_claims(evidence, seed=1)


def readings() -> Iterator[Rederivation]:
    for items in claims.READINGS.values():
        yield from items


Cell = tuple[str, tuple[tuple[str, object], ...]]


@dataclass(frozen=True)
class RecordingSources(claims.Sources):
    """Sources that remember which tables and cells were asked for."""

    seen: set[str] = field(default_factory=set)
    cells: set[Cell] = field(default_factory=set)

    def only(self, names: Iterable[str]) -> claims.Sources:
        return self

    def rows(self, table: str) -> pd.DataFrame:
        self.seen.add(table)
        return super().rows(table)

    def figure(self, table: str, amount: str, **cell: object) -> float:
        self.cells.add((table, tuple(cell.items())))
        return super().figure(table, amount, **cell)


@pytest.fixture(scope="module")
def recorded(sources: claims.Sources) -> list[tuple[Rederivation, RecordingSources]]:
    pairs = [(reading, RecordingSources(sources.tables, sources.seed)) for reading in readings()]
    for reading, recording in pairs:
        reading.value(recording)
    return pairs


def test_frame(checked: pd.DataFrame) -> None:
    assert list(checked.columns) == COLUMNS
    assert list(checked["claim"]) == list(claims.read_claims()["claim"])
    assert len(checked) > 250


def test_counts_add_up(checked: pd.DataFrame) -> None:
    counts = claims.count_verdicts(checked)
    assert counts["total"] == len(checked) == counts.drop("total").sum()
    assert set(counts.index) == {*claims.VERDICTS, "total"}


def test_every_claim_has_one_way_to_a_verdict_and_nothing_is_left_over() -> None:
    known = set(claims.read_claims()["claim"])
    assert set(claims.READINGS) <= known
    for claim in known:
        assert (claim in claims.READINGS) != (need_for(claim) is not None), claim
    for need in NEEDS:
        for pattern in need.claims:
            assert any(type(need)(need.en, need.nl, (pattern,)).covers(claim) for claim in known), pattern


def test_a_value_is_missing_exactly_where_a_claim_cannot_be_checked(checked: pd.DataFrame) -> None:
    unchecked = checked["verdict"] == "cannot_be_checked"
    assert checked.loc[unchecked, "recomputed"].isna().all()
    assert checked.loc[~unchecked, "recomputed"].notna().all()
    assert (checked.loc[~unchecked, "definition"] != "").all()


@pytest.mark.parametrize(
    ("claim", "recomputed", "verdict"),
    [
        ("status.running.2020-10.share.letter", 100 * 244 / 318, "does_not_reproduce"),
        ("status.running.2020-10.share", 100 * 244 / 318, "reproduces"),
        ("status.completed.2020-10.letter", 38, "reproduces_otherwise"),
        ("status.success_share.2020-03", 100 * 12 / 17, "reproduces_otherwise"),
        ("status.success_share.2020-10", 100 * 31 / 38, "reproduces"),
        ("impact.2020-03.much_meaning", 100 * 188 / 268, "reproduces_rounded"),
        ("impact.2020-10.much_meaning", 100 * 239 / 318, "does_not_reproduce"),
        ("impact.2020-10.large_scale.letter", 100 * 74 / 318, "does_not_reproduce"),
        ("themes.strategic_share.new", 100 * 80 / 113, "reproduces_rounded"),
        ("themes.strategic_share.new.letter", 100 * 52 / 113, "reproduces_otherwise"),
        ("scalability.2020-10.any", 178, "reproduces"),
        ("scalability.2020-10.any.letter", 178, "reproduces"),
        ("scalability.2020-10.not_yet", 86, "reproduces"),
        ("participation.2020-10.total", 298, "does_not_reproduce"),
        ("phases.dynamics.2020-10.top_share", 100 * 23 / 34, "reproduces"),
        ("phases.vision.2020-10.choices_made", 100 * 18 / 34, "reproduces"),
        ("regions.supported", 30, "reproduces"),
        ("themes.overarching.all_holders", 100 * 4 / 7, "reproduces_otherwise"),
        ("medical_care.projects", 23, "reproduces_otherwise"),
        ("status.all_started", 100 * (1 - 36 / 318), "does_not_reproduce"),
        ("themes.first_plans.inflow", 100 * 49 / 205, "does_not_reproduce"),
        ("regions.care_office_regions", 31, "reproduces"),
        ("examples.all_regions", 100 * 29 / 30, "does_not_reproduce"),
        ("report.tables", 11, "does_not_reproduce"),
        ("report.technology_chapter", 4, "does_not_reproduce"),
        ("table_7.2018-2019.education.share", 100 * 21 / 205, "reproduces_rounded"),
        ("table_7.total_share.2018-2019", 100.01, "reproduces_otherwise"),
        ("delivery.2040.residential_share", 57 / 1.78, "reproduces_rounded"),
        ("kvt.2023.line_3.projects", 54, "reproduces"),
    ],
)
def test_claims_worked_by_hand(checked: pd.DataFrame, claim: str, recomputed: float, verdict: str) -> None:
    row = checked.set_index("claim").loc[claim]
    assert row["recomputed"] == pytest.approx(recomputed)
    assert row["verdict"] == verdict


def test_the_forecast_falls_short_of_all_regions(checked: pd.DataFrame) -> None:
    row = checked.set_index("claim").loc["outlook.2021-12.all_at_top"]
    assert 50 < row["recomputed"] < 95
    assert row["verdict"] == "does_not_reproduce"


def test_verdicts_follow_the_tables(evidence: Evidence) -> None:
    """One project moved from one level to another changes the verdicts that rest on it, and no other."""
    counts = evidence.project_counts.copy()
    level = (counts["measure"] == "scalability") & (counts["group"] == "all") & (counts["wave"] == "2020-10")
    counts.loc[level & (counts["level"] == "national"), "projects"] -= 1
    counts.loc[level & (counts["level"] == "not_useful"), "projects"] += 1
    changed = claims.Sources({**claims.read_sources(evidence, 1).tables, "project_counts": counts}, seed=1)
    before = {f.claim.claim: f.verdict for f in claims.judge_all(claims.read_sources(evidence, 1))}
    after = {f.claim.claim: f.verdict for f in claims.judge_all(changed)}
    assert {claim for claim in before if before[claim] != after[claim]} == {"scalability.2020-10.any"}
    assert after["scalability.2020-10.any"] == "does_not_reproduce"


def test_each_reading_names_exactly_the_tables_it_uses(
    recorded: list[tuple[Rederivation, RecordingSources]],
) -> None:
    for reading, recording in recorded:
        assert recording.seen == set(reading.tables), reading.claim


def test_every_published_figure_stands_behind_some_claim(
    sources: claims.Sources, recorded: list[tuple[Rederivation, RecordingSources]]
) -> None:
    used = {cell for _, recording in recorded for cell in recording.cells}
    for table, figure in FIGURES.items():
        asked = [dict(cell) for name, cell in used if name == table]
        for row in sources.rows(table).to_dict("records"):
            keys = tuple(str(value) for column, value in row.items() if column != figure)[:2]
            found = any(all(row[column] == value for column, value in cell.items()) for cell in asked)
            assert found or (table, keys) in NOT_USED, row


def test_a_deleted_figure_fails_loudly(
    sources: claims.Sources, recorded: list[tuple[Rederivation, RecordingSources]]
) -> None:
    """Delete figures at random: a reading that uses one raises an error that names the table and the cell."""
    rng = np.random.default_rng(20201101)
    cells = [
        (index, cell)
        for index, (reading, recording) in enumerate(recorded)
        if not reading.claim.startswith("outlook")
        for cell in sorted(recording.cells, key=str)
    ]
    for chosen in rng.choice(len(cells), size=80, replace=False):
        index, (table, cell) = cells[chosen]
        reading = recorded[index][0]
        frame = sources.rows(table)
        kept = ~np.logical_and.reduce([frame[column] == value for column, value in cell])
        poorer = claims.Sources({**sources.tables, table: frame[kept]}, seed=1)
        place = ", ".join(f"{column} {value}" for column, value in cell)
        with pytest.raises(
            claims.MissingFigureError, match=re.escape(f"The table {table} has 0 rows for {place}")
        ):
            reading.value(poorer)


def test_a_deleted_figure_stops_the_whole_audit(sources: claims.Sources) -> None:
    holders = sources.rows("theme_by_holder")
    poorer = holders[~((holders["theme"] == "technology") & (holders["holder"] == "eno"))]
    with pytest.raises(
        claims.MissingFigureError, match="theme_by_holder has 0 rows for theme technology, holder eno"
    ):
        claims.judge_all(claims.Sources({**sources.tables, "theme_by_holder": poorer}, seed=1))


def test_a_deleted_region_fails_loudly(sources: claims.Sources) -> None:
    regions = sources.rows("regions")
    poorer = claims.Sources({**sources.tables, "regions": regions[regions["region"] != "zeeland"]}, seed=1)
    with pytest.raises(claims.MissingFigureError, match="no row for region zeeland"):
        claims.judge_all(poorer)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_explanations_are_complete(checked: pd.DataFrame, language: str) -> None:
    texts = checked[f"explanation_{language}"]
    assert texts.str.endswith(".").all()
    assert not texts.str.contains(r"[{}]|\bnan\b|None|\.\.").any()


def test_dutch_explanations_hold_no_english_words(checked: pd.DataFrame) -> None:
    english = (
        r"\b(?:tables?|appendix|appendices|chapters?|the|and|of the|share|number of|list of|report of)\b"
    )
    found = checked[checked["explanation_nl"].str.contains(english, case=False)]
    assert found.empty, list(found["explanation_nl"])
