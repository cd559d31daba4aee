"""In a plane: courses through time, units in a funnel, and points of several kinds, each with its name."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from ivvu_analysis.figures import layout, naming, theme
from ivvu_analysis.figures.contrast import ink_like
from ivvu_analysis.figures.rowwise import ENDS, marked
from ivvu_analysis.figures.theme import Format, Palette

TALL, NAMES = 2.7, 1.35  # inches: the height of a plot, and what the names of lines may take


@theme.themed
def lines(
    data: pd.DataFrame,
    *,
    x: str,
    y: str = "estimate",
    hue: str | None = None,
    observed: pd.DataFrame | None = None,
    null: float | None = None,
    limits: tuple[float, float] | None = None,
    fmt: Format = theme.percent,
    x_fmt: Callable[[Any], str] = str,
    palette: Palette = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw lines with their bands, named at their ends; what was observed is solid with points.

    Parameters
    ----------
    data
        One row a point of a line: `x`, `y`, and `conf_low, conf_high` where it has a band. `x` is a number,
        a date, or a year or month as text: YYYY-MM.
    x, y, hue
        The columns.
    observed
        The same columns for what was counted before.
    null
        A value to compare with, as a dashed line.
    limits
        The ends of the upright axis.
    fmt, x_fmt
        Turn values, and what stands below the axis, into texts.
    palette, ax
        As in `stacked`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> course = pd.DataFrame({"misrated": [0.0, 0.1], "estimate": [0.6, 0.55]})
    >>> ax = figures.lines(course, x="misrated", null=0.5, x_fmt="{:.0%}".format)
    >>> ax.texts[0].get_text()
    '55%'
    """
    seen = theme.grouped(data[:0] if observed is None else observed, hue, palette)[0]
    data, hue, colours = theme.grouped(data, hue, palette)
    seen, data = (frame.assign(at=_places(frame[x])).sort_values("at") for frame in (seen, data))
    ends = data.groupby(hue, observed=True).last().sort_values(y, ascending=False)
    names = [layout.folded(str(group), NAMES, theme.SMALL, "bold") for group in ends.index]
    texts = [f"{name}\n{fmt(float(value))}".strip() for name, value in zip(names, ends[y], strict=True)]
    ax = layout.start(ax, TALL, ["100%"], 0.14 + layout.text_width("\n".join(texts), theme.SMALL, "bold"))
    ax.grid(axis="y")
    if null is not None:
        ax.axhline(null, color=theme.FAINT, linestyle="--", linewidth=1)
    course = pd.concat([seen.groupby(hue, observed=True).tail(1), data], ignore_index=True)
    for group in ends.index if {*ENDS} <= {*data} else ():
        band = course[course[hue] == group]
        low, high = (band[end].fillna(band[y]).astype(float) for end in ENDS)
        ax.fill_between(band["at"], low, high, color=colours[group], alpha=0.15, linewidth=0)
    how: dict[str, Any] = {"x": "at", "y": y, "hue": hue, "errorbar": None, "clip_on": False, "legend": False}
    how |= {"ax": ax, **theme.kinds(colours)}
    sns.lineplot(course, linestyle="--" if len(seen) else "-", **how)
    if len(seen):
        sns.lineplot(seen, style=hue, dashes=False, markeredgewidth=0, **how)
    ax.set(xlabel="", ylabel="", ylim=limits)
    layout.tick_numbers(ax.yaxis, fmt)
    if pd.api.types.is_numeric_dtype(data[x]):
        layout.tick_numbers(ax.xaxis, x_fmt)
    else:
        # The last goes before what was seen, and that before the rest.
        rest, before = (frame.sort_values("at")[::-1][["at", x]] for frame in (data, seen))
        _name_months(ax, pd.concat([rest[:1], before, rest]), x_fmt)
    inks = [ink_like(colours[group]) for group in ends.index]
    naming.name_points(
        ax, ends[["at", y]].to_numpy(float), texts, inks, [], spots=naming.BESIDE, weight="bold"
    )
    return ax


def _places(column: pd.Series) -> np.ndarray:
    """Return where values stand: numbers as they are, moments by the number of their month."""
    if pd.api.types.is_numeric_dtype(column):
        return np.asarray(column, dtype=float)
    days = pd.to_datetime(column.astype(str), format="ISO8601", errors="coerce").dt
    if days.year.isna().any():
        raise ValueError(f"'{column.name}' must be numbers, dates, years or months such as 2020-10.")
    return np.asarray(12.0 * days.year + days.month + (days.day - 1) / days.days_in_month)


