"""The intake of a register: everything that is known of it once it has been read, cleaned and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import Codebook
from ivvu_analysis.register import clean, dates, findings, rows, sources, spelling, validate
from ivvu_analysis.register import corrections as accepted
from ivvu_analysis.register.corrections import Corrections
from ivvu_analysis.register.spelling import Speller
from ivvu_analysis.register.table import Table

Origin = Literal["register", "reconstructed", "simulated"]
INVENTED: tuple[Origin, ...] = ("simulated", "reconstructed")

# A project is complete when all of these are known of it.
ESSENTIAL = ("region", "theme", "start", "status", "participation", *spelling.RATED_TWICE)
EVERY_REGION, NO_REGION = "all", "unknown"
KNOWN_WAVES = ("2019-03", "2019-10", "2020-03", "2020-10")  # of the editions that were published
MANY = 5  # projects at one wave, beside which a wave of one is odd
DOUBTFUL = ("no_answer",)  # reasons to leave a row out that a person has to look at


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
        severity = np.where(out["reason"].isin(DOUBTFUL), "warning", "note")
        left_out = findings.about(
            out["row"], "", "", "excluded_" + out["reason"].to_numpy(), "", severity, out["sheet"].to_numpy()
        )
        return pd.concat([self.issues, left_out], ignore_index=True).sort_values(
            "row", kind="stable", ignore_index=True
        )

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
    fill_down: Sequence[str] = (),
    codebook: Codebook | None = None,
    known_waves: Sequence[str] = KNOWN_WAVES,
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
    fill_down
        The columns whose empty cells hold what stands above them.
    codebook
        Whose codes and spellings, by default ours.
    known_waves
        The waves of earlier editions, the last of which is assumed where nothing says the wave.

    Raises
    ------
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
    replacements = accepted.read(corrections, Speller(codebook))
    speller = Speller(codebook, replacements.headings)
    table, book = sources.read(Path(path), sheet, speller)
    rows.filled_down(table, [*fill_down, *replacements.fill_down], speller)
    left_out, groups = rows.excluded(table, speller)
    project = np.ones(len(table.cells), dtype=bool)
    project[left_out["at"]] = False
    kept = np.flatnonzero(project)
    sources.implied(table, project, groups, Path(path).name, wave, speller, known_waves)
    projects = clean.projects(table, kept, speller, replacements)
    projects["holder"] = projects["holder"].fillna(clean.holder_of(projects["region"], speller))
    invented = (code for code in INVENTED if (projects["origin"] == code).any())
    origin: Origin = next(invented, "register")
    rows.gaps(table, projects)
    _about_waves(projects, table, known_waves)
    _about_columns(projects, table, replacements, origin)
    table.found += sources.marks(table, kept, speller, book.kind)
    validate.report(projects, table, speller)
    if any((frame["problem"] == "id_reused").any() for frame in table.found):
        other = validate.reused(projects, speller)
        named = projects["id"].astype(object) + " (" + projects["wave"].astype(object) + ")"
        projects["id"] = projects["id"].mask(other, named)
    place = table.place.iloc[left_out["at"]]
    names = list(dict.fromkeys(part[0].name for part in table.parts))
    return Intake(
        projects=projects[list(clean.PROJECT_COLUMNS)].reset_index(drop=True),
        issues=_sorted(pd.concat([findings.none(), *table.found]), speller),
        excluded=pd.DataFrame(
            {
                "row": place["row"].to_numpy(),
                "reason": left_out["reason"].to_numpy(dtype=object),
                "sheet": place["sheet"].to_numpy(),
            }
        ).astype({"reason": str, "sheet": str}),
        completeness=_completeness(projects),
        rows_read=len(table.cells),
        file=book.file,
        sheet=", ".join(names),
        origin=origin,
    )


def _about_columns(projects: pd.DataFrame, table: Table, corrections: Corrections, origin: str) -> None:
    """Report columns that are missing or empty, and corrections for which there is nothing to correct."""
    sheet, block, _ = table.parts[0]
    where = ([block.row], sheet.name)

    def say(column: str, value: str, problem: str, severity: str) -> None:
        table.found.append(findings.about(where[0], column, value, problem, "", severity, where[1]))

    told = {
        c
        for frame in table.found
        for c in frame.loc[frame["problem"].isin(("column_implied", "sheets_joined")), "column"]
    }
    for column in ("id", *ESSENTIAL, "holder"):
        if column not in table.cells and column not in told:
            implied = column == "holder" and bool(projects["region"].notna().any())
            say(
                column,
                "",
                "column_from_region" if implied else "column_missing",
                "note" if column == "holder" else "warning",
            )
        elif (
            column in table.cells
            and column not in told
            and len(projects)
            and origin == "register"
            and (table.cells.loc[projects.index, column] == "").all()
        ):
            say(
                column,
                "",
                "column_from_region" if column == "holder" else "column_empty",
                "note" if column == "holder" else "warning",
            )
    if projects.empty:
        say("", "", "no_rows", "warning")
    met = (
        (c, text)
        for c in {c for c, _ in corrections.replacements} & set(table.cells)
        for text in table.cells[c].cat.categories
    )
    for column, value in corrections.unused(met):
        say(column, value, "correction_unused", "note")
    for column, value in corrections.waiting:
        say(column, value, "correction_open", "note")


def _about_waves(projects: pd.DataFrame, table: Table, known: Sequence[str]) -> None:
    """Report waves that one project or no edition has, or whose day and month may have changed places."""
    if "wave" not in table.cells:
        return
    sizes = projects["wave"].value_counts()
    sizes = sizes[sizes > 0]
    texts = table.cells["wave"].iloc[projects.index].astype(object).to_numpy()
    for wave, size in sizes.items():
        at = (projects["wave"] == wave).to_numpy(copy=True)
        others = {*known, *(other for other, n in sizes.items() if n > size)}
        for text in dict.fromkeys(texts[at]):
            swapped = dates.swapped(str(text))
            here = at & (texts == text)
            if wave not in known and swapped in others and swapped != wave:
                table.note(projects.index[here].to_numpy(), "wave", text, "day_or_month", swapped, "warning")
                at &= ~here
        if size == 1 and sizes.max() >= MANY:
            table.note(projects.index[at].to_numpy(), "wave", texts[at], "wave_single")
        elif known and wave not in known:
            rows = projects.index[at][:1].to_numpy()
            later = wave > max(known) and size == sizes.max()
            table.note(rows, "wave", texts[at][:1], "wave_unknown", "", "note" if later else "warning")


def _sorted(issues: pd.DataFrame, speller: Speller) -> pd.DataFrame:
    """Put issues in the order of the sheet: by row, then by column from left to right."""
    order = {code: number for number, code in enumerate(speller.scale("column").codes)}
    position = issues["column"].map(order).fillna(len(order))
    ordered = issues.assign(position=position).sort_values(
        ["sheet", "row", "position"], kind="stable", ignore_index=True
    )
    return ordered[list(findings.COLUMNS)]


def _completeness(projects: pd.DataFrame) -> pd.DataFrame:
    known = pd.DataFrame(
        {column: projects[column].notna() & (projects[column] != "unknown") for column in ESSENTIAL}
    )
    known["all"] = known.all(axis=1)
    regions = projects["region"].cat.add_categories([NO_REGION]).fillna(NO_REGION)
    everywhere = pd.Series(pd.Categorical([EVERY_REGION] * len(known), [EVERY_REGION]), index=known.index)
    return pd.concat([_filled(known, everywhere), _filled(known, regions)], ignore_index=True)


def _filled(known: pd.DataFrame, regions: pd.Series) -> pd.DataFrame:
    """Count the answers by region and column, one row for each combination."""
    groups = known.groupby(regions.rename(None), observed=False)
    long = groups.sum().reset_index(names="within").melt("within", var_name="column", value_name="filled")
    long["projects"] = long["within"].astype(str).map(groups.size().rename(index=str))
    long = long.rename(columns={"within": "region"})[["region", "column", "projects", "filled"]]
    return long.astype({"region": str, "column": str, "projects": "int64", "filled": "int64"})
