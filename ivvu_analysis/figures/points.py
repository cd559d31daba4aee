"""Estimates as points with their ranges, and how numbers stand at an axis."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ivvu_analysis.figures import layout, theme
from ivvu_analysis.figures.bars import name_rows
from ivvu_analysis.figures.theme import Format, Palette

PITCH, STEP = 0.31, 0.19  # inches from row to row, and from group to group within a row
MARKERS = ("o", "D", "s", "^", "v", "P", "X", "*")
ENDS = ["conf_low", "conf_high"]


@theme.themed
def dots(
    data: pd.DataFrame,
    *,
    y: str | Sequence[str],
    x: str = "estimate",
    hue: str | None = None,
    null: float | None = None,
    fmt: Format = theme.percent,
    limits: tuple[float, float] | None = None,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw estimates as points with their ranges, one row each, and the numbers at the right.

    Parameters
    ----------
    data
        One row a point: `x`, and `conf_low, conf_high` where there is a range. Without an estimate the range
        is drawn as a bar, without either the row stays empty.
    y
        The column of the rows, or several whose labels stand after each other.
    x, hue
        The columns of the estimate and of the groups that share a row.
    null
        The value that says 'no difference', as a dashed line.
    fmt
        Turns a value into a text.
    limits
        The ends of the axis; by default what is drawn, with `null` or nought.
    palette, ax
        As in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> found = pd.DataFrame({"theme": ["a"], "estimate": [0.1], "conf_low": [-0.1], "conf_high": [0.3]})
    >>> ax = figures.dots(found, y="theme", null=0)
    >>> ax.texts[0].get_text()
    '10% (-10% – 30%)'
    """
    frame, rows = _in_rows(data, y, x, hue)
    groups = theme.levels_of(data[hue]) if hue else [""]
    colours = theme.colours_of(data, hue, palette, distinct=True)
    texts = [_written(value, low, high, fmt) for value, low, high in frame[["x", *ENDS]].to_numpy()]
    labels, tallest = layout.row_labels(rows)
    pitch = max(PITCH, tallest + 0.07, STEP * len(groups) + 0.1)
    right = 0.2 + layout.text_width("\n".join(texts), theme.SMALL)
    ax = layout.start(ax, plot=pitch * max(len(rows), 1), right=right, named=True)
    frame["at"] = frame["row"] + (frame["group"] - (len(groups) - 1) / 2) * STEP / pitch
    ax.grid(axis="x")
    if null is not None:
        ax.axvline(null, color=theme.FAINT, linestyle="--", linewidth=1, zorder=1)
    ink = np.array([colours[group] for group in groups])[frame["group"]]
    bare = frame["x"].isna()
    for chosen, wide in ((~bare, 1.6), (bare, 8.0)):
        low, high = frame.loc[chosen, ENDS].to_numpy().T
        ax.hlines(frame.loc[chosen, "at"], low, high, colors=ink[chosen], linewidth=wide)
    exact = frame[bare & (frame["conf_low"] == frame["conf_high"])]
    ax.scatter(exact["conf_low"], exact["at"], 36, ink[exact.index], marker="s")
    points = frame.assign(hue=np.array(groups, dtype=object)[frame["group"]])[~bare]
    if len(points):
        kinds = {"hue": "hue", "style": "hue", "hue_order": groups, "style_order": groups}
        shapes = [MARKERS[i % len(MARKERS)] for i in range(len(groups))]
        look = {"palette": colours, "markers": shapes, "s": 42, "linewidth": 0, "zorder": 3, "legend": False}
        sns.scatterplot(points, x="x", y="at", ax=ax, **kinds, **look)
    where: dict[str, Any] = {
        "xycoords": ax.get_yaxis_transform(),
        "textcoords": "offset points",
        "ha": "right",
    }
    for at, text in zip(frame["at"], texts, strict=True):
        ax.annotate(text, (1, at), (72 * right - 6, 0), size=theme.SMALL, va="center", **where)
    name_rows(ax, labels)
    known = np.append(frame[["x", *ENDS]].to_numpy().ravel(), 0.0 if null is None else null)
    low, high = limits or (np.nanmin(known), np.nanmax(known))
    margin = 0.04 * ((high - low) or 1.0)
    ax.set_xlim(low - margin, high + margin)
    tick_numbers(ax, "x", fmt)
    if hue:
        layout.legend(ax, colours, marks(colours.values(), "-"))
    return ax


def marks(colours: Iterable[str], line: str) -> list[Line2D]:
    """Return what stands before the names of groups in a legend."""
    look: dict[str, Any] = {"linestyle": line, "linewidth": 1.6, "markersize": 6, "markeredgewidth": 0}
    pairs = zip(itertools.cycle(MARKERS), colours, strict=False)
    return [Line2D([], [], marker=marker, color=colour, **look) for marker, colour in pairs]


def _in_rows(
    data: pd.DataFrame, y: str | Sequence[str], x: str, hue: str | None
) -> tuple[pd.DataFrame, list[Any]]:
    """Return the numbers of each point with its row and group, and the names of the rows."""
    data = data.reset_index(drop=True)
    if isinstance(y, str):
        names, rows = data[y].astype(object), theme.levels_of(data[y])
    else:
        names = data[list(y)].astype(str).agg(": ".join, axis=1)
        rows = list(names.unique())
    places = {"row": names.map(rows.index), "group": 0}
    if hue:
        places["group"] = data[hue].astype(object).map(theme.levels_of(data[hue]).index)
    columns = zip(("x", *ENDS), (x, *ENDS), strict=True)
    numbers = {name: pd.to_numeric(data.get(column), errors="coerce") for name, column in columns}
    frame = pd.DataFrame({**places, **numbers}, index=data.index)
    return frame.astype({"row": int, "group": int, **dict.fromkeys(numbers, float)}), rows


def _written(value: float, low: float, high: float, fmt: Format) -> str:
    """Return an estimate with its range, or the range alone."""
    point = "" if np.isnan(value) else fmt(value)
    if np.isnan(low) or np.isnan(high):
        return point or "–"
    ends = fmt(low) if fmt(low) == fmt(high) else f"{fmt(low)} – {fmt(high)}"
    return f"{point} ({ends})" if point and point != ends else ends


def tick_numbers(ax: Axes, axis: str, fmt: Format) -> None:
    """Write the numbers at an axis as `fmt` does, as many as it can tell apart."""
    side = ax.xaxis if axis == "x" else ax.yaxis
    for number in (6, 5, 4, 3, 2):
        locator = MaxNLocator(number, steps=[1, 2, 5, 10])
        low, high = sorted(side.get_view_interval())
        texts = [fmt(tick) for tick in locator.tick_values(low, high)]
        if len(set(texts)) == len(texts):
            break
    side.set_major_locator(locator)
    side.set_major_formatter(FuncFormatter(lambda value, _: fmt(value)))
