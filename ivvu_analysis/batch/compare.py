"""What changed between two runs: key figures and tables beside each other, and what moved them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from ivvu_analysis.batch.manifest import KEY_FIGURES, Entry, Output, read_output
from ivvu_analysis.batch.pages import COMPARISON
from ivvu_analysis.batch.store import report_files
from ivvu_analysis.errors import OutputError
from ivvu_analysis.overwrite import refuse_foreign
from ivvu_analysis.report.comparison import Comparison, page
from ivvu_analysis.scales import Language

GROUNDS = ["report", "ground", "name", "then", "now"]
PLACE = ["report", "table", "row", "column"]

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
    try:
        file.write_text(page(found, language), encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"The comparison cannot be written to {file}: {error.strerror or error}.",
            "Give a file in a folder that is there and that you may write to, with --output.",
        ) from None
    return found, file


def find_outputs(folder: Path) -> dict[str, Output]:
    """Return the outputs in `folder` by the names of their folders: its own, or those right below it.

    Raises
    ------
    OutputError
        If there is none, or one cannot be read.
    """
    if (folder / KEY_FIGURES).is_file():
        return {folder.resolve().name: read_output(folder)}
    below = sorted(path.parent for path in folder.glob(f"*/{KEY_FIGURES}"))
    if not below:
        raise OutputError(
            f"There are no published reports in {folder}: neither it nor a folder in it has a {KEY_FIGURES}.",
            "Give the output folder of a suite, such as output/national, or the folder it is in.",
        )
    return {path.name: read_output(path) for path in below}


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
        grounds=pd.DataFrame(_grounds(old, new), columns=GROUNDS),
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
    own = now.merge(then.drop(columns="shape"), "outer", ["report", "name"], indicator="kind", sort=False)
    own["name_then"] = own["name"].where(own["kind"] != "left_only", "")
    moved = then.rename(columns={"name": "name_then"}).dropna(subset="shape")
    moved = now.dropna(subset="shape").merge(moved, on=["report", "shape"]).assign(kind="both")
    for side, name in (("left_only", "name"), ("right_only", "name_then")):
        paired = pd.MultiIndex.from_frame(moved[["report", name]])
        own = own[(own["kind"] != side) | ~pd.MultiIndex.from_frame(own[["report", "name"]]).isin(paired)]
    found = pd.concat([own, moved]).sort_values("now_order", kind="stable", ignore_index=True)
    was, became = (found[[when, f"{when}_low", f"{when}_high"]].to_numpy() for when in ("then", "now"))
    same = np.isclose(was, became, rtol=NOISE, atol=NOISE, equal_nan=True).all(axis=1)
    kinds = found["kind"].astype(str).replace({"left_only": "appeared", "right_only": "vanished"})
    found["kind"] = kinds.where(kinds != "both", np.where(same, "same", "moved"))
    with np.errstate(invalid="ignore"):
        change = np.where(was[:, 0] == became[:, 0], 0.0, became[:, 0] - was[:, 0])
    found["change"] = np.where(np.isfinite(change), change, np.nan)  # to or from infinity cannot be counted
    known = ~np.isnan(was[:, 1:]).any(axis=1) & ~np.isnan(became[:, 1:]).any(axis=1)
    found["overlap"] = pd.array((was[:, 1] <= became[:, 2]) & (became[:, 1] <= was[:, 2]), dtype="boolean")
    found["overlap"] = found["overlap"].where(known)
    return found.drop(columns=["shape", "now_order", "then_order"])


def _figures(output: Output, other: Output, when: str) -> pd.DataFrame:
    """Return key figures; those of the report's wave have a shape, which pairs them with those of another."""
    rows = []
    for report, figures in output.key_figures.items():
        wave = _entry(output, report).wave
        across = bool(wave) and wave != _entry(other, report).wave
        for name, one in figures.items():
            # A change between two waves is about the one that it ends at.
            shape = WAVE.sub("*", name) if across and WAVE.findall(name)[-1:] == [wave] else None
            rows.append((report, name, shape, one.estimate, one.conf_low, one.conf_high))
    values = [when, f"{when}_low", f"{when}_high"]
    frame = pd.DataFrame(rows, columns=["report", "name", "shape", *values])
    return frame.astype(dict.fromkeys(values, float)).assign(**{f"{when}_order": range(len(frame))})


def _entry(output: Output, report: str) -> Entry:
    return output.manifest.reports.get(report, Entry())


