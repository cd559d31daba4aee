"""Names beside points and lines, each where it covers nothing."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from ivvu_analysis.figures import layout, theme

# Where a name may stand beside its point, the best first: the part of it that stands left of a place, and how
# far that place is aside and up, in inches.
SPOTS: list[tuple[float, float, float]] = [(0, 0.08, 0), (1, -0.08, 0)]
UP = (0.13, -0.13, 0.26, -0.26, 0.4, -0.4, 0.53, -0.53)
SPOTS += [(p, dx, dy) for dy in UP for p, dx in ((0.5, 0), (0, 0.04), (1, -0.04))]
NEAR = 8  # so many of them are close to the point
# Where the name of a line may stand beside its end, the closest first.
BESIDE = [(0.0, 0.1, dy) for dy in sorted(np.linspace(-1.5, 1.5, 101), key=abs)]
SIDES = {0: "left", 0.5: "center", 1: "right"}


def name_points(
    ax: Axes,
    places: np.ndarray,
    names: Iterable[str],
    inks: Sequence[str] | np.ndarray,
    lines: Sequence[Any],
    must: int | None = None,
    spots: Sequence[tuple[float, float, float]] = SPOTS,
    **style: Any,
) -> None:
    """Write names beside points, each where it covers nothing; after the first `must` only if it can.

    `lines`, of which both ends are given, are to be kept clear of too.
    """
    size = layout.inches(ax)
    at = ax.transLimits.transform(places) * size
    taken = [Bbox([point - 0.05, point + 0.05]) for point in at]
    taken += [Bbox(ax.transLimits.transform(ends) * size).padded(0.01) for ends in lines]
    written: list[Bbox] = []
    for number, (name, (px, py)) in enumerate(zip(map(str, names), at, strict=True)):
        wide, tall = layout.text_width(name, theme.SMALL, **style), layout.height_of(name, theme.SMALL)
        needed = must is None or number < must
        near = spots if needed else spots[:NEAR]  # a name far from its point is no help
        boxes = [Bbox.from_bounds(px + dx - p * wide, py + dy - tall / 2, wide, tall) for p, dx, dy in near]
        beyond = np.array([min(box.x0 - 0.1, box.y0, *(size - box.max)) < -0.1 for box in boxes])
        clashes = [box.count_overlaps(taken + 9 * written) for box in boxes] + 99 * beyond
        best = int(np.argmin(clashes))
        if clashes[best] == 0 or needed:
            written.append(boxes[best])
            (x, y), (part, aside, up) = places[number], near[best]
            away: dict[str, Any] = {"shift": 72 * aside, "lift": 72 * up, "ha": SIDES[part], **style}
            layout.write(ax, x, y, name, color=inks[number], **away)
