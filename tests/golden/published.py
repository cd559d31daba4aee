"""Every number that reports publish, as recorded, with the words beside it.

`python -m tests.golden.published OUTPUT_EN OUTPUT_NL` records it anew: when something changes on purpose,
and then the difference of the files is read before it is committed.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from itertools import zip_longest
from math import isclose
from pathlib import Path

import openpyxl

HERE = Path(__file__).parent
LANGUAGES = ("en", "nl")
SUITES = ("national", "regions", "example_register")
PARTS = ("estimate", "conf_low", "conf_high")
CLOSE = 1e-9  # relative: what another version of a library may make of a number

Row = list[str]  # the report, the sheet, and the cells


def published(suite: Path) -> Iterator[Row]:
    """Yield the key figures, and every row of every table, of the reports in the output folder of a suite."""
    recorded = json.loads((suite / "key_figures.json").read_text(encoding="utf-8"))
    for report, figures in sorted(recorded.items()):
        for name, parts in sorted(figures.items()):
            yield [report, "key_figures", name, *(_text(parts[part]) for part in PARTS)]
    for path in sorted(suite.glob("tables/*.xlsx")):
        for sheet in openpyxl.load_workbook(path).worksheets:
            yield from (
                [path.stem, sheet.title, *map(_text, row)] for row in sheet.iter_rows(values_only=True)
            )


def golden(suite: str, language: str) -> list[Row]:
    """Return the same as it was recorded."""
    with (HERE / f"{suite}.{language}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def differences(was: list[Row], now: list[Row]) -> Iterator[str]:
    """Yield each row that differs."""
    for old, new in zip_longest(was, now, fillvalue=[]):
        if len(old) != len(new) or not all(map(_same, old, new)):
            yield f"{old} has become {new}"


def record(output: Path, language: str) -> None:
    for suite in SUITES:
        with (HERE / f"{suite}.{language}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(published(output / suite))


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _same(one: str, other: str) -> bool:
    try:
        return one == other or isclose(float(one), float(other), rel_tol=CLOSE, abs_tol=CLOSE)
    except ValueError:
        return False


if __name__ == "__main__":
    for folder, language in zip(sys.argv[1:], LANGUAGES, strict=True):
        record(Path(folder), language)
