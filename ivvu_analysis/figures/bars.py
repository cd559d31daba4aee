"""Bars: parts of a whole, one bar a row; counts with one that is marked; the same for several ladders."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ivvu_analysis.figures import theme
from ivvu_analysis.figures.theme import Format, Palette

PITCH, THICK = 0.42, 0.74  # inches from bar to bar, and how much of that a bar fills


def stacked(
    data: pd.DataFrame,
    *,
    y: str,
    hue: str,
    x: str = "estimate",
    fmt: Format = theme.percent,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw parts of a whole, one bar a row, with the parts named above and numbers on them.

    Parameters
    ----------
    data
        One row a bar and part.
    y, hue, x
        The columns of the bars, of the parts, and of their sizes.
    fmt
        Turns a size into the text on it.
    palette
        As in seaborn; by default a ramp, because parts are levels of a scale. A part in `theme.UNKNOWN` is
        hatched.
    ax
        Where to draw; by default on a figure of its own.

    Examples
    --------
    >>> import pandas as pd
    >>> shares = pd.DataFrame({"wave": ["2020"] * 2, "level": ["no", "yes"], "estimate": [0.4, 0.6]})
    >>> stacked(shares, y="wave", hue="level", palette=["lightgrey", "teal"])  # doctest: +ELLIPSIS
    <Axes: ...>
    """
    rows, _ = theme.levels_of(data[y])
    parts, _ = theme.levels_of(data[hue])
    sizes = data.pivot_table(index=y, columns=hue, values=x, aggfunc="sum", observed=False, sort=False)
    sizes = sizes.reindex(index=rows, columns=parts).fillna(0.0)
    shown = [part for part in parts if sizes[part].any()]
    colours = theme.palette(parts, palette, ordered=True)
    new = ax is None
    ax = theme.canvas(ax, rows=PITCH * len(rows), labels=[theme.folded(row) for row in rows], bottom=0.1)
    left = pd.Series(0.0, index=rows)
    total = sizes.sum(axis=1).max() or 1.0
    room = ax.get_position().width * ax.figure.get_figwidth() / total
    for part in shown:
        unknown = colours[part] == theme.UNKNOWN
        bars = ax.barh(
            range(len(rows)),
            sizes[part],
            left=left,
            height=THICK,
            color=colours[part],
            label=str(part),
            edgecolor=theme.PAPER,
            linewidth=0.8,
            hatch="////" if unknown else None,
        )
        texts = [
            fmt(size) if size * room > theme.text_width(fmt(size), theme.SMALL) + 0.05 else ""
            for size in sizes[part]
        ]
        ink = theme.INK if unknown else theme.ink_on(colours[part])
        back = (
            {"boxstyle": "square,pad=0.1", "facecolor": colours[part], "edgecolor": "none"}
            if unknown
            else None
        )
        for bar, text in zip(bars, texts, strict=True):
            if text:
                at = (bar.get_x() + bar.get_width() / 2, bar.get_y() + bar.get_height() / 2)
                ax.text(*at, text, ha="center", va="center", size=theme.SMALL, color=ink, bbox=back)
        left += sizes[part]
    for place, row in enumerate(rows):
        if not sizes.loc[row].any():
            ax.text(0, place, " –", va="center", color=theme.FAINT)
    theme.plain_rows(ax, [str(row) for row in rows])
    ax.set_xlim(0, total)
    ax.set_xticks([])
    ax.spines[["bottom"]].set_visible(False)
    if new:
        hatched = [str(part) for part in shown if colours[part] == theme.UNKNOWN]
        theme.legend(ax, {str(part): colours[part] for part in shown}, hatched=hatched)
    return ax


