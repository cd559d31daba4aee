"""Colours: one ramp for what is ordered, hatching for what is unknown, and ink that can be read on each.

The ramps run evenly from light to dark, so that the order of levels survives colour blindness and grey
printing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex, to_rgb

from ivvu_analysis.codebook import Scale

INK = "#1f2328"
FAINT_INK = "#57606a"
RULE = "#d0d7de"
PAPER = "#ffffff"
ACCENT = "#1f5f8b"
NEUTRAL = "#b7c0c9"
SECOND = "#b35806"

# A product of scale and meaning is no single ladder: the scale sets the hue, the meaning light or dark.
PAIRS: Mapping[str, tuple[str, ...]] = {
    "impact": ("#dfe8b4", "#a3b545", "#a6d9d2", "#3f958c", "#b9bfe6", "#3d3f8f"),
}
# Neighbours differ in lightness as well as in hue.
UNORDERED = (
    *("#e08214", "#1b6f6a", "#a6cee3", "#5e6c84", "#d9d9d9", "#762a83", "#b8e186", "#8c510a", "#c994c7"),
    *("#4d4d4d", "#f6e8c3", "#2166ac"),
)


@dataclass(frozen=True)
class Fill:
    """The colour of an area, and whether it is hatched."""

    colour: str
    hatched: bool = False

    @property
    def ink(self) -> str:
        """Black or white, whichever is read best on this colour: at least 4.5 to 1 on any."""
        return max(("#000000", PAPER), key=lambda ink: contrast(ink, self.colour))


UNKNOWN = Fill("#ececec", hatched=True)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 for black to 1 for white (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 for none to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _shades(name: str, steps: int) -> list[str]:
    """Return colours from light to dark of a palette, the ones that `seaborn.color_palette` gives.

    Importing seaborn itself takes longer than making a small report.
    """
    return [to_hex(colour) for colour in colormaps[name](np.linspace(0, 1, steps + 2)[1:-1])]


@cache
def ramp(steps: int) -> tuple[str, ...]:
    """Return colours from light to dark for `steps` ordered levels."""
    return tuple(_shades("YlGnBu", steps + 1)[1:])


@cache
def two_sided(below: int, above: int) -> tuple[str, ...]:
    """Return colours for levels below and above a cut: darker away from it, with a hue for each side."""
    lower = _shades("YlOrBr", below + 1)[1:][::-1]
    upper = _shades("PuBu", above + 1)[1:]
    return (*lower, *upper)


def of_levels(scale: Scale) -> dict[str, Fill]:
    """Return how each level of a scale is filled: ordered levels by a ramp, unknown hatched."""
    colours: Sequence[str] = UNORDERED
    if scale.name in PAIRS:
        colours = PAIRS[scale.name]
    elif scale.ordered:
        colours = ramp(len(scale.rated))
    fills = {code: Fill(colour) for code, colour in zip(scale.rated, colours, strict=False)}
    return {code: fills.get(code, UNKNOWN) for code in scale.codes}


@cache
def two_sided_around(steps: int) -> tuple[str, ...]:
    """Return colours for `steps` steps below, at, and above an expectation, from far below to far above."""
    lower = _shades("YlOrBr", steps + 2)[1:-1][::-1]
    upper = _shades("PuBu", steps + 2)[1:-1]
    return (*lower, PAPER, *upper)
