"""The tidy tables that all analysis reads, of one edition of the programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import pandas as pd

from ivvu_analysis.codebook import DIMENSIONS, Language, scale
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.evidence.references import OF_ROWS, RECOMPUTED, in_language, named_in, naming

if TYPE_CHECKING:
    from ivvu_analysis.register import Intake

Origin = Literal["published", "register", "reconstructed"]

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
        table = self.project_counts
        chosen = table[(table["measure"] == measure) & (table["group"] == group)]
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
        if wave not in self._ladders:
            self._ladders[wave] = self._standing_at(wave)
        return self._ladders[wave].copy()

    @cached_property
    def _ladders(self) -> dict[str, pd.DataFrame]:
        return {}  # by wave; a profile asks for them again and again

    def _standing_at(self, wave: str) -> pd.DataFrame:
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
            return OF_ROWS[self.origin][language].format(name=self.register_name)
        if self.origin == "published" or named_in(tables) <= self.as_published:
            return f"{self.documents[REPORT][language]}, {in_language(tables, language)}"
        if kept := named_in(tables) & self.as_published:
            parts = (naming(named_in(tables) - kept), naming(kept))
            return "; ".join(self.source(part, language) for part in parts)
        return RECOMPUTED[self.origin][language].format(
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


def known_waves(evidence: Evidence) -> tuple[str, ...]:
    """Return every wave at which anything was recorded, oldest first."""
    return tuple(sorted({*evidence.phase_counts["wave"], *evidence.project_counts["wave"]}))
