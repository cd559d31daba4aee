"""The intake of a register: everything that is known of it once it has been read, cleaned and checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ivvu_analysis.codebook import scale
from ivvu_analysis.register import clean, headings, spelling, validate
from ivvu_analysis.register import corrections as accepted
from ivvu_analysis.register.corrections import Corrections
from ivvu_analysis.register.exclude import exclusions
from ivvu_analysis.register.sheet import RawSheet, read

# A project is complete when all of these are known of it.
ESSENTIAL = ("region", "theme", "start", "status", "participation", *spelling.RATED_TWICE)
EVERY_REGION = "all"
NO_REGION = "unknown"


@dataclass(frozen=True)
class Intake:
    """A register that has been read, cleaned and checked.

    Parameters
    ----------
    projects
        One row a project: `clean.PROJECT_COLUMNS`, codes being categorical in the order of the codebook.
    issues
        One row a finding: `row, column, value, problem, suggestion, severity`, `row` being the number
        in the spreadsheet, and `problem` and `severity` codes of the codebook.
    excluded
        One row a row that is no project: `row, reason`, `reason` being a code of the codebook.
    completeness
        One row a region and column: `region, column, projects, filled`; region ``"all"`` is every
        project and ``"unknown"`` those without one; column ``"all"`` counts the complete projects.
    rows_read
        The filled rows below the headings; as many as `projects` and `excluded` have together.
    file, sheet
        The names of the file and, for a workbook, of the sheet.
    origin
        ``"reconstructed"`` if any row says so, else ``"register"``.
    """

    projects: pd.DataFrame
    issues: pd.DataFrame
    excluded: pd.DataFrame
    completeness: pd.DataFrame
    rows_read: int
    file: str
    sheet: str
    origin: str

    @property
    def clean(self) -> bool:
        """Whether nothing needs a person's attention; notes do not."""
        return bool((self.issues["severity"] == "note").all())

    @property
    def complete(self) -> int:
        """How many projects have an answer in every essential column."""
        whole = (self.completeness["region"] == EVERY_REGION) & (self.completeness["column"] == "all")
        return int(self.completeness.loc[whole, "filled"].sum())


def check(path: str | Path, sheet: str | None = None, corrections: str | Path | None = None) -> Intake:
    """Read, clean and check a register.

    Parameters
    ----------
    path
        An xlsx, xls, ods or csv file.
    sheet
        The sheet of a workbook, by default the one that has the headings of a register.
    corrections
        A csv file of `column, value, replacement` that a person has accepted.

    Raises
    ------
    RegisterError
        If the file cannot be read, or has no row with the headings of a register.
    DataError
        If the corrections cannot be read, or correct to something that is not recognised.
    """
    replacements = accepted.read(corrections)
    raw = read(path, sheet)
    rows, doubts = clean.projects(raw, replacements)
    excluded = exclusions(raw, rows)
    kept = ~rows.index.isin(excluded["row"])
    projects = rows[kept]
    doubts = doubts[~doubts["row"].isin(excluded["row"])]
    issues = [
        *_about_columns(raw),
        *_about_corrections(raw, replacements),
        doubts,
        validate.issues(projects, raw),
    ]
    return Intake(
        projects=projects[list(clean.PROJECT_COLUMNS)].reset_index(drop=True),
        issues=_sorted(pd.concat(issues), raw),
        excluded=excluded,
        completeness=_completeness(projects),
        rows_read=len(raw.cells),
        file=raw.file,
        sheet=raw.sheet,
        origin="reconstructed" if (projects["origin"] == "reconstructed").any() else "register",
    )


def _about_columns(raw: RawSheet) -> Iterator[pd.DataFrame]:
    """Report headings that are missing, unknown or repeated, in the row of the headings."""
    row = pd.Index([raw.heading_row])
    columns = raw.columns
    for column in ("id", *ESSENTIAL):
        if column not in columns.positions:
            yield clean.issues_of(row, column, "", "column_missing", severity="warning")
    for position, column in columns.repeated.items():
        yield clean.issues_of(row, column, raw.headings[position], "column_repeated")
    for position in columns.unknown:
        heading = raw.headings[position]
        suggestion = headings.suggest(heading)
        severity = "warning" if suggestion else "note"
        yield clean.issues_of(row, "", heading, "column_unknown", suggestion, severity)
    for position in columns.unnamed:
        filled = raw.cells[position][raw.cells[position] != ""]
        if len(filled):
            yield clean.issues_of(row, "", str(filled.iloc[0]), "column_unnamed", severity="warning")


def _about_corrections(raw: RawSheet, corrections: Corrections) -> Iterator[pd.DataFrame]:
    """Report corrections for which there is nothing to correct, in the row of the headings."""
    met = (
        (column, cell)
        for column in corrections.columns()
        if column in raw.columns.positions
        for cell in raw.cells[raw.columns.positions[column]].cat.categories
    )
    for column, value in corrections.unused(met):
        yield clean.issues_of(
            pd.Index([raw.heading_row]), column, value, "correction_unused", severity="note"
        )


def _sorted(issues: pd.DataFrame, raw: RawSheet) -> pd.DataFrame:
    """Put issues in the order of the sheet: by row, then by column from left to right."""
    order = {code: number for number, code in enumerate(scale("column").codes)}
    position = issues["column"].map(order).fillna(len(order))
    ordered = issues.assign(position=position).sort_values(
        ["row", "position"], kind="stable", ignore_index=True
    )
    return ordered[list(clean.ISSUE_COLUMNS)]


def _completeness(projects: pd.DataFrame) -> pd.DataFrame:
    known = pd.DataFrame({column: _answered(projects[column]) for column in ESSENTIAL})
    known["all"] = known.all(axis=1)
    regions = projects["region"].cat.add_categories([NO_REGION]).fillna(NO_REGION)
    everywhere = pd.Series(pd.Categorical([EVERY_REGION] * len(known), [EVERY_REGION]), index=known.index)
    return pd.concat([_filled(known, everywhere), _filled(known, regions)], ignore_index=True)


def _answered(codes: pd.Series) -> pd.Series:
    return codes.notna() & (codes != "unknown")


def _filled(known: pd.DataFrame, regions: pd.Series) -> pd.DataFrame:
    """Count the answers by region and column, one row for each combination."""
    groups = known.groupby(regions.rename(None), observed=False)
    long = groups.sum().reset_index(names="within").melt("within", var_name="column", value_name="filled")
    long["projects"] = long["within"].astype(str).map(groups.size().rename(index=str))
    long = long.rename(columns={"within": "region"})[["region", "column", "projects", "filled"]]
    return long.astype({"region": str, "column": str, "projects": "int64", "filled": "int64"})
