"""Lines over time or over an assumption, each with the band of its uncertainty and its name at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import pandas as pd

from ivvu_analysis.codebook import Language
from ivvu_analysis.report.figures.canvas import SIZE, SMALL, Canvas, Drawing, squeeze, text_width
from ivvu_analysis.report.figures.labels import in_order, rows_of, writer
from ivvu_analysis.report.figures.palettes import ACCENT, INK, SECOND
from ivvu_analysis.report.figures.plot import Plot, Side, plot
from ivvu_analysis.report.text import Words

HEIGHT = 230
STYLES = (("o", ACCENT), ("D", SECOND), ("s", "#1b7f5c"), ("^", "#762a83"))
FACTS = ("o", INK)
LABEL_WIDTH = 170
LINE = 1.2 * SIZE
NUMBERS = ["x", "estimate", "conf_low", "conf_high"]
AT = {"en": "{value} at {x}", "nl": "{value} bij {x}"}
IN = {"en": "{value} in {x}", "nl": "{value} in {x}"}
FROM = {"en": "from {} to {}", "nl": "van {} tot {}"}
BOUNDS = {"en": "{value} ({low} to {high})", "nl": "{value} ({low} tot {high})"}


@dataclass(frozen=True)
class Course:
    """A line from left to right: `x, estimate, conf_low, conf_high`.

    It is dashed from its point number `known` on, and its first `marked` points have a marker.
    """

    name: str
    points: pd.DataFrame
    known: int
    marked: int
    style: tuple[str, str]


def forecast(
    frame: pd.DataFrame,
    *,
    language: Language,
    key: str,
    by: str | None = None,
    observed: pd.DataFrame | None = None,
    labels: Mapping[str, str] | None = None,
    unit: str = "count",
    limits: tuple[float, float] | None = None,
    title: str = "",
) -> Drawing:
    """Draw what was observed as a line, and what is expected as a dashed line in its band.

    Parameters
    ----------
    frame
        One row a date (and line): `date` as YYYY-MM, `estimate, conf_low, conf_high`, and the column `by`.
    language
        Of labels and numbers.
    key
        Makes the ids of the drawing unique in its page.
    by
        The column that tells up to four lines apart, such as ``"dimension"`` or ``"stalling"``.
    observed
        One row a wave (and line): `date, estimate`, and the column `by`. Without that column all lines
        continue the same observations.
    labels
        Names of the lines that are no codes of the scale called `by`.
    unit
        How values are written, as for `dots`.
    limits
        Where the upright axis begins and ends, such as 0 and all regions.
    title
        What the upright axis measures.
    """
    words = Words(language)
    facts = frame.head(0) if observed is None else observed
    facts = facts.assign(conf_low=facts["estimate"], conf_high=facts["estimate"])
    common = by is not None and by not in facts
    courses = []
    for style, (code, name) in zip(STYLES, _names(frame, by, labels, language).items(), strict=False):
        behind, ahead = _points(_of(facts, by, code)), _points(_of(frame, by, code))
        behind = behind.tail(1) if common else behind
        points = pd.concat([behind, ahead], ignore_index=True) if len(behind) else ahead
        courses.append(Course(name, points, len(behind), 0 if common else len(behind), style))
    before = [Course("", _points(facts), len(facts), len(facts), FACTS)] if common and len(facts) else []
    # Where not all dates can be named, the last comes first, then the waves.
    dates = dict.fromkeys([str(frame["date"].max()), *sorted(facts["date"]), *sorted(frame["date"])])
    across = Side([], named={_months(date): words.short_wave(date) for date in dates})
    upright = Side(_values([*courses, *before]), unit, title, limits)
    canvas = Canvas()
    bottom = _draw(canvas, courses, before, across, upright, language).end
    last = words.wave(next(iter(dates)))
    return canvas.drawing(bottom, _alt(courses, IN, [last], upright, language), key)


def sweep(
    frame: pd.DataFrame,
    *,
    x: str,
    language: Language,
    key: str,
    by: str | None = None,
    labels: Mapping[str, str] | None = None,
    unit: str = ".2",
    x_unit: str = "%",
    null: float | None = None,
    marked: tuple[float, str] | None = None,
    title: str = "",
    x_title: str = "",
) -> Drawing:
    """Draw how an estimate and its interval change with an assumption.

    Parameters
    ----------
    frame
        One row a value of the assumption (and line): the columns `x` and `by`, `estimate, conf_low,
        conf_high`.
    x, x_unit, x_title
        The column of the assumption, how it is written and what it is.
    language, key, by, labels, unit, title
        As for `forecast`.
    null
        The value that would mean no difference, drawn as a dashed line.
    marked
        A value of the assumption to mark with an upright line, and what to write at it.
    """
    rows = frame.assign(x=frame[x]).sort_values("x", kind="stable")
    courses = [
        Course(name, _of(rows, by, code)[NUMBERS].astype(float), len(frame), 0, style)
        for style, (code, name) in zip(STYLES, _names(frame, by, labels, language).items(), strict=False)
    ]
    across = Side(rows["x"].astype(float).tolist(), x_unit, x_title)
    upright = Side([*_values(courses), *([] if null is None else [null])], unit, title)
    canvas = Canvas()
    area = _draw(canvas, courses, [], across, upright, language)
    if null is not None:
        canvas.line([area.left, area.right], [area.upright.at(null)] * 2, INK, 1.2, dashed=True)
    if marked is not None:
        _mark(canvas, area, *marked)
    write = writer(x_unit, language)
    ends = [write(float(rows["x"].min())), write(float(rows["x"].max()))]
    return canvas.drawing(area.end, _alt(courses, AT, ends, upright, language), key)


def _names(
    frame: pd.DataFrame, by: str | None, labels: Mapping[str, str] | None, language: Language
) -> dict[str, str]:
    return rows_of(in_order(frame, by), by, language, labels) if by else {"": ""}


def _of(frame: pd.DataFrame, by: str | None, code: str) -> pd.DataFrame:
    return frame[frame[by].astype(str) == code] if by in frame else frame


def _points(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(x=[_months(date) for date in frame["date"]])[NUMBERS].astype(float)


def _months(date: str) -> float:
    year, month = str(date).split("-")
    return 12.0 * int(year) + int(month)


def _values(courses: Sequence[Course]) -> list[float]:
    return [float(x) for course in courses for x in course.points[NUMBERS[1:]].to_numpy().ravel()]


def _draw(
    canvas: Canvas,
    courses: Sequence[Course],
    before: Sequence[Course],
    across: Side,
    upright: Side,
    language: Language,
) -> Plot:
    """Draw the plot with its lines, named at their ends; those in `before` have no name."""
    write = writer(upright.unit, language)
    labels = [
        [*squeeze(course.name, LABEL_WIDTH), write(course.points["estimate"].iloc[-1])] for course in courses
    ]
    margin = max(text_width(line, bold=True) for lines in labels for line in lines) + 12
    area = plot(canvas, across, upright, language, height=HEIGHT, margin=margin)
    for course in courses:
        known = course.points.dropna(subset=["conf_low", "conf_high"])
        upper = [area.at(x, y) for x, y in zip(known["x"], known["conf_high"], strict=True)]
        lower = [area.at(x, y) for x, y in zip(known["x"], known["conf_low"], strict=True)]
        if len(known) > 1:
            canvas.area([*upper, *lower[::-1]], course.style[1], 0.18)
    for course in [*courses, *before]:
        shape, colour = course.style
        places = [area.at(x, y) for x, y in zip(course.points["x"], course.points["estimate"], strict=True)]
        solid, dashed = places[: course.known], places[max(course.known - 1, 0) :]
        canvas.line([x for x, _ in solid], [y for _, y in solid], colour, 2)
        canvas.line([x for x, _ in dashed], [y for _, y in dashed], colour, 2, dashed=True)
        for x, y in dict.fromkeys([*places[: course.marked], places[-1]]):
            canvas.marker(x, y, shape, colour, 7)
    _name_ends(canvas, area, courses, labels)
    return area


def _name_ends(
    canvas: Canvas, area: Plot, courses: Sequence[Course], labels: Sequence[Sequence[str]]
) -> None:
    """Write the name and the last value of each line at its end, moved apart where they would clash."""
    ends = [area.upright.at(float(course.points["estimate"].iloc[-1])) for course in courses]
    order = sorted(range(len(courses)), key=ends.__getitem__)
    below = max(area.top, LINE) - LINE / 2  # not over the edge of the sheet
    places = {}
    for i in order:
        places[i] = max(ends[i] - (len(labels[i]) - 1) * LINE / 2, below)
        below = places[i] + len(labels[i]) * LINE + 4
    lowest = area.bottom + LINE
    for i in reversed(order):
        places[i] = min(places[i], lowest - len(labels[i]) * LINE)
        lowest = places[i] - 4
    for i, lines in enumerate(labels):
        for j, line in enumerate(lines):
            last = j == len(lines) - 1
            canvas.text(area.right + 8, places[i] + j * LINE, line, bold=last, colour=courses[i].style[1])


def _mark(canvas: Canvas, area: Plot, value: float, text: str) -> None:
    x = area.across.at(value)
    canvas.line([x, x], [area.top, area.bottom], INK, 1.2)
    lines = squeeze(text, max(x - area.left, area.right - x) - 14, size=SMALL)
    toward_right = area.right - x >= x - area.left
    canvas.lines(
        x + 6 if toward_right else x - 6,
        area.top + 14,
        lines,
        align="left" if toward_right else "right",
        size=SMALL,
    )


def _alt(
    courses: Sequence[Course],
    template: Mapping[str, str],
    places: Sequence[str],
    upright: Side,
    language: Language,
) -> str:
    """Return where each line ends, and where it begins if `places` names both ends."""
    write, said = writer(upright.unit, language), []
    for course in courses:
        ends = [course.points.iloc[0], course.points.iloc[-1]][-len(places) :]
        values = [
            template[language].format(value=_with_bounds(end, write, language), x=place)
            for end, place in zip(ends, places, strict=True)
        ]
        name = f"{course.name}: " if course.name else ""
        said.append(name + (values[0] if len(values) == 1 else FROM[language].format(*values)))
    title = f"{upright.title}. " if upright.title else ""
    return title + "; ".join(said) + "."


def _with_bounds(end: pd.Series[float], write: Callable[[float], str], language: Language) -> str:
    value = write(end["estimate"])
    if not isfinite(end["conf_low"]):
        return value
    return BOUNDS[language].format(value=value, low=write(end["conf_low"]), high=write(end["conf_high"]))
