"""Funnels: shares of units of different size, and what chance allows around what all have together."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ivvu_analysis.codebook import Language
from ivvu_analysis.report.figures.canvas import SMALL, Canvas, Drawing
from ivvu_analysis.report.figures.labels import in_order, rows_of
from ivvu_analysis.report.figures.palettes import ACCENT, FAINT_INK, INK
from ivvu_analysis.report.figures.placing import Box, write_names
from ivvu_analysis.report.figures.plot import Side, plot
from ivvu_analysis.report.text import Words

HEIGHT = 300
OUTSIDE = {
    "en": "{outside} of {n} lie outside the limits of {level}; all together are at {target}.",
    "nl": "{outside} van de {n} liggen buiten de grenzen van {level}; alle samen staan op {target}.",
}
PROJECTS = {"en": "projects", "nl": "projecten"}


def funnel(
    frame: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    row: str,
    language: Language,
    key: str,
    labels: Mapping[str, str] | None = None,
    title: str = "",
) -> Drawing:
    """Draw shares against numbers of projects, between the limits of what chance allows around a target.

    Parameters
    ----------
    frame
        One row a unit: the column `row` with codes, `estimate` (a share), `n`, `target`, and the limits for
        that unit, `conf_low, conf_high`. A unit without projects is left out.
    limits
        The curves: `n, level, conf_low, conf_high`, one row a number of projects and level.
    row
        The column with the codes of units.
    language, key, labels
        As for `scatter`.
    title
        What the upright axis measures.
    """
    words = Words(language)
    known = frame[frame["n"] > 0]
    names = list(rows_of(in_order(known, row), row, language, labels).values())
    shares, sizes = known["estimate"].astype(float).tolist(), known["n"].astype(float).tolist()
    canvas = Canvas()
    across = Side([0.0, *sizes, float(limits["n"].max())], "count", PROJECTS[language])
    upright = Side([0.0, *shares, *known["conf_high"].astype(float)], "%", title)
    area = plot(canvas, across, upright, language, height=HEIGHT, margin=52)
    above = area.bottom
    for i, (level, curve) in enumerate(limits.sort_values(["level", "n"]).groupby("level")):
        for bound in ("conf_low", "conf_high"):
            seen = curve[curve[bound] <= area.upright.high]
            places = [area.at(*point) for point in zip(seen["n"], seen[bound], strict=True)]
            canvas.line([x for x, _ in places], [y for _, y in places], FAINT_INK, 1.2, dashed=i > 0)
        end = area.at(curve["n"].iloc[-1], curve["conf_high"].iloc[-1])
        percent = words.percent(float(level), 1 if round(100 * float(level), 6) % 1 else 0)
        above = min(end[1], above - 14)
        canvas.text(end[0] + 5, above, percent, size=SMALL, colour=FAINT_INK)
    target = float(known["target"].iloc[0])
    level_of_all = area.upright.at(target)
    canvas.line([area.left, area.right], [level_of_all] * 2, INK, 1.2)
    places = [area.at(*point) for point in zip(sizes, shares, strict=True)]
    for point in places:
        canvas.marker(*point, "o", ACCENT)
    line = Box(area.left, level_of_all - 1, area.right, level_of_all + 1)
    write_names(canvas, area, places, names, [INK] * len(places), [line])
    outside = (known["estimate"] < known["conf_low"] - 1e-12) | (
        known["estimate"] > known["conf_high"] + 1e-12
    )
    alt = OUTSIDE[language].format(
        outside=words.number(int(outside.sum())),
        n=words.number(len(known)),
        level=words.percent(float(limits["level"].min())),
        target=words.percent(target),
    )
    return canvas.drawing(area.end, f"{title}. {alt}" if title else alt, key)
