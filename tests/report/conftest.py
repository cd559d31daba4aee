"""What every drawing must be, whatever it shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from ivvu_analysis.report.figures import Drawing
from ivvu_analysis.report.figures.canvas import SMALL, WIDTH, text_width

NAMESPACE = "http://www.w3.org/2000/svg"
DESCENT = 0.22  # how far a letter reaches below its line
PATH = re.compile(r"(?:[MLCQ](?: -?\d[\d.]*){2,6} |[hv] -?\d[\d.]* |z )+")
MARGIN = 1.03  # by which text_width errs on the wide side


def _texts(drawing: Drawing) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(drawing.svg).iter(f"{{{NAMESPACE}}}text"))


def _box(element: ElementTree.Element) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a text."""
    style = element.attrib["style"]
    size = float(re.findall(r"font-size: ([\d.]+)px", style)[0])
    width = text_width(element.text or "", size, "font-weight" in style) / MARGIN
    anchor = (re.findall(r"text-anchor: (\w+)", style) or ["start"])[0]
    left = float(element.attrib["x"]) - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width
    baseline = float(element.attrib["y"])
    return left, baseline - 0.72 * size, left + width, baseline


def _overlap(one: ElementTree.Element, other: ElementTree.Element) -> bool:
    a, b = _box(one), _box(other)
    return min(a[2], b[2]) - max(a[0], b[0]) > 0.5 and min(a[3], b[3]) - max(a[1], b[1]) > 0.5


@pytest.fixture
def hostile() -> str:
    """A text that would do harm if it were not escaped, or drawn as a formula."""
    return "<script>alert(1)</script> & \"$x^2$\" 'quoted' -->"


@pytest.fixture
def said() -> Callable[[Drawing], str]:
    """Return all that is written in a drawing, in order, on one line."""
    return lambda drawing: " ".join(element.text or "" for element in _texts(drawing))


@pytest.fixture
def sound() -> Callable[[Callable[[], Drawing]], Drawing]:
    """Draw twice and check that the drawing is fit for a page: legible, whole, nothing from outside."""

    def check(draw: Callable[[], Drawing]) -> Drawing:
        drawing = draw()
        assert draw() == drawing, "the same figure came out differently"
        assert "<script" not in drawing.svg
        assert "://" not in drawing.svg.replace(NAMESPACE, "", 1)
        root = ElementTree.fromstring(drawing.svg)
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"] == drawing.alt != ""
        assert not any("nan" in element.attrib.get("d", "") for element in root.iter()), (
            "a stroke leads nowhere"
        )
        height, texts = float(root.attrib["height"]), _texts(drawing)
        for text in texts:
            left, top, right, bottom = _box(text)
            below = height - bottom - DESCENT * SMALL
            assert min(left, top, WIDTH - right, below) > -1, f"'{text.text}' is cut off"
            assert bottom - top >= 0.72 * SMALL - 1e-6, f"'{text.text}' is too small"
        clashes = [(a.text, b.text) for i, a in enumerate(texts) for b in texts[:i] if _overlap(a, b)]
        assert not clashes, "texts lie over each other"
        return drawing

    return check
