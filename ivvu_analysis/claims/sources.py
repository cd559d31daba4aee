"""The figures that claims are recomputed from, looked up one cell at a time.

A cell that is not there is an error that names the table and the cell: a figure that went missing must never
turn into a smaller sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import isnan
from pathlib import Path

import numpy as np
import pandas as pd

from ivvu_analysis import published
from ivvu_analysis.claims.statements import read_claims
from ivvu_analysis.codebook import scale
from ivvu_analysis.errors import DataError
from ivvu_analysis.evidence import TABLES, Evidence

UTRECHT = (
    "utrecht_delivery_forms",
    "utrecht_demand_growth",
    "utrecht_gap",
    "utrecht_gap_split",
    "utrecht_ibs",
    "utrecht_key_figures",
    "utrecht_members",
    "utrecht_project_counts",
    "utrecht_projects",
)

# Only these tables print a row for projects that were not rated; elsewhere the row does not exist.
UNKNOWN_PRINTED = {("impact", "all"), ("sharing", "all"), ("sharing", "technology")}


class MissingFigureError(DataError):
    """A figure that a claim is recomputed from is not in the published tables."""


@dataclass(frozen=True)
class Sources:
    """The published tables by name, with the seed of whatever is simulated from them.

    Parameters
    ----------
    tables
        The frames of the evidence, of the claims, and of the Utrecht programme.
    seed
        Seed of the forecast.
    """

    tables: Mapping[str, pd.DataFrame]
    seed: int

    def only(self, names: Iterable[str]) -> Sources:
        """Return the same sources with no other tables than `names`."""
        return replace(self, tables={name: self.tables[name] for name in names})

    def rows(self, table: str) -> pd.DataFrame:
        """Return one whole table.

        Raises
        ------
        KeyError
            If the rederivation that asks did not name the table: a bug.
        """
        return self.tables[table]

    def figure(self, table: str, amount: str, **cell: object) -> float:
        """Return the number in column `amount` of the one row that `cell` describes.

        Raises
        ------
        MissingFigureError
            If there is no such row, more than one, or no number in it.
        """
        frame = self.rows(table)
        # On arrays: a frame that is cut down column by column takes twenty times as long, thousands of times.
        found = np.flatnonzero(
            np.logical_and.reduce([frame[column].to_numpy() == value for column, value in cell.items()])
        )
        place = ", ".join(f"{column} {value}" for column, value in cell.items())
        if len(found) != 1:
            raise MissingFigureError(
                f"The table {table} has {len(found)} rows for {place}, where a claim needs one figure.",
                f"Restore {table} in data/published from the repository.",
            )
        number = float(frame[amount].to_numpy()[found[0]])
        if isnan(number):
            raise MissingFigureError(
                f"The table {table} has no {amount} for {place}.",
                f"Restore {table} in data/published from the repository.",
            )
        return number

    def total(self, table: str, amount: str, **cells: Sequence[object]) -> float:
        """Return the sum over every combination of the values of `cells`, each of which must be there."""
        return sum(
            self.figure(table, amount, **dict(zip(cells, values, strict=True)))
            for values in product(*cells.values())
        )

    def in_phases(self, dimension: str, wave: str, *phases: int) -> float:
        """Return the number of regions on any of `phases` (all phases if none is given), tables 1 to 3."""
        chosen = phases or range(1, top(dimension) + 1)
        return self.total("phase_counts", "regions", dimension=[dimension], wave=[wave], phase=chosen)

    def regions(self) -> list[str]:
        """Return the regions of the codebook, each of which must be in the table of regions."""
        listed = list(self.rows("regions")["region"])
        for region in scale("region").codes:
            if region not in listed:
                raise MissingFigureError(
                    f"The table regions has no row for region {region}.",
                    "Restore regions in data/published from the repository.",
                )
        return listed

    def phase_of(self, region: str, dimension: str, wave: str = "2020-10") -> float:
        """Return the phase of one region, appendix 1."""
        return self.figure("region_phases", "phase", region=region, wave=wave, dimension=dimension)

    def projects(self, measure: str, wave: str, *levels: str, group: str = "all") -> float:
        """Return the number of projects on any of `levels` (all printed ones if none is given)."""
        chosen = levels or printed_levels(measure, group)
        return self.total(
            "project_counts", "projects", measure=[measure], group=[group], wave=[wave], level=chosen
        )

    def held(self, themes: Sequence[str] = (), holders: Sequence[str] = ()) -> float:
        """Return the number of projects by theme and holder (all of them if none is given), table 4."""
        return self.total(
            "theme_by_holder",
            "projects",
            theme=themes or scale("theme").codes,
            holder=holders or scale("holder").codes,
        )

    def started(self, themes: Sequence[str] = (), starts: Sequence[str] = ()) -> float:
        """Return the number of projects by theme and start (all of them if none is given), table 7."""
        return self.total(
            "theme_by_start",
            "projects",
            theme=themes or scale("theme").codes,
            start=starts or scale("start").codes,
        )

    def claimed(self, claim: str) -> float:
        """Return the figure that another claim gives, for holding statements against each other."""
        return self.figure("claims", "claimed", claim=claim)


def top(dimension: str) -> int:
    """Return the highest phase of a ladder."""
    return len(scale(dimension).codes)


def printed_levels(measure: str, group: str) -> tuple[str, ...]:
    """Return the levels that the published tables print for a measure and group."""
    return scale(measure).codes if (measure, group) in UNKNOWN_PRINTED else scale(measure).rated


def percent(part: float, whole: float) -> float:
    """Return a part as a percentage of a whole."""
    return 100 * part / whole


def read_sources(evidence: Evidence, seed: int, folder: Path | None = None) -> Sources:
    """Return everything that claims are recomputed from.

    Parameters
    ----------
    evidence
        The published evidence.
    seed
        Seed of the forecast.
    folder
        The folder of the published tables, by default `data/published`.

    Raises
    ------
    DataError
        If a table is missing or unreadable.
    """
    tables = {name: getattr(evidence, name) for name in TABLES}
    return Sources({**tables, **published.read(folder, UTRECHT), "claims": read_claims(folder)}, seed)
