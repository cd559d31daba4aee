"""Where the tables on a sheet are: their rows of headings, what stands below each, and the titles above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivvu_analysis.register import dates
from ivvu_analysis.register.files import Sheet, first_rows
from ivvu_analysis.register.spelling import CODED, Heading, Speller
from ivvu_analysis.register.text import SEARCHED_ROWS

LEAST_HEADINGS = 3  # fewer known headings than this are chance
MOST_TEXTS = 5000  # distinct texts in one column among which headings are looked for further down
TITLE_ROWS = 5  # rows above the headings of a further table that may be its title

Meant = list[tuple[str, Heading | None]]


@dataclass(frozen=True)
class Block:
    """A row of headings and the rows below it, by their positions in the sheet.

    Parameters
    ----------
    row
        The number of the (last) row of headings.
    headings
        The text above each column.
    under
        What stands in each column whose heading is known.
    top, bottom
        The positions of its first row and the one after its last.
    again
        The positions of the rows in which the headings stand once more, as on every page of a printed sheet.
    titles
        The texts above the headings, the nearest first.
    """

    row: int
    headings: Mapping[int, str]
    under: Mapping[int, Heading]
    top: int
    bottom: int
    again: frozenset[int]
    titles: Sequence[str]

    @property
    def known(self) -> frozenset[str]:
        """The register columns that the headings name."""
        return frozenset(heading.column for heading in self.under.values())


def blocks(sheet: Sheet, speller: Speller) -> list[Block]:
    """Return every table on a sheet that has the headings of a register."""
    cells = sheet.cells
    rows = first_rows(cells, 0, SEARCHED_ROWS)
    options = [
        (at, lines)
        for at in range(len(rows))
        for lines in (1, 2)
        if lines == 1 or _second(rows[at : at + 2], speller)
    ]

    def merit(option: tuple[int, int]) -> tuple[int, int, int]:
        at, lines = option
        return len({h for _, h in _meant(rows[at : at + lines], speller) if h}), -lines, -at

    best = max(options, key=merit, default=None)
    if best is None or merit(best)[0] < LEAST_HEADINGS:
        return []
    heads = [(*best, _meant(rows[best[0] : sum(best)], speller))]
    again = set()
    for at in _further(cells, sum(best), speller):
        meant = _meant(first_rows(cells, at, at + 1), speller)
        again.add(at)
        if not _alike(meant, heads[-1][2]):
            heads.append((at, 1, meant))
    found = []
    for number, (at, lines, meant) in enumerate(heads):
        bottom = heads[number + 1][0] if number + 1 < len(heads) else len(cells)
        top = at if number else at + lines  # further headings are told as rows that are no projects
        above = first_rows(cells, max(at - TITLE_ROWS, heads[number - 1][0] + 1) if number else 0, at)
        titles = [text for row in reversed(above) for text in filter(None, row[:10])]
        columns = dict(zip(cells, meant, strict=True))
        under = {position: heading for position, (_, heading) in columns.items() if heading}
        headings = {position: text for position, (text, _) in columns.items()}
        row = int(cells.index[at + lines - 1])
        found.append(Block(row, headings, under, top, bottom, frozenset(again), titles))
    return found


def _alike(meant: Meant, other: Meant) -> bool:
    """Return whether headings stand once more: most of them the same, and none another."""
    pairs = [(one, another) for (_, one), (_, another) in zip(meant, other, strict=True) if one]
    same = sum(one == another for one, another in pairs)
    return 2 * same > len(pairs) and all(another in (one, None) for one, another in pairs)


def _further(cells: pd.DataFrame, top: int, speller: Speller) -> list[int]:
    """Return the positions of rows further down that are headings: of the same table or of another."""
    known = np.zeros(len(cells), dtype="int8")
    few = cells.select_dtypes("category")
    for column in few:
        codes, texts = few[column].cat.codes, few[column].cat.categories
        if len(texts) <= MOST_TEXTS:
            plain = [(h := speller.heading(text)) is not None and not h.answer for text in texts]
            known += np.array(plain, dtype="int8")[codes]
    return [at for at in np.flatnonzero(known >= LEAST_HEADINGS).tolist() if at >= top]


def _second(rows: list[list[str]], speller: Speller) -> bool:
    """Return whether the lower row may be a second row of headings: some are, and none is a number."""
    if len(rows) < 2:
        return False
    below = {text for text in rows[1] if text}
    if not below or any(text.isdecimal() or dates.moment(text) for text in below):
        return False
    some = any(text != over and speller.heading(text) for over, text in zip(*rows, strict=True))
    return some or any(meant and meant.answer for _, meant in _meant(rows, speller))


def _meant(rows: list[list[str]], speller: Speller) -> Meant:
    """Return the headings of one row, or of two of which the upper one may stand for several below it."""
    if len(rows) == 1:
        return [(text, speller.heading(text)) for text in rows[0]]
    joined: Meant = []
    over, begun = "", False  # what stands over a column, and whether that column has a heading below it
    for top, below in zip(*rows, strict=True):
        if top:
            over, begun = top, bool(below)
        elif not (below and begun):
            over = ""
        if not below or below == over:
            joined.append((top, speller.heading(top)))
        else:
            joined.append((f"{over} {below}".strip(), _of_two(top, over, below, speller)))
    return joined


def _of_two(top: str, over: str, below: str, speller: Speller) -> Heading | None:
    """Return what stands below two headings: the lower one, or an answer or a wave of the upper one."""
    head = speller.heading(over)
    meant = speller.heading(below) or speller.heading(f"{over} {below}")
    if meant:
        waves = list(dates.mentioned(top))
        return meant._replace(wave=waves[0]) if waves and not meant.wave else meant
    if head and head.column in CODED[:-1] and speller.scale_of(head.column).recognise(below):
        return Heading(head.column, answer=below)
    if head and (waves := list(dates.mentioned(below))):
        return Heading(head.column, wave=waves[0])
    return head if top else None
