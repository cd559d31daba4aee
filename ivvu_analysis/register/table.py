"""The table of a register among whatever else stands on its sheets: headings, blocks, columns and rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ivvu_analysis.register import dates, findings
from ivvu_analysis.register.spelling import CODED, HALVES, NOTHING, Heading, Speller, tidy
from ivvu_analysis.register.text import SEARCHED_ROWS
from ivvu_analysis.register.workbook import Sheet, distinct, first_rows, mapped

LEAST_HEADINGS = 3  # fewer known headings than this are chance
MOST_TEXTS = 5000  # distinct texts in one column among which headings are looked for further down
TITLE_ROWS = 5  # rows above the headings of a second table that may be its title
NOT_MARKED = frozenset(("", "0", "nee", "no", "n", "false", "onwaar", "-", "○", "☐"))


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
    titles
        The texts above the headings, with their rows.
    """

    row: int
    headings: Mapping[int, str]
    under: Mapping[int, Heading]
    top: int
    bottom: int
    titles: Sequence[tuple[int, str]]

    @property
    def known(self) -> frozenset[str]:
        """The register columns that the headings name."""
        return frozenset(heading.column for heading in self.under.values())


@dataclass
class Table:
    """The rows below the headings, of one sheet or of several that are read together.

    Parameters
    ----------
    cells
        One row a row, one categorical column of texts a register column; an empty cell is an empty text.
    place
        Where each row stands: `row, sheet, part` (a table of its own), `source` and `at` for the raw cells.
    parts
        For each part its block, and the waves that its headings name.
    found
        What has been found so far.
    """

    cells: pd.DataFrame
    place: pd.DataFrame
    parts: list[tuple[Sheet, Block, str]]
    found: list[pd.DataFrame] = field(default_factory=list)

    def line(self, at: int) -> list[str]:
        """Return the cells of one row as they stand in the sheet."""
        texts: list[str] = (
            self.parts[self.place["part"].iat[at]][0].cells.iloc[self.place["at"].iat[at]].tolist()
        )
        return [text.strip() for text in texts]

    def note(self, at: np.ndarray, column: str, value: object, problem: object, suggestion: object = "",
             severity: object = "warning") -> None:  # fmt: skip
        """Add a finding for each of the rows at these positions."""
        if len(at):
            where = self.place.iloc[at]
            self.found.append(
                findings.about(
                    where["row"], column, value, problem, suggestion, severity, where["sheet"].to_numpy()
                )
            )


def blocks(sheet: Sheet, speller: Speller) -> list[Block]:
    """Return every table on a sheet that has the headings of a register."""
    rows = first_rows(sheet.cells, 0, SEARCHED_ROWS)
    numbers, positions = sheet.cells.index, list(sheet.cells)
    best, first, height = max(
        (
            (_known(rows, at, lines, speller), -at, lines)
            for at in range(len(rows))
            for lines in (1, 2)
            if lines == 1 or _second(rows, at, speller)
        ),
        default=(0, 0, 1),
        key=lambda found: (found[0], -found[2], found[1]),
    )
    if best < LEAST_HEADINGS:
        return []
    starts = [(-first, height), *((at, 1) for at in _further(sheet.cells, -first + height, speller))]
    found = []
    for number, (at, lines) in enumerate(starts):
        bottom = starts[number + 1][0] if number + 1 < len(starts) else len(sheet.cells)
        joined = _joined(
            rows[at : at + lines] if not number else first_rows(sheet.cells, at, at + 1),
            speller,
        )
        headings = dict(zip(positions, [text for text, _ in joined], strict=True))
        under = {position: meant for position, (_, meant) in zip(positions, joined, strict=True) if meant}
        titles = list(
            _titles(
                sheet.cells,
                0 if not number else max(at - TITLE_ROWS, starts[number - 1][0] + 1),
                at,
                not number,
            )
        )
        found.append(
            Block(int(numbers[at + lines - 1]), headings, under, at if number else at + lines, bottom, titles)
        )
    return found


def _titles(cells: pd.DataFrame, top: int, at: int, first: bool) -> Iterator[tuple[int, str]]:
    for row in reversed(range(top, at)):
        texts = [text.strip() for text in cells.iloc[row] if text.strip()]
        if len(texts) > 3 and not first:
            return
        yield from ((int(cells.index[row]), text) for text in texts[:4])


def _known(rows: list[list[str]], at: int, lines: int, speller: Speller) -> int:
    return len({(h.column, h.wave, h.answer) for _, h in _joined(rows[at : at + lines], speller) if h})


