"""What changed between two runs: key figures and tables beside each other, and what moved them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from math import inf, isnan
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from ivvu_analysis.batch.ledger import COMPARISON
from ivvu_analysis.batch.output import KEY_FIGURES, Entry, Manifest, read_output, report_files
from ivvu_analysis.errors import OutputError, refuse_foreign
from ivvu_analysis.places import page_at, write
from ivvu_analysis.report.comparison import Comparison, page
from ivvu_analysis.report.key_names import WAVE
from ivvu_analysis.scales import LANGUAGES, Language

LABEL = re.compile(r"^(Figure|Figuur|Table|Tabel) \d+\. ")  # the number of a figure is not what it is about
VARIES = re.compile(r"\w+ \d{4}|\d+")  # from one wave to the next, in the caption of the same
DIGITS_OF_HASH = 12  # enough to tell two apart by eye

Key = tuple[str, ...]
"""What something is compared under: names of things within each other, such as a row and a column."""


def compare(old: Path, new: Path, output: Path, language: Language) -> tuple[list[Comparison], Path]:
    """Compare the output of two runs suite by suite, and write a page that says what changed.

    Parameters
    ----------
    old, new
        Output folders of a suite each, which are compared whatever they are called, or of several.
    output
        The page, whose name ends in .html, or the folder that it goes to.
    language
        The language of the page.

    Raises
    ------
    OutputError
        If there is nothing to compare, something cannot be read, or the page cannot be written.
    """
    file = page_at(output, COMPARISON)
    refuse_foreign(file, *(page((), one).partition("<style>")[0] for one in LANGUAGES))
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
    found = [*folder.glob(KEY_FIGURES)] or sorted(folder.glob(f"*/{KEY_FIGURES}"))
    if not found:
        remedy = "Give the output folder of a suite, such as output/national, or the folder it is in."
        raise OutputError(f"Neither {folder} nor a folder in it has a {KEY_FIGURES}.", remedy)
    return {path.parent.resolve().name: read_output(path.parent) for path in found}


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
        ``"same"``, ``"appeared"`` or ``"vanished"``. `overlap`, of the intervals, is ``"yes"``, ``"no"``, or
        ``"unknown"`` where one has no bounds or both are counts. A figure of a report whose wave differs is
        compared under its own name, and also with the figure that has the same name but for the wave:
        `name_then` is what that one is called.
    """
    then, now, was = _figures(old), _figures(new), _names(old, new)
    pairs = [(was[name], key) for name, key in _names(new, old).items() if name in was]
    paired = {key for pair in pairs for key in pair}
    found = [("same" if then[one] == now[two] else "moved", one, two) for one, two in pairs]
    found += [("appeared", ("", ""), key) for key in now if key not in paired]
    found += [("vanished", key, key) for key in then if key not in paired]
    numbers = [f"{when}{end}" for when in ("then", "now") for end in ("", "_low", "_high")]
    nothing = [None] * 3
    rows = [(*two, one[1], kind, *then.get(one, nothing), *now.get(two, nothing)) for kind, one, two in found]
    frame = pd.DataFrame(rows, columns=["report", "name", "name_then", "kind", *numbers])
    frame = frame.astype(dict.fromkeys(numbers, float))
    change = (frame["now"] - frame["then"]).where(frame["now"] != frame["then"], 0.0)
    frame["change"] = change.where(change.abs() < inf)  # to or from infinity cannot be counted
    low, high = frame[["then_low", "now_low"]], frame[["then_high", "now_high"]]
    # What was counted is known: its bounds equal it, and are no interval.
    wide = (low.to_numpy() < high.to_numpy()).any(axis=1) & low.notna().all(axis=1) & high.notna().all(axis=1)
    overlap = (low.max(axis=1) <= high.min(axis=1)).map({True: "yes", False: "no"})
    return frame.assign(overlap=overlap.where(wide, "unknown"))


def _figures(output: Manifest) -> dict[Key, list[float | None]]:
    return {
        (report, name): [_rounded(part) for part in (figure.estimate, figure.conf_low, figure.conf_high)]
        for report, entry in output.reports.items()
        for name, figure in entry.key_figures.items()
    }


def _names(output: Manifest, other: Manifest) -> dict[Key, Key]:
    """Return the figures by their names; those about the wave of their report, where it differs, by two.

    In the second its own wave is "*" and the one before it "-", so that half a year is held against half a
    year, and all since the first wave against all since the first wave.
    """
    found: dict[Key, Key] = {}
    for report, entry in output.reports.items():
        differs = entry.wave != other.reports.get(report, entry).wave
        waves = {wave for name in entry.key_figures for wave in WAVE.findall(name)}
        before = max((wave for wave in waves if wave < entry.wave), default=entry.wave)
        for name in entry.key_figures:
            found[report, name] = report, name
            if differs and WAVE.findall(name)[-1:] == [entry.wave]:  # a change is about the wave it ends at
                found[report, name.replace(entry.wave, "*").replace(before, "-")] = report, name
    return found


