"""Estimates with their intervals, and ranges in which a number must lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import pandas as pd

from ivvu_analysis.codebook import Language
from ivvu_analysis.report.figures.axes import POINTS, Axis, axis, draw_bottom
from ivvu_analysis.report.figures.canvas import SMALL, WIDTH, Canvas, Drawing, squeeze, text_width
from ivvu_analysis.report.figures.labels import gutter, in_order, row_label, rows_of, writer
from ivvu_analysis.report.figures.palettes import ACCENT, FAINT_INK, INK, SECOND, Fill
from ivvu_analysis.report.text import NOT_KNOWN, Words

PITCH = 30
TALL_PITCH = 40  # of rows with labels of two lines
GROUP_PITCH = 19
THICK = 12
STYLES = (("o", ACCENT), ("D", SECOND), ("s", INK), ("^", FAINT_INK))
EXACTLY = {"en": "exactly {x}", "nl": "precies {x}"}
NOT_POSSIBLE = {"en": "not possible", "nl": "niet mogelijk"}
BETWEEN = {"en": "between {low} and {high}", "nl": "tussen {low} en {high}"}


@dataclass(frozen=True)
class Interval:
    """An estimate with its bounds, in a row and a group of the figure; what is not known is NaN."""

    row: str
    group: str
    estimate: float
    low: float
    high: float

    @property
    def bounded(self) -> bool:
        """Whether the bounds are known."""
        return isfinite(self.low) and isfinite(self.high)


def dots(
    frame: pd.DataFrame,
    *,
    row: str,
    language: Language,
    key: str,
    labels: Mapping[str, str] | None = None,
    unit: str = "%",
    reference: float | None = None,
    group: str | None = None,
    group_labels: Mapping[str, str] | None = None,
) -> Drawing:
    """Draw estimates as dots with their intervals, one a row, or one a row and group.

    Parameters
    ----------
    frame
        One row a dot: the columns `row` (and `group`) with codes, `estimate`, `conf_low`, `conf_high`. Where
        the estimate is missing the interval is drawn, where the interval is missing the dot.
    row
        The column with the codes of rows.
    language
        Of labels and numbers.
    key
        Makes the ids of the drawing unique in its page.
    labels
        Labels of rows that are neither waves nor codes of the scale called `row`.
    unit
        How values are written: ``"%"`` a share, ``"+%"`` a difference of shares, ``".2"`` a number with two
        decimals, ``"count"``.
    reference
        A value to compare with, drawn as a dashed line.
    group, group_labels
        The column with the codes of up to four groups side by side, and their labels.
    """
    rows = rows_of(in_order(frame, row), row, language, labels)
    groups = rows_of(in_order(frame, group), group, language, group_labels) if group else {"": ""}
    intervals = _intervals(frame, row, group)
    texts = [_written(interval, unit, language) for interval in intervals]
    left = gutter(list(rows.values()), most=220)
    right = WIDTH - max(text_width(text, SMALL) for text in texts) - 20
    spread = [x for i in intervals for x in (i.estimate, i.low, i.high)]
    along = axis([*spread, *([] if reference is None else [reference])], left + 12, right, unit)
    canvas = Canvas()
    top = _group_key(canvas, list(groups.values()), left + 12) if group else 2
    height = max(_pitch(list(rows.values()), left), len(groups) * GROUP_PITCH + 10)
    end = draw_bottom(canvas, along, top, top + len(rows) * height, unit, language)
    if reference is not None:
        canvas.line([along.at(reference)] * 2, [top, top + len(rows) * height], INK, 1.2, dashed=True)
    middles = {code: top + (i + 0.5) * height for i, code in enumerate(rows)}
    for code, label in rows.items():
        row_label(canvas, middles[code], label, left)
    order = list(groups)
    for interval, text in zip(intervals, texts, strict=True):
        place = order.index(interval.group)
        y = middles[interval.row] + (place - (len(order) - 1) / 2) * GROUP_PITCH
        _whisker(canvas, along, y, interval, place)
        canvas.text(WIDTH, y, text, align="right", size=SMALL)
    names = [", ".join(filter(None, (rows[i.row], groups[i.group]))) for i in intervals]
    return canvas.drawing(end, _alt(names, texts, unit, language), key)


def ranges(
    frame: pd.DataFrame,
    *,
    row: str,
    language: Language,
    key: str,
    labels: Mapping[str, str] | None = None,
    unit: str = "count",
    limits: tuple[float, float] | None = None,
) -> Drawing:
    """Draw ranges without a best guess: thick bars from the lowest to the highest possible value, one a row.

    Parameters
    ----------
    frame
        One row a range: the column `row` with codes, `conf_low`, `conf_high`. A range without bounds is
        written as not possible.
    row, language, key, labels, unit
        As for `dots`.
    limits
        Where the axis begins and ends, such as 0 and all regions.
    """
    rows = rows_of(in_order(frame, row), row, language, labels)
    intervals = _intervals(frame.assign(estimate=float("nan")), row, None)
    texts = [_range_written(interval, unit, language) for interval in intervals]
    left = gutter(list(rows.values()), most=260)
    right = WIDTH - max(text_width(text, SMALL) for text in texts) - 20
    along = axis([x for i in intervals for x in (i.low, i.high)], left + 12, right, unit, limits)
    canvas, pitch = Canvas(), _pitch(list(rows.values()), left)
    end = draw_bottom(canvas, along, 2, 2 + len(rows) * pitch, unit, language)
    for i, (interval, text) in enumerate(zip(intervals, texts, strict=True)):
        y = 2 + (i + 0.5) * pitch
        row_label(canvas, y, rows[interval.row], left)
        canvas.text(WIDTH, y, text, align="right", size=SMALL)
        if interval.bounded:
            start, width = along.at(interval.low), along.at(interval.high) - along.at(interval.low)
            middle, width = start + width / 2, max(width, 5.0)
            canvas.rectangle(middle - width / 2, y - THICK / 2, width, THICK, Fill(ACCENT))
    return canvas.drawing(end, _alt([rows[i.row] for i in intervals], texts, unit, language), key)


def _pitch(labels: Sequence[str], left: float) -> int:
    """Return the height of a row; labels of two lines need more, to be told apart."""
    return TALL_PITCH if any(len(squeeze(label, left - 10)) > 1 for label in labels) else PITCH


def _intervals(frame: pd.DataFrame, row: str, group: str | None) -> list[Interval]:
    members = frame[group].astype(str) if group else [""] * len(frame)
    numbers = (frame[name].astype(float) for name in ("estimate", "conf_low", "conf_high"))
    return [Interval(*parts) for parts in zip(frame[row].astype(str), members, *numbers, strict=True)]


def _written(interval: Interval, unit: str, language: Language) -> str:
    write = writer(unit, language)
    bounds = (
        f"({write(interval.low)} {Words(language).to} {write(interval.high)})" if interval.bounded else ""
    )
    point = write(interval.estimate) if isfinite(interval.estimate) else NOT_KNOWN
    return f"{point} {bounds}".strip()


def _range_written(interval: Interval, unit: str, language: Language) -> str:
    write = writer(unit, language)
    if not interval.bounded:
        return NOT_POSSIBLE[language]
    if interval.low == interval.high:
        return EXACTLY[language].format(x=write(interval.low))
    return BETWEEN[language].format(low=write(interval.low), high=write(interval.high))


def _whisker(canvas: Canvas, along: Axis, y: float, interval: Interval, style: int) -> None:
    shape, colour = STYLES[style]
    if interval.bounded:
        low, high = along.at(interval.low), along.at(interval.high)
        canvas.line([low, high], [y, y], colour, 2)
        for end in (low, high):
            canvas.line([end, end], [y - 4, y + 4], colour, 1.4)
    if isfinite(interval.estimate):
        canvas.marker(along.at(interval.estimate), y, shape, colour)


def _group_key(canvas: Canvas, labels: Sequence[str], left: float) -> float:
    x = left
    for label, (shape, colour) in zip(labels, STYLES, strict=False):
        canvas.marker(x + 5, 9, shape, colour)
        canvas.text(x + 15, 9, label, size=SMALL)
        x += text_width(label, SMALL) + 36
    return 24


def _alt(names: Sequence[str], texts: Sequence[str], unit: str, language: Language) -> str:
    """Return what each row says; of more than six rows the first three and the last."""
    said = [f"{name}: {text}" for name, text in zip(names, texts, strict=True)]
    points = f" {POINTS[language]}" if unit.startswith("+%") else ""
    return "; ".join(said if len(said) <= 6 else [*said[:3], "…", said[-1]]) + f"{points}."
