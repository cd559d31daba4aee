"""Registers saved as xlsx, xls or ods: the right sheet of the workbook, every cell as text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd
import python_calamine

from ivvu_analysis.errors import RegisterError, did_you_mean
from ivvu_analysis.register import headings
from ivvu_analysis.register.neutral import quote


def grid(data: bytes, name: str, sheet: str | None) -> tuple[pd.DataFrame, str]:
    """Return the cells of one sheet as text, one row a row of the spreadsheet, and the sheet's name.

    Parameters
    ----------
    data
        The bytes of the workbook.
    name
        What the file is called in messages.
    sheet
        The sheet to read, by default the one visible sheet that has the headings of a register.

    Raises
    ------
    RegisterError
        If the workbook is damaged or protected, or no single sheet can be told to be the register.
    """
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as workbook:
            if sheet is not None:
                return _named(workbook, name, sheet), sheet
            return _found(workbook, name)
    except python_calamine.PasswordError:
        raise RegisterError(
            f"The register {name} is protected by a password.", "Save a copy of it without a password."
        ) from None
    except RegisterError:
        raise
    except BaseException as error:
        # A damaged workbook ends in an error of the reader or, being native code, in its panic.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise RegisterError(
                f"The register {name} is damaged or cut off.",
                "Open it in the spreadsheet program and save it once more.",
            ) from None
        raise


def _named(workbook: Any, name: str, sheet: str) -> pd.DataFrame:
    if sheet not in workbook.sheet_names:
        shown = [quote(title) for title in workbook.sheet_names]
        raise RegisterError(
            f"The register {name} has no sheet '{quote(sheet)}'.", did_you_mean(quote(sheet), shown)
        )
    return _cells(workbook.get_sheet_by_name(sheet))


def _found(workbook: Any, name: str) -> tuple[pd.DataFrame, str]:
    visible = [
        meta.name
        for meta in workbook.sheets_metadata
        if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        and meta.visible == python_calamine.SheetVisibleEnum.Visible
    ]
    grids = {title: _cells(workbook.get_sheet_by_name(title)) for title in visible}
    fitting = [title for title, cells in grids.items() if headings.locate(first_rows(cells))[0] >= 0]
    if len(fitting) > 1:
        shown = ", ".join(f"'{quote(title)}'" for title in fitting)
        raise RegisterError(
            f"Several sheets of {name} have the headings of a register: {shown}.",
            "Say which one to read, with --sheet.",
        )
    title = fitting[0] if fitting else next(iter(grids), "")
    return grids.get(title, pd.DataFrame()), title


def first_rows(cells: pd.DataFrame) -> list[list[str]]:
    """Return the rows among which the headings are looked for."""
    rows: list[list[str]] = cells.iloc[: headings.SEARCHED_ROWS].to_numpy().tolist()
    return rows


def _cells(sheet: Any) -> pd.DataFrame:
    rows = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        _fill_down(rows, top, left, bottom)
    frame = pd.DataFrame([[_text(value) for value in row] for row in rows], dtype=str)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return frame


def _fill_down(rows: Sequence[list[Any]], top: int, left: int, bottom: int) -> None:
    """Give every row of a merged range the value that the spreadsheet keeps in its first cell only."""
    for row in rows[top + 1 : bottom + 1]:
        if left < len(row):
            row[left] = rows[top][left]


def _text(value: Any) -> str:
    """Return the value of a cell as a person would type it; dates in the ISO form."""
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
        case timedelta() | _:
            return str(value)
