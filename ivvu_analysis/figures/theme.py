"""The theme: colours, one typeface, and margins that are set from the text instead of by a layout engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from textwrap import wrap
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

INK, FAINT, RULE, PAPER = "#1f2328", "#57606a", "#d0d7de", "#ffffff"
ACCENT, ALERT, UNKNOWN, MUTED = "#1f5f8b", "#b35806", "#c9d1d9", "#b7c0c9"
# Neighbours differ in lightness as well as in hue, so that they can be told apart in print.
UNORDERED = ("#1f5f8b", "#e08214", "#1b7f79", "#a6cee3", "#762a83", "#b8b8b8", "#8c510a", "#b8e186")

WIDTH = 7.2  # inches; a page scales it, a phone scrolls it
SMALL, NORMAL = 8.5, 9.5  # points
LABEL_CHARACTERS = 34  # the most in a line of a row's label

RC: Mapping[str, Any] = {
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "Verdana"],  # the widest that a reader may have: no label overflows
    "font.size": NORMAL,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": SMALL,
    "axes.labelcolor": FAINT,
    "axes.edgecolor": RULE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "text.color": INK,
    "xtick.color": FAINT,
    "xtick.labelsize": SMALL,
    "ytick.color": INK,
    "ytick.labelsize": NORMAL,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "grid.color": "#e6e9ed",
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "figure.facecolor": PAPER,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "ivvu",
    "hatch.linewidth": 0.6,
    "lines.linewidth": 1.8,
}

Palette = str | Sequence[Any] | Mapping[Any, Any] | None
Format = Callable[[float], str]


def percent(value: float) -> str:
    """Return a share as a whole percentage."""
    return "" if pd.isna(value) else f"{100 * value:.0f}%"


def ramp(number: int) -> list[str]:
    """Return colours from light to dark for an ordered scale, each with black or white ink that can be read."""
    stops = ["#e3eef5", "#a9cce3", "#5f9fca", "#1f5f8b", "#0b2f4a"]
    colours = sns.blend_palette(stops, max(number, 2)).as_hex()
    return [stops[2]] if number == 1 else list(colours)


def palette(levels: Sequence[Any], given: Palette = None, *, ordered: bool = False) -> dict[Any, str]:
    """Return a colour for each level.

    Parameters
    ----------
    levels
        In the order to draw.
    given
        As seaborn takes it: a name, a list, or a mapping; by default a ramp for ordered levels and distinct
        colours for others.
    ordered
        Whether the levels are a scale.

    Examples
    --------
    >>> palette(["no", "yes"], {"no": "tab:red", "yes": "tab:green"})
    {'no': '#d62728', 'yes': '#2ca02c'}
    """
    levels = list(levels)
    if isinstance(given, Mapping):
        return {level: to_hex(given.get(level, MUTED)) for level in levels}
    if given is not None:
        colours: Sequence[Any] = sns.color_palette(given, len(levels))
    else:
        colours = (
            ramp(len(levels)) if ordered else [UNORDERED[i % len(UNORDERED)] for i in range(len(levels))]
        )
    return {level: to_hex(colour) for level, colour in zip(levels, colours, strict=True)}


def levels_of(column: pd.Series) -> tuple[list[Any], bool]:
    """Return the levels of a column in the order to draw, and whether they are a scale."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.cat.categories), bool(column.cat.ordered)
    return list(column.drop_duplicates()), False


