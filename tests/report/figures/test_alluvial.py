from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from ivvu_analysis.codebook import LANGUAGES, Language, scale
from ivvu_analysis.report.figures import Drawing, flows

Sound = Callable[[Callable[[], Drawing]], Drawing]
Said = Callable[[Drawing], str]

MARGINS = pd.DataFrame(
    [("2019-03", 1, 1), ("2019-03", 2, 33), ("2019-10", 2, 4), ("2019-10", 3, 30), ("2020-03", 3, 34)],
    columns=["wave", "phase", "regions"],
)
MOVES = pd.DataFrame(
    [
        ("2019-03", "2019-10", "1", "2", 1, True),
        ("2019-03", "2019-10", "2", "2", 3, True),
        ("2019-03", "2019-10", "2", "3", 30, True),
        ("2019-10", "2020-03", "2", "3", 4, False),
        ("2019-10", "2020-03", "3", "3", 30, False),
        ("2019-10", "2020-03", "3", "4", 0, False),
    ],
    columns=["from_wave", "to_wave", "from_phase", "to_phase", "estimate", "identified"],
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dimension", ["agreements", "dynamics", "vision"])
def test_flows_name_every_phase_and_count_the_moves(
    dimension: str, language: Language, sound: Sound, said: Said
) -> None:
    drawing = sound(lambda: flows(MARGINS, MOVES, dimension=dimension, language=language, key="k"))
    for level in scale(dimension):
        assert set(level.labels[language].split()) <= set(said(drawing).split())
    numbers = [int(word) for word in drawing.alt.replace(",", "").split() if word.isdigit()]
    assert [n for n in numbers if n < 100] == [31, 3, 0, 4, 30, 0]


def test_only_an_interval_with_other_possible_courses_says_so(said: Said) -> None:
    drawing = flows(MARGINS, MOVES, dimension="vision", language="en", key="k")
    assert said(drawing).count("several") == 1
    assert drawing.alt.endswith("(one of several possible courses).")
    certain = flows(MARGINS, MOVES.assign(identified=True), dimension="vision", language="en", key="k")
    assert "several" not in said(certain) + certain.alt
    assert "dasharray" in drawing.svg
    assert "dasharray" not in certain.svg


def test_a_move_down_is_counted_as_one(sound: Sound) -> None:
    before = pd.DataFrame([("2019-03", 4, 2), ("2019-10", 3, 2)], columns=["wave", "phase", "regions"])
    down = MOVES.head(1).assign(from_phase=4, to_phase=3, estimate=2)
    drawing = sound(lambda: flows(before, down, dimension="dynamics", language="en", key="k"))
    assert "0 rose, 0 stayed, 2 fell back" in drawing.alt


def test_moves_may_repeat_their_index() -> None:
    parts = pd.concat([part.reset_index(drop=True) for _, part in MOVES.groupby("from_wave")])
    drawing = flows(MARGINS, parts, dimension="vision", language="en", key="k")
    assert drawing == flows(MARGINS, MOVES, dimension="vision", language="en", key="k")
