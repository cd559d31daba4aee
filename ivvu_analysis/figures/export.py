"""A figure as SVG for a page: text that stays text, and the same bytes every time."""

from __future__ import annotations

import re
from io import StringIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from ivvu_analysis.figures import theme
from ivvu_analysis.figures.layout import Margins

# The typeface of the page, where there is one.
FALLBACK = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
TYPEFACE = f"font-family: var(--text, {FALLBACK})"
NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
TAG, NUMBER = re.compile(r"<[^>]+>"), re.compile(r"(-?\d+\.\d\d)\d+")
FONT = re.compile(r"font: ((?:\w+ )*)([\d.]+)px [^;\"]*")
FAMILY, GROUP = (
    re.compile(r"font-family: [^;\"]*; ?| transform=\"rotate\(-0 [^\"]*\""),
    re.compile(r"</?g\b[^>]*>"),
)


def svg(figure: Figure | Axes, *, key: str = "figure") -> str:
    """Return a figure as one `<svg>` element that takes the width of its page.

    Parameters
    ----------
    figure
        Any figure of matplotlib, or an Axes of it.
    key
        What the ids in it begin with, so that several figures can stand on one page.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> svg(Figure(figsize=(1, 1)))[:4]
    '<svg'
    """
    whole = figure if isinstance(figure, Figure) else figure.get_figure(root=True)
    assert isinstance(whole, Figure)
    text, engine, canvas = StringIO(), whole.get_layout_engine(), whole.canvas
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ivvu", "font.family": ["DejaVu Sans"]}):
        if isinstance(engine, Margins):  # savefig would draw it twice for the sake of its engine
            engine.execute(whole)
            FigureCanvasSVG(whole).print_svg(text, metadata=NO_METADATA)  # type: ignore[no-untyped-call]
            whole.set_canvas(canvas)
        else:  # as JupyterLab shows it
            whole.savefig(
                text, format="svg", metadata=NO_METADATA, facecolor=theme.PAPER, bbox_inches="tight"
            )
    return _slim(text.getvalue(), key)


def _slim(drawn: str, key: str) -> str:
    """Leave out of a drawing what a page has no use for, and tell its ids from those of other figures."""
    body = drawn[drawn.index("<svg") :].strip()
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", body, count=1)
    body = re.sub(r'(<svg[^>]*?) width="[^"]*"', rf'\1 width="100%" style="{TYPEFACE}"', body, count=1)
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', body))
    body = re.sub(r' id="([^"]+)"', lambda m: f' id="{key}-{m[1]}"' if m[1] in used else "", body)
    body = re.sub(r'(url\(#|href="#)', rf"\g<1>{key}-", body)
    body = TAG.sub(lambda tag: NUMBER.sub(r"\1", FAMILY.sub("", FONT.sub(_font, tag[0]))), body)
    groups: list[bool] = []
    return re.sub(r"\s*\n\s*", "\n", GROUP.sub(lambda tag: _without_plain(tag[0], groups), body))


def _font(found: re.Match[str]) -> str:
    """Return size and weight; the typeface is that of the whole drawing."""
    weight = re.search(r"\b(?:bold|[1-9]00)\b", found[1])
    style = "; font-style: italic" if "italic" in found[1] else ""
    return f"font-size: {found[2]}px{style}" + (f"; font-weight: {weight[0]}" if weight else "")


def _without_plain(tag: str, groups: list[bool]) -> str:
    """Return a tag of a group, or nothing where the group says nothing."""
    if tag == "</g>":
        return tag if groups.pop() else ""
    if tag.endswith("/>"):
        return ""
    groups.append(tag != "<g>")
    return tag if groups[-1] else ""