def bars(
    data: pd.DataFrame,
    *,
    y: str,
    x: str = "estimate",
    marked: Any = None,
    fmt: Format = theme.percent,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one bar a row from zero, with its number at the end; `marked` is the row that stands out.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"phase": ["1", "2"], "regions": [3, 31]})
    >>> bars(counts, y="phase", x="regions", marked="2", fmt="{:.0f}".format)  # doctest: +ELLIPSIS
    <Axes: ...>
    """
    rows, _ = theme.levels_of(data[y])
    plain = theme.ACCENT if marked is None else theme.MUTED
    colours = theme.palette(rows, palette) if palette else dict.fromkeys(rows, plain)
    if marked is not None:
        colours[marked] = theme.ACCENT
    labels = [theme.folded(row) for row in rows]
    ax = theme.canvas(ax, rows=0.33 * len(rows), labels=labels, bottom=0.1, right=0.5)
    sns.barplot(
        data,
        y=y,
        x=x,
        order=rows,
        hue=y,
        hue_order=rows,
        palette=colours,
        saturation=1,
        errorbar=None,
        dodge=False,
        legend=False,
        ax=ax,
    )
    values = data.groupby(y, observed=False)[x].sum().reindex(rows).fillna(0)
    for place, value in enumerate(values):
        ax.annotate(
            fmt(value), (value, place), (4, 0), textcoords="offset points", va="center", size=theme.SMALL
        )
    theme.plain_rows(ax, [str(row) for row in rows])
    if marked in rows:
        ax.get_yticklabels()[rows.index(marked)].set_weight("bold")
    ax.set_xlim(0, values.max() or 1)
    ax.set_xticks([])
    ax.spines[["bottom"]].set_visible(False)
    return ax


def multiples(
    data: pd.DataFrame,
    *,
    panel: str,
    y: str,
    hue: str,
    x: str = "estimate",
    fmt: Format = theme.percent,
    palette: Palette = None,
) -> Figure:
    """Draw stacked bars for each panel, one below the other, each with its own parts.

    Parameters
    ----------
    data
        One row a panel, bar and part; a part that a panel does not have is left out of its legend.
    panel, y, hue, x, fmt, palette
        See `stacked`.
    """
    names, _ = theme.levels_of(data[panel])
    rows, _ = theme.levels_of(data[y])
    left = 0.12 + max(theme.text_width(theme.folded(row)) for row in rows)
    pitch, head = PITCH * len(rows), 0.62
    height = len(names) * (pitch + head) + 0.1
    figure = plt.figure(figsize=(theme.WIDTH, height))
    with mpl.rc_context(dict(theme.RC)):
        for number, name in enumerate(names):
            top = height - number * (pitch + head)
            place = (
                left / theme.WIDTH,
                (top - head - pitch) / height,
                1 - (left + 0.15) / theme.WIDTH,
                pitch / height,
            )
            ax = figure.add_axes(place)
            chosen = data[data[panel] == name]
            present = [part for part in theme.levels_of(data[hue])[0] if (chosen[hue] == part).any()]
            chosen = chosen.assign(**{hue: pd.Categorical(chosen[hue].astype(object), present, ordered=True)})
            stacked(chosen, y=y, hue=hue, x=x, fmt=fmt, palette=palette, ax=ax)
            figure.text(0.08 / theme.WIDTH, (top - 0.12) / height, str(name), weight="bold", va="center")
            _keys(ax, present, theme.palette(present, palette, ordered=True), (top - 0.4) / height)
    return figure


def _keys(ax: Axes, parts: list[Any], colours: dict[Any, str], y: float) -> None:
    """Name the parts of one panel in a line above it, the text smaller where the line is full."""
    figure = ax.figure
    width = figure.get_figwidth()
    needed = sum(0.34 + theme.text_width(str(part), theme.SMALL) for part in parts)
    size = theme.SMALL * min(1.0, (width - 0.1) / needed)
    x = 0.08
    for part in parts:
        box = (x / width, y - 0.05 / figure.get_figheight())
        square = mpl.patches.Rectangle(
            box,
            0.11 / width,
            0.1 / figure.get_figheight(),
            transform=figure.transFigure,
            facecolor=colours[part],
            edgecolor=theme.RULE,
            linewidth=0.5,
        )
        figure.add_artist(square)
        figure.text((x + 0.16) / width, y, str(part), size=size, va="center")
        x += 0.16 + theme.text_width(str(part), size) + 0.16
