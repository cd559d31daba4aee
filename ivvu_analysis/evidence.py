"""Evidence: the same tidy tables from either source, the published figures or a project register.

Everything that follows reads these tables and never asks where they came from; `origin` tells the reader.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import pandas as pd

from ivvu_analysis import published
from ivvu_analysis.codebook import DIMENSIONS, MEASURES, Language, scale
from ivvu_analysis.errors import ParameterError

if TYPE_CHECKING:
    from ivvu_analysis.register import Intake

Origin = Literal["published", "register", "reconstructed"]

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
# A register holds projects: what is not about projects stays that of the publication.
BESIDE_PROJECTS = frozenset({"appendix 2", "chapter 5"})
AS_PUBLISHED = BESIDE_PROJECTS | {"table 1", "table 2", "table 3", "appendix 1"}
REPORT = "progress_report_2021_01"


@dataclass(frozen=True)
class Evidence:
    """The count tables of one edition of the programme, with their origin.

    Parameters
    ----------
    origin
        ``"published"``, ``"register"`` or ``"reconstructed"``.
    regions
        One row a region: `region, name, parent, holder, tile_row, tile_col`.
    region_phases
        One row a region, wave and ladder: `region, wave, dimension, phase`.
    phase_counts
        One row a ladder, wave and phase: `dimension, wave, phase, regions`.
    theme_by_holder, theme_by_start
        One row a cell: `theme, holder, projects` and `theme, start, projects`.
    project_counts
        One row a measure, group, wave and level: `measure, group, wave, level, projects`.
    example_projects
        One row an example: `region, title, theme, source_heading`.
    example_notes
        One row an example: `region, title`, and what it does and brought, `summary_<language>` and
        `result_<language>`, in words of our own.
    checks
        One row a check on the tables: `check, table, expected, found, holds`.
    documents
        What each document is called, by language.
    files
        The sha256 of every file that was read, by its name.
    projects
        The cleaned rows of a register, where there is one.
    issues
        What the cleaning of the register found, where there is one.
    register_name
        What the file of the register is called.
    intake
        All that is known of the reading of the register: what was excluded, what is complete.
    as_published
        The tables, such as ``"table 1"``, that are the published ones although there is a register.
    """

    origin: Origin
    regions: pd.DataFrame
    region_phases: pd.DataFrame
    phase_counts: pd.DataFrame
    theme_by_holder: pd.DataFrame
    theme_by_start: pd.DataFrame
    project_counts: pd.DataFrame
    example_projects: pd.DataFrame
    example_notes: pd.DataFrame
    checks: pd.DataFrame
    documents: Mapping[str, Mapping[str, str]]
    files: Mapping[str, str]
    projects: pd.DataFrame | None = None
    issues: pd.DataFrame | None = None
    register_name: str = field(default="")
    intake: Intake | None = None
    as_published: frozenset[str] = frozenset()

    def waves(self, name: str) -> tuple[str, ...]:
        """Return the waves at which a measure or ladder, or ``"regions"``, was recorded, oldest first.

        ``"regions"`` stands for the phases of the separate regions.
        """
        if name == "regions":
            table = self.region_phases
        elif name in DIMENSIONS:
            table = self.phase_counts[self.phase_counts["dimension"] == name]
        else:
            table = self.project_counts[self.project_counts["measure"] == name]
        return tuple(sorted(table["wave"].unique()))

    def wave_before(self, name: str, wave: str) -> str | None:
        """Return the wave before `wave` at which `name` was recorded, or None for the first."""
        earlier = [w for w in self.waves(name) if w < wave]
        return earlier[-1] if earlier else None

    def until(self, wave: str) -> Evidence:
        """Return the evidence as it was known at `wave`: no figure of a later wave remains."""
        names = ("region_phases", "phase_counts", "project_counts", "projects")
        tables = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        earlier = {name: table[table["wave"].astype(str) <= wave] for name, table in tables.items()}
        return replace(self, **{name: table.reset_index(drop=True) for name, table in earlier.items()})

    def require_wave(self, name: str, wave: str) -> None:
        """Refuse a wave at which the measure or ladder `name` was not recorded.

        Raises
        ------
        ParameterError
            If `name` was not recorded at `wave`.
        """
        known = self.waves(name)
        if wave not in known:
            raise ParameterError(
                f"There are no figures on {name} for wave '{wave}'.", f"Choose one of: {', '.join(known)}."
            )

    def counts(self, measure: str, group: str = "all") -> pd.DataFrame:
        """Return the projects by wave and level of one measure, as a complete grid.

        Parameters
        ----------
        measure
            ``"participation"``, ``"status"``, ``"impact"``, ``"sharing"`` or ``"scalability"``.
        group
            ``"all"``, ``"technology"``, or ``"rest"``: all projects without technology.

        Returns
        -------
        DataFrame
            `wave, level, projects`, one row a wave and level of the codebook, in its order; a level
            that was not printed has no projects, and is there with 0.
        """
        if group == "rest":
            whole, part = self.counts(measure, "all"), self.counts(measure, "technology")
            rest = whole.merge(part, on=["wave", "level"], suffixes=("", "_part"))
            return rest.assign(projects=rest["projects"] - rest.pop("projects_part"))
        chosen = self.project_counts.query("measure == @measure and group == @group")
        grid = pd.MultiIndex.from_product(
            [sorted(chosen["wave"].unique()), scale(measure).codes], names=["wave", "level"]
        )
        return chosen.set_index(["wave", "level"])["projects"].reindex(grid, fill_value=0).reset_index()

    def phases(self, dimension: str) -> pd.DataFrame:
        """Return the regions by wave and phase of one ladder: `wave, phase, regions`."""
        chosen = self.phase_counts[self.phase_counts["dimension"] == dimension]
        return chosen[["wave", "phase", "regions"]].sort_values(["wave", "phase"], ignore_index=True)

    def ladders(self, wave: str) -> pd.DataFrame:
        """Return one row a region with its phase on each ladder at `wave`, its name, holder and tile.

        A region whose phase is not known on every ladder is left out.

        Raises
        ------
        ParameterError
            If the phases by region are not known for `wave`.
        """
        chosen = self.region_phases[self.region_phases["wave"] == wave]
        if chosen.empty:
            known = ", ".join(sorted(self.region_phases["wave"].unique()))
            raise ParameterError(
                f"The phases of the separate regions are not known for wave '{wave}'.",
                f"They are known for: {known}.",
            )
        wide = chosen.pivot_table(index="region", columns="dimension", values="phase", observed=True)
        return self.regions.merge(wide.dropna().astype(int).reset_index(), on="region", validate="one_to_one")

    def source(self, tables: str, language: Language) -> str:
        """Return where figures come from, as a reader is told: ``source("tables 8 and 12", "en")``.

        ``source("rows", "en")`` is for what no table has, but the rows of a register tell.
        """
        if tables == "rows":
            return _OF_ROWS[self.origin][language].format(name=self.register_name)
        if self.origin == "published" or _references(tables) <= self.as_published:
            return f"{self.documents[REPORT][language]}, {in_language(tables, language)}"
        return _RECOMPUTED[self.origin][language].format(
            name=self.register_name, tables=in_language(tables, language)
        )

    def cite(self, sections: Mapping[str, str], language: Language) -> str:
        """Return where figures of other documents come from, by the headings that those documents have.

        Parameters
        ----------
        sections
            Headings by document, such as ``{"mta_utrecht_2024": "Langer thuis"}``.
        language
            The reader's.
        """
        under = {"en": "under", "nl": "onder"}[language]
        parts = (f"{self.documents[name][language]}, {under} ‘{head}’" for name, head in sections.items())
        return "; ".join(parts)


_RECOMPUTED: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "register": {
            "en": "recomputed from the rows of {name}, in the manner of {tables}",
            "nl": "herberekend uit de rijen van {name}, zoals {tables}",
        },
        "reconstructed": {
            "en": "RECONSTRUCTED from the published margins ({name}), in the manner of {tables}",
            "nl": "GERECONSTRUEERD uit de gepubliceerde randtotalen ({name}), zoals {tables}",
        },
    }
)

_OF_ROWS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "published": {
            "en": "no rows: published tables only",
            "nl": "geen rijen: alleen gepubliceerde tabellen",
        },
        "register": {"en": "the rows of {name}", "nl": "de rijen van {name}"},
        "reconstructed": {"en": "RECONSTRUCTED rows ({name})", "nl": "GERECONSTRUEERDE rijen ({name})"},
    }
)


def in_language(tables: str, language: Language) -> str:
    """Return a reference such as ``"tables 8 and 12"`` or ``"appendix 1"`` in the language asked for."""
    if language == "en":
        return tables
    words = {"tables": "tabellen", "table": "tabel", "appendix": "bijlage", "chapter": "hoofdstuk"}
    words |= {"and": "en", "to": "tot en met"}
    return " ".join(words.get(word, word) for word in tables.split())


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


def known_waves(evidence: Evidence) -> tuple[str, ...]:
    """Return every wave at which anything was recorded, oldest first."""
    return tuple(sorted({w for name in (*DIMENSIONS, *MEASURES) for w in evidence.waves(name)}))


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
    from ivvu_analysis import (
        register,
    )  # the libraries behind it cost time that published figures need not wait

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


def _references(tables: str) -> frozenset[str]:
    """Return each table and appendix that a reference such as ``"tables 1 to 3"`` names."""
    names: set[str] = set()
    kind, span = "", False
    for word in tables.replace(",", " ").split():
        if not word.isdecimal():
            kind, span = (
                {"tables": "table"}.get(word, word) if word not in ("and", "to") else kind,
                word == "to",
            )
        else:
            first = max(int(name.split()[1]) for name in names) + 1 if span else int(word)
            names |= {f"{kind} {number}" for number in range(first, int(word) + 1)}
    return frozenset(names)
