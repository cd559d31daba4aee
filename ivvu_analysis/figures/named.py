"""Named points: units in a funnel, and points of two kinds in a plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from ivvu_analysis.figures import layout, theme
from ivvu_analysis.figures.points import ENDS, MARKERS, marks, tick_numbers
from ivvu_analysis.figures.theme import Format, Palette


@theme.themed
def funnel(
    data: pd.DataFrame,
    *,
    limits: pd.DataFrame,
    label: str,
    x: str = "n",
    y: str = "share",
    fmt: Format = theme.percent,
    level_fmt: Format = lambda level: f"{100 * level:g}%",
    ax: Axes | None = None,
) -> Axes:
    """Draw units by size and share between the limits of chance; those outside by name, others where it fits.

    Parameters
    ----------
    data
        One row a unit; those of size nought are left out.
    limits
        The curves: `n, level, conf_low, conf_high, estimate`, where `estimate` is what all have together.
    label, x, y
        The columns of the name, the size and the share.
    fmt, level_fmt, ax
        As in `dots`; `level_fmt` writes the levels at the ends of the curves.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> units = pd.DataFrame({"region": ["a", "b"], "n": [5, 9], "share": [0.4, 0.9]})
    >>> curves = {"n": [1, 9], "level": 0.95, "conf_low": [0, 0.2], "conf_high": [1, 0.8], "estimate": 0.5}
    >>> ax = figures.funnel(units, limits=pd.DataFrame(curves), label="region")
    >>> [text.get_text() for text in ax.texts if text.get_text() in "ab"]
    ['b', 'a']
    """
    ax = layout.start(ax, plot=3.3, right=0.5)
    ax.grid(axis="y")
    known = data[(data[x] > 0) & data[y].notna()]
    outside = np.zeros(len(known), dtype=bool)
    for number, (level, curve) in enumerate(limits.sort_values("n").groupby("level")):
        low, high = (np.interp(known[x].astype(float), curve["n"], curve[end]) for end in ENDS)
        outside |= number == 0 and np.asarray((known[y] < low - 1e-9) | (known[y] > high + 1e-9))
        for end in ENDS:
            sns.lineplot(x=curve["n"], y=curve[end], color=theme.FAINT, linewidth=1, ax=ax, errorbar=None)
            ax.lines[-1].set_linestyle("--" if number else "-")
        right, top = curve[["n", "conf_high"]].iloc[-1]
        style: dict[str, Any] = {"ha": "left", "shift": 4, "lift": 5 * number, "color": theme.FAINT}
        layout.write(ax, right, top, level_fmt(float(level)), **style)
    target = float(limits["estimate"].iloc[0]) if len(limits) else None
    if target is not None:
        ax.axhline(target, color=theme.INK, linewidth=1)
    sns.scatterplot(known, x=x, y=y, s=36, linewidth=0, color=theme.ACCENT, ax=ax, legend=False, zorder=3)
    ax.set(xlabel="n", ylabel="", xlim=(0, None), ylim=(-0.03, 1.03))
    tick_numbers(ax, "y", fmt)
    order = np.argsort(~outside, kind="stable")
    places, names = known[[x, y]].to_numpy(dtype=float)[order], known[label].astype(str).to_numpy()[order]
    _name_points(ax, places, names, [theme.INK] * len(known), must=outside.sum(), avoid=(None, target))
    return ax


@theme.themed
def scatter(
    data: pd.DataFrame,
    *,
    x: str,
    y: str,
    label: str,
    hue: str | None = None,
    faint: Sequence[bool] | pd.Series | None = None,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw named points around the origin, with one unit on both axes and no name over another.

    Parameters
    ----------
    data
        One row a point.
    x, y, label, hue
        The columns of the place, the name and the kind of point.
    faint
        Which points are represented poorly: their marks are hollow and their names grey.
    palette, ax
        As in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> points = pd.DataFrame({"name": ["a", "b"], "axis_1": [0.2, -0.4], "axis_2": [0.1, 0.3]})
    >>> figures.scatter(points, x="axis_1", y="axis_2", label="name").get_xlabel()
    ''
    """
    groups = theme.levels_of(data[hue]) if hue else [""]
    colours = theme.colours_of(data, hue, palette, distinct=True)
    xs, ys = data[x].to_numpy(dtype=float), data[y].to_numpy(dtype=float)
    sides = [(min(v.min(initial=0), -0.05), max(v.max(initial=0), 0.05)) for v in (xs, ys)]
    (left, right), (low, high) = ((a - 0.1 * (b - a), b + 0.1 * (b - a)) for a, b in sides)
    wide = layout.WIDTH - 0.2
    tall = min(max(wide * (high - low) / (right - left), 2.5), 4.6)
    spare = max(wide * (high - low) / tall - (right - left), 0) / 2
    grown = max(tall * (right - left) / wide - (high - low), 0) / 2
    ax = layout.start(ax, plot=tall)
    ax.set(xlim=(left - spare, right + spare), ylim=(low - grown, high + grown), xticks=[], yticks=[])
    ax.axhline(0, color=theme.MUTED, linewidth=1)
    ax.axvline(0, color=theme.MUTED, linewidth=1)
    pale = np.zeros(len(data), dtype=bool) if faint is None else np.asarray(faint, dtype=bool)
    kinds = data[hue].astype(object).tolist() if hue else [""] * len(data)
    for marker, group in zip(MARKERS, groups, strict=False):
        for hollow in (False, True):
            mine = (np.array(kinds, dtype=object) == group) & (pale == hollow)
            fill = theme.PAPER if hollow else colours[group]
            ax.scatter(
                xs[mine],
                ys[mine],
                36,
                fill,
                marker=marker,
                edgecolors=colours[group],
                linewidths=1.3,
                zorder=3,
            )
    ax.spines["bottom"].set_visible(False)
    inks = [
        theme.FAINT if dim else theme.ink_like(colours[kind]) for kind, dim in zip(kinds, pale, strict=True)
    ]
    _name_points(
        ax, np.column_stack([xs, ys]), data[label].astype(str).to_numpy(), inks, must=len(data), avoid=(0, 0)
    )
    if hue:
        layout.legend(ax, colours, marks(colours.values(), ""))
    return ax


