"""What the intake of a register found, in sentences for a terminal."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from ivvu_analysis.codebook import Language, scale
from ivvu_analysis.neutral import quote
from ivvu_analysis.register.intake import ESSENTIAL, EVERY_REGION, Intake
from ivvu_analysis.register.table import SEVERITY
from ivvu_analysis.scales import percent

MOST_ROWS = 5  # row numbers that one line names
MOST_ALIKE = 6  # lines about one problem in one column; a file can have them all

READ_AS = ("column_implied", "column_assumed", "column_given", "sheets_joined")


def describe(intake: Intake, language: Language = "en") -> Iterator[str]:
    """Yield the findings of an intake as lines of text; the same finding in several rows is one line."""
    phrase = partial(_phrase, language)
    name = f"{quote(intake.file)} [{quote(intake.sheet)}]" if intake.sheet else quote(intake.file)
    kept = len(intake.projects)
    yield phrase("read", name=name, read=intake.rows_read, kept=kept, excluded=len(intake.excluded))
    share = f"{percent(intake.complete / kept):.0f}%" if kept else "-"
    yield phrase("complete", complete=intake.complete, kept=kept, share=share)
    if kept:
        known = intake.completeness[intake.completeness["region"] == EVERY_REGION]
        filled = known.set_index("column")["filled"] / kept
        shares = (
            f"{scale('column').label(column, language)} {percent(filled[column]):.0f}%"
            for column in ESSENTIAL
        )
        yield phrase("columns", columns=", ".join(shares))
    several = len(intake.projects["sheet"].unique()) > 1
    severities = scale("severity").label
    for reason, rows in intake.excluded.groupby("reason", sort=False):
        severity = severities(SEVERITY[f"excluded_{reason}"] or "warning", language)
        head = phrase("excluded", severity=severity, where=_where(rows, several, language))
        yield _sentence(head, scale("exclusion").label(reason, language))
    whole = intake.issues["problem"].str.startswith("row_")  # a row that went wrong explains its cells
    issues = pd.concat([intake.issues[whole], intake.issues[~whole]])
    for _, alike in issues.groupby(["column", "problem", "severity"], sort=False):
        groups = [group for _, group in alike.groupby(["value", "suggestion"], sort=False)]
        yield from (_line(group, several, language) for group in groups[:MOST_ALIKE])
        if len(groups) > MOST_ALIKE:
            yield phrase("more", n=len(groups) - MOST_ALIKE)
    if intake.clean:
        yield phrase("none")
    elif (issues["problem"] == "not_recognised").any():
        yield phrase("remedy")
    if intake.counts.any():
        counts = (f"{n} × {severities(code, language).lower()}" for code, n in intake.counts.items() if n)
        yield phrase("counts", counts=", ".join(counts))


def _phrase(language: Language, sentence: str, **words: object) -> str:
    return scale("intake_sentence").label(sentence, language).format(**words)


def _line(group: pd.DataFrame, several: bool, language: Language) -> str:
    _, column, value, problem, suggestion, severity, _ = group.iloc[0]
    named = scale("column").label(column, language) if column else ""
    where = (scale("severity").label(severity, language), _where(group, several, language), named)
    quoted = f" '{quote(value)}'" if value else ""
    line = _sentence(", ".join(filter(None, where)) + quoted, scale("problem").label(problem, language))
    if problem == "gap":
        return line + _phrase(language, "fill_down", column=column)
    if not suggestion:
        return line
    known = scale((column or "column").removesuffix("_2")) if column != "wave" else None
    if known and suggestion in known.codes:
        suggestion = known.label(suggestion, language)
    return line + _phrase(language, "read_as" if problem in READ_AS else "perhaps", suggestion=suggestion)


def _sentence(head: str, said: str) -> str:
    return f"{head}: {said}" + ("" if said.endswith("?") else ".")


def _where(findings: pd.DataFrame, several: bool, language: Language) -> str:
    """Name the rows of findings, or the sheet where they are about no row in particular."""
    rows = findings[findings["row"] > 0]
    if rows.empty:
        sheets = {quote(sheet) for sheet in findings["sheet"] if sheet}
        return _phrase(language, "sheet", sheet=sheets.pop()) if len(sheets) == 1 else ""
    before = rows["sheet"].map(quote) + " " if several else ""
    names = (before + rows["row"].astype(str)).unique()
    shown = _phrase(language, "rows" if len(names) > 1 else "row", rows=", ".join(names[:MOST_ROWS]))
    return shown + (_phrase(language, "others", n=len(names) - MOST_ROWS) if len(names) > MOST_ROWS else "")
