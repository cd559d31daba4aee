"""Which rows of a table are projects, and which say something about the rows below them or nothing at all."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from ivvu_analysis.register.spelling import CODED, DITTO, ERROR, Speller
from ivvu_analysis.register.table import Table

# Left out are the number of organisations, which in a row of totals is a sum and looks like an answer, and
# the holder, which may only follow from the region.
TELLING = ("region", "theme", "start", "status", "impact", "sharing", "scalability")
GROUPED = ("region", "holder", "theme", "wave")  # what a subheading, a title or the name of a sheet can say
FEW = 2  # answers; a row with no more of them may be no project
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


def filled_down(table: Table, columns: Sequence[str]) -> None:
    """Read marks of repetition as the cell above them, and do so for the empty cells of `columns`."""
    for column in [column for column in table.cells if column in CODED]:
        texts = table.cells[column]
        again = [text for text in texts.unique() if text.casefold() in DITTO]
        if not again and column not in columns:
            continue
        ditto = texts.isin(again).to_numpy()
        empty = (texts == "").to_numpy() & (column in columns)
        if empty.any():  # rows that hold little, such as blank lines with a remark, take nothing over
            empty = empty & (_answers(table, without=column) > 0)
        if ditto.any() or empty.any():
            given = texts.mask(ditto | (texts == "").to_numpy())
            above = given.groupby(table.place["part"]).ffill().fillna("")
            table.note(np.flatnonzero(ditto), column, "ditto")
            table.note(np.flatnonzero(empty & (above != "").to_numpy()), column, "filled_down")
            table.cells[column] = texts.mask(ditto | empty, above)


def _answers(table: Table, without: str = "") -> np.ndarray:
    """Return how many telling columns of each row hold an answer, be it that nothing is known."""
    count = np.zeros(len(table.cells), dtype=int)
    for column in [column for column in TELLING if column in table.cells and column != without]:
        count += table.cells[column].map(partial(table.speller.answers, column)).to_numpy(dtype=int)
    return count


def excluded(table: Table) -> tuple[pd.Series, dict[str, pd.Series]]:
    """Tell the rows that are no projects, and what their subheadings say about the rows below.

    Returns
    -------
    reasons : Series of str
        By position in the table, a reason of the scale ``"exclusion"`` of the codebook.
    said : dict of str to Series
        For each column that has subheadings, the text of the last one above each row, if any.
    """
    answers = _answers(table)
    telling = sum(column in table.cells for column in TELLING)
    suspect = answers <= (FEW if telling > FEW else 0)
    part_of = table.place["part"]
    empty = {c: (table.texts(c) == "").groupby(part_of).mean() > 0.5 for c in GROUPED}
    named = [c for c in ("id", "title") if table.texts(c).astype(bool)[~suspect].mean() > 0.5]
    shapes = {_shape(text) for text in table.texts("id").iloc[:1000]} if "id" in named else set()
    rows = table.place["row"].to_numpy()
    formulas = {
        (number, row)
        for number, part in enumerate(table.parts)
        for row, p, problem, _ in part.sheet.marks
        if problem == "no_stored_value" and p in part.under and part.under[p].column in TELLING
    }
    reasons: dict[int, str] = {}
    labels: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for at in np.flatnonzero(suspect).tolist():
        part, line = part_of.iat[at], table.line(at)
        own = {column: text for column in table.cells if (text := table.cells[column].iat[at])}
        number, title = own.get("id", ""), own.get("title", "")
        numbered = any(c.isdigit() for c in number) and _shape(number) in shapes
        failed = any(ERROR.fullmatch(own.get(column, "")) for column in TELLING)
        if table.place["at"].iat[at] in table.parts[part].again:
            reasons[at] = "heading"
        elif answers[at] <= 1 and line and _is_total(line[0], table.speller):
            reasons[at] = "total"
        elif group := _group(line, table.speller, [c for c in GROUPED if empty[c][part]], labels):
            reasons[at] = "group"
            labels[group][at] = line[0]
        elif not answers[at] and ((numbered and title) or failed or (part, rows[at]) in formulas):
            reasons[at] = "no_answer"
        elif not own:
            reasons[at] = "beside"
        elif not answers[at] or len(own) == 1:
            reasons[at] = "remark"
        elif named and not numbered and not re.search(r"[^\W\d]", title):
            reasons[at] = "beside"
        elif "id" in named and number and not numbered:
            reasons[at] = "no_answer"
    reasons = {**dict.fromkeys(_copies(table), "copy"), **reasons}
    reasons = {**dict.fromkeys(_unrated(table), "not_at_wave"), **reasons}
    said = {
        column: pd.Series(texts, dtype=object).reindex(table.cells.index).groupby(part_of).ffill().fillna("")
        for column, texts in labels.items()
    }
    return pd.Series(reasons, dtype=object).sort_index(), said


def _shape(number: str) -> str:
    return re.sub(r"\d+", "0", number)


def _is_total(text: str, speller: Speller) -> bool:
    """Return whether a cell calls its row a total or an average: of everything, or of something known."""
    if not (found := TOTAL.fullmatch(text)):
        return False
    rest = (found["after"] or found["before"] or found["of"] or "").strip(" :-()")
    known = (*GROUPED[:3], "status", "scalability", "start")
    return not rest or bool(COUNTED.fullmatch(rest)) or any(speller.says(name, rest) for name in known)


def _group(line: list[str], speller: Speller, columns: list[str], met: dict[str, dict[int, str]]) -> str:
    """Return the column that a subheading is about, or an empty text if a row is none."""
    counted = len(line) == 2 and bool(COUNTED.fullmatch(line[1]))
    if len(line) != 1 and not counted:
        return ""

    def about(column: str) -> bool:
        """Return whether it says something that cannot be read: no longer what the one before it said."""
        like = column in met and (counted or bool(speller.suggest(column, line[0])))
        return column != "wave" and (like or (column == "region" and bool(GROUP.match(line[0]))))

    said = [column for column in columns if speller.says(column, line[0])]
    return next(iter([*said, *filter(about, columns)]), "")


def _copies(table: Table) -> list[int]:
    """Return the rows that repeat an earlier one in every cell; without a number they are told instead."""
    number, title = table.texts("id"), table.texts("title")
    again = table.cells[(number != "") & number.duplicated(keep=False)]
    again = again[again.duplicated([c for c in ("id", "wave") if c in again], keep=False)]  # and of those all
    alike = again.index[again.duplicated(keep=False)]
    lines = pd.Series({at: (table.place["part"].iat[at], *table.line(at)) for at in alike}, dtype=object)
    bare = table.cells.assign(part=table.place["part"])[(number == "") & (title != "")]
    twice = bare.index[bare.duplicated()].to_numpy()
    table.note(twice, "", "row_repeated", title.iloc[twice].to_numpy())
    return list(lines.index[lines.duplicated()])


def _unrated(table: Table) -> list[int]:
    """Return the rows that have nothing below the headings of the wave that they are read for."""
    found: list[int] = []
    for number, part in enumerate(table.parts):
        own = [h.column for h in part.under.values() if h.wave == part.wave and h.column in table.cells]
        if part.wave and own:
            rows = table.cells.loc[table.place["part"] == number, own]
            found += rows.index[(rows == "").all(axis=1)].tolist()
    return found


def gaps(table: Table, projects: pd.DataFrame) -> None:
    """Report cells that are suspiciously empty: without a region, holder or theme where others have one."""
    for column in ("region", "holder", "theme"):
        texts = table.texts(column).iloc[projects.index]
        empty = (texts == "") & projects[column].isna()
        if empty.any() and not empty.all():
            known = projects[column].astype(object)
            several = known.groupby(projects["wave"].astype(str)).transform("nunique") > 1
            below = (texts != "").cummax() & ((column == "region") | several)
            table.note(projects.index[empty & below].to_numpy(), column, "gap")
