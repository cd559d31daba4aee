"""The phases file: which region stood in which phase of which ladder at which wave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from ivvu_analysis.codebook import Codebook, standard
from ivvu_analysis.errors import DataError, did_you_mean
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import dates, workbook
from ivvu_analysis.register.spelling import Speller

FIELDS = ("region", "wave", "dimension", "phase")


def read(path: str | Path, codebook: Codebook | None = None) -> pd.DataFrame:
    """Read the phases of regions.

    Parameters
    ----------
    path
        An xlsx, xls, ods or csv file with the columns `region, wave, dimension, phase`, in any order.
    codebook
        Whose regions and ladders they are, by default ours.

    Returns
    -------
    DataFrame
        `region, wave, dimension, phase`, one row a region, wave and ladder, as the published table.

    Raises
    ------
    RegisterError
        If the file cannot be read at all.
    DataError
        If a column is missing, a value is not recognised, or a region stands in two phases at once.
    """
    path, book = Path(path), codebook or standard()
    name = quote(path.name)
    rows = _rows(path, name)
    frame = pd.DataFrame(
        {field: _codes(rows[field], field, name, book) for field in FIELDS[:3]}, index=rows.index
    )
    frame["phase"] = [
        int(_code(text, ladder.name, ladder.recognise, ladder.codes, f"{name}, row {row}"))
        for row, text, ladder in zip(
            rows.index, rows["phase"], map(book.scale, frame["dimension"]), strict=True
        )
    ]
    twice = frame.duplicated(list(FIELDS[:3]))
    if twice.any():
        row = frame[twice].iloc[0]
        raise DataError(
            f"{name}, row {row.name}: {row['region']} has a second phase on {row['dimension']}.",
            "Keep one row for each region, wave and ladder.",
        )
    _refuse_gaps(frame, name, book.dimensions)
    return frame.reset_index(drop=True)


def _refuse_gaps(frame: pd.DataFrame, name: str, ladders: tuple[str, ...]) -> None:
    """Refuse phases that do not make whole ladders, which these replace."""
    if frame.empty:
        raise DataError(
            f"The phases {name} have headings and no rows.",
            "Give a row for each region, wave and ladder, or leave the parameter 'phases' empty.",
        )
    for wave, rows in frame.groupby("wave"):
        if lacking := [ladder for ladder in ladders if ladder not in set(rows["dimension"])]:
            raise DataError(
                f"The phases {name} have no region on {' and '.join(lacking)} in {wave}.",
                f"Give each wave rows for all of {', '.join(ladders)}, or leave the wave out.",
            )


def _rows(path: Path, name: str) -> pd.DataFrame:
    cells = workbook.read(path, Speller()).sheets[0].cells.apply(lambda column: column.str.strip())
    headings = [text.casefold() for text in cells.iloc[0]] if len(cells) else []
    missing = [field for field in FIELDS if headings.count(field) != 1]
    if missing:
        raise DataError(
            f"The phases {name} do not have exactly one column {' and one '.join(missing)}.",
            f"The first row needs the headings {', '.join(FIELDS)}.",
        )
    return cells.iloc[1:].set_axis(headings, axis=1)[list(FIELDS)]


def _codes(texts: pd.Series, field: str, name: str, book: Codebook) -> list[str]:
    known = ("2020-10",) if field == "wave" else book.scale(field).codes
    recognise: Callable[[str], str | None] = dates.wave if field == "wave" else book.scale(field).recognise
    return [_code(text, field, recognise, known, f"{name}, row {row}") for row, text in texts.items()]


def _code(
    text: str, field: str, recognise: Callable[[str], str | None], known: tuple[str, ...], where: str
) -> str:
    code = recognise(text)
    if code is None:
        raise DataError(f"{where}: '{quote(text)}' is no {field}.", did_you_mean(quote(text), known))
    return code