def ink_on(colour: str) -> str:
    """Return black or white, whichever has the higher contrast on a colour."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = float(np.dot(channels, (0.2126, 0.7152, 0.0722)))
    return INK if (luminance + 0.05) / 0.06 > 1.05 / (luminance + 0.05) else PAPER


@cache
def text_width(text: str, size: float = NORMAL) -> float:
    """Return the width of a text in inches, of its widest line."""
    font = FontProperties(family="DejaVu Sans", size=size)
    lines = text.split("\n")
    return max(text_to_path.get_text_width_height_descent(line, font, False)[0] / 72 for line in lines)


def folded(text: Any, characters: int = LABEL_CHARACTERS) -> str:
    """Return a label over as many lines as it needs."""
    return "\n".join(wrap(str(text), characters)) or " "


def canvas(
    ax: Axes | None,
    *,
    rows: float,
    labels: Sequence[str] = (),
    top: float = 0.15,
    bottom: float = 0.35,
    right: float = 0.15,
) -> Axes:
    """Return the Axes to draw on: the one that was given, or a new one with room for its labels.

    Parameters
    ----------
    ax
        The Axes of a caller who lays the figure out.
    rows
        The height of the plot itself, in inches.
    labels
        What stands left of the plot.
    top, bottom, right
        Margins in inches.
    """
    if ax is not None:
        return ax
    left = 0.12 + max((text_width(label) for label in labels), default=0.3)
    height = top + rows + bottom
    with mpl.rc_context(dict(RC)):
        figure = plt.figure(figsize=(WIDTH, height))  # so that a notebook shows it below its cell
        place = (left / WIDTH, bottom / height, 1 - (left + right) / WIDTH, rows / height)
        return figure.add_axes(place)


def legend(ax: Axes, entries: Mapping[str, str], *, hatched: Sequence[str] = (), shift: float = 0.0) -> None:
    """Write a legend above the plot, its entries in as many lines as they need; the figure grows to hold it."""
    figure = ax.figure
    width = figure.get_figwidth()
    x, line, line_height = 0.08, 0, 0.21
    places = []
    for label, colour in entries.items():
        needed = 0.22 + text_width(str(label), SMALL) + 0.15
        if x + needed > width and x > 0.1:
            x, line = 0.08, line + 1
        places.append((label, colour, x, line))
        x += needed
    grow(figure, top=(line + 1) * line_height + 0.05 + shift)
    height = figure.get_figheight()
    with mpl.rc_context(dict(RC)):
        for label, colour, at, row in places:
            y = height - 0.14 - row * line_height
            box = mpl.patches.Rectangle(
                (at / width, (y - 0.055) / height),
                0.13 / width,
                0.11 / height,
                transform=figure.transFigure,
                facecolor=colour,
                edgecolor=PAPER if label in hatched else colour,
                hatch="////" if label in hatched else None,
            )
            figure.add_artist(box)
            figure.text((at + 0.19) / width, y / height, label, size=SMALL, va="center", color=INK)


def grow(figure: Any, *, top: float = 0.0, bottom: float = 0.0) -> None:
    """Make a figure higher, all that is on it keeping its size."""
    before = figure.get_figheight()
    after = before + top + bottom
    figure.set_figheight(after)
    for ax in figure.axes:
        place = ax.get_position()
        ax.set_position(
            [place.x0, (place.y0 * before + bottom) / after, place.width, place.height * before / after]
        )
    for text in figure.texts:
        text.set_y((text.get_position()[1] * before + bottom) / after)
    for box in figure.artists + figure.patches:
        if isinstance(box, mpl.patches.Rectangle):
            box.set_y((box.get_y() * before + bottom) / after)
            box.set_height(box.get_height() * before / after)


def headline(ax: Axes, title: str, subtitle: str = "") -> Axes:
    """Write a title that states the finding, and below it the unit and the moment, left-aligned.

    Examples
    --------
    >>> from ivvu_analysis import figures
    >>> ax = figures.headline(ax, "Scalable rose from 47% to 56%", "share of rated projects")  # doctest: +SKIP
    """
    figure, width = ax.figure, ax.figure.get_figwidth()
    characters = int((width - 0.2) / 0.098)
    lines = folded(title, characters).count("\n") + 1
    grow(figure, top=lines * 0.2 + (0.2 if subtitle else 0) + 0.1)
    height = figure.get_figheight()
    with mpl.rc_context(dict(RC)):
        figure.text(
            0.08 / width, 1 - 0.08 / height, folded(title, characters), size=11, weight="bold", va="top"
        )
        if subtitle:
            y = 1 - (0.1 + lines * 0.2) / height
            figure.text(0.08 / width, y, subtitle, size=SMALL, color=FAINT, va="top")
    return ax


def plain_rows(ax: Axes, labels: Sequence[str]) -> None:
    """Name the rows of a plot from top to bottom, and take away what a table of rows has no use for."""
    ax.set_yticks(range(len(labels)), [folded(label) for label in labels])
    ax.set_ylim(max(len(labels), 1) - 0.5, -0.5)
    ax.set(xlabel="", ylabel="")
    ax.spines[["left"]].set_visible(False)
