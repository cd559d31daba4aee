"""Figures in the manner of seaborn: a tidy frame first, columns by keyword, an Axes back.

The grouping columns hold labels, as ordered categoricals in the order to draw (`Report.labelled` makes them);
numbers stand in `estimate`, `conf_low` and `conf_high`. Whoever wants another colour or title goes on with
seaborn and matplotlib.

Examples
--------
>>> import pandas as pd
>>> from ivvu_analysis import figures
>>> shares = pd.DataFrame({"wave": ["2020"] * 2, "level": ["no", "yes"], "estimate": [0.4, 0.6]})
>>> ax = figures.stacked(shares, y="wave", hue="level")
>>> ax.set_title("mine").get_text()
'mine'
"""

from ivvu_analysis.figures.alluvial import flows
from ivvu_analysis.figures.bars import bars, multiples, stacked
from ivvu_analysis.figures.courses import lines, slope
from ivvu_analysis.figures.export import svg
from ivvu_analysis.figures.layout import headline
from ivvu_analysis.figures.named import funnel, scatter
from ivvu_analysis.figures.points import dots
from ivvu_analysis.figures.theme import palette
from ivvu_analysis.figures.tiles import heatmap, tile_map

__all__ = [
    "bars",
    "dots",
    "flows",
    "funnel",
    "headline",
    "heatmap",
    "lines",
    "multiples",
    "palette",
    "scatter",
    "slope",
    "stacked",
    "svg",
    "tile_map",
]


def __dir__() -> list[str]:
    return __all__