def _name_months(ax: Axes, months: pd.DataFrame, fmt: Callable[[Any], str]) -> None:
    """Write below the axis what stands there, as far as there is room: what comes first goes before."""
    inch = np.diff(ax.get_xlim())[0] / layout.inches(ax)[0]
    chosen: dict[float, str] = {}
    for place, month in months.itertuples(index=False):
        # The year below its month takes less room.
        text = fmt(month).removesuffix(" 00:00:00").replace(" ", "\n")
        room = (layout.text_width(text, theme.SMALL) + 0.05) * inch
        if all(abs(other - place) >= room for other in chosen):
            chosen[place] = text
    ax.set_xticks([*chosen], [*chosen.values()])


@theme.themed
def funnel(
    data: pd.DataFrame,
    *,
    limits: pd.DataFrame,
    label: str,
    fmt: Format = theme.percent,
    ax: Axes | None = None,
) -> Axes:
    """Draw units by size and share between the limits of chance; those outside by name, others where it fits.

    Parameters
    ----------
    data
        One row a unit, of size `n` with a `share`; those of size nought are left out.
    limits
        The curves, the inner ones first: `n, level, conf_low, conf_high, estimate`, where `level` is what
        they are called, and `estimate` what all have together.
    label
        The column of the name.
    fmt, ax
        As in `dots`.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import figures
    >>> units = pd.DataFrame({"region": ["a", "b"], "n": [5, 9], "share": [0.4, 0.9]})
    >>> curves = {"n": [1, 9], "level": "95%", "conf_low": [0, 0.2], "conf_high": [1, 0.8], "estimate": 0.5}
    >>> ax = figures.funnel(units, limits=pd.DataFrame(curves), label="region")
    >>> [text.get_text() for text in ax.texts if text.get_text() in "ab"]
    ['b', 'a']
    """
    ax = layout.start(ax, 3.3, ["100%"], right=0.5)
    ax.grid(axis="y")
    known = data[(data["n"] > 0) & data["share"].notna()]
    curves = [curve.sort_values("n") for _, curve in limits.groupby("level", sort=False)]
    outside = pd.Series(data=False, index=known.index)
    for curve in curves[:1]:
        low, high = (np.interp(known["n"].astype(float), curve["n"], curve[end]) for end in ENDS)
        outside = (known["share"] < low - 1e-9) | (known["share"] > high + 1e-9)
    for number, curve in enumerate(curves):
        ax.plot(curve["n"], curve[ENDS], color=theme.FAINT, linewidth=1, linestyle="--" if number else "-")
        right, top, level = curve[["n", "conf_high", "level"]].iloc[-1]
        layout.write(ax, right, top, str(level), ha="left", shift=4, lift=5 * number, color=theme.FAINT)
    look: dict[str, Any] = {"s": 36, "linewidth": 0, "color": theme.ACCENT, "legend": False, "zorder": 3}
    sns.scatterplot(known, x="n", y="share", ax=ax, **look)
    ax.set(xlabel="n", ylabel="", xlim=(0, None), ylim=(-0.03, 1.03))
    layout.tick_numbers(ax.xaxis, "{:.0f}".format)  # there are no halves of a project
    layout.tick_numbers(ax.yaxis, fmt)
    target = [((0, place), (ax.get_xlim()[1], place)) for place in limits["estimate"].head(1)]
    for ends in target:
        ax.axhline(ends[0][1], color=theme.INK, linewidth=1)
    # Those outside choose first, and of them the small ones: most lie there.
    known = known.assign(within=~outside).sort_values(["within", "n"], kind="stable")
    points, inks = known[["n", "share"]].to_numpy(float), [theme.INK] * len(known)
    naming.name_points(ax, points, known[label], inks, target, outside.sum())
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
    data, hue, colours = theme.grouped(data, hue, palette)
    places = data[[x, y]].to_numpy(float)
    pale = np.zeros(len(data), dtype=bool) if faint is None else np.asarray(faint)
    ax = layout.start(ax, 4.2)
    for line in (ax.axhline, ax.axvline):
        line(0, color=theme.MUTED, linewidth=1)
    marked(ax, places, data[hue], colours, s=36, linewidth=0)
    ax.scatter(places[pale, 0], places[pale, 1], s=12, color=theme.PAPER, linewidth=0, zorder=4)
    ax.set(xticks=[], yticks=[], xlabel="", ylabel="")
    ax.spines["bottom"].set_visible(False)
    ax.margins(0.1)
    ax.set_aspect("equal", adjustable="datalim")
    ax.apply_aspect()
    inks = np.where(pale, theme.FAINT, [ink_like(colours[kind]) for kind in data[hue]])
    axes = [[(end, 0) for end in ax.get_xlim()], [(0, end) for end in ax.get_ylim()]]
    naming.name_points(ax, places, data[label], inks, axes)
    layout.legend(ax)
    return ax
