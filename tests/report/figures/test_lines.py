from __future__ import annotations

from collections.abc import Callable
from math import nan

import pandas as pd
import pytest

from ivvu_analysis.codebook import DIMENSIONS, LANGUAGES, Language, scale
from ivvu_analysis.report.figures import Drawing, forecast, sweep

Sound = Callable[[Callable[[], Drawing]], Drawing]
Said = Callable[[Drawing], str]

AHEAD = pd.DataFrame(
    [("2021-06", 25.0, 22, 28), ("2021-12", 30.0, 26, 33)],
    columns=["date", "estimate", "conf_low", "conf_high"],
)
WAVES = pd.DataFrame({"date": ["2019-03", "2020-10"], "estimate": [1, 23]})


@pytest.mark.parametrize("language", LANGUAGES)
def test_forecast_names_each_line_and_says_where_it_ends(
    language: Language, sound: Sound, said: Said
) -> None:
    frame = pd.concat([AHEAD.assign(dimension=name) for name in DIMENSIONS])
    known = pd.concat([WAVES.assign(dimension=name) for name in DIMENSIONS])
    drawing = sound(
        lambda: forecast(frame, by="dimension", observed=known, limits=(0, 34), language=language, key="k")
    )
    for name in DIMENSIONS:
        label = scale("dimension").label(name, language)
        assert label in said(drawing)
        assert f"{label}: 30 (26" in drawing.alt
    assert "34" in said(drawing).split()


def test_lines_that_share_their_past_draw_it_once(sound: Sound) -> None:
    frame = pd.concat([AHEAD.assign(stalling=share) for share in (0.0, 0.25)])
    labels = {"0.0": "none stall", "0.25": "a quarter stalls"}
    drawing = sound(
        lambda: forecast(frame, by="stalling", observed=WAVES, labels=labels, language="en", key="k")
    )
    assert drawing.svg.count("<use") == 2 + len(WAVES)
    assert "a quarter stalls: 30 (26 to 33) in December 2021" in drawing.alt


def test_the_last_date_and_the_waves_are_named_before_other_dates(said: Said) -> None:
    months = pd.DataFrame({"date": [f"2020-{month:02}" for month in (11, 12)] + ["2021-01", "2021-12"]})
    frame = months.assign(estimate=25.0, conf_low=20, conf_high=30)
    drawing = forecast(frame, observed=WAVES, language="en", key="k")
    assert [name in said(drawing) for name in ("Mar 2019", "Oct 2020", "Dec 2021")] == [True] * 3
    assert "Nov 2020" not in said(drawing)


def test_the_name_of_a_line_that_ends_at_the_top_stays_on_the_sheet(sound: Sound) -> None:
    full = pd.concat([AHEAD.assign(dimension=name, estimate=34.0, conf_high=34) for name in DIMENSIONS])
    sound(lambda: forecast(full, by="dimension", limits=(0, 34), language="nl", key="k"))


def test_a_line_without_a_band_says_where_it_begins_and_ends(sound: Sound) -> None:
    frame = pd.DataFrame({"q": [0.1, 0.6], "estimate": [0.03, 0.45]}).assign(conf_low=nan, conf_high=nan)
    drawing = sound(lambda: sweep(frame, x="q", unit="%", language="en", key="k"))
    assert drawing.alt == "from 3% at 10% to 45% at 60%."


def test_a_forecast_of_one_date_without_a_past_is_a_point(sound: Sound) -> None:
    sound(lambda: forecast(AHEAD.head(1), language="nl", title="Regio's aan de top", key="k"))


SWEEP = pd.DataFrame({"q": [0.0, 0.1, 0.2], "estimate": [0.6, 0.55, 0.5]}).assign(
    conf_low=lambda f: f["estimate"] - 0.1, conf_high=lambda f: f["estimate"] + 0.1
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sweep_shows_the_null_and_what_is_marked(language: Language, sound: Sound, said: Said) -> None:
    draw = lambda **more: sweep(SWEEP, x="q", language=language, key="k", **more)  # noqa: E731
    drawing = sound(lambda: draw(null=0.5, marked=(0.05, "here the interval reaches one half")))
    assert "here the interval reaches" in said(drawing)
    assert {"en": "0.50 (0.40 to 0.60) at 20%", "nl": "0,50 (0,40 tot 0,60) bij 20\u00a0%"}[
        language
    ] in drawing.alt
    assert drawing.svg.count("dasharray") == draw().svg.count("dasharray") + 1


def test_lines_that_end_at_one_place_keep_their_names_apart(hostile: str, sound: Sound) -> None:
    frame = pd.concat([SWEEP.assign(scenario=name) for name in "abcd"])
    labels = {"a": hostile, "b": "the same", "c": "w" * 90, "d": "again the same"}
    sound(lambda: sweep(frame, x="q", by="scenario", labels=labels, language="en", key="k"))
