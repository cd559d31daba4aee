"""Flows between the levels of a ladder, from moment to moment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from ivvu_analysis.figures import layout, theme
from ivvu_analysis.figures.theme import Format, Palette

TALL, GAP = 3.4, 0.2  # inches of all bands together, and between two lanes
LANE, LEGIBLE = 0.3, 0.13  # the least height of a lane, and of what has its number inside
BLOCK = 0.42  # the width of a block
UNSURE: dict[str, Any] = {"edgecolor": theme.FAINT, "linestyle": "--", "linewidth": 0.8}
STEPS = {1: theme.ACCENT, 0: theme.MUTED, -1: theme.ALERT}  # up, unchanged, down


@theme.themed
def flows(
    data: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    x: str = "wave",
    hue: str = "phase",
    y: str = "regions",
    fmt: Format = "{:.0f}".format,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each level as a lane, the highest at the top, and the moves between moments as bands.

    Parameters
    ----------
    data
        One row a move: `from_wave, to_wave, from_phase, to_phase, estimate`, with labels as in `counts`. One
        that is not `identified` (a column of truth values, if there is one) has a dashed edge.
    counts
        One row a moment and level.
    x, hue, y
        The columns of `counts` with the moments, the levels and the numbers.
    fmt, palette, ax
        As in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> counts = pd.DataFrame({"wave": ["2019", "2020"], "phase": ["1", "2"], "regions": [34, 34]})
    >>> move = {"from_wave": "2019", "to_wave": "2020", "from_phase": "1", "to_phase": "2", "estimate": 34}
    >>> len(figures.flows(pd.DataFrame([move]), counts).patches)
    3
    """
    moments, levels = theme.levels_of(counts[x]), theme.levels_of(counts[hue])
    colours = theme.colours_of(counts, hue, palette)
    wide = counts.pivot_table(index=x, columns=hue, values=y, aggfunc="sum", observed=False)
    wide = wide.reindex(index=moments, columns=levels).fillna(0.0)
    unit = TALL / max(wide.max().sum(), 1)  # inches for one
    sizes, wide = wide, wide * unit
    lanes = wide.max().clip(lower=LANE)
    floors = (lanes + GAP).cumsum() - lanes - GAP
    tall = max(float(lanes.sum() + GAP * (len(lanes) - 1)), LANE)
    low = floors + (lanes - wide) / 2
    right = max((layout.text_width(str(moments[-1]), theme.SMALL, "bold") - BLOCK) / 2 if moments else 0, 0)
    ax = layout.start(ax, plot=tall, top=0.2, right=right + 0.06, named=True)
    labels, _ = layout.row_labels(levels, 1.5)
    half = BLOCK / 2 * (len(moments) - 1 or 1) / (layout.plot_width(ax, labels) - BLOCK)
    _bands(ax, data, low, half, unit, fmt)
    for place, moment in enumerate(moments):
        for level in levels:
            high, bottom = wide.loc[moment, level], low.loc[moment, level]
            inside, ink = high > LEGIBLE, theme.ink_on(colours[level])
            style: dict[str, Any] = (
                {"color": ink if inside else theme.INK, "weight": "bold"} if high else {"color": theme.FAINT}
            )
            if high:
                box: dict[str, Any] = {"facecolor": colours[level], "linewidth": 0}
                ax.add_patch(Rectangle((place - half, bottom), 2 * half, high, **box))
            lift = 0 if inside or not high else 36 * high + 6
            layout.write(ax, place, bottom + high / 2, fmt(sizes.loc[moment, level]), lift=lift, **style)
        layout.write(ax, place, tall, str(moment), lift=9, weight="bold")
    ax.set_yticks((floors + lanes / 2).to_numpy(), labels)
    ax.set(xlim=(-half, max(len(moments) - 1, 0) + half), ylim=(0, tall), xticks=[])
    ax.spines["bottom"].set_visible(False)
    return ax


def _bands(ax: Axes, data: pd.DataFrame, low: pd.DataFrame, half: float, unit: float, fmt: Format) -> None:
    """Draw the moves, stacked at both ends from the lowest level to the highest, with their numbers."""
    rank, place = ({name: i for i, name in enumerate(names)} for names in (low.columns, low.index))
    moves = data[data["estimate"] > 0].astype({"from_phase": object, "to_phase": object})
    moves = moves.sort_values(["from_phase", "to_phase"], key=lambda level: level.map(rank))
    leaves, enters = low.copy(), low.copy()
    for move in moves.to_dict("records"):
        tall, origin = move["estimate"] * unit, (move["from_wave"], move["from_phase"])
        target = (move["to_wave"], move["to_phase"])
        start, end = leaves.loc[origin], enters.loc[target]
        leaves.loc[origin] += tall
        enters.loc[target] += tall
        left, right = place[origin[0]] + half, place[target[0]] - half
        colour = STEPS[int(np.sign(rank[target[1]] - rank[origin[1]]))]
        edge = {"linewidth": 0.0} if move.get("identified", True) else UNSURE
        ax.add_patch(PathPatch(_band(left, right, start, end, tall), facecolor=colour, alpha=0.38, **edge))
        if tall > LEGIBLE:
            layout.write(ax, right, end + tall / 2, fmt(move["estimate"]), ha="right", shift=-3)


def _band(left: float, right: float, start: float, end: float, tall: float) -> Path:
    middle = (left + right) / 2
    lower = [(left, start), (middle, start), (middle, end), (right, end)]
    upper = [(px, py + tall) for px, py in reversed(lower)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return Path([*lower, *upper, lower[0]], codes)
