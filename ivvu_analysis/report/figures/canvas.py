"""The sheet that every figure is drawn on: 680 pixels wide, the origin at the top left, painted in order.

A canvas grows downwards with what is drawn on it and ends as an SVG that can stand inside a page: text
remains text, nothing is fetched from elsewhere, and the same drawing is the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from ivvu_analysis.report.figures.elements import Element, box, course, lettering, pixels, stroke
from ivvu_analysis.report.figures.palettes import INK, Fill

WIDTH = 680
SIZE = 12.0
SMALL = 11.0
DPI = 72  # one point is one pixel
EM = 100  # points at which characters are measured
PARTS = 2**16  # of a pixel, in which FreeType tells advances
FONT = "DejaVu Sans"  # comes with matplotlib, so that a text is measured alike on every machine
FONTS = f"{FONT}, Verdana, sans-serif"
HATCH_INK = "#8c959f"


@dataclass(frozen=True)
class Drawing:
    """A figure: `svg` to stand inside a page, and `alt`, what it shows in a sentence or two."""

    svg: str
    alt: str


def text_width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Return how wide a text is in pixels, with a margin for readers without the first typeface."""
    return 1.03 * size * sum(_advance(character, bold) for character in text)


@lru_cache(maxsize=4096)
def _advance(character: str, bold: bool) -> float:
    """Return how far a character moves the next one, in units of the size of the type.

    Their sum is never less than what a text takes: kerning only brings its characters together. To lay a
    whole text out takes a hundred times as long.
    """
    font = get_font(findfont(FontProperties(family=FONT, weight="bold" if bold else "normal")))
    font.set_size(EM, DPI)
    return font.load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance / PARTS / EM


def fit(text: str, width: float, lines: int = 2, size: float = SIZE, bold: bool = False) -> list[str] | None:
    """Break a text at its blanks and hyphens into at most `lines` lines of `width` pixels, or return None."""
    broken = [""]
    for piece in re.findall(r"[^ -]*-|[^ -]+ ?| ", text):
        if broken[-1] and text_width((broken[-1] + piece).strip(), size, bold) > width:
            broken.append("")
        broken[-1] += piece
    fitted = [line.strip() for line in broken]
    if len(fitted) > lines or any(text_width(line, size, bold) > width for line in fitted):
        return None
    return fitted


def squeeze(text: str, width: float, lines: int = 2, size: float = SIZE, bold: bool = False) -> list[str]:
    """Break a text into lines as `fit` does; cut it short with an ellipsis where it is too long."""
    fitted = fit(text, width, lines, size, bold)
    if fitted is not None:
        return fitted
    kept = max(1, int(len(text) * min(1.0, lines * width / text_width(text, size, bold))))
    while kept > 1 and fit(text[:kept].rstrip() + "…", width, lines, size, bold) is None:
        kept -= 1
    return fit(text[:kept].rstrip() + "…", width, lines, size, bold) or ["…"]


