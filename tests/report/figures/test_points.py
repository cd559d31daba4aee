from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from ivvu_analysis.codebook import LANGUAGES, Language, scale
from ivvu_analysis.report.figures import Drawing, correspondence, scatter

Sound = Callable[[Callable[[], Drawing]], Drawing]
Said = Callable[[Drawing], str]

HOLDERS = pd.DataFrame({"holder": ["cz", "eno", "vgz"], "share": [0.1, 0.1, 0.3], "phase": [4.5, 4.5, 3.0]})


@pytest.mark.parametrize("language", LANGUAGES)
def test_scatter_names_points_that_lie_on_one_another(language: Language, sound: Sound, said: Said) -> None:
    drawing = sound(
        lambda: scatter(
            HOLDERS, row="holder", x="share", y="phase", x_title="x", y_title="y", language=language, key="k"
        )
    )
    assert [name for name in ("CZ", "Eno", "VGZ") if name not in said(drawing).split()] == []
    assert {"en": "VGZ: 3.0 at 30%", "nl": "VGZ: 3,0 bij 30\u00a0%"}[language] in drawing.alt


def test_a_point_without_a_place_is_left_out(sound: Sound, said: Said) -> None:
    frame = HOLDERS.assign(phase=[4.5, None, 3.0])
    assert "Eno" not in said(
        sound(lambda: scatter(frame, row="holder", x="share", y="phase", language="en", key="k"))
    )


def places(rows: dict[str, tuple[float, float]], columns: dict[str, tuple[float, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (side, code, dimension, point[dimension - 1], (0.6, 0.25)[dimension - 1])
            for side, points in (("row", rows), ("column", columns))
            for code, point in points.items()
            for dimension in (1, 2)
        ],
        columns=["side", "point", "dimension", "estimate", "inertia_share"],
    )


MAP = places({"technology": (0.9, 0), "education": (0.01, 0.01)}, {"cz": (0, 0.2), "vgz": (0, 0.2)})


@pytest.mark.parametrize("language", LANGUAGES)
def test_correspondence_says_how_much_it_shows_and_what_is_far_away(
    language: Language, sound: Sound, said: Said
) -> None:
    drawing = sound(lambda: correspondence(MAP, rows="theme", columns="holder", language=language, key="k"))
    assert "85" in drawing.alt
    assert scale("theme").short("technology", language) in drawing.alt.rsplit(":", 1)[1]
    assert "60" in said(drawing)


def test_the_two_axes_have_one_unit() -> None:
    frame = places({"technology": (1, 0), "education": (0, 1)}, {"cz": (0, 0)})
    svg = correspondence(frame, rows="theme", columns="holder", language="en", key="k").svg
    marks = [
        tuple(float(part.split('"')[1]) for part in piece.split(" ")[2:4]) for piece in svg.split("<use")[3:]
    ]
    (x1, y1), (x2, y2), (x0, y0) = marks
    assert x1 - x0 == pytest.approx(y0 - y2, abs=0.1)
    assert y1 == pytest.approx(y0)
    assert x2 == pytest.approx(x0)


def test_a_map_with_one_dimension_is_a_line(sound: Sound) -> None:
    one = MAP[MAP["dimension"] == 1]
    sound(lambda: correspondence(one, rows="theme", columns="holder", language="nl", key="k"))
