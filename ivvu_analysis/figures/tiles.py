"""Cells in colour: a heat map with its numbers, and a map of regions as tiles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from ivvu_analysis.figures import layout, theme
from ivvu_analysis.figures.theme import Format, Palette

CELL = 0.33  # inches, the height of a cell
TINY = 7.2  # points, of the names on tiles
SEQUENTIAL = "blend:#f2f7f1,#85c3c8,#2a6f9d,#10294f"
NOTABLE = 2.0  # a residual from which a cell is marked


@theme.themed
def heatmap(
    data: pd.DataFrame,
    *,
    y: str,
    x: str | Sequence[str],
    value: str = "estimate",
    annot: str | None = None,
    outlined: pd.Series | None = None,
    limit: float = 4.0,
    fmt: Format = "{:.0f}".format,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a table in colour: by size, or to both sides of nought where there are numbers below it.

    Parameters
    ----------
    data
        One row a cell; a cell that is not there shows a dash, a row or column without any is left out.
    y, x
        The columns of the rows and of the columns; two for `x` give blocks of columns, the first above.
    value, annot
        The columns of the colour and of the text in the cells, by default the same.
    outlined
        Which rows of `data` are framed.
    limit
        The value at which the colour is full, if there are numbers on both sides of nought.
    fmt
        Turns a number into the text in its cell.
    palette
        The name of a colour map.
    ax
        As in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> cells = pd.DataFrame({"theme": ["a", "b"], "holder": "x", "residual": [-3, 1], "projects": [2, 9]})
    >>> ax = figures.heatmap(cells, y="theme", x="holder", value="residual", annot="projects")
    >>> [text.get_text() for text in ax.texts]
    ['2 ▼', '9', 'x']
    """
    across = [x] if isinstance(x, str) else list(x)
    order = pd.MultiIndex.from_product([theme.levels_of(data[name]) for name in across])
    columns = order if len(across) > 1 else order.get_level_values(0)

    def table(name: str) -> pd.DataFrame:
        wide = data.pivot_table(index=y, columns=across, values=name, observed=False)
        return wide.reindex(index=theme.levels_of(data[y]), columns=columns).astype(float)

    colour = table(value).dropna(how="all").dropna(how="all", axis=1)
    numbers = table(annot or value).reindex_like(colour)
    both = bool((data[value] < 0).any())
    most = limit if both else float(np.nanmax(colour.to_numpy(), initial=0)) or 1.0
    cmap = sns.color_palette(palette or (theme.DIVERGING if both else SEQUENTIAL), as_cmap=True)
    shades = cmap(np.clip((colour.to_numpy() + most * both) / (most * (1 + both)), 0, 1))
    labels, tallest = layout.row_labels(list(colour.index))
    ax = layout.start(ax, plot=max(CELL, tallest + 0.05) * max(len(labels), 1), named=True)
    # seaborn's heatmap draws the whole figure once to see whether names fit, which takes twice the time.
    for (down, right), size in np.ndenumerate(colour.to_numpy()):
        number = numbers.iloc[down, right]
        known = np.isfinite(size) and np.isfinite(number)
        shade = to_hex(shades[down, right]) if known else theme.PAPER
        mark = "" if not both or not known or abs(size) < NOTABLE else " ▲" if size > 0 else " ▼"
        style: dict[str, Any] = {
            "color": theme.ink_on(shade) if known else theme.FAINT,
            "weight": "bold" if mark else "normal",
        }
        ax.add_patch(Rectangle((right, down), 1, 1, facecolor=shade, edgecolor=theme.PAPER, linewidth=1.2))
        layout.write(ax, right + 0.5, down + 0.5, fmt(number) + mark if known else "–", **style)
    for row in () if outlined is None else data[outlined.to_numpy()].to_dict("records"):
        name = row[across[0]] if len(across) == 1 else tuple(row[column] for column in across)
        corner = (list(colour.columns).index(name), list(colour.index).index(row[y]))
        ax.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=theme.INK, linewidth=1.6, clip_on=False))
    _heads(ax, colour.columns, labels)
    ax.set(xlim=(0, colour.shape[1] or 1), ylim=(len(labels) or 1, 0), xticks=[])
    ax.set_yticks(np.arange(len(labels)) + 0.5, labels)
    ax.spines["bottom"].set_visible(False)
    return ax


