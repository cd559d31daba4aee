"""Corrections that a person has accepted: a small reviewed file of `column, value, replacement`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import pandas as pd

from ivvu_analysis.codebook import Scale
from ivvu_analysis.errors import DataError, RegisterError, did_you_mean
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import spelling, text
from ivvu_analysis.register.spelling import Speller

LONGEST = 2**24  # bytes; people write no more corrections than that
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
        return self.replacements.get((column, _fold(cell)), (cell, cell))[1] if self.replacements else cell

    def unused(self, cells: pd.DataFrame) -> list[tuple[str, str]]:
        """Return the column and value of every correction that none of the `cells` has."""
        columns = {column for column, _ in self.replacements} & set(cells)
        met = {(column, _fold(cell)) for column in columns for cell in cells[column].cat.categories}
        return [(key[0], value) for key, (value, _) in self.replacements.items() if key not in met]


def read(path: str | Path | None, speller: Speller) -> Corrections:
    """Read a file of corrections; None gives no corrections.

    Raises
    ------
    DataError
        If the file cannot be read, or corrects to something that is itself not recognised.
    """
    if path is None:
        return Corrections()
    name = quote(Path(path).name)
    replacements: dict[tuple[str, str], tuple[str, str]] = {}
    headings: dict[str, str] = {}
    fill_down, waiting = [], []
    columns = speller.scale("column")
    for line, row in enumerate(_rows(Path(path), name), start=2):
        column, value, replacement = (row[field] for field in FIELDS)
        where = f"{name}, line {line}"
        if row.get("status", "accepted").casefold() not in ACCEPTED:
            waiting.append((columns.recognise(column) or "", value))
        elif column.casefold() in HEADING:
            headings[value] = _column(replacement, where, columns, columns.codes)
        elif not value and replacement.casefold() in FILL_DOWN:
            fill_down.append(_column(column, where, columns, spelling.CODED))
        else:
            code = _column(column, where, columns, spelling.CODED)
            if speller.read(code, replacement).problem:
                known = () if code == "wave" else speller.scale_of(code).codes
                raise DataError(
                    f"{where}: '{quote(replacement)}' is not a known spelling in '{code}'.",
                    did_you_mean(quote(replacement), known),
                )
            if replacements.setdefault((code, _fold(value)), (value, replacement))[1] != replacement:
                raise DataError(
                    f"{where}: '{quote(value)}' in '{code}' has two replacements.", "Keep one of them."
                )
    return Corrections(replacements, headings, tuple(fill_down), tuple(waiting))


def _rows(path: Path, name: str) -> list[dict[str, str]]:
    try:
        with path.open("rb") as file:
            content = text._decoded(file.read(LONGEST), name)[0]
        for separator in text.SEPARATORS:
            lines = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
            rows = [[cell.strip() for cell in line] for line in lines if any(line)]
            if rows and set(FIELDS) <= set(rows[0]) <= {*FIELDS, *MORE}:
                return [dict(zip_longest(rows[0], row, fillvalue="")) for row in rows[1:]]
    except RegisterError:
        raise DataError(f"The corrections {name} are no csv file.", "Save them as csv.") from None
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(
            f"The corrections {name} cannot be read: {error}.",
            "Check the name and the folder, or save them once more.",
        ) from None
    raise DataError(
        f"The corrections {name} do not have the headings {', '.join(FIELDS)}.",
        f"Give the file these three columns, and {' and '.join(MORE)} if you like.",
    )


def _column(heading: str, where: str, columns: Scale, known: Iterable[str]) -> str:
    code = columns.recognise(heading) or ""
    if code not in known:
        raise DataError(
            f"{where}: '{quote(heading)}' is not a column that can be corrected.",
            did_you_mean(quote(heading), known),
        )
    return code


def _fold(cell: str) -> str:
    return " ".join(cell.casefold().split())
