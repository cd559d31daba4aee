"""The tables of reports, as read from their workbooks and as kept in the golden files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

HERE = Path(__file__).parent
LANGUAGES = ("en", "nl")
NOTES_HEAD = {("Sheet", "Table", "Source"), ("Blad", "Tabel", "Bron")}
INTERVAL = ("estimate", "conf_low", "conf_high")

Cell = float | int | str | None
Text = str | list[str]  # one text, or the English and the Dutch one
KeyFigure = tuple[float | None, ...]  # estimate, conf_low, conf_high
KeyFigures = dict[tuple[str, str], KeyFigure]  # by report and name


@dataclass(frozen=True)
class Table:
    """A table of a report in one language: its title, the heads of its columns, and its rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def columns(self) -> list[tuple[Cell, ...]]:
        return list(zip(*self.rows, strict=True)) if self.rows else [() for _ in self.heads]


def is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def numbers(table: Table) -> list[float]:
    return [cell for row in table.rows for cell in row if isinstance(cell, int | float)]


def read_workbook(path: Path) -> list[Table]:
    """Return the tables of a workbook, one a sheet; a sheet of notes gives them their titles."""
    titles: dict[str, str] = {}
    tables: dict[str, list[tuple[Any, ...]]] = {}
    for sheet in openpyxl.load_workbook(path).worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        heads = [n for n, row in enumerate(rows) if tuple(row[:3]) in NOTES_HEAD]
        if heads:
            titles |= {str(row[0]): str(row[1]) for row in rows[heads[0] + 1 :] if row[0] is not None}
        elif rows:
            tables[sheet.title] = rows
    return [
        Table(titles.get(name, name), tuple(str(head or "") for head in head), tuple(map(_cells, rows)))
        for name, (head, *rows) in tables.items()
    ]


def _cells(row: Iterable[Any]) -> tuple[Cell, ...]:
    return tuple(cell if cell is None or is_number(cell) else str(cell) for cell in row)


def read_suite(folder: Path) -> dict[str, list[Table]]:
    """Return the tables of every report of a suite that has a workbook."""
    return {path.stem: read_workbook(path) for path in sorted((folder / "tables").glob("*.xlsx"))}


def read_key_figures(folder: Path) -> KeyFigures:
    """Return the key figures that the reports of a suite recorded."""
    recorded = json.loads((folder / "key_figures.json").read_text(encoding="utf-8"))
    return {
        (report, name): tuple(interval.get(part) for part in INTERVAL)
        for report, figures in recorded.items()
        for name, interval in figures.items()
    }


def read_verdicts(folder: Path) -> dict[str, tuple[str, float | None]]:
    """Return the verdict on each statement and what was recomputed, from the data of the claims check."""
    with (folder / "tables" / "claims_check.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["claim"]: (row["verdict"], float(row["recomputed"]) if row.get("recomputed") else None)
            for row in csv.DictReader(file)
        }


def golden_suites() -> list[str]:
    return sorted(path.stem for path in (HERE / "tables").glob("*.json"))


def golden_tables(suite: str, language: str) -> dict[str, list[Table]]:
    """Return the golden tables of a suite in one language, by report."""
    reports: Mapping[str, Any] = json.loads((HERE / "tables" / f"{suite}.json").read_text(encoding="utf-8"))
    which = LANGUAGES.index(language)

    def cell(value: Any) -> Any:
        return value[which] if isinstance(value, list) else value

    return {
        report: [
            Table(
                cell(table["title"]),
                tuple(map(cell, table["heads"])),
                tuple(tuple(map(cell, row)) for row in table["rows"]),
            )
            for table in tables
        ]
        for report, tables in reports.items()
    }


def golden_key_figures(suite: str) -> KeyFigures:
    with (HERE / "key_figures.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["report"], row["name"]): tuple(float(row[part]) if row[part] else None for part in INTERVAL)
            for row in csv.DictReader(file)
            if row["suite"] == suite
        }


def golden_verdicts() -> dict[str, tuple[str, float | None]]:
    """Return the golden verdict on each statement, with what its words give."""
    return {claim: (verdict, _stated(readings)) for claim, (verdict, readings) in golden_readings().items()}


def golden_readings() -> dict[str, tuple[str, list[tuple[str, float]]]]:
    """Return the golden verdict on each statement, and kind and value of each reading of its words."""
    with (HERE / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["claim"]: (row["verdict"], [_reading(one) for one in row["readings"].split()])
            for row in csv.DictReader(file)
        }


def _reading(text: str) -> tuple[str, float]:
    kind, value = text.split("=")
    return kind, float(value)


def _stated(readings: Sequence[tuple[str, float]]) -> float | None:
    return readings[0][1] if readings else None


def in_both(english: Table, dutch: Table) -> dict[str, Any]:
    """Return one table for two languages: numbers once, and a text twice where the languages differ.

    Raises
    ------
    ValueError
        If the two have another shape or another number somewhere.
    """
    if (len(english.rows), len(english.heads)) != (len(dutch.rows), len(dutch.heads)):
        raise ValueError(f"{english.title}: another shape in Dutch.")
    rows = [list(map(_both, one, other)) for one, other in zip(english.rows, dutch.rows, strict=True)]
    return {
        "title": _both(english.title, dutch.title),
        "heads": list(map(_both, english.heads, dutch.heads)),
        "rows": rows,
    }


def _both(one: Cell, other: Cell) -> Cell | list[str]:
    if one == other:
        return one
    if not (isinstance(one, str) and isinstance(other, str)):
        raise ValueError(f"English gives {one!r} where Dutch gives {other!r}.")
    return [one, other]


def as_json(reports: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return the golden tables of a suite as JSON with a line a row, so that a change can be read."""

    def line(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    def table(one: Mapping[str, Any]) -> str:
        rows = ",\n   ".join(map(line, one["rows"]))
        title, heads = line(one["title"]), line(one["heads"])
        return f'  {{"title": {title},\n   "heads": {heads},\n   "rows": [\n   {rows}]}}'

    parts = [f" {line(name)}: [\n" + ",\n".join(map(table, tables)) + "]" for name, tables in reports.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"
