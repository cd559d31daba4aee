"""Registers saved as xlsx, xls or ods: the right sheet of the workbook, every cell as text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ivvu_analysis.errors import RegisterError, did_you_mean
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import headings, unpack

PATIENCE = 60.0  # seconds to wait where the system does not limit the processor time of a program
PATIENCE_PER_BYTE = 10 / 2**20


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
        If the workbook is damaged, protected or too large, or no single sheet can be told to be the register.
    """
    content = _unpacked(data, name, [] if sheet is None else [sheet])
    if sheet is None:
        sheet = _register_among(content["sheets"], name)
    elif sheet not in content["sheets"]:
        known = [quote(title) for title in content["names"]]
        raise RegisterError(
            f"The register {name} has no sheet '{quote(sheet)}'.", did_you_mean(quote(sheet), known)
        )
    return _frame(content["sheets"].get(sheet, [])), sheet


def _frame(rows: list[list[str]]) -> pd.DataFrame:
    """Return rows of any length as a frame, without the columns in which nothing stands."""
    filled = sorted({at for row in rows for at, cell in enumerate(row) if cell})
    columns = {number: [row[at] if at < len(row) else "" for row in rows] for number, at in enumerate(filled)}
    return pd.DataFrame(columns, index=pd.RangeIndex(1, len(rows) + 1), dtype=str)


def _unpacked(data: bytes, name: str, sheets: Sequence[str]) -> dict[str, Any]:
    command = [sys.executable, "-I", "-X", "utf8", str(Path(unpack.__file__)), *sheets]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            env={**os.environ, "RUST_BACKTRACE": "0"},
            timeout=PATIENCE + PATIENCE_PER_BYTE * len(data),
        )
        content: dict[str, Any] = (
            json.loads(done.stdout) if done.returncode == 0 else {"error": unpack.DAMAGED}
        )
    except (subprocess.TimeoutExpired, ValueError):
        content = {"error": unpack.DAMAGED}
    if content.get("error") == unpack.PASSWORD:
        raise protected(name)
    if "error" in content:
        raise damaged(name)
    return content


def _register_among(sheets: dict[str, list[list[str]]], name: str) -> str:
    fitting = [title for title, rows in sheets.items() if headings.locate(rows)[0] >= 0]
    if len(fitting) > 1:
        shown = ", ".join(f"'{quote(title)}'" for title in fitting)
        raise RegisterError(
            f"Several sheets of {name} have the headings of a register: {shown}.",
            "Say which one to read, with --sheet.",
        )
    return next(iter(fitting or sheets), "")


def protected(name: str) -> RegisterError:
    """Return the error for a workbook that only opens with a password."""
    return RegisterError(
        f"The register {name} is protected by a password.", "Save a copy of it without a password."
    )


def damaged(name: str) -> RegisterError:
    """Return the error for a workbook that cannot be unpacked."""
    return RegisterError(
        f"The register {name} is damaged, cut off, or larger than a register can be.",
        "Delete stray cells far to the right or below, and save it once more as xlsx, xls, ods or csv.",
    )
