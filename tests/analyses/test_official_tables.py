from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from ivvu_analysis import published as published_data
from ivvu_analysis.analyses import official_tables
from ivvu_analysis.codebook import DIMENSIONS, MEASURES, scale
from ivvu_analysis.evidence import Evidence, from_register
from ivvu_analysis.report.tables import Table
from ivvu_analysis.report.text import Words

WAVE = "2020-10"
Counted = Callable[[list[tuple[str, str, str, str, int]]], Evidence]
WithProjects = Callable[[list[dict[str, Any]]], Evidence]


def row(table: pd.DataFrame, code: object) -> list[Any]:
    """Return the cells behind a code in the first column."""
    chosen = table[table.iloc[:, 0] == code]
    assert len(chosen) == 1
    return list(chosen.iloc[0, 1:])


def test_table_1(published: Evidence) -> None:
    table = official_tables.ladder(published, "agreements")
    assert list(table.columns) == ["phase", "2019-03", "2019-10", "2020-03", "2020-10", "change"]
    assert row(table, 1) == [1, 0, 0, 0, 0]
    assert row(table, 4) == [16, 21, 27, 32, 5]
    assert row(table, "total_row") == [34, 34, 34, 34, 0]


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_ladders_give_back_every_published_cell(published: Evidence, dimension: str) -> None:
    table = official_tables.ladder(published, dimension).set_index("phase")
    cells = published.phase_counts[published.phase_counts["dimension"] == dimension]
    assert len(cells) == 4 * (len(table) - 1)
    for cell in cells.itertuples():
        assert table.loc[cell.phase, cell.wave] == cell.regions


def test_table_5_has_no_total_and_no_unknown(published: Evidence) -> None:
    table = official_tables.measure(published, "participation")
    assert table["level"].tolist() == ["1-3", "4-6", "7-9", "10+"]
    assert row(table, "7-9") == [92, 122, 30]


def test_table_8_shows_unknown_where_there_was_any(published: Evidence) -> None:
    table = official_tables.measure(published, "impact")
    assert row(table, "unknown") == [8, 0, -8]
    assert row(table, "total_row") == [268, 318, 50]
    assert table["level"].tolist() == [*scale("impact").codes, "total_row"]


def test_one_wave_has_no_change(published: Evidence) -> None:
    table = official_tables.measure(published.until("2020-03"), "status")
    assert list(table.columns) == ["level", "2020-03"]
    assert row(table, "total_row") == [268]


def test_change_is_since_the_last_wave_before(counted: Counted) -> None:
    rows = [
        ("status", "all", wave, "running", n) for wave, n in (("2020-03", 1), ("2020-10", 5), ("2021-03", 12))
    ]
    assert row(official_tables.measure(counted(rows), "status"), "running") == [1, 5, 12, 7]


def test_what_was_not_recorded_has_no_rows(counted: Counted) -> None:
    evidence = counted([("status", "all", WAVE, "running", 1)])
    assert len(official_tables.measure(evidence, "impact")) == 0
    assert len(official_tables.technology(evidence)) == 0


def test_table_12_has_three_blocks_with_totals(published: Evidence) -> None:
    table = official_tables.technology(published)
    assert list(table.columns) == ["subject", "level", "2020-03", "2020-10", "change"]
    totals = table[table["level"] == "total_row"]
    assert totals["subject"].tolist() == ["impact", "sharing", "scalability"]
    assert totals[["2020-03", "2020-10", "change"]].to_numpy().tolist() == [[41, 46, 5]] * 3
    assert table[table["subject"] == "impact"]["level"].tolist() == [*scale("impact").rated, "total_row"]
    yes = table[(table["subject"] == "sharing") & (table["level"] == "yes")]
    assert yes[["2020-03", "2020-10", "change"]].to_numpy().tolist() == [[14, 25, 11]]


def test_table_4(published: Evidence) -> None:
    table = official_tables.by_holder(published, WAVE)
    assert list(table.columns) == ["theme", *scale("holder").codes, "total"]
    assert row(table, "regional_strategy") == [1, 2, 2, 4, 11, 16, 0, 36]
    assert row(table, "efficient_working") == [0] * 8
    assert row(table, "total_row") == [65, 14, 7, 43, 76, 95, 18, 318]


def test_table_7_in_the_rounding_of_the_source(published: Evidence) -> None:
    table = official_tables.by_start(published, WAVE)
    start_2020, start_2021, new, part_new, early, part_early = row(table, "education")
    assert (start_2020, start_2021, new, early) == (2, 2, 4, 21)
    assert (round(100 * part_new, 1), round(100 * part_early, 2)) == (3.5, 10.24)
    assert row(table, "total_row") == [83, 30, 113, 1, 205, 1]


def test_themes_of_an_unknown_wave_have_no_rows(published: Evidence) -> None:
    earlier = published.until("2020-03")
    assert len(official_tables.by_holder(earlier, "2020-03")) == 0
    assert len(official_tables.by_start(earlier, "2020-03")) == 0


def test_two_editions_of_a_register_show_the_change_of_themes(with_projects: WithProjects) -> None:
    def project(theme: str, wave: str) -> dict[str, Any]:
        return {"theme": theme, "holder": "cz", "start": "2020", "wave": wave}

    now = [project("technology", WAVE)] * 3 + [project("learning", WAVE)]
    evidence = with_projects([*now, project("learning", "2020-03"), project("learning", "2020-03")])
    table = official_tables.by_holder(evidence, WAVE)
    assert row(table, "technology")[-2:] == [3, 3]
    assert row(table, "learning")[-2:] == [1, -1]
    assert row(table, "total_row")[-2:] == [4, 2]
    assert "change" not in official_tables.by_holder(evidence, "2020-03").columns


