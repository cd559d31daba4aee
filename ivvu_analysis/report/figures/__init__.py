"""Figures: each takes a tidy result frame and returns a `Drawing`, an SVG with its text alternative."""

from __future__ import annotations

from ivvu_analysis.report.figures.alluvial import flows
from ivvu_analysis.report.figures.bars import counts, diverging, stacked
from ivvu_analysis.report.figures.canvas import Drawing
from ivvu_analysis.report.figures.funnels import funnel
from ivvu_analysis.report.figures.grid import heat
from ivvu_analysis.report.figures.intervals import dots, ranges
from ivvu_analysis.report.figures.ladders import ladder, phases, small_multiples
from ivvu_analysis.report.figures.lines import forecast, sweep
from ivvu_analysis.report.figures.points import correspondence, scatter

__all__ = [
    "Drawing",
    "correspondence",
    "counts",
    "diverging",
    "dots",
    "flows",
    "forecast",
    "funnel",
    "heat",
    "ladder",
    "phases",
    "ranges",
    "scatter",
    "small_multiples",
    "stacked",
    "sweep",
]
