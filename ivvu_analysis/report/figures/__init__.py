"""Figures: each takes a tidy result frame and returns a `Drawing`, an SVG with its text alternative."""

from __future__ import annotations

from ivvu_analysis.report.figures.bars import counts, diverging, stacked
from ivvu_analysis.report.figures.canvas import Drawing
from ivvu_analysis.report.figures.intervals import dots, ranges
from ivvu_analysis.report.figures.ladders import ladder, phases, small_multiples

__all__ = [
    "Drawing",
    "counts",
    "diverging",
    "dots",
    "ladder",
    "phases",
    "ranges",
    "small_multiples",
    "stacked",
]
