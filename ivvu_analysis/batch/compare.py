"""What changed between two runs: key figures and tables beside each other, and what moved them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
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

GROUND = ["report", "ground", "name"]
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
    return pd.Series(rows).rename_axis(GROUND)


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
            for title, was, became in _paired(_tables(old.folder, report), _tables(new.folder, report)):
                both = pd.concat({"now": became, "then": was}, axis=1, sort=False).reset_index()
                both = both.astype(object).where(both.notna(), None).assign(report=report, table=title)
                found.append(both.loc[both["then"] != both["now"], [*PLACE, "then", "now"]])
    return pd.concat(found, ignore_index=True)


Tables = dict[str, tuple[str, pd.Series]]
"""The tables of a report by their places: the caption of each, and its cells by row and column."""


def _paired(old: Tables, new: Tables) -> Iterator[tuple[str, pd.Series, pd.Series]]:
    by_title = {title: place for place, (title, _) in old.items()}
    matched = {place: by_title[title] for place, (title, _) in new.items() if title in by_title}
    for place, (title, cells) in new.items():
        other = matched.get(place, place)
        if other not in old or (place not in matched and other in matched.values()):
            continue
        heads = [set(one.index.unique("column")) for one in (cells, old[other][1])]
        if place in matched or heads[0] == heads[1]:
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


def _cells(sheet: pd.DataFrame, *, text_keys: bool) -> pd.Series:
    """Return the cells of a sheet with heads; its rows are told apart by their texts, then by order."""
    heads = [str(head) for head in sheet.iloc[0]] if len(sheet) else []
    body = sheet.iloc[1:].astype(object).reset_index(drop=True)
    texts = [c for c in body if body[c].map(lambda v: isinstance(v, str)).any()] if text_keys else [*body][:1]
    found: dict[tuple[str, str], Any] = {}
    seen: Counter[str] = Counter()
    for row in body.to_dict("records"):
        name = " · ".join(str(row[c]) for c in texts if pd.notna(row[c]))
        seen[name] += 1
        name += f" · {seen[name]}" if seen[name] > 1 else ""
        if len(texts) == len(row):  # texts alone are there or not: that is the one thing that can change
            found[name, ""] = 1.0
        found |= {(name, heads[c]): _plain(row[c]) for c in row if c not in texts and pd.notna(row[c])}
    places = pd.MultiIndex.from_tuples(found, names=["row", "column"])
    return pd.Series([*found.values()], index=places, dtype=object)


def _plain(value: Any) -> Any:
    # As many digits as a reader could want: machines may differ in the last bits of a number.
    return float(f"{value:.9g}") if isinstance(value, int | float) else value
