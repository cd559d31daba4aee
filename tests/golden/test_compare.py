"""The comparison keeps what was only rearranged, and notices each number that changed, moved or went."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import openpyxl
import pytest
import yaml

from ivvu_analysis import claims
from tests.golden import compare, matching, tables
from tests.golden.intended import Intended, key_as_meant, verdict_as_meant
from tests.golden.tables import INTERVAL, Table

SUITE, REPORT = "national", "impact"


def as_output(folder: Path, reports: dict[str, Sequence[Table]], **changed: float) -> Path:
    """Write an output with the tables of some reports and the golden key figures, some of them changed."""
    (folder / SUITE / "tables").mkdir(parents=True)
    for report, found in reports.items():
        book = openpyxl.Workbook()
        notes = book.active
        for words in (["A title"], [], ["Sheet", "Table", "Source"]):
            notes.append(words)
        for n, table in enumerate(found):
            notes.append([f"Sheet {n}", table.title, "a source"])
            sheet = book.create_sheet(f"Sheet {n}")
            for row in (table.heads, *table.rows):
                sheet.append(row)
        book.save(folder / SUITE / "tables" / f"{report}.xlsx")
    figures: dict[str, dict[str, dict[str, float | None]]] = {}
    for (report, name), values in tables.golden_key_figures(SUITE).items():
        interval = dict(zip(INTERVAL, values, strict=True))
        figures.setdefault(report, {})[name] = interval | (
            {"estimate": changed[name]} if name in changed else {}
        )
    (folder / SUITE / "key_figures.json").write_text(json.dumps(figures), encoding="utf-8")
    return folder


@pytest.fixture
def golden() -> list[Table]:
    return tables.golden_tables(SUITE, "en")[REPORT]


def compared(output: Path, intended: Intended | None = None) -> compare.Outcome:
    return compare.compare(output, "en", suites=[SUITE], reports=REPORT, intended=intended or Intended())


def rearranged(table: Table) -> Table:
    """Return a table with another title, rows and columns in another order, and one of each more."""
    order = [*range(len(table.heads))][::-1]
    rows = [("more", *(row[c] for c in order)) for row in table.rows]
    extra = ("more", *(None for _ in order))
    return Table("Otherwise", ("More", *(table.heads[c] for c in order)), (extra, *rows[::-1]))


def test_what_is_rearranged_and_split_over_reports_is_kept(golden: list[Table], tmp_path: Path) -> None:
    now = [rearranged(table) for table in golden][::-1]
    output = as_output(tmp_path, {REPORT: now[:3], "models": now[3:]})
    assert len(compared(output).missing) == 4
    assert compared(output, Intended(moved={REPORT: ["models"]})).missing == []


def test_one_number_changed_in_a_table_is_noticed(golden: list[Table], tmp_path: Path) -> None:
    first = golden[0]
    row = (*first.rows[0][:3], first.rows[0][3] * (1 + 1e-9), *first.rows[0][4:])  # type: ignore[operator]
    output = as_output(tmp_path, {REPORT: [replace(first, rows=(row, *first.rows[1:])), *golden[1:]]})
    (missing,) = compared(output).missing
    assert "partly: without Value" in missing
    assert "nowhere in the report: 1 of" in missing


def test_a_table_that_is_gone_is_noticed_unless_that_is_meant(golden: list[Table], tmp_path: Path) -> None:
    output = as_output(tmp_path, {REPORT: golden[:-1]})
    (missing,) = compared(output).missing
    assert golden[-1].title in missing
    meant = {
        "table": "whether they have results to share",
        "report": "imp*",
        "reason": "asked for",
        "issue": 12,
    }
    outcome = compared(output, Intended(entries=[meant]))
    assert (outcome.missing, len(outcome.intended)) == ([], 1)


def test_numbers_that_moved_to_other_labels_are_noticed(golden: list[Table]) -> None:
    table = golden[0]
    labels = [row[1] for row in table.rows]
    swapped = [
        (row[0], label, *row[2:]) for row, label in zip(table.rows, labels[1:] + labels[:1], strict=True)
    ]
    assert matching.match(table, replace(table, rows=tuple(swapped))).moved == ("Impact",)
    renamed = [(row[0], f"other {row[1]}", *row[2:]) for row in table.rows]
    found = matching.match(table, replace(table, rows=tuple(renamed)))
    assert (found.status, found.reworded) == ("kept", ("Impact",))


def test_numbers_that_moved_to_other_rows_are_noticed(golden: list[Table]) -> None:
    table = golden[0]
    values = [row[3] for row in table.rows]
    rows = [
        (*row[:3], value, *row[4:]) for row, value in zip(table.rows, values[1:] + values[:1], strict=True)
    ]
    assert matching.match(table, replace(table, rows=tuple(rows))).status == "partly"


def test_a_key_figure_that_changed_or_went_is_noticed(golden: list[Table], tmp_path: Path) -> None:
    name = "impact.2020-10.much_meaning"
    output = as_output(tmp_path, {REPORT: golden}, **{name: 0.75})
    (missing,) = compared(output).missing
    assert name in missing
    path = output / SUITE / "key_figures.json"
    figures = json.loads(path.read_text(encoding="utf-8"))
    figures[REPORT]["impact.renamed"] = figures[REPORT].pop(name)
    path.write_text(json.dumps(figures), encoding="utf-8")
    outcome = compared(output)
    assert [name in problem and "is gone" in problem for problem in outcome.missing] == [True]
    assert outcome.new == ["national/impact: key figure impact.renamed"]


def test_texts_alone_are_held_by_what_tells_the_rows_apart() -> None:
    table = Table("T", ("Region", "Phase"), (("Zeeland", "1 Start"), ("Utrecht", "2 On the way")))
    changed = replace(table, rows=(("Zeeland", "2 On the way"), ("Utrecht", "1 Start")))
    other = replace(table, rows=(("Drenthe", "first"), ("Twente", "second")))
    statuses = [matching.match(table, new).status for new in (rearranged(table), changed, other)]
    assert statuses == ["kept", "moved", "gone"]


@pytest.mark.parametrize("suite", tables.golden_suites())
def test_hardly_a_number_can_change_unnoticed(suite: str) -> None:
    """Alter one number of each table; where it still is kept, another table of the report holds the same."""
    chance = random.Random(1)
    reports = tables.golden_tables(suite, "en")
    for found in [reports[name] for name in sorted(reports)[:6]]:
        for n, table in enumerate(found):
            places = [
                (r, c) for r, row in enumerate(table.rows) for c, x in enumerate(row) if tables.is_number(x)
            ]
            if places:
                others = {"others": found[:n] + found[n + 1 :]}
                altered = with_cell(table, *chance.choice(places), change=lambda x: x + 0.001)
                status = matching.best_match(table, {"same": [altered]} | others).status
                assert status != "kept" or matching.best_match(table, others).status == "kept", table.title


def with_cell(table: Table, row: int, column: int, change: Callable[[float], float]) -> Table:
    rows = [list(cells) for cells in table.rows]
    rows[row][column] = change(rows[row][column])  # type: ignore[arg-type]
    return replace(table, rows=tuple(map(tuple, rows)))


def test_an_intended_change_says_why_and_for_which_issue(tmp_path: Path) -> None:
    path = tmp_path / "intended.yaml"
    path.write_text(yaml.safe_dump({"intended": [{"key": "impact.*", "reason": "no longer asked"}]}), "utf-8")
    with pytest.raises(ValueError, match="an issue"):
        Intended.read(path)


def test_the_command_ends_with_1_where_something_is_missing(
    golden: list[Table], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = as_output(tmp_path / "whole", {REPORT: golden})
    less = as_output(tmp_path / "less", {REPORT: golden[1:]})
    only = ["--suite", SUITE, "--report", REPORT]
    assert [compare.main([str(output), *only]) for output in (whole, less)] == [0, 1]
    assert golden[0].title in capsys.readouterr().out


@pytest.mark.parametrize(
    ("entry", "now", "as_meant"),
    [
        ({}, (0.6, 0.4, 0.7), True),
        ({}, None, False),
        ({"now": "gone"}, None, True),
        ({"now": "gone"}, (0.5, 0.4, 0.6), False),
        ({"within": "1e-9"}, (0.5 + 1e-10, 0.4, 0.6), True),
        ({"within": "1e-9"}, (0.5 + 1e-8, 0.4, 0.6), False),
        ({"now": {"conf_high": None}}, (0.5, 0.4, None), True),
        ({"now": {"conf_high": None}}, (0.51, 0.4, None), False),
    ],
)
def test_no_more_of_a_key_figure_may_change_than_is_meant(
    entry: dict[str, object], now: tuple[float | None, ...] | None, as_meant: bool
) -> None:
    assert key_as_meant((0.5, 0.4, 0.6), now, entry) is as_meant


@pytest.mark.parametrize(
    ("allowed", "problems"),
    [({"without": ["Value"]}, 0), ({"without": ["Total"]}, 1), ({"fewer_rows": True}, 1), ({}, 0)],
)
def test_no_more_of_a_table_may_change_than_is_meant(
    golden: list[Table], tmp_path: Path, allowed: dict[str, object], problems: int
) -> None:
    output = as_output(tmp_path, {REPORT: [with_cell(golden[0], 0, 3, lambda x: x + 1), *golden[1:]]})
    meant = {"table": "Projects by impact", "reason": "asked for", "issue": 12, **allowed}
    assert len(compared(output, Intended(entries=[meant])).missing) == problems


def test_rows_may_go_where_that_is_meant_but_not_change(golden: list[Table], tmp_path: Path) -> None:
    meant = Intended(
        entries=[{"table": "Projects by impact", "reason": "asked for", "issue": 12, "fewer_rows": True}]
    )
    less = replace(golden[0], rows=golden[0].rows[:5])
    for n, (table, problems) in enumerate([(less, 0), (with_cell(less, 0, 3, lambda x: x + 1), 1)]):
        output = as_output(tmp_path / str(n), {REPORT: [table, *golden[1:]]})
        assert len(compared(output, meant).missing) == problems


def test_every_statement_has_the_readings_and_the_verdict_it_had() -> None:
    now = claims.judge(claims.tables()).set_index("claim")
    meant = Intended.read()
    for claim, (verdict, readings) in tables.golden_readings().items():
        found = [(r.kind, float(r.value)) for r in now.loc[claim, "readings"]] if claim in now.index else []
        same = [kind for kind, _ in found] == [kind for kind, _ in readings] and all(
            matching.same(value, was) for (_, value), (_, was) in zip(found, readings, strict=True)
        )
        outcome = now.loc[claim, "verdict"] if claim in now.index else "gone"
        as_meant = partial(verdict_as_meant, outcome)
        place = ("national", "claims_check")
        assert (same and outcome == verdict) or meant.reason("claim", claim, place, as_meant), claim
