"""Where evidence comes from: the published tables, or the rows of a register."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from ivvu_analysis import published
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.evidence.references import AS_PUBLISHED, BESIDE_PROJECTS
from ivvu_analysis.evidence.tables import Evidence

TABLES = (
    "regions",
    "region_phases",
    "phase_counts",
    "theme_by_holder",
    "theme_by_start",
    "project_counts",
    "example_projects",
    "example_notes",
)


def gather(register: str = "", phases: str = "", corrections: str = "") -> Evidence:
    """Return the evidence of a register, or of the published tables where none is given.

    Parameters
    ----------
    register
        The file of a project register; empty for the published tables.
    phases, corrections
        The files that go with the register, as for `from_register`.

    Raises
    ------
    ParameterError
        If there are phases or corrections without a register.
    """
    if register:
        return from_register(register, phases, corrections)
    if phases or corrections:
        raise ParameterError(
            "A file of phases or corrections goes with a register, and there is none.",
            "Give the parameter 'register' too, or leave the others empty.",
        )
    return from_published()


def from_register(
    path: str | Path, phases: str | Path = "", corrections: str | Path = "", sheet: str | None = None
) -> Evidence:
    """Return the evidence of a project register: the published tables, recomputed from its rows.

    Parameters
    ----------
    path
        The register, an xlsx, xls, ods or csv file.
    phases
        A file of the phases of regions; without it the ladders stay as published.
    corrections
        A file of accepted corrections.
    sheet
        The sheet of a workbook, by default the one that has the headings of a register.

    Raises
    ------
    RegisterError
        If the register cannot be read.
    DataError
        If the phases or the corrections are not as documented.
    """
    # The libraries behind it cost time that published figures need not wait.
    from ivvu_analysis import register

    known = from_published()
    intake = register.check(path, sheet, corrections or None)
    panel = register.read_phases(phases) if phases else known.region_phases
    counts = register.project_counts(intake.projects)
    given = [Path(file) for file in (path, phases, corrections) if str(file)]
    return replace(
        known,
        origin="reconstructed" if intake.origin == "reconstructed" else "register",
        region_phases=panel,
        phase_counts=register.phase_counts(panel) if phases else known.phase_counts,
        theme_by_holder=register.theme_table(intake.projects, "holder"),
        theme_by_start=register.theme_table(intake.projects, "start"),
        project_counts=counts,
        checks=register.checks(intake, counts),
        files={**known.files, **{file.name: sha256(file) for file in given}},
        projects=intake.projects,
        issues=intake.issues,
        intake=intake,
        register_name=register.quote(intake.file),
        as_published=BESIDE_PROJECTS if phases else AS_PUBLISHED,
    )


@cache
def from_published(folder: Path | None = None) -> Evidence:
    """Return the evidence of the published tables.

    Raises
    ------
    DataError
        If a table is missing or is not as `datapackage.json` describes it.
    """
    folder = folder or published.folder()
    tables = published.read(folder, (*TABLES, "printed_totals"))
    return Evidence(
        origin="published",
        **{name: tables[name] for name in TABLES},
        checks=published.prove(tables),
        documents=published.describe(folder)["documents"],
        files={name: sha256(folder / f"{name}.csv") for name in TABLES},
    )


def sha256(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
