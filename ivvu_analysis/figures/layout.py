"""Where things stand: room around a plot is measured from the text that is written there, in one place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import LayoutEngine
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from ivvu_analysis.figures import theme

WIDTH = 5.7  # inches; a page scales it to its own width, and it is to be read on a phone
EDGE = 0.04  # of white around everything
LINE = 1.25  # height of a line of text against its size
# A word, or part of it up to a hyphen, with the blanks after it.
PIECE = re.compile(r"\S+?(?:-(?=\w)|(?=\s|$))\s*")
LABELS = 1.85  # the most that labels of rows may take before they are folded
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
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.append("")
        for piece in PIECE.findall(paragraph):
            if lines[-1] and text_width((lines[-1] + piece).rstrip(), size, weight) > room:
                lines.append("")
            lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def height_of(text: str, size: float = theme.NORMAL) -> float:
    """Return the height of a text in inches."""
    return (text.count("\n") + 1) * size * LINE / 72 if text else 0.0


def row_labels(names: Sequence[Any], room: float = LABELS) -> tuple[list[str], float]:
    """Return names folded to stand left of rows, and the height of the tallest in inches."""
    labels = [folded(str(name), room) for name in names]
    return labels, max(map(height_of, labels), default=0.0)


@dataclass
class Room:
    """What an Axes needs, in inches: a plot, room above and right of it; and whether rows have names."""

    plot: float
    top: float
    right: float
    named: bool
    legend: float = 0.0
    subtitle: Text | None = None


class Margins(LayoutEngine):
    """Sets the margins of a column of plots from their texts, each time that the figure is drawn.

    So a title or a label that somebody adds finds its place; matplotlib's own engines need as much time as
    the drawing. A figure whose height is set by hand keeps it, the plots then take what the texts leave.
    """

    _adjust_compatible = False
    _colorbar_gridspec = False

    def __init__(self) -> None:
        super().__init__()
        self.rooms: dict[Axes, Room] = {}
        self.subtitle: Text | None = None  # below the title of the whole figure
        self.height: float | None = None

    def execute(self, fig: Figure) -> None:
        """Place every plot below the one before."""
        width, rooms = fig.get_figwidth(), {ax: room for ax, room in self.rooms.items() if ax in fig.axes}
        left = max(map(_left, rooms), default=0.0)
        title = [text for text in fig.texts if text.get_text() and text.get_text() == fig.get_suptitle()]
        above = title + ([self.subtitle] if self.subtitle else [])
        head = sum(_fold(text, width) for text in above)
        tops = {ax: _above(ax, room, width) for ax, room in rooms.items()}
        bottoms = {ax: _below(ax) for ax in rooms}
        texts = head + sum(tops.values()) + sum(bottoms.values()) + 2 * EDGE
        plots = sum(room.plot for room in rooms.values())
        given = fig.get_figheight() - texts
        stretch = 1.0 if self.height in (None, fig.get_figheight()) else max(given, 0.3 * plots) / plots
        self.height = texts + stretch * plots
        fig.set_figheight(self.height)
        at = self.height - EDGE
        for text in above:
            text.set(x=EDGE / width, y=at / self.height, ha="left", va="top")
            at -= _fold(text, width)
        for ax, room in rooms.items():
            plot = stretch * room.plot
            box = (left, at - tops[ax] - plot, max(width - left - room.right, 0.5), plot)
            ax.set_position((box[0] / width, box[1] / self.height, box[2] / width, box[3] / self.height))
            _place(ax, room, box, tops[ax])
            at -= tops[ax] + plot + bottoms[ax]


def _left(ax: Axes) -> float:
    """Return the room left of a plot."""
    labels = [label for label in ax.get_yticklabels() if label.get_text()]
    widths = [text_width(t.get_text(), t.get_fontsize(), str(t.get_fontweight())) for t in labels]
    return EDGE + (max(widths) + 0.1 if widths else 0) + (0.2 if ax.get_ylabel() else 0)


def _below(ax: Axes) -> float:
    """Return the room below a plot."""
    tallest = max((height_of(label.get_text(), theme.SMALL) for label in ax.get_xticklabels()), default=0)
    return 0.08 + (tallest + 0.06 if tallest else 0) + height_of(ax.get_xlabel(), theme.SMALL)


def _above(ax: Axes, room: Room, width: float) -> float:
    """Return the room above a plot, its titles folded."""
    for side in ("left", "right"):  # one title, however it was set
        if text := ax.get_title(loc=side):
            ax.set_title("", loc=side)
            ax.set_title(text)
    titles = [ax.title, *([room.subtitle] if room.subtitle else [])]
    legend = room.legend if ax.get_legend() else 0.0
    return sum(_fold(text, width) for text in titles) + room.top + legend


def _fold(text: Text, width: float) -> float:
    """Fold a title to the width of the figure, and return its height with the room below it."""
    size, weight = float(text.get_fontsize()), str(text.get_fontweight())
    text.set_text(folded(text.get_text(), width - 2 * EDGE, size, weight))
    return height_of(text.get_text(), size) + 0.04 if text.get_text() else 0.0


def _place(ax: Axes, room: Room, box: tuple[float, float, float, float], top: float) -> None:
    """Put titles, legend and names of rows at the left edge of the figure."""
    left, _, width, height = box
    x, y = (EDGE - left) / width, 1 + top / height
    if text := ax.get_title():
        size = ax.title.get_fontsize()
        ax.set_title(text, x=x, y=y, ha="left", va="top", pad=0, size=size, weight=ax.title.get_fontweight())
        y -= _fold(ax.title, 99) / height
    if room.subtitle:
        room.subtitle.set_position((x, y))
        y -= _fold(room.subtitle, 99) / height
    if legend := ax.get_legend():
        legend.set_bbox_to_anchor((x, y), transform=ax.transAxes)
    if room.named:
        ax.tick_params(axis="y", pad=72 * (left - EDGE))
        for label in ax.get_yticklabels():
            label.set_horizontalalignment("left")


def start(ax: Axes | None, **room: Any) -> Axes:
    """Return the Axes to draw on: the one that was given, or that of a new figure with the room it needs."""
    return ax or add(plt.figure(figsize=(WIDTH, 1), layout=Margins()), **room)


def add(figure: Figure, *, plot: float, top: float = 0.04, right: float = 0.1, named: bool = False) -> Axes:
    """Return a new Axes below those that a figure has; see `Room`."""
    ax: Axes = figure.add_axes((0, 0, 1, 1), label=str(len(figure.axes)))
    engine = figure.get_layout_engine()
    assert isinstance(engine, Margins)
    engine.rooms[ax] = Room(plot, top, right, named)
    return ax


def room_of(ax: Axes) -> Room | None:
    """Return the room of an Axes, if we lay out its figure."""
    engine = ax.figure.get_layout_engine()
    return engine.rooms.get(ax) if isinstance(engine, Margins) else None


def plot_width(ax: Axes, labels: list[str]) -> float:
    """Return how wide the plot of an Axes will be in inches, with these names of rows left of it."""
    room = room_of(ax)
    if room is None:
        return float(ax.get_window_extent().width / ax.figure.dpi)
    return WIDTH - EDGE - (text_width("\n".join(labels)) + 0.1 if labels else 0) - room.right


def legend(ax: Axes, colours: Mapping[Any, str], handles: list[Any] | None = None) -> None:
    """Name the colours above a plot, in as many lines as they need, to be read from left to right."""
    texts = [str(level) for level in colours]
    if handles is None:
        handles = [Patch(facecolor=colour, **theme.hatched(colour)) for colour in colours.values()]
    widths, most = [0.32 + text_width(text, theme.SMALL) for text in texts], WIDTH - 2 * EDGE
    fits = [n for n in range(1, len(texts) + 1) if sum(max(widths[i::n]) for i in range(n)) <= most]
    columns = max(fits, default=1)
    order = [i for column in range(columns) for i in range(column, len(texts), columns)]
    look: dict[str, Any] = {"handlelength": 1.1, "handleheight": 0.9, "handletextpad": 0.45}
    look |= {"borderpad": 0, "borderaxespad": 0, "columnspacing": 1.1, "labelspacing": 0.35, "ncols": columns}
    look |= {"loc": "upper left" if room_of(ax) else "lower left", "bbox_to_anchor": (0, 1)}
    ax.legend([handles[i] for i in order], [texts[i] for i in order], **look)
    if room := room_of(ax):
        room.legend = -(-len(texts) // columns) * 1.4 * theme.SMALL / 72


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
        above = lift + ((len(lines) - 1) / 2 - number) * style["size"] * 1.12
        if shift or above:
            ax.annotate(line, (x, y), (shift, above), **aside, **style)
        else:
            ax.text(x, y, line, **style)


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
    >>> ax = figures.bars(shares, y="wave")
    >>> figures.headline(ax, "Scalability rose from 47% to 56%", "Share of the projects").get_title()
    'Scalability rose from 47% to 56%'
    """
    style: dict[str, Any] = {"size": 11.5, "weight": "bold", "color": theme.INK}
    small: dict[str, Any] = {"size": theme.NORMAL, "color": theme.FAINT}
    if isinstance(ax, Figure):
        ax.suptitle(title, **style)
        engine = ax.get_layout_engine()
        if isinstance(engine, Margins):
            engine.subtitle = engine.subtitle or ax.text(0, 1, "", **small)
            engine.subtitle.set_text(subtitle)
    elif room := room_of(ax):
        ax.set_title(title, **style)
        room.subtitle = room.subtitle or ax.text(0, 1, "", transform=ax.transAxes, va="top", **small)
        room.subtitle.set_text(subtitle)
    else:
        ax.set_title(title, loc="left", pad=20 if subtitle else 6, **style)
        ax.annotate(subtitle, (0, 1), (0, 6), xycoords="axes fraction", textcoords="offset points", **small)
    return ax
