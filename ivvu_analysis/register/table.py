"""From the tables of sheets to one of register columns: chosen, combined, and what is found told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import scale
from ivvu_analysis.register import dates
from ivvu_analysis.register.files import Sheet
from ivvu_analysis.register.headings import LEAST_HEADINGS, Block, blocks
from ivvu_analysis.register.spelling import CODED, HALVES, Heading, Speller, tidy

ISSUE_COLUMNS = ("row", "column", "value", "problem", "suggestion", "severity")
COLUMNS = (*ISSUE_COLUMNS, "sheet")

SEVERITY = {
    **{level.code: level.within for level in scale("problem")},
    **{f"excluded_{level.code}": level.within for level in scale("exclusion")},
}

NOT_MARKED = frozenset(("", "0", "nee", "no", "n", "false", "onwaar", "-", "○", "☐"))
WITHIN = 0.8  # of the rows of a table are filled in a part of it that stands beyond an empty column

Held = dict[Heading, pd.Series]


def about(
    rows: Iterable[int], sheet: object, column: str, problem: object, value: object = "",
    suggestion: object = "", severity: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return one finding for each of `rows`, numbers shown by the spreadsheet; 0 is no row in particular."""
    numbers = pd.Index(rows, dtype="int64")
    given = (numbers, column, value, problem, suggestion, severity, sheet)
    frame = pd.DataFrame(dict(zip(COLUMNS, given, strict=True)), index=pd.RangeIndex(len(numbers)))
    if severity is None:
        frame["severity"] = frame["problem"].map(SEVERITY).replace("", "warning")
    return frame.astype(dict.fromkeys(COLUMNS[1:], str))


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
        under: defaultdict[Heading, list[int]] = defaultdict(list)
        for position in sorted(block.under.keys() & self.inside):
            under[block.under[position]].append(position)
        self._choose({heading: places for heading, places in under.items() if not heading.answer})
        self._join_marks({heading: places[0] for heading, places in under.items() if heading.answer})
        self._join_halves()
        self._tell_unknown()
        for heading in self.held if block.sheet.since_1904 else ():
            if heading.column in ("start", "wave"):
                self.held[heading] = self.held[heading].map(dates.from_1904)

    def _say(self, column: str, problem: str, position: int, severity: str | None = None,
             suggestion: str = "") -> None:  # fmt: skip
        """Tell of a column by its heading, or else by the first text in it."""
        value = self.block.headings[position] or next(filter(None, self.below[position]), "")
        where = [self.block.row], self.block.sheet.name
        self.told.append(about(*where, column, problem, value, suggestion, severity))

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
        for number, (island, columns) in enumerate(zip(islands, known, strict=True)):
            own = self._filled(island)
            alike = (own & rows).sum() >= WITHIN * max(own.sum(), rows.sum()) and not columns & known[main]
            if number == main or alike or len(columns) >= LEAST_HEADINGS:
                inside += island.tolist()
                continue
            for position in island:
                column = block.under.get(position, Heading("")).column
                self._say(
                    column, "column_beside", position, "note" if {column} <= {"", *known[main]} else None
                )
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
            self.held[heading] = self.below[best]
            for other in places:
                if other != best:
                    self._say(heading.column, "column_repeated", other, "error" if known[other] else "note")
        for column in {heading.column for heading in under if heading.wave}:
            if self.held.pop(Heading(column), None) is not None:  # it is not that of any of the waves
                self._say(column, "column_repeated", under[Heading(column)][0])

    def _understood(self, position: int, column: str) -> int:
        """Return in how many rows a column says something that is understood."""
        texts = self.below[position]
        return int(
            (texts.map(partial(self.speller.answers, column)) if column in CODED else texts != "").sum()
        )

    def _join_marks(self, under: dict[Heading, int]) -> None:
        """Read a column for each answer, with a mark below the one that holds, as one column of answers."""
        for column in {heading.column for heading in under} - {heading.column for heading in self.held}:
            answers = {heading.answer: p for heading, p in under.items() if heading.column == column}
            chosen = pd.Series("", index=self.below[min(answers.values())].index, dtype=object)
            for answer, position in answers.items():
                marked = self.below[position].map(lambda text: tidy(text).casefold() not in NOT_MARKED)
                chosen[marked.astype(bool)] += f" + {answer}"
            self.held[Heading(column)] = chosen.str.removeprefix(" + ")
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
            self.held[Heading("impact", wave)] = (size + " / " + meaning).str.strip("/ ")
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


