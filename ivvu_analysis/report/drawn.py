"""Whatever was drawn, with matplotlib or seaborn, as one drawing that says what it shows."""

from __future__ import annotations

from html import escape
from typing import Any

import matplotlib.pyplot as plt
from markupsafe import Markup
from matplotlib.figure import Figure, FigureBase

from ivvu_analysis import figures

Drawn = Any  # an Axes, a Figure, a grid of seaborn or a seaborn.objects Plot


def figure_of(drawn: Drawn) -> Figure:
    """Return the figure of whatever was drawn, no longer waiting to be shown a second time.

    Raises
    ------
    TypeError
        If nothing was drawn.
    """
    if hasattr(drawn, "on"):  # seaborn.objects.Plot
        canvas = Figure()
        drawn.on(canvas).plot()
        drawn = canvas
    found = getattr(drawn, "figure", None)
    if not isinstance(found, FigureBase):
        raise TypeError(
            f"report.figure takes an Axes, a Figure or a plot of seaborn, and got {type(drawn).__name__}."
        )
    whole: Figure = found.get_figure(root=True)
    plt.close(whole)
    return whole


def spoken(figure: Figure, key: str, said: str) -> Markup:
    """Return a figure as SVG with the text that stands for it."""
    name = escape(" ".join(said.split()))
    return Markup(figures.svg(figure, key=key).replace("<svg ", f'<svg role="img" aria-label="{name}" ', 1))
