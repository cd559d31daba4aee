"""What changed between two runs: key figures and tables beside each other, and what moved them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from io import StringIO
from math import isnan
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
from python_calamine import CalamineWorkbook

from ivvu_analysis.batch.manifest import KEY_FIGURES, Entry, Output, read_output
from ivvu_analysis.batch.pages import COMPARISON
from ivvu_analysis.batch.store import report_files
from ivvu_analysis.errors import OutputError, refuse_foreign, writing
from ivvu_analysis.report.comparison import Comparison, page
from ivvu_analysis.scales import Language

WAVE = re.compile(r"\d{4}-\d{2}")
LABEL = re.compile(r"^(Figure|Figuur|Table|Tabel) \d+\. ")  # the number of a figure is not what it is about
NOISE = 1e-9  # relative; machines may differ in the last bits of a number
DIGITS_OF_HASH = 12  # enough to tell two apart by eye


def compare(old: Path, new: Path, output: Path, language: Language) -> tuple[list[Comparison], Path]:
    """Compare the output of two runs suite by suite, and write a page that says what changed.

    Parameters
    ----------
    old, new
        Output folders of a suite each, which are compared whatever they are called, or of several.
    output
        The page, or the folder that it goes to.
    language
        The language of the page.

    Raises
    ------
    OutputError
        If there is nothing to compare, something cannot be read, or the page cannot be written.
    """
    file = output / COMPARISON if output.is_dir() else output
    refuse_foreign(file, *(page((), one).partition("<style>")[0] for one in ("en", "nl")))
    then, now = find_outputs(old), find_outputs(new)
    if len(then) == len(now) == 1:
        then = dict(zip(now, then.values(), strict=True))
    found = [compare_outputs(name, then[name], now[name]) for name in now if name in then]
    if not found:
        raise OutputError(
            f"{old} has the suites {', '.join(then)}, and {new} has {', '.join(now)}: none is in both.",
            "Name the two output folders to compare, such as output/national.",
        )
    with writing(file):
        file.write_text(page(found, language), encoding="utf-8")
    return found, file


def find_outputs(folder: Path) -> dict[str, Output]:
    """Return the outputs in `folder` by the names of their folders: its own, or those right below it.

    Raises
    ------
    OutputError
        If there is none, or one cannot be read.
    """
    own = folder if (folder / KEY_FIGURES).is_file() else None
    found = [own] if own else sorted(path.parent for path in folder.glob(f"*/{KEY_FIGURES}"))
    if not found:
        raise OutputError(
            f"There are no published reports in {folder}: neither it nor a folder in it has a {KEY_FIGURES}.",
            "Give the output folder of a suite, such as output/national, or the folder it is in.",
        )
    return {path.resolve().name: read_output(path) for path in found}


def compare_outputs(suite: str, old: Output, new: Output) -> Comparison:
    """Compare two outputs of one suite.

    Raises
    ------
    OutputError
        If a table of either cannot be read.
    """
    return Comparison(
        suite=suite,
        title_then=old.title,
        title_now=new.title,
        written_then=old.manifest.written,
        written_now=new.manifest.written,
        figures=figure_changes(old, new),
        grounds=ground_changes(old, new),
        cells=cell_changes(old, new),
    )


def figure_changes(old: Output, new: Output) -> pd.DataFrame:
    """Return the key figures of two outputs beside each other.

    Returns
    -------
    DataFrame
        One row a key figure: `report, name, name_then, kind, then, then_low, then_high, now, now_low,
        now_high, change, overlap`. `kind` is ``"moved"`` where the estimate or its interval differs,
        ``"same"``, ``"appeared"`` or ``"vanished"``. `overlap` is missing where one has no interval. A figure
        of a report whose wave differs is compared under its own name, and also with the figure that has the
        same name but for the wave: `name_then` is what that one is called.
    """
    then, now = _figures(old, new, "then"), _figures(new, old, "now")
    found = now.merge(then, "outer", ["report", "key"], indicator="kind")
    found = found[(found["kind"] == "both") | (found["key"] == found["name_now"].fillna(found["name_then"]))]
    for kind, name in (("left_only", "name_now"), ("right_only", "name_then")):
        # What stands beside another figure does not also stand alone.
        found = found[(found["kind"] != kind) | ~found.duplicated(["report", name], keep=False)]
    found = found.sort_values("order_now", kind="stable")
    found["name"] = found["name_now"].fillna(found["name_then"])
    found["name_then"] = found["name_then"].fillna("")
    was, became = (found[[when, f"{when}_low", f"{when}_high"]] for when in ("then", "now"))
    same = np.isclose(was, became, rtol=NOISE, atol=NOISE, equal_nan=True).all(axis=1)
    alone = [found["kind"] == "left_only", found["kind"] == "right_only"]
    found["kind"] = np.select([*alone, same], ["appeared", "vanished", "same"], "moved")
    change = (found["now"] - found["then"]).where(found["now"] != found["then"], 0.0)
    found["change"] = change.where(np.isfinite(change))  # to or from infinity cannot be counted
    known = found[["then_low", "then_high", "now_low", "now_high"]].notna().all(axis=1)
    overlap = (found["then_low"] <= found["now_high"]) & (found["now_low"] <= found["then_high"])
    return found.assign(overlap=overlap.astype("boolean").where(known))


def _figures(output: Output, other: Output, when: str) -> pd.DataFrame:
    """Return key figures, each by its name; those of the report's wave also by their name at any wave."""
    rows: list[tuple[Any, ...]] = []
    for report, figures in output.key_figures.items():
        wave = _entry(output, report).wave
        across = wave not in ("", _entry(other, report).wave)
        for name, one in figures.items():
            values = (len(rows), name, one.estimate, one.conf_low, one.conf_high)
            rows.append((report, name, *values))
            if across and WAVE.findall(name)[-1:] == [wave]:  # a change is about the wave that it ends at
                rows.append((report, WAVE.sub("*", name), *values))
    numbers = [when, f"{when}_low", f"{when}_high"]
    frame = pd.DataFrame(rows, columns=["report", "key", f"order_{when}", f"name_{when}", *numbers])
    return frame.astype(dict.fromkeys(numbers, float))