@dataclass
class Table:
    """The rows below the headings.

    Parameters
    ----------
    cells
        One row a row, one column of texts a register column; an empty cell is an empty text.
    place
        Where each row stands: `row, sheet, part` (which of `parts`), and `at`, its position in the sheet.
    parts
        The blocks that the rows are from.
    speller
        What their texts stand for.
    found
        What has been found so far.
    """

    cells: pd.DataFrame
    place: pd.DataFrame
    parts: list[Block]
    speller: Speller
    found: list[pd.DataFrame] = field(default_factory=list)

    def texts(self, column: str) -> pd.Series:
        """Return the texts of a column, all empty where there is no such column."""
        if column in self.cells:
            return self.cells[column]
        return pd.Series("", index=self.cells.index, dtype=object)

    def line(self, at: int) -> list[str]:
        """Return what stands in one row of the table, in the order of the sheet, each text once."""
        part = self.parts[self.place["part"].iat[at]]
        row = self.place["at"].iat[at]
        return [text for text in dict.fromkeys(part.sheet.cells[p].iat[row] for p in part.inside) if text]

    def note(self, at: np.ndarray, column: str, problem: object, value: object = None,
             suggestion: object = "", severity: str | None = None) -> None:  # fmt: skip
        """Add a finding for each of the rows at these positions, by default with what their cells hold."""
        if len(at):
            where = self.place.iloc[at]
            held = self.texts(column).iloc[at].to_numpy() if value is None else value
            rows, sheets = where["row"], where["sheet"].to_numpy()
            self.found.append(about(rows, sheets, column, problem, held, suggestion, severity))

    def say(self, part: Block, column: str, problem: str, value: str = "", suggestion: str = "",
            severity: str | None = None) -> None:  # fmt: skip
        """Add a finding about a column of one of the parts, or about that part as a whole."""
        where = [part.row], part.sheet.name
        self.found.append(about(*where, column, problem, value, suggestion, severity))

    def told(self, *problems: str) -> set[str]:
        """Return the columns that findings of these kinds are about."""
        return {c for f in self.found for c in f.loc[f["problem"].isin(problems), "column"]}


def parts(sheet: Sheet, speller: Speller) -> list[Table]:
    """Return each table of a sheet by its register columns; one for each wave that its headings name."""
    tables = []
    for block in blocks(sheet, speller):
        columns = Columns(block, speller)
        rows = sheet.cells.index[block.top : block.bottom]
        at = np.arange(block.top, block.bottom)
        place = pd.DataFrame({"row": rows.astype("int64"), "sheet": sheet.name, "part": 0, "at": at})
        for wave in sorted({heading.wave for heading in columns.held} - {""}) or [""]:
            held = {h.column: texts for h, texts in columns.held.items() if h.wave in ("", wave)}
            cells = pd.DataFrame(held, index=rows).reset_index(drop=True)
            part = replace(block, inside=columns.inside, wave=wave)
            tables.append(Table(cells, place, [part], speller, columns.told))
            columns.told = []  # once is enough
    return tables


def together(tables: Sequence[Table]) -> Table:
    """Return several tables as one."""
    if len(tables) == 1:
        return tables[0]
    cells = pd.concat([table.cells for table in tables], ignore_index=True).fillna("")
    places = [table.place.assign(part=number) for number, table in enumerate(tables)]
    found = [frame for table in tables for frame in table.found]
    parts = [table.parts[0] for table in tables]
    place = pd.concat(places, ignore_index=True)
    return Table(cells, place, parts, tables[0].speller, found)
