"""The corrections of a register that a person has accepted: a small file beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ivvu_analysis.errors import DataError, did_you_mean
from ivvu_analysis.neutral import neutralise, quote
from ivvu_analysis.register import files, spelling
from ivvu_analysis.register.spelling import Speller

FIELDS = ("column", "value", "replacement")
MORE = ("reason", "status")
HEADING = frozenset(("heading", "headings", "kop", "koppen"))
FILL_DOWN = frozenset(("fill down", "fill-down", "doortrekken"))
ACCEPTED = frozenset(("accepted", "accept", "geaccepteerd", "akkoord", "ok", "ja", "yes", "x"))
OPEN = "open"


@dataclass(frozen=True)
class Corrections:
    """Which text to read in the place of which, by column and by the text without its case.

    Parameters
    ----------
    replacements
        The value as it was written and its replacement, for each column and value without its case.
    headings
        The register column for a heading that is not known: lines whose column is ``heading``.
    fill_down
        Columns whose empty cells hold what stands above: an empty value, with ``fill down`` to replace it.
    waiting
        Column and value of the lines whose status does not say that they are accepted.
    """

    replacements: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    fill_down: tuple[str, ...] = ()
    waiting: tuple[tuple[str, str], ...] = ()

    def apply(self, column: str, cell: str) -> str:
        """Return the text to read in the place of `cell`: mostly itself."""
        return self.replacements.get((column, fold(cell)), (cell, cell))[1] if self.replacements else cell

    def unused(self, cells: pd.DataFrame) -> list[tuple[str, str]]:
        """Return the column and value of every correction that none of the `cells` has."""
        columns = {column for column, _ in self.replacements} & set(cells)
        met = {(column, fold(cell)) for column in columns for cell in cells[column].unique()}
        return [(key[0], value) for key, (value, _) in self.replacements.items() if key not in met]


def read_corrections(path: str | Path | None, speller: Speller) -> Corrections:
    """Read a file of corrections; None gives no corrections.

    Raises
    ------
    RegisterError
        If the file cannot be read.
    DataError
        If it lacks a heading, or corrects to something that is itself not recognised.
    """
    if path is None:
        return Corrections()
    name = quote(Path(path).name)
    replacements: dict[tuple[str, str], tuple[str, str]] = {}
    headings: dict[str, str] = {}
    fill_down, waiting = [], []
    columns, correctable = speller.scale("column"), "column that can be corrected"
    for line, row in files.listed(Path(path), "corrections", FIELDS, MORE).iterrows():
        column, value, replacement = row[list(FIELDS)]
        where = f"{name}, line {line}"
        if row.get("status", "accepted").casefold() not in ACCEPTED:
            waiting.append((columns.recognise(column) or "", value))
        elif column.casefold() in HEADING:
            headings[value] = spelling.required(replacement, columns, where)
        elif not value and replacement.casefold() in FILL_DOWN:
            fill_down.append(spelling.required(column, columns, where, correctable, spelling.CODED))
        else:
            code = spelling.required(column, columns, where, correctable, spelling.CODED)
            if not replacement:
                raise DataError(
                    f"{where}: '{quote(value)}' in '{code}' is accepted, and has no replacement.",
                    "Write one, or 'onbekend' for no answer, or leave the status 'open'.",
                )
            if speller.read(code, replacement).problem:
                known = () if code == "wave" else speller.scale_of(code).codes
                raise DataError(
                    f"{where}: '{quote(replacement)}' is not a known spelling in '{code}'.",
                    did_you_mean(quote(replacement), known),
                )
            if replacements.setdefault((code, fold(value)), (value, replacement))[1] != replacement:
                raise DataError(
                    f"{where}: '{quote(value)}' in '{code}' has two replacements.", "Keep one of them."
                )
    return Corrections(replacements, headings, tuple(fill_down), tuple(waiting))


def fold(cell: str) -> str:
    """Return what makes a value: not its case, its blanks, or the apostrophe that a draft puts before it."""
    return " ".join(neutralise(cell).casefold().split())
