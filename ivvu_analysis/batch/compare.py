"""What changed between two runs: key figures and tables beside each other, and what moved them."""

import re
from collections import Counter
from collections.abc import Mapping
from math import isnan
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from ivvu_analysis.batch.ledger import COMPARISON
from ivvu_analysis.batch.output import KEY_FIGURES, Manifest, read_output, report_files
from ivvu_analysis.errors import OutputError, refuse_foreign
from ivvu_analysis.places import write
from ivvu_analysis.report.comparison import Comparison, page
from ivvu_analysis.scales import Language

WAVE = re.compile(r"\d{4}-\d{2}")
NOISE = 1e-9  # relative; machines may differ in the last bits of a number
LABEL = re.compile(r"^(Figure|Figuur|Table|Tabel) \d+\. ")  # the number of a figure is not what it is about
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
        said = f"{old} has the suites {', '.join(then)}, and {new} has {', '.join(now)}: none is in both."
        raise OutputError(said, "Name the two output folders to compare, such as output/national.")
    write(file, page(found, language).encode())
    return found, file


def find_outputs(folder: Path) -> dict[str, Manifest]:
    """Return the outputs in `folder` by the names of their folders: its own, or those right below it.

    Raises
    ------
    OutputError
        If there is none, or one cannot be read.
    """
    own = folder if (folder / KEY_FIGURES).is_file() else None
    found = [own] if own else sorted(path.parent for path in folder.glob(f"*/{KEY_FIGURES}"))
    if not found:
        remedy = "Give the output folder of a suite, such as output/national, or the folder it is in."
        raise OutputError(f"Neither {folder} nor a folder in it has a {KEY_FIGURES}.", remedy)
    return {path.resolve().name: read_output(path) for path in found}


def compare_outputs(suite: str, old: Manifest, new: Manifest) -> Comparison:
    """Compare two outputs of one suite.

    Raises
    ------
    OutputError
        If a table of either cannot be read.
    """
    parts = (figure_changes(old, new), ground_changes(old, new), cell_changes(old, new))
    return Comparison(suite, old.title, new.title, old.written, new.written, *parts)


def figure_changes(old: Manifest, new: Manifest) -> pd.DataFrame:
    """Return the key figures of two outputs beside each other.

    Returns
    -------
    DataFrame
        One row a key figure: `report, name, name_then, kind, then, then_low, then_high, now, now_low,
        now_high, change, overlap`. `kind` is ``"moved"`` where the estimate or its interval differs,
        ``"same"``, ``"appeared"`` or ``"vanished"``. `overlap` is missing where one has no bounds, or both
        are counts. A figure of a report whose wave differs is compared under its own name, and also with the
        figure that has the same name but for the wave: `name_then` is what that one is called.
    """
    then, now = _figures(old), _figures(new)
    ends_then, ends_now = _at_their_wave(old, new), _at_their_wave(new, old)
    across = {key: ends_then[star] for star, key in ends_now.items() if star in ends_then}
    pairs = []
    for key in now:
        found = [(one, key, "") for one in (key, across.get(key)) if one in then]
        pairs += found or [(("", ""), key, "appeared")]
    paired = {was for was, _, _ in pairs}
    pairs += [(key, key, "vanished") for key in then if key not in paired]
    numbers = [f"{when}{end}" for when in ("then", "now") for end in ("", "_low", "_high")]
    nothing = [None] * 3
    rows = [(*key, was[1], kind, *then.get(was, nothing), *now.get(key, nothing)) for was, key, kind in pairs]
    frame = pd.DataFrame(rows, columns=["report", "name", "name_then", "kind", *numbers])
    frame = frame.astype(dict.fromkeys(numbers, float))
    same = np.isclose(frame[numbers[:3]], frame[numbers[3:]], rtol=NOISE, atol=NOISE, equal_nan=True)
    frame["kind"] = frame["kind"].mask(frame["kind"] == "", np.where(same.all(axis=1), "same", "moved"))
    change = (frame["now"] - frame["then"]).where(frame["now"] != frame["then"], 0.0)
    frame["change"] = change.where(np.isfinite(change))  # to or from infinity cannot be counted
    ends = frame[["then_low", "then_high", "now_low", "now_high"]]
    # What was counted is known: its bounds equal it, and are no interval.
    wide = (ends["then_low"] < ends["then_high"]) | (ends["now_low"] < ends["now_high"])
    overlap = (frame["then_low"] <= frame["now_high"]) & (frame["now_low"] <= frame["then_high"])
    return frame.assign(overlap=overlap.astype("boolean").where(wide & ends.notna().all(axis=1)))


Name = tuple[str, str]
"""A report, and what it calls a key figure."""


def _figures(output: Manifest) -> dict[Name, list[float | None]]:
    return {
        (report, name): [figure.estimate, figure.conf_low, figure.conf_high]
        for report, entry in output.reports.items()
        for name, figure in entry.key_figures.items()
    }


def _at_their_wave(output: Manifest, other: Manifest) -> dict[Name, Name]:
    """Return the figures that are about the wave of their report, where it differs, by their names at any.

    In those names its own wave is "*" and the one before it "-", so that half a year is held against half a
    year, and all since the first wave against all since the first wave.
    """
    found = {}
    for report, entry in output.reports.items():
        if entry.wave == other.reports.get(report, entry).wave:
            continue
        waves = {wave for name in entry.key_figures for wave in WAVE.findall(name)}
        before = max((wave for wave in waves if wave < entry.wave), default=entry.wave)
        for name in entry.key_figures:
            if WAVE.findall(name)[-1:] == [entry.wave]:  # a change is about the wave that it ends at
                found[report, name.replace(entry.wave, "*").replace(before, "-")] = report, name
    return found


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
