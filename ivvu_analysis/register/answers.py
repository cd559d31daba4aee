"""What the intake of a register found, in sentences for a terminal and as files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ivvu_analysis.codebook import Language, scale
from ivvu_analysis.errors import OutputError
from ivvu_analysis.neutral import neutralise, quote
from ivvu_analysis.overwrite import refuse_foreign
from ivvu_analysis.register import corrections, spelling
from ivvu_analysis.register.findings import ISSUE_COLUMNS
from ivvu_analysis.register.intake import ESSENTIAL, EVERY_REGION, Intake

MOST_ROWS = 5  # row numbers that one line names
MOST_ALIKE = 6  # lines about one problem in one column; a file can have them all

WORDS: dict[str, dict[Language, str]] = {
    "read": {
        "en": "{name}: {read} rows read, {kept} projects, {excluded} rows excluded.",
        "nl": "{name}: {read} rijen gelezen, {kept} projecten, {excluded} rijen uitgesloten.",
    },
    "complete": {
        "en": "{complete} of {kept} projects are complete ({share}).",
        "nl": "{complete} van de {kept} projecten zijn compleet ({share}).",
    },
    "columns": {"en": "Answered: {columns}.", "nl": "Beantwoord: {columns}."},
    "row": {"en": "row", "nl": "rij"},
    "rows": {"en": "rows", "nl": "rijen"},
    "sheet": {"en": "sheet", "nl": "blad"},
    "others": {"en": "and {n} others", "nl": "en {n} andere"},
    "perhaps": {"en": "Perhaps: {suggestion}.", "nl": "Misschien: {suggestion}."},
    "read_as": {"en": "Read as: {suggestion}.", "nl": "Gelezen als: {suggestion}."},
    "excluded": {"en": "Excluded", "nl": "Uitgesloten"},
    "more": {
        "en": "  and {n} more of this kind; --output writes all.",
        "nl": "  en nog {n} van deze soort; --output schrijft alles.",
    },
    "none": {"en": "Nothing needs correction.", "nl": "Niets hoeft te worden verbeterd."},
    "counts": {"en": "Findings: {counts}.", "nl": "Bevindingen: {counts}."},
}
READ_AS = ("column_implied", "column_assumed", "column_given", "sheets_joined")


def describe(intake: Intake, language: Language = "en") -> Iterator[str]:
    """Yield the findings of an intake as lines of text; the same finding in several rows is one line."""
    words = {key: text[language] for key, text in WORDS.items()}
    name = quote(intake.file) if not intake.sheet else f"{quote(intake.file)} [{quote(intake.sheet)}]"
    kept = len(intake.projects)
    yield words["read"].format(name=name, read=intake.rows_read, kept=kept, excluded=len(intake.excluded))
    share = f"{intake.complete / kept:.0%}" if kept else "-"
    yield words["complete"].format(complete=intake.complete, kept=kept, share=share)
    if kept:
        known = intake.completeness[intake.completeness["region"] == EVERY_REGION].set_index("column")[
            "filled"
        ]
        columns = (
            f"{scale('column').label(column, language)} {known[column] / kept:.0%}" for column in ESSENTIAL
        )
        yield words["columns"].format(columns=", ".join(columns))
    for reason, rows in intake.excluded.groupby("reason", sort=False):
        yield f"{words['excluded']}, {_rows(rows, language)}: {scale('exclusion').label(reason, language)}."
    if intake.clean and intake.excluded.empty and intake.issues.empty:
        yield words["none"]
        return
    for _, alike in intake.issues.groupby(["column", "problem", "severity"], sort=False):
        groups = alike.groupby(["value", "suggestion"], sort=False)
        for number, (_, group) in enumerate(groups):
            if number == MOST_ALIKE:
                yield words["more"].format(n=groups.ngroups - MOST_ALIKE)
                break
            yield _line(group, language)
    if intake.clean:
        yield words["none"]
    counts = ", ".join(
        f"{n} × {scale('severity').label(code, language).lower()}" for code, n in intake.counts.items() if n
    )
    yield words["counts"].format(counts=counts)


def _line(group: pd.DataFrame, language: Language) -> str:
    finding = group.iloc[0]
    column, suggestion, problem = finding["column"], finding["suggestion"], finding["problem"]
    where = ", ".join(
        filter(None, (_rows(group, language), scale("column").label(column, language) if column else ""))
    )
    value = f" '{quote(finding['value'])}'" if finding["value"] else ""
    severity = scale("severity").label(finding["severity"], language)
    line = f"{severity}, {where}{value}: {scale('problem').label(problem, language)}."
    if not suggestion:
        return line
    if column != "wave":
        known = spelling.Speller().scale_of(column) if column else scale("column")
        suggestion = known.label(suggestion, language) if suggestion in known.codes else suggestion
    words = WORDS["read_as" if problem in READ_AS else "perhaps"][language]
    return f"{line} {words.format(suggestion=suggestion)}"


def _rows(findings: pd.DataFrame, language: Language) -> str:
    sheets = findings["sheet"].unique()
    sheet = f"{WORDS['sheet'][language]} {quote(sheets[0])}" if len(sheets) == 1 and sheets[0] else ""
    rows = findings["row"][findings["row"] > 0]
    if rows.empty:
        return sheet
    shown = ", ".join(str(row) for row in rows.iloc[:MOST_ROWS])
    others = f" {WORDS['others'][language].format(n=len(rows) - MOST_ROWS)}" if len(rows) > MOST_ROWS else ""
    return f"{WORDS['rows' if len(rows) > 1 else 'row'][language]} {shown}{others}"


def write(intake: Intake, path: Path) -> None:
    """Write all findings of an intake as csv: an empty row or column stands for all of them.

    Raises
    ------
    OutputError
        If the file cannot be written, or is there and holds something else.
    """
    found = intake.findings
    columns = [*ISSUE_COLUMNS, *(["sheet"] if len(set(found["sheet"])) > 1 else [])]
    found = found.assign(row=found["row"].astype(str).where(found["row"] > 0, ""))[columns]
    _save(found, path, ",".join(ISSUE_COLUMNS))


def write_projects(intake: Intake, path: Path) -> None:
    """Write the cleaned projects as csv, or as xlsx where the name says so: one row a project, in codes.

    Raises
    ------
    OutputError
        If the file cannot be written, or is there and holds something else.
    """
    _save(intake.projects.astype(object).where(intake.projects.notna(), ""), path, "sheet,row,id,title,")


def write_draft(intake: Intake, path: Path) -> None:
    """Write corrections to be accepted by a person: each value not understood, with what may be meant.

    Raises
    ------
    OutputError
        If the file cannot be written, or is there and holds something else.
    """
    found = intake.issues[(intake.issues["severity"] == "error") & (intake.issues["value"] != "")]
    found = found[found["column"].isin(spelling.CODED) & ~found["problem"].str.startswith("column_")]
    draft = found.drop_duplicates(["column", "value"])
    columns = {
        "column": draft["column"],
        "value": draft["value"],
        "replacement": draft["suggestion"],
        "reason": draft["problem"],
    }
    _save(
        pd.DataFrame({**columns, "status": corrections.OPEN}), path, "column,value,replacement,reason,status"
    )


def _save(frame: pd.DataFrame, path: Path, beginning: str) -> None:
    frame = frame.apply(
        lambda column: column.map(lambda cell: neutralise(cell) if isinstance(cell, str) else cell)
    )
    try:
        if path.suffix.casefold() == ".xlsx":
            if path.exists():
                raise OutputError(
                    f"{quote(str(path), 200)} exists.", "Give another name, or move that file first."
                )
            packed = io.BytesIO()
            frame.to_excel(packed, index=False, engine="xlsxwriter")
            path.write_bytes(packed.getvalue())
        else:
            refuse_foreign(path, beginning)
            path.write_bytes(frame.to_csv(index=False, lineterminator="\n").encode("utf-8-sig", "replace"))
    except OSError as error:
        raise OutputError(
            f"{quote(str(path), 200)} cannot be written: {error.strerror}.", "Choose another folder."
        ) from None