def _grounds(old: Output, new: Output) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield what differs in how two outputs were made: report (or none for all), ground, name, then and now.

    `ground` is ``"report"`` (there, failed or not there), ``"parameter"``, ``"data"`` (a file that was read),
    ``"notebook"``, ``"package"`` or ``"version"``.
    """
    then, now = old.manifest, new.manifest
    for _, before, after in _differences(_only(then.ground, "package"), _only(now.ground, "package")):
        yield "", "package", "ivvu_analysis", before[:DIGITS_OF_HASH], after[:DIGITS_OF_HASH]
    for name, before, after in _differences(then.run.versions, now.run.versions):
        yield "", "version", name, before, after
    for report in {**then.reports, **old.key_figures, **now.reports, **new.key_figures}:
        was, became = _state(report, old), _state(report, new)
        if was != became:
            yield report, "report", report, was, became
        if report in then.reports and report in now.reports:
            one, other = then.reports[report], now.reports[report]
            for name, before, after in _differences(one.parameters, other.parameters):
                yield report, "parameter", name, _without_folder(before, one), _without_folder(after, other)
            for name, before, after in _differences(_by_file(one), _by_file(other)):
                ground = "notebook" if name.endswith(".ipynb") else "data"
                yield report, ground, name, before[:DIGITS_OF_HASH], after[:DIGITS_OF_HASH]


def _by_file(entry: Entry) -> dict[str, str]:
    """Return the hashes of the files that a report read, by their names: where they lie is not told."""
    return {PurePosixPath(name).name: sha for name, sha in entry.inputs.items()}


def _without_folder(value: str, entry: Entry) -> str:
    name = PurePosixPath(value).name
    return name if name in _by_file(entry) else value


def _only(values: Mapping[str, str], name: str) -> dict[str, str]:
    return {name: values.get(name, "")}


def _state(report: str, output: Output) -> str:
    if report in output.key_figures:
        return "published"
    return "failed" if report in output.manifest.reports else "absent"


def _differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            before, after = ("" if one.get(name) is None else str(one[name]) for one in (then, now))
            yield name, before, after


def cell_changes(old: Output, new: Output) -> pd.DataFrame:
    """Return the cells of the tables that differ: `report, table, row, column, then, now`.

    Tables are paired by their captions, or else by their places and heads; rows by the texts in them. Reports
    in different languages have no cell in common and are left out.

    Raises
    ------
    OutputError
        If a table cannot be read.
    """
    found = [pd.DataFrame(columns=[*PLACE, "then", "now"], dtype=object)]
    for report in new.key_figures:
        if report in old.key_figures and _entry(old, report).language == _entry(new, report).language:
            then, now = _tables(old.folder, report), _tables(new.folder, report)
            for title, was, became in _paired(then, now):
                both = became.merge(
                    was, how="outer", on=["row", "column"], suffixes=("_now", "_then"), sort=False
                )
                both = both.astype(object).where(both.notna(), None)
                differ = both[both["value_then"] != both["value_now"]]
                named = differ.rename(columns={"value_then": "then", "value_now": "now"})
                found.append(named.assign(report=report, table=title)[[*PLACE, "then", "now"]])
    return pd.concat(found, ignore_index=True)


Tables = dict[str, tuple[str, pd.DataFrame]]
"""The tables of a report by their places: the caption of each, and its cells as `row, column, value`."""


def _paired(old: Tables, new: Tables) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    by_title = {title: place for place, (title, _) in old.items()}
    matched = {place: by_title[title] for place, (title, _) in new.items() if title in by_title}
    for place, (title, cells) in new.items():
        other = matched.get(place, place)
        if other not in old or (place not in matched and other in matched.values()):
            continue
        if place in matched or set(old[other][1]["column"]) == set(cells["column"]):
            yield title, old[other][1], cells


def _tables(folder: Path, report: str) -> Tables:
    files = {part: folder / name for part, name in report_files(report).items()}
    found: Tables = {}
    try:
        if files["workbook"].is_file():
            sheets = pd.read_excel(files["workbook"], sheet_name=None, header=None, engine="calamine")
            notes, *names = sheets
            titles = {str(row[0]): str(row[1]) for row in sheets[notes].to_numpy() if len(row) > 1}
            for name in names:
                found[name] = LABEL.sub("", titles.get(name, name)), _cells(sheets[name], text_keys=True)
        if files["data"].is_file():
            frame = pd.read_csv(files["data"], header=None, dtype=str)
            numbers = frame.apply(pd.to_numeric, errors="coerce")
            typed = frame.astype(object).where(numbers.isna(), numbers)
            found[files["data"].name] = files["data"].name, _cells(typed, text_keys=False)
    except Exception as error:  # pandas and its readers have many ways to complain
        raise OutputError(
            f"The tables of '{report}' in {folder} cannot be read: {error}.",
            "Make the reports again with ivvu run.",
        ) from None
    return found


def _cells(sheet: pd.DataFrame, *, text_keys: bool) -> pd.DataFrame:
    """Return the cells of a sheet with heads; its rows are told apart by their texts, then by order."""
    heads = [str(head) for head in sheet.iloc[0]] if len(sheet) else []
    body = sheet.iloc[1:].astype(object).reset_index(drop=True)
    texts = [c for c in body if body[c].map(lambda v: isinstance(v, str)).any()] if text_keys else [*body][:1]
    rows = body[texts].apply(lambda row: " · ".join(str(v) for v in row if pd.notna(v)), axis=1)
    rows = rows if len(body) else pd.Series(dtype=str)
    again = rows.groupby(rows).cumcount() + 1
    rows = rows.where(again == 1, rows + " · " + again.astype(str))
    others = [c for c in body if c not in texts]
    if not others:  # a row of texts alone is there or not: that is the one thing about it that can change
        return pd.DataFrame({"row": rows, "column": "", "value": 1.0})
    parts = [pd.DataFrame({"row": rows, "column": heads[c], "value": body[c].map(_plain)}) for c in others]
    return pd.concat(parts).sort_index(kind="stable").dropna(subset="value")


def _plain(value: Any) -> Any:
    # As many digits as a reader could want: machines may differ in the last bits of a number.
    return float(f"{value:.9g}") if isinstance(value, int | float) else value
