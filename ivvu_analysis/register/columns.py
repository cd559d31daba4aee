"""From the columns of a sheet to those of a register: chosen, combined, and what is not used told."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from ivvu_analysis.register import dates, findings
from ivvu_analysis.register.headings import LEAST_HEADINGS, MOST_TEXTS, Block
from ivvu_analysis.register.spelling import CODED, HALVES, Heading, Speller, tidy

NOT_MARKED = frozenset(("", "0", "nee", "no", "n", "false", "onwaar", "-", "○", "☐"))
WITHIN = 0.8  # of the rows of a table are filled in a part of it that stands beyond an empty column

Held = dict[Heading, pd.Series]


class Columns:
    """The columns of one table.

    Parameters
    ----------
    block
        Where the table stands.
    speller
        What its texts stand for.

    Attributes
    ----------
    held
        What stands in each of its register columns, for each wave that the headings name.
    inside
        The positions of the columns of the table itself, without those of a table beside it.
    told
        What was not used or combined, as findings.
    """

    def __init__(self, block: Block, speller: Speller) -> None:
        self.block, self.speller = block, speller
        self.told: list[pd.DataFrame] = []
        self.below = {p: texts.iloc[block.top : block.bottom] for p, texts in block.sheet.cells.items()}
        self.held: Held = {}
        self.inside = self._inside()
        under: dict[Heading, list[int]] = defaultdict(list)
        for position in self.inside:
            if position in block.under:
                under[block.under[position]].append(position)
        self._choose({heading: places for heading, places in under.items() if not heading.answer})
        self._join_marks({heading: places[0] for heading, places in under.items() if heading.answer})
        self._join_halves()
        self._tell_unknown()
        for heading in self.held if block.sheet.since_1904 else ():
            if heading.column in ("start", "wave"):
                self.held[heading] = self.held[heading].map(dates.from_1904).astype("category")

    def _say(self, column: str, problem: str, position: int, severity: str | None = None,
             suggestion: str = "") -> None:  # fmt: skip
        """Tell of a column by its heading, or else by the first text in it."""
        value = self.block.headings[position] or next(filter(None, self.below[position]), "")
        where = [self.block.row], self.block.sheet.name
        self.told.append(findings.about(*where, column, problem, value, suggestion, severity))

    def _inside(self) -> list[int]:
        """Tell the table from others beside it, which an empty column divides from it."""
        block = self.block
        used = [p for p, texts in self.below.items() if block.headings[p] or (texts != "").any()]
        islands = np.split(np.array(used, dtype=int), np.flatnonzero(np.diff(used) > 1) + 1)
        if len(islands) == 1:
            return used
        known = [{block.under[p].column for p in island if p in block.under} for island in islands]
        main = int(np.argmax([len(columns) for columns in known]))
        rows = self._filled(islands[main])
        inside: list[int] = []
        for island, columns in zip(islands, known, strict=True):
            own = self._filled(island)
            alike = (own & rows).sum() >= WITHIN * max(own.sum(), rows.sum()) and not columns & known[main]
            if island is islands[main] or alike or len(columns) >= LEAST_HEADINGS:
                inside += island.tolist()
                continue
            for position in island:
                column = block.under[position].column if position in block.under else ""
                news = column and column not in known[main]
                self._say(column, "column_beside", position, "warning" if news else "note")
        return inside

    def _filled(self, positions: np.ndarray) -> np.ndarray:
        """Return which rows hold more than one text in these columns, or one if there is but one column."""
        held = np.sum([(self.below[p] != "").to_numpy() for p in positions], axis=0)
        return np.asarray(held > min(len(positions) - 1, 1))

    def _choose(self, under: dict[Heading, list[int]]) -> None:
        """Choose among columns with the same heading the one in which most is understood."""
        for heading, places in under.items():
            known = {p: self._understood(p, heading.column) if len(places) > 1 else 0 for p in places}
            best = max(places, key=lambda p: known[p])
            coded = heading.column in CODED
            self.held[heading] = self.below[best].astype("category") if coded else self.below[best]
            for other in places:
                if other != best:
                    self._say(heading.column, "column_repeated", other, "error" if known[other] else "note")
        for heading in [Heading(heading.column) for heading in under if heading.wave]:
            if self.held.pop(heading, None) is not None:  # one without a wave is not that of any of them
                self._say(heading.column, "column_repeated", under[heading][0])

    def _understood(self, position: int, column: str) -> int:
        """Return in how many rows a column says something that is understood."""
        counts = self.below[position].value_counts(sort=False)
        if column not in CODED:
            return int(counts[counts.index != ""].sum())
        some = counts[counts > 0].iloc[:MOST_TEXTS].items()
        return int(sum(n for text, n in some if self.speller.answers(column, str(text))))

    def _join_marks(self, under: dict[Heading, int]) -> None:
        """Read a column for each answer, with a mark below the one that holds, as one column of answers."""
        for column in {heading.column for heading in under} - {heading.column for heading in self.held}:
            answers = {heading.answer: p for heading, p in under.items() if heading.column == column}
            chosen = pd.Series("", index=self.below[min(answers.values())].index, dtype=object)
            for answer, position in answers.items():
                marked = self.below[position].map(lambda text: tidy(text).casefold() not in NOT_MARKED)
                chosen[marked.astype(bool)] += f" + {answer}"
            self.held[Heading(column)] = chosen.str.removeprefix(" + ").astype("category")
            self._say(column, "column_combined", min(answers.values()))

    def _join_halves(self) -> None:
        """Put the scale and the meaning of the impact together."""
        for wave in {heading.wave for heading in self.held}:
            places = {h.column: p for p, h in self.block.under.items() if h.wave == wave}
            size, meaning = (self.held.pop(Heading(half, wave), None) for half in HALVES)
            if size is None or meaning is None or Heading("impact", wave) in self.held:
                for half in places.keys() & set(HALVES):
                    self._say("", "column_unknown", places[half], "warning")
                continue
            both = size.astype(object) + " / " + meaning.astype(object)
            self.held[Heading("impact", wave)] = both.str.strip("/ ").astype("category")
            self._say("impact", "column_combined", places[HALVES[0]])

    def _tell_unknown(self) -> None:
        known = {heading.column for heading in self.held}
        for position in self.inside:
            if position in self.block.under or (self.below[position] == "").all():
                continue
            if heading := self.block.headings[position]:
                like = self.speller.column_like(heading)
                like = "" if like in known else like
                self._say("", "column_unknown", position, "warning" if like else "note", like)
            else:
                self._say("", "column_unnamed", position)