def _entry(output: Output, report: str) -> Entry:
    return output.manifest.reports.get(report, Entry())


def ground_changes(old: Output, new: Output) -> pd.DataFrame:
    """Return what differs in how two outputs were made: `report` (empty for all), `ground, name, then, now`.

    `ground` is ``"report"`` (published, failed or absent), ``"parameter"``, ``"data"`` (a file that was
    read), ``"notebook"``, ``"package"`` or ``"version"``.
    """
    both = pd.concat({"then": _grounds(old), "now": _grounds(new)}, axis=1, sort=False)
    found = both.reset_index().astype(object)
    in_both = ["", *(name for name in new.manifest.reports if name in old.manifest.reports)]
    is_report = found["ground"] == "report"
    for when in ("then", "now"):
        found[when] = found[when].fillna(is_report.map({True: "absent", False: ""}))
    return found[(found["then"] != found["now"]) & (is_report | found["report"].isin(in_both))]


def _grounds(output: Output) -> pd.Series:
    """Return what an output was made of and with, by report, ground and name."""
    manifest = output.manifest
    rows = {("", "package", "ivvu_analysis"): manifest.ground.get("package", "")[:DIGITS_OF_HASH]}
    rows |= {("", "version", name): version for name, version in sorted(manifest.run.versions.items())}
    for report in {**manifest.reports, **output.key_figures}:
        entry = _entry(output, report)
        # Where a file lies is nobody's business.
        files = {PurePosixPath(name).name: sha[:DIGITS_OF_HASH] for name, sha in sorted(entry.inputs.items())}
        rows[report, "report", report] = "published" if report in output.key_figures else "failed"
        for name, value in sorted(entry.parameters.items()):
            text = "" if value is None else str(value)
            named = PurePosixPath(text).name
            rows[report, "parameter", name] = named if named in files else text
        for name, sha in files.items():
            rows[report, "notebook" if name.endswith(".ipynb") else "data", name] = sha
    return pd.Series(rows).rename_axis(["report", "ground", "name"])


def cell_changes(old: Output, new: Output) -> pd.DataFrame:
    """Return the cells of the tables that differ: `report, table, row, column, then, now`.

    Tables are paired by their captions, or else by their places and heads; rows by the texts in them. Reports
    in different languages have no cell in common and are left out.

    Raises
    ------
    OutputError
        If a table cannot be read.
    """
    found: list[tuple[Any, ...]] = []
    for report in new.key_figures:
        if report not in old.key_figures or _entry(old, report).language != _entry(new, report).language:
            continue
        then, now = _tables(old.folder, report), _tables(new.folder, report)
        places = {title: place for place, (title, _) in then.items()}
        titles = {title for title, _ in now.values()}
        for place, (title, cells) in now.items():
            other, was = then.get(places.get(title, place), (title, None))
            if was is not None and (other == title or other not in titles):
                differ = [at for at in {**cells, **was} if cells.get(at) != was.get(at)]
                found += [(report, title, *at, was.get(at), cells.get(at)) for at in differ]
    return pd.DataFrame(found, columns=["report", "table", "row", "column", "then", "now"], dtype=object)


Cells = dict[tuple[str, str], str | float]
"""What stands in a table, by row and column."""


def _tables(folder: Path, report: str) -> dict[str, tuple[str, Cells]]:
    """Return the tables of a report by their places and heads: the caption of each, and its cells."""
    files = {part: folder / name for part, name in report_files(report).items()}
    data, sheets, titles = files["data"], {}, {}
    try:
        if files["workbook"].is_file():
            book = CalamineWorkbook.from_path(files["workbook"])
            sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
            titles = {row[0]: LABEL.sub("", str(row[1])) for row in sheets.pop(book.sheet_names[0])}
        if data.is_file():
            sheets[data.name] = [*csv.reader(StringIO(data.read_text(encoding="utf-8")))]
        return {
            f"{name} {rows[0]}": (titles.get(name, name), _cells(*rows, by_first=name == data.name))
            for name, rows in sheets.items()
        }
    except Exception as error:  # what reads workbooks has many ways to complain
        raise OutputError(
            f"The tables of '{report}' in {folder} cannot be read: {error}.",
            "Make the reports again with ivvu run.",
        ) from None


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
    return "nan" if isnan(number) else number
