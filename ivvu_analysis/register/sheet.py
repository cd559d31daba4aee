"""The one door for registers of every format: a file in, the text of its cells and their rows out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import scale
from ivvu_analysis.errors import RegisterError
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import headings as known_headings
from ivvu_analysis.register import sniff, text, workbook


@dataclass(frozen=True)
class RawSheet:
    """The cells of a register as they stand in the file, all of them text.

    Parameters
    ----------
    file
        The name of the file.
    sheet
        The name of the sheet; empty for csv.
    heading_row
        The number of the row with the headings, as the spreadsheet shows it.
    headings
        The headings, one a position.
    cells
        One row a filled row below the headings, indexed by the number that the spreadsheet shows;
        one categorical column of texts a position, from 0; an empty cell is an empty text.
    """

    file: str
    sheet: str
    heading_row: int
    headings: tuple[str, ...]
    cells: pd.DataFrame

    @property
    def columns(self) -> known_headings.Columns:
        """Which position holds which register column."""
        return known_headings.recognise(self.headings)


def read(path: str | Path, sheet: str | None = None) -> RawSheet:
    """Read a register of any format as text, without judging what is in it.

    Parameters
    ----------
    path
        An xlsx, xls, ods or csv file; what it is, is told from its content.
    sheet
        The sheet of a workbook, by default the one that has the headings of a register.

    Raises
    ------
    RegisterError
        If the file cannot be read, or has no row with the headings of a register.
    """
    path = Path(path)
    cells, sheet = grid(path, sheet)
    return _below_headings(cells, path.name, sheet)


def grid(path: Path, sheet: str | None = None) -> tuple[pd.DataFrame, str]:
    """Return all cells of a file as text, numbered as a spreadsheet does, and the name of the sheet.

    Raises
    ------
    RegisterError
        If the file cannot be read.
    """
    name = quote(path.name)
    data, kind = sniff.load(path)
    if kind != "csv":
        return workbook.grid(data, name, sheet)
    if sheet is not None:
        raise RegisterError(f"The register {name} is a csv file and has no sheets.", "Leave --sheet out.")
    return text.grid(data, name), ""


def _below_headings(cells: pd.DataFrame, file: str, sheet: str) -> RawSheet:
    at, known = known_headings.locate(cells.iloc[: known_headings.SEARCHED_ROWS].to_numpy().tolist())
    if at < 0:
        raise RegisterError(
            f"No row of the register {quote(file)} has the headings of a register ({known} are known, "
            f"{known_headings.LEAST_HEADINGS} are needed).",
            f"Give the columns headings such as {_examples()}; 'ivvu register template' writes an example.",
        )
    below = cells.iloc[at + 1 :]
    rows = pd.DataFrame({position: _distinct(below[position]) for position in below}, index=below.index)
    filled = pd.concat([rows[position] != "" for position in rows], axis=1).any(axis=1)
    return RawSheet(
        file=file,
        sheet=sheet,
        heading_row=int(cells.index[at]),
        headings=tuple(cells.iloc[at]),
        cells=rows[filled],
    )


def _distinct(column: pd.Series) -> pd.Series:
    """Hold a column as its few distinct texts, without the blanks around them."""
    codes, texts = pd.factorize(column)
    stripped = np.array([text.strip() for text in texts.to_numpy().tolist()], dtype=object)
    if (stripped != texts).any():
        merged, texts = pd.factorize(stripped)
        codes = merged[codes]
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(texts, dtype=str)), index=column.index)


def _examples() -> str:
    return ", ".join(scale("column").label(code, "nl") for code in ("region", "theme", "status", "impact"))
