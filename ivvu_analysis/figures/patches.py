"""Of patches, where seaborn has no mark: a heat map with its numbers, regions as tiles, and flows."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Patch, Rectangle

from ivvu_analysis.figures import layout, theme
from ivvu_analysis.figures.contrast import hatched, ink_on
from ivvu_analysis.figures.theme import Format, Palette

CELL = 0.33  # inches, the height of a cell
TILE = 0.55  # inches, the height of a tile
TINY = 7.2  # points, of the names on tiles
SEQUENTIAL = "blend:#f2f7f1,#85c3c8,#2a6f9d,#10294f"
NOTABLE, FULL = 2.0, 4.0  # residuals from which a cell is marked, and its colour full: the same in any table
TALL, GAP = 3.4, 0.2  # inches of all flows together, and between two lanes
LANE, LEGIBLE = 0.3, 0.13  # the least height of a lane, and of what has its number inside
BLOCK = 0.42  # the width of a block between flows
UNSURE: dict[str, Any] = {"edgecolor": theme.FAINT, "linestyle": "--", "linewidth": 0.8}
STEPS = {1: theme.ACCENT, 0: theme.MUTED, -1: theme.ALERT}  # up, unchanged, down


@theme.themed
def heatmap(
    data: pd.DataFrame,
    *,
    y: str,
    x: str | Sequence[str],
    value: str = "estimate",
    annot: str | None = None,
    outlined: pd.Series | None = None,
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
        The columns of the colour and of the text in the cells, by default the same. Colours on both sides of
        nought beside other numbers are those of residuals: their scale is fixed, and notable ones are marked.
    outlined
        Which rows of `data` are framed.
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
    across = [x] if isinstance(x, str) else [*x]
    kinds = {name: pd.CategoricalDtype(theme.levels_of(data[name]), ordered=True) for name in (y, *across)}
    theme.named(data, *kinds)
    cells = data.assign(framed=0.0 if outlined is None else outlined.to_numpy(float)).astype(kinds)
    columns = (value, annot or value, "framed")
    sizes, numbers, framed = (cells.pivot(index=y, columns=x, values=name).astype(float) for name in columns)
    ax = layout.rows(ax, sizes.index, CELL)
    both = bool((data[value] < 0).any())
    residual = both and columns[1] != value
    most = FULL if residual else float(np.nanmax(sizes.abs().to_numpy(), initial=0)) or 1.0
    cmap = sns.color_palette(palette or (theme.DIVERGING if both else SEQUENTIAL), as_cmap=True)
    edges = [np.arange(number + 1) - 0.5 for number in sizes.shape[::-1]]
    # seaborn's heatmap draws the whole figure once to see whether names fit, which takes twice the time.
    shades = ax.pcolormesh(*edges, sizes, cmap=cmap, vmin=-most * both, vmax=most)
    shades.set(edgecolor=theme.PAPER, linewidth=1.2)
    for (down, right), size in np.ndenumerate(sizes.to_numpy()):
        number = numbers.iloc[down, right]
        known, shade = np.isfinite(size + number), to_hex(cast(Any, shades.to_rgba(size)))
        mark = (" ▲" if size > 0 else " ▼") if residual and abs(size) >= NOTABLE else ""
        ink, weight = ink_on(shade) if known else theme.FAINT, "bold" if mark else "normal"
        text = fmt(number) + mark if known else "–"
        layout.write(ax, right, down, text, color=ink, weight=weight)
        if framed.iloc[down, right] == 1:
            _cell(ax, right, down, fill=False, edgecolor=theme.INK, linewidth=1.6, clip_on=False)
    ax.set(xlim=(-0.5, (sizes.shape[1] or 1) - 0.5), xticks=[])
    inch, places = layout.inches(ax)[0] / max(sizes.shape[1], 1), pd.Series(range(sizes.shape[1]))
    names = [str(name) for name in sizes.columns.get_level_values(-1)]
    lines = [layout.folded(name, inch - 0.06, theme.SMALL) for name in names]
    widths = [layout.text_width(name, theme.SMALL) for name in lines]
    if all((one + next_one) / 2 < inch for one, next_one in pairwise(widths)):
        layout.heads(ax, places, lines)
    else:  # a long word would run into its neighbour
        layout.heads(ax, places, names, rotation=90)
    if len(across) > 1:
        blocks = places.groupby(sizes.columns.get_level_values(0).astype(str), sort=False)
        layout.heads(ax, blocks.mean(), [*blocks.groups], weight="bold")
        for first in blocks.first()[1:]:
            ax.axvline(first - 0.5, color=theme.PAPER, linewidth=8)
    return ax


def _cell(ax: Axes, across: float, down: float, size: float = 1.0, **look: Any) -> None:
    """Draw a square around a place."""
    # The limits are known, and an artist does not ask for them again each time.
    ax.add_artist(Rectangle((across - size / 2, down - size / 2), size, size, **look))


@theme.themed
def tile_map(
    data: pd.DataFrame,
    *,
    value: str,
    label: str,
    marked: str | Collection[str] | None = None,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one tile a region, placed so that the country is recognised, in the colour of its level.

    Parameters
    ----------
    data
        One row a region, placed by `tile_row` and `tile_col`. A region without a level is hatched.
    value, label
        The columns of the level, an ordered categorical, and of the name. The first word of a level, such as
        its number, stands on the tile.
    marked
        The name, or names, to outline.
    palette, ax
        As in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> regions = {"name": ["Zeeland", "Twente"], "phase": ["1", "2"], "tile_row": 1, "tile_col": [1, 2]}
    >>> ax = figures.tile_map(pd.DataFrame(regions), value="phase", label="name", marked="Twente")
    >>> [text.get_text() for text in ax.texts]
    ['1', 'Zeeland', '2', 'Twente']
    """
    colours = theme.colours_of(data, value, palette)
    across, down = data["tile_col"], data["tile_row"]
    ax = layout.start(ax, TILE * (down.max() - down.min() + 1))
    ax.set(xlim=(across.min() - 0.5, across.max() + 0.5), ylim=(down.max() + 0.5, down.min() - 0.5))
    ax.set(xticks=[], yticks=[])
    ax.spines["bottom"].set_visible(False)
    room = layout.inches(ax)[0] / (across.max() - across.min() + 1) - 0.1
    outlined = {marked} if isinstance(marked, str) else set(marked or ())
    for region in data.to_dict("records"):
        x, y, name, level = (region[column] for column in ("tile_col", "tile_row", label, value))
        bold, colour = "bold" if name in outlined else "normal", colours.get(level, theme.UNKNOWN)
        _cell(ax, x, y, 0.94, facecolor=colour, **hatched(colour))
        for edge, width in ((theme.INK, 5), (theme.PAPER, 1.6)) if name in outlined else ():
            _cell(ax, x, y, 0.94, fill=False, edgecolor=edge, linewidth=width, clip_on=False, zorder=2)
        size = TINY if layout.folded(str(name), room, TINY, bold).count("\n") < 2 else 0.85 * TINY
        # Of its tile: nobody needs to measure it.
        inside: dict[str, Any] = {"color": ink_on(colour), "in_layout": False}
        number = str(level).split()[0] if pd.notna(level) else "–"
        layout.write(ax, x, y, number, lift=9.5, size=theme.NORMAL + 1, weight="bold", **inside)
        name = layout.folded(str(name), room, size, bold)
        layout.write(ax, x, y, name, lift=-7, size=size, weight=bold, **inside)
    found = data[value].value_counts()
    named = {f"{level} ({found.get(level, 0)})": colour for level, colour in colours.items()}
    layout.legend(ax, [Patch(facecolor=c, label=name, **hatched(c)) for name, c in named.items()])
    return ax


