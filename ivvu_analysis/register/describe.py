"""What the intake of a register found, in sentences for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ivvu_analysis.codebook import Language, scale
from ivvu_analysis.errors import OutputError
from ivvu_analysis.neutral import neutralise, quote
from ivvu_analysis.overwrite import refuse_foreign
from ivvu_analysis.register import spelling
from ivvu_analysis.register.intake import Intake

MOST_ROWS = 5  # row numbers that one line names
MOST_LINES = 100  # findings that are shown; a file can have them all

WORDS: dict[str, dict[Language, str]] = {
    "read": {
        "en": "{name}: {read} rows read, {kept} projects, {excluded} rows excluded.",
        "nl": "{name}: {read} rijen gelezen, {kept} projecten, {excluded} rijen uitgesloten.",
    },
    "complete": {
        "en": "{complete} of {kept} projects are complete ({share}).",
        "nl": "{complete} van de {kept} projecten zijn compleet ({share}).",
    },
    "row": {"en": "row", "nl": "rij"},
    "rows": {"en": "rows", "nl": "rijen"},
    "others": {"en": "and {n} others", "nl": "en {n} andere"},
    "perhaps": {"en": "Perhaps: {suggestion}.", "nl": "Misschien: {suggestion}."},
    "excluded": {"en": "Excluded", "nl": "Uitgesloten"},
    "more": {"en": "{n} more findings are not shown.", "nl": "{n} andere bevindingen staan hier niet."},
    "none": {"en": "Nothing needs correction.", "nl": "Niets hoeft te worden verbeterd."},
}


def describe(intake: Intake, language: Language = "en") -> Iterator[str]:
    """Yield the findings of an intake as lines of text; the same finding in several rows is one line."""
    name = quote(intake.file) if not intake.sheet else f"{quote(intake.file)} [{quote(intake.sheet)}]"
    kept = len(intake.projects)
    counts = {"read": intake.rows_read, "kept": kept, "excluded": len(intake.excluded)}
    yield WORDS["read"][language].format(name=name, **counts)
    share = f"{intake.complete / kept:.0%}" if kept else "-"
    yield WORDS["complete"][language].format(complete=intake.complete, kept=kept, share=share)
    for reason, rows in intake.excluded.groupby("reason", sort=False)["row"]:
        why = scale("exclusion").label(reason, language)
        yield f"{WORDS['excluded'][language]}, {_rows(rows, language)}: {why}."
    if intake.issues.empty:
        yield WORDS["none"][language]
    kinds = ["column", "value", "problem", "suggestion", "severity"]
    groups = intake.issues.groupby(kinds, sort=False)["row"]
    for number, (kind, rows) in enumerate(groups):
        if number == MOST_LINES:
            yield WORDS["more"][language].format(n=groups.ngroups - MOST_LINES)
            break
        yield _line(dict(zip(kinds, kind, strict=True)), rows, language)


def _line(finding: dict[str, str], rows: pd.Series, language: Language) -> str:
    column = finding["column"]
    where = f", {scale('column').label(column, language)}" if column else ""
    value = f" '{quote(finding['value'])}'" if finding["value"] else ""
    severity = scale("severity").label(finding["severity"], language)
    problem = scale("problem").label(finding["problem"], language)
    line = f"{severity}, {_rows(rows, language)}{where}{value}: {problem}."
    if not finding["suggestion"]:
        return line
    known = spelling.scale_of(column) if column else scale("column")
    suggestion = known.label(finding["suggestion"], language)
    return f"{line} {WORDS['perhaps'][language].format(suggestion=suggestion)}"


def _rows(rows: pd.Series, language: Language) -> str:
    shown = ", ".join(str(row) for row in rows.iloc[:MOST_ROWS])
    others = f" {WORDS['others'][language].format(n=len(rows) - MOST_ROWS)}" if len(rows) > MOST_ROWS else ""
    return f"{WORDS['rows' if len(rows) > 1 else 'row'][language]} {shown}{others}"


def write(intake: Intake, path: Path) -> None:
    """Write the issues of an intake as csv, harmless to open in a spreadsheet.

    Raises
    ------
    OutputError
        If the file cannot be written, or is there and holds something else.
    """
    issues = intake.issues.assign(value=intake.issues["value"].map(neutralise))
    refuse_foreign(path, ",".join(issues.columns) + "\n")
    try:
        issues.to_csv(path, index=False, lineterminator="\n", encoding="utf-8-sig")
    except OSError as error:
        raise OutputError(
            f"{quote(str(path), 200)} cannot be written: {error.strerror}.", "Choose another folder."
        ) from None
