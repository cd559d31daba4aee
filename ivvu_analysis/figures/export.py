"""A figure as SVG for a page: text that stays text, and the same bytes every time."""

from __future__ import annotations

import re
from io import StringIO

import matplotlib as mpl
from matplotlib.figure import Figure

from ivvu_analysis.figures import theme

NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
NUMBER = re.compile(r"(\d+\.\d{3})\d+")


def svg(figure: Figure, *, key: str = "figure") -> str:
    """Return a figure as one `<svg>` element.

    Parameters
    ----------
    figure
        Any figure of matplotlib.
    key
        What the ids in it begin with, so that several figures can stand on one page.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> svg(Figure(figsize=(1, 1)))[:4]
    '<svg'
    """
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ivvu", **_typeface()}):
        text = StringIO()
        figure.savefig(text, format="svg", metadata=NO_METADATA, facecolor=theme.PAPER)
    body = text.getvalue()
    body = body[body.index("<svg") :].strip()
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", body, count=1)
    body = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", body, count=1)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', body)
    body = re.sub(r'(url\(#|href="#)', rf"\g<1>{key}-", body)
    return NUMBER.sub(r"\1", body)


def _typeface() -> dict[str, object]:
    return {name: theme.RC[name] for name in ("font.family", "font.sans-serif")}
