"""Where the tables on a sheet are: their rows of headings, what stands below each, and the titles above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from ivvu_analysis.register import dates
from ivvu_analysis.register.files import Sheet
from ivvu_analysis.register.spelling import AT_A_WAVE, CODED, Heading, Speller
from ivvu_analysis.register.text import SEARCHED_ROWS

LEAST_HEADINGS = 3  # fewer known headings than this are chance
MOST_TEXTS = 500  # distinct texts in a column among which headings are looked for further down
TITLE_ROWS = 5  # rows above the headings of a further table that may be its title

Meant = list[tuple[str, Heading | None]]


@dataclass(frozen=True)
class Block:
    """A row of headings and the rows below it, by their positions in the sheet.

    Parameters
    ----------
    sheet
        Where it stands.
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
    inside
        The positions of the columns of the table itself, without those of a table beside it.
    wave
        The wave that the headings name, where they name several: then each makes a block.
    """

    sheet: Sheet
    row: int
    headings: Mapping[int, str]
    under: Mapping[int, Heading]
    top: int
    bottom: int
    again: frozenset[int]
    titles: Sequence[str]
    inside: Sequence[int] = ()
    wave: str = ""

    @property
    def known(self) -> set[str]:
        """The register columns that the headings name."""
        return {heading.column for heading in self.under.values()}


def blocks(sheet: Sheet, speller: Speller) -> list[Block]:
    """Return every table on a sheet that has the headings of a register."""
    cells = sheet.cells
    rows = cells.iloc[:SEARCHED_ROWS].to_numpy().tolist()
    options = [(at, 1, _meant(rows[at], speller)) for at in range(len(rows))]
    options += [
        (at, 2, _joined(above, below, speller))
        for at, (above, below) in enumerate(pairwise(rows))
        if _second(above, below, speller)
    ]
    best = max(options, key=lambda option: (_known(option[2]), -option[1], -option[0]), default=(0, 1, []))
    if _known(best[2]) < LEAST_HEADINGS:
        return []
    begin = best[0] + best[1]
    heads = [best]
    again = [at for at in _further(cells, speller) if at >= begin]
    for at in again:
        meant = _meant(cells.iloc[at].tolist(), speller)
        if not _alike(meant, heads[-1][2]):
            heads.append((at, 1, meant))
    found = []
    ends = [*(at for at, _, _ in heads[1:]), len(cells)]
    for number, ((at, lines, meant), bottom) in enumerate(zip(heads, ends, strict=True)):
        above = cells.iloc[max(at - TITLE_ROWS, heads[number - 1][0] + 1) if number else 0 : at]
        columns = dict(zip(cells, meant, strict=True))
        found.append(
            Block(
                sheet,
                row=int(cells.index[at + lines - 1]),
                headings={position: text for position, (text, _) in columns.items()},
                under={position: heading for position, (_, heading) in columns.items() if heading},
                top=at if number else begin,  # further headings are told as rows that are no projects
                bottom=bottom,
                again=frozenset(again),
                titles=[text for row in above.to_numpy().tolist()[::-1] for text in filter(None, row[:10])],
            )
        )
    return found


def _known(meant: Meant) -> int:
    return len({heading for _, heading in meant if heading})


def _alike(meant: Meant, other: Meant) -> bool:
    """Return whether headings stand once more: most of them the same, and none another."""
    pairs = [(one, another) for (_, one), (_, another) in zip(meant, other, strict=True) if one]
    same = sum(one == another for one, another in pairs)
    return 2 * same > len(pairs) and all(another in (one, None) for one, another in pairs)


def _further(cells: pd.DataFrame, speller: Speller) -> list[int]:
    """Return the positions of rows that have known headings: of the same table or of another."""

    def known(text: str) -> bool:
        meant = speller.heading(text)
        return meant is not None and not meant.answer

    few = cells.loc[:, cells.nunique() <= MOST_TEXTS]  # titles and numbers of thousands of projects take time
    return np.flatnonzero(few.map(known).sum(axis=1) >= LEAST_HEADINGS).tolist()


def _second(above: list[str], below: list[str], speller: Speller) -> bool:
    """Return whether the lower row may be a second row of headings: some are, and none is a number.

    One text above it that is no heading itself is a title.
    """
    texts, joined = [text for text in above if text], [meant for _, meant in _joined(above, below, speller)]
    title = len(texts) == 1 and speller.heading(texts[0]) is None
    named = [meant is not None and bool(meant.wave) for meant in joined]
    numbers = (t.isdecimal() or (dates.moment(t) and not n) for t, n in zip(below, named, strict=True))
    if title or any(numbers):
        return False
    some = any(text != over and speller.heading(text) for over, text in zip(above, below, strict=True))
    return some or any(meant and (meant.answer or meant.wave) for meant in joined)


def _meant(row: list[str], speller: Speller) -> Meant:
    return [(text, speller.heading(text)) for text in row]


def _joined(above: list[str], below: list[str], speller: Speller) -> Meant:
    """Return the headings of two rows, of which the upper one may stand for several below it."""
    joined: Meant = []
    over, begun = "", False  # what stands over a column, and whether that column has a heading below it
    for top, text in zip(above, below, strict=True):
        if top:
            over, begun = top, bool(text)
        elif not (text and begun):
            over = ""
        if not text or text == over:
            joined.append((top, speller.heading(top)))
        else:
            joined.append((f"{over} {text}".strip(), _of_two(top, over, text, speller)))
    return joined


def _of_two(top: str, over: str, below: str, speller: Speller) -> Heading | None:
    """Return what stands below two headings: the lower one, or an answer or a wave of the upper one."""
    head = speller.heading(over)
    meant = speller.heading(below) or speller.heading(f"{over} {below}")
    waves = list(dates.mentioned(over if meant else below))
    if meant:
        at_wave = waves and not meant.wave and meant.column in AT_A_WAVE
        return meant._replace(wave=waves[0]) if at_wave else meant
    if head and head.column in CODED[:-1] and speller.scale_of(head.column).recognise(below):
        return Heading(head.column, answer=below)
    if head and head.column in AT_A_WAVE and waves:
        return Heading(head.column, wave=waves[0])
    return head if top else None
