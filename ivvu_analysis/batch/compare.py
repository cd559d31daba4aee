"""What changed between two runs: which key figures moved, and what may have moved them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import isclose, isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from ivvu_analysis.batch.compare_tables import cell_changes
from ivvu_analysis.batch.output import KeyFigure, Made, Output, find_outputs
from ivvu_analysis.errors import OutputError
from ivvu_analysis.report.comparison import Comparison

FIGURES = [
    *("report", "name", "name_then", "kind"),
    *("then", "then_low", "then_high", "now", "now_low", "now_high", "change", "overlap"),
]
GROUNDS = ["report", "ground", "name", "then", "now"]

WAVE = re.compile(r"\d{4}-\d{2}")
NOISE = 1e-9  # relative; machines may differ in the last bits of a number
DIGITS_OF_HASH = 12  # enough to tell two apart by eye
ALL_REPORTS = ""
PAGE = "comparison.html"


def compare(old: Path, new: Path) -> list[Comparison]:
    """Compare the output of two runs, suite by suite.

    Parameters
    ----------
    old, new
        Output folders of a suite each, or folders with those of several.

    Returns
    -------
    list of Comparison
        One a suite that both have; two folders with one suite each are compared whatever they are called.

    Raises
    ------
    OutputError
        If there is nothing to compare, or something cannot be read.
    """
    then, now = find_outputs(old), find_outputs(new)
    if len(then) == len(now) == 1:
        ((name, now_only),), (then_only,) = now.items(), then.values()
        return [compare_outputs(name, then_only, now_only)]
    both = [name for name in now if name in then]
    if not both:
        raise OutputError(
            f"{old} has the suites {', '.join(then)}, and {new} has {', '.join(now)}: none is in both.",
            "Name the two output folders to compare, such as output/national.",
        )
    return [compare_outputs(name, then[name], now[name]) for name in both]


def write(text: str, path: Path) -> Path:
    """Write a comparison to `path`, or as `comparison.html` in it where it is a folder, and return where.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    file = path / PAGE if path.is_dir() else path
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"The comparison cannot be written to {file}: {error.strerror or error}.",
            "Give a file in a folder that is there and that you may write to, with --output.",
        ) from None
    return file


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
        grounds=grounds(old, new),
        cells=cell_changes(old, new),
    )


def figure_changes(old: Output, new: Output) -> pd.DataFrame:
    """Return the key figures of two outputs beside each other.

    Returns
    -------
    DataFrame
        One row a key figure: `report, name, name_then, kind, then, then_low, then_high, now, now_low,
        now_high, change, overlap`. `kind` is ``"moved"`` where the estimate or its interval differs,
        ``"same"``, ``"appeared"`` or ``"vanished"``. `overlap` says whether the two intervals have a value
        in common, and is missing where one has no interval. A figure of a report whose wave differs is
        compared under its own name, and also with the figure that has the same name but for the wave:
        `name_then` is what that one is called.
    """
    reports = [*old.key_figures, *(name for name in new.key_figures if name not in old.key_figures)]
    rows = [row for report in reports for row in _of_report(report, old, new)]
    return pd.DataFrame(rows, columns=FIGURES).astype({"overlap": "boolean"})


def _of_report(report: str, old: Output, new: Output) -> Iterator[dict[str, Any]]:
    then, now = old.key_figures.get(report, {}), new.key_figures.get(report, {})
    shifted = _shifted(then, now, old.wave(report), new.wave(report))
    for name, figure in now.items():
        if name in then:
            yield _row(report, name, name, then[name], figure)
        if name in shifted:
            yield _row(report, name, shifted[name], then[shifted[name]], figure)
        if name not in then and name not in shifted:
            yield _row(report, name, "", None, figure)
    for name, figure in then.items():
        if name not in now and name not in shifted.values():
            yield _row(report, name, name, figure, None)


