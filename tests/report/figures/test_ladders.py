from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from ivvu_analysis.codebook import DIMENSIONS, LANGUAGES, Language, scale
from ivvu_analysis.report.figures import Drawing, ladder, phases, small_multiples

Sound = Callable[[Callable[[], Drawing]], Drawing]
Said = Callable[[Drawing], str]

DYNAMICS = pd.DataFrame(
    [("2019-03", 1, 2), ("2019-03", 2, 31), ("2019-03", 4, 1), ("2020-10", 4, 34)],
    columns=["wave", "phase", "regions"],
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_phases_names_every_phase_and_counts_the_top(language: Language, sound: Sound, said: Said) -> None:
    drawing = sound(lambda: phases(DYNAMICS, dimension="dynamics", language=language, key="k"))
    for level in scale("dynamics"):
        assert level.labels[language] in said(drawing)
    assert "31" in said(drawing).split()
    top = scale("dynamics").label("4", language)
    assert f"‘{top}’: 1 " in drawing.alt
    assert " 34 " in drawing.alt


@pytest.mark.parametrize("language", LANGUAGES)
def test_small_multiples_have_one_panel_a_ladder(language: Language, sound: Sound, said: Said) -> None:
    frame = pd.concat([DYNAMICS.assign(dimension=name) for name in DIMENSIONS])
    drawing = sound(lambda: small_multiples(frame, language=language, key="k"))
    for name in DIMENSIONS:
        assert scale(name).title(language) in said(drawing)
        assert drawing.alt.count(scale(name).label(scale(name).codes[-1], language)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_ladder_marks_one_region_with_words(
    dimension: str, language: Language, sound: Sound, said: Said
) -> None:
    frame = pd.DataFrame({"phase": [3, 4], "regions": [2, 32]})
    drawing = sound(
        lambda: ladder(
            frame, dimension=dimension, marked_phase=4, marked_label="Twente", language=language, key="k"
        )
    )
    assert "32 Twente" in said(drawing)
    assert "31" in drawing.alt
    assert said(drawing).index(scale(dimension).codes[-1]) == 0


def test_ladder_survives_a_region_on_its_own_and_a_hostile_name(hostile: str, sound: Sound) -> None:
    frame = pd.DataFrame({"phase": ["1"], "regions": [1]})
    drawing = sound(
        lambda: ladder(
            frame, dimension="vision", marked_phase="1", marked_label=hostile * 3, language="en", key="k"
        )
    )
    assert "with 0 of the 0 other regions" in drawing.alt
