"""Points: estimates with their ranges, units in a funnel, and named points in a plane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ivvu_analysis.figures import theme
from ivvu_analysis.figures.theme import Format, Palette

PITCH = 0.34  # inches from row to row
ENDS = ("conf_low", "conf_high")


def dots(
    data: pd.DataFrame,
    *,
    y: str | Sequence[str],
    x: str = "estimate",
    hue: str | None = None,
    null: float | None = None,
    fmt: Format = theme.percent,
    limits: tuple[float, float] | None = None,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw estimates as points with their ranges, one row each; without an estimate only the range is drawn.

    Parameters
    ----------
    data
        One row a point: `x`, and `conf_low, conf_high` where there is a range.
    y
        The column of the rows, or several whose labels stand after each other.
    x, hue
        The columns of the estimate and of the groups that share a row.
    null
        The value that says 'no difference', as a dashed line.
    fmt
        Turns a value into a text.
    limits
        The ends of the axis, where they have a meaning.
    palette, ax
        As in seaborn.

    Examples
    --------
    >>> import pandas as pd
    >>> found = pd.DataFrame({"theme": ["a"], "estimate": [0.1], "conf_low": [-0.1], "conf_high": [0.3]})
    >>> dots(found, y="theme", null=0)  # doctest: +ELLIPSIS
    <Axes: ...>
    """
    data = data.reset_index(drop=True)
    keys = _keys(data, y)
    rows = list(dict.fromkeys(keys)) if not isinstance(y, str) else theme.levels_of(data[y])[0]
    groups, ordered = theme.levels_of(data[hue]) if hue else ([""], False)
    colours = theme.palette(groups, palette) if hue else {"": _single(palette)}
    data = data.assign(
        _row=[rows.index(key) for key in keys],
        _group=[groups.index(g) for g in data[hue]] if hue else 0,
        **{name: data[name] if name in data else np.nan for name in (x, *ENDS)},
    )
    step = 0.3 if len(groups) > 1 else 0.0
    data["_at"] = data["_row"] + (data["_group"] - (len(groups) - 1) / 2) * step
    labels = [theme.folded(row) for row in rows]
    height = PITCH * len(rows) * (1 + 0.35 * (len(groups) - 1)) + 0.14 * sum(
        label.count("\n") for label in labels
    )
    new = ax is None
    ax = theme.canvas(ax, rows=height, labels=labels, right=0.35)
    ax.grid(axis="x")
    if null is not None:
        ax.axvline(null, color=theme.FAINT, linestyle="--", linewidth=1)
    numbers = data[[x, *ENDS]].apply(pd.to_numeric, errors="coerce").astype(float)
    for number, group in enumerate(groups):
        mine = data["_group"] == number
        ranged = mine & numbers["conf_low"].notna()
        thick = 5 if numbers.loc[mine, x].isna().all() else 1.6
        ax.hlines(
            data.loc[ranged, "_at"],
            *(numbers.loc[ranged, end] for end in ENDS),
            color=colours[group],
            linewidth=thick,
        )
        known = mine & numbers[x].notna()
        sns.scatterplot(
            x=numbers.loc[known, x],
            y=data.loc[known, "_at"],
            color=colours[group],
            s=46,
            linewidth=0,
            zorder=3,
            ax=ax,
            legend=False,
        )
    _number_points(ax, data, numbers, x, fmt)
    theme.plain_rows(ax, [str(row) for row in rows])
    _axis(ax, numbers, null, limits, fmt)
    if new and hue:
        theme.legend(ax, {str(group): colours[group] for group in groups})
    return ax


def _keys(data: pd.DataFrame, y: str | Sequence[str]) -> list[object]:
    if isinstance(y, str):
        return list(data[y])
    parts = [data[name].astype(str) for name in y]
    return [": ".join(texts) for texts in zip(*parts, strict=True)]


def _single(palette: Palette) -> str:
    return theme.palette([""], palette)[""] if palette is not None else theme.ACCENT


def _number_points(ax: Axes, data: pd.DataFrame, numbers: pd.DataFrame, x: str, fmt: Format) -> None:
    """Write the number of each point above it, where rows are few enough to read them."""
    if len(data) > 40:
        return
    for at, value, low, high in zip(
        data["_at"], numbers[x], numbers["conf_low"], numbers["conf_high"], strict=True
    ):
        if pd.notna(value):
            ax.annotate(
                fmt(value),
                (value, at),
                (0, 4.5),
                textcoords="offset points",
                ha="center",
                size=theme.SMALL - 1,
            )
        elif pd.notna(low):
            text = fmt(low) if low == high else f"{fmt(low)}–{fmt(high)}"
            ax.annotate(
                text,
                ((low + high) / 2, at),
                (0, 5),
                textcoords="offset points",
                ha="center",
                size=theme.SMALL - 1,
            )


