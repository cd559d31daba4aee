"""Corrections that a person has accepted: a small reviewed file of `column, value, replacement`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ivvu_analysis.codebook import scale
from ivvu_analysis.errors import DataError, RegisterError, did_you_mean
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import spelling, text

LONGEST = 2**24  # bytes; people write no more corrections than that
FIELDS = ("column", "value", "replacement")


@dataclass(frozen=True)
class Corrections:
    """Which text to read in the place of which, by column and by the text without its case.

    Parameters
    ----------
    replacements
        The replacement for each column and value.
    values
        The values as they were written, for messages.
    """

    replacements: Mapping[tuple[str, str], str]
    values: Mapping[tuple[str, str], str]

    def apply(self, column: str, cell: str) -> str:
        """Return the text to read in the place of `cell`: mostly itself."""
        return self.replacements.get((column, _fold(cell)), cell)

    def unused(self, used: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the column and value of every correction that none of the cells `used` has."""
        met = {(column, _fold(cell)) for column, cell in used}
        return [(key[0], value) for key, value in self.values.items() if key not in met]

    def columns(self) -> set[str]:
        """Return the columns that have any correction."""
        return {column for column, _ in self.replacements}


NONE = Corrections({}, {})


def read(path: str | Path | None) -> Corrections:
    """Read a file of corrections; None gives no corrections.

    Raises
    ------
    DataError
        If the file cannot be read, or corrects to something that is itself not recognised.
    """
    if path is None:
        return NONE
    name = quote(Path(path).name)
    replacements: dict[tuple[str, str], str] = {}
    values: dict[tuple[str, str], str] = {}
    for line, row in enumerate(_rows(Path(path), name), start=2):
        column, value, replacement = (row[field].strip() for field in FIELDS)
        code = _column(column, f"{name}, line {line}")
        if spelling.read(code, replacement).problem:
            raise DataError(
                f"{name}, line {line}: '{quote(replacement)}' is not a known spelling in '{code}'.",
                did_you_mean(quote(replacement), spelling.known(code)),
            )
        key = (code, _fold(value))
        if replacements.setdefault(key, replacement) != replacement:
            raise DataError(
                f"{name}, line {line}: '{quote(value)}' in '{code}' has two replacements.",
                "Keep one of them.",
            )
        values[key] = value
    return Corrections(replacements, values)


def _rows(path: Path, name: str) -> list[dict[str, str]]:
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST + 1)
        if len(data) > LONGEST:
            raise DataError(f"The corrections {name} are larger than {LONGEST >> 20} MB.", "Shorten them.")
        content = text.decode(data, name)
    except RegisterError:
        raise DataError(f"The corrections {name} are no csv file.", "Save them as csv.") from None
    except (OSError, ValueError) as error:
        raise DataError(
            f"The corrections {name} cannot be read: {error}.", "Check the name and the folder."
        ) from None
    try:
        for separator in text.SEPARATORS:
            lines = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
            rows = [[cell.strip() for cell in line] for line in lines if any(line)]
            if rows and sorted(rows[0]) == sorted(FIELDS):
                return [dict(zip(rows[0], [*row, "", "", ""], strict=False)) for row in rows[1:]]
    except csv.Error as error:
        raise DataError(f"The corrections {name} cannot be read: {error}.", "Save them once more.") from None
    raise DataError(
        f"The corrections {name} do not have the headings {', '.join(FIELDS)}.",
        "Give the file exactly these three columns.",
    )


def _column(heading: str, where: str) -> str:
    code = scale("column").recognise(heading)
    if code not in spelling.CODED:
        raise DataError(
            f"{where}: '{quote(heading)}' is not a column that can be corrected.",
            did_you_mean(quote(heading), spelling.CODED),
        )
    return code


def _fold(cell: str) -> str:
    return " ".join(cell.casefold().split())
