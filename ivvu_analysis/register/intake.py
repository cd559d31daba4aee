"""The intake of a register: everything that is known of it once it has been read, cleaned and checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import Codebook, scale
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.neutral import quote
from ivvu_analysis.register import clean, dates, lines, sources, spelling
from ivvu_analysis.register.corrections import Corrections, read_corrections
from ivvu_analysis.register.spelling import Speller
from ivvu_analysis.register.table import COLUMNS, Table, about

Origin = Literal["register", "reconstructed", "simulated"]
INVENTED: tuple[Origin, ...] = ("simulated", "reconstructed")

# A project is complete when all of these are known of it.
ESSENTIAL = ("region", "theme", "start", "status", "participation", *spelling.RATED_TWICE)
EVERY_REGION, NO_REGION = "all", "unknown"
MANY = 5  # projects at one wave, beside which a wave of one is odd


@dataclass(frozen=True)
class Intake:
    """A register that has been read, cleaned and checked.

    Parameters
    ----------
    projects
        One row a project: `clean.PROJECT_COLUMNS`, codes being categorical in the order of the codebook.
    issues
        One row a finding: `row, column, value, problem, suggestion, severity, sheet`, `row` being the number
        in the spreadsheet (0: no row in particular), and `problem` and `severity` codes of the codebook.
    excluded
        One row a row that is no project: `row, reason, sheet`, `reason` being a code of the codebook.
    completeness
        One row a region and column: `region, column, projects, filled`; region ``"all"`` is every project and
        ``"unknown"`` those without one; column ``"all"`` counts the complete projects.
    rows_read
        The filled rows below the headings; as many as `projects` and `excluded` have together.
    file, sheet
        The names of the file and, for a workbook, of the sheets.
    origin
        ``"simulated"`` or ``"reconstructed"`` if any row says so, else ``"register"``.
    """

    projects: pd.DataFrame
    issues: pd.DataFrame
    excluded: pd.DataFrame
    completeness: pd.DataFrame
    rows_read: int
    file: str
    sheet: str
    origin: Origin

    @property
    def findings(self) -> pd.DataFrame:
        """The issues and each row that was left out: what `ivvu register check --output` writes."""
        out = self.excluded
        problems = ("excluded_" + out["reason"]).to_numpy()
        left_out = about(out["row"], out["sheet"].to_numpy(), "", problems)
        found = pd.concat([self.issues, left_out], ignore_index=True)
        return found.sort_values("row", kind="stable", ignore_index=True)

    @property
    def counts(self) -> pd.Series:
        """How many findings there are of each severity, zeros included: `error`, `warning`, `note`."""
        return self.findings["severity"].value_counts().reindex(["error", "warning", "note"], fill_value=0)

    @property
    def clean(self) -> bool:
        """Whether nothing needs a person's attention; notes do not."""
        return bool((self.findings["severity"] == "note").all())

    @property
    def complete(self) -> int:
        """How many projects have an answer in every essential column."""
        whole = (self.completeness["region"] == EVERY_REGION) & (self.completeness["column"] == "all")
        return int(self.completeness.loc[whole, "filled"].sum())


def check(
    path: str | Path,
    sheet: str | None = None,
    corrections: str | Path | None = None,
    *,
    wave: str | None = None,
    assumed: str = "",
    fill_down: Sequence[str] = (),
    codebook: Codebook | None = None,
) -> Intake:
    """Read, clean and check a register.

    Parameters
    ----------
    path
        An xlsx, xlsb, xls, ods or csv file, or the table of a web page.
    sheet
        The sheet of a workbook, by default the one, or those together, that have the headings of a register.
    corrections
        A csv file of `column, value, replacement` that a person has accepted.
    wave
        The wave of the projects, where the register has no column of it.
    assumed
        The wave that is assumed, and told to be, where neither `wave` nor the register says one; by default
        the latest of the published figures, if they are those of the codebook.
    fill_down
        The columns whose empty cells hold what stands above them, by code or heading.
    codebook
        Whose codes and spellings, by default ours.

    Raises
    ------
    ParameterError
        If the wave is none, or a column to fill down is none.
    RegisterError
        If the file cannot be read, or has no row with the headings of a register.
    DataError
        If the corrections cannot be read, or correct to something that is not recognised.

    Examples
    --------
    >>> intake = check("tests/data/registers/clean.csv")
    >>> len(intake.projects), intake.clean
    (3, True)
    """
    if wave and not (wave := dates.wave(given := wave)):
        raise ParameterError(f"'{quote(given)}' is no wave.", "Write year and month, such as 2020-10.")
    replacements = read_corrections(corrections, Speller(codebook))
    known = scale("published_wave").codes if codebook is None or codebook.history else ()
    speller = Speller(codebook, replacements.headings)
    columns = [*_coded(fill_down, speller), *replacements.fill_down]
    table = sources.read(Path(path), sheet, speller)
    lines.filled_down(table, columns)
    left_out, groups = lines.excluded(table)
    project = np.ones(len(table.cells), dtype=bool)
    project[left_out.index] = False
    sources.implied(table, project, groups, Path(path).name, wave, assumed or max(known, default=""))
    kept = np.flatnonzero(project)
    projects = clean.projects(table, kept, replacements)
    invented = (code for code in INVENTED if (projects["origin"] == code).any())
    origin: Origin = next(invented, "register")
    answered = pd.DataFrame({c: projects[c].notna() & (projects[c] != "unknown") for c in ESSENTIAL})
    lines.gaps(table, projects)
    _about_waves(projects, table, known)
    _about_columns(answered, table, replacements, origin)
    sources.marks(table, kept)
    excluded = table.place.loc[left_out.index, ["row", "sheet"]].assign(reason=left_out.astype(str))
    return Intake(
        projects=projects[list(clean.PROJECT_COLUMNS)].reset_index(drop=True),
        issues=_sorted(table),
        excluded=excluded.reset_index(drop=True),
        completeness=_completeness(answered, projects["region"]),
        rows_read=len(table.cells),
        file=Path(path).name,
        sheet=", ".join(dict.fromkeys(part.sheet.name for part in table.parts)),
        origin=origin,
    )


