"""The three ladders of phases: all regions over the waves, and one region among the others."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ivvu_analysis import codebook
from ivvu_analysis.codebook import Language
from ivvu_analysis.report.figures import palettes
from ivvu_analysis.report.figures.canvas import WIDTH, Canvas, Drawing, squeeze, text_width
from ivvu_analysis.report.figures.labels import gutter, in_order, row_label
from ivvu_analysis.report.figures.palettes import INK, NEUTRAL, Fill
from ivvu_analysis.report.figures.stack import Bar, Part, stack
from ivvu_analysis.report.text import Words

AT_TOP = {
    "en": "{title}: regions at ‘{level}’: {counts}.",
    "nl": "{title}: regio's op ‘{level}’: {counts}.",
}
OF_ALL = {"en": "{count} of {n} in {wave}", "nl": "{count} van de {n} in {wave}"}
STANDS = {
    "en": "{title}: {region} is at ‘{level}’, with {others} of the {rest} other regions.",
    "nl": "{title}: {region} staat op ‘{level}’, met {others} van de {rest} andere regio's.",
}
PANEL_HEAD = 24
PANEL_GAP = 22
PITCH = 26
TALL_PITCH = 34  # of rungs with labels of two lines
THICK = 18
POINTER = 9


def phases(frame: pd.DataFrame, *, dimension: str, language: Language, key: str) -> Drawing:
    """Draw the regions on each phase of one ladder, a bar a wave.

    Parameters
    ----------
    frame
        One row a wave and phase: `wave, phase, regions`.
    dimension
        ``"agreements"``, ``"dynamics"`` or ``"vision"``.
    language
        Of labels and numbers.
    key
        Makes the ids of the drawing unique in its page.
    """
    canvas = Canvas()
    bottom = _panel(canvas, 0, frame, dimension, language)
    return canvas.drawing(bottom, _climb(frame, dimension, language), key)


def small_multiples(frame: pd.DataFrame, *, language: Language, key: str) -> Drawing:
    """Draw the regions on each phase of every ladder in the frame, below each other on one scale.

    Parameters
    ----------
    frame
        One row a ladder, wave and phase: `dimension, wave, phase, regions`.
    language, key
        As for `phases`.
    """
    canvas, bottom, sentences = Canvas(), -float(PANEL_GAP), []
    for dimension in in_order(frame, "dimension"):
        chosen = frame[frame["dimension"].astype(str) == dimension]
        top = bottom + PANEL_GAP
        canvas.text(0, top + 8, codebook.scale(dimension).title(language), bold=True)
        bottom = _panel(canvas, top + PANEL_HEAD, chosen, dimension, language)
        sentences.append(_climb(chosen, dimension, language))
    return canvas.drawing(bottom, " ".join(sentences), key)


def ladder(
    frame: pd.DataFrame,
    *,
    dimension: str,
    marked_phase: int | str,
    marked_label: str,
    language: Language,
    key: str,
) -> Drawing:
    """Draw how many regions stand on each phase, the highest at the top, and point at the phase of one.

    Parameters
    ----------
    frame
        One row a phase: `phase, regions`, the marked region among them.
    dimension
        ``"agreements"``, ``"dynamics"`` or ``"vision"``.
    marked_phase, marked_label
        The phase to point at, and the name of the region that stands there.
    language, key
        As for `phases`.
    """
    words, levels = Words(language), codebook.scale(dimension)
    regions = _counts(frame, dimension)
    labels = {code: levels.label(code, language) for code in reversed(levels.codes)}
    name = squeeze(marked_label, 220, lines=1, bold=True)[0]
    left = gutter(list(labels.values()), most=250, bold=True)
    room = WIDTH - left - 30 - POINTER - text_width(name, bold=True)
    unit = room / max(1, *regions.values())
    canvas = Canvas()
    wrapped = any(len(squeeze(label, left - 10, bold=True)) > 1 for label in labels.values())
    pitch = TALL_PITCH if wrapped else PITCH
    for i, (code, label) in enumerate(labels.items()):
        middle, here = (i + 0.5) * pitch, code == str(marked_phase)
        row_label(canvas, middle, label, left, bold=here)
        if regions[code]:
            fill = palettes.of_levels(levels)[code] if here else Fill(NEUTRAL)
            canvas.rectangle(left, middle - THICK / 2, regions[code] * unit, THICK, fill)
        end = left + regions[code] * unit + 5
        canvas.text(end, middle, words.number(regions[code]), bold=here)
        if here:
            tip = end + text_width(words.number(regions[code]), bold=True) + 6
            canvas.area([(tip, middle), (tip + POINTER, middle - 5), (tip + POINTER, middle + 5)], INK)
            canvas.text(tip + POINTER + 4, middle, name, bold=True)
    n = sum(regions.values())
    alt = STANDS[language].format(
        title=levels.title(language),
        region=marked_label,
        level=levels.label(str(marked_phase), language),
        others=words.number(regions[str(marked_phase)] - 1),
        rest=words.number(n - 1),
    )
    return canvas.drawing(len(labels) * pitch, alt, key)


def _counts(frame: pd.DataFrame, dimension: str) -> dict[str, int]:
    """Return the regions on every phase of a ladder, 0 where the frame has none."""
    found = dict(zip(frame["phase"].astype(str), frame["regions"].astype(int), strict=True))
    return {code: found.get(code, 0) for code in codebook.scale(dimension).codes}


def _by_wave(frame: pd.DataFrame, dimension: str) -> dict[str, dict[str, int]]:
    waves = frame["wave"].astype(str)
    return {wave: _counts(frame[waves == wave], dimension) for wave in in_order(frame, "wave")}


def _panel(canvas: Canvas, top: float, frame: pd.DataFrame, dimension: str, language: Language) -> float:
    words, levels = Words(language), codebook.scale(dimension)
    counts: Mapping[str, Mapping[str, int]] = _by_wave(frame, dimension)
    parts = [Part(levels.label(code, language), fill) for code, fill in palettes.of_levels(levels).items()]
    bars = [Bar(words.wave(wave), tuple(map(float, row.values()))) for wave, row in counts.items()]
    total = max(sum(bar.values) for bar in bars)
    return stack(canvas, top, bars, parts, words.number, total=max(total, 1))


def _climb(frame: pd.DataFrame, dimension: str, language: Language) -> str:
    """Return how many regions are at the top of a ladder at the first and at the last wave."""
    words, levels = Words(language), codebook.scale(dimension)
    counts, top = _by_wave(frame, dimension), levels.codes[-1]
    said = [
        OF_ALL[language].format(
            count=words.number(counts[wave][top]),
            n=words.number(sum(counts[wave].values())),
            wave=words.wave(wave),
        )
        for wave in dict.fromkeys([min(counts), max(counts)])
    ]
    return AT_TOP[language].format(
        title=levels.title(language), level=levels.label(top, language), counts=", ".join(said)
    )
