"""The blocks that a page is made of: a figure with its numbers, a table, and where they come from."""

from __future__ import annotations

from html import escape

from ivvu_analysis.codebook import Language
from ivvu_analysis.report.tables import Table

FIGURE = {"en": "Figure", "nl": "Figuur"}
TABLE = {"en": "Table", "nl": "Tabel"}
SOURCE = {"en": "Source", "nl": "Bron"}
NUMBERS = {"en": "The numbers of this figure", "nl": "De cijfers bij deze figuur"}


def figure(key: str, label: str, caption: str, svg: str, table: Table, source: str) -> str:
    """Return a figure with its caption, its source and its numbers in a table that folds out.

    Parameters
    ----------
    key
        The id of the figure.
    label
        Its number, such as ``"Figure 1"``.
    caption
        HTML-safe.
    svg
        The drawing.
    table
        The numbers behind it.
    source
        Where they come from, as plain text.
    """
    language = table.words.language
    numbers = _scrolling(table.html(f"{label}. {caption}", key=f"{key}-numbers"), label)
    return (
        f'<figure id="{key}"><div class="plot" tabindex="0" role="group" aria-label="{escape(label)}">'
        f"{svg}</div>"
        f"<figcaption><strong>{label}.</strong> {caption}</figcaption>{sourced(source, language)}"
        f"<details><summary>{NUMBERS[language]}</summary>{numbers}</details></figure>"
    )


def shown_table(key: str, label: str, caption: str, table: Table, source: str) -> str:
    """Return a table with its caption and its source; see `figure`."""
    html = table.html(f"<strong>{label}.</strong> {caption}", key=f"{key}-numbers")
    below = sourced(source, table.words.language)
    return f'<div class="table" id="{key}">{_scrolling(html, label)}{below}</div>'


def sourced(source: str, language: Language) -> str:
    """Return the line that says where figures come from."""
    return f'<p class="source">{SOURCE[language]}: {escape(source)}.</p>'


def _scrolling(table: str, label: str) -> str:
    """Let a wide table scroll within the page, by keyboard too."""
    return f'<div class="wide" tabindex="0" role="group" aria-label="{escape(label)}">{table}</div>'
