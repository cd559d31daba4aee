"""Files of every format as sheets of text: the one door through which a register comes in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ivvu_analysis.errors import RegisterError
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import sniff, text, unpack
from ivvu_analysis.register.spelling import Speller

PATIENCE = 60.0  # seconds to wait where the system does not limit the processor time of a program
PATIENCE_PER_BYTE = 10 / 2**20


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file, all of its cells being text.

    Parameters
    ----------
    name
        What it is called; empty for csv.
    cells
        One row a row in which anything stands, indexed by the number that a spreadsheet shows; one column a
        column in which anything stands, from 0; an empty cell is an empty text.
    marks
        What is the matter with rows (column -1) and cells beyond their text: row, column, problem, value.
    visible
        Whether the spreadsheet shows it.
    """

    name: str
    cells: pd.DataFrame
    marks: Sequence[unpack.Mark] = ()
    visible: bool = True


@dataclass(frozen=True)
class Book:
    """A file: its name, what kind of file it is, its sheets, and whether its days count from 1904."""

    file: str
    kind: sniff.Kind
    sheets: Sequence[Sheet]
    since_1904: bool = False


def read(path: Path, speller: Speller) -> Book:
    """Read all sheets of a file, without judging what is in them.

    Raises
    ------
    RegisterError
        If the file cannot be read.
    """
    name = quote(path.name)
    data, kind = sniff.load(path)
    if kind == "csv":
        cells, marks = text.grid(data, name, speller)
        return Book(path.name, kind, [Sheet("", _filled(cells), marks)])
    content = _unpacked(data, kind, name)
    sheets = [
        Sheet(
            found["name"] if kind != "html" else "",
            _frame(found["rows"]),
            [tuple(m) for m in found["marks"]],
            found["visible"],
        )
        for found in content["sheets"]
    ]
    return Book(path.name, kind, sheets, content["since_1904"])


def _filled(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the rows and columns in which anything stands."""
    holds = pd.DataFrame({column: cells[column] != "" for column in cells})
    few = holds.index[holds.sum(axis=1) <= 3]
    holds.loc[few] = cells.loc[few].map(lambda text: bool(text.strip()))
    cells, empty = cells.loc[:, holds.any()], ~holds.any(axis=1)
    return cells[~empty] if empty.any() else cells


def _frame(rows: list[tuple[int, list[str]]]) -> pd.DataFrame:
    filled = sorted({at for _, row in rows for at, cell in enumerate(row) if cell})
    columns = {at: [row[at] if at < len(row) else "" for _, row in rows] for at in filled}
    return pd.DataFrame(columns, index=pd.Index([number for number, _ in rows], dtype="int64"), dtype=str)


def _unpacked(data: bytes, kind: str, name: str) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", str(Path(unpack.__file__)), kind],
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
        raise sniff.protected(name)
    if "error" in content:
        raise sniff.damaged(name)
    return content


def no_sheet(name: str, wanted: str, remedy: str) -> RegisterError:
    """Return the error for a sheet that is not there."""
    return RegisterError(f"The register {name} has no sheet '{quote(wanted)}'.", remedy)
