"""Whether a table still stands in a report: by its numbers, whatever its caption, order or sheet is now.

A column is held where some column of the new table has all its numbers, and several are held together where
the new table has all their rows: rows may stand in any order, and rows and columns may have been added. A
column of texts counts only as far as its words are still used: numbers that moved to other labels are found,
other words for the same labels are not a loss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tests.golden.tables import Cell, Table, is_number, numbers

CLOSE = 1e-12  # relative, and absolute below 1
ENOUGH = 0.5  # of the distinct texts: what tells the rows of a table without numbers apart

Status = Literal["kept", "moved", "partly", "gone"]
Token = int | str | None
Column = tuple[Token, ...]


@dataclass(frozen=True)
class Match:
    """How much of a golden table one new table holds.

    `lost` are the heads of columns of numbers that it does not hold, `moved` those of texts whose words it
    uses beside other numbers, `reworded` those of texts that it puts otherwise or leaves out; `found` is the
    share of the golden numbers (of a table without numbers: of its texts) that stand anywhere in the new one.
    """

    status: Status
    report: str = ""
    title: str = ""
    lost: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()
    found: float = 0.0

    @property
    def rank(self) -> tuple[int, float, int]:
        return (["gone", "partly", "moved", "kept"].index(self.status), self.found, -len(self.reworded))


def same(one: float, other: float) -> bool:
    return abs(one - other) <= CLOSE * max(1.0, abs(one), abs(other))


def equal(one: float | None, other: float | None, within: float = 0.0) -> bool:
    """Tell whether two numbers are the same, or within some relative distance; or both missing."""
    if one is None or other is None:
        return one is other
    return same(one, other) or abs(one - other) <= within * max(1.0, abs(one))


def best_match(golden: Table, reports: Mapping[str, Sequence[Table]]) -> Match:
    """Return the match with the table, of those in any of the reports, that holds most of a golden table."""
    matches = (match(golden, new, report) for report, tables in reports.items() for new in tables)
    return max(matches, key=lambda found: found.rank, default=Match("gone", lost=golden.heads))


def match(golden: Table, new: Table, report: str = "") -> Match:
    """Hold one new table against a golden one."""
    token = _tokens([golden, new])
    theirs = [tuple(map(token, column)) for column in new.columns]
    counted: dict[int, Column] = {}
    texts: dict[int, Column] = {}
    for c, column in enumerate(golden.columns):
        if any(map(is_number, column)):
            counted[c] = tuple(token(cell) if is_number(cell) else None for cell in column)
        elif any(column):
            texts[c] = tuple(map(token, column))
    bare = [tuple(t if isinstance(t, int) else None for t in column) for column in theirs]

    held = _Search(counted, bare, texts, theirs).best()
    lost: list[str] = []
    moved: list[str] = []
    reworded: list[str] = []
    for c in [*counted, *texts]:
        if c in held:
            continue
        if c in counted:
            lost.append(golden.heads[c])
        elif any(_within(texts[c], column) for column in theirs):
            moved.append(golden.heads[c])
        else:
            reworded.append(golden.heads[c])

    status: Status
    if counted:
        status = "kept" if not lost else "partly" if len(lost) < len(counted) else "gone"
    else:
        most = max((len(set(column)) for column in texts.values()), default=0)
        told_apart = max((len(set(texts[c])) for c in held), default=0) >= ENOUGH * most
        status = "kept" if told_apart else "gone"
    if status == "kept" and moved:
        status = "moved"
    everything = Counter(t for column in (counted or texts).values() for t in column if t is not None)
    found = (everything & Counter(t for column in theirs for t in column if t is not None)).total()
    return Match(
        status,
        report,
        new.title,
        tuple(lost),
        tuple(moved),
        tuple(reworded),
        found / max(1, everything.total()),
    )


@dataclass
class _Search:
    """The search for distinct new columns that together hold most golden columns, numbers first."""

    numbers: Mapping[int, Column]
    bare: Sequence[Column]  # the new columns without their texts
    texts: Mapping[int, Column]
    theirs: Sequence[Column]
    most: tuple[int, int] = (-1, -1)
    chosen: dict[int, int] = field(default_factory=dict)

    def best(self) -> dict[int, int]:
        """Return the new column of every golden column that is held."""
        # What has most different values leaves the fewest possibilities, so it goes first.
        ours = sorted(self.numbers, key=lambda c: -len(set(self.numbers[c])))
        ours += sorted(self.texts, key=lambda c: -len(set(self.texts[c])))
        self._extend(ours, {})
        return self.chosen

    def _extend(self, ours: Sequence[int], chosen: dict[int, int]) -> None:
        score = (sum(c in self.numbers for c in chosen), sum(c in self.texts for c in chosen))
        if score > self.most:
            self.most, self.chosen = score, dict(chosen)
        within_reach = (
            score[0] + sum(c in self.numbers for c in ours),
            score[1] + sum(c in self.texts for c in ours),
        )
        if not ours or within_reach <= self.most:
            return
        first, *others = ours
        for new in range(len(self.theirs)):
            if new not in chosen.values() and self._hold({**chosen, first: new}):
                self._extend(others, {**chosen, first: new})
        self._extend(others, chosen)

    def _hold(self, chosen: Mapping[int, int]) -> bool:
        ours = [self.numbers[c] if c in self.numbers else self.texts[c] for c in chosen]
        theirs = [self.bare[new] if c in self.numbers else self.theirs[new] for c, new in chosen.items()]
        return _within(list(zip(*ours, strict=True)), list(zip(*theirs, strict=True)))


def _within(ours: Iterable[object], theirs: Iterable[object]) -> bool:
    return Counter(ours) <= Counter(theirs)


def _tokens(tables: Iterable[Table]) -> Callable[[Cell], Token]:
    """Return what makes cells comparable: one token for equal numbers, texts with single blanks."""
    ordered = sorted({number for table in tables for number in numbers(table)})
    cluster: dict[float, int] = {}
    for n, number in enumerate(ordered):
        joins = n > 0 and same(ordered[n - 1], number)
        cluster[number] = cluster[ordered[n - 1]] if joins else n

    def token(cell: Cell) -> Token:
        if isinstance(cell, str):
            return " ".join(cell.split()) or None
        return None if cell is None else cluster[cell]

    return token
