"""What goes into a drawing as it is: texts, lines and boxes, of which the browser knows all the rest."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import isfinite
from typing import cast

from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_svg import RendererSVG

ANCHORS = {"left": "start", "center": "middle", "right": "end"}


class Element(Artist):
    """An element of SVG that goes into the drawing as it is: most strokes need nothing computed.

    Parameters
    ----------
    tag
        What it is.
    text
        What it holds; never a formula.
    attributes
        What SVG wants to know of it.
    """

    def __init__(self, tag: str, text: str = "", **attributes: str) -> None:
        super().__init__()
        self._tag, self._text, self._attributes = tag, text, attributes

    def draw(self, renderer: RendererBase) -> None:
        """Write the element."""
        writer = cast(RendererSVG, renderer).writer
        writer.element(self._tag, self._text, attrib=self._attributes)  # type: ignore[no-untyped-call]


def pixels(length: float) -> str:
    """Return a length as SVG writes it."""
    return f"{length:f}".rstrip("0").rstrip(".")


def course(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Return the straight lines through points, as SVG writes them, broken where one is not known."""
    written, move = [], "M"
    for x, y in zip(xs, ys, strict=True):
        known = isfinite(x) and isfinite(y)
        if known:
            written.append(f"{move} {pixels(x)} {pixels(y)}")
        move = "L" if known else "M"
    return " ".join(written)


def box(x: float, y: float, width: float, height: float) -> str:
    """Return the outline of a rectangle, as SVG writes it."""
    return f"M {pixels(x)} {pixels(y)} h {pixels(width)} v {pixels(height)} h {pixels(-width)} z"


def stroke(colour: str, line: float) -> str:
    """Return how an outline is drawn, as CSS."""
    return f"stroke: {colour}; stroke-width: {line:g}; stroke-linejoin: miter"


@lru_cache
def lettering(align: str, size: float, bold: bool, colour: str) -> str:
    """Return how a text is written, as CSS; the typeface is the same in all of a drawing."""
    return "; ".join(
        [
            *(["font-weight: 700"] if bold else []),
            f"font-size: {size:g}px",
            f"text-anchor: {ANCHORS[align]}",
            f"fill: {colour}",
        ]
    )
