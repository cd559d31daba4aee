"""The tidy tables that all analysis reads, as they were known at one edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING, Literal

import pandas as pd

from ivvu_analysis.codebook import Codebook, Language, standard
from ivvu_analysis.data.references import PRINTED, naming, period, recounted
from ivvu_analysis.errors import ParameterError

if TYPE_CHECKING:
    from ivvu_analysis.register import Intake

Origin = Literal["published", "register", "reconstructed", "simulated"]

REPORT = "progress_report_2021_01"
BY_WAVE = ("region_phases", "phase_counts", "project_counts")


@dataclass(frozen=True, repr=False, eq=False)
class Evidence:
    """What is known at one edition: the published history, joined with what a register and phases add.

    Tables by wave have a column `origin`; no figure of a wave later than `wave` is among them.

    Parameters
    ----------
    wave
        The edition that is reported.
    origin
        Where its projects come from: ``"published"``, ``"register"``, ``"reconstructed"`` or ``"simulated"``.
    regions
        One row a region: `region, name, parent, holder, tile_row, tile_col`.
    region_phases
        One row a region, wave and ladder: `region, wave, dimension, phase, origin`.
    phase_counts
        One row a ladder, wave and phase: `dimension, wave, phase, regions, origin`.
    theme_by_holder, theme_by_start
        One row a cell of the edition: `theme, holder, projects` and `theme, start, projects`.
    project_counts
        One row a measure, group, wave and level: `measure, group, wave, level, projects, origin`.
    example_projects, example_notes
        One row an example: what it is, and what it does and brought, in words of our own.
    checks
        One row a check on the tables: `check, check_nl, table, expected, found, holds`.
    documents
        What each document is called, by language.
    files
        The sha256 of every file that was read, by its name.
    codebook
        The codes, grown to what the register holds.
    projects, issues, intake
        The cleaned rows of a register, what the cleaning found, and all that is known of its reading.
    register_name, phases_name
        What the files are called.

    Examples
    --------
    >>> from ivvu_analysis import load
    >>> int(load().counts("scalability").query("wave == '2020-10'")["projects"].sum())
    318
    """

    wave: str
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
    codebook: Codebook = field(default_factory=standard)
    projects: pd.DataFrame | None = None
    issues: pd.DataFrame | None = None
    intake: Intake | None = None
    register_name: str = ""
    phases_name: str = ""

    def waves(self, name: str = "") -> tuple[str, ...]:
        """Return the waves of a measure or ladder, of ``"regions"`` (each region's phases), or of anything.

        They are text such as ``"2020-10"``, oldest first.
        """
        if not name:
            return tuple(sorted({wave for table in BY_WAVE for wave in getattr(self, table)["wave"]}))
        if name == "regions":
            table = self.region_phases
        elif name in self.codebook.dimensions:
            table = self.phase_counts[self.phase_counts["dimension"] == name]
        else:
            table = self.project_counts[self.project_counts["measure"] == name]
        return tuple(sorted(table["wave"].unique()))

    def wave_before(self, name: str, wave: str = "") -> str | None:
        """Return the wave before this edition's at which `name` was recorded, or None for the first."""
        earlier = [w for w in self.waves(name) if w < (wave or self.wave)]
        return earlier[-1] if earlier else None

    def until(self, wave: str) -> Evidence:
        """Return the evidence as it was known at `wave`: no figure of a later wave remains."""
        names = (*BY_WAVE, "projects") if self.projects is not None else BY_WAVE
        tables = {name: getattr(self, name) for name in names}
        kept = {name: table[table["wave"].astype(str) <= wave] for name, table in tables.items()}
        return replace(self, wave=wave, **{k: table.reset_index(drop=True) for k, table in kept.items()})

    def require(self, name: str) -> None:
        """Refuse an edition at which the measure or ladder `name` was not recorded.

        Raises
        ------
        ParameterError
            If `name` was not recorded at this edition's wave.
        """
        known = self.waves(name)
        if self.wave not in known:
            choice = f"Choose one of: {', '.join(known)}." if known else "No wave has any."
            raise ParameterError(f"There are no figures on {name} for wave '{self.wave}'.", choice)

    def region(self, text: str) -> str:
        """Return the code of a region by any known spelling; raises ParameterError with the one meant.

        Examples
        --------
        >>> from ivvu_analysis import load
        >>> load().region("Zorgkantoorregio Zuid-Holland Noord")
        'zuid-holland-noord'
        """
        return self.codebook.require("region", text)

    def holder(self, text: str) -> str:
        """Return the code of a concession holder by any known spelling, such as ``"Z&Z"``."""
        return self.codebook.require("holder", text)

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
        levels = self.codebook.scale(measure).codes
        grid = pd.MultiIndex.from_product([sorted(chosen["wave"].unique()), levels], names=["wave", "level"])
        return chosen.set_index(["wave", "level"])["projects"].reindex(grid, fill_value=0).reset_index()

    def phases(self, dimension: str) -> pd.DataFrame:
        """Return the regions by wave and phase of one ladder: `wave, phase, regions`."""
        chosen = self.phase_counts[self.phase_counts["dimension"] == dimension]
        return chosen[["wave", "phase", "regions"]].sort_values(["wave", "phase"], ignore_index=True)

    def standing(self, wave: str = "") -> pd.DataFrame:
        """Return one row a region with its phase on each ladder, its name, holder and tile.

        A region whose phase is not known on every ladder is left out.

        Raises
        ------
        ParameterError
            If the phases by region are not known for that wave.
        """
        wave = wave or self.wave
        chosen = self.region_phases[self.region_phases["wave"] == wave]
        if chosen.empty:
            raise ParameterError(
                f"The phases of the separate regions are not known for wave '{wave}'.",
                f"They are known for: {', '.join(self.waves('regions')) or 'none'}.",
            )
        wide = chosen.pivot_table(index="region", columns="dimension", values="phase").dropna().astype(int)
        wide = wide[list(self.codebook.dimensions)].reset_index()
        return self.regions.merge(wide, on="region", validate="one_to_one")

    def source(self, tables: str | Sequence[str], language: Language) -> str:
        """Return where figures come from, as a reader is told.

        Parameters
        ----------
        tables
            Printed tables by name, such as ``["table 8", "table 12"]`` or ``"appendix 1"``; ``"rows"`` for
            what no table has, but the rows of a register tell.
        language
            The reader's.
        """
        names = [tables] if isinstance(tables, str) else list(tables)
        if names == ["rows"]:
            return recounted(f"{self.origin}_rows", language, name=self.register_name)
        by_origin: dict[tuple[str, str], dict[str, set[str]]] = {}
        for name in names:
            for origin, waves in self._origins(name).items():
                by_origin.setdefault((origin, self._recounted_from(name)), {})[name] = waves
        joined = any(len(self._origins(name)) > 1 for name in names)
        parts = []
        for (origin, file), found in by_origin.items():
            code = origin if self.codebook.history else "own"
            document = self.documents[REPORT][language]
            text = recounted(code, language, document=document, name=file, tables=naming(found, language))
            when = sorted(set().union(*found.values()))
            parts.append(f"{text} ({period(when, language)})" if joined and when else text)
        return "; ".join(dict.fromkeys(parts))

    def _recounted_from(self, table: str) -> str:
        return self.phases_name if PRINTED.get(table, ("",))[0] in BY_WAVE[:2] else self.register_name

    def _origins(self, table: str) -> dict[str, set[str]]:
        """Return the waves of each origin that a printed table has here."""
        frame, about = PRINTED.get(table, ("", ""))
        if frame in ("theme_by_holder", "theme_by_start"):
            return {self.origin: {self.wave}}
        if not frame:
            return {"published": set()}
        rows: pd.DataFrame = getattr(self, frame)
        keys = {"phase_counts": "dimension", "project_counts": "measure"}
        if frame in keys:
            column = "group" if about == "technology" else keys[frame]
            rows = rows[rows[column] == about]
        found = {str(origin): set(waves) for origin, waves in rows.groupby("origin")["wave"]}
        return found or {self.origin: set()}

    def cite(self, sections: Mapping[str, str], language: Language) -> str:
        """Return where figures of other documents come from, by the headings that those documents have.

        Parameters
        ----------
        sections
            Headings by document, such as ``{"mta_utrecht_2024": "Langer thuis"}``.
        language
            The reader's.
        """
        under = standard().scale("reference").label("under", language)
        parts = (f"{self.documents[name][language]}, {under} ‘{head}’" for name, head in sections.items())
        return "; ".join(parts)

    def summary(self) -> pd.DataFrame:
        """Return what is in it, one row a table: its name, `rows`, `waves` and `origin`."""
        tables = ("regions", *BY_WAVE, "theme_by_holder", "theme_by_start", "example_projects", "projects")
        found = {name: getattr(self, name) for name in tables if getattr(self, name) is not None}
        rows = {
            name: {
                "rows": len(table),
                "waves": ", ".join(sorted(table["wave"].astype(str).unique())) if "wave" in table else "",
                "origin": ", ".join(sorted(table["origin"].unique())) if "origin" in table else "",
            }
            for name, table in found.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("table")

    def __repr__(self) -> str:
        return f"Evidence at {self.wave}, {self.origin}\n{self.summary()}"

    def _repr_html_(self) -> str:
        return f"<p>Evidence at {escape(self.wave)}, {escape(self.origin)}</p>{self.summary().to_html()}"
