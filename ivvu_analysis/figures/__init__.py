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

from ivvu_analysis.figures.export import svg
from ivvu_analysis.figures.layout import headline
from ivvu_analysis.figures.patches import flows, heatmap, tile_map
from ivvu_analysis.figures.planes import funnel, lines, scatter
from ivvu_analysis.figures.rowwise import dots, multiples, stacked
from ivvu_analysis.figures.theme import palette

__all__ = [
    "dots",
    "flows",
    "funnel",
    "headline",
    "heatmap",
    "lines",
    "multiples",
    "palette",
    "scatter",
    "stacked",
    "svg",
    "tile_map",
]
