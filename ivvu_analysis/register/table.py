"""The rows of a register by its columns, from one table or from several that are read together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ivvu_analysis.register import findings
from ivvu_analysis.register.columns import Columns
from ivvu_analysis.register.files import Sheet, compact
from ivvu_analysis.register.headings import Block, blocks
from ivvu_analysis.register.spelling import Speller


@dataclass
class Table:
    """The rows below the headings.

    Parameters
    ----------
    cells
        One row a row, one categorical column of texts a register column; an empty cell is an empty text.
    place
        Where each row stands: `row, sheet, part` (which of `parts`), and `at`, its position in the sheet.
    parts
        The blocks that the rows are from.
    speller
        What their texts stand for.
    found
        What has been found so far.
    """

    cells: pd.DataFrame
    place: pd.DataFrame
    parts: list[Block]
    speller: Speller
    found: list[pd.DataFrame] = field(default_factory=list)

    def texts(self, column: str) -> pd.Series:
        """Return the texts of a column, all empty where there is no such column."""
        if column in self.cells:
            return self.cells[column]
        return pd.Series("", index=self.cells.index, dtype="category")

    @cached_property
    def repeated(self) -> np.ndarray:
        """Which rows have the number of another."""
        numbers = pd.Index(self.texts("id").astype(object))
        if numbers.is_monotonic_increasing and numbers.is_unique:  # as mostly, and soon seen
            return np.zeros(len(numbers), dtype=bool)
        return np.asarray((numbers != "") & numbers.duplicated(keep=False))

    def line(self, at: int) -> list[str]:
        """Return what stands in one row of the table, in the order of the sheet, each text once."""
        part = self.parts[self.place["part"].iat[at]]
        row = self.place["at"].iat[at]
        return [text for text in dict.fromkeys(part.sheet.cells[p].iat[row] for p in part.inside) if text]

    def note(self, at: np.ndarray, column: str, problem: object, value: object = None,
             suggestion: object = "", severity: str | None = None) -> None:  # fmt: skip
        """Add a finding for each of the rows at these positions, by default with what their cells hold."""
        if len(at):
            where = self.place.iloc[at]
            held = self.texts(column).iloc[at].astype(object).to_numpy() if value is None else value
            rows, sheets = where["row"], where["sheet"].to_numpy()
            self.found.append(findings.about(rows, sheets, column, problem, held, suggestion, severity))

    def say(self, part: Block, column: str, problem: str, value: str = "", suggestion: str = "",
            severity: str | None = None) -> None:  # fmt: skip
        """Add a finding about a column of one of the parts, or about that part as a whole."""
        where = [part.row], part.sheet.name
        self.found.append(findings.about(*where, column, problem, value, suggestion, severity))

    def told(self, *problems: str) -> set[str]:
        """Return the columns that findings of these kinds are about."""
        return {c for f in self.found for c in f.loc[f["problem"].isin(problems), "column"]}


def parts(sheet: Sheet, speller: Speller) -> list[Table]:
    """Return each table of a sheet by its register columns; one for each wave that its headings name."""
    tables = []
    for block in blocks(sheet, speller):
        columns = Columns(block, speller)
        rows = sheet.cells.index[block.top : block.bottom]
        at = np.arange(block.top, block.bottom)
        place = pd.DataFrame({"row": rows.astype("int64"), "sheet": sheet.name, "part": 0, "at": at})
        for wave in sorted({heading.wave for heading in columns.held} - {""}) or [""]:
            held = {h.column: texts for h, texts in columns.held.items() if h.wave in ("", wave)}
            cells = pd.DataFrame(held, index=rows).reset_index(drop=True)
            part = replace(block, inside=columns.inside, wave=wave)
            tables.append(Table(cells, place, [part], speller, columns.told))
            columns.told = []  # once is enough
    return tables


def together(tables: Sequence[Table]) -> Table:
    """Return several tables as one."""
    if len(tables) == 1:
        return tables[0]
    cells = pd.concat([table.cells.astype(object) for table in tables], ignore_index=True).fillna("")
    places = [table.place.assign(part=number) for number, table in enumerate(tables)]
    found = [frame for table in tables for frame in table.found]
    parts = [table.parts[0] for table in tables]
    place = pd.concat(places, ignore_index=True)
    return Table(cells.apply(compact), place, parts, tables[0].speller, found)
