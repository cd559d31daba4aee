"""Where to write the names of points so that none lies over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from ivvu_analysis.report.figures.canvas import SMALL, WIDTH, Canvas, squeeze, text_width
from ivvu_analysis.report.figures.palettes import FAINT_INK
from ivvu_analysis.report.figures.plot import Plot

NAME_WIDTH = 130
LINE = 1.2 * SMALL
NEAR = 18.0  # a name further away than this is tied to its point by a line
GAPS = (8.0, 16.0, 28.0, 42.0, 60.0)
SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """Return the area that two boxes share."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """Return the place in the box that is nearest to a point."""
        return min(max(x, self.left), self.right), min(max(y, self.top), self.bottom)

    def within(self, other: Box) -> bool:
        """Whether this box lies inside another."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


def around(x: float, y: float, half: float) -> Box:
    """Return the square box around a point."""
    return Box(x - half, y - half, x + half, y + half)


def place(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    sheet: Box,
    avoid: Sequence[Box] = (),
) -> list[Box]:
    """Return a box for the name of each point: beside it, and as near as the others leave room.

    Parameters
    ----------
    points
        Where the points are.
    sizes
        Width and height of each name.
    sheet
        What the names have to stay within.
    avoid
        What the names should not lie over, besides the points and each other.
    """
    marks = [around(x, y, 5) for x, y in points]
    placed: dict[int, Box] = {}
    for i in sorted(range(len(points)), key=lambda i: -_crowd(points, i)):
        taken = [*marks, *placed.values(), *avoid]
        options = [box for box in _options(points[i], sizes[i]) if box.within(sheet)]
        free = (box for box in options if not any(box.overlap(other) for other in taken))
        nearest = min(options, key=lambda box: sum(box.overlap(other) for other in taken), default=None)
        placed[i] = next(free, nearest) or _options(points[i], sizes[i])[0]
    return [placed[i] for i in range(len(points))]


def write_names(
    canvas: Canvas,
    area: Plot,
    points: Sequence[tuple[float, float]],
    names: Sequence[str],
    colours: Sequence[str],
    avoid: Sequence[Box] = (),
) -> None:
    """Write the names of points beside them, tied by a thin line where they had to move away."""
    broken = [squeeze(name, NAME_WIDTH, size=SMALL) for name in names]
    sizes = [(max(text_width(line, SMALL) for line in lines), len(lines) * LINE) for lines in broken]
    boxes = place(points, sizes, Box(area.left, area.top, WIDTH, area.bottom), avoid)
    for (x, y), box, lines, colour in zip(points, boxes, broken, colours, strict=True):
        near = box.nearest(x, y)
        if hypot(near[0] - x, near[1] - y) > NEAR:
            canvas.line([x, near[0]], [y, near[1]], FAINT_INK, 0.7)
        middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        canvas.lines(*middle, lines, align="center", size=SMALL, colour=colour)


def _options(point: tuple[float, float], size: tuple[float, float]) -> list[Box]:
    """Return the boxes beside a point, the nearest first."""
    (x, y), (width, height) = point, size
    boxes = []
    for gap in GAPS:
        for across, down in SIDES:
            left = x + across * gap - (0.5 - 0.5 * across) * width
            top = y + down * gap - (0.5 - 0.5 * down) * height
            boxes.append(Box(left, top, left + width, top + height))
    return boxes


def _crowd(points: Sequence[tuple[float, float]], i: int) -> float:
    """Return how near the other points are: the most crowded choose first."""
    x, y = points[i]
    return sum(1 / (40 + abs(x - a) + abs(y - b)) for j, (a, b) in enumerate(points) if j != i)
