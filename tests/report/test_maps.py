from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from ivvu_analysis.codebook import LANGUAGES, Language, scale
from ivvu_analysis.evidence import from_published
from ivvu_analysis.report.figures import Drawing
from ivvu_analysis.report.maps import tiles

Sound = Callable[[Callable[[], Drawing]], Drawing]
Said = Callable[[Drawing], str]

REGIONS = pd.DataFrame(
    [("zeeland", "Zeeland", 2, 1), ("twente", "Twente", 1, 2)],
    columns=["region", "name", "tile_row", "tile_col"],
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_region_of_the_country_has_a_tile_with_its_whole_name(
    language: Language, sound: Sound, said: Said
) -> None:
    regions = from_published().regions
    frame = regions[["region"]].assign(phase=4)
    drawing = sound(
        lambda: tiles(frame, regions, scale="vision", marked="t-gooi", language=language, key="k")
    )
    written = said(drawing).replace(" ", "")
    assert [name for name in regions["name"] if name.replace(" ", "") not in written] == []
    assert "…" not in said(drawing)
    for level in scale("vision"):
        assert level.labels[language] in said(drawing)
    assert "(34)" in drawing.alt
    assert f"'t Gooi {'is at' if language == 'en' else 'staat op'}" in drawing.alt


def test_a_region_without_a_phase_is_shown_as_unknown(sound: Sound, said: Said) -> None:
    frame = pd.DataFrame({"region": ["zeeland", "twente"], "phase": [4, None]})
    drawing = sound(lambda: tiles(frame, REGIONS, scale="dynamics", marked="twente", language="en", key="k"))
    assert "– Twente" in said(drawing)
    assert "pattern" in drawing.svg
    assert "Twente is at" not in drawing.alt


def test_marking_a_region_outlines_it_whatever_its_colour(sound: Sound) -> None:
    frame = pd.DataFrame({"region": ["zeeland", "twente"], "phase": [4, 4]})
    plain = tiles(frame, REGIONS, scale="dynamics", language="en", key="k")
    marked = tiles(frame, REGIONS, scale="dynamics", marked="zeeland", language="en", key="k")
    assert marked.svg.count("<path") == plain.svg.count("<path") + 2
    assert marked.svg.count("font-weight") == plain.svg.count("font-weight") + 1


def test_a_hostile_name_is_only_a_name(hostile: str, sound: Sound, said: Said) -> None:
    regions = REGIONS.assign(name=["x" * 100, hostile])
    frame = pd.DataFrame({"region": ["zeeland", "twente"], "phase": [1, 2]})
    drawing = sound(lambda: tiles(frame, regions, scale="agreements", language="en", key="k"))
    assert "…" in said(drawing)
