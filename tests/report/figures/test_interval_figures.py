from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest

from ivvu_analysis.codebook import LANGUAGES, Language
from ivvu_analysis.report.figures import Drawing, dots, ranges

Sound = Callable[[Callable[[], Drawing]], Drawing]
Said = Callable[[Drawing], str]
NAN = float("nan")

SHARES = pd.DataFrame(
    [("technology", 0.3, 0.2, 0.4), ("rest", 0.1, 0.05, 0.15)],
    columns=["group", "estimate", "conf_low", "conf_high"],
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_dots_writes_every_estimate_with_its_interval(language: Language, sound: Sound, said: Said) -> None:
    drawing = sound(lambda: dots(SHARES, row="group", language=language, reference=0.2, key="k"))
    expected = {"en": "30% (20% to 40%)", "nl": "30\u00a0% (20\u00a0% tot 40\u00a0%)"}[language]
    assert expected in said(drawing)
    assert expected in drawing.alt


def test_dots_of_two_groups_have_a_key_and_two_shapes(sound: Sound, said: Said) -> None:
    frame = pd.concat([SHARES.assign(wave="2020-03"), SHARES.assign(wave="2020-10")])
    drawing = sound(lambda: dots(frame, row="wave", group="group", language="en", key="k"))
    assert "Technology" in said(drawing)
    assert "March 2020, Technology: 30% (20% to 40%)" in drawing.alt
    assert drawing.svg.count("<use") == 6


def test_rows_with_labels_of_two_lines_are_taller(sound: Sound) -> None:
    labels = {"technology": "Technology", "rest": "All other themes, taken together as one group of projects"}
    plain, wrapped = (
        sound(lambda names=names: dots(SHARES, row="group", labels=names, language="en", key="k"))
        for names in ({}, labels)
    )
    plain_height, wrapped_height = (
        float(re.findall(r'height="([\d.]+)"', drawing.svg)[0]) for drawing in (plain, wrapped)
    )
    assert wrapped_height > plain_height


def test_differences_say_that_they_are_percentage_points(sound: Sound, said: Said) -> None:
    frame = SHARES.assign(conf_low=-0.1)
    drawing = sound(lambda: dots(frame, row="group", unit="+%1", reference=0, language="nl", key="k"))
    assert "+30,0 (−10,0 tot +40,0)" in said(drawing)
    assert "procentpunt" in said(drawing)
    assert drawing.alt.endswith("procentpunt.")


@pytest.mark.parametrize("values", [(NAN, 0.0, 1.0), (0.5, NAN, NAN), (0.0, 0.0, 0.0), (NAN, NAN, NAN)])
def test_dots_draws_what_is_known(values: tuple[float, float, float], sound: Sound, said: Said) -> None:
    frame = pd.DataFrame([("all", *values)], columns=SHARES.columns)
    drawing = sound(lambda: dots(frame, row="group", language="en", key="k"))
    assert ("–" in said(drawing)) == (values[0] != values[0])


BOUNDS = pd.DataFrame(
    [("any", 8, 32), ("monotone", 20, 20), ("one_step", NAN, NAN)],
    columns=["assumption", "conf_low", "conf_high"],
)


def test_ranges_have_no_dot_and_say_what_is_exact_and_what_cannot_be(sound: Sound, said: Said) -> None:
    labels = {"any": "without", "monotone": "no way back", "one_step": "step by step"}
    drawing = sound(
        lambda: ranges(BOUNDS, row="assumption", labels=labels, limits=(0, 34), language="en", key="k")
    )
    assert drawing.alt == "without: between 8 and 32; no way back: exactly 20; step by step: not possible."
    assert "<use" not in drawing.svg
    assert said(drawing).count("possible") == 1


def test_ranges_survive_hostile_labels(hostile: str, sound: Sound) -> None:
    labels = {"any": hostile, "monotone": "w" * 200, "one_step": ""}
    sound(lambda: ranges(BOUNDS, row="assumption", labels=labels, language="nl", key="k"))
