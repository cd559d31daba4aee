"""Of patches, where seaborn has no mark: a heat map with its numbers, regions as tiles, and flows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Patch, Rectangle

from ivvu_analysis.figures import layout, theme
from ivvu_analysis.figures.theme import Format, Palette

CELL = 0.33  # inches, the height of a cell
TILE = 0.55  # inches, the height of a tile
TINY = 7.2  # points, of the names on tiles
SEQUENTIAL = "blend:#f2f7f1,#85c3c8,#2a6f9d,#10294f"
NOTABLE, FULL = 2.0, 4.0  # residuals from which a cell is marked, and its colour full
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
        The columns of the colour and of the text in the cells, by default the same.
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
    cells = data.astype({**kinds, value: float, annot or value: float})
    sizes, numbers = (cells.pivot(index=y, columns=x, values=name) for name in (value, annot or value))
    names = [*sizes.index]
    ax = layout.rows(ax, names, CELL)
    both = bool((data[value] < 0).any())
    most = FULL if both else float(np.nanmax(sizes.to_numpy(), initial=0)) or 1.0
    cmap = sns.color_palette(palette or (theme.DIVERGING if both else SEQUENTIAL), as_cmap=True)
    # seaborn's heatmap draws the whole figure once to see whether names fit, which takes twice the time.
    for (down, right), size in np.ndenumerate(sizes.to_numpy()):
        number = numbers.iloc[down, right]
        known = np.isfinite(size) and np.isfinite(number)
        shade = to_hex(cmap((size + most * both) / (most * (1 + both)))) if known else theme.PAPER
        mark = " ▲" if size > 0 else " ▼"
        text = fmt(number) + mark * int(both and abs(size) >= NOTABLE) if known else "–"
        ink, weight = theme.ink_on(shade) if known else theme.FAINT, "bold" if mark in text else "normal"
        _cell(ax, right, down, facecolor=shade, edgecolor=theme.PAPER, linewidth=1.2)
        layout.write(ax, right, down, text, color=ink, weight=weight)
    for row in () if outlined is None else data[outlined.to_numpy()].to_dict("records"):
        name = tuple(row[column] for column in across) if len(across) > 1 else row[x]
        place = [*sizes.columns].index(name), names.index(row[y])
        _cell(ax, *place, fill=False, edgecolor=theme.INK, linewidth=1.6, clip_on=False)
    ax.set(xlim=(-0.5, (sizes.shape[1] or 1) - 0.5), xticks=[])
    _heads(ax, sizes.columns)
    return ax


def _heads(ax: Axes, columns: pd.Index) -> None:
    """Write the names of columns above them, and the names of blocks of columns above those."""
    inch = layout.inches(ax)[0] / max(len(columns), 1)
    names = [layout.folded(str(name), inch - 0.06, theme.SMALL) for name in columns.get_level_values(-1)]
    tall = max((layout.height_of(name, theme.SMALL) for name in names), default=0)
    for place, name in enumerate(names):
        layout.write(ax, place, -0.5, name, lift=36 * layout.height_of(name, theme.SMALL) + 2)
    blocks = columns.get_level_values(0) if columns.nlevels > 1 else []
    for block, places in pd.Series(range(len(blocks))).groupby([*blocks], sort=False):
        layout.write(ax, places.mean(), -0.5, str(block), lift=72 * tall + 10, weight="bold")
        if places.iloc[0]:
            ax.axvline(places.iloc[0] - 0.5, color=theme.PAPER, linewidth=8)
    layout.above(ax, tall + 0.2 * bool(len(blocks)))


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
    for region in sorted(data.to_dict("records"), key=lambda region: region[label] in outlined):
        x, y, name = region["tile_col"], region["tile_row"], str(region[label])
        known, bold = pd.notna(region[value]), "bold" if region[label] in outlined else "normal"
        colour = colours[region[value]] if known else theme.UNKNOWN
        _cell(ax, x, y, 0.94, facecolor=colour, **theme.hatched(colour))
        for edge, width in ((theme.INK, 5), (theme.PAPER, 1.6)) if bold == "bold" else ():
            _cell(ax, x, y, 0.94, fill=False, edgecolor=edge, linewidth=width, clip_on=False)
        ink, level = theme.ink_on(colour), str(region[value]).split()[0] if known else "–"
        size = TINY if layout.folded(name, room, TINY, bold).count("\n") < 2 else 0.85 * TINY
        name = layout.folded(name, room, size, bold)
        inside: dict[str, Any] = {"color": ink, "in_layout": False}  # of its tile: nobody needs to measure it
        layout.write(ax, x, y, level, lift=9.5, size=theme.NORMAL + 1, weight="bold", **inside)
        layout.write(ax, x, y, name, lift=-7, size=size, weight=bold, **inside)
    found = data[value].value_counts()
    names = {level: f"{level} ({found.get(level, 0)})" for level in colours}
    layout.legend(
        ax, [Patch(facecolor=c, label=names[level], **theme.hatched(c)) for level, c in colours.items()]
    )
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
    moments, levels = theme.levels_of(counts["wave"]), theme.levels_of(counts["phase"])
    colours = theme.colours_of(counts, "phase", palette)
    sizes = counts.pivot_table(index="wave", columns="phase", values="regions", aggfunc="sum", observed=False)
    sizes = sizes.reindex(index=moments, columns=levels).fillna(0.0)
    unit = TALL / max(sizes.max().sum(), 1)  # inches for one
    lanes = (sizes.max() * unit).clip(lower=LANE)
    middles = (lanes + GAP).cumsum() - GAP - lanes / 2
    tall = max(float(lanes.sum() + GAP * (len(lanes) - 1)), LANE)
    names = [layout.folded(str(level), 1.5) for level in levels]
    right = max([0.06, *((layout.text_width(str(m), theme.SMALL, "bold") - BLOCK) / 2 for m in moments)])
    ax = layout.start(ax, tall, names, right)
    half = BLOCK / 2 * max(len(moments) - 1, 1) / (layout.inches(ax)[0] - BLOCK)
    low = middles - sizes * unit / 2
    _bands(ax, data, low, half, unit)
    for level, column in (sizes * unit).items():
        ax.bar(range(len(moments)), column, 2 * half, bottom=low[level], color=colours[level])
        for place, high in enumerate(column):
            inside = high > LEGIBLE
            ink = theme.ink_on(colours[level]) if inside else theme.INK if high else theme.FAINT
            style: dict[str, Any] = {"color": ink, "weight": "bold" if high else "normal"}
            lift = 0 if inside or not high else 36 * high + 6
            layout.write(ax, place, middles[level], f"{high / unit:.0f}", lift=lift, **style)
    for place, moment in enumerate(moments):
        layout.write(ax, place, tall, str(moment), lift=9, weight="bold")
    layout.name_rows(ax, [*middles], names)
    layout.above(ax, 0.2)
    ax.set(xlim=(-half, max(len(moments) - 1, 0) + half), ylim=(0, tall), xticks=[])
    return ax


def _bands(ax: Axes, data: pd.DataFrame, low: pd.DataFrame, half: float, unit: float) -> None:
    """Draw the moves, stacked at both ends from the lowest level to the highest, with their numbers."""
    moments, levels = [*low.index], [*low.columns]
    moves = data[data["estimate"] > 0].astype({"from_phase": object, "to_phase": object})
    moves = moves.sort_values(["from_phase", "to_phase"], key=lambda level: level.map(levels.index))
    for side in ("from", "to"):
        keys = [f"{side}_wave", f"{side}_phase"]
        before = moves.groupby(keys, observed=True)["estimate"].cumsum() - moves["estimate"]
        moves[side] = [low.at[wave, level] for wave, level in moves[keys].to_numpy()] + unit * before
    course = np.linspace(0, 1, 16)
    for move in moves.to_dict("records"):
        left, right = moments.index(move["from_wave"]) + half, moments.index(move["to_wave"]) - half
        lower = move["from"] + (move["to"] - move["from"]) * course**2 * (3 - 2 * course)
        high = unit * move["estimate"]
        step = int(np.sign(levels.index(move["to_phase"]) - levels.index(move["from_phase"])))
        edge = {"linewidth": 0.0} if move.get("identified", True) else UNSURE
        along = left + (right - left) * course
        ax.fill_between(along, lower, lower + high, facecolor=STEPS[step], alpha=0.38, **edge)
        if high > LEGIBLE:
            layout.write(ax, right, lower[-1] + high / 2, f"{move['estimate']:.0f}", ha="right", shift=-3)
