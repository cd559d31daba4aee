"""Bars: parts of a whole, one bar a row; the same for several panels; and one number a row, from zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ivvu_analysis.figures import layout, theme
from ivvu_analysis.figures.theme import Format, Palette

PITCH, THICK = 0.36, 0.74  # inches from bar to bar, and how much of that a bar fills


@theme.themed
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
    """Draw parts of a whole, one bar a row, with numbers on the parts and their names above.

    Parameters
    ----------
    data
        One row a bar and part; a column `n` is written below the name of the bar. A bar without parts stays.
    y, hue, x
        The columns of the bars, of the parts, and of their sizes.
    fmt
        Turns a size into the text on it.
    palette
        As in seaborn; by default a ramp, or distinct colours for categories without an order. A part in the
        colour `theme.UNKNOWN` is hatched.
    ax
        Where to draw; by default on a figure of its own.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> shares = pd.DataFrame({"wave": ["2020"] * 2, "level": ["no", "yes"], "estimate": [0.4, 0.6]})
    >>> ax = figures.stacked(shares, y="wave", hue="level", palette=["lightgrey", "teal"])
    >>> [text.get_text() for text in ax.texts]
    ['40%', '60%', 'no', 'yes']
    """
    sizes = data.pivot_table(index=y, columns=hue, values=x, aggfunc="sum", observed=False)
    rows, parts = theme.levels_of(data[y]), theme.levels_of(data[hue])
    sizes = sizes.reindex(index=rows, columns=parts).fillna(0.0)
    colours = theme.colours_of(data, hue, palette)
    shown = {part: colours[part] for part in parts if sizes[part].any()}
    labels = _with_sizes(data, y, rows)
    tallest = max(map(layout.height_of, labels), default=0)
    ax = layout.start(ax, plot=max(PITCH, tallest + 0.08) * max(len(rows), 1), named=True)
    total = max(sizes.sum(axis=1), default=0.0) or 1.0
    inch = layout.plot_width(ax, labels) / total
    left = pd.Series(0.0, index=rows)
    edges = []
    for part, colour in shown.items():
        ax.barh(range(len(rows)), sizes[part], left=left, height=THICK, color=colour, **theme.hatched(colour))
        for place, (size, begin) in enumerate(zip(sizes[part], left, strict=True)):
            if size * inch > layout.text_width(text := fmt(size), theme.SMALL) + 0.04:
                _number(ax, begin + size / 2, place, text, colour)
        edges.append((part, left.iloc[0], sizes[part].iloc[0]))
        left = left + sizes[part]
    for place in (place for place, row in enumerate(rows) if not sizes.loc[row].any()):
        layout.write(ax, 0, place, "–", ha="left", color=theme.FAINT)
    name_rows(ax, labels)
    ax.set(xlim=(0, total), xticks=[])
    if not _names_above(ax, edges, inch):
        layout.legend(ax, shown)
    return ax


def _with_sizes(data: pd.DataFrame, y: str, rows: Sequence[Any]) -> list[str]:
    """Return the names of the rows, folded, with the number that each is about."""
    labels, _ = layout.row_labels(rows)
    if "n" not in data:
        return labels
    sizes = data.groupby(y, observed=False)["n"].max().reindex(rows)
    known = zip(labels, sizes, strict=True)
    return [label if pd.isna(size) else f"{label}\nn = {size:.0f}" for label, size in known]


def _number(ax: Axes, x: float, y: float, text: str, colour: str) -> None:
    back = {"boxstyle": "square,pad=0.15", "facecolor": colour, "edgecolor": "none"}
    box = back if colour == theme.UNKNOWN else None
    ax.text(x, y, text, ha="center", va="center", size=theme.SMALL, color=theme.ink_on(colour), bbox=box)


def name_rows(ax: Axes, labels: Sequence[str]) -> None:
    """Name the rows of a plot from top to bottom."""
    ax.set_yticks(range(len(labels)), labels)
    ax.set(ylim=(max(len(labels), 1) - 0.5, -0.5), xlabel="", ylabel="")
    ax.spines["bottom"].set_visible(False)


def _names_above(ax: Axes, edges: Sequence[tuple[Any, float, float]], inch: float) -> bool:
    """Write the name of each part above the first bar, if all fit there in three lines."""
    texts = [
        (layout.folded(str(part), size * inch - 0.06, theme.SMALL), at, size) for part, at, size in edges
    ]
    fit = all(layout.text_width(t, theme.SMALL) <= size * inch and t.count("\n") < 3 for t, _, size in texts)
    if fit and texts:
        tallest = max(layout.height_of(text, theme.SMALL) for text, _, _ in texts)
        for text, at, size in texts:
            lift = 72 * layout.height_of(text, theme.SMALL) / 2
            layout.write(ax, at + size / 2, -THICK / 2, text, lift=lift)
        if room := layout.room_of(ax):
            room.top = tallest
    return fit


@theme.themed
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
        One row a panel, bar and part; a part that a panel does not have is not one of its own.
    panel, y, hue, x, fmt, palette
        The column of the panels, and the rest as in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> counts = pd.DataFrame({"ladder": ["a", "b"], "wave": "2020", "phase": ["1", "2"], "regions": 34})
    >>> figure = figures.multiples(counts, panel="ladder", y="wave", hue="phase", x="regions", fmt=str)
    >>> len(figure.axes)
    2
    """
    figure = plt.figure(figsize=(layout.WIDTH, 4), layout=layout.Margins())
    for name in theme.levels_of(data[panel]):
        mine = data[data[panel] == name]
        present = [part for part in theme.levels_of(data[hue]) if (mine[hue] == part).any()]
        ordered = not isinstance(data[hue].dtype, pd.CategoricalDtype) or data[hue].cat.ordered
        mine = mine.assign(**{hue: pd.Categorical(mine[hue].astype(object), present, ordered=ordered)})
        ax = layout.add(figure, plot=PITCH * max(len(theme.levels_of(mine[y])), 1), named=True)
        stacked(mine, y=y, hue=hue, x=x, fmt=fmt, palette=palette, ax=ax)
        ax.set_title(str(name), size=theme.NORMAL, weight="bold")
    return figure


