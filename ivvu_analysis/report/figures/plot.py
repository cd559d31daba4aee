"""The frame of a plot with two axes: rules, ticks and titles, and where a point lies on the sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ivvu_analysis.codebook import Language
from ivvu_analysis.report.figures.axes import Axis, axis, draw_bottom, draw_left, tick_labels
from ivvu_analysis.report.figures.canvas import SMALL, WIDTH, Canvas, squeeze, text_width
from ivvu_analysis.report.figures.palettes import FAINT_INK

INSET = 12.0
TITLE_ROOM = 24.0


@dataclass(frozen=True)
class Side:
    """What one axis shows: the values it must span, their unit, and its title.

    Parameters
    ----------
    values
        What has to fit.
    unit
        How values are written, see `labels.writer`.
    title
        What is measured.
    limits
        Where the axis begins and ends, where that does not follow from the values.
    named
        Texts for the places that have a tick, such as dates, the most important first.
    """

    values: Sequence[float]
    unit: str = "."
    title: str = ""
    limits: tuple[float, float] | None = None
    named: Mapping[float, str] | None = None


@dataclass(frozen=True)
class Plot:
    """A plot that is framed: its axes and its edges."""

    across: Axis
    upright: Axis
    left: float
    right: float
    top: float
    bottom: float
    end: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies on the sheet."""
        return self.across.at(x), self.upright.at(y)


def plot(
    canvas: Canvas,
    across: Side,
    upright: Side,
    language: Language,
    *,
    height: float | None,
    start: float = 0,
    margin: float = 1,
) -> Plot:
    """Draw the frame of a plot.

    Parameters
    ----------
    canvas
        Where to draw.
    across, upright
        What the axes show.
    language
        Of the numbers.
    height
        Of the plot without ticks and titles; None gives both axes the same unit.
    start
        Where the plot may begin, below what is above it.
    margin
        The room to keep at the right, for labels.
    """
    top = start + (TITLE_ROOM if upright.title else 8.0)
    unplaced = axis(upright.values, 1, 0, upright.unit, upright.limits)
    left = max(text_width(tick, SMALL) for tick in tick_labels(unplaced, upright.unit, language)) + 8
    right = WIDTH - margin
    along = _across(across, left + INSET, right - INSET)
    if height is None:
        height = (along.end - along.start) * (unplaced.high - unplaced.low) / (along.high - along.low)
    bottom = top + height
    up = replace(unplaced, start=bottom, end=top)
    if upright.title:
        title = squeeze(upright.title, WIDTH, lines=1, size=SMALL)[0]
        canvas.text(0, start + 8, title, size=SMALL, colour=FAINT_INK)
    draw_left(canvas, up, left, right, upright.unit, language)
    if across.named is None:
        end = draw_bottom(canvas, along, top, bottom, across.unit, language, across.title)
    else:
        end = _draw_named(canvas, along, bottom, across.named)
    canvas.line([left, right], [bottom, bottom], FAINT_INK)
    return Plot(along, up, left, right, top, bottom, end)


def _across(side: Side, start: float, end: float) -> Axis:
    if side.named is None:
        return axis(side.values, start, end, side.unit, side.limits)
    low, high = min(side.named), max(side.named)
    return Axis(low, max(high, low + 1), start, end, tuple(side.named))


def _draw_named(canvas: Canvas, along: Axis, bottom: float, named: Mapping[float, str]) -> float:
    """Write the texts of the ticks below the axis, the most important first, as far as there is room."""
    taken: list[tuple[float, float]] = []
    for place, name in named.items():
        x, half = along.at(place), text_width(name, SMALL) / 2
        canvas.line([x, x], [bottom, bottom + 4], FAINT_INK)
        middle = max(half, min(x, WIDTH - half))
        if all(middle + half + 6 < left or middle - half - 6 > right for left, right in taken):
            canvas.text(middle, bottom + 14, name, align="center", size=SMALL, colour=FAINT_INK)
            taken.append((middle - half, middle + half))
    return bottom + 26
