"""The theme: one typeface, and colours that keep their order in grey and carry text that can be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import to_hex, to_rgb

INK, FAINT, RULE, PAPER = "#1f2328", "#57606a", "#d0d7de", "#ffffff"
ACCENT, ALERT, MUTED, UNKNOWN = "#1f5f8b", "#b35806", "#b7c0c9", "#c9d1d9"
# The first five are dark enough for lines and for text on white.
UNORDERED = (
    *(ACCENT, ALERT, "#1b7f5c", "#762a83", "#5e6c84"),
    *("#a6cee3", "#f0b060", "#b8e186", "#cab2d6", "#d9d9d9"),
)
DIVERGING = "PuOr_r"  # told apart without seeing red or green
NORMAL, SMALL = 9.0, 8.25  # points; a page shows them half as large again

RC: Any = {
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],  # wider than what readers have: what fits in it, fits
    "font.size": NORMAL,
    "axes.labelsize": SMALL,
    "axes.labelcolor": FAINT,
    "axes.edgecolor": RULE,
    "axes.facecolor": PAPER,
    "axes.grid": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": NORMAL,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "grid.color": "#e6e9ed",
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "figure.facecolor": PAPER,
    "hatch.linewidth": 0.7,
    "lines.linewidth": 1.8,
}

Palette = str | Sequence[Any] | Mapping[Any, Any] | None
Format = Callable[[float], str]
P = ParamSpec("P")
R = TypeVar("R")


def themed(draw: Callable[P, R]) -> Callable[P, R]:
    """Draw in our theme, whatever theme the rest of a notebook is in."""

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context(RC):
            return draw(*args, **kwargs)

    return inside


def percent(value: float) -> str:
    """Return a share as a whole percentage."""
    return f"{100 * value:.0f}%"


def levels_of(column: pd.Series) -> list[Any]:
    """Return the levels of a column in the order to draw: all categories, used or not."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.cat.categories)
    return list(column.dropna().unique())


def ramp(number: int) -> list[str]:
    """Return colours from light to dark for ordered levels.

    The middle tones are left out: on them neither black nor white is read with ease.
    """
    dark = number // 2
    light = sns.blend_palette(["#d3e8d2", "#85c3c8"], max(number - dark, 2)).as_hex()
    deep = sns.blend_palette(["#2a6f9d", "#10294f"], max(dark, 2)).as_hex()
    return ["#2a6f9d"] if number == 1 else [*light[: number - dark], *deep[-dark:]]


def palette(levels: Sequence[Any], given: Palette = None, *, ordered: bool = False) -> dict[Any, str]:
    """Return a colour for each level.

    Parameters
    ----------
    levels
        In the order to draw.
    given
        As seaborn takes it: a name, a list, or a mapping, which may leave levels out.
    ordered
        Whether the default is a ramp from light to dark; otherwise it is colours that can be told apart.

    Examples
    --------
    >>> from ivvu_analysis import figures
    >>> figures.palette(["no", "yes"], {"no": "tab:orange", "yes": "tab:blue"})
    {'no': '#ff7f0e', 'yes': '#1f77b4'}
    """
    if given is not None and not isinstance(given, Mapping):
        chosen = sns.color_palette(given if isinstance(given, str) else list(given), len(levels))
        return {level: to_hex(colour) for level, colour in zip(levels, chosen, strict=True)}
    own = {level: to_hex(given[level]) for level in levels if given and level in given}
    rest = [level for level in levels if level not in own]
    colours = ramp(len(rest)) if ordered else [UNORDERED[i % len(UNORDERED)] for i in range(len(rest))]
    return {level: own.get(level) or colours[rest.index(level)] for level in levels}


def colours_of(
    data: pd.DataFrame, column: str | None, given: Palette, *, distinct: bool = False
) -> dict[Any, str]:
    """Return a colour for each level of a column, or for ``""`` without one.

    Where none is given, ``data.attrs["palette"]`` may have the colours that some levels have of their own.
    The others have a ramp, save where they are to be `distinct` or have no order.
    """
    given = data.attrs.get("palette") if given is None else given
    if column is None:
        return palette([""], given)
    dtype = data[column].dtype
    distinct = distinct or (isinstance(dtype, pd.CategoricalDtype) and not dtype.ordered)
    return palette(levels_of(data[column]), given, ordered=not distinct)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 for none to 21 (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)
        ]
        return float(np.dot(parts, (0.2126, 0.7152, 0.0722)))

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """Return black or white, whichever is read best on a colour: at least 4.5 to 1 on any."""
    return max(("#000000", PAPER), key=lambda ink: contrast(ink, colour))


def ink_like(colour: str) -> str:
    """Return a colour for text on white that belongs to `colour`: itself, if it can be read."""
    return colour if contrast(colour, PAPER) >= 4.5 else INK


def hatched(colour: str) -> dict[str, Any]:
    """Return how an area in a colour is filled: what is unknown has hatching."""
    return {"hatch": "////" if colour == UNKNOWN else None, "edgecolor": PAPER, "linewidth": 0.8}