def _second(rows: list[list[str]], at: int, speller: Speller) -> bool:
    """Return whether the row below may be a second row of headings: some are, and none is a number."""
    below = rows[at + 1] if at + 1 < len(rows) else []
    above = rows[at]
    filled = [(text, over) for text, over in zip(below, above, strict=False) if text.strip()]
    if not filled or any(text.strip().isdecimal() or dates.moment(text) for text, _ in filled):
        return False
    return any(text != over and speller.heading(text) for text, over in filled) or any(
        meant and meant.answer for _, meant in _joined([above, below], speller)
    )


def _joined(rows: Sequence[Sequence[str]], speller: Speller) -> list[tuple[str, Heading | None]]:
    """Return the headings of one row, or of two of which the upper one may stand for several below it."""
    if len(rows) == 1:
        return [(text.strip(), speller.heading(text)) for text in rows[0]]
    joined: list[tuple[str, Heading | None]] = []
    over, begun = "", False
    for top, below in zip(*rows, strict=False):
        over, begun = (
            (top, bool(below.strip())) if top.strip() else (over if below.strip() and begun else "", begun)
        )
        if not below.strip() or below == over:
            joined.append(
                (over.strip() if top.strip() else "", speller.heading(over) if top.strip() else None)
            )
            continue
        head = speller.heading(over) if over.strip() else None
        meant = speller.heading(below) or speller.heading(f"{over} {below}")
        if (
            head
            and head.column in CODED[:-1]
            and not meant
            and speller.scale_of(head.column).recognise(below)
        ):
            meant = Heading(head.column, answer=below.strip())
        elif head and not meant and (waves := list(dates.mentioned(below))):
            meant = Heading(head.column, wave=waves[0])
        elif (
            meant
            and over.strip()
            and not meant.wave
            and top.strip()
            and (waves := list(dates.mentioned(over)))
        ):
            meant = meant._replace(wave=waves[0])
        joined.append((f"{over} {below}".strip(), meant or (head if top.strip() else None)))
    return joined


def _further(cells: pd.DataFrame, top: int, speller: Speller) -> list[int]:
    """Return the positions of rows further down that are headings again, of the same table or of another."""
    known = np.zeros(len(cells), dtype="int8")
    for column in cells:
        codes, texts = cells[column].cat.codes, cells[column].cat.categories
        if len(texts) <= MOST_TEXTS:
            plain = [(h := speller.heading(text)) is not None and not h.answer for text in texts]
            known += np.array(plain, dtype="int8")[codes]
    return [int(at) for at in np.flatnonzero(known >= LEAST_HEADINGS) if at >= top]


def _segments(positions: Sequence[int]) -> dict[int, int]:
    """Return which of the tables beside each other a column is in: an empty column is between them."""
    breaks: np.ndarray | list[bool] = np.diff(positions, prepend=positions[0]) > 1 if positions else []
    return dict(zip(positions, np.cumsum(breaks).tolist(), strict=True))


def parts(sheet: Sheet, speller: Speller, since_1904: bool = False) -> list[Table]:
    """Return each table of a sheet by its register columns; one for each wave that its headings name."""
    held = {position: sheet.cells[position] for position in sheet.cells}
    tables = []
    for block in blocks(sheet, speller):
        columns, found = _columns(sheet, block, held, speller)
        if since_1904:
            for column in {"start", "wave"} & {name for name, _ in columns}:
                columns[column, ""] = mapped(columns[column, ""], _from_1904)
        for wave in sorted({wave for _, wave in columns if wave}) or [""]:
            chosen = {name: texts for (name, of), texts in columns.items() if of in ("", wave)}
            at = np.arange(block.top, block.bottom)
            place = pd.DataFrame(
                {"row": sheet.cells.index[at].astype("int64"), "sheet": sheet.name, "part": 0, "at": at}
            )
            cells = pd.DataFrame(chosen, index=sheet.cells.index[at]).reset_index(drop=True)
            tables.append(Table(cells, place, [(sheet, block, wave)], found))
            found = []
    return tables


def together(tables: Sequence[Table]) -> Table:
    """Return several tables as one."""
    if len(tables) == 1:
        return tables[0]
    cells = pd.concat([table.cells.astype(object) for table in tables], ignore_index=True).fillna("")
    place = pd.concat(
        [table.place.assign(part=number) for number, table in enumerate(tables)], ignore_index=True
    )
    found = [frame for table in tables for frame in table.found]
    return Table(cells.apply(distinct), place, [table.parts[0] for table in tables], found)


def _from_1904(text: str) -> str:
    return str(int(text) + dates.SINCE_1904) if text.isdecimal() and len(text) == 5 else text


