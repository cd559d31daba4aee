"""How things are shown: figures with caption and source, tables, sentences and notices, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib import resources

import pandas as pd

from ivvu_analysis.errors import UserError
from ivvu_analysis.report.explorer.desk import Desk
from ivvu_analysis.report.figures import Drawing
from ivvu_analysis.report.tables import Table


def style() -> str:
    """Return the stylesheet of the explorer, which touches nothing outside it."""
    sheet = resources.files("ivvu_analysis.report.explorer").joinpath("explorer.css").read_text("utf-8")
    return f"<style>{sheet}</style>"


def figure(desk: Desk, drawing: Drawing, caption: str, source: str = "") -> str:
    """Return a figure with its caption, which is safe HTML, and its source."""
    below = f'<p class="ivvu-source">{desk.say("source")}: {escape(source)}.</p>' if source else ""
    return (
        f'<figure class="ivvu-figure"><div class="ivvu-plot">{drawing.svg}</div>'
        f"<figcaption>{caption}</figcaption>{below}</figure>"
    )


def table(
    desk: Desk,
    frame: pd.DataFrame,
    caption: str,
    *,
    key: str,
    levels: str = "",
    unit: str = "%",
    heads: Mapping[str, str] | None = None,
) -> str:
    """Return a frame as a table with its caption, which is safe HTML; see `report.tables.Table`."""
    shown = Table(frame, desk.words, unit, levels, heads).html(caption, key=key)
    return f'<div class="ivvu-table" tabindex="0" role="group" aria-label="{escape(caption)}">{shown}</div>'


def heading(title: str, intro: str) -> str:
    """Return the title with what there is to do below it; both are safe HTML."""
    return f"<h1>{title}</h1><p>{intro}</p>"


def sentence(text: str) -> str:
    """Return a paragraph; `text` is safe HTML."""
    return f"<p>{text}</p>"


def hint(text: str) -> str:
    """Return a remark on how a control works; `text` is safe HTML."""
    return f'<p class="ivvu-hint">{text}</p>'


def notice(text: str) -> str:
    """Return a remark on what cannot be shown; `text` is safe HTML."""
    return f'<p class="ivvu-notice" role="status">{text}</p>'


def problem(error: UserError) -> str:
    """Return what is wrong and what to do about it."""
    told = f"<strong>{escape(error.problem)}</strong> {escape(error.remedy)}"
    return f'<p class="ivvu-problem" role="alert">{told}</p>'


def preformatted(text: str) -> str:
    """Return a text as it is, in letters of one width."""
    return f'<pre tabindex="0">{escape(text)}</pre>'
