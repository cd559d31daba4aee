"""Axes: the place of a value on the sheet, and round ticks to read it by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from matplotlib.ticker import MaxNLocator

from ivvu_analysis.codebook import Language
from ivvu_analysis.report.figures.canvas import SMALL, Canvas
from ivvu_analysis.report.figures.labels import writer
from ivvu_analysis.report.figures.palettes import FAINT_INK, RULE

TICK_ROOM = 24
TITLE_ROOM = 18
POINTS = {"en": "percentage points", "nl": "procentpunt"}


@dataclass(frozen=True)
class Axis:
    """An axis between two pixel positions; `start` is the place of `low`."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Return the pixel position of a value; what lies outside the axis is put at its end."""
        inside = min(max(value, self.low), self.high)
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)


def axis(
    values: Sequence[float],
    start: float,
    end: float,
    unit: str = ".",
    limits: tuple[float, float] | None = None,
) -> Axis:
    """Return an axis over all finite values that begins and ends at a tick, or at the limits given."""
    finite = [x for x in values if isfinite(x)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    if high - low < 1e-9:
        room = max(abs(low), abs(high)) / 2 if abs(low) > 1e-9 else 0.5
        low, high = low - room, high + room
    locator = MaxNLocator(6, integer=unit == "count", steps=[1, 2, 5, 10])
    if limits:
        ticks = [float(tick) for tick in locator.tick_values(*limits)]
        inside = [tick for tick in ticks if limits[0] <= tick <= limits[1]]
        # Of counts the limits mean something, such as all regions: they are ticks, where there is room.
        room = 0.3 * (ticks[1] - ticks[0])
        ends = [x for x in limits if unit == "count" and all(abs(x - tick) > room for tick in inside)]
        return Axis(*limits, start, end, tuple(sorted([*inside, *ends])))
    places = tuple(float(tick) for tick in locator.tick_values(low, high))
    return Axis(places[0], places[-1], start, end, places)


def tick_labels(along: Axis, unit: str, language: Language) -> list[str]:
    """Return the ticks as text, with as few decimals as tell them apart."""
    kind = unit.rstrip("0123456789")
    decimals = 0
    while decimals < 4 and unit != "count":
        write = writer(f"{kind}{decimals}", language)
        if len({write(tick) for tick in along.ticks}) == len(along.ticks) and _exact(along, kind, decimals):
            break
        decimals += 1
    write = writer(unit if unit == "count" else f"{kind}{decimals}", language)
    return [write(tick) for tick in along.ticks]


def _exact(along: Axis, kind: str, decimals: int) -> bool:
    factor = 100 if "%" in kind else 1
    return all(abs(round(factor * tick, decimals) - factor * tick) < 1e-6 for tick in along.ticks)


def draw_bottom(
    canvas: Canvas, along: Axis, top: float, bottom: float, unit: str, language: Language, title: str = ""
) -> float:
    """Draw rules from top to bottom with the ticks written below them; return where the axis ends."""
    for tick, label in zip(along.ticks, tick_labels(along, unit, language), strict=True):
        x = along.at(tick)
        canvas.line([x, x], [top, bottom], RULE)
        canvas.text(x, bottom + 12, label, align="center", size=SMALL, colour=FAINT_INK)
    title = title or (POINTS[language] if unit.startswith("+%") else "")
    if not title:
        return bottom + TICK_ROOM
    middle = (along.start + along.end) / 2
    canvas.text(middle, bottom + TICK_ROOM + 5, title, align="center", size=SMALL, colour=FAINT_INK)
    return bottom + TICK_ROOM + TITLE_ROOM


def draw_left(canvas: Canvas, along: Axis, left: float, right: float, unit: str, language: Language) -> None:
    """Draw rules from left to right with the ticks written before them."""
    for tick, label in zip(along.ticks, tick_labels(along, unit, language), strict=True):
        y = along.at(tick)
        canvas.line([left, right], [y, y], RULE)
        canvas.text(left - 6, y, label, align="right", size=SMALL, colour=FAINT_INK)
