"""Courses through time: lines with their bands, and slopes between a few moments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from ivvu_analysis.figures import layout, theme
from ivvu_analysis.figures.points import ENDS, MARKERS, tick_numbers
from ivvu_analysis.figures.theme import Format, Palette

TALL, NAMES = 2.7, 1.35  # inches: the height of a plot, and what the names of lines may take
End = tuple[float, float, str, str]  # where a line ends, what is written there and its colour


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
    x_fmt: Format | None = None,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw lines with their bands, named at their ends; what was observed is solid with points.

    Parameters
    ----------
    data
        One row a point of a line: `x`, `y`, and `conf_low, conf_high` where it has a band. `x` is a number, a
        month written YYYY-MM, or a label; labels stand one step apart, in their order.
    x, y, hue
        The columns.
    observed
        The same columns for what was counted before; without `hue` it belongs to all lines.
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
    groups = theme.levels_of(data[hue]) if hue else [""]
    colours = theme.colours_of(data, hue, palette, distinct=True)
    seen = data.iloc[:0] if observed is None else observed
    at = _positions(seen[x], data[x])
    dash, common, bands = "--" if len(seen) else "-", hue not in seen, {*ENDS} <= {*data}
    courses = {group: (_of(seen, hue, group), _of(data, hue, group)) for group in groups}
    last = {group: _at_end(group, ahead[y], fmt) for group, (_, ahead) in courses.items() if len(ahead)}
    right = 0.14 + layout.text_width("\n".join(last.values()), theme.SMALL, "bold")
    ax = layout.start(ax, plot=TALL, top=0.12, right=right)
    ax.grid(axis="y")
    if null is not None:
        ax.axhline(null, color=theme.FAINT, linestyle="--", linewidth=1)
    ends: list[End] = []
    for number, group in enumerate(last):
        behind, ahead = courses[group]
        course = pd.concat([behind.tail(1), ahead]) if len(behind) else ahead
        places, values, colour = course[x].map(at), course[y].astype(float), colours[group]
        if bands:
            low, high = (course[end].fillna(values).astype(float) for end in ENDS)
            ax.fill_between(places, low, high, color=colour, alpha=0.15, linewidth=0)
        _line(ax, places, values, color=colour, linestyle=dash)
        if len(behind) and not common:
            _line(ax, behind[x].map(at), behind[y], color=colour, marker=MARKERS[number % len(MARKERS)])
        ends.append((places.iloc[-1], values.iloc[-1], last[group], colour))
    if len(seen) and common:
        _line(ax, seen[x].map(at), seen[y], color=theme.INK, marker="o")
    ax.set(xlabel="", ylabel="", ylim=limits)
    tick_numbers(ax, "y", fmt)
    _name_places(ax, at, x_fmt, numeric=pd.api.types.is_numeric_dtype(data[x]))
    name_ends(ax, ends)
    return ax


def _positions(seen: pd.Series, ahead: pd.Series) -> dict[Any, float]:
    """Return where each value stands."""
    levels = list(dict.fromkeys([*theme.levels_of(seen), *theme.levels_of(ahead)]))
    if pd.api.types.is_numeric_dtype(ahead):
        return {level: float(level) for level in levels}
    if all(re.fullmatch(r"\d{4}-\d{2}", str(level)) for level in levels):
        return {level: 12.0 * int(level[:4]) + int(level[5:]) for level in levels}
    return {level: float(place) for place, level in enumerate(levels)}


def _of(data: pd.DataFrame, hue: str | None, group: Any) -> pd.DataFrame:
    chosen = data[data[hue] == group] if hue in data else data
    return chosen.astype(
        {name: object for name in chosen if isinstance(chosen[name].dtype, pd.CategoricalDtype)}
    )


def _at_end(group: Any, values: pd.Series, fmt: Format) -> str:
    name = layout.folded(str(group), NAMES, theme.SMALL, "bold") if group != "" else ""
    return f"{name}\n{fmt(float(values.iloc[-1]))}".strip()


def _line(ax: Axes, places: pd.Series, values: pd.Series, **look: Any) -> None:
    style = {"errorbar": None, "estimator": None, "markeredgewidth": 0, "markersize": 6.5, "clip_on": False}
    sns.lineplot(x=places.to_numpy(float), y=values.to_numpy(float), ax=ax, **style, **look)


def _name_places(ax: Axes, at: dict[Any, float], x_fmt: Format | None, *, numeric: bool) -> None:
    """Write below the axis what stands there, as far as there is room: the last first."""
    if numeric:
        if x_fmt:
            tick_numbers(ax, "x", x_fmt)
        return
    texts = {place: (x_fmt or str)(level) for level, place in at.items()}
    inch = (max(texts, default=1) - min(texts, default=0)) / layout.plot_width(ax, ["100%"])
    chosen: list[float] = []
    for place in sorted(texts, reverse=True):
        wide = (layout.text_width(texts[place], theme.SMALL) + 0.1) * inch
        if not chosen or chosen[-1] - place >= wide:
            chosen.append(place)
    ax.set_xticks(chosen[::-1], [texts[place] for place in chosen[::-1]])


def name_ends(ax: Axes, ends: Sequence[End], side: int = 1) -> None:
    """Write at the ends of lines, above (`side` 0) or before them (-1), moved apart where they are close."""
    room = layout.room_of(ax)
    low, high = ax.get_ylim()
    inch = (high - low) / (room.plot if room else TALL)
    order = sorted(ends, key=lambda end: end[1])
    tall = [(layout.height_of(text, theme.SMALL) + 0.02) * inch for _, _, text, _ in order]
    places = np.array([y for _, y, _, _ in order])
    for _ in range(60):  # push neighbours apart, each half of the way, and all into the figure
        for i in range(len(places) - 1):
            lack = (tall[i] + tall[i + 1]) / 2 - (places[i + 1] - places[i])
            places[i : i + 2] += np.array([-0.5, 0.5]) * max(lack, 0)
        if len(places):
            places[-1] = min(places[-1], high + 0.1 * inch - tall[-1] / 2)
            places[0] = max(places[0], low - 0.1 * inch + tall[0] / 2)
    align = {1: "left", 0: "center", -1: "right"}[side]
    for (x, y, text, colour), place in zip(order, places, strict=True):
        lift = 72 * (place - y) / inch + (0 if side else 8)
        ink = theme.ink_like(colour)
        layout.write(ax, x, y, text, shift=7 * side, lift=lift, ha=align, color=ink, weight="bold")


@theme.themed
def slope(
    data: pd.DataFrame,
    *,
    x: str,
    hue: str,
    y: str = "estimate",
    fmt: Format = theme.percent,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how each group goes from moment to moment, with its number at each and its name at the end.

    Parameters
    ----------
    data
        One row a group and moment.
    x, hue, y
        The columns of the moments, the groups and the numbers, which are drawn from nought.
    fmt, palette, ax
        As in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> forms = pd.DataFrame({"year": ["2024", "2040"], "form": "at home", "estimate": [0.43, 0.68]})
    >>> ax = figures.slope(forms, x="year", hue="form")
    >>> [text.get_text() for text in ax.texts]
    ['at home', '68%', '43%']
    """
    moments = [layout.folded(str(moment), NAMES, theme.SMALL) for moment in theme.levels_of(data[x])]
    data = data.assign(
        **{x: data[x].astype(object).map(dict(zip(theme.levels_of(data[x]), moments, strict=True)))}
    )
    ax = lines(
        data,
        x=x,
        hue=hue,
        y=y,
        fmt=fmt,
        palette=palette,
        limits=(0, 1.05 * max(data[y].dropna(), default=1)),
        ax=ax,
    )
    colours = theme.colours_of(data, hue, palette, distinct=True)
    for number, line in enumerate(ax.lines):
        line.set_marker(MARKERS[number % len(MARKERS)])
    for place, moment in enumerate(moments[:-1]):
        known = data[(data[x] == moment) & data[y].notna()]
        ends = [
            (place, size, fmt(size), colours[name]) for name, size in zip(known[hue], known[y], strict=True)
        ]
        name_ends(ax, ends, side=0 if place else -1)
    ax.set(yticks=[], xlim=(-0.18, max(len(moments) - 1, 0.5)))
    ax.grid(visible=False)
    return ax
