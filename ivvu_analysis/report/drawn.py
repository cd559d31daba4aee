"""Whatever was drawn as a figure of a page: taken from pyplot, with a text that stands for it."""

from __future__ import annotations

from html import escape, unescape
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Drawn = Any  # an Axes, a Figure, a grid of seaborn or a seaborn.objects Plot


def figure_of(drawn: Drawn) -> Figure:
    """Return the figure of whatever was drawn, no longer waiting to be shown a second time.

    Raises
    ------
    TypeError
        If nothing was drawn.
    """
    if isinstance(drawn, Axes):
        found = drawn.get_figure(root=True)
    elif isinstance(drawn, Figure):
        found = drawn
    elif hasattr(drawn, "on") and hasattr(drawn, "plot"):  # seaborn.objects.Plot
        found = Figure()
        drawn.on(found).plot()
    else:
        found = getattr(drawn, "figure", None)
    if not isinstance(found, Figure):
        raise TypeError(
            f"report.figure takes an Axes, a Figure or a plot of seaborn, and got {type(drawn).__name__}."
        )
    plt.close(found)
    return found


def plot(svg: str, label: str, said: str) -> str:
    """Return a drawing that scrolls where it is too wide, with the text that stands for it."""
    spoken = f'<svg role="img" aria-label="{escape(" ".join(said.split()))}" '
    shown = svg.replace("<svg ", spoken, 1)
    return f'<div class="plot" tabindex="0" role="group" aria-label="{escape(label)}">{shown}</div>'


def scrolling(table: str, label: str) -> str:
    """Let a wide table scroll within the page, by keyboard too."""
    return f'<div class="wide" tabindex="0" role="group" aria-label="{escape(unescape(label))}">{table}</div>'
