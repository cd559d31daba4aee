"""Points with their names: a scatter of a few units, and a correspondence map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot

import pandas as pd

from ivvu_analysis import codebook
from ivvu_analysis.codebook import Language
from ivvu_analysis.report.figures.canvas import SMALL, Canvas, Drawing, text_width
from ivvu_analysis.report.figures.labels import in_order, rows_of, writer
from ivvu_analysis.report.figures.palettes import ACCENT, INK, NEUTRAL, SECOND
from ivvu_analysis.report.figures.placing import Box, write_names
from ivvu_analysis.report.figures.plot import Side, plot
from ivvu_analysis.report.text import Words

HEIGHT = 300
TALLEST = 0.75  # of a map, against its width
STYLES = {"row": ("o", ACCENT), "column": ("D", SECOND)}
AT = {"en": "{name}: {y} at {x}", "nl": "{name}: {y} bij {x}"}
DIMENSION = {
    "en": "dimension {i}: {share} of the association",
    "nl": "dimensie {i}: {share} van de samenhang",
}
FURTHEST = {
    "en": "Map of two kinds of points, {rows} and {columns}, with {share} of their association. "
    "Furthest from the average: {names}.",
    "nl": "Kaart van twee soorten punten, {rows} en {columns}, met {share} van hun samenhang. "
    "Het verst van het gemiddelde: {names}.",
}
Place = tuple[float, float]


def scatter(
    frame: pd.DataFrame,
    *,
    row: str,
    x: str,
    y: str,
    language: Language,
    key: str,
    labels: Mapping[str, str] | None = None,
    x_unit: str = "%",
    y_unit: str = ".1",
    x_title: str = "",
    y_title: str = "",
) -> Drawing:
    """Draw a few units as named points.

    Parameters
    ----------
    frame
        One row a unit: the columns `row` with codes, `x` and `y` with numbers.
    row, x, y
        Those columns.
    language
        Of labels and numbers.
    key
        Makes the ids of the drawing unique in its page.
    labels
        Labels of units that are no codes of the scale called `row`.
    x_unit, y_unit
        How values are written, as for `dots`.
    x_title, y_title
        What the axes measure.
    """
    known = frame.dropna(subset=[x, y])
    names = list(rows_of(in_order(known, row), row, language, labels).values())
    across, upright = (known[name].astype(float).tolist() for name in (x, y))
    canvas = Canvas()
    area = plot(
        canvas, Side(across, x_unit, x_title), Side(upright, y_unit, y_title), language, height=HEIGHT
    )
    places = [area.at(*point) for point in zip(across, upright, strict=True)]
    for point in places:
        canvas.marker(*point, *STYLES["row"])
    write_names(canvas, area, places, names, [INK] * len(places))
    write_x, write_y = writer(x_unit, language), writer(y_unit, language)
    said = [
        AT[language].format(name=name, x=write_x(a), y=write_y(b))
        for name, a, b in zip(names, across, upright, strict=True)
    ]
    titles = " / ".join(filter(None, [y_title, x_title]))
    return canvas.drawing(area.end, f"{titles}. {'; '.join(said)}." if titles else f"{'; '.join(said)}.", key)


def correspondence(frame: pd.DataFrame, *, rows: str, columns: str, language: Language, key: str) -> Drawing:
    """Draw the first two dimensions of a correspondence analysis, with the same unit on both axes.

    Parameters
    ----------
    frame
        One row a point and dimension: `side` (``"row"`` or ``"column"``), `point` (a code), `dimension` (from
        1), `estimate` (the coordinate), `inertia_share` (of the dimension).
    rows, columns
        The scales of the codebook that the points of the two sides belong to.
    language
        Of labels and numbers.
    key
        Makes the ids of the drawing unique in its page.
    """
    words, scales = Words(language), {"row": codebook.scale(rows), "column": codebook.scale(columns)}
    wide = frame.pivot_table(index=["side", "point"], columns="dimension", values="estimate", sort=False)
    points = wide.reindex(columns=[1, 2]).fillna(0.0)
    shares = frame.groupby("dimension")["inertia_share"].first().reindex([1, 2]).fillna(0.0)
    titles = [DIMENSION[language].format(i=i, share=words.percent(shares[i])) for i in (1, 2)]
    across, upright = _same_unit(points[1].tolist(), points[2].tolist())
    canvas = Canvas()
    start = _two_kinds(canvas, [scale.title(language) for scale in scales.values()])
    sides_of_plot = Side([], ".", titles[0], across), Side([], ".", titles[1], upright)
    area = plot(canvas, *sides_of_plot, language, height=None, start=start)
    middle = area.at(0, 0)
    canvas.line([area.left, area.right], [middle[1]] * 2, NEUTRAL, 1.4)
    canvas.line([middle[0]] * 2, [area.top, area.bottom], NEUTRAL, 1.4)
    sides = [str(side) for side, _ in points.index]
    names = [scales[side].short(str(code), language) for side, code in points.index]
    places = [area.at(*point) for point in zip(points[1], points[2], strict=True)]
    for side, point in zip(sides, places, strict=True):
        canvas.marker(*point, *STYLES[side])
    zero = [
        Box(area.left, middle[1] - 1, area.right, middle[1] + 1),
        Box(middle[0] - 1, area.top, middle[0] + 1, area.bottom),
    ]
    write_names(canvas, area, places, names, [STYLES[side][1] for side in sides], zero)
    distance = [hypot(*point) for point in zip(points[1], points[2], strict=True)]
    furthest = sorted(range(len(names)), key=lambda i: -distance[i])[:3]
    alt = FURTHEST[language].format(
        rows=scales["row"].title(language).lower(),
        columns=scales["column"].title(language).lower(),
        share=words.percent(float(shares.sum())),
        names=words.listing(names[i] for i in furthest),
    )
    return canvas.drawing(area.end, alt, key)


def _same_unit(xs: Sequence[float], ys: Sequence[float]) -> tuple[Place, Place]:
    """Return the ends of two axes of one unit that leave room around the points, not taller than TALLEST."""
    wide = 1.2 * max(max(xs, default=0.0), 0.1) - 1.2 * min(min(xs, default=0.0), -0.1)
    low, high = 1.15 * min(min(ys, default=0.0), -0.1), 1.15 * max(max(ys, default=0.0), 0.1)
    missing = max(0.0, (high - low) / TALLEST - wide)
    left, right = 1.2 * min(min(xs, default=0.0), -0.1), 1.2 * max(max(xs, default=0.0), 0.1)
    return (left - missing / 2, right + missing / 2), (low, high)


def _two_kinds(canvas: Canvas, titles: Sequence[str]) -> float:
    """Draw the key to the two kinds of points, and return where it ends."""
    x = 0.0
    for title, (shape, colour) in zip(titles, STYLES.values(), strict=True):
        canvas.marker(x + 5, 8, shape, colour)
        canvas.text(x + 15, 8, title, size=SMALL)
        x += text_width(title, SMALL) + 36
    return 26.0