def _columns(
    sheet: Sheet, block: Block, held: Mapping[int, pd.Series], speller: Speller
) -> tuple[dict[tuple[str, str], pd.Series], list[pd.DataFrame]]:
    """Return the texts of each register column (and wave that its heading names), and what was left out."""
    below = {position: texts.iloc[block.top : block.bottom] for position, texts in held.items()}
    blank = {position: bool((texts == "").all()) for position, texts in below.items()}
    segment = _segments([p for p in below if not blank[p] or block.headings[p]])
    tables = pd.Series([segment[p] for p in block.under], dtype="int64").mode()
    main = int(tables.iloc[0]) if len(tables) else 0
    found: list[pd.DataFrame] = []

    def say(column: str, value: str, problem: str, suggestion: str = "", severity: str = "warning") -> None:
        found.append(findings.about([block.row], column, value, problem, suggestion, severity, sheet.name))

    plain: dict[tuple[str, str], list[int]] = {}
    marks: dict[str, dict[str, int]] = {}
    for position, meant in block.under.items():
        if meant.answer:
            marks.setdefault(meant.column, {})[meant.answer] = position
        else:
            plain.setdefault((meant.column, meant.wave), []).append(position)
    columns: dict[tuple[str, str], pd.Series] = {}
    for (column, wave), positions in plain.items():

        def merit(position: int, column: str = column) -> tuple[bool, bool, int]:
            known = _understood(below[position], column, speller)
            return bool(known), segment.get(position) == main, known

        best = max(positions, key=merit)
        columns[column, wave] = below[best]
        for other in (p for p in positions if p != best):
            harmless = not merit(other)[0] or segment[other] != main
            say(column, block.headings[other], "column_repeated", "", "note" if harmless else "error")
    for column, answers in marks.items():
        if (column, "") not in columns:
            texts = pd.DataFrame({answer: below[p].astype(object) for answer, p in answers.items()})
            chosen = texts.apply(
                lambda row: " + ".join(a for a, t in row.items() if tidy(t).casefold() not in NOT_MARKED),
                axis=1,
            )
            columns[column, ""] = distinct(
                chosen.astype(object) if len(chosen) else below[next(iter(answers.values()))]
            )
            say(column, block.headings[next(iter(answers.values()))], "column_combined", "", "note")
    for wave in {wave for _, wave in columns}:
        halves = [columns.pop((half, wave), None) for half in HALVES]
        if halves[0] is not None and halves[1] is not None and ("impact", wave) not in columns:
            columns["impact", wave] = distinct(_impact(halves[0], halves[1], speller))
            heading = next(block.headings[p] for p, h in block.under.items() if h.column == HALVES[0])
            say("impact", heading, "column_combined", "", "note")
        else:
            unused = [(p, h) for p, h in block.under.items() if h.column in HALVES and h.wave == wave]
            for position, _ in unused:
                say("", block.headings[position], "column_unknown", "", "warning")
    waves = {wave for _, wave in columns if wave}
    for column in {column for column, wave in columns if wave}:
        if (
            len(waves) > 1 and (column, "") in columns
        ):  # the heading without a wave is not that of any of them
            columns.pop((column, ""))
            say(
                column,
                next(block.headings[p] for p, h in block.under.items() if h == Heading(column)),
                "column_repeated",
            )
    known = {column for column, _ in columns}
    for position, heading in block.headings.items():
        if position in block.under or blank[position]:
            continue
        if heading:
            like = speller.column_like(heading)
            like = "" if like in known else like
            say("", heading, "column_unknown", like, "warning" if like else "note")
        elif segment[position] == main or not any(
            block.headings[p] for p in below if segment.get(p) == segment[position]
        ):
            say("", next(text for text in below[position] if text), "column_unnamed")
    return columns, found


def _understood(texts: pd.Series, column: str, speller: Speller) -> int:
    """Return in how many rows a column says something that is understood."""
    counts = texts.value_counts(sort=False)
    if column not in CODED:
        return int(counts[counts.index != ""].sum())
    if len(counts) > MOST_TEXTS:
        counts = counts.iloc[:MOST_TEXTS]
    return int(sum(n for text, n in counts.items() if n and speller.answers(column, text)))


def _impact(size: pd.Series, meaning: pd.Series, speller: Speller) -> pd.Series:
    """Put the scale and the meaning of the impact together; half an answer stays as it is, to be reported."""

    def one(pair: tuple[str, str]) -> str:
        codes = [speller.scale(half).recognise(text) for half, text in zip(HALVES, pair, strict=True)]
        said = [
            text
            for text in pair
            if not NOTHING.fullmatch(text) and not speller.scale("unanswered").recognise(text)
        ]
        return "_".join(code for code in codes if code) if all(codes) else " / ".join(said)

    pairs = list(zip(size.astype(object), meaning.astype(object), strict=True))
    met = {pair: one(pair) for pair in set(pairs)}
    return pd.Series([met[pair] for pair in pairs], index=size.index, dtype=object)
