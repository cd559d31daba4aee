"""The blocks of a page: whatever was drawn, with a text that stands for it, tables that scroll, stories."""

from __future__ import annotations

from html import escape, unescape
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ivvu_analysis.report.words import Words

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


def captioned(key: str, label: str, caption: str, drawing: str, below: str) -> str:
    """Return a figure with its caption, and what stands below that."""
    return (
        f'<figure id="{key}">{drawing}<figcaption><strong>{label}.</strong> {caption}</figcaption>'
        f"{below}</figure>"
    )


def folded(summary: str, html: str, kind: str = "") -> str:
    """Return HTML that folds out."""
    marked = f' class="{kind}"' if kind else ""
    return f"<details{marked}><summary>{summary}</summary>{html}</details>"


def stories(frame: pd.DataFrame, words: Words) -> str:
    """Return rows of text (`title, theme, summary, result`) one below the other, each under its title."""
    themes = words.book.scale("theme")
    return "".join(
        f'<h3 lang="nl">{escape(row.title, quote=False)}</h3>'
        f'<p class="edition">{themes.title(words.language)}: {themes.label(row.theme, words.language)}</p>'
        f"<p>{escape(row.summary, quote=False)}</p><p>{escape(row.result, quote=False)}</p>"
        for row in frame.itertuples()
    )


def scrolling(table: str, label: str) -> str:
    """Let a wide table scroll within the page, by keyboard too."""
    return f'<div class="wide" tabindex="0" role="group" aria-label="{escape(unescape(label))}">{table}</div>'
