"""Where the rows of a register come from: which sheets, and what their names and titles say of the rows."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ivvu_analysis.errors import RegisterError, did_you_mean
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import files, table
from ivvu_analysis.register.files import Sheet
from ivvu_analysis.register.headings import LEAST_HEADINGS
from ivvu_analysis.register.lines import GROUPED
from ivvu_analysis.register.spelling import CODED, Speller
from ivvu_analysis.register.table import Table
from ivvu_analysis.register.text import SEARCHED_ROWS

OF_THE_STAND = re.compile(r"peil|stand|meet|wave|reference|edit", re.IGNORECASE)
OF_THE_FILE = ("encoding", "odd_byte", "mojibake", "row_quotes", "errors_unseen")  # of any row of it
SHOWN = 12  # headings that a message lists


def read(path: Path, wanted: str | None, speller: Speller) -> Table:
    """Return the table of a register.

    Raises
    ------
    RegisterError
        If the file cannot be read, or no sheet can be told to be the register.
    """
    name = quote(path.name)
    every = files.read(path, speller)
    sheets = _named(every, wanted, name) if wanted else every
    fitting = {sheet.name: tables for sheet in sheets if (tables := table.parts(sheet, speller))}
    hidden = [sheet.name for sheet in every if not sheet.visible]
    # A hidden sheet is read where no other has the headings.
    fitting = {key: tables for key, tables in fitting.items() if key not in hidden} or fitting
    if not fitting:
        raise _no_headings(name, sheets, speller)
    chosen, joined = _choose(fitting, name, speller)
    found = table.together([part for key in chosen for part in fitting[key]])
    if "wave" in found.cells and (found.cells["wave"] == "").all():
        found.cells = found.cells.drop(columns="wave")
    unused = [key for key in fitting if key not in chosen]
    used = chosen if unused and not joined else []
    for names, problem in ((hidden, "sheet_hidden"), (unused, "sheet_unused"), (used, "sheet_chosen")):
        for sheet in names:
            note = "note" if problem == "sheet_hidden" and sheet not in chosen else None
            found.found.append(table.about([0], sheet, "", problem, sheet, severity=note))
    return found


def _named(every: Sequence[Sheet], wanted: str, name: str) -> list[Sheet]:
    if every[0].kind == "csv":
        raise RegisterError(f"The register {name} is a csv file and has no sheets.", "Leave --sheet out.")
    sheets = [s for s in every if s.name.casefold().split() == wanted.casefold().split()]
    if not sheets:
        like = did_you_mean(quote(wanted), [quote(sheet.name) for sheet in every])
        raise RegisterError(f"The register {name} has no sheet '{quote(wanted)}'.", like)
    return sheets


def _choose(fitting: dict[str, list[Table]], name: str, speller: Speller) -> tuple[list[str], bool]:
    """Return the sheets to read, and whether they are read together because regions or so name them."""
    rows = {key: sum(len(t.cells) for t in tables) for key, tables in fitting.items()}
    size = {key: (max(len(t.parts[0].known) for t in fitting[key]), rows[key]) for key in fitting}
    for column in GROUPED:
        named = {key: code for key in fitting if (code := speller.says(column, key))}
        rest = max((rows[key] for key in fitting if key not in named), default=0)
        if len(set(named.values())) > 1 and rest < sum(rows[key] for key in named):
            return [key for key in fitting if key in named or speller.suggest(column, key)], True
    best = [key for key in fitting if size[key] == max(size.values())]
    if len(best) > 1:
        shown = ", ".join(f"'{quote(key)}'" for key in best)
        raise RegisterError(
            f"Several sheets of {name} have the headings of a register: {shown}.",
            "Say which one to read, with --sheet.",
        )
    return best, False


def _no_headings(name: str, sheets: Sequence[Sheet], speller: Speller) -> RegisterError:
    rows: list[list[str]] = [
        row for sheet in sheets for row in sheet.cells.iloc[:SEARCHED_ROWS].to_numpy().tolist()
    ]

    def known(row: list[str]) -> int:
        return sum(speller.heading(text) is not None for text in row)

    best = max(rows, key=lambda row: (known(row), len(set(row))), default=[])
    texts = [quote(text, 30) for text in best if text][:SHOWN]
    like = {text: speller.column_like(text) for text in texts if not speller.heading(text)}
    nearest = "; ".join(f"'{text}' resembles '{code}'" for text, code in like.items() if code)
    page = f"The register {name} is a web page, and no row of it"
    return RegisterError(
        f"{page if sheets and sheets[0].kind == 'html' else f'No row of the register {name}'} has the "
        f"headings of a register ({known(best)} are known, {LEAST_HEADINGS} are needed). "
        f"The nearest row has: {', '.join(texts) or 'nothing'}." + (f" {nearest}." if nearest else ""),
        "Give the columns headings such as Regio, Hoofdrubriek, Projectstatus, Impact, "
        "or say in the corrections file which column a heading means; "
        "'ivvu register template' writes an example.",
    )


def implied(
    found: Table,
    project: np.ndarray,
    groups: Mapping[str, pd.Series],
    file: str,
    given: str | None,
    latest: str,
) -> None:
    """Write into the columns that projects lack what their subheading, title, sheet or file says of them.

    Parameters
    ----------
    found
        The table.
    project
        Which of its rows are projects.
    groups
        What subheadings say of the rows below them.
    file
        The name of the file.
    given
        The wave that a person has given.
    latest
        The wave that is assumed where nothing says one.

    Raises
    ------
    RegisterError
        If the title, the sheet and the file name different waves.
    """
    part_of = found.place["part"].to_numpy()
    for column in GROUPED:
        empty = (found.texts(column) == "").to_numpy()
        lacking = [part for part in range(len(found.parts)) if empty[part_of == part].all()]
        if not lacking and column not in groups:
            continue
        texts, empty = found.texts(column).copy(), empty & project
        if column in groups:
            below = empty & (groups[column] != "").to_numpy()
            labels = groups[column][below]
            codes = {text: found.speller.says(column, text) for text in labels.unique()}
            texts[below] = labels.map(lambda text, codes=codes: codes[text] or text)
            for text, code in list(codes.items())[:1]:
                found.say(found.parts[part_of[below][0]], column, "column_implied", text, code)
            empty = empty & ~below
        said = {part: _said(found, part, column) for part in lacking}
        said = _waves(found, said, file, given) if column == "wave" else said
        for part in lacking:
            rows = empty & (part_of == part)
            about = found.parts[part]
            code, text = next(iter(said[part].items()), ("", ""))
            joined = column != "wave" and text == about.sheet.name and len(found.parts) > 1
            problem = "sheets_joined" if joined else "column_implied"
            if column == "wave" and given and not about.wave:
                problem = "column_given" if code and given not in said[part] else ""
                code = given
            elif column == "wave" and not code:
                code, problem = latest, "column_assumed"
            if rows.any() and code:
                texts[rows] = code
                if problem:
                    found.say(about, column, problem, text, code)
        if column in found.cells or (texts != "").any():
            found.cells[column] = texts


def _said(found: Table, part: int, column: str) -> dict[str, str]:
    """Return each code that the titles of a part and the name of its sheet say, with the words that do."""
    block = found.parts[part]
    if block.wave and column == "wave":
        return {block.wave: block.wave}
    titles = [text for text in block.titles if found.speller.says(column, text)]
    if column == "wave":
        titles = [text for text in titles if OF_THE_STAND.search(text)] or titles
    said: dict[str, str] = {}
    for text in (*titles, block.sheet.name):
        if code := found.speller.says(column, text):
            said.setdefault(code, text)
    if not said and column == "region" and len({p.sheet.name for p in found.parts}) > 2:
        return {block.sheet.name: block.sheet.name}  # one among the sheets of regions that is misspelt
    return said if len(said) == 1 or column == "wave" else {}


def _waves(
    found: Table, said: dict[int, dict[str, str]], file: str, given: str | None
) -> dict[int, dict[str, str]]:
    """Add the wave that the file is named after, where its parts do not have a wave each."""
    of_sheet = {found.parts[part].sheet.name: waves for part, waves in reversed(said.items()) if waves}
    said = {part: waves or of_sheet.get(found.parts[part].sheet.name, {}) for part, waves in said.items()}
    stem = found.speller.says("wave", Path(file).stem)
    named = {wave for waves in said.values() for wave in waves}
    if stem and len(named) < 2 and not any(found.parts[part].wave for part in said):
        said = {part: {stem: file, **waves} for part, waves in said.items()}
    for waves in said.values():
        if len(waves) > 1 and not given:
            shown = " and ".join(f"{wave} ('{quote(text, 40)}')" for wave, text in waves.items())
            raise RegisterError(
                f"The register {quote(file)} has no column of the wave, "
                f"and its title, sheet and name contradict each other: {shown}.",
                "Say which is right with --wave, or add a column 'Peildatum'.",
            )
    return said


def marks(found: Table, kept: np.ndarray) -> None:
    """Report what is the matter with rows and cells beyond their texts, as the sheets are marked."""
    for number, part in enumerate(found.parts):
        last = max((p for p, heading in part.headings.items() if heading), default=0)
        beyond = [p for p in part.sheet.cells if p > last] if part.sheet.kind == "csv" else []
        if not beyond and not part.sheet.marks:
            continue
        own = found.place.iloc[kept].query("part == @number")
        at = dict(zip(own["row"], own.index, strict=True))
        for row, position, problem, value in part.sheet.marks:
            column = part.under[position].column if position in part.under else ""
            if problem in OF_THE_FILE:
                once = [row] if not number else []
                found.found.append(table.about(once, part.sheet.name, "", problem, value))
            elif row in at and (column or position < 0) and _matters(problem, column, value, found.speller):
                found.note(np.array([at[row]]), column, problem, value)
        faulty = {row for f in found.found for row in f.loc[f["severity"] == "error", "row"]}
        for row in sorted(faulty & at.keys()) if beyond else ():
            # One with cells beyond the last heading, and not understood either.
            if width := max((p + 1 for p in beyond if part.sheet.cells.at[row, p]), default=0):
                found.note(np.array([at[row]]), "", "row_too_long", f"{width} > {last + 1}")
    # A row of nothing but formulas without a value holds no text, and is none of the rows that were read.
    for part in {part.sheet.name: part for part in reversed(found.parts)}.values():
        formulas = {
            row for row, p, problem, _ in part.sheet.marks if problem == "no_stored_value" and p in part.under
        }
        read = part.sheet.cells.index
        lost = sorted(row for row in formulas if row > part.row and row not in read)
        found.found.append(table.about(lost, part.sheet.name, "", "no_stored_value"))


def _matters(problem: str, column: str, value: str, speller: Speller) -> bool:
    """Return whether a mark on a cell is news: one of an error is read as such, others may have no answer."""
    if problem == "merged_across":
        return column in CODED and not speller.unanswered(value)
    return problem != "error_value"
