"""What figures say: labels from the codebook, and the legend of a scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from ivvu_analysis.codebook import Language, scale, scale_names
from ivvu_analysis.report.figures.canvas import SIZE, SMALL, WIDTH, Canvas, fit, squeeze, text_width
from ivvu_analysis.report.figures.palettes import FAINT_INK, Fill
from ivvu_analysis.report.text import Words

Entry = tuple[str, Fill]
SWATCH = 13
LEGEND_PITCH = 20
GAP = 20


def rows_of(
    codes: Sequence[object], kind: str, language: Language, labels: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the label of each row: the given one, the month of a wave, or what the codebook says."""
    words = Words(language)
    given = labels or {}
    known = scale(kind).codes if kind in scale_names() else ()
    named = {}
    for code in map(str, codes):
        if code in given:
            named[code] = given[code]
        elif kind in ("wave", "date"):
            named[code] = words.wave(code)
        else:
            named[code] = scale(kind).label(code, language) if code in known else code
    return named


def writer(unit: str, language: Language) -> Callable[[float], str]:
    """Return how a value is written: `unit` is ``"count"``, or ``"%"``, ``"+%"`` or ``"."`` and decimals.

    A difference (``"+%"``) is written in percentage points without saying so: the axis does.
    """
    words = Words(language)
    if unit == "count":
        return words.number
    kind, decimals = unit.rstrip("0123456789"), int(unit.lstrip("+%.") or 0)
    if kind == "%":
        return lambda x: words.percent(x, decimals)
    if kind == "+%":
        return lambda x: words.signed(100 * x, decimals)
    return lambda x: words.number(x, decimals)


def in_order(frame: pd.DataFrame, column: str) -> list[str]:
    """Return the codes of a column in the order in which they first occur."""
    return [str(code) for code in frame[column].drop_duplicates()]


def gutter(labels: Sequence[str], most: float = 190, bold: bool = False) -> float:
    """Return the room that row labels of at most two lines take, in pixels."""
    wide = [text_width(label, SIZE, bold) for label in labels]
    if max(wide, default=0) <= most:
        return max(wide, default=0) + 12
    broken = [line for label in labels for line in squeeze(label, most, bold=bold)]
    return max(text_width(line, SIZE, bold) for line in broken) + 12


def row_label(canvas: Canvas, y: float, label: str, width: float, note: str = "", bold: bool = False) -> None:
    """Write a row's label, in at most two lines, with a note below it."""
    lines = squeeze(label, width - 10, bold=bold)
    lift = 7.5 if note else 0.0
    canvas.lines(0, y - lift, lines, bold=bold)
    if note:
        canvas.text(0, y - lift + (len(lines) + 1) * 7.5, note, size=SMALL, colour=FAINT_INK)


def legend(canvas: Canvas, top: float, entries: Sequence[Entry], most_columns: int = 9) -> float:
    """Draw swatches with their labels in as many columns as fit, in order by row; return where it ends."""
    most = min(most_columns, len(entries))
    columns = max((n for n in range(1, most + 1) if _legend_width(entries, n) <= WIDTH), default=1)
    # As many entries in each row, as far as possible: six in two rows of three, not of four and two.
    rows = -(-len(entries) // columns)
    columns = min(columns, -(-len(entries) // rows))
    starts = [0.0]
    for i in range(columns):
        starts.append(starts[-1] + _column_width(entries, columns, i))
    for i, (label, fill) in enumerate(entries):
        x, y = starts[i % columns], top + (i // columns + 0.5) * LEGEND_PITCH
        canvas.rectangle(x, y - SWATCH / 2, SWATCH, SWATCH, fill, edge=FAINT_INK, line=0.5)
        room = WIDTH - x - SWATCH - 8
        canvas.text(x + SWATCH + 6, y, squeeze(label, room, lines=1, size=SMALL)[0], size=SMALL)
    return top + rows * LEGEND_PITCH


def _column_width(entries: Sequence[Entry], columns: int, column: int) -> float:
    return max(text_width(label, SMALL) for label, _ in entries[column::columns]) + SWATCH + 6 + GAP


def _legend_width(entries: Sequence[Entry], columns: int) -> float:
    return sum(_column_width(entries, columns, i) for i in range(columns)) - GAP


def over_segments(canvas: Canvas, top: float, segments: Sequence[tuple[str, float, float]]) -> float | None:
    """Write each label over its segment, given as (label, start, end), if all fit; return where it ends."""
    fitted = [fit(label, end - start - 6, size=SMALL) for label, start, end in segments]
    if any(lines is None for lines in fitted):
        return None
    deepest = max(len(lines or []) for lines in fitted)
    bottom = top + deepest * 1.2 * SMALL + 4
    for (_, start, end), lines in zip(segments, fitted, strict=True):
        middle = bottom - 4 - len(lines or []) * 0.6 * SMALL
        canvas.lines((start + end) / 2, middle, lines or [], align="center", size=SMALL)
    return bottom
