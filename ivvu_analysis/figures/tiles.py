"""Tables in colour: a heat map with its numbers, and a map of regions as tiles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ivvu_analysis.figures import theme
from ivvu_analysis.figures.theme import Palette

AWAY = "PuOr"  # purple below, orange above: readable without red and green


def heatmap(
    data: pd.DataFrame,
    *,
    y: str,
    x: str,
    value: str,
    annot: str | None = None,
    outlined: pd.Series | None = None,
    limit: float = 4.0,
    ax: Axes | None = None,
) -> Axes:
    """Draw a table whose colour shows how far each number lies from nought; seaborn's heatmap.

    Parameters
    ----------
    data
        One row a cell.
    y, x, value, annot
        The columns of the rows, the columns, the colour and the text of the cells.
    outlined
        Which rows of `data` are framed.
    limit
        The value at which the colour is full.
    ax
        Where to draw.
    """
    rows, columns = theme.levels_of(data[y])[0], theme.levels_of(data[x])[0]

    def table(name: str) -> pd.DataFrame:
        wide = data.pivot_table(index=y, columns=x, values=name, observed=False)
        return wide.reindex(index=rows, columns=columns).dropna(how="all").dropna(how="all", axis=1)

    colour = table(value)
    text = table(annot or value).reindex(index=colour.index, columns=colour.columns)
    labels = [theme.folded(row) for row in colour.index]
    ax = theme.canvas(ax, rows=0.36 * len(labels), labels=labels, top=0.65, bottom=0.08)
    numbers = text.map(lambda number: "" if pd.isna(number) else f"{number:.0f}").to_numpy()
    sns.heatmap(
        colour,
        annot=numbers,
        fmt="",
        cmap=AWAY + "_r",
        center=0,
        vmin=-limit,
        vmax=limit,
        cbar=False,
        linewidths=1.2,
        annot_kws={"size": theme.SMALL},
        ax=ax,
    )
    chosen = data[outlined.to_numpy()] if outlined is not None else data.iloc[:0]
    for row in chosen.to_dict("records"):
        corner = (list(colour.columns).index(row[x]), list(colour.index).index(row[y]))
        ax.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=theme.INK, linewidth=1.6, clip_on=False))
    ax.set(xlabel="", ylabel="")
    ax.xaxis.tick_top()
    ax.set_yticks(np.arange(len(labels)) + 0.5, labels, rotation=0)
    ax.set_xticks(
        np.arange(colour.shape[1]) + 0.5, [theme.folded(name, 12) for name in colour.columns], rotation=0
    )
    ax.tick_params(length=0)
    return ax


def tile_map(
    data: pd.DataFrame,
    *,
    value: str,
    label: str,
    row: str = "tile_row",
    column: str = "tile_col",
    marked: Any = None,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one tile a region, placed roughly where it lies, its colour the level that it stands on.

    Parameters
    ----------
    data
        One row a region.
    value, label
        The columns of the level (an ordered categorical, or numbers) and of the name.
    row, column
        The columns of the place.
    marked
        The name, or names, to outline.
    palette, ax
        As in seaborn.
    """
    levels, _ = theme.levels_of(data[value])
    if not isinstance(data[value].dtype, pd.CategoricalDtype):
        levels = sorted(level for level in levels if pd.notna(level))
    colours = theme.palette(levels, palette, ordered=True)
    down, across = data[row].astype(int), data[column].astype(int)
    shape = (down.max() - down.min() + 1, across.max() - across.min() + 1)
    new = ax is None
    side = (theme.WIDTH - 0.3) / shape[1]
    ax = theme.canvas(ax, rows=min(side * 0.72, 0.75) * shape[0], labels=[""], bottom=0.08)
    names = {marked} if isinstance(marked, str) else set(marked or ())
    for one in data.to_dict("records"):
        at = (one[column] - across.min(), one[row] - down.min())
        known = one[value] in colours
        colour = colours[one[value]] if known else theme.PAPER
        outline = one[label] in names
        ax.add_patch(
            Rectangle(
                (at[0] + 0.03, at[1] + 0.03),
                0.94,
                0.94,
                facecolor=colour,
                edgecolor=theme.ALERT if outline else theme.RULE,
                linewidth=3 if outline else 0.8,
            )
        )
        ink = theme.ink_on(colour)
        ax.text(
            at[0] + 0.5,
            at[1] + 0.3,
            str(one[value]).split(" ")[0] if known else "–",
            ha="center",
            va="center",
            weight="bold",
            color=ink,
        )
        ax.text(
            at[0] + 0.5,
            at[1] + 0.68,
            theme.folded(one[label], 13),
            ha="center",
            va="center",
            size=6.3,
            color=ink,
            linespacing=0.95,
        )
    ax.set(xlim=(0, shape[1]), ylim=(shape[0], 0), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    if new:
        theme.legend(ax, {str(level): colours[level] for level in levels})
    return ax
