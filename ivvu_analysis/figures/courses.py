"""Courses through time: lines with their bands, named at their ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from ivvu_analysis.figures import layout, theme
from ivvu_analysis.figures.rowwise import ENDS, MARKERS
from ivvu_analysis.figures.theme import Format, Palette

TALL, NAMES = 2.7, 1.35  # inches: the height of a plot, and what the names of lines may take


@theme.themed
def lines(
    data: pd.DataFrame,
    *,
    x: str,
    y: str = "estimate",
    hue: str | None = None,
    observed: pd.DataFrame | None = None,
    null: float | None = None,
    limits: tuple[float, float] | None = None,
    fmt: Format = theme.percent,
    x_fmt: Callable[[Any], str] = str,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw lines with their bands, named at their ends; what was observed is solid with points.

    Parameters
    ----------
    data
        One row a point of a line: `x`, `y`, and `conf_low, conf_high` where it has a band. `x` is a number,
        a month written YYYY-MM, or a moment of an ordered few.
    x, y, hue
        The columns.
    observed
        The same columns for what was counted before.
    null
        A value to compare with, as a dashed line.
    limits
        The ends of the upright axis.
    fmt, x_fmt
        Turn values, and what stands below the axis, into texts.
    palette, ax
        As in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> course = pd.DataFrame({"misrated": [0.0, 0.1], "estimate": [0.6, 0.55]})
    >>> ax = figures.lines(course, x="misrated", null=0.5, x_fmt="{:.0%}".format)
    >>> ax.texts[0].get_text()
    '55%'
    """
    seen, _ = theme.grouped(data[:0] if observed is None else observed, hue)
    data, hue = theme.grouped(data, hue)
    seen, data = (frame.assign(at=_places(frame[x])) for frame in (seen, data))
    colours = theme.colours_of(data, hue, palette, distinct=True)
    ends = data.groupby(hue, observed=True).last()
    names = [layout.folded(str(group), NAMES, theme.SMALL, "bold") for group in ends.index]
    texts = [f"{name}\n{fmt(float(value))}".strip() for name, value in zip(names, ends[y], strict=True)]
    right = 0.14 + layout.text_width("\n".join(texts), theme.SMALL, "bold")
    present = [*ends.index]
    ax = layout.start(ax, TALL, ["100%"], right)
    ax.grid(axis="y")
    if null is not None:
        ax.axhline(null, color=theme.FAINT, linestyle="--", linewidth=1)
    course = pd.concat([seen.groupby(hue, observed=True).tail(1), data], ignore_index=True)
    if {*ENDS} <= {*data}:
        for group in present:
            band = course[course[hue] == group]
            low, high = (band[end].fillna(band[y]).astype(float) for end in ENDS)
            ax.fill_between(band["at"], low, high, color=colours[group], alpha=0.15, linewidth=0)
    how: dict[str, Any] = {"x": "at", "y": y, "hue": hue, "hue_order": present, "legend": False, "ax": ax}
    how |= {"palette": colours if present else None, "errorbar": None, "clip_on": False}
    sns.lineplot(course, linestyle="--" if len(seen) else "-", **how)
    if len(seen):
        marks = dict(zip(colours, cycle(MARKERS), strict=False))
        how |= {"style": hue, "style_order": present, "markers": marks, "dashes": False}
        sns.lineplot(seen, markeredgewidth=0, markersize=6.5, **how)
    ax.set(xlabel="", ylabel="", ylim=limits)
    layout.tick_numbers(ax, "y", fmt)
    if pd.api.types.is_numeric_dtype(data[x]):
        layout.tick_numbers(ax, "x", x_fmt)
    else:
        _name_months(ax, dict(zip([*seen["at"], *data["at"]], [*seen[x], *data[x]], strict=True)), x_fmt)
    inks = [colours[group] for group in ends.index]
    _name_ends(ax, [*zip(ends["at"], ends[y].astype(float), texts, inks, strict=True)])
    return ax


def _places(column: pd.Series) -> np.ndarray:
    """Return where values stand: numbers as they are, months by their number, moments in their order."""
    if pd.api.types.is_numeric_dtype(column):
        return np.asarray(column, dtype=float)
    if not column.astype(str).str.fullmatch(r"\d{4}-\d{2}").all():
        return np.asarray(column.astype("category").cat.codes, dtype=float)
    return np.array([12.0 * int(month[:4]) + int(month[5:]) for month in column.astype(str)])


def _name_months(ax: Axes, months: dict[float, str], x_fmt: Callable[[Any], str]) -> None:
    """Write below the axis what stands there, as far as there is room: the last first."""
    inch = np.diff(ax.get_xlim())[0] / layout.inches(ax)[0]
    chosen: dict[float, str] = {}
    for place in sorted(months, reverse=True):
        text = x_fmt(months[place])
        if not chosen or min(chosen) - place >= (layout.text_width(text, theme.SMALL) + 0.1) * inch:
            chosen[place] = text
    ax.set_xticks([*chosen], [*chosen.values()])


def _name_ends(ax: Axes, ends: Sequence[tuple[float, float, str, str]]) -> None:
    """Write at the ends of lines, moved apart where they are close; an end is its place, text and colour."""
    low, high = ax.get_ylim()
    inch = (high - low) / layout.inches(ax)[1]
    ends = sorted(ends, key=lambda end: end[1])
    halves = [(layout.height_of(text, theme.SMALL) + 0.02) * inch / 2 for _, _, text, _ in ends]
    places = [y for _, y, _, _ in ends]
    for i in range(1, len(ends)):  # up from the lowest, then down from the highest
        places[i] = max(places[i], places[i - 1] + halves[i - 1] + halves[i])
    ceiling = high + 0.1 * inch
    for i in reversed(range(len(ends))):
        places[i] = min(places[i], ceiling - halves[i])
        ceiling = places[i] - halves[i]
    for (x, y, text, colour), place in zip(ends, places, strict=True):
        ink, lift = theme.ink_like(colour), 72 * (place - y) / inch
        layout.write(ax, x, y, text, shift=7, lift=lift, ha="left", color=ink, weight="bold")