def _heads(ax: Axes, columns: pd.Index, labels: list[str]) -> None:
    """Write the names of columns above them, and the names of blocks of columns above those."""
    inch = layout.plot_width(ax, labels) / max(len(columns), 1)
    names = [layout.folded(str(name), inch - 0.06, theme.SMALL) for name in columns.get_level_values(-1)]
    tall = max((layout.height_of(name, theme.SMALL) for name in names), default=0)
    for place, name in enumerate(names):
        layout.write(ax, place + 0.5, 0, name, lift=36 * layout.height_of(name, theme.SMALL) + 2)
    if columns.nlevels > 1:
        blocks = columns.get_level_values(0)
        for block in blocks.unique():
            found = np.flatnonzero(blocks == block)
            layout.write(ax, found.mean() + 0.5, 0, str(block), lift=72 * tall + 10, weight="bold")
            ax.axvline(found[-1] + 1, color=theme.PAPER, linewidth=8 if found[-1] + 1 < len(columns) else 0)
    if room := layout.room_of(ax):
        room.top = tall + 0.06 + (0.2 if columns.nlevels > 1 else 0)


@theme.themed
def tile_map(
    data: pd.DataFrame,
    *,
    value: str,
    label: str,
    row: str = "tile_row",
    column: str = "tile_col",
    marked: str | Collection[str] | None = None,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one tile a region, placed so that the country is recognised, in the colour of its level.

    Parameters
    ----------
    data
        One row a region. A region without a level is hatched.
    value, label
        The columns of the level, an ordered categorical or numbers, and of the name. The first word of a
        level, such as its number, stands on the tile.
    row, column
        The columns of the place.
    marked
        The name, or names, to outline.
    palette, ax
        As in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> regions = {"name": ["Zeeland", "Twente"], "phase": [1, 2], "tile_row": 1, "tile_col": [1, 2]}
    >>> ax = figures.tile_map(pd.DataFrame(regions), value="phase", label="name", marked="Twente")
    >>> [text.get_text() for text in ax.texts]
    ['1', 'Zeeland', '2', 'Twente']
    """
    if not isinstance(data[value].dtype, pd.CategoricalDtype):
        data = data.assign(**{value: pd.Categorical(data[value], ordered=True)})
    colours = theme.colours_of(data, value, palette)
    left, top = data[column].min(), data[row].min()
    across, down = data[column].max() - left + 1, data[row].max() - top + 1
    side = (layout.WIDTH - 0.14) / across
    ax = layout.start(ax, plot=float(0.55 * down), top=0.08)
    outlined = {marked} if isinstance(marked, str) else set(marked or ())
    records = sorted(data.to_dict("records"), key=lambda region: region[label] in outlined)
    for region in records:
        corner, known = (region[column] - left + 0.03, region[row] - top + 0.03), pd.notna(region[value])
        colour = colours[region[value]] if known else theme.UNKNOWN
        ax.add_patch(Rectangle(corner, 0.94, 0.94, facecolor=colour, **theme.hatched(colour)))
        bold = "bold" if region[label] in outlined else "normal"
        if region[label] in outlined:
            for edge, width in ((theme.INK, 5), (theme.PAPER, 1.6)):
                ax.add_patch(Rectangle(corner, 0.94, 0.94, fill=False, edgecolor=edge, linewidth=width))
        ink, middle = theme.ink_on(colour), corner[0] + 0.47
        text = layout.folded(str(region[label]), side - 0.08, TINY, bold)
        level = str(region[value]).split()[0] if known else "–"
        layout.write(ax, middle, corner[1] + 0.24, level, size=theme.NORMAL + 1, weight="bold", color=ink)
        layout.write(ax, middle, corner[1] + 0.65, text, size=TINY, weight=bold, color=ink)
    ax.set(xlim=(0, across), ylim=(down, 0), xticks=[], yticks=[])
    ax.spines["bottom"].set_visible(False)
    found = data[value].value_counts()
    layout.legend(ax, {f"{level} ({found.get(level, 0)})": colour for level, colour in colours.items()})
    return ax
