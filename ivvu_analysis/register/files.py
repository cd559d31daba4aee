"""Files of every format as sheets of text: the one door through which a register comes in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ivvu_analysis.neutral import quote
from ivvu_analysis.register import sniff, text, unpack
from ivvu_analysis.register.spelling import Speller

PATIENCE = 60.0  # seconds to wait where the system does not limit the processor time of a program
PATIENCE_PER_BYTE = 10 / 2**20
MANY = 10_000  # rows of a column of which a few thousand differ: numbers or titles, and no answers


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
        return Book(path.name, kind, [Sheet("", _sheet(cells), marks)])
    content = _unpacked(data, kind, name)
    sheets = [
        Sheet(found["name"], _sheet(_frame(found["rows"])), found["marks"], found["visible"])
        for found in content["sheets"]
    ]
    return Book(path.name, kind, sheets, content["since_1904"])


def _sheet(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the rows and columns in which anything stands, each column as its few distinct texts."""
    columns = {number: compact(cells[number]) for number in cells}
    holds = {number: (texts != "").to_numpy() for number, texts in columns.items()}
    columns = {number: texts for number, texts in columns.items() if holds[number].any()}
    filled = np.logical_or.reduce([holds[number] for number in columns]) if columns else []
    frame = pd.DataFrame(columns, index=cells.index)
    return frame if all(filled) else frame[filled]


def _frame(rows: list[tuple[int, list[str]]]) -> pd.DataFrame:
    width = max((len(row) for _, row in rows), default=0)
    texts = [[row[at] if at < len(row) else "" for _, row in rows] for at in range(width)]
    return pd.DataFrame(
        dict(enumerate(texts)), index=pd.Index([number for number, _ in rows], dtype="int64"), dtype=str
    )


def compact(column: pd.Series) -> pd.Series:
    """Hold a column as its few distinct texts, or as they are where nearly all differ in a long one."""
    if len(column) <= MANY or column.head(MANY).nunique() < MANY / 2:
        return distinct(column)
    return pd.Series([text.strip() for text in column.tolist()], index=column.index, dtype=object)


def distinct(column: pd.Series) -> pd.Series:
    """Hold a column as its few distinct texts, without the blanks around them."""
    codes, texts = pd.factorize(column)
    stripped = np.array([text.strip() for text in texts.to_numpy().tolist()], dtype=object)
    if (stripped != texts).any():
        merged, texts = pd.factorize(stripped)
        codes = merged[codes]
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(texts, dtype=str)), index=column.index)


def first_rows(cells: pd.DataFrame, top: int, bottom: int) -> list[list[str]]:
    """Return some rows of distinct texts as lists; pandas would look for what all columns have in common."""
    columns = [cells[number].iloc[top:bottom].astype(object) for number in cells]
    return [list(row) for row in zip(*columns, strict=True)]


def mapped(column: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Return a column of distinct texts with each of them changed."""
    codes, texts = pd.factorize(np.array([change(text) for text in column.cat.categories], dtype=object))
    return pd.Series(
        pd.Categorical.from_codes(np.append(codes, -1)[column.cat.codes], pd.Index(texts, dtype=str)),
        index=column.index,
    )


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