def _coded(names: Sequence[str], speller: Speller) -> list[str]:
    """Return the columns of codes that are called so, as headings may be."""
    found = {name: heading.column if (heading := speller.heading(name)) else "" for name in names}
    for name in (name for name, column in found.items() if column not in spelling.CODED):
        known = f"Give its heading, or one of: {', '.join(spelling.CODED)}."
        raise ParameterError(f"'{quote(name)}' is no column whose cells can be filled down.", known)
    return list(found.values())


def _about_columns(answered: pd.DataFrame, table: Table, corrections: Corrections, origin: Origin) -> None:
    """Report columns that are missing or empty, a table without projects, and corrections of no use."""
    part, seen = table.parts[0], table.told("column_implied", "sheets_joined", "column_beside")
    for column in {"id", *ESSENTIAL, "holder"} - seen:
        missing = column not in table.cells
        known = origin != "register" or answered.empty or (column in ESSENTIAL and answered[column].any())
        if missing or (not known and not any(table.texts(column).iloc[answered.index])):
            follows = column == "holder" and answered["region"].any()
            problem = "column_from_region" if follows else "column_missing" if missing else "column_empty"
            table.say(part, column, problem, severity="note" if column == "holder" else None)
    if answered.empty:
        table.say(part, "", "no_rows")
    for column, value in corrections.unused(table.cells):
        table.say(part, column, "correction_unused", value)
    for column, value in corrections.waiting:
        table.say(part, column, "correction_open", value)


def _about_waves(projects: pd.DataFrame, table: Table, known: Sequence[str]) -> None:
    """Report waves that one project or no edition has, or whose day and month may have changed places."""
    sizes = projects["wave"].value_counts()
    texts = table.texts("wave").iloc[projects.index]
    for wave, size in sizes.items() if "wave" in table.cells else ():
        at = projects.index[projects["wave"] == wave]
        others = {*known, *sizes.index[sizes > size]} - {wave}
        for text in texts[at].unique() if wave not in known else ():
            if (turned := dates.swapped(text)) in others:
                here = at[texts[at] == text]
                table.note(here.to_numpy(), "wave", "day_or_month", suggestion=turned)
                at = at.difference(here)
        if size == 1 and sizes.max() >= MANY:
            table.note(at.to_numpy(), "wave", "wave_single")
        elif known and wave not in known:
            later = wave > max(known) and 2 * size >= sizes.max()  # an edition, and no slip of the pen
            table.note(at[:1].to_numpy(), "wave", "wave_unknown", severity="note" if later else None)


def _sorted(table: Table) -> pd.DataFrame:
    """Put issues in the order of the sheet: by row, then by column from left to right."""
    found = pd.concat([about([], "", "", ""), *table.found])
    columns = table.speller.scale("column").codes
    position = pd.Index(columns).get_indexer(found["column"]) % (len(columns) + 1)  # no column: the last
    ordered = found.assign(position=position).sort_values(["sheet", "row", "position"], kind="stable")
    return ordered[list(COLUMNS)].reset_index(drop=True)


def _completeness(answered: pd.DataFrame, regions: pd.Series) -> pd.DataFrame:
    known = answered.assign(all=answered.all(axis=1), projects=True)
    names = [*regions.cat.categories, NO_REGION]
    each = known.groupby(regions.astype(object).fillna(NO_REGION)).sum().reindex(names, fill_value=0)
    counts = pd.concat([each.sum().to_frame(EVERY_REGION).T, each]).rename_axis("place").reset_index()
    long = counts.melt(["place", "projects"], var_name="column", value_name="filled")
    return long.rename(columns={"place": "region"})[["region", "column", "projects", "filled"]]
