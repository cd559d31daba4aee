"""A figure as SVG for a page: text that stays text, and the same bytes every time."""

from __future__ import annotations

import re
from io import StringIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from ivvu_analysis.figures import theme
from ivvu_analysis.figures.layout import EDGE

# The typeface of the page, where there is one.
TYPEFACE = "font-family: var(--text, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif)"
NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
VIEW, POINTS = re.compile(r'viewBox="[^"]*"'), 72  # to an inch
TAG, PLAIN_GROUP = re.compile(r"<[^>]+>"), re.compile(r"<g>((?:(?!</?g\b).)*)</g>", re.DOTALL)
# What a tag has no use for on a page: names of groups, the typeface of each text, numbers beyond hundredths.
SHORTER = {
    r'<g id="[^"]*"': "<g",
    r' transform="rotate\(-0 [^"]*"': "",
    r"font-family: [^;\"]*; ?": "",
    r"font: italic ": "font-style: italic; font: ",
    r"font: (\w+) ([\d.]+px) [^;\"]*": r"font-weight: \1; font-size: \2",
    r"font: ([\d.]+px) [^;\"]*": r"font-size: \1",
    r"(-?\d+\.\d\d)\d+": r"\1",
    r'(<svg [^>]*?)width="[^"]*" height="[^"]*"': rf'\1width="100%" style="{TYPEFACE}"',
}


def svg(figure: Figure | Axes, *, key: str = "figure") -> str:
    """Return a figure as one `<svg>` element that takes the width of its page.

    Parameters
    ----------
    figure
        Any figure of matplotlib, or an Axes of it.
    key
        Of each figure on a page another one, so that the ids in them differ.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> svg(Figure(figsize=(1, 1)))[:4]
    '<svg'
    """
    whole = figure if isinstance(figure, Figure) else figure.get_figure(root=True)
    assert isinstance(whole, Figure)
    text, drawn = StringIO(), list[Bbox]()
    # Measured by what has just drawn it, which knows the width of every text by then.
    watching = whole.canvas.mpl_connect("draw_event", lambda e: drawn.append(whole.get_tightbbox(e.renderer)))
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": key, "font.family": ["DejaVu Sans"]}):
        whole.savefig(text, format="svg", metadata=NO_METADATA, facecolor=theme.PAPER)
    whole.canvas.mpl_disconnect(watching)
    box, (wide, tall) = drawn[-1].padded(EDGE), whole.get_size_inches()
    if whole.axes and whole.axes[0].get_subplotspec() is None:  # one of ours keeps its width
        box = Bbox.from_extents(0, box.y0, wide, box.y1)
    seen = [round(POINTS * side, 2) + 0.0 for side in (box.x0, tall - box.y1, box.width, box.height)]
    return VIEW.sub(f'viewBox="{" ".join(map(str, seen))}"', _slim(text.getvalue()), count=1)


def _slim(drawn: str) -> str:
    """Leave out of a drawing what a page has no use for."""
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", drawn[drawn.index("<svg") :], flags=re.DOTALL)
    body, found = TAG.sub(_shorter, body.strip()), 1
    while found:
        body, found = PLAIN_GROUP.subn(r"\1", body)
    return re.sub(r"\s*\n\s*", "\n", body)


def _shorter(tag: re.Match[str]) -> str:
    text = tag[0]
    for pattern, shorter in SHORTER.items():
        text = re.sub(pattern, shorter, text)
    return text
