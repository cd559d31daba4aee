"""One row each: bars, as parts of a whole or one number each, and estimates as points with their ranges."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ivvu_analysis.figures import layout, theme
from ivvu_analysis.figures.contrast import hatched, ink_on
from ivvu_analysis.figures.theme import Format, Palette

BAR, THICK = 0.36, 0.74  # inches from bar to bar, and how much of that a bar fills
DOT, STEP = 0.31, 0.19  # inches from row to row of points, and from group to group within a row
ENDS = ["conf_low", "conf_high"]


@theme.themed
def stacked(
    data: pd.DataFrame,
    *,
    y: str,
    hue: str | None = None,
    x: str = "estimate",
    fmt: Format = theme.percent,
    palette: Palette = None,
    ax: Axes | Figure | None = None,
    title: str = "",
) -> Axes:
    """Draw parts of a whole, one bar a row, with numbers on the parts and their names above.

    Parameters
    ----------
    data
        One row a bar and part; a column `n` is written below the name of the bar. A bar without parts stays.
    y, hue, x
        The columns of the bars, of the parts, and of their sizes. Without `hue` each bar has its number at
        its end.
    fmt
        Turns a size into the text on it.
    palette
        As in seaborn; by default a ramp, or distinct colours for categories without an order. A part in the
        colour `theme.UNKNOWN` is hatched.
    ax
        Where to draw; by default on a figure of its own.
    title
        Stands above the names of the parts.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> shares = pd.DataFrame({"wave": ["2020"] * 2, "level": ["no", "yes"], "estimate": [0.4, 0.6]})
    >>> ax = figures.stacked(shares, y="wave", hue="level", palette=["lightgrey", "teal"])
    >>> [text.get_text() for text in ax.texts]
    ['40%', '60%', 'no', 'yes']
    """
    data, hue, colours = theme.grouped(data, hue, palette, distinct=False)
    alone, sizes = hue == theme.ONE, theme.wide(data, y, hue, x)
    about = data.groupby(y, observed=False)["n"].max().dropna() if "n" in data else {}
    # A narrow blank between thousands, which means the same in every language.
    number = {row: f"{n:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}") for row, n in dict(about).items()}
    names = [f"{row}\nn = {number[row]}" if row in number else row for row in sizes.index]
    ax = layout.rows(ax, names, BAR, right=0.5 if alone else 0.1)
    total = max(sizes.sum(axis=1), default=0.0) or 1.0
    ax.set(xlim=(0, total), xticks=[])
    inch = layout.inches(ax)[0] / total
    shown, starts = sizes.loc[:, sizes.any()], sizes.cumsum(axis=1) - sizes
    for part, size in shown.items():
        fill = {"color": colours[part], "label": str(part), **hatched(colours[part])}
        bars = ax.barh(range(len(sizes)), size, THICK, starts[part], **fill)
        texts = [fmt(each) if alone or _fits(fmt(each), each * inch) else "" for each in size]
        inside: dict[str, Any] = {"label_type": "center", "color": ink_on(colours[part])}
        if colours[part] == theme.UNKNOWN:
            inside["bbox"] = {"boxstyle": "square,pad=0.15", "facecolor": theme.UNKNOWN, "edgecolor": "none"}
        ax.bar_label(bars, texts, size=theme.SMALL, **({"padding": 4} if alone else inside))
    for place in np.flatnonzero(~sizes.any(axis=1)).tolist():
        layout.write(ax, 0, place, "–", ha="left", color=theme.FAINT)
    first = shown.iloc[:1].sum()
    if title or not (alone or all(_fits(str(part), size * inch) for part, size in first.items())):
        layout.legend(ax, title=title)
    elif not alone:
        layout.heads(ax, first.cumsum() - first / 2, [*map(str, first.index)])
    return ax


def _fits(text: str, room: float) -> bool:
    return layout.text_width(text, theme.SMALL) + 0.04 < room


@theme.themed
def multiples(data: pd.DataFrame, *, panel: str, hue: str, **how: Any) -> Figure:
    """Draw stacked bars for each panel, one below the other, each with its own parts.

    Parameters
    ----------
    data
        One row a panel, bar and part; a part that a panel does not have is not one of its own.
    panel, hue
        The columns of the panels and of the parts.
    how
        The rest, as in `stacked`: `y` at least.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> counts = pd.DataFrame({"ladder": ["a", "b"], "wave": "2020", "phase": ["1", "2"], "regions": 34})
    >>> figure = figures.multiples(counts, panel="ladder", y="wave", hue="phase", x="regions", fmt=str)
    >>> len(figure.axes)
    2
    """
    names = theme.levels_of(theme.named(data, panel)[panel])
    figure = plt.figure(figsize=(layout.WIDTH, 3.0 * max(len(names), 1)))
    tall = at = figure.get_figheight()
    for name in names:
        mine = data[data[panel] == name].astype({hue: "category"})
        mine[hue] = mine[hue].cat.remove_unused_categories()
        ax = stacked(mine, hue=hue, ax=figure, title=str(name), **how)
        at -= layout.top_of(ax) * layout.inches(ax)[1] + 0.08
        left, _, wide, high = ax.get_position().bounds
        ax.set_position((left, at / tall, wide, high))
    return figure


@theme.themed
def dots(
    data: pd.DataFrame,
    *,
    y: str | Sequence[str],
    x: str = "estimate",
    hue: str | None = None,
    null: float | None = None,
    fmt: Format = theme.percent,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw estimates as points with their ranges, one row each, and the numbers at the right.

    Parameters
    ----------
    data
        One row a point: `x`, and `conf_low, conf_high` where there is a range; one without end is drawn to
        the edge. Without an estimate the range is drawn as a bar, without either the row stays empty.
    y
        The column of the rows, or several whose labels stand after each other.
    x, hue
        The columns of the estimate and of the groups that share a row.
    null
        The value that says 'no difference', as a dashed line.
    fmt
        Turns a value into a text.
    palette, ax
        As in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> found = pd.DataFrame({"theme": ["a"], "estimate": [0.1], "conf_low": [-0.1], "conf_high": [0.3]})
    >>> ax = figures.dots(found, y="theme", null=0)
    >>> ax.texts[0].get_text()
    '10% (-10%; 30%)'
    """
    data, hue, colours = theme.grouped(data, hue, palette)
    theme.named(data, *([y] if isinstance(y, str) else y))
    names = data[y] if isinstance(y, str) else data[[*y]].astype(str).agg(": ".join, axis=1)
    rows, groups = theme.levels_of(names), theme.levels_of(data[hue])
    numbers = data.reindex(columns=[x, *ENDS]).astype(float).to_numpy()
    texts = [_written(fmt, *row) for row in numbers]
    right = 0.2 + layout.text_width("\n".join(texts), theme.SMALL)
    ax = layout.rows(ax, rows, max(DOT, STEP * len(groups) + 0.1), right)
    step = STEP * len(rows) / layout.inches(ax)[1]
    group = np.array([groups.index(name) for name in data[hue]], dtype=int)
    at = np.array([rows.index(name) for name in names]) + (group - (len(groups) - 1) / 2) * step
    ax.grid(axis="x")
    if null is not None:
        ax.axvline(null, color=theme.FAINT, linestyle="--", linewidth=1, zorder=1)
    ends = [*numbers[np.isfinite(numbers)], null or 0.0]
    margin = 0.04 * ((max(ends) - min(ends)) or 1.0)
    edges = min(ends) - margin, max(ends) + margin
    value, low, high = numbers.clip(*edges).T
    ink = np.array([*colours.values()])[group]
    ax.hlines(at, low, high, colors=ink, linewidth=np.where(np.isnan(value), 8.0, 1.6))
    exact = np.where(np.isnan(value) & (low == high), low, value)
    marked(ax, np.column_stack([exact, at]), data[hue], colours, s=42, linewidth=0)
    beside: dict[str, Any] = {"xycoords": ax.get_yaxis_transform(), "ha": "right"}
    for place, text in zip(at, texts, strict=True):
        layout.write(ax, 1, place, text, shift=72 * (right - 0.08), **beside)
    ax.set(xlim=edges)
    layout.tick_numbers(ax.xaxis, fmt)
    layout.legend(ax)
    return ax


def marked(ax: Axes, places: np.ndarray, group: pd.Series, colours: Mapping[Any, str], **look: Any) -> None:
    """Draw points, of another colour and shape for each of the groups that there are colours for."""
    own, (x, y) = group.to_numpy(), places.T
    if len(own):
        look |= {"zorder": 3, "legend": "full", **theme.kinds(colours)}
        sns.scatterplot(x=x, y=y, hue=own, style=own, ax=ax, **look)


def _written(fmt: Format, *numbers: float) -> str:
    """Return an estimate with its range, or the range alone; a dash beside a sign would read as a minus."""
    endless = {np.inf: "∞", -np.inf: "\N{MINUS SIGN}∞"}
    point, low, high = ("" if np.isnan(x) else endless.get(x) or fmt(x) for x in numbers)
    if not (low and high):
        return point or "–"
    between = "; " if numbers[1] < 0 or high.startswith("+") else " – "
    ends = low if low == high else f"{low}{between}{high}"
    return f"{point} ({ends})" if point and point != ends else ends
