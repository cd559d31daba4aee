from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from ivvu_analysis.codebook import LANGUAGES, MEASURES, Language, scale
from ivvu_analysis.report.figures import Drawing, counts, diverging, stacked

Sound = Callable[[Callable[[], Drawing]], Drawing]
Said = Callable[[Drawing], str]


def shares(scale_name: str, rows: dict[str, list[float]], row: str = "wave") -> pd.DataFrame:
    levels = scale(scale_name).codes
    return pd.DataFrame(
        [
            (code, level, share, 40)
            for code, row in rows.items()
            for level, share in zip(levels, row, strict=True)
        ],
        columns=[row, "level", "estimate", "n"],
    )


SHARING = shares("sharing", {"2020-03": [0.2, 0.4, 0.35, 0.05], "2020-10": [0.25, 0.25, 0.5, 0]})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("measure", MEASURES)
def test_stacked_names_every_level(measure: str, language: Language, sound: Sound, said: Said) -> None:
    size = len(scale(measure).codes)
    frame = shares(measure, {"2020-03": [1 / size] * size, "2020-10": [0] * (size - 1) + [1]})
    drawing = sound(lambda: stacked(frame, row="wave", scale=measure, language=language, key="k"))
    for level in scale(measure):
        assert set(level.labels[language].split()) <= set(said(drawing).split())


def test_stacked_states_the_largest_share(said: Said) -> None:
    drawing = stacked(SHARING, row="wave", scale="sharing", language="en", key="k")
    assert drawing.alt == (
        "Results to share, March 2020: most often ‘In progress, soon’ (40%); "
        "October 2020: most often ‘Yes, for several reasons’ (50%)."
    )
    assert "n = 40" in said(drawing)
    assert [text for text in ("20%", "40%", "35%", "25%", "50%") if text not in said(drawing)] == []


def test_stacked_writes_dutch_as_dutch() -> None:
    drawing = stacked(SHARING, row="wave", scale="sharing", language="nl", key="k")
    assert "maart 2020: het vaakst ‘Werk in uitvoering, binnenkort’ (40\u00a0%)" in drawing.alt


def test_unknown_is_left_out_of_the_legend_where_nothing_is_unknown(said: Said) -> None:
    known = SHARING[SHARING["wave"] == "2020-10"]
    assert "Unknown" not in said(stacked(known, row="wave", scale="sharing", language="en", key="k"))
    assert "Unknown" in said(stacked(SHARING, row="wave", scale="sharing", language="en", key="k"))


def test_a_level_that_the_frame_lacks_is_a_level_without_a_share(sound: Sound, said: Said) -> None:
    frame = SHARING[SHARING["level"] == "yes"].head(1)
    drawing = sound(lambda: stacked(frame, row="wave", scale="sharing", language="en", key="k"))
    assert "No results to share" in said(drawing)


@pytest.mark.parametrize("share", [0.0, float("nan")])
def test_a_row_without_figures_says_so(share: float, sound: Sound) -> None:
    frame = SHARING.assign(estimate=share)
    drawing = sound(lambda: stacked(frame, row="wave", scale="sharing", language="en", key="k"))
    assert "October 2020: no figures" in drawing.alt


def test_stacked_survives_hostile_and_endless_labels(hostile: str, sound: Sound, said: Said) -> None:
    frame = shares("sharing", {"a": [1, 0, 0, 0], "b": [0, 0, 0, 1]}, row="who")
    labels = {"a": hostile, "b": "x" * 300}
    drawing = sound(
        lambda: stacked(frame, row="who", scale="sharing", row_labels=labels, language="en", key="k")
    )
    assert "…" in said(drawing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_diverging_states_the_share_from_the_cut_on(language: Language, sound: Sound) -> None:
    frame = shares(
        "scalability", {"technology": [0.1, 0.2, 0.2, 0.2, 0.3], "rest": [0.5, 0.5, 0, 0, 0]}, "group"
    )
    drawing = sound(
        lambda: diverging(
            frame, row="group", scale="scalability", split="this_region", language=language, key="k"
        )
    )
    assert "70" in drawing.alt
    assert scale("group").label("rest", language) in drawing.alt


@pytest.mark.parametrize("split", ["not_useful", "nowhere"])
def test_diverging_refuses_a_cut_that_is_none(split: str) -> None:
    frame = shares("scalability", {"rest": [0.2] * 5}, "group")
    with pytest.raises(ValueError, match=split):
        diverging(frame, row="group", scale="scalability", split=split, language="en", key="k")


THEMES = pd.DataFrame({"theme": ["technology", "education", "retention"], "projects": [46, 9, 0]})


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_writes_every_count_and_label(language: Language, sound: Sound, said: Said) -> None:
    drawing = sound(lambda: counts(THEMES, category="theme", scale="theme", language=language, key="k"))
    assert [word for word in said(drawing).split() if word.isdigit()] == ["46", "9", "0"]
    assert "(0)" in drawing.alt
    assert "(46)" in drawing.alt


def test_counts_of_nothing_at_all_are_drawn(sound: Sound) -> None:
    nothing = THEMES.assign(projects=0)
    sound(lambda: counts(nothing, category="theme", scale="theme", language="en", key="k"))


def test_a_highlight_shows_in_weight_as_well_as_in_colour() -> None:
    plain = counts(THEMES, category="theme", scale="theme", language="en", key="k")
    marked = counts(THEMES, category="theme", scale="theme", highlight=["education"], language="en", key="k")
    assert "font-weight" not in plain.svg
    assert marked.svg.count("font-weight") == 2