def _name_points(
    ax: Axes,
    places: np.ndarray,
    names: Sequence[str],
    inks: Sequence[str],
    *,
    must: int,
    avoid: tuple[float | None, float | None],
) -> None:
    """Write names beside their points, each where it covers nothing; after the first `must` only if it can.

    `avoid` is where an upright and a level line cross the plot.
    """
    room = layout.room_of(ax)
    size = np.array(
        [layout.plot_width(ax, ["100%"] * bool(len(ax.get_yticks()))), room.plot if room else 3.0]
    )
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    scale = size / (right - left, high - low)  # inches for one
    at = (places.reshape(-1, 2) - (left, low)) * scale
    taken = [(px - 0.05, py - 0.05, px + 0.05, py + 0.05) for px, py in at]
    if avoid[0] is not None:
        taken.append(((avoid[0] - left) * scale[0] - 0.01, 0, (avoid[0] - left) * scale[0] + 0.01, size[1]))
    if avoid[1] is not None:
        taken.append((0, (avoid[1] - low) * scale[1] - 0.01, size[0], (avoid[1] - low) * scale[1] + 0.01))
    written: list[tuple[float, ...]] = []
    for number, (name, (px, py)) in enumerate(zip(names, at, strict=True)):
        wide, tall = layout.text_width(name, theme.SMALL), 0.15
        spots = [(0.08, 0.0), (-0.08 - wide, 0.0)]
        lifts = (0.13, -0.13, 0.26, -0.26, 0.4, -0.4)
        spots += [(dx, dy) for dy in lifts for dx in (-wide / 2, 0.04, -0.04 - wide)]
        near = spots if number < must else spots[:8]  # a name far from its point is no help
        boxes = [(px + dx, py + dy - tall / 2, px + dx + wide, py + dy + tall / 2) for dx, dy in near]
        boxes = [b for b in boxes if min(b[:2]) >= 0 and b[2] <= size[0] and b[3] <= size[1]] or boxes
        clashes = [_clash(box, taken) + 9 * _clash(box, written) for box in boxes]  # points, names
        if min(clashes) and number >= must:
            continue
        box = boxes[int(np.argmin(clashes))]
        written.append(box)
        side, end = ("left", box[0]) if box[0] > px else ("right", box[2]) if box[2] < px else ("center", px)
        away: dict[str, Any] = {"shift": 72 * (end - px), "lift": 72 * ((box[1] + box[3]) / 2 - py)}
        x, y = places[number]
        layout.write(ax, x, y, name, ha=side, color=inks[number], **away)


def _clash(box: tuple[float, ...], others: Sequence[tuple[float, ...]]) -> int:
    """Return how many of the others a box covers; a box is its left, lowest, right and highest end."""
    left, low, right, high = box
    return sum(left < o[2] and o[0] < right and low < o[3] and o[1] < high for o in others)
