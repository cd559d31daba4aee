"""The theme: its style file, and colours that keep their order in grey and carry text that can be read."""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.colors import to_hex

from ivvu_analysis import scales

INK, FAINT, PAPER = "#1f2328", "#57606a", "#ffffff"
ACCENT, ALERT, MUTED, UNKNOWN = "#1f5f8b", "#b35806", "#b7c0c9", "#c9d1d9"
# The first five are dark enough for lines and for text on white.
UNORDERED = (
    *(ACCENT, ALERT, "#1b7f5c", "#762a83", "#5e6c84"),
    *("#a6cee3", "#f0b060", "#b8e186", "#cab2d6", "#d9d9d9"),
)
MARKERS = ("o", "D", "s", "^", "v", "P", "X", "*")
DIVERGING = "PuOr_r"  # told apart without seeing red or green
NORMAL, SMALL = 9.0, 8.25  # points; a page shows them half as large again

Palette = str | Sequence[Any] | Mapping[Any, Any] | None
Format = Callable[[float], str]
ONE = " "  # a column for all rows of a frame without groups

# Our theme, whatever theme the rest of a notebook is in: what our file leaves open is matplotlib's own.
OURS = mpl.rc_params_from_file(Path(__file__).with_name("ivvu.mplstyle"), use_default_template=False)
ABOUT = {name.split(".")[0] for name in OURS} - {"figure"}
themed = mpl.rc_context({k: v for k, v in mpl.rcParamsDefault.items() if k.split(".")[0] in ABOUT} | OURS)


def percent(value: float) -> str:
    """Return a share as a whole percentage."""
    return f"{scales.percent(value):.0f}%"


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
        As seaborn takes it: a name, a list, or a mapping, which may leave levels out, or have others too.
    ordered
        Whether the default is a ramp from light to dark; otherwise it is colours that can be told apart.

    Examples
    --------
    >>> from ivvu_analysis import figures
    >>> figures.palette(["no", "yes"], {"no": "tab:orange", "yes": "tab:blue"})
    {'no': '#ff7f0e', 'yes': '#1f77b4'}
    """
    if given is None or isinstance(given, Mapping):
        own = dict(given or {})
        rest = [level for level in levels if level not in own]
        if rest and (unknown := [str(name) for name in own if name not in [*levels]]):
            raise ValueError(f"No level is called {unknown[0]!r}; they are {', '.join(map(str, levels))}.")
        chosen = own | dict(zip(rest, ramp(len(rest)) if ordered else cycle(UNORDERED), strict=False))
    else:
        chosen = dict(zip(levels, sns.color_palette(given, len(levels)), strict=True))
    return {level: to_hex(chosen[level]) for level in levels}


def named(data: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return a frame of which every row has these names; it would not be drawn without."""
    for column in columns:
        if data[column].isna().any():
            raise ValueError(f"Some rows have no '{column}': leave them out, or name what is not known.")
    return data


def wide(data: pd.DataFrame, rows: str, columns: str, values: str) -> pd.DataFrame:
    """Return a frame of sizes by rows and columns: nought where there is none, in the order to draw."""
    named(data, rows, columns)
    sizes = data.pivot_table(index=rows, columns=columns, values=values, aggfunc="sum", observed=False)
    return sizes.reindex(index=levels_of(data[rows]), columns=levels_of(data[columns])).fillna(0.0)


def grouped(
    data: pd.DataFrame, hue: str | None, given: Palette, *, distinct: bool = True
) -> tuple[pd.DataFrame, str, dict[Any, str]]:
    """Return a frame with its column of groups, and the colours of these; see `colours_of`.

    Without such a column all rows are of one group without a name.
    """
    if not hue:
        data, hue, distinct = data.assign(**{ONE: ""}), ONE, True
    return named(data, hue), hue, colours_of(data, hue, given, distinct=distinct)


def colours_of(data: pd.DataFrame, column: str, given: Palette, *, distinct: bool = False) -> dict[Any, str]:
    """Return a colour for each level of a column.

    Where none is given, ``data.attrs["palette"]`` may have the colours that some levels have of their own.
    The others have a ramp, save where they are to be `distinct` or have no order.
    """
    ordered, levels = getattr(data[column].dtype, "ordered", True), levels_of(data[column])
    if given is None:
        given = {name: colour for name, colour in data.attrs.get("palette", {}).items() if name in levels}
    return palette(levels, given, ordered=ordered and not distinct)


def kinds(colours: Mapping[Any, str]) -> dict[str, Any]:
    """Return how seaborn tells kinds apart: each has a colour and a shape of its own."""
    order = [*colours]
    shapes = dict(zip(order, cycle(MARKERS), strict=False))
    return {"hue_order": order, "style_order": order, "palette": dict(colours) or None, "markers": shapes}
