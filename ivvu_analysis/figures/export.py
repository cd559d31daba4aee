"""A figure as SVG for a page: text that stays text, and the same bytes every time."""

import re
from io import StringIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from ivvu_analysis.figures import theme
from ivvu_analysis.figures.layout import EDGE

# The typeface of the page, if there is one; so wide that text is as large as prose, in JupyterLab too.
ROOT = """width="100%" preserveAspectRatio="xMinYMin meet" style="max-width: 40rem; font-family:
var(--text, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif)" """
ROUNDING = 0.2  # inches by which a text that fits may be measured too wide, in a wide typeface
# What stands before the element, when and with what it was made, and blanks around lines.
BESIDE = re.compile(r"^.*?(?=<svg)|<metadata>.*?</metadata>\n|\s+(?=\n)|(?<=\n) +", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
# What a tag has no use for on a page: names of groups, the typeface of each text, numbers beyond hundredths.
NOT_NEEDED = re.compile(
    r"""(?<=<g) id="[^"]*"| transform="rotate\(-0 [^"]*"|font-family: [^;"]*; ?|(?<=\d\.\d\d)\d+"""
)


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
    text = StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": key, "font.family": ["DejaVu Sans"]}):
        box = whole.get_tightbbox().padded(EDGE)
        if whole.axes and whole.axes[0].get_subplotspec() is None:  # one of ours keeps its width, or more
            own = Bbox.from_extents(0, box.y0, whole.get_figwidth(), box.y1)
            grown = Bbox.union([box, own])
            box = grown if grown.width > own.width + ROUNDING else own
        whole.savefig(text, format="svg", facecolor=theme.PAPER, bbox_inches=box)
    body = BESIDE.sub("", text.getvalue().strip())
    body = TAG.sub(lambda tag: NOT_NEEDED.sub("", tag[0]), body)
    return re.sub(r"(?<=<svg ).*?(?=viewBox=)", ROOT, body, count=1)