@theme.themed
def flows(
    data: pd.DataFrame, counts: pd.DataFrame, *, palette: Palette = None, ax: Axes | None = None
) -> Axes:
    """Draw each level as a lane, the highest at the top, and the moves between moments as bands.

    Parameters
    ----------
    data
        One row a move: `from_wave, to_wave, from_phase, to_phase, estimate`, with labels as in `counts`. One
        that is not `identified` (a column of truth values, if there is one) has a dashed edge.
    counts
        One row a moment and level: `wave, phase, regions`.
    palette, ax
        As in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> counts = pd.DataFrame({"wave": ["2019", "2020"], "phase": ["1", "2"], "regions": [34, 34]})
    >>> move = {"from_wave": "2019", "to_wave": "2020", "from_phase": "1", "to_phase": "2", "estimate": 34}
    >>> len(figures.flows(pd.DataFrame([move]), counts).collections)
    1
    """
    colours = theme.colours_of(counts, "phase", palette)
    sizes = theme.wide(counts, "wave", "phase", "regions")
    moments = [*map(str, sizes.index)]
    unit = TALL / max(sizes.max().sum(), 1)  # inches for one
    lanes = (sizes.max() * unit).clip(lower=LANE)
    middles = (lanes + GAP).cumsum() - GAP - lanes / 2
    tall = max(float(lanes.sum() + GAP * (len(lanes) - 1)), LANE)
    names = [layout.folded(str(level), 1.5) for level in sizes]
    right = max(0.06, (layout.text_width("\n".join(moments), theme.SMALL, "bold") - BLOCK) / 2)
    ax = layout.start(ax, tall, names, right)
    half = BLOCK / 2 * max(len(moments) - 1, 1) / (layout.inches(ax)[0] - BLOCK)
    low = middles - sizes * unit / 2
    _bands(ax, data, low, half, unit)
    for level, column in (sizes * unit).items():
        ax.bar(range(len(moments)), column, 2 * half, bottom=low[level], color=colours[level])
        for place, high in enumerate(column):
            inside = high > LEGIBLE
            ink = ink_on(colours[level]) if inside else theme.INK if high else theme.FAINT
            style: dict[str, Any] = {"color": ink, "weight": "bold" if high else "normal"}
            lift = 0 if inside or not high else 36 * high + 6
            layout.write(ax, place, middles[level], f"{high / unit:.0f}", lift=lift, **style)
    layout.heads(ax, range(len(moments)), moments, weight="bold")
    layout.name_rows(ax, [*middles], names)
    ax.set(xlim=(-half, max(len(moments) - 1, 0) + half), ylim=(0, tall), xticks=[])
    return ax


