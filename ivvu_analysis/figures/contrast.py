"""Ink: text that can be read on a colour or in it, and areas that are told apart without colour."""

from typing import Any

import seaborn as sns

from ivvu_analysis.figures.theme import INK, PAPER, UNKNOWN


def ratio(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 for none to 21 (WCAG 2.2)."""
    dark, light = sorted(map(sns.utils.relative_luminance, (one, other)))
    return float((light + 0.05) / (dark + 0.05))


def ink_on(colour: str) -> str:
    """Return black or white, whichever is read best on a colour: at least 4.5 to 1 on any."""
    return max(("#000000", PAPER), key=lambda ink: ratio(ink, colour))


def ink_like(colour: str) -> str:
    """Return a colour for text on white that belongs to `colour`: itself, if it can be read."""
    return colour if ratio(colour, PAPER) >= 4.5 else INK


def hatched(colour: str) -> dict[str, Any]:
    """Return how an area in a colour is filled: what is unknown has hatching."""
    return {"hatch": "////" if colour == UNKNOWN else None, "edgecolor": PAPER, "linewidth": 0.8}
