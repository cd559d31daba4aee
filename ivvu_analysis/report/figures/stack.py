"""Stacked bars: parts of a whole, one bar a row, with the parts named once above the first bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from ivvu_analysis.report.figures.canvas import SMALL, WIDTH, Canvas, squeeze, text_width
from ivvu_analysis.report.figures.labels import gutter, legend, over_segments, row_label
from ivvu_analysis.report.figures.palettes import FAINT_INK, Fill

HEIGHT = 28
PITCH = 38
TALL_PITCH = 50  # of rows with labels of two lines and a note


@dataclass(frozen=True)
class Bar:
    """One row: its label, a note below the label, and the size of each part, in the order of the parts."""

    label: str
    values: tuple[float, ...]
    note: str = ""


@dataclass(frozen=True)
class Part:
    """One part of every bar, with its label and how it is filled."""

    label: str
    fill: Fill
    missing: bool = False


def stack(
    canvas: Canvas,
    top: float,
    bars: Sequence[Bar],
    parts: Sequence[Part],
    write: Callable[[float], str],
    *,
    total: float,
    below: int = 0,
    legend_columns: int = 9,
) -> float:
    """Draw stacked bars and return where they end.

    Parameters
    ----------
    canvas, top
        Where to draw.
    bars, parts
        What to draw.
    write
        Turns a value into its label.
    total
        The value that a whole bar stands for.
    below
        The number of parts that lie left of a common line; 0 starts all bars at the left.
    legend_columns
        The most columns of the legend, where there must be one.
    """
    left = max(gutter([bar.label for bar in bars]), gutter([bar.note for bar in bars]))
    lowest = max((sum(bar.values[:below]) for bar in bars), default=0)
    highest = max((sum(bar.values[below:]) for bar in bars), default=0)
    room = WIDTH - left - 1
    unit = room / max(lowest + highest, 1e-9) if below else room / total
    origin = left + lowest * unit
    shown = [i for i, part in enumerate(parts) if not part.missing or any(bar.values[i] > 0 for bar in bars)]
    first = _edges(bars[0], unit, origin, below)
    y = over_segments(canvas, top, [(parts[i].label, *first[i]) for i in shown])
    if y is None:
        y = legend(canvas, top, [(parts[i].label, parts[i].fill) for i in shown], legend_columns) + 6
    crowded = any(bar.note and len(squeeze(bar.label, left - 10)) > 1 for bar in bars)
    pitch = TALL_PITCH if crowded else PITCH
    y += (pitch - PITCH) / 2
    first_top = y
    for bar in bars:
        row_label(canvas, y + HEIGHT / 2, bar.label, left, bar.note)
        if sum(bar.values) == 0:
            canvas.text(origin + 4, y + HEIGHT / 2, "–", colour=FAINT_INK)
        for i, (start, end) in enumerate(_edges(bar, unit, origin, below)):
            _segment(canvas, y, start, end, parts[i].fill, write(bar.values[i]))
        y += pitch
    y -= pitch - HEIGHT
    if below:
        canvas.line([origin, origin], [first_top - 4, y + 4], width=1.6)
    return y + 4 + (pitch - PITCH) / 2


def _edges(bar: Bar, unit: float, origin: float, below: int) -> list[tuple[float, float]]:
    ends = list(accumulate(bar.values, initial=-sum(bar.values[:below])))
    return [(origin + a * unit, origin + b * unit) for a, b in pairwise(ends)]


def _segment(canvas: Canvas, y: float, start: float, end: float, fill: Fill, label: str) -> None:
    if end <= start:
        return
    gap = min(1.0, (end - start) / 3)  # a white seam, thinner where the segment itself is thin
    canvas.rectangle(start, y, end - start - gap, HEIGHT, fill)
    if (width := text_width(label, SMALL)) + 2 > end - start - gap:
        return
    middle = (start + end - gap) / 2
    if fill.hatched:
        canvas.rectangle(middle - width / 2 - 2, y + 6, width + 4, HEIGHT - 12, Fill(fill.colour))
    canvas.text(middle, y + HEIGHT / 2, label, align="center", size=SMALL, colour=fill.ink)