def _axis(
    ax: Axes, numbers: pd.DataFrame, null: float | None, limits: tuple[float, float] | None, fmt: Format
) -> None:
    values = numbers.to_numpy()[np.isfinite(numbers.to_numpy())]
    low, high = limits or (
        min(values.min(initial=0.0), 0.0 if null is None else null),
        max(values.max(initial=0.0), 0.0 if null is None else null),
    )
    margin = (high - low or 1) * 0.04
    ax.set_xlim(low - (margin if limits or low < 0 or null is not None else 0), high + margin)
    ax.xaxis.set_major_locator(MaxNLocator(6, min_n_ticks=3))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: fmt(value)))
    ax.spines[["bottom"]].set_visible(False)


def funnel(
    data: pd.DataFrame,
    *,
    limits: pd.DataFrame,
    label: str,
    x: str = "n",
    y: str = "share",
    fmt: Format = theme.percent,
    ax: Axes | None = None,
) -> Axes:
    """Draw units between funnel limits: their size against their share, those outside by name.

    Parameters
    ----------
    data
        One row a unit: `x`, `y`, `position` and the column `label`.
    limits
        The curves: `n, level, conf_low, conf_high, estimate`.
    label, x, y, fmt, ax
        Columns and format, as in `dots`.
    """
    ax = theme.canvas(ax, rows=3.4, labels=["100%"], bottom=0.55, right=0.4)
    ax.grid(axis="y")
    for level, curve in limits.groupby("level"):
        style = "-" if level < 0.99 else ":"
        for end in ENDS:
            ax.plot(curve["n"], curve[end], style, color=theme.FAINT, linewidth=1)
    if len(limits):
        ax.axhline(limits["estimate"].iloc[0], color=theme.MUTED, linewidth=1)
    known = data[data[x] > 0]
    outside = known["position"].astype(str) != str(theme.levels_of(data["position"])[0][0])
    sns.scatterplot(x=known[x], y=known[y], s=36, linewidth=0, color=theme.ACCENT, ax=ax, legend=False)
    for row in known[outside].itertuples():
        where = (getattr(row, x), getattr(row, y))
        ax.annotate(
            str(getattr(row, label)), where, (6, 0), textcoords="offset points", va="center", size=theme.SMALL
        )
    ax.set(xlabel="n", ylabel="", xlim=(0, None), ylim=(-0.03, 1.03))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: fmt(value)))
    return ax


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
    """Draw named points in a plane with its origin marked, the names placed so that none covers another."""
    new = ax is None
    ax = theme.canvas(ax, rows=5.0, bottom=0.15)
    groups, _ = theme.levels_of(data[hue]) if hue else ([None], False)
    colours = theme.palette(groups, palette)
    ax.axhline(0, color=theme.RULE, linewidth=1)
    ax.axvline(0, color=theme.RULE, linewidth=1)
    colour = [colours[g] for g in (data[hue] if hue else [None] * len(data))]
    pale = np.asarray(faint, dtype=bool) if faint is not None else np.zeros(len(data), dtype=bool)
    sns.scatterplot(x=data[x], y=data[y], c=colour, s=34, linewidth=0, ax=ax, legend=False)
    ax.margins(0.2, 0.08)
    _place_names(ax, data[x].to_numpy(), data[y].to_numpy(), [str(text) for text in data[label]], pale)
    ax.set(xlabel="", ylabel="", xticks=[], yticks=[])
    ax.spines[["left", "bottom"]].set_visible(False)
    if new and hue:
        theme.legend(ax, {str(group): colours[group] for group in groups})
    return ax


def _place_names(ax: Axes, xs: np.ndarray, ys: np.ndarray, names: Sequence[str], pale: np.ndarray) -> None:
    """Write each name beside its point on the first of eight places that is free."""
    size = (
        ax.figure.get_figwidth() * ax.get_position().width,
        ax.figure.get_figheight() * ax.get_position().height,
    )
    spans = np.diff(ax.get_xlim())[0] / size[0], np.diff(ax.get_ylim())[0] / size[1]  # data units an inch
    taken: list[tuple[float, float, float, float]] = [
        (x - 0.05 * spans[0], y - 0.05 * spans[1], x + 0.05 * spans[0], y + 0.05 * spans[1])
        for x, y in zip(xs, ys, strict=True)
    ]
    for x, y, name, faint in sorted(zip(xs, ys, names, pale, strict=True), key=lambda row: row[3]):
        width, height = theme.text_width(name, theme.SMALL) * spans[0], 0.14 * spans[1]
        gap = 0.09 * spans[0]
        lifts = (0, 0.12, -0.12, 0.24, -0.24, 0.36, -0.36)
        sides = [(x + gap, y + lift * spans[1]) for lift in lifts] + [
            (x - gap - width, y + lift * spans[1]) for lift in lifts
        ]
        boxes = [(left, at - height / 2, left + width, at + height / 2) for left, at in sides]
        box = next((box for box in boxes if not any(_overlap(box, other) for other in taken)), boxes[0])
        taken.append(box)
        ink = theme.FAINT if faint else theme.INK
        ax.text(
            box[0],
            (box[1] + box[3]) / 2,
            name,
            va="center",
            size=theme.SMALL,
            color=ink,
            style="italic" if faint else "normal",
        )


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