@theme.themed
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
    """Draw one bar a row from zero, with its number at its end.

    Parameters
    ----------
    data
        One row a bar; a row without a number keeps its place.
    y, x
        The columns of the names and of the numbers.
    marked
        The name, or names, of the bars that stand out.
    fmt, palette, ax
        As in `stacked`; by default all bars have one colour.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> counts = pd.DataFrame({"phase": ["1", "2"], "regions": [3, 31]})
    >>> ax = figures.bars(counts, y="phase", x="regions", marked="2", fmt="{:.0f}".format)
    >>> [text.get_text() for text in ax.texts]
    ['3', '31']
    """
    rows = theme.levels_of(data[y])
    chosen = {marked} if isinstance(marked, str) or marked is None else set(marked)
    values = data.groupby(y, observed=False)[x].sum().reindex(rows).fillna(0.0).astype(float)
    labels, tallest = layout.row_labels(rows)
    plain = {row: theme.ACCENT if marked is None or row in chosen else theme.MUTED for row in rows}
    colours: Mapping[Any, str] = theme.colours_of(data, y, palette) if palette is not None else plain
    right = 0.14 + layout.text_width("\n".join(map(fmt, values)), theme.SMALL, "bold")
    ax = layout.start(ax, plot=max(0.27, tallest + 0.07) * max(len(rows), 1), right=right, named=True)
    if rows:
        style = {"hue": rows, "palette": dict(colours), "saturation": 1, "legend": False}
        sns.barplot(x=values.to_numpy(), y=rows, order=rows, errorbar=None, width=0.7, ax=ax, **style)
    for place, (row, value) in enumerate(values.items()):
        weight = "bold" if row in chosen else "normal"
        layout.write(ax, value, place, fmt(value), ha="left", shift=4, weight=weight)
    name_rows(ax, labels)
    for row, label in zip(rows, ax.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if row in chosen else "normal")
    ax.set(xlim=(min(values.min(), 0) if rows else 0, max(values.max(), 0) if values.any() else 1), xticks=[])
    return ax
