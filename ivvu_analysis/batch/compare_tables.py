"""Which cells of the tables that two runs published differ."""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from ivvu_analysis.batch.output import Output
from ivvu_analysis.batch.store import data_file, report_files
from ivvu_analysis.errors import OutputError

CELLS = ["report", "table", "row", "column", "then", "now"]
LABEL = re.compile(r"^(Figure|Figuur|Table|Tabel) \d+\. ")  # the number of a figure is not what it is about
NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")

Cell = float | str | None
Key = tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One published table: its cells by row and column, with what tells the rows from each other."""

    title: str
    columns: tuple[str, ...]
    cells: Mapping[tuple[Key, str], Cell]


def cell_changes(old: Output, new: Output) -> pd.DataFrame:
    """Return the cells of the tables that differ.

    Tables are paired by their captions, or else by their places and heads; rows by the texts in them. Reports
    in different languages have no cell in common and are left out.

    Returns
    -------
    DataFrame
        One row a cell: `report, table, row, column, then, now`, with numbers as numbers; a cell that was not
        there, or is there no longer, is None.

    Raises
    ------
    OutputError
        If a table cannot be read.
    """
    rows = [
        (report, now.title, " · ".join(key), column, before, after)
        for report in new.key_figures
        if report in old.key_figures and old.language(report) == new.language(report)
        for then, now in _pairs(_tables(old.folder, report), _tables(new.folder, report))
        for key, column, before, after in _differ(then, now)
    ]
    return pd.DataFrame(rows, columns=CELLS, dtype=object)


def _tables(folder: Path, report: str) -> dict[str, Sheet]:
    """Return the tables of a report by their places: the sheets of its workbook and its data."""
    found: dict[str, Sheet] = {}
    workbook, data = folder / report_files(report)["workbook"], folder / data_file(report)
    try:
        if workbook.is_file():
            found.update(_sheets(workbook))
        if data.is_file():
            with data.open(encoding="utf-8", newline="") as file:
                head, *rows = [*csv.reader(file)] or [[]]
            found[data.name] = _sheet(data.name, head, [[_typed(c) for c in row] for row in rows], {0})
    except (OSError, ValueError, CalamineError, zipfile.BadZipFile) as error:
        raise OutputError(
            f"The tables of '{report}' in {folder} cannot be read: {error}.",
            "Make the reports again with ivvu run.",
        ) from None
    return found


def _sheets(path: Path) -> Iterator[tuple[str, Sheet]]:
    book = CalamineWorkbook.from_path(str(path))
    notes, *names = book.sheet_names
    titles = {str(row[0]): str(row[1]) for row in book.get_sheet_by_name(notes).to_python() if len(row) > 1}
    for name in names:
        head, *rows = book.get_sheet_by_name(name).to_python() or [[]]
        texts = {c for c in range(len(head)) if any(isinstance(row[c], str) and row[c] for row in rows)}
        cells = [[_plain(cell) for cell in row] for row in rows]
        yield name, _sheet(LABEL.sub("", titles.get(name, name)), [str(h) for h in head], cells, texts)


def _sheet(title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]], keys: set[int]) -> Sheet:
    """Return a table whose rows are told apart by their texts in the columns `keys`, then by their order."""
    seen: Counter[Key] = Counter()
    cells: dict[tuple[Key, str], Cell] = {}
    for row in rows:
        key = tuple(str(cell) for c, cell in enumerate(row) if c in keys and cell is not None)
        seen[key] += 1
        distinct = key if seen[key] == 1 else (*key, str(seen[key]))
        values = [(head[c], cell) for c, cell in enumerate(row) if c not in keys]
        # A row of texts alone is there or not: that is the one thing about it that can change.
        cells.update({(distinct, column): cell for column, cell in values or [("", 1.0)]})
    return Sheet(title, tuple(head), cells)


def _pairs(old: Mapping[str, Sheet], new: Mapping[str, Sheet]) -> Iterator[tuple[Sheet, Sheet]]:
    """Pair tables with the same caption, and of the rest those in the same place with the same heads."""
    by_title = {sheet.title: place for place, sheet in old.items()}
    matched = {place: by_title[sheet.title] for place, sheet in new.items() if sheet.title in by_title}
    for place, sheet in new.items():
        other = matched.get(place, place)
        if other not in old or (place not in matched and other in matched.values()):
            continue
        if place in matched or old[other].columns == sheet.columns:
            yield old[other], sheet


def _differ(old: Sheet, new: Sheet) -> Iterator[tuple[Key, str, Cell, Cell]]:
    for place in {**new.cells, **old.cells}:
        before, after = old.cells.get(place), new.cells.get(place)
        if before != after:
            yield *place, before, after


def _plain(cell: object) -> Cell:
    if cell is None or cell == "":
        return None
    # As many digits as a reader could want: machines may differ in the last bits of a number.
    return float(f"{cell:.9g}") if isinstance(cell, int | float) else str(cell)


def _typed(text: str) -> Cell:
    return _plain(float(text)) if NUMBER.fullmatch(text) else _plain(text)
