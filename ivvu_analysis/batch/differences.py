"""What else differs between two outputs: the grounds that they rest on, and the cells of their tables."""

import re
from collections import Counter
from collections.abc import Mapping
from math import isnan
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from ivvu_analysis.batch.output import Manifest, report_files
from ivvu_analysis.errors import OutputError

LABEL = re.compile(r"^(Figure|Figuur|Table|Tabel) \d+\. ")  # the number of a figure is not what it is about
DIGITS_OF_HASH = 12  # enough to tell two apart by eye


def ground_changes(old: Manifest, new: Manifest) -> pd.DataFrame:
    """Return what differs in how two outputs were made: `report` (empty for all), `ground, name, then, now`.

    `ground` is ``"report"`` (published, failed or absent), ``"parameter"``, ``"data"`` (a file that was
    read), ``"notebook"``, ``"package"`` or ``"version"``.
    """
    found = _beside(_grounds(old), _grounds(new), ["report", "ground", "name"])
    is_report = found["ground"] == "report"
    for when in ("then", "now"):
        found[when] = found[when].fillna(is_report.map({True: "absent", False: ""}))
    return found[is_report | found["report"].isin(["", *old.reports.keys() & new.reports.keys()])]


def _grounds(output: Manifest) -> dict[tuple[str, str, str], str]:
    """Return what an output was made of and with, by report, ground and name."""
    rows = {("", "package", "ivvu_analysis"): output.ground.get("package", "")[:DIGITS_OF_HASH]}
    rows |= {("", "version", name): version for name, version in sorted(output.run.versions.items())}
    for report, entry in output.reports.items():
        # Where a file lies is nobody's business.
        files = {PurePosixPath(name).name: sha[:DIGITS_OF_HASH] for name, sha in sorted(entry.inputs.items())}
        rows[report, "report", report] = entry.status
        for name, value in sorted(entry.parameters.items()):
            text = "" if value is None else str(value)
            named = PurePosixPath(text).name
            rows[report, "parameter", name] = named if named in files else text
        for name, sha in files.items():
            rows[report, "notebook" if name.endswith(".ipynb") else "data", name] = sha
    return rows


def _beside(then: Mapping[Any, Any], now: Mapping[Any, Any], keys: list[str]) -> pd.DataFrame:
    """Return what differs between two mappings: a column for each part of a key, and `then, now`."""
    differ = [(*key, then.get(key), now.get(key)) for key in {**now, **then} if now.get(key) != then.get(key)]
    return pd.DataFrame(differ, columns=[*keys, "then", "now"], dtype=object)


def cell_changes(old: Manifest, new: Manifest) -> pd.DataFrame:
    """Return the cells of the tables that differ: `report, table, row, column, then, now`.

    Tables are paired by their captions, or else by their places and heads; rows by the texts in them. Reports
    in different languages have no cell in common and are left out.

    Raises
    ------
    OutputError
        If a table cannot be read.
    """
    was: dict[tuple[str, ...], Any] = {}
    cells: dict[tuple[str, ...], Any] = {}
    published = old.published
    for report, entry in new.published.items():
        if report not in published or published[report].language != entry.language:
            continue
        then, now = _tables(old.folder, report), _tables(new.folder, report)
        places = {title: place for place, (title, _) in then.items()}
        titles = {title for title, _ in now.values()}
        for place, (title, one) in now.items():
            other, two = then.get(places.get(title, place), (title, None))
            if two is not None and (other == title or other not in titles):
                cells |= {(report, title, *at): value for at, value in one.items()}
                was |= {(report, title, *at): value for at, value in two.items()}
    return _beside(was, cells, ["report", "table", "row", "column"])


Cells = dict[tuple[str, str], str | float]
"""What stands in a table, by row and column."""


def _tables(folder: Path, report: str) -> dict[str, tuple[str, Cells]]:
    """Return the tables of a report by their places and heads: the caption of each, and its cells."""
    workbook, data = (folder / report_files(report)[part] for part in ("workbook", "data"))
    how: dict[str, Any] = {"header": None, "dtype": object, "keep_default_na": False}
    frames, titles = {}, {}
    try:
        if workbook.is_file():
            contents, *_ = frames = pd.read_excel(workbook, sheet_name=None, engine="calamine", **how)
            titles = {row[0]: LABEL.sub("", str(row[1])) for row in frames.pop(contents).to_numpy()}
        if data.is_file():
            frames[data.name] = pd.read_csv(data, **how)
    except Exception as error:  # what reads workbooks has many ways to complain
        problem = f"The tables of '{report}' in {folder} cannot be read: {error}."
        raise OutputError(problem, "Make the reports again with ivvu run.") from None
    sheets = {name: frame.to_numpy().tolist() for name, frame in frames.items() if len(frame)}
    return {
        f"{name} {rows[0]}": (titles.get(name, name), _cells(*rows, by_first=name == data.name))
        for name, rows in sheets.items()
    }


def _cells(heads: list[Any], *rows: list[Any], by_first: bool) -> Cells:
    """Return the cells of a table; its rows are told apart by their texts or the first, then by order."""
    texts = {i for row in rows for i, value in enumerate(row) if isinstance(value, str) and value}
    if by_first:
        texts = {0}
    found: Cells = {}
    seen: Counter[str] = Counter()
    for row in rows:
        name = " · ".join(str(row[i]) for i in sorted(texts) if row[i] != "")
        seen[name] += 1
        name += f" · {seen[name]}" if seen[name] > 1 else ""
        cells = {heads[i]: _plain(value) for i, value in enumerate(row) if i not in texts and value != ""}
        # Texts alone are there or not: that is the one thing that can change.
        found |= {(name, head): value for head, value in (cells or {"": 1.0}).items()}
    return found


def _plain(value: Any) -> str | float:
    # As many digits as a reader could want: machines may differ in the last bits of a number.
    try:
        number = float(f"{float(value):.9g}")
    except ValueError:
        return str(value)
    return "nan" if isnan(number) else number  # which is otherwise not equal to itself
