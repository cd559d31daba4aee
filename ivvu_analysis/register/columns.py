"""From the columns of a sheet to those of a register: chosen, combined, and what is not used told."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from ivvu_analysis.register import dates, findings
from ivvu_analysis.register.files import Sheet, distinct, mapped
from ivvu_analysis.register.headings import LEAST_HEADINGS, MOST_TEXTS, Block
from ivvu_analysis.register.spelling import CODED, HALVES, NOTHING, Heading, Speller, tidy

NOT_MARKED = frozenset(("", "0", "nee", "no", "n", "false", "onwaar", "-", "○", "☐"))
WITHIN = 0.8  # of the rows of a table are filled in a part of it that stands beyond an empty column


class Columns:
    """The columns of one table.

    Parameters
    ----------
    sheet, block
        Where the table stands.
    speller
        What its texts stand for.
    since_1904
        Whether its days count from 1904.

    Attributes
    ----------
    inside
        The positions of the columns of the table itself, without those of a table beside it.
    told
        What was not used or combined, as findings.
    """

    def __init__(self, sheet: Sheet, block: Block, speller: Speller, since_1904: bool) -> None:
        self.block, self.sheet, self.speller = block, sheet, speller
        self.told: list[pd.DataFrame] = []
        self._below = {p: texts.iloc[block.top : block.bottom] for p, texts in sheet.cells.items()}
        self._held: dict[Heading, pd.Series] = {}
        self.inside = self._inside()
        under: dict[Heading, list[int]] = defaultdict(list)
        for position in self.inside:
            if position in block.under:
                under[block.under[position]].append(position)
        self._choose({heading: places for heading, places in under.items() if not heading.answer})
        self._join_marks({heading: places[0] for heading, places in under.items() if heading.answer})
        self._join_halves()
        self.waves = sorted({heading.wave for heading in self._held} - {""})
        self._tell_unknown()
        if since_1904:
            for heading in self._held:
                if heading.column in ("start", "wave"):
                    self._held[heading] = mapped(self._held[heading], dates.from_1904)

    def of(self, wave: str) -> dict[str, pd.Series]:
        """Return the register columns of one of the `waves`, or of a table that names none."""
        return {heading.column: texts for heading, texts in self._held.items() if heading.wave in ("", wave)}

    def _say(self, column: str, problem: str, severity: str, value: str, suggestion: str = "") -> None:
        where = [self.block.row], self.sheet.name
        self.told.append(findings.about(*where, column, problem, severity, value, suggestion))

    def _inside(self) -> list[int]:
        """Tell the table from others beside it, which an empty column divides from it."""
        block = self.block
        used = [p for p, texts in self._below.items() if block.headings[p] or (texts != "").any()]
        islands = np.split(np.array(used, dtype=int), np.flatnonzero(np.diff(used) > 1) + 1)
        known = [{block.under[p].column for p in island if p in block.under} for island in islands]
        if len(islands) == 1:
            return used
        main = int(np.argmax([len(columns) for columns in known]))
        rows = self._filled(islands[main])
        inside = list(islands[main])
        for island, columns in zip(islands, known, strict=True):
            own = self._filled(island)
            aside = len(columns) < LEAST_HEADINGS and (
                columns & known[main]
                or (own & ~rows).sum() > (1 - WITHIN) * own.sum()
                or own.sum() < WITHIN * rows.sum()
            )
            if island is islands[main] or not aside:
                inside += island.tolist() if island is not islands[main] else []
                continue
            for position in island:
                column = block.under[position].column if position in block.under else ""
                severity = "warning" if column and column not in known[main] else "note"
                if heading := block.headings[position]:
                    self._say(column, "column_beside", severity, heading)
            if not any(block.headings[position] for position in island):
                self._say("", "column_unnamed", "warning", self._first(island[0]))
        return sorted(inside)

    def _filled(self, positions: np.ndarray) -> np.ndarray:
        """Return which rows hold more than one text in these columns, or one if there is but one column."""
        held = np.sum([(self._below[p] != "").to_numpy() for p in positions], axis=0)
        return np.asarray(held > min(len(positions) - 1, 1))

    def _choose(self, under: dict[Heading, list[int]]) -> None:
        """Choose among columns with the same heading the one in which most is understood."""
        for heading, places in under.items():
            known = {p: self._understood(p, heading.column) if len(places) > 1 else 0 for p in places}
            best = max(places, key=lambda p: known[p])
            texts = self._below[best]
            coded = heading.column in CODED and not isinstance(texts.dtype, pd.CategoricalDtype)
            self._held[heading] = distinct(texts) if coded else texts
            for other in places:
                if other != best:
                    severity = "error" if known[other] else "note"
                    self._say(heading.column, "column_repeated", severity, self.block.headings[other])
        waves = [heading for heading in under if heading.wave]
        for heading in {Heading(h.column) for h in waves} & set(under):
            if len(waves) > 1:  # the heading without a wave is not that of any of them
                del self._held[heading]
                name = self.block.headings[under[heading][0]]
                self._say(heading.column, "column_repeated", "warning", name)

    def _understood(self, position: int, column: str) -> int:
        """Return in how many rows a column says something that is understood."""
        counts = self._below[position].value_counts(sort=False)
        if column not in CODED:
            return int(counts[counts.index != ""].sum())
        some = counts[counts > 0].iloc[:MOST_TEXTS].items()
        return int(sum(n for text, n in some if self.speller.answers(column, str(text))))

    def _join_marks(self, under: dict[Heading, int]) -> None:
        """Read a column for each answer, with a mark below the one that holds, as one column of answers."""
        for column in {heading.column for heading in under} - {heading.column for heading in self._held}:
            answers = {h.answer: p for h, p in under.items() if h.column == column}
            marked = {
                answer: ~self._below[p].map(lambda text: tidy(text).casefold() in NOT_MARKED).astype(bool)
                for answer, p in answers.items()
            }
            chosen = pd.DataFrame(marked).apply(lambda row: " + ".join(row.index[row]), axis=1)
            first = next(iter(answers.values()))
            self._held[Heading(column)] = distinct(chosen) if len(chosen) else self._below[first]
            self._say(column, "column_combined", "note", self.block.headings[first])

    def _join_halves(self) -> None:
        """Put the scale and the meaning of the impact together."""
        for wave in {heading.wave for heading in self._held}:
            halves = [self._held.pop(Heading(half, wave), None) for half in HALVES]
            names = {h.column: self.block.headings[p] for p, h in self.block.under.items() if h.wave == wave}
            if halves[0] is not None and halves[1] is not None and Heading("impact", wave) not in self._held:
                self._held[Heading("impact", wave)] = self._impact(halves[0], halves[1])
                self._say("impact", "column_combined", "note", names[HALVES[0]])
            else:
                for half in set(HALVES) & set(names):
                    self._say("", "column_unknown", "warning", names[half])

    def _impact(self, size: pd.Series, meaning: pd.Series) -> pd.Series:
        """Return impacts; half an answer stays as it is, to be reported."""

        def one(pair: tuple[str, str]) -> str:
            codes = [self.speller.scale(h).recognise(text) for h, text in zip(HALVES, pair, strict=True)]
            unsaid = self.speller.scale("unanswered").recognise
            said = [text for text in pair if not NOTHING.fullmatch(text) and not unsaid(text)]
            return "_".join(filter(None, codes)) if all(codes) else " / ".join(said)

        pairs = list(zip(size.astype(object), meaning.astype(object), strict=True))
        met = {pair: one(pair) for pair in set(pairs)}
        return distinct(pd.Series([met[pair] for pair in pairs], index=size.index, dtype=object))

    def _tell_unknown(self) -> None:
        known = {heading.column for heading in self._held}
        for position in self.inside:
            texts, heading = self._below[position], self.block.headings[position]
            if position in self.block.under or (texts == "").all():
                continue
            if heading:
                like = self.speller.column_like(heading)
                like = "" if like in known else like
                self._say("", "column_unknown", "warning" if like else "note", heading, like)
            else:
                self._say("", "column_unnamed", "warning", self._first(position))

    def _first(self, position: int) -> str:
        return str(next(text for text in self._below[position] if text))
