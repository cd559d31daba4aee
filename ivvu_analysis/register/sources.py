"""Where the rows of a register come from: which sheets, and what their names and titles say of the rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ivvu_analysis.errors import RegisterError, did_you_mean
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import dates, findings, table, workbook
from ivvu_analysis.register.rows import GROUPED
from ivvu_analysis.register.spelling import CODED, NOTHING, Speller
from ivvu_analysis.register.table import LEAST_HEADINGS, Table
from ivvu_analysis.register.text import SEARCHED_ROWS
from ivvu_analysis.register.workbook import Book, Sheet

AROUND = re.compile(r"^(?:projecten|projects|register|regio|overzicht)\b[\s:_-]*", re.IGNORECASE)
OF_THE_STAND = re.compile(r"peil|stand|meet|wave|reference|edit", re.IGNORECASE)
OF_THE_FILE = re.compile(
    r"versie|version|gewijzigd|bijgewerkt|opgesteld|afgedrukt|printed|updated", re.IGNORECASE
)
SHOWN = 12  # headings that a message lists


def read(path: Path, wanted: str | None, speller: Speller) -> tuple[Table, Book]:
    """Return the table of a register, and the file that it is in.

    Raises
    ------
    RegisterError
        If the file cannot be read, or no sheet can be told to be the register.
    """
    book = workbook.read(path, speller)
    name = quote(path.name)
    sheets = list(book.sheets)
    if wanted:
        if book.kind == "csv":
            raise RegisterError(f"The register {name} is a csv file and has no sheets.", "Leave --sheet out.")
        known = {_fold(sheet.name): sheet for sheet in sheets}
        if _fold(wanted) not in known:
            raise workbook.no_sheet(
                name, wanted, did_you_mean(quote(wanted), [quote(sheet.name) for sheet in sheets])
            )
        sheets = [known[_fold(wanted)]]
    shown = [sheet for sheet in sheets if sheet.visible]
    fitting: dict[str, list[Table]] = {}
    for sheet in shown or sheets:
        fitting |= (
            {sheet.name or str(len(fitting)): tables}
            if (tables := table.parts(sheet, speller, book.since_1904))
            else {}
        )
    if not fitting and shown != sheets:
        fitting = {
            s.name: tables
            for s in sheets
            if not s.visible and (tables := table.parts(s, speller, book.since_1904))
        }
    if not fitting:
        raise _no_headings(name, book, sheets, speller)
    chosen, joined = _choose(fitting, name, speller)
    found = table.together([part for key in chosen for part in fitting[key]])
    if "wave" in found.cells and (found.cells["wave"] == "").all():
        found.cells = found.cells.drop(columns="wave")

    def say(sheet: str, problem: str, severity: str) -> None:
        found.found.append(findings.about([0], "", sheet, problem, "", severity, sheet))

    for sheet in book.sheets:
        if not sheet.visible:
            say(sheet.name, "sheet_hidden", "warning" if sheet.name in chosen else "note")
    if len(fitting) > 1:
        for key in fitting:
            if key not in chosen:
                say(key, "sheet_unused", "warning")
            elif not joined:
                say(key, "sheet_chosen", "note")
    return found, book


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


def _choose(fitting: dict[str, list[Table]], name: str, speller: Speller) -> tuple[list[str], str]:
    """Return the sheets to read: those named after regions (or waves, ...), or else the fullest one."""
    size = {
        key: (max(len(part.parts[0][1].known) for part in parts), sum(len(part.cells) for part in parts))
        for key, parts in fitting.items()
    }
    for column in GROUPED:
        named = {key: says(key, column, speller) for key in fitting}
        own = [key for key in fitting if named[key]]
        rest = max((size[key][1] for key in fitting if not named[key]), default=0)
        if len(set(named.values()) - {""}) > 1 and rest < sum(size[key][1] for key in own):
            suggest = speller.scale_of(column).suggest if column != "wave" else dates.wave
            return [key for key in fitting if named[key] or suggest(_bare(key))], column
    best = max(size.values())
    if list(size.values()).count(best) > 1:
        shown = ", ".join(f"'{quote(key)}'" for key in size if size[key] == best)
        raise RegisterError(
            f"Several sheets of {name} have the headings of a register: {shown}.",
            "Say which one to read, with --sheet.",
        )
    return [key for key in size if size[key] == best], ""


def _bare(text: str) -> str:
    return AROUND.sub("", text.strip())


def says(text: str, column: str, speller: Speller) -> str:
    """Return the code in `column` that a title or the name of a sheet says, or an empty text."""
    if column == "wave":
        return next(iter(dates.mentioned(text)), "") or dates.wave(text) or ""
    known = speller.scale_of(column)
    return known.recognise(text) or known.recognise(_bare(text)) or known.recognise(_label(text)) or ""


def _no_headings(name: str, book: Book, sheets: Sequence[Sheet], speller: Speller) -> RegisterError:
    rows = [row for sheet in sheets for row in workbook.first_rows(sheet.cells, 0, SEARCHED_ROWS)]
    best: list[str] = max(
        rows,
        key=lambda row: (sum(speller.heading(text) is not None for text in row), len(set(row))),
        default=[],
    )
    known = sum(speller.heading(text) is not None for text in best)
    texts = [quote(text, 30) for text in best if text.strip()][:SHOWN]
    like = {text: speller.column_like(text) for text in texts if not speller.heading(text)}
    nearest = "; ".join(f"'{text}' resembles '{code}'" for text, code in like.items() if code)
    page = " is a web page, and no row of it" if book.kind == "html" else ""
    examples = ", ".join(
        speller.scale("column").label(code, "nl") for code in ("region", "theme", "status", "impact")
    )
    subject = f"The register {name}{page}" if page else f"No row of the register {name}"
    return RegisterError(
        f"{subject} has the headings of a register "
        f"({known} are known, {LEAST_HEADINGS} are needed). "
        f"The nearest row has: {', '.join(texts) or 'nothing'}." + (f" {nearest}." if nearest else ""),
        f"Give the columns headings such as {examples}, "
        "or say in the corrections file which column a heading means; "
        "'ivvu register template' writes an example.",
    )


def implied(
    found: Table,
    project: np.ndarray,
    groups: Mapping[str, pd.Series],
    file: str,
    given: str | None,
    speller: Speller,
    known: Sequence[str],
) -> None:
    """Write into the columns that projects lack what their subheading, title or sheet says of them.

    Raises
    ------
    RegisterError
        If the title, the sheet and the file name different waves.
    """
    part_of = found.place["part"].to_numpy()
    for column in GROUPED:
        cells = (
            found.cells[column]
            if column in found.cells
            else pd.Series("", index=found.cells.index, dtype="category")
        )
        empty = (cells == "").to_numpy()
        lacking = [part for part in range(len(found.parts)) if empty[part_of == part].all()]
        if not lacking and column not in groups:
            continue
        texts, empty = cells.astype(object), empty & project
        if column in groups:
            label = groups[column]
            below = empty & (label != "").to_numpy()
            codes = {text: says(text, column, speller) for text in label[below].unique()}
            texts[below] = label[below].map(lambda text: codes[text] or _label(text))  # noqa: B023
            for text, code in list(codes.items())[:1]:
                _tell(found, found.parts[part_of[below][0]], column, text, code, "column_implied")
            empty &= ~below
        hints = _waves if column == "wave" else _names
        for part, (text, code, problem) in hints(found, lacking, column, file, given, speller, known).items():
            rows = empty & (part_of == part)
            texts[rows] = code
            if rows.any():
                _tell(found, found.parts[part], column, text, code, problem)
        if column in found.cells or (texts != "").any():
            found.cells[column] = workbook.distinct(texts)


def _label(text: str) -> str:
    """Return a subheading without what it counts or explains."""
    return re.sub(r"\s*[(:].*$", "", text)


def _tell(
    found: Table, part: tuple[Sheet, table.Block, str], column: str, text: str, code: str, problem: str
) -> None:
    severity = {"column_assumed": "warning", "column_given": "error"}.get(problem, "note")
    if problem:
        found.found.append(findings.about([part[1].row], column, text, problem, code, severity, part[0].name))


def _names(
    found: Table,
    lacking: list[int],
    column: str,
    file: str,
    given: str | None,
    speller: Speller,
    known: Sequence[str],
) -> dict[int, tuple[str, str, str]]:
    """Return for each part what its title or the name of its sheet says: words, code and how to tell it."""
    hints = {}
    several = len({sheet.name for sheet, _, _ in found.parts}) > 1
    for part in lacking:
        sheet, block, _ = found.parts[part]
        for text in [*(title for _, title in block.titles), sheet.name]:
            if code := says(text, column, speller):
                hints[part] = (
                    text,
                    code,
                    "sheets_joined" if several and text == sheet.name else "column_implied",
                )
                break
        else:
            if several and column == "region" and len(hints) > 1:  # a sheet among those of regions, misspelt
                hints[part] = (sheet.name, sheet.name, "sheets_joined")
    return hints


def _waves(
    found: Table,
    lacking: list[int],
    column: str,
    file: str,
    given: str | None,
    speller: Speller,
    known: Sequence[str],
) -> dict[int, tuple[str, str, str]]:
    said: dict[int, dict[str, str]] = {}
    for part in lacking:
        sheet, block, wave = found.parts[part]
        titles = [text for _, text in block.titles if dates.mentioned(text) and not OF_THE_FILE.search(text)]
        titles = [text for text in titles if OF_THE_STAND.search(text)] or titles
        hints = {of: text for text in [*titles, sheet.name] for of in dates.mentioned(text)}
        said[part] = {wave: f"{wave}"} if wave else hints
    named = {of for hints in said.values() for of in hints}
    if len(named) < 2 and not any(found.parts[part][2] for part in lacking):
        for part in said:
            said[part] = {**dict.fromkeys(dates.mentioned(Path(file).stem), file), **said[part]}
    answer = {}
    for part, hints in said.items():
        if found.parts[part][2]:
            answer[part] = (*next((text, of) for of, text in hints.items()), "column_implied")
        elif given:
            other = next((text for of, text in hints.items() if of != given), "")
            answer[part] = (other or given, given, "column_given" if other and given not in hints else "")
        elif len(hints) > 1:
            shown = " and ".join(f"{of} ('{quote(text, 40)}')" for of, text in hints.items())
            raise RegisterError(
                f"The register {quote(file)} has no column of the wave, "
                f"and its title, sheet and name contradict each other: {shown}.",
                "Say which is right with --wave, or add a column 'Peildatum'.",
            )
        elif hints:
            of, text = next(iter(hints.items()))
            answer[part] = (text, of, "column_implied")
        elif known:
            answer[part] = ("", known[-1], "column_assumed")
    return answer


def marks(found: Table, kept: np.ndarray, speller: Speller, kind: str) -> list[pd.DataFrame]:
    """Return what is the matter with rows and cells beyond their texts, as the sheets are marked."""
    answer = []
    rows = found.place.iloc[kept]
    for part, (sheet, block, _) in enumerate(found.parts):
        projects = set(rows.loc[rows["part"] == part, "row"])
        last = (
            max(block.headings, default=0)
            if not any(block.headings.values())
            else max(p for p, h in block.headings.items() if h)
        )
        if kind == "csv" and (beyond := [p for p in sheet.cells if p > last]):
            cells = sheet.cells.iloc[block.top : block.bottom]
            faulty = {row for frame in found.found for row in frame.loc[frame["severity"] == "error", "row"]}
            long = [row for row in cells.index[(cells[beyond] != "").any(axis=1)] if row in faulty]
            widths = [f"{max(p for p in beyond if cells.at[row, p]) + 1} > {last + 1}" for row in long]
            answer.append(findings.about(long, "", widths, "row_too_long", "", "error", sheet.name))
        for row, position, problem, value in sheet.marks:
            column = block.under[position].column if position in block.under else ""
            severity = (
                "error"
                if problem == "no_stored_value"
                else "note"
                if problem in ("row_hidden", "encoding")
                else "warning"
            )
            if problem in ("encoding", "odd_byte", "mojibake", "row_quotes"):
                if part == 0:
                    answer.append(findings.about([row], "", value, problem, "", severity, sheet.name))
            elif (
                row in projects
                and (position < 0 or column in (*CODED, "id", "title"))
                and problem != "error_value"
            ):
                said = problem != "merged_across" or (
                    column in CODED and not speller.scale("unanswered").recognise(value)
                )
                if said and not NOTHING.fullmatch(value or "x"):
                    answer.append(findings.about([row], column, value, problem, "", severity, sheet.name))
    return answer
