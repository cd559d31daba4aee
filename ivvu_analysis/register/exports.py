"""What the intake of a register found, as files: findings, cleaned projects, a draft of corrections."""

from io import BytesIO
from pathlib import Path

import pandas as pd

from ivvu_analysis.codebook import scale
from ivvu_analysis.errors import SIGNED, refuse_foreign
from ivvu_analysis.neutral import neutralise
from ivvu_analysis.places import write as write_file
from ivvu_analysis.register import files
from ivvu_analysis.register.corrections import ACCEPTED, FIELDS, MORE, OPEN, fold
from ivvu_analysis.register.intake import Intake
from ivvu_analysis.register.table import ISSUE_COLUMNS

# What is the matter with a value, wherever it stands; what else is found is about one row.
OF_A_VALUE = ("not_recognised", "out_of_range", "made_a_date", "error_value", "wave_missing")


def write(intake: Intake, path: Path) -> None:
    """Write all findings of an intake as csv: an empty row or column stands for all of them.

    Raises
    ------
    OutputError
        If the file cannot be written, or is there and holds something else.
    """
    found = intake.findings
    columns = [*ISSUE_COLUMNS, *(["sheet"] if len(set(found["sheet"])) > 1 else [])]
    _save(found.assign(row=found["row"].astype(str).where(found["row"] > 0, ""))[columns], path)


def write_projects(intake: Intake, path: Path) -> None:
    """Write the cleaned projects as csv, or as xlsx where the name says so: one row a project, in codes.

    Raises
    ------
    OutputError
        If the file cannot be written, or is there and holds something else.
    """
    _save(intake.projects.astype(object).where(intake.projects.notna(), ""), path)


def write_draft(intake: Intake, path: Path, corrections: Path | None = None) -> None:
    """Write corrections to be accepted by a person: each value not understood, with what may be meant.

    What a person wrote is kept: the lines of the `corrections` in use, and of a draft that is there.

    Raises
    ------
    UserError
        If the file cannot be written, or is there and cannot be read or holds something else.
    """
    columns = [*FIELDS, *MORE]
    there = [file for file in (corrections, path) if file and file.is_file() and file.stat().st_size]
    if path in there and not files.holds_only(path, columns):
        refuse_foreign(path)
    written = [files.listed(file, "corrections", FIELDS, MORE) for file in there]
    written = [lines if "status" in lines else lines.assign(status="accepted") for lines in written]
    kept = pd.concat([pd.DataFrame(columns=columns, dtype=object), *written], ignore_index=True).fillna("")
    # Of one line in both files, the one that is accepted.
    opens = kept["status"].str.casefold().isin(ACCEPTED).sort_values(ascending=False, kind="stable")
    kept = kept.loc[opens.index].drop_duplicates([*FIELDS]).sort_index()
    found = intake.issues[intake.issues["problem"].isin(OF_A_VALUE) & (intake.issues["value"] != "")]
    new = found.rename(columns={"suggestion": "replacement", "problem": "reason"}).assign(status=OPEN)
    draft = pd.concat([kept, new[columns]], ignore_index=True)
    about = draft["column"].map(lambda text: scale("column").recognise(text) or text)
    again = pd.DataFrame({"column": about, "value": draft["value"].map(fold)}).duplicated()
    _put(draft[~again | (draft.index < len(kept))], path)


def _save(frame: pd.DataFrame, path: Path) -> None:
    refuse_foreign(path, ",".join(frame.columns[:4]))
    _put(frame, path)


def _put(frame: pd.DataFrame, path: Path) -> None:
    frame = frame.map(lambda cell: neutralise(cell) if isinstance(cell, str) else cell)
    data = frame.to_csv(index=False, lineterminator="\n").encode("utf-8-sig", "replace")
    if path.suffix.casefold() == ".xlsx":
        with pd.ExcelWriter(book := BytesIO(), engine="xlsxwriter") as writer:
            writer.book.set_properties(SIGNED)
            frame.to_excel(writer, index=False)
        data = book.getvalue()
    write_file(path, data)
