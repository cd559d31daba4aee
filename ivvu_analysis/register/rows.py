"""Which rows of a table are projects, and which say something about the rows below them or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import squeeze
from ivvu_analysis.register import dates
from ivvu_analysis.register.spelling import CODED, DITTO, Speller
from ivvu_analysis.register.table import Table
from ivvu_analysis.register.workbook import distinct

# Left out are the number of organisations, which in a row of totals is a sum and looks like an answer, and
# the holder, which may only follow from the region.
TELLING = ("region", "theme", "start", "status", "impact", "sharing", "scalability")
GROUPED = ("region", "holder", "theme", "wave")  # what a subheading, a title or the name of a sheet can say
FEW = 2  # answers; a row without number and title that has no more is part of another table
OF_EVERYTHING = r"(?:sub|eind|grand|deel)?[-\s]*(?:totaal|totalen|total|totals)"
OF_ALL = r"(?:generaal|algemeen|overall|projecten|projects|regio's|per regio)?"
TOTAL = re.compile(
    rf"{OF_EVERYTHING}\b[\s:(]*{OF_ALL}(?P<after>.*?)[\s:)]*|(?P<before>.+?)[\s(:-]+{OF_EVERYTHING}[\s:)]*"
    r"|(?:gemiddelde?|average|mean|mediaan|median|som|sum|aantal projecten|number of projects|resultaat"
    r"|minimum|maximum)"
    r"\b[\s:]*(?:van|of)?(?P<of>.*)",
    re.IGNORECASE,
)
COUNTED = re.compile(r"[(]?\d+(?:[.,]\d+)?\s*(?:projecten?|projects?|stuks|x)?[)]?", re.IGNORECASE)
GROUP = re.compile(r"(?:zorgkantoor)?regio\b|zorgkantoor\b|region\b", re.IGNORECASE)


def filled_down(table: Table, columns: Sequence[str], speller: Speller) -> None:
    """Read marks of repetition as the cell above them, and do so for the empty cells of `columns`."""
    for column in table.cells:
        if column not in CODED:
            continue
        texts = table.cells[column]
        ditto = np.array([text.casefold() in DITTO for text in texts.cat.categories], dtype=bool)
        repeats = np.append(ditto, False)[texts.cat.codes] if len(ditto) else np.zeros(len(texts), dtype=bool)
        empty = (texts == "").to_numpy() if column in columns else np.zeros(len(texts), dtype=bool)
        if empty.any():  # rows that hold little, such as blank lines with a remark, take nothing over
            empty = empty & np.array([bool(n) for n in _answers(table, speller, exclude=column)])
        if repeats.any() or empty.any():
            object_texts = texts.astype(object)
            above = (
                object_texts.mask(repeats | (object_texts == ""))
                .groupby(table.place["part"])
                .ffill()
                .fillna("")
            )
            table.cells[column] = distinct(object_texts.mask(repeats | empty, above))
            table.note(
                np.flatnonzero(repeats),
                column,
                texts[repeats].astype(object).to_numpy(),
                "ditto",
                severity="note",
            )
            table.note(
                np.flatnonzero(empty & (above != "").to_numpy()), column, "", "filled_down", severity="note"
            )


def _answers(table: Table, speller: Speller, exclude: str = "") -> np.ndarray:
    """Return how many telling columns of each row hold an answer, be it that nothing is known."""
    count = np.zeros(len(table.cells), dtype="int8")
    for column in TELLING:
        if column in table.cells and column != exclude:
            texts = table.cells[column]
            said = np.array([speller.answers(column, text) for text in texts.cat.categories], dtype="int8")
            count += said[texts.cat.codes] if len(said) else count
    return count


def excluded(table: Table, speller: Speller) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    """Tell the rows that are no projects, and what their subheadings say about the rows below.

    Returns
    -------
    reasons : DataFrame
        `at, reason`, by position in the table, with the reasons of the scale ``"exclusion"`` of the codebook.
    said : dict of str to Series
        For each column that has subheadings, the text of the last one above each row, if any.
    """
    answers = _answers(table, speller)
    reasons: dict[int, str] = {}
    said: dict[str, pd.Series] = {}
    labels: dict[tuple[int, str], dict[int, str]] = {}
    named = [column for column in ("id", "title") if column in table.cells]
    named = [column for column in named if (table.cells[column] != "").mean() > 0.5]
    telling = sum(column in table.cells for column in TELLING)
    suspects = np.flatnonzero(answers <= (FEW if telling > FEW else 0))
    open_groups = {
        (part, column): _mostly_empty(table, part, column)
        for part in range(len(table.parts))
        for column in GROUPED
    }
    for at in suspects.tolist():
        part = int(table.place["part"].iat[at])
        line = [text for text in table.line(at) if text]
        own = {column: text for column in table.cells if (text := table.cells[column].iat[at])}
        if _repeats_headings(table, at):
            reasons[at] = "heading"
        elif answers[at] <= 1 and line and _is_total(line[0], speller):
            reasons[at] = "total"
        elif len(line) <= FEW and (
            group := _group(line, speller, [c for c in GROUPED if open_groups[part, c]], labels, part)
        ):
            reasons[at] = "group"
            labels.setdefault((part, group), {})[at] = line[0]
        elif not own:
            reasons[at] = "beside"
        elif not answers[at]:
            reasons[at] = "no_answer" if _looks_like_project(table, at, own) else "remark"
        elif len(own) == 1:
            reasons[at] = "remark"
        elif named and not any(own.get(column) for column in named):
            reasons[at] = "beside"
    for (part, column), texts in labels.items():
        within = table.place.index[table.place["part"] == part]
        label = pd.Series(texts, dtype=object).reindex(within).ffill().fillna("")
        said[column] = label.combine_first(
            said.get(column, pd.Series("", index=table.cells.index, dtype=object))
        )
    for at in _copies(table):
        reasons.setdefault(at, "copy")
    for part, (_, _, wave) in enumerate(table.parts):
        if wave:
            rows = np.flatnonzero(table.place["part"] == part)
            _leave_out_unrated(table, rows, wave, reasons)
    return pd.DataFrame({"at": list(reasons), "reason": list(reasons.values())}).sort_values("at"), said


def _mostly_empty(table: Table, part: int, column: str) -> bool:
    if column not in table.cells:
        return True
    return bool((table.cells.loc[table.place["part"] == part, column] == "").mean() > 0.5)


def _repeats_headings(table: Table, at: int) -> bool:
    """Return whether a row is headings once more, as on every page of a printed sheet."""
    sheet, block, _ = table.parts[table.place["part"].iat[at]]
    headings = [squeeze(block.headings[position]) for position in sheet.cells]
    pairs = [
        (squeeze(text), heading) for text, heading in zip(table.line(at), headings, strict=True) if heading
    ]
    return bool(pairs) and sum(text == heading for text, heading in pairs) > 0.5 * len(pairs)


def _is_total(text: str, speller: Speller) -> bool:
    """Return whether a cell calls its row a total or an average: of everything, or of something known."""
    if not (found := TOTAL.fullmatch(text.strip())):
        return False
    rest = (found["after"] or found["before"] or found["of"] or "").strip(" :-()")
    known = (*GROUPED[:3], "status", "scalability", "start")
    return (
        not rest
        or bool(COUNTED.fullmatch(rest))
        or any(speller.scale(name).recognise(rest) for name in known)
    )


def _group(
    line: list[str],
    speller: Speller,
    columns: list[str],
    labels: dict[tuple[int, str], dict[int, str]],
    part: int,
) -> str:
    """Return the column that a subheading is about, or an empty text if a row is none."""
    if not line or (len(line) == FEW and not COUNTED.fullmatch(line[1])):
        return ""
    label = re.sub(r"\s*[(:].*$", "", line[0])
    for column in columns:
        if column == "wave":
            if dates.mentioned(line[0]) or dates.wave(line[0]):
                return column
        elif speller.scale(column).recognise(line[0]) or speller.scale(column).recognise(label):
            return column
    for column in columns:  # one that cannot be read must not leave its rows to the subheading before it
        named = column != "wave" and ((part, column) in labels or GROUP.match(line[0]))
        if named and (
            (GROUP.match(line[0]) and column == "region")
            or len(line) == FEW
            or speller.suggest(column, line[0])
        ):
            return column
    return ""


def _looks_like_project(table: Table, at: int, own: dict[str, str]) -> bool:
    """Return whether a row without answers has a number like those of the others, and a title."""
    number = own.get("id", "")
    if not number or not own.get("title"):
        return False
    shapes = table.cells["id"].cat.categories.str.replace(r"\d+", "0", regex=True)
    return re.sub(r"\d+", "0", number) in set(shapes[:100]) and any(c.isdigit() for c in number)


def _copies(table: Table) -> list[int]:
    """Return the rows that repeat an earlier one in every cell; without a number they are told instead."""
    if table.cells.empty:
        return []
    key = table.cells.get("id")
    if key is not None:
        candidates = table.cells[(key != "") & key.duplicated(keep=False)]
        same = candidates.index[candidates.duplicated(keep=False)]
        seen: set[tuple[str, ...]] = set()
        copies = []
        for at in same:
            line = (table.place["sheet"].iat[at], str(table.place["part"].iat[at]), *table.line(at))
            copies += [int(at)] if line in seen else []
            seen.add(line)
        rest = table.cells[key == ""]
    else:
        copies, rest = [], table.cells
    if "title" in rest:
        twice = rest.assign(part=table.place["part"].loc[rest.index]).duplicated() & (rest["title"] != "")
        again = twice.index[twice]
        table.note(again.to_numpy(), "", rest.loc[again, "title"].astype(object).to_numpy(), "row_repeated")
    return copies


def _leave_out_unrated(table: Table, rows: np.ndarray, wave: str, reasons: dict[int, str]) -> None:
    """Leave out the projects that have nothing under the headings of this wave."""
    block = table.parts[table.place["part"].iat[rows[0]]][1] if len(rows) else None
    own = (
        [h.column for h in block.under.values() if h.wave == wave and h.column in table.cells]
        if block
        else []
    )
    if own:
        nothing = (table.cells.iloc[rows][own] == "").all(axis=1).to_numpy()
        for at in rows[nothing].tolist():
            reasons.setdefault(at, "not_at_wave")


def gaps(table: Table, projects: pd.DataFrame) -> None:
    """Report cells that are suspiciously empty: without a region, holder or theme where others have one."""
    for column in ("region", "holder", "theme"):
        if column not in table.cells:
            continue
        empty = (table.cells[column].loc[projects.index] == "").to_numpy() & projects[
            column
        ].isna().to_numpy()
        known = projects.loc[projects[column].notna(), [column, "wave"]].drop_duplicates()
        several = known.groupby("wave", observed=True, dropna=False).size() > 1
        in_use = projects["wave"].astype(object).map(several.rename(index=str).to_dict()).eq(True).to_numpy()
        if column == "region":
            in_use = np.full(len(projects), bool(projects[column].notna().any()))
        above = (table.cells[column] != "").loc[projects.index].to_numpy()
        table.note(
            projects.index[
                empty & in_use & (np.maximum.accumulate(above) if len(above) else above)
            ].to_numpy(),
            column,
            "",
            "gap",
        )