class Canvas:
    """A sheet to draw on; later strokes lie over earlier ones."""

    def __init__(self) -> None:
        self._figure = Figure(dpi=DPI)
        self._figure.patch.set_visible(False)
        self._place = Affine2D()
        self._strokes = 0

    def _add(self, artist: Artist) -> None:
        artist.set_transform(self._place)
        self._strokes += 1
        artist.set_zorder(self._strokes)
        self._figure.add_artist(artist)

    def rectangle(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: Fill,
        edge: str | None = None,
        line: float = 1,
    ) -> None:
        """Fill a rectangle whose top left corner is at (x, y), with an outline where `edge` is a colour."""
        if fill.hatched:
            patch = Rectangle((x, y), width, height, facecolor=fill.colour, linewidth=line if edge else 0)
            patch.set_edgecolor(edge or "none")
            patch.set_hatch("////")
            patch.set_hatchcolor(HATCH_INK)
            self._add(patch)
        else:
            style = f"fill: {fill.colour}" + (f"; {stroke(edge, line)}" if edge else "")
            self._add(Element("path", d=box(x, y, width, height), style=style))

    def outline(self, x: float, y: float, width: float, height: float, colour: str, line: float) -> None:
        """Draw the outline of a rectangle."""
        style = f"fill: none; {stroke(colour, line)}"
        self._add(Element("path", d=box(x, y, width, height), style=style))

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        colour: str = INK,
        width: float = 1,
        dashed: bool = False,
    ) -> None:
        """Draw a line through points, with a gap where one is not known."""
        dashes = f"; stroke-dasharray: {4 * width:g} {3 * width:g}" if dashed else ""
        style = f"fill: none; stroke: {colour}; stroke-width: {width:g}{dashes}"
        if path := course(xs, ys):
            self._add(Element("path", d=path, style=style))

    def marker(
        self, x: float, y: float, shape: str, colour: str, size: float = 8, edge: str | None = None
    ) -> None:
        """Draw a marker of matplotlib's `shape` (``"o"``, ``"D"``, ``"^"``) at a point."""
        marker = Line2D([x], [y], linestyle="none", marker=shape, markersize=size)
        marker.set_markerfacecolor(colour)
        marker.set_markeredgecolor(edge or colour)
        self._add(marker)

    def area(self, corners: Sequence[tuple[float, float]], colour: str, opacity: float = 1) -> None:
        """Fill a polygon."""
        style = f"fill: {colour}" + (f"; opacity: {opacity:g}" if opacity != 1 else "")
        self._add(Element("path", d=f"{course(*zip(*corners, strict=True))} z", style=style))

    def ribbon(
        self,
        left: tuple[float, float, float],
        right: tuple[float, float, float],
        colour: str,
        opacity: float,
        dashed: bool = False,
    ) -> None:
        """Fill a curved band between two upright edges, each given as (x, top, bottom)."""
        (x0, top0, low0), (x1, top1, low1) = left, right
        middle = (x0 + x1) / 2
        points = [
            *((x0, top0), (middle, top0), (middle, top1), (x1, top1)),
            *((x1, low1), (middle, low1), (middle, low0), (x0, low0), (x0, top0)),
        ]
        bend = [Path.CURVE4] * 3
        path = Path(points, [Path.MOVETO, *bend, Path.LINETO, *bend, Path.CLOSEPOLY])
        style = (0, (4, 3)) if dashed else "-"
        self._add(
            PathPatch(path, facecolor=(colour, opacity), edgecolor=colour, linewidth=0.8, linestyle=style)
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        align: str = "left",
        size: float = SIZE,
        bold: bool = False,
        colour: str = INK,
    ) -> None:
        """Write a line of text whose middle height is at `y`; the browser lays it out."""
        if text:
            at = {"x": pixels(x), "y": pixels(y + 0.36 * size)}
            self._add(Element("text", text, **at, style=lettering(align, size, bold, colour)))

    def lines(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        align: str = "left",
        size: float = SIZE,
        bold: bool = False,
        colour: str = INK,
    ) -> None:
        """Write lines below each other, the middle of them all at `y`."""
        pitch = 1.2 * size
        for i, line in enumerate(lines):
            above = y + (i - (len(lines) - 1) / 2) * pitch
            self.text(x, above, line, align=align, size=size, bold=bold, colour=colour)

    def drawing(self, height: float, alt: str, key: str) -> Drawing:
        """Finish the sheet at `height` pixels as a drawing whose ids are made unique by `key`."""
        self._place.scale(1, -1).translate(0, height)
        self._figure.set_size_inches(WIDTH / DPI, height / DPI)
        raw = io.StringIO()
        with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": key, "hatch.linewidth": 0.8}):
            sheet = FigureCanvasSVG(self._figure)
            sheet.print_svg(raw, metadata={"Date": None})  # type: ignore[no-untyped-call]
        return Drawing(_inline(raw.getvalue(), height, alt), alt)


def _inline(document: str, height: float, alt: str) -> str:
    """Turn an SVG document into an element that can stand inside a page."""
    body = document[document.index("</metadata>") + len("</metadata>") : document.rindex("</svg>")]
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", body, count=1, flags=re.DOTALL)
    body = re.sub(r'<g id="[^"]*"', "<g", body)  # names such as patch_1 would occur in every figure
    body = body.replace("xlink:href", "href")
    body = re.sub(r"\s*\n\s*", " ", body).replace("> <", "><").strip()
    size = f'width="{WIDTH}" height="{height:g}" viewBox="0 0 {WIDTH} {height:g}"'
    style = f'font-family="{FONTS}" stroke-linejoin="round"'
    meaning = f'role="img" aria-label="{escape(alt)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {meaning} {style}>{body}</svg>'
