"""Flows of regions between the phases of a ladder, from wave to wave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from ivvu_analysis import codebook
from ivvu_analysis.codebook import Language
from ivvu_analysis.report.figures import palettes
from ivvu_analysis.report.figures.canvas import SMALL, WIDTH, Canvas, Drawing, squeeze
from ivvu_analysis.report.figures.labels import gutter, in_order, row_label
from ivvu_analysis.report.figures.palettes import ACCENT, FAINT_INK, INK, NEUTRAL, SECOND, Fill
from ivvu_analysis.report.text import Words

TALLEST = 330  # pixels for all lanes together, without the room between them
MOST_PER_REGION = 8.0
BETWEEN = 16
BLOCK = 30
HALF_HEAD = 32  # half the width of a month and a year
HEAD = 24
NOTE = 30
LEGIBLE = 12.0
LANE = 30.0  # the least height, for a label of two lines
MOVED = {
    "en": "{start} to {end}: {up} rose, {same} stayed, {down} fell back",
    "nl": "{start} tot {end}: {up} omhoog, {same} gelijk, {down} omlaag",
}
ONE_OF_MANY = {"en": "one of several possible courses", "nl": "een van meerdere mogelijke verlopen"}


@dataclass
class Block:
    """The regions on one phase at one wave: where the block stands, and how far its two edges are filled."""

    x: float
    top: float
    regions: int
    entered: float = 0.0
    left: float = 0.0


def flows(
    margins: pd.DataFrame, moves: pd.DataFrame, *, dimension: str, language: Language, key: str
) -> Drawing:
    """Draw each phase as a lane, the highest at the top, and the moves between them as bands.

    Parameters
    ----------
    margins
        One row a wave and phase: `wave, phase, regions`.
    moves
        One row a pair of phases at successive waves: `from_wave, to_wave, from_phase, to_phase, estimate`,
        and `identified` where the counts may leave more than one course possible.
    dimension
        ``"agreements"``, ``"dynamics"`` or ``"vision"``.
    language
        Of labels and numbers.
    key
        Makes the ids of the drawing unique in its page.
    """
    words, levels = Words(language), codebook.scale(dimension)
    labels = {code: levels.label(code, language) for code in reversed(levels.codes)}
    counts = (
        margins.assign(phase=margins["phase"].astype(str)).set_index(["wave", "phase"])["regions"].to_dict()
    )
    waves = in_order(margins, "wave")
    left = gutter(list(labels.values()), most=150)
    lanes = {code: max(int(counts.get((wave, code), 0)) for wave in waves) for code in labels}
    unit = min(MOST_PER_REGION, TALLEST / max(1, sum(lanes.values())))
    columns = _columns(waves, left)
    canvas, blocks, y = Canvas(), {}, float(HEAD)
    for code, label in labels.items():
        height = max(lanes[code] * unit, LANE)
        row_label(canvas, y + height / 2, label, left)
        for wave, x in zip(waves, columns, strict=True):
            regions = int(counts.get((wave, code), 0))
            blocks[wave, code] = Block(x, y + (height - regions * unit) / 2, regions)
        y += height + BETWEEN
    for wave, x in zip(waves, columns, strict=True):
        canvas.text(x, 8, words.short_wave(wave), align="center", bold=True)
    _bands(canvas, moves, list(labels), blocks, unit)
    for (_, code), block in blocks.items():
        _block(canvas, block, unit, palettes.of_levels(levels)[code], words)
    bottom = _notes(canvas, moves, waves, columns, y - BETWEEN + 6, language)
    return canvas.drawing(bottom, f"{levels.title(language)}. {_moved(moves, levels.codes, words)}.", key)


def _columns(waves: Sequence[str], left: float) -> list[float]:
    """Return the middle of each wave's column."""
    first, last = left + HALF_HEAD, WIDTH - HALF_HEAD
    step = (last - first) / max(1, len(waves) - 1)
    return [first + i * step for i in range(len(waves))]


