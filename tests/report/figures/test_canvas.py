from __future__ import annotations

import re
from io import StringIO
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from ivvu_analysis.report.figures.canvas import FONT, WIDTH, Canvas, fit, squeeze, text_width
from ivvu_analysis.report.figures.palettes import UNKNOWN


def test_the_ids_of_two_drawings_on_one_page_differ() -> None:
    def ids(key: str) -> set[str]:
        canvas = Canvas()
        canvas.rectangle(0, 0, 10, 10, UNKNOWN)
        canvas.marker(5, 5, "o", "#000000")
        return set(re.findall(r'id="([^"]+)"', canvas.drawing(20, "alt", key).svg))

    assert len(ids("a")) == 2
    assert not ids("a") & ids("b")


def test_a_text_stands_where_matplotlib_would_have_laid_it_out() -> None:
    ours, theirs, places = Canvas(), Figure(dpi=72, figsize=(WIDTH / 72, 200 / 72)), Affine2D()
    text, colour = "Ágéd cáre & jþ", "#123456"
    for line, align in enumerate(("left", "center", "right"), start=1):
        x, y, size = 100 / 3, 37.3 * line, 11 + line
        ours.text(x, y, text, align=align, size=size, bold=line > 1, colour=colour)
        font = FontProperties(family=FONT, size=size, weight="bold" if line > 1 else "normal")
        up = 200 - y - 0.36 * size
        theirs.add_artist(Text(x, up, text, fontproperties=font, color=colour, ha=align, transform=places))
    ours.text(1, 1, "")
    raw = StringIO()
    with mpl.rc_context({"svg.fonttype": "none"}):
        FigureCanvasSVG(theirs).print_svg(raw)
    assert _written(ours.drawing(200, "alt", "k").svg) == _written(raw.getvalue())


def _written(svg: str) -> list[tuple[str | None, str, str, set[str]]]:
    """Return each text of a drawing with its place and its style, without the typeface."""
    typeface = {f"font-family: '{FONT}'"}
    return [
        (text.text, text.attrib["x"], text.attrib["y"], set(text.attrib["style"].split("; ")) - typeface)
        for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


def test_a_line_has_a_gap_where_a_point_is_not_known_and_is_nothing_without_points() -> None:
    canvas = Canvas()
    canvas.line([1, 2, 3, 4], [9, 8, float("nan"), 6])
    canvas.line([], [])
    assert re.findall(r' d="([^"]*)"', canvas.drawing(20, "alt", "k").svg) == ["M 1 9 L 2 8 M 4 6"]


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(
    "text", ["Noord- en Midden-Limburg", "'t Gooi", "12,5 tot 20 %", "“Één café” – €", "AV To"]
)
def test_a_width_is_that_of_the_text_laid_out_but_for_its_kerning(text: str, bold: bool) -> None:
    font = FontProperties(family=FONT, size=14, weight="bold" if bold else "normal")
    laid_out = text_to_path.get_text_width_height_descent(text, font, False)[0]
    margin = 1.03
    assert text_width(text, 14, bold) / margin == pytest.approx(
        laid_out, rel=0.12 if text == "AV To" else 0.01
    )
    assert text_width(text, 14, bold) >= laid_out


def test_a_drawing_keeps_its_text_and_escapes_it(hostile: str) -> None:
    canvas = Canvas()
    canvas.text(0, 10, hostile)
    svg = canvas.drawing(20, hostile, "k").svg
    assert '&lt;script&gt;alert(1)&lt;/script&gt; &amp; "$x^2$"' in svg
    assert "<script" not in svg
    assert "-->" not in svg


def test_a_drawing_carries_no_date_and_no_maker() -> None:
    svg = Canvas().drawing(20, "alt", "k").svg
    assert "metadata" not in svg
    assert "atplotlib" not in svg
    assert svg.startswith("<svg ")
    assert svg.endswith("</svg>")


def test_fit_breaks_at_blanks_and_hyphens() -> None:
    width = text_width("Zaanstreek-")
    assert fit("Zaanstreek-Waterland", width) == ["Zaanstreek-", "Waterland"]
    assert fit("Zaanstreek-Waterland", width, lines=1) is None
    assert fit("Zaanstreek-Waterland", 300) == ["Zaanstreek-Waterland"]


def test_squeeze_says_that_it_left_something_out() -> None:
    short = squeeze("An organisation with a name that goes on and on and on", 120)
    assert short[-1].endswith("…")
    assert all(text_width(line) <= 120 for line in short)


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60))
def test_squeezed_text_never_takes_more_room_than_it_has(text: str) -> None:
    lines = squeeze(text, 80)
    assert len(lines) <= 2
    assert all(text_width(line) <= 80 for line in lines)
