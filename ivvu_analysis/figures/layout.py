"""Where things stand: room around a plot is measured from the text that is written there, in one place."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar, cast

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator

from ivvu_analysis.figures import theme
from ivvu_analysis.figures.theme import Format

WIDTH = 5.0  # inches; a page scales it to its own width, and it is to be read on a phone
EDGE = 0.04  # of white around everything
BELOW, AROUND = 0.4, 2.0  # inches of a new figure below its plot, and below and above it
LINE = 1.25  # height of a line of text against its size
LABELS = 1.85  # the most that labels of rows may take before they are folded
# A word, or part of it up to a hyphen, with the blanks after it.
PIECE = re.compile(r"\S+?(?:-(?=\w)|(?=\s|$))\s*")
TENTHS = re.compile(r"[.,]0(?=\D*$)")  # of a whole number
Drawn = TypeVar("Drawn", Axes, Figure)


@cache
def text_width(text: str, size: float = theme.NORMAL, weight: str = "normal") -> float:
    """Return the width of the longest line of a text in inches."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    lines = filter(None, text.split("\n"))
    widths = (text_to_path.get_text_width_height_descent(line, font, False)[0] for line in lines)
    return max(widths, default=0.0) / 72


@cache
def folded(text: str, room: float, size: float = theme.NORMAL, weight: str = "normal") -> str:
    """Return a text in lines that fit into a width in inches; words break at hyphens only."""
    lines = [""]
    for piece in PIECE.findall(text):
        if lines[-1] and text_width((lines[-1] + piece).rstrip(), size, weight) > room:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def height_of(text: str, size: float = theme.NORMAL) -> float:
    """Return the height of a text in inches."""
    return (text.count("\n") + 1) * size * LINE / 72 if text else 0.0


def start(ax: Axes | Figure | None, plot: float, names: Sequence[str] = (), right: float = 0.1) -> Axes:
    """Return the Axes to draw on: the one that was given, or one of its own in a figure of our width.

    Parameters
    ----------
    ax
        Where to draw, if it is given; a Figure gets another Axes.
    plot, right
        The height of the plot and the room at its right, in inches.
    names
        What is written at its left.
    """
    if isinstance(ax, Axes):
        return ax
    figure = ax or plt.figure(figsize=(WIDTH, plot + AROUND))
    left = EDGE + (text_width("\n".join(names)) + 0.1 if names else 0)
    tall = figure.get_figheight()
    box = (left / WIDTH, BELOW / tall, 1 - (left + right) / WIDTH, plot / tall)
    made = figure.add_axes(box)
    made.title.set_wrap(True)
    return made


def rows(ax: Axes | Figure | None, names: Sequence[Any], pitch: float, right: float = 0.1) -> Axes:
    """Return an Axes with a row for each name, from 0 at the top, at least `pitch` inches apart."""
    labels = [folded(str(name), LABELS) for name in names]
    pitch = max([pitch, *(height_of(label) + 0.07 for label in labels)])
    ax = start(ax, pitch * max(len(labels), 1), labels, right)
    name_rows(ax, range(len(labels)), labels)
    ax.set_ylim(max(len(labels), 1) - 0.5, -0.5)
    return ax


def name_rows(ax: Axes, places: Sequence[float], labels: Sequence[str]) -> None:
    """Write names left of a plot, from the left edge of the figure on."""
    ax.set_yticks(places, labels, ha="left")
    ax.tick_params(axis="y", pad=72 * (text_width("\n".join(labels)) + 0.1))
    ax.spines["bottom"].set_visible(False)


def inches(ax: Axes) -> np.ndarray:
    """Return the width and the height of a plot in inches."""
    box, figure = ax.get_window_extent(), ax.get_figure(root=True)
    return np.array([box.width, box.height]) / (figure.dpi if figure else 1)


def around(ax: Axes) -> tuple[float, float]:
    """Return where what stands above a plot begins, in parts of the plot, and the room for it in inches.

    That is the whole width of a figure of ours; in a grid of somebody else's it is the width of the plot.
    """
    if ax.get_subplotspec() is not None:
        return 0.0, float(inches(ax)[0])
    box = ax.get_position()
    return (EDGE / WIDTH - box.x0) / box.width, WIDTH - 2 * EDGE


def top_of(ax: Axes) -> float:
    """Return where what stands above a plot ends, in parts of its height."""
    box = ax.get_position()
    kept = [cast(Any, strip.get_axes_locator())(strip, None).y1 for strip in ax.child_axes]
    return (max(kept) - box.y0) / box.height if kept else 1 + 0.03 / float(inches(ax)[1])