def _shifted(
    then: Mapping[str, KeyFigure], now: Mapping[str, KeyFigure], wave_then: str, wave_now: str
) -> dict[str, str]:
    """Return the names of figures now with those of then that differ only in the wave they are about."""
    if not wave_then or wave_then == wave_now:
        return {}
    before = {WAVE.sub("*", name): name for name in then if _is_about(name, wave_then)}
    after = {WAVE.sub("*", name): name for name in now if _is_about(name, wave_now)}
    return {after[shape]: before[shape] for shape in after if shape in before}


def _is_about(name: str, wave: str) -> bool:
    """Return whether the last wave that a name holds is `wave`: a change is about the wave it ends at."""
    return WAVE.findall(name)[-1:] == [wave]


def _row(
    report: str, name: str, name_then: str, then: KeyFigure | None, now: KeyFigure | None
) -> dict[str, Any]:
    a, b = _parts(then), _parts(now)
    if then is None or now is None:
        kind = "appeared" if then is None else "vanished"
    else:
        kind = "same" if all(map(_same, a, b)) else "moved"
    return {
        "report": report,
        "name": name,
        "name_then": name_then,
        "kind": kind,
        **dict(zip(("then", "then_low", "then_high"), a, strict=True)),
        **dict(zip(("now", "now_low", "now_high"), b, strict=True)),
        "change": _difference(a[0], b[0]),
        "overlap": _overlap(a, b),
    }


Parts = tuple[float | None, float | None, float | None]


def _parts(figure: KeyFigure | None) -> Parts:
    return (figure.estimate, figure.conf_low, figure.conf_high) if figure else (None, None, None)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=NOISE, abs_tol=NOISE)


def _difference(then: float | None, now: float | None) -> float | None:
    """Return by how much an estimate moved; from or to infinity, that cannot be counted."""
    if then is None or now is None:
        return None
    difference = 0.0 if then == now else now - then
    return difference if isfinite(difference) else None


def _overlap(a: Parts, b: Parts) -> bool | None:
    (_, low_a, high_a), (_, low_b, high_b) = a, b
    if low_a is None or high_a is None or low_b is None or high_b is None:
        return None
    return low_a <= high_b and low_b <= high_a


def grounds(old: Output, new: Output) -> pd.DataFrame:
    """Return what differs in how two outputs were made.

    Returns
    -------
    DataFrame
        One row a difference: `report, ground, name, then, now`, all text; `report` is empty where it is
        about all reports. `ground` is ``"report"`` (there, failed or not there), ``"parameter"``,
        ``"data"`` (an input file), ``"notebook"``, ``"package"`` or ``"version"``.
    """
    rows = [
        *_of_all(old.manifest, new.manifest),
        *(row for name in {**old.reports, **new.reports} for row in _of_one(name, old, new)),
    ]
    return pd.DataFrame(rows, columns=GROUNDS)


Ground = tuple[str, str, str, str, str]


def _of_all(old: Made, new: Made) -> Iterator[Ground]:
    before, after = old.ground.get("package", ""), new.ground.get("package", "")
    if before != after:
        yield ALL_REPORTS, "package", "ivvu_analysis", before[:DIGITS_OF_HASH], after[:DIGITS_OF_HASH]
    for name, a, b in _differences(old.run.versions, new.run.versions):
        yield ALL_REPORTS, "version", name, a, b


def _of_one(name: str, old: Output, new: Output) -> Iterator[Ground]:
    a, b = _state(name, old), _state(name, new)
    if a != b:
        yield name, "report", name, a, b
    then, now = old.manifest.reports.get(name), new.manifest.reports.get(name)
    if then is None or now is None:
        return
    for parameter, before, after in _differences(then.parameters, now.parameters):
        yield name, "parameter", parameter, before, after
    for file, before, after in _differences(then.inputs, now.inputs):
        ground = "notebook" if file.endswith(".ipynb") else "data"
        yield name, ground, file, before[:DIGITS_OF_HASH], after[:DIGITS_OF_HASH]


def _state(name: str, output: Output) -> str:
    if name in output.key_figures:
        return "published"
    return "failed" if name in output.reports else "absent"


def _differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield name, _text(then.get(name)), _text(now.get(name))


def _text(value: object) -> str:
    return "" if value is None else str(value)
