"""What changed between two runs: key figures and tables beside each other, and what moved them."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from ivvu_analysis.batch.differences import cell_changes, ground_changes
from ivvu_analysis.batch.ledger import COMPARISON
from ivvu_analysis.batch.output import KEY_FIGURES, Manifest, read_output
from ivvu_analysis.errors import OutputError, refuse_foreign, writing
from ivvu_analysis.report.comparison import Comparison, page
from ivvu_analysis.scales import Language

WAVE = re.compile(r"\d{4}-\d{2}")
NOISE = 1e-9  # relative; machines may differ in the last bits of a number


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
    with writing(file):
        file.write_text(page(found, language), encoding="utf-8")
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
        ``"same"``, ``"appeared"`` or ``"vanished"``. `overlap` is missing where one has no interval. A figure
        of a report whose wave differs is compared under its own name, and also with the figure that has the
        same name but for the wave: `name_then` is what that one is called.
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
    known = frame[["then_low", "then_high", "now_low", "now_high"]].notna().all(axis=1)
    overlap = (frame["then_low"] <= frame["now_high"]) & (frame["now_low"] <= frame["then_high"])
    return frame.assign(overlap=overlap.astype("boolean").where(known))


Name = tuple[str, str]
"""A report, and what it calls a key figure."""


def _figures(output: Manifest) -> dict[Name, list[float | None]]:
    return {
        (report, name): [figure.estimate, figure.conf_low, figure.conf_high]
        for report, entry in output.reports.items()
        for name, figure in entry.key_figures.items()
    }


def _at_their_wave(output: Manifest, other: Manifest) -> dict[Name, Name]:
    """Return the figures that are about the wave of their report, where it differs, by their names at any."""
    return {
        (report, WAVE.sub("*", name)): (report, name)
        for report, entry in output.reports.items()
        for name in entry.key_figures
        if WAVE.findall(name)[-1:] == [entry.wave]  # a change is about the wave that it ends at
        and entry.wave != other.reports.get(report, entry).wave
    }