def test_shares_of_no_projects_are_not_known(with_projects: WithProjects) -> None:
    evidence = with_projects([{"theme": "technology", "holder": "cz", "start": "2020", "wave": WAVE}])
    table = official_tables.by_start(evidence, WAVE)
    assert table["part_early"].isna().all()
    assert row(table, "technology")[:4] == [1, 0, 1, 1.0]


def test_appendix_1(published: Evidence) -> None:
    table = official_tables.regions(published, WAVE)
    assert list(table.columns) == ["region", "agreements", "vision", "dynamics"]
    assert table["region"].tolist() == list(scale("region").codes)
    assert row(table, "zwolle") == [3, 4, 3]
    assert row(table, "utrecht") == [4, 5, 3]
    assert len(official_tables.regions(published, "2020-03")) == 0


def test_appendix_1_with_an_earlier_wave_counts_the_steps(published: Evidence) -> None:
    earlier = published.region_phases.assign(wave="2020-03")
    lower = (earlier["region"] == "twente") & (earlier["dimension"] == "vision")
    earlier["phase"] = earlier["phase"].where(~lower, earlier["phase"] - 2)
    panel = pd.concat([earlier, published.region_phases], ignore_index=True)
    table = official_tables.regions(replace(published, region_phases=panel), WAVE)
    steps = table.set_index("region")["steps"]
    assert steps["twente"] == 2
    assert steps.sum() == 2


def test_knowledge_exchange_waits_for_the_end_of_its_period() -> None:
    known = official_tables.knowledge_exchange(WAVE, "nl")
    assert row(known, "Publicaties") == ["publications", "exact", 47]
    assert set(known["exchange"]) == set(scale("exchange").codes)
    assert set(known["precision"]) <= set(scale("precision").codes)
    assert official_tables.knowledge_exchange(WAVE, "en")["name"][0] == "Publications"
    assert len(official_tables.knowledge_exchange("2020-03", "nl")) == 0


def test_gaps_find_the_missing_projects_of_table_5(published: Evidence) -> None:
    gaps = official_tables.gaps(published)
    assert gaps.to_numpy().tolist() == [["participation", WAVE, 298, 318, 20]]
    assert official_tables.gaps(published.until("2020-03")).empty


def test_totals_end_with_the_edition(published: Evidence) -> None:
    totals = official_tables.totals(published)
    assert row(totals, "participation") == [268, 298]
    assert row(totals, "edition") == [268, 318]
    assert totals["subject"].iloc[-1] == "edition"


def test_shifts_by_hand(published: Evidence) -> None:
    shifts = official_tables.shifts(published, WAVE)
    top = shifts.iloc[0]
    assert (top["subject"], top["level"], top["before"], top["after"]) == ("vision", 5, 8, 18)
    assert top["estimate"] == pytest.approx(10 / 34)
    assert shifts["estimate"].abs().is_monotonic_decreasing
    assert shifts.groupby("subject")["estimate"].sum().abs().max() < 1e-12
    sharing = shifts[(shifts["subject"] == "sharing") & (shifts["level"] == "yes")].iloc[0]
    assert sharing["estimate"] == pytest.approx(156 / 318 - 100 / 268)


def test_largest_is_none_without_a_wave_before(published: Evidence) -> None:
    shifts = official_tables.shifts(published.until("2020-03"), "2020-03")
    assert official_tables.largest(shifts, ["status", "impact"]) is None
    ladder = official_tables.largest(shifts, DIMENSIONS)
    assert ladder is not None
    assert ladder["subject"] == "dynamics"
    assert official_tables.shifts(published.until("2019-03"), "2019-03").empty


def test_shift_rows_are_labelled_in_the_language(published: Evidence) -> None:
    rows, labels = official_tables.shift_rows(official_tables.shifts(published, WAVE).head(7), "nl")
    assert rows["row"].is_unique
    assert labels["vision.5"] == "Visie: 5 Keuzes gemaakt"
    assert set(labels) == set(rows["row"])


def test_tables_are_written_as_a_reader_expects(published: Evidence) -> None:
    table = Table(official_tables.technology(published), Words("nl"))
    assert [column.head for column in table.columns][2:] == ["mrt 2020", "okt 2020", "Verandering"]
    first, *_, last = ([table.written(r, c) for c in table.columns] for r in table.frame.to_dict("records"))
    assert first == ["Impact", "Kleine schaal, beperkte betekenis", "5", "5", "0"]
    assert last == ["Opschaalbaarheid", "Totaal", "41", "46", "+5"]
    assert table.rows()[-1] == ["Opschaalbaarheid", "Totaal", 41, 46, 5]


def test_holders_are_the_heads_of_table_4(published: Evidence) -> None:
    english, dutch = official_tables.heads("holder")
    assert english["zorg_en_zekerheid"] == "Z&Z"
    table = Table(official_tables.by_holder(published, WAVE), Words("nl"), heads=dutch)
    assert [column.head for column in table.columns][-2:] == ["Z&Z", "Totaal"]


def test_the_rebuilt_register_gives_every_table_back_totals_included(published: Evidence) -> None:
    rebuilt = from_register(published_data.folder().parent / "register" / "reconstructed.csv")
    assert_frame_equal(official_tables.by_holder(rebuilt, WAVE), official_tables.by_holder(published, WAVE))
    assert_frame_equal(official_tables.by_start(rebuilt, WAVE), official_tables.by_start(published, WAVE))
    assert_frame_equal(official_tables.technology(rebuilt), official_tables.technology(published))
    assert_frame_equal(official_tables.totals(rebuilt), official_tables.totals(published))
    for name in MEASURES:
        assert_frame_equal(official_tables.measure(rebuilt, name), official_tables.measure(published, name))