def ground_changes(old: Manifest, new: Manifest) -> pd.DataFrame:
    """Return what differs in how two outputs were made: `report` (empty for all), `ground, name, then, now`.

    `ground` is ``"report"`` (published, failed or absent), ``"parameter"``, ``"data"`` (a file that was
    read), ``"notebook"``, ``"package"`` or ``"version"``.
    """
    found = _differences(_grounds(old, new), _grounds(new, old))
    return pd.DataFrame(found, columns=["report", "ground", "name", "then", "now"], dtype=object).fillna("")


def _grounds(output: Manifest, other: Manifest) -> dict[Key, str]:
    """Return what an output was made of and with, by report, ground and name."""
    package = output.ground.get("package", "")[:DIGITS_OF_HASH]
    found: dict[Key, str] = {("", "package", "ivvu_analysis"): package}
    found |= {("", "version", name): version for name, version in sorted(output.run.versions.items())}
    for report in {**output.reports, **other.reports}:
        entry = output.reports.get(report, Entry())
        found[report, "report", report] = entry.status or "absent"
        if report not in other.reports:
            continue
        # Where a file lies is nobody's business.
        files = {PurePosixPath(name).name: sha[:DIGITS_OF_HASH] for name, sha in sorted(entry.inputs.items())}
        for name, value in sorted(entry.parameters.items()):
            text = "" if value is None else str(value)
            named = PurePosixPath(text).name
            found[report, "parameter", name] = named if named in files else text
        for name, sha in files.items():
            found[report, "notebook" if name.endswith(".ipynb") else "data", name] = sha
    return found


def _differences(then: Mapping[Key, Any], now: Mapping[Key, Any]) -> list[tuple[Any, ...]]:
    """Return where two mappings differ: the parts of each key, and what stands under it in either."""
    differ = [key for key in {**now, **then} if now.get(key) != then.get(key)]
    return [(*key, then.get(key), now.get(key)) for key in differ]


def cell_changes(old: Manifest, new: Manifest) -> pd.DataFrame:
    """Return the cells of the tables that differ: `report, table, row, column, then, now`.

    Tables are paired by their captions, whatever months and numbers stand in these; rows by the texts in
    them. Reports in different languages have no cell in common and are left out.

    Raises
    ------
    OutputError
        If a table cannot be read.
    """
    rows: list[tuple[Any, ...]] = []
    for report, entry in new.published.items():
        before = old.published.get(report)
        if before and before.language == entry.language:
            then, now = _tables(old.folder, report), _tables(new.folder, report)
            for about in [about for about in now if about in then]:
                title, cells = now[about]
                rows += [(report, title, *found) for found in _differences(then[about][1], cells)]
    return pd.DataFrame(rows, columns=["report", "table", "row", "column", "then", "now"], dtype=object)


def _tables(folder: Path, report: str) -> dict[str, tuple[str, dict[Key, str | float | None]]]:
    """Return the captions and the cells of the tables of a report, by what these are about at any wave."""
    workbook, data = (folder / report_files(report)[part] for part in ("workbook", "data"))
    how: dict[str, Any] = {"header": None, "dtype": object, "keep_default_na": False}
    frames = {}
    try:
        if workbook.is_file():
            notes, *sheets = pd.read_excel(workbook, sheet_name=None, engine="calamine", **how).values()
            frames = dict(zip(notes[1].iloc[-len(sheets) :], sheets, strict=False))
        if data.is_file():
            frames[data.name] = pd.read_csv(data, **how)
    except Exception as error:  # what reads workbooks has many ways to complain
        problem = f"The tables of '{report}' in {folder} cannot be read: {error}."
        raise OutputError(problem, "Make the reports again with ivvu run.") from None
    about = _told_apart(VARIES.sub("", caption) for caption in frames)
    return {
        name: (LABEL.sub("", caption), _cells(frame, by_first=caption == data.name))
        for name, (caption, frame) in zip(about, frames.items(), strict=True)
        if len(frame)
    }


def _cells(table: pd.DataFrame, by_first: bool) -> dict[Key, str | float | None]:
    """Return the cells of a table; its rows are told apart by their texts or the first, then by order."""
    heads, *rows = table.to_numpy().tolist()
    texts = {i for row in rows for i, value in enumerate(row) if isinstance(value, str) and value}
    if by_first:
        texts = {0}
    names = _told_apart(" · ".join(str(row[i]) for i in sorted(texts) if row[i] != "") for row in rows)
    found: dict[Key, str | float | None] = {}
    for name, row in zip(names, rows, strict=True):
        cells = {heads[i]: _plain(value) for i, value in enumerate(row) if i not in texts and value != ""}
        # Texts alone are there or not: that is the one thing that can change.
        found |= {(name, head): value for head, value in (cells or {"": 1.0}).items()}
    return found


def _told_apart(names: Iterable[str]) -> list[str]:
    """Return names, with a number where one comes again."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name} · {seen[name]}" if seen[name] > 1 else name)
    return found


def _plain(value: Any) -> str | float | None:
    try:
        return _rounded(float(value))
    except ValueError:
        return str(value)


def _rounded(number: float | None) -> float | None:
    """Return a number with as many digits as a reader could want: machines may differ in its last bits."""
    return None if number is None or isnan(number) else round(float(f"{number:.9g}"), 12)
