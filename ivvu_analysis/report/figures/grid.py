"""A table of counts in which colour shows where there are more and where there are fewer than expected."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite

import pandas as pd

from ivvu_analysis import codebook
from ivvu_analysis.codebook import Language
from ivvu_analysis.report.figures import palettes
from ivvu_analysis.report.figures.canvas import SMALL, WIDTH, Canvas, Drawing, squeeze, text_width
from ivvu_analysis.report.figures.labels import gutter, row_label
from ivvu_analysis.report.figures.palettes import FAINT_INK, INK, Fill
from ivvu_analysis.report.text import NOT_KNOWN, Words

CELL = 30
STEPS = (-3.0, -2.0, 2.0, 3.0)
NOTABLE = 2.0
SWATCH = 34
FEWER = {"en": "▼ fewer than expected", "nl": "▼ minder dan verwacht"}
MORE = {"en": "more than expected ▲", "nl": "meer dan verwacht ▲"}
STEP_TITLE = {"en": "standardised residual", "nl": "gestandaardiseerd residu"}
MOST = {
    "en": "Most above expectation: {above}. Most below: {below}.",
    "nl": "Het meest boven verwachting: {above}. Het meest eronder: {below}.",
}
CELL_SAYS = {
    "en": "{row} at {column}: {count} projects, residual {residual}",
    "nl": "{row} bij {column}: {count} projecten, residu {residual}",
}


def heat(
    frame: pd.DataFrame,
    *,
    rows: str,
    columns: str,
    language: Language,
    key: str,
    level: float = 0.05,
) -> Drawing:
    """Draw a table of counts, coloured by how far each count is from what independence would give.

    Parameters
    ----------
    frame
        One row a cell: `row, column` with codes, `observed`, `estimate` (the standardised residual) and,
        where there is one, `p_adjusted`. A cell that is not there is drawn as not known.
    rows, columns
        The scales of the codebook that the codes belong to.
    language
        Of labels and numbers.
    key
        Makes the ids of the drawing unique in its page.
    level
        A cell whose `p_adjusted` is below it is outlined.
    """
    words = Words(language)
    found = frame.astype({"row": str, "column": str}).to_dict("records")
    cells = {(cell["row"], cell["column"]): cell for cell in found}
    across = [code for code in codebook.scale(columns).codes if any(code == column for _, column in cells)]
    down = [code for code in codebook.scale(rows).codes if any(code == row for row, _ in cells)]
    labels = {code: codebook.scale(rows).label(code, language) for code in down}
    left = gutter(list(labels.values()), most=230)
    width = (WIDTH - left - 2) / len(across)
    canvas = Canvas()
    heads = [squeeze(codebook.scale(columns).short(code, language), width - 4, size=SMALL) for code in across]
    top = max(map(len, heads)) * 1.2 * SMALL + 8
    for i, head in enumerate(heads):
        middle = top - 5 - len(head) * 0.6 * SMALL
        canvas.lines(left + (i + 0.5) * width, middle, head, align="center", size=SMALL)
    outlined = []
    for i, row in enumerate(down):
        y = top + i * CELL
        row_label(canvas, y + CELL / 2, labels[row], left)
        for j, column in enumerate(across):
            x = left + j * width
            cell = cells.get((row, column))
            if cell is None:
                canvas.text(x + width / 2, y + CELL / 2, NOT_KNOWN, align="center", colour=FAINT_INK)
                continue
            _cell(canvas, x, y, width, float(cell["observed"]), float(cell["estimate"]), words)
            if cell.get("p_adjusted", 1.0) < level:
                outlined.append((x, y))
    for x, y in outlined:
        canvas.outline(x, y, width - 1, CELL - 1, INK, 2)
    bottom = _steps(canvas, top + len(down) * CELL + 10, left, language)
    return canvas.drawing(bottom, _alt(frame, rows, columns, words), key)


def colour(residual: float) -> str:
    """Return the colour of a residual: none near zero, a hue for each side, darker away from zero."""
    passed = sum(residual >= step for step in STEPS)
    return palettes.two_sided_around(len(STEPS) // 2)[passed]


def _cell(
    canvas: Canvas, x: float, y: float, width: float, count: float, residual: float, words: Words
) -> None:
    known = residual if isfinite(residual) else 0.0
    fill, notable = Fill(colour(known)), abs(known) >= NOTABLE
    canvas.rectangle(x, y, width - 1, CELL - 1, fill, edge=palettes.RULE, line=0.5)
    middle = (x + (width - 1) / 2, y + CELL / 2)
    number = words.number(count)
    canvas.text(*middle, number, align="center", bold=notable, colour=fill.ink)
    if notable:
        tip = -4 if known > 0 else 4
        at = middle[0] + text_width(number, bold=True) / 2 + 9
        corners = [(at - 4, middle[1] - tip), (at + 4, middle[1] - tip), (at, middle[1] + tip)]
        canvas.area(corners, fill.ink)


def _steps(canvas: Canvas, top: float, left: float, language: Language) -> float:
    """Draw the key to the colours: a strip with the residuals at which they change."""
    words = Words(language)
    start = max(left, text_width(FEWER[language], SMALL) + 8)
    canvas.text(start - 8, top + 7, FEWER[language], align="right", size=SMALL)
    middles = [
        STEPS[0] - 1,
        *((a + b) / 2 for a, b in pairwise(STEPS)),
        STEPS[-1] + 1,
    ]
    for i, residual in enumerate(middles):
        canvas.rectangle(
            start + i * SWATCH, top, SWATCH, 14, Fill(colour(residual)), edge=FAINT_INK, line=0.5
        )
    for i, step in enumerate(STEPS, start=1):
        text = ("+" if step > 0 else "−") + words.number(abs(step))
        canvas.text(start + i * SWATCH, top + 24, text, align="center", size=SMALL, colour=FAINT_INK)
    end = start + len(middles) * SWATCH
    canvas.text(end + 8, top + 7, MORE[language], size=SMALL)
    canvas.text(end + 8, top + 24, STEP_TITLE[language], size=SMALL, colour=FAINT_INK)
    return top + 34


def _alt(frame: pd.DataFrame, rows: str, columns: str, words: Words) -> str:
    language = words.language
    known = frame.dropna(subset=["estimate"])
    if known.empty:
        return MOST[language].format(above=NOT_KNOWN, below=NOT_KNOWN)

    def say(cell: pd.Series[float]) -> str:
        residual = float(cell["estimate"])
        return CELL_SAYS[language].format(
            row=codebook.scale(rows).label(str(cell["row"]), language),
            column=codebook.scale(columns).label(str(cell["column"]), language),
            count=words.number(float(cell["observed"])),
            residual=("+" if residual > 0 else "−") + words.number(abs(residual), 1),
        )

    above, below = (known.loc[place] for place in (known["estimate"].idxmax(), known["estimate"].idxmin()))
    return MOST[language].format(above=say(above), below=say(below))
