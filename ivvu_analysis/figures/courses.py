"""Courses through time: lines with bands, slopes between moments, and flows between the levels of a scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ivvu_analysis.figures import theme
from ivvu_analysis.figures.theme import Format, Palette

LINES = ("-", "--", "-.", ":")


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
    """Draw lines with their bands, named at their ends, and what was observed before them as points.

    Parameters
    ----------
    data
        One row a point of a line: `x`, `y`, and `conf_low, conf_high` where it has a band. `x` is a number, or
        a label: then the points stand in the order of the labels.
    x, y, hue
        The columns.
    observed
        The same columns for what was counted.
    null, limits, fmt, x_fmt, palette, ax
        As in `dots`; `x_fmt` writes the numbers below.

    Examples
    --------
    >>> import pandas as pd
    >>> course = pd.DataFrame({"q": [0.0, 0.1], "estimate": [0.6, 0.55]})
    >>> lines(course, x="q", null=0.5)  # doctest: +ELLIPSIS
    <Axes: ...>
    """
    groups, _ = theme.levels_of(data[hue]) if hue else ([""], False)
    colours = theme.palette(groups, palette) if hue else {"": theme.ACCENT}
    at, ticks = _positions(data, observed, x)
    names = [str(group) for group in groups]
    ends = (
        max((theme.text_width(theme.folded(name, 18), theme.SMALL) for name in names), default=0)
        if hue
        else 0
    )
    ax = theme.canvas(ax, rows=3.1, labels=["100%"], bottom=0.5, right=0.3 + ends)
    ax.grid(axis="y")
    if null is not None:
        ax.axhline(null, color=theme.FAINT, linestyle="--", linewidth=1)
    last: list[tuple[float, float, str, str]] = []
    for number, group in enumerate(groups):
        mine = data[data[hue] == group] if hue else data
        places = [at[value] for value in mine[x]]
        if "conf_low" in mine and mine["conf_low"].notna().any():
            bounds = mine[["conf_low", "conf_high"]].astype(float)
            ax.fill_between(
                places, bounds["conf_low"], bounds["conf_high"], color=colours[group], alpha=0.14, linewidth=0
            )
        sns.lineplot(
            x=places,
            y=mine[y].astype(float).to_numpy(),
            color=colours[group],
            errorbar=None,
            ax=ax,
            linestyle=LINES[number % 4],
            legend=False,
        )
        if observed is not None:
            seen = observed[observed[hue] == group] if hue else observed
            sns.scatterplot(
                x=[at[value] for value in seen[x]],
                y=seen[y].astype(float).to_numpy(),
                color=colours[group],
                s=40,
                linewidth=0,
                ax=ax,
                legend=False,
            )
        if len(mine):
            last.append((places[-1], float(mine[y].iloc[-1]), str(group), colours[group]))
    if limits:
        ax.set_ylim(*limits)
    _name_ends(ax, last if hue else [])
    ax.yaxis.set_major_locator(MaxNLocator(6))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: fmt(value)))
    if ticks is not None:
        step = max(1, round(len(ticks) / 7))
        chosen = [*range(len(ticks) - 1, -1, -step)][::-1]
        ax.set_xticks([list(at.values())[i] for i in chosen], [str(ticks[i]) for i in chosen])
    elif x_fmt is not None:
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: x_fmt(value)))
    ax.set(xlabel="", ylabel="")
    return ax


def _positions(
    data: pd.DataFrame, observed: pd.DataFrame | None, x: str
) -> tuple[dict[Any, float], list[Any] | None]:
    """Return where each value stands, and the labels below the axis where values are not numbers."""
    if pd.api.types.is_numeric_dtype(data[x]):
        values = pd.concat([data[x], observed[x]]) if observed is not None else data[x]
        return {value: float(value) for value in values}, None
    known = theme.levels_of(observed[x])[0] if observed is not None else []
    labels = list(dict.fromkeys([*known, *theme.levels_of(data[x])[0]]))
    return {label: float(place) for place, label in enumerate(labels)}, labels


def _name_ends(ax: Axes, last: Sequence[tuple[float, float, str, str]]) -> None:
    """Name the lines at their ends, moved apart where they end close together."""
    low, high = ax.get_ylim()
    inches = ax.get_position().height * ax.figure.get_figheight()
    gap = (high - low) * 0.3 / inches
    before = -np.inf
    for x, y, name, colour in sorted(last, key=lambda end: end[1]):
        at = max(y, before + gap)
        before = at
        ax.annotate(
            theme.folded(name, 18),
            (x, at),
            (7, 0),
            textcoords="offset points",
            va="center",
            size=theme.SMALL,
            color=colour,
            annotation_clip=False,
        )


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
    """Draw how each group goes from moment to moment, with its number at each."""
    moments, groups = theme.levels_of(data[x])[0], theme.levels_of(data[hue])[0]
    colours = theme.palette(groups, palette)
    ends = max(theme.text_width(theme.folded(name, 24), theme.SMALL) for name in groups)
    ax = theme.canvas(ax, rows=3.2, labels=["100%"], bottom=0.6, right=0.4 + ends)
    last = []
    for group in groups:
        mine = data[data[hue] == group].set_index(x)[y].reindex(moments).astype(float)
        sns.lineplot(
            x=range(len(moments)),
            y=mine.to_numpy(),
            color=colours[group],
            marker="o",
            errorbar=None,
            markeredgewidth=0,
            ax=ax,
            legend=False,
        )
        for place, value in enumerate(mine):
            ax.annotate(
                fmt(value), (place, value), (0, 6), textcoords="offset points", ha="center", size=theme.SMALL
            )
        last.append((len(moments) - 1, float(mine.iloc[-1]), str(group), colours[group]))
    ax.set(xlabel="", ylabel="", yticks=[], ylim=(0, None), xlim=(-0.15, len(moments) - 0.85))
    ax.set_xticks(range(len(moments)), [theme.folded(moment, 22) for moment in moments])
    ax.spines[["left"]].set_visible(False)
    _name_ends(ax, [(x + 0.05, y, name, colour) for x, y, name, colour in last])
    return ax


def flows(
    data: pd.DataFrame,
    *,
    counts: pd.DataFrame,
    x: str = "wave",
    hue: str = "phase",
    y: str = "regions",
    fmt: Format = "{:.0f}".format,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the counts of each moment as a column and the flows between neighbours as bands.

    Parameters
    ----------
    data
        One row a flow: `from_wave, to_wave, from_phase, to_phase, estimate`, labels as in `counts`.
    counts
        One row a moment and level: the columns `x`, `hue` and `y`.
    x, hue, y, fmt, palette, ax
        As in `stacked`.
    """
    moments, levels = theme.levels_of(counts[x])[0], theme.levels_of(counts[hue])[0]
    colours = theme.palette(levels, palette, ordered=True)
    wide = (
        counts.pivot_table(index=x, columns=hue, values=y, aggfunc="sum", observed=False)
        .reindex(moments)[levels]
        .fillna(0)
    )
    new = ax is None
    ax = theme.canvas(ax, rows=3.6, bottom=0.4)
    thick = 0.16
    start = wide.cumsum(axis=1) - wide
    leaving, coming = start.copy(), start.copy()
    for row in data[data["estimate"] > 0].itertuples():
        from_, to = moments.index(row.from_wave), moments.index(row.to_wave)
        low, high = leaving.at[row.from_wave, row.from_phase], coming.at[row.to_wave, row.to_phase]
        leaving.at[row.from_wave, row.from_phase] += row.estimate
        coming.at[row.to_wave, row.to_phase] += row.estimate
        ax.add_patch(
            _band(from_ + thick / 2, to - thick / 2, low, high, row.estimate, colours[row.from_phase])
        )
    for place, moment in enumerate(moments):
        for level in levels:
            size = wide.at[moment, level]
            if size:
                corner = (place - thick / 2, start.at[moment, level])
                ax.add_patch(
                    Rectangle(
                        corner, thick, size, facecolor=colours[level], edgecolor=theme.PAPER, linewidth=0.8
                    )
                )
                ax.text(
                    place,
                    start.at[moment, level] + size / 2,
                    fmt(size),
                    ha="center",
                    va="center",
                    size=theme.SMALL,
                    color=theme.ink_on(colours[level]),
                )
    ax.set(xlim=(-0.2, len(moments) - 0.8), ylim=(0, wide.sum(axis=1).max() or 1), yticks=[])
    ax.set_xticks(range(len(moments)), [str(moment) for moment in moments])
    ax.spines[["left", "bottom"]].set_visible(False)
    if new:
        theme.legend(ax, {str(level): colours[level] for level in levels if wide[level].any()})
    return ax


def _band(left: float, right: float, low: float, high: float, size: float, colour: str) -> PathPatch:
    middle = (left + right) / 2
    corners = [
        (left, low),
        (middle, low),
        (middle, high),
        (right, high),
        (right, high + size),
        (middle, high + size),
        (middle, low + size),
        (left, low + size),
        (left, low),
    ]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return PathPatch(
        Path(np.array(corners), np.array(codes, dtype=np.uint8)), facecolor=colour, alpha=0.45, linewidth=0
    )
