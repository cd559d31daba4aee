"""A program of its own: a workbook on standard input, the texts of its cells as JSON on standard output.

The reader of workbooks is native code. A damaged or malicious file can make it loop, allocate without end or
abort, and would take this whole program with it; so it runs in a process that may use only so much. That
process starts at once because it imports nothing of the project.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

import python_calamine

PROCESSOR = 5  # seconds for a small workbook, which needs a hundredth of one
PROCESSOR_PER_BYTE = 2 / 2**20
MEMORY = 3 * 2**30  # bytes; a sheet of 300,000 projects needs less than one
MOST_CELLS = 10_000_000
PASSWORD, DAMAGED = "password", "damaged"


def main() -> None:
    """Write ``{"names": [...], "sheets": {name: rows}}``, or ``{"error": ...}``."""
    data = sys.stdin.buffer.read()
    _limit(PROCESSOR + round(PROCESSOR_PER_BYTE * len(data)))
    answer: dict[str, Any]
    try:
        answer = sheets(data, sys.argv[1:])
    except python_calamine.PasswordError:
        answer = {"error": PASSWORD}
    except (python_calamine.CalamineError, ValueError, MemoryError):
        answer = {"error": DAMAGED}
    json.dump(answer, sys.stdout)


def _limit(seconds: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # where the system knows no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def sheets(data: bytes, wanted: Sequence[str]) -> dict[str, Any]:
    """Return the names of all sheets, and the cells of those wanted or else of every visible one."""
    with python_calamine.load_workbook(io.BytesIO(data)) as workbook:
        visible = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        names = workbook.sheet_names
        chosen = [name for name in wanted if name in names] if wanted else visible
        return {"names": names, "sheets": {name: cells(workbook.get_sheet_by_name(name)) for name in chosen}}


def cells(sheet: Any) -> list[list[str]]:
    """Return the cells of a sheet as texts, each row up to its last filled cell."""
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise ValueError("A stray cell far from the others makes the sheet larger than any register.")
    rows = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        # The spreadsheet keeps the value of merged cells in the first one; it is meant for every row.
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = rows[top][left]
    filled = [max((at for at, value in enumerate(row, 1) if value != ""), default=0) for row in rows]
    last = max((at for at, width in enumerate(filled, 1) if width), default=0)
    return [[text(value) for value in row[:width]] for row, width in zip(rows[:last], filled, strict=False)]


def text(value: Any) -> str:
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
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


if __name__ == "__main__":
    main()
