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

NAMES = 1.35  # inches that the names of lines may take
End = tuple[float, float, str, str]  # where a line ends, its name and its colour


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
    at, labels = _positions(seen[x], data[x])
    names = {group: _named_end(data, hue, group, y, fmt) for group in groups}
    right = 0.14 + max((layout.text_width(name, theme.SMALL, "bold") for name in names.values()), default=0)
    ax = layout.start(ax, plot=2.7, top=0.12, right=right)
    ax.grid(axis="y")
    if null is not None:
        ax.axhline(null, color=theme.FAINT, linestyle="--", linewidth=1)
    common = hue is not None and hue not in seen
    ends: list[End] = []
    for number, group in enumerate(groups):
        ahead, behind = _of(data, hue, group), _of(seen, hue, group)
        colour, marker = colours[group], MARKERS[number % len(MARKERS)]
        course = pd.concat([behind.tail(1), ahead]) if len(behind) else ahead
        if {*ENDS} <= {*course} and len(ahead):
            low, high = (course[end].fillna(course[y]).astype(float) for end in ENDS)
            ax.fill_between([at[v] for v in course[x]], low, high, color=colour, alpha=0.15, linewidth=0)
        dash = "--" if len(seen) else "-"
        _line(ax, [at[v] for v in course[x]], course[y], colour, linestyle=dash)
        if len(behind) and not common:
            _line(ax, [at[v] for v in behind[x]], behind[y], colour, marker=marker)
        if len(course):
            ends.append((at[course[x].iloc[-1]], float(course[y].iloc[-1]), names[group], colour))
    if len(seen) and common:
        _line(ax, [at[v] for v in seen[x]], seen[y], theme.INK, marker="o")
    if limits:
        ax.set_ylim(*limits)
    ax.set(xlabel="", ylabel="")
    tick_numbers(ax, "y", fmt)
    _below(ax, at, labels, x_fmt)
    name_ends(ax, ends)
    return ax


def _positions(seen: pd.Series, ahead: pd.Series) -> tuple[dict[Any, float], bool]:
    """Return where each value stands, and whether the values are labels."""
    levels = list(dict.fromkeys([*theme.levels_of(seen), *theme.levels_of(ahead)]))
    if pd.api.types.is_numeric_dtype(ahead):
        return {level: float(level) for level in levels}, False
    if all(re.fullmatch(r"\d{4}-\d{2}", str(level)) for level in levels):
        return {level: 12.0 * int(level[:4]) + int(level[5:]) for level in sorted(map(str, levels))}, True
    return {level: float(place) for place, level in enumerate(levels)}, True


def _of(data: pd.DataFrame, hue: str | None, group: Any) -> pd.DataFrame:
    return data[data[hue] == group] if hue and hue in data else data


def _named_end(data: pd.DataFrame, hue: str | None, group: Any, y: str, fmt: Format) -> str:
    mine = _of(data, hue, group)
    value = fmt(float(mine[y].iloc[-1])) if len(mine) else ""
    return "\n".join(filter(None, [layout.folded(str(group), NAMES, theme.SMALL, "bold"), value]))


def _line(ax: Axes, xs: Sequence[float], ys: pd.Series, colour: str, **look: Any) -> None:
    """Draw one line, with seaborn."""
    style = {"errorbar": None, "legend": False, "estimator": None, "markeredgewidth": 0, "markersize": 6.5}
    sns.lineplot(x=xs, y=ys.to_numpy(dtype=float), color=colour, ax=ax, **style, **look)


def _below(ax: Axes, at: dict[Any, float], labels: bool, x_fmt: Format | None) -> None:
    """Write below the axis what stands there, as far as there is room: the last first."""
    if not labels or not at:
        if x_fmt and at:
            tick_numbers(ax, "x", x_fmt)
        return
    texts = {place: (x_fmt or str)(level) for level, place in at.items()}
    span = (max(texts) - min(texts)) or 1.0
    inch = span / layout.plot_width(ax, ["100%"])
    chosen: list[float] = []
    for place in sorted(texts, reverse=True):
        width = layout.text_width(texts[place], theme.SMALL) + 0.1
        if not chosen or chosen[-1] - place >= width * inch:
            chosen.append(place)
    ax.set_xticks(chosen[::-1], [texts[place] for place in chosen[::-1]])


def name_ends(ax: Axes, ends: Sequence[End], side: int = 1) -> None:
    """Name lines at their ends, above (`side` 0) or before them (-1), moved apart where they are close."""
    room = layout.room_of(ax)
    low, high = ax.get_ylim()
    inch = (high - low) / (room.plot if room else 2.7)
    order = sorted(ends, key=lambda end: end[1])
    tall = [layout.height_of(name, theme.SMALL) * inch + 0.02 * inch for _, _, name, _ in order]
    places = np.array([y for _, y, _, _ in order])
    for _ in range(60):  # push neighbours apart, each half of the way
        for i in range(len(places) - 1):
            lack = (tall[i] + tall[i + 1]) / 2 - (places[i + 1] - places[i])
            if lack > 1e-9:
                places[i : i + 2] += np.array([-0.5, 0.5]) * lack
        if len(places):
            places[-1] = min(places[-1], high + 0.1 * inch - tall[-1] / 2)
            places[0] = max(places[0], low - 0.1 * inch + tall[0] / 2)
    for (x, y, name, colour), place in zip(order, places, strict=True):
        lift = 72 * (place - y) / inch + (0 if side else 8)
        style = {
            "ha": {1: "left", 0: "center", -1: "right"}[side],
            "color": theme.ink_like(colour),
            "weight": "bold",
        }
        layout.write(ax, x, y, name, shift=7 * side, lift=lift, **style)


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
        The columns of the moments, the groups and the numbers.
    fmt, palette, ax
        As in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> forms = pd.DataFrame({"year": ["2024", "2040"], "form": "at home", "estimate": [0.43, 0.68]})
    >>> ax = figures.slope(forms, x="year", hue="form")
    >>> [text.get_text() for text in ax.texts]
    ['43%', 'at home 68%']
    """
    moments, groups = theme.levels_of(data[x]), theme.levels_of(data[hue])
    colours = theme.colours_of(data, hue, palette, distinct=True)
    wide = data.pivot_table(index=hue, columns=x, values=y, observed=False).reindex(groups, columns=moments)
    names = [
        layout.folded(f"{group} {fmt(wide.loc[group, moments[-1]])}", 1.7, theme.SMALL, "bold")
        for group in groups
    ]
    right = 0.16 + max((layout.text_width(name, theme.SMALL, "bold") for name in names), default=0)
    ax = layout.start(ax, plot=2.6, top=0.12, right=right)
    ax.set(ylim=(0, 1.05 * max(wide.max(), default=1)), xlim=(-0.18, max(len(moments) - 1, 0.5)))
    for number, group in enumerate(groups):
        look = {"marker": MARKERS[number % len(MARKERS)], "clip_on": False}
        _line(ax, range(len(moments)), wide.loc[group], colours[group], **look)
    for place, moment in enumerate(moments[:-1]):
        known = wide[moment].dropna()
        ends = [(place, size, fmt(size), colours[group]) for group, size in known.items()]
        name_ends(ax, ends, side=0 if place else -1)
    if moments:
        last = zip(wide[moments[-1]], names, colours.values(), strict=True)
        ends = [(len(moments) - 1, size, name, colour) for size, name, colour in last if pd.notna(size)]
        name_ends(ax, ends)
    ax.set(xlabel="", ylabel="", yticks=[])
    ax.set_xticks(range(len(moments)), [layout.folded(str(moment), 1.6, theme.SMALL) for moment in moments])
    return ax