def _bands(ax: Axes, data: pd.DataFrame, low: pd.DataFrame, half: float, unit: float) -> None:
    """Draw the moves, stacked at both ends from the lowest level to the highest, with their numbers."""
    moments, levels = [*low.index], [*low.columns]
    moves = data[data["estimate"] > 0].astype({"from_phase": object, "to_phase": object})
    moves = moves.sort_values(["from_phase", "to_phase"], key=lambda level: level.map(levels.index))
    left = {(moment, level): low.at[moment, level] for moment in moments for level in levels}
    right, course = {**left}, np.linspace(0, 1, 16)
    for move in moves.to_dict("records"):
        start, end = ((move[f"{side}_wave"], move[f"{side}_phase"]) for side in ("from", "to"))
        lower = left[start] + (right[end] - left[start]) * course**2 * (3 - 2 * course)
        high = unit * move["estimate"]
        left[start], right[end] = left[start] + high, right[end] + high
        step = int(np.sign(levels.index(end[1]) - levels.index(start[1])))
        edge = {"linewidth": 0.0, "edgecolor": "none"} if move.get("identified", True) else UNSURE
        ends = moments.index(start[0]) + half, moments.index(end[0]) - half
        along = np.linspace(*ends, len(course))
        ax.fill_between(along, lower, lower + high, facecolor=STEPS[step], alpha=0.38, **edge)
        if high > LEGIBLE:
            layout.write(ax, ends[1], lower[-1] + high / 2, f"{move['estimate']:.0f}", ha="right", shift=-3)
