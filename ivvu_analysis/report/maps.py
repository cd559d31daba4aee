"""A map of the regions as tiles of one size, placed so that the country is recognisable."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from ivvu_analysis import codebook
from ivvu_analysis.codebook import Language
from ivvu_analysis.report.figures import palettes
from ivvu_analysis.report.figures.canvas import SMALL, WIDTH, Canvas, Drawing, squeeze
from ivvu_analysis.report.figures.labels import legend
from ivvu_analysis.report.figures.palettes import FAINT_INK, INK, PAPER, UNKNOWN
from ivvu_analysis.report.text import NOT_KNOWN, Words

HEIGHT = 58
GAP = 4
FRAME = 2
COUNTED = {
    "en": "Tile map of the {n} regions, {title}: {counts}.",
    "nl": "Tegelkaart van de {n} regio's, {title}: {counts}.",
}
MARKED = {"en": " {region} is at ‘{level}’.", "nl": " {region} staat op ‘{level}’."}


def tiles(
    frame: pd.DataFrame,
    regions: pd.DataFrame,
    *,
    scale: str,
    value: str = "phase",
    language: Language,
    key: str,
    marked: str | None = None,
) -> Drawing:
    """Draw every region as a tile with its name, coloured and numbered by its level on a scale.

    Parameters
    ----------
    frame
        One row a region: `region` and the column `value` with its code; a region that is not there is shown
        as unknown.
    regions
        One row a region: `region, name, tile_row, tile_col`, both counted from 1.
    scale
        The scale of the codebook that the values belong to, such as a ladder.
    value
        The column with the codes.
    language
        Of labels and numbers.
    key
        Makes the ids of the drawing unique in its page.
    marked
        The region to outline.
    """
    levels, words = codebook.scale(scale), Words(language)
    known = frame.dropna(subset=[value])
    codes = dict(zip(known["region"].astype(str), known[value].map(_code), strict=True))
    fills = palettes.of_levels(levels)
    number = {code: str(i) for i, code in enumerate(levels.rated, start=1)}
    found = Counter(codes[region] for region in regions["region"] if region in codes)
    canvas = Canvas()
    entries = [
        (f"{levels.label(code, language)} ({words.number(found[code])})", fills[code]) for code in fills
    ]
    top = legend(canvas, 0, entries) + 10
    columns, rows = int(regions["tile_col"].max()), int(regions["tile_row"].max())
    width = (WIDTH - 2 * FRAME + GAP) / columns
    for tile in regions.sort_values("region", key=lambda region: region == marked).itertuples(index=False):
        code = codes.get(str(tile.region), "")
        bold = str(tile.region) == marked
        x = FRAME + (int(tile.tile_col) - 1) * width
        y = top + (int(tile.tile_row) - 1) * (HEIGHT + GAP)
        fill = fills.get(code, UNKNOWN)
        canvas.rectangle(x, y, width - GAP, HEIGHT, fill, edge=FAINT_INK, line=0.6)
        if bold:
            canvas.outline(x + 2, y + 2, width - GAP - 4, HEIGHT - 4, PAPER, 2)
            canvas.outline(x, y, width - GAP, HEIGHT, INK, 3)
        name = squeeze(str(tile.name), width - GAP - 10, size=SMALL, bold=bold)
        middle = x + (width - GAP) / 2
        canvas.text(
            middle, y + 15, number.get(code, NOT_KNOWN), align="center", size=15, bold=True, colour=fill.ink
        )
        canvas.lines(middle, y + 40, name, align="center", size=SMALL, bold=bold, colour=fill.ink)
    alt = COUNTED[language].format(
        n=words.number(len(regions)),
        title=levels.title(language),
        counts=words.listing(
            f"{levels.label(code, language)} ({words.number(found[code])})" for code in fills if found[code]
        ),
    )
    if marked in codes:
        region = str(regions.loc[regions["region"] == marked, "name"].iloc[0])
        alt += MARKED[language].format(region=region, level=levels.label(codes[str(marked)], language))
    return canvas.drawing(top + rows * (HEIGHT + GAP), alt, key)


def _code(value: object) -> str:
    # A column with a gap in it holds phases as 4.0.
    return f"{value:g}" if isinstance(value, float) else str(value)
