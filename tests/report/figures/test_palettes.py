from __future__ import annotations

from itertools import pairwise

import pytest
import seaborn

from ivvu_analysis.codebook import MEASURES, scale, scale_names
from ivvu_analysis.report.figures import palettes
from ivvu_analysis.report.figures.palettes import INK, PAPER, Fill, contrast, luminance

AA = 4.5


def test_contrast_runs_from_1_to_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("name", [name for name in scale_names() if len(scale(name).codes) <= 12])
def test_labels_can_be_read_on_the_fill_of_every_level(name: str) -> None:
    for fill in palettes.of_levels(scale(name)).values():
        assert contrast(fill.ink, fill.colour) >= AA


def test_ink_can_be_read_on_any_grey() -> None:
    greys = [f"#{value:02x}{value:02x}{value:02x}" for value in range(256)]
    assert min(contrast(Fill(grey).ink, grey) for grey in greys) >= AA


@pytest.mark.parametrize("colour", [INK, palettes.FAINT_INK])
def test_text_on_paper_can_be_read(colour: str) -> None:
    assert contrast(colour, PAPER) >= AA


@pytest.mark.parametrize("steps", [2, 3, 4, 5, 6])
def test_a_ramp_darkens_at_every_step_so_that_it_survives_grey_printing(steps: int) -> None:
    assert all(contrast(a, b) >= 1.25 for a, b in pairwise(palettes.ramp(steps)))
    assert sorted(palettes.ramp(steps), key=luminance, reverse=True) == list(palettes.ramp(steps))


@pytest.mark.parametrize("steps", [2, 3, 4, 5, 6])
def test_ramps_are_those_of_seaborn(steps: int) -> None:
    assert list(palettes.ramp(steps)) == seaborn.color_palette("YlGnBu", steps + 1).as_hex()[1:]


@pytest.mark.parametrize("name", MEASURES)
def test_neighbouring_levels_differ_in_grey(name: str) -> None:
    fills = [fill for fill in palettes.of_levels(scale(name)).values() if not fill.hatched]
    assert all(contrast(a.colour, b.colour) >= 1.2 for a, b in pairwise(fills))


def test_the_sides_of_a_cut_darken_away_from_it() -> None:
    below, above = palettes.two_sided(2, 3)[:2], palettes.two_sided(2, 3)[2:]
    assert sorted(below, key=luminance) == list(below)
    assert sorted(above, key=luminance, reverse=True) == list(above)


def test_unknown_is_hatched_and_nothing_else() -> None:
    fills = palettes.of_levels(scale("sharing"))
    assert [code for code, fill in fills.items() if fill.hatched] == ["unknown"]
