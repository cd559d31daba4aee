"""The tidy tables that all analysis reads, as they were known at one edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from ivvu_analysis.codebook import Codebook, Language, standard
from ivvu_analysis.data.references import cited
from ivvu_analysis.errors import ParameterError, refuse_unknown

if TYPE_CHECKING:
    from ivvu_analysis.register import Intake

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
        One row a region of the edition: `region, name, parent, holder, tile_row, tile_col`.
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
    projects, intake
        The cleaned rows of a register, and all that is known of its reading.
    register_name, phases_name
        What the files are called.

    Examples
    --------
    >>> from ivvu_analysis import load
    >>> int(load().counts("scalability").query("wave == '2020-10'")["projects"].sum())
    318
    """

    wave: str
    origin: str
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
    intake: Intake | None = None
    register_name: str = ""
    phases_name: str = ""

    @property
    def issues(self) -> pd.DataFrame | None:
        """What the cleaning of a register found, one row a finding; None without a register."""
        return None if self.intake is None else self.intake.issues

    def rows(self, name: str) -> pd.DataFrame:
        """Return the rows of a measure, ladder or group, or of ``"regions"``: the phases of each region.

        Examples
        --------
        >>> from ivvu_analysis import load
        >>> len(load().rows("regions"))
        102
        """
        ladders, measures = self.codebook.dimensions, self.codebook.measures
        groups = self.codebook.scale("group").codes
        refuse_unknown("measure, ladder or group", name, ("regions", *ladders, *measures, *groups))
        if name == "regions":
            return self.region_phases
        if name in ladders:
            return self.phase_counts[self.phase_counts["dimension"] == name]
        column = "measure" if name in measures else "group"
        return self.project_counts[self.project_counts[column] == name]

    def waves(self, name: str = "") -> tuple[str, ...]:
        """Return the waves of a measure or ladder, of ``"regions"`` (each region's phases), or of anything.

        They are text such as ``"2020-10"``, oldest first.

        Examples
        --------
        >>> from ivvu_analysis import load
        >>> load().waves("impact")
        ('2020-03', '2020-10')
        """
        tables = [self.rows(name)] if name else [getattr(self, table) for table in BY_WAVE]
        return tuple(sorted({wave for table in tables for wave in table["wave"]}))

    def wave_before(self, name: str) -> str | None:
        """Return the wave before this edition's at which `name` was recorded, or None for the first.

        Examples
        --------
        >>> from ivvu_analysis import load
        >>> load().wave_before("impact")
        '2020-03'
        """
        return max((wave for wave in self.waves(name) if wave < self.wave), default=None)

    def until(self, wave: str) -> Evidence:
        """Return the evidence as it was known at `wave`: no figure of a later wave, its own themes.

        Examples
        --------
        >>> from ivvu_analysis import load
        >>> load().until("2020-03").waves("impact")
        ('2020-03',)
        """
        names = (*BY_WAVE, "projects") if self.projects is not None else BY_WAVE
        tables = {name: getattr(self, name) for name in names}
        kept = {k: t[t["wave"].astype(str) <= wave].reset_index(drop=True) for k, t in tables.items()}
        if "projects" in kept:
            from ivvu_analysis.register import theme_table  # whose libraries cost time

            for by in ("holder", "start"):
                kept[f"theme_by_{by}"] = theme_table(kept["projects"], by, self.codebook)
        elif wave != max(self.project_counts["wave"], default=""):
            kept |= {name: getattr(self, name)[:0] for name in ("theme_by_holder", "theme_by_start")}
        there = self.regions["region"].isin(self.codebook.regions_at(wave))
        kept["regions"] = self.regions[there].reset_index(drop=True)
        return replace(self, wave=wave, **kept)

    def require(self, name: str) -> None:
        """Refuse an edition at which the measure or ladder `name` was not recorded.

        Raises
        ------
        ParameterError
            If `name` was not recorded at this edition's wave.

        Examples
        --------
        >>> from ivvu_analysis import load
        >>> load(wave="2020-10").require("impact")
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

    def table(self, name: str, group: str = "all") -> pd.DataFrame:
        """Return the regions by phase of a ladder, or the projects by level of a measure, one row a wave.

        There is a column a phase or level of the codebook, in its order, with 0 where none was printed. A
        group of projects is ``"all"``, ``"technology"``, or ``"rest"``: all of them without technology.

        Examples
        --------
        >>> from ivvu_analysis import load
        >>> load().table("vision").loc["2020-10"].tolist()
        [0, 0, 2, 14, 18]
        """
        ladder = name in self.codebook.dimensions
        refuse_unknown("group", group, ["all"] if ladder else self.codebook.scale("group").codes)
        if group == "rest":
            return (self.table(name) - self.table(name, "technology")).dropna().astype(int)
        rows, levels = self.rows(name), list(self.codebook.scale(name).codes)
        if ladder:
            wide = rows.pivot(index="wave", columns="phase", values="regions")
            return wide.reindex(columns=range(1, len(levels) + 1)).fillna(0).astype(int)
        wide = rows[rows["group"] == group].pivot(index="wave", columns="level", values="projects")
        return wide.reindex(columns=levels).fillna(0).astype(int)

    def counts(self, name: str, group: str = "all") -> pd.DataFrame:
        """Return a `table` in long form: `wave, level, projects`, or `wave, phase, regions` of a ladder.

        Examples
        --------
        >>> from ivvu_analysis import load
        >>> load().counts("sharing", "rest").query("wave == '2020-10'")["projects"].tolist()
        [64, 77, 131, 0]
        >>> load().counts("vision").query("wave == '2020-10'")["regions"].tolist()
        [0, 0, 2, 14, 18]
        """
        counted = "regions" if name in self.codebook.dimensions else "projects"
        long = self.table(name, group).melt(ignore_index=False, value_name=counted)
        return long.sort_index(kind="stable").reset_index()

    def standing(self, wave: str = "") -> pd.DataFrame:
        """Return one row a region with its phase on each ladder, its name, holder and tile.

        A region whose phase is not known on every ladder, or that is none at this edition, is left out.

        Raises
        ------
        ParameterError
            If the phases by region are not known for that wave.

        Examples
        --------
        >>> from ivvu_analysis import load
        >>> load().standing().set_index("region").loc["twente", "vision"]
        np.int64(4)
        """
        wave = wave or self.wave
        chosen = self.region_phases.query("wave == @wave")
        if chosen.empty:
            problem = f"The phases of the separate regions are not known for wave '{wave}'."
            known = " or ".join(self.waves("regions")) or "a later wave"
            raise ParameterError(problem, f"Give 'phases' that have it, or report on {known}.")
        wide = chosen.pivot_table(index="region", columns="dimension", values="phase").dropna().astype(int)
        wide = wide[list(self.codebook.dimensions)].reset_index()
        return self.regions.merge(wide, on="region", validate="one_to_one")

    def source(self, tables: str | Sequence[str], language: Language, wave: str = "") -> str:
        """Return where figures come from, as a reader is told; see `references.cited`.

        Parameters
        ----------
        tables
            Printed tables by name, such as ``["table 8", "table 12"]`` or ``"appendix 1"``; ``"rows"`` for
            what no table has, but the rows of a register tell.
        language
            The reader's.
        wave
            The only wave that is shown; by default all that the tables have are.

        Examples
        --------
        >>> from ivvu_analysis import load
        >>> load().source(["table 8", "table 12"], "en")
        'Progress report on regional cooperation, January 2021, tables 8 and 12'
        """
        return cited(self, [tables] if isinstance(tables, str) else list(tables), language, wave)

    def summary(self) -> pd.DataFrame:
        """Return what is in it, one row a table: its name, `rows`, `waves` and `origin`.

        Examples
        --------
        >>> from ivvu_analysis import load
        >>> load().summary().loc["project_counts", "waves"]
        '2020-03, 2020-10'
        """
        names = ("regions", *BY_WAVE, "theme_by_holder", "theme_by_start", "example_projects", "projects")
        tables = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        rows = [(k, len(t), _listed(t, "wave"), _listed(t, "origin")) for k, t in tables.items()]
        return pd.DataFrame(rows, columns=["table", "rows", "waves", "origin"]).set_index("table")

    def __repr__(self) -> str:
        return f"Evidence at {self.wave}, {self.origin}\n{self.summary()}"

    def _repr_html_(self) -> str:
        return f"<p>Evidence at {escape(self.wave)}, {escape(self.origin)}</p>{self.summary().to_html()}"


def _listed(table: pd.DataFrame, column: str) -> str:
    return ", ".join(sorted(set(table[column].astype(str)))) if column in table else ""
