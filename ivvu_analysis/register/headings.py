"""Where the heading row of a sheet is, and which register column stands under which heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivvu_analysis.codebook import scale

SEARCHED_ROWS = 100  # titles, logos and explanations above the headings are never longer
LEAST_HEADINGS = 3  # fewer known headings than this are chance


@dataclass(frozen=True)
class Columns:
    """Which position of a sheet holds which register column, and the headings that hold none.

    Parameters
    ----------
    positions
        The position of each register column that was found, counted from 0.
    repeated
        Positions whose heading had already occurred further to the left, with the register column.
    unknown
        Positions whose heading is not known.
    unnamed
        Positions without a heading.
    """

    positions: Mapping[str, int]
    repeated: Mapping[int, str]
    unknown: tuple[int, ...]
    unnamed: tuple[int, ...]


def recognise(headings: Sequence[str]) -> Columns:
    """Return which register column stands under each of `headings`."""
    known = scale("column")
    positions: dict[str, int] = {}
    repeated: dict[int, str] = {}
    unknown: list[int] = []
    unnamed: list[int] = []
    for position, heading in enumerate(headings):
        column = known.recognise(heading)
        if not heading.strip():
            unnamed.append(position)
        elif column is None:
            unknown.append(position)
        elif column in positions:
            repeated[position] = column
        else:
            positions[column] = position
    return Columns(positions, repeated, tuple(unknown), tuple(unnamed))


def locate(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return the position of the heading row among `rows`, and how many headings in it are known.

    The row with the most known headings is the one; of equals the first. Without a row that has at
    least three, the position is -1.
    """
    known = [len(recognise(row).positions) for row in rows[:SEARCHED_ROWS]]
    most = max(known, default=0)
    return (known.index(most), most) if most >= LEAST_HEADINGS else (-1, most)


def suggest(heading: str) -> str:
    """Return the register column that `heading` may be meant as; empty without one."""
    return (scale("column").suggest(heading) or "") if len(heading) <= 200 else ""