def _bands(
    canvas: Canvas,
    moves: pd.DataFrame,
    downwards: Sequence[str],
    blocks: Mapping[tuple[str, str], Block],
    unit: float,
) -> None:
    """Draw the bands, stacked at both ends from the highest phase to the lowest, with their numbers."""
    rank = {code: i for i, code in enumerate(downwards)}
    shown = moves[moves["estimate"] > 0].astype({"from_phase": str, "to_phase": str})
    ordered = shown.sort_values(["from_phase", "to_phase"], key=lambda codes: codes.map(rank))
    numbers = []
    for move in ordered.itertuples(index=False):
        start, end = blocks[move.from_wave, move.from_phase], blocks[move.to_wave, move.to_phase]
        height = float(move.estimate) * unit
        leaves, enters = start.top + start.left, end.top + end.entered
        start.left, end.entered = start.left + height, end.entered + height
        change = rank[move.from_phase] - rank[move.to_phase]
        colour = NEUTRAL if change == 0 else (ACCENT if change > 0 else SECOND)
        x0, x1 = start.x + BLOCK / 2, end.x - BLOCK / 2
        certain = bool(getattr(move, "identified", True))
        canvas.ribbon((x0, leaves, leaves + height), (x1, enters, enters + height), colour, 0.4, not certain)
        if height >= LEGIBLE:
            numbers.append((x1 - 5, enters + height / 2, float(move.estimate)))
    for x, y, regions in numbers:
        canvas.text(x, y, f"{regions:.0f}", align="right", size=SMALL)


def _block(canvas: Canvas, block: Block, unit: float, fill: Fill, words: Words) -> None:
    height, number = block.regions * unit, words.number(block.regions)
    if not block.regions:
        canvas.text(block.x, block.top, number, align="center", size=SMALL, colour=FAINT_INK)
        return
    canvas.rectangle(block.x - BLOCK / 2, block.top, BLOCK, height, fill, edge=INK, line=0.6)
    if height >= LEGIBLE:
        canvas.text(
            block.x, block.top + height / 2, number, align="center", size=SMALL, bold=True, colour=fill.ink
        )
    else:
        canvas.text(block.x, block.top - 7, number, align="center", size=SMALL, bold=True)


def _notes(
    canvas: Canvas,
    moves: pd.DataFrame,
    waves: Sequence[str],
    columns: Sequence[float],
    y: float,
    language: Language,
) -> float:
    """Say under each interval whether other courses are possible than the one drawn."""
    if "identified" not in moves:
        return y
    open_ended = set(moves.loc[~moves["identified"].astype(bool), "from_wave"])
    for (wave, x), (_, after) in pairwise(zip(waves, columns, strict=True)):
        if wave in open_ended:
            lines = squeeze(ONE_OF_MANY[language], after - x - 8, size=SMALL)
            canvas.lines((x + after) / 2, y + NOTE / 2, lines, align="center", size=SMALL, colour=FAINT_INK)
    return y + NOTE if open_ended else y


def _moved(moves: pd.DataFrame, upwards: Sequence[str], words: Words) -> str:
    """Return how many regions rose, stayed and fell back in each interval of the drawing."""
    rank = {code: i for i, code in enumerate(upwards)}
    codes = moves.astype({"from_phase": str, "to_phase": str})
    moved = codes.assign(change=codes["to_phase"].map(rank) - codes["from_phase"].map(rank))
    sentences = []
    for (start, end), part in moved.groupby(["from_wave", "to_wave"], sort=False):
        step, regions = part["change"], part["estimate"]
        said = MOVED[words.language].format(
            start=words.wave(str(start)),
            end=words.wave(str(end)),
            up=words.number(regions[step > 0].sum()),
            same=words.number(regions[step == 0].sum()),
            down=words.number(regions[step < 0].sum()),
        )
        certain = "identified" not in part or bool(part["identified"].all())
        sentences.append(said if certain else f"{said} ({ONE_OF_MANY[words.language]})")
    return "; ".join(sentences)
