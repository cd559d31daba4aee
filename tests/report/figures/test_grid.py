from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from ivvu_analysis.codebook import LANGUAGES, Language, scale
from ivvu_analysis.report.figures import Drawing, heat
from ivvu_analysis.report.figures.grid import colour
from ivvu_analysis.report.figures.palettes import PAPER

Sound = Callable[[Callable[[], Drawing]], Drawing]
Said = Callable[[Drawing], str]

CELLS = pd.DataFrame(
    [
        ("technology", "cz", 12, 3.9, 0.001),
        ("technology", "vgz", 0, -2.5, 0.2),
        ("retention", "cz", 5, 0.1, 0.9),
    ],
    columns=["row", "column", "observed", "estimate", "p_adjusted"],
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_heat_writes_counts_and_names_the_most_unusual_cells(
    language: Language, sound: Sound, said: Said
) -> None:
    drawing = sound(lambda: heat(CELLS, rows="theme", columns="holder", language=language, key="k"))
    technology = scale("theme").label("technology", language)
    assert technology in said(drawing)
    assert "12" in said(drawing).split()
    assert f"{technology} {'at' if language == 'en' else 'bij'} CZ: 12" in drawing.alt
    assert "−2" in drawing.alt


def test_a_cell_that_is_not_there_is_not_known(said: Said) -> None:
    assert said(heat(CELLS, rows="theme", columns="holder", language="en", key="k")).count("–") == 1


def test_only_small_p_values_are_outlined() -> None:
    strict = heat(CELLS, rows="theme", columns="holder", level=0.0001, language="en", key="k")
    usual = heat(CELLS, rows="theme", columns="holder", language="en", key="k")
    assert usual.svg.count("<path") == strict.svg.count("<path") + 1


def test_colour_is_for_notable_residuals_only() -> None:
    assert {colour(x) for x in (-1.99, 0.0, 1.99)} == {PAPER}
    assert len({colour(x) for x in (-4, -2.5, 0, 2.5, 4)}) == 5


def test_every_cell_of_the_country_fits(sound: Sound) -> None:
    everything = pd.DataFrame(
        [(t, h, 1234, float("nan"), 1.0) for t in scale("theme").codes for h in scale("holder").codes],
        columns=CELLS.columns,
    )
    drawing = sound(lambda: heat(everything, rows="theme", columns="holder", language="nl", key="k"))
    assert "–" in drawing.alt