def above(ax: Axes, height: float) -> tuple[float, float]:
    """Keep some inches above a plot free from its title; return where they begin, in parts of the plot."""
    low = top_of(ax)
    # A title keeps clear of an Axes above its own, also of one that is never drawn, if it has no ticks.
    ax.inset_axes((0, low, 1, height / inches(ax)[1]), visible=False, xticks=[], yticks=[])
    return around(ax)[0], low


def legend(ax: Axes, handles: Sequence[Any] = (), title: str = "") -> None:
    """Name the colours above a plot, if they have names, in as many columns as have room there."""
    handles = handles or ax.get_legend_handles_labels()[0]
    if not handles:
        return
    widths = [0.35 + text_width(str(handle.get_label()), theme.SMALL) for handle in handles]
    wide = [sum(map(max, np.array_split(widths, n))) for n in range(1, len(widths) + 1)]
    columns = max((n for n, width in enumerate(wide, 1) if width <= around(ax)[1]), default=1)
    lines = -(-len(widths) // columns) + (1.3 if title else 0)
    corner = above(ax, lines * 1.4 * theme.SMALL / 72 + 0.04)
    look: dict[str, Any] = {"title_fontproperties": {"weight": "bold"}, "alignment": "left"}
    ax.legend(handles=handles, ncols=columns, title=title, loc="lower left", bbox_to_anchor=corner, **look)


def heads(ax: Axes, places: Iterable[float], names: Sequence[str], **style: Any) -> None:
    """Write names above a plot, each above its place."""
    measured = text_width if style.get("rotation") else height_of
    tall = [measured(name, theme.SMALL) for name in names]
    low = above(ax, max(tall, default=0.0) + 0.04)[1]
    for place, name, high in zip(places, names, tall, strict=True):
        write(ax, place, low, name, lift=36 * high, xycoords=ax.get_xaxis_transform(), **style)


def write(
    ax: Axes, x: float, y: float, text: str, *, shift: float = 0, lift: float = 0, **style: Any
) -> None:
    """Write a text at a place in units of the plot, moved by points to the right and up.

    Each line is a text of its own: so it is centred in whatever typeface the reader has.
    """
    style = {"ha": "center", "va": "center", "size": theme.SMALL, **style}
    aside: dict[str, Any] = {"textcoords": "offset points", "annotation_clip": False}
    lines = text.split("\n")
    for number, line in enumerate(lines):
        up = lift + ((len(lines) - 1) / 2 - number) * style["size"] * 1.12
        ax.annotate(line, (x, y), (shift, up), **aside, **style)


def tick_numbers(side: Axis, fmt: Format) -> None:
    """Write the numbers at an axis as `fmt` does, as many as it can tell apart."""
    for number in (6, 5, 4, 3, 2):
        locator = MaxNLocator(number, steps=[1, 2, 5, 10])
        texts = [fmt(tick) for tick in locator.tick_values(*sorted(side.get_view_interval()))]
        if len(set(texts)) == len(texts):
            break
    whole = all(TENTHS.search(text) for text in texts)
    side.set_major_locator(locator)
    side.set_major_formatter(lambda value, _: TENTHS.sub("", fmt(value)) if whole else fmt(value))


def headline(ax: Drawn, title: str, subtitle: str = "") -> Drawn:
    """Write a title that states the finding, and below it the unit and the moment, at the left edge.

    Parameters
    ----------
    ax
        The Axes, or the Figure of small multiples.
    title, subtitle
        What they say; long ones are folded.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> shares = pd.DataFrame({"wave": ["2019", "2020"], "estimate": [0.47, 0.56]})
    >>> ax = figures.stacked(shares, y="wave")
    >>> figures.headline(ax, "Scalability rose from 47% to 56%", "Share of the projects").get_title("left")
    'Scalability rose from 47% to 56%'
    """
    if not isinstance(ax, Axes | Figure):
        raise ValueError("A headline stands above an Axes, or the Figure of small multiples.")
    first = ax.axes[0] if isinstance(ax, Figure) else ax
    left, room = around(first)
    if subtitle:
        small = folded(subtitle, room)
        place = above(first, height_of(small) + 0.06)
        first.text(
            *place, small, color=theme.FAINT, size=theme.NORMAL, va="bottom", transform=first.transAxes
        )
    # Where it stands is known here, so that no drawing has to look for it.
    bold: dict[str, Any] = {"size": 11.5, "weight": "bold"}
    at: dict[str, Any] = {"loc": "left", "x": left, "y": top_of(first), "pad": 3}
    first.set_title(folded(title, room, **bold), color=theme.INK, **at, **bold)
    return ax
