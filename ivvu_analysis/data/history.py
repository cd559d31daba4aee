"""One history: the published waves, joined with what a register and a file of phases add.

They are joined table by table and wave by wave: a measure or ladder that a register or phases have at a wave
is taken from there, and held against the publication; what they lack stays as published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from ivvu_analysis.codebook import Codebook, standard
from ivvu_analysis.data import published
from ivvu_analysis.data.evidence import Evidence, Origin
from ivvu_analysis.data.proof import TABLE_OF, Finding, finding, findings, prove
from ivvu_analysis.errors import DataError

TABLES = (
    *("regions", "region_phases", "phase_counts", "theme_by_holder", "theme_by_start", "project_counts"),
    *("example_projects", "example_notes"),
)
UNITS = {  # what is taken from one origin as a whole
    "region_phases": ["wave"],
    "phase_counts": ["dimension", "wave"],
    "project_counts": ["measure", "wave"],
}
COMPARED = {  # its numbers, where it is printed, and what its tables are about
    "region_phases": ("phase", "appendix 1", ""),
    "phase_counts": ("regions", "tables 1 to 3", "dimension"),
    "project_counts": ("projects", "tables 5 to 12", "measure"),
}


@cache
def from_published(folder: Path | None = None) -> Evidence:
    """Return the evidence of the published tables, at the latest of their waves.

    Raises
    ------
    DataError
        If a table is missing or is not as `datapackage.json` describes it.
    """
    folder = folder or published.folder()
    tables = published.read(folder, (*TABLES, "printed_totals"))
    by_wave = {name: tables[name].assign(origin="published") for name in UNITS}
    return Evidence(
        wave=max(tables["project_counts"]["wave"]),
        origin="published",
        **{name: by_wave.get(name, tables[name]) for name in TABLES},
        checks=prove(tables),
        documents=published.describe(folder)["documents"],
        files={name: sha256(folder / f"{name}.csv") for name in TABLES},
    )


def regions_of(book: Codebook) -> pd.DataFrame:
    """Return the regions of a codebook: `region, name, parent, holder, tile_row, tile_col`."""
    known = from_published().regions
    if book is standard():
        return known
    tiles = known.set_index("region")
    rows = []
    for level in book.scale("region"):
        here = tiles.loc[level.code] if level.code in tiles.index else None
        row, column = level.tile or ((here.tile_row, here.tile_col) if here is not None else (0, 0))
        parent = level.parent or (here.parent if here is not None else "")
        rows.append((level.code, level.labels["nl"], parent, level.within, int(row), int(column)))
    return pd.DataFrame(rows, columns=list(known.columns))


def of_codebook(known: Evidence, book: Codebook) -> Evidence:
    """Return published evidence with the regions of `book`; without figures if those are not its own."""
    if book is standard():
        return known
    regions = regions_of(book)
    if book.history:
        return replace(known, codebook=book, regions=regions)
    none = {name: getattr(known, name).iloc[:0] for name in (*TABLES[1:], "checks")}
    return replace(known, codebook=book, wave="", **{**none, "regions": regions}, files={})


def with_phases(known: Evidence, path: Path) -> Evidence:
    """Return `known` with the phases of a file in the place of what it had at their waves."""
    from ivvu_analysis import register  # its libraries cost time that published figures need not wait for

    panel = register.read_phases(path, known.codebook)
    _refuse_gaps(panel, known.codebook, path.name)
    given = {
        "region_phases": panel.assign(origin="register"),
        "phase_counts": register.phase_counts(panel, known.codebook).assign(origin="register"),
    }
    return replace(
        known,
        wave=max(known.wave, *panel["wave"]),
        **{name: _joined(getattr(known, name), table, UNITS[name]) for name, table in given.items()},
        checks=pd.concat([known.checks, _compared(known, given)], ignore_index=True),
        files={**known.files, path.name: sha256(path)},
        phases_name=register.quote(path.name),
    )


def _refuse_gaps(panel: pd.DataFrame, book: Codebook, file: str) -> None:
    """Refuse phases of a wave that lack a region on some ladder."""
    for wave, rows in panel.groupby("wave"):
        there = set(zip(rows["region"], rows["dimension"], strict=True))
        regions = book.regions_at(str(wave))
        if lacking := [r for r in regions if any((r, d) not in there for d in book.dimensions)]:
            names = ", ".join(book.scale("region").label(code, "nl") for code in lacking[:6])
            more = f" and {len(lacking) - 6} more" if len(lacking) > 6 else ""
            raise DataError(
                f"The phases {file} have no phase on every ladder at {wave} for {names}{more}.",
                "Add them: each wave needs all regions on all ladders.",
            )


def with_register(known: Evidence, path: Path, corrections: Path | None, sheet: str) -> Evidence:
    """Return `known` with the tables of a register in the place of what it had at their waves."""
    from ivvu_analysis import register

    intake = register.check(path, sheet or None, corrections, codebook=known.codebook)
    projects = intake.projects
    book = known.codebook.grown("start", projects["start"].cat.categories)
    origin: Origin = intake.origin
    counts = register.project_counts(projects, book)
    given = {"project_counts": counts.assign(origin=origin)}
    joined = _joined(known.project_counts, given["project_counts"], UNITS["project_counts"])
    own = register.checks(intake, counts, book)
    kept = known.checks if (joined["origin"] == "published").any() else known.checks[:0]
    files = [path, *([corrections] if corrections else [])]
    return replace(
        known,
        wave=max(projects["wave"].cat.categories, default=known.wave),
        origin=origin,
        project_counts=joined,
        checks=pd.concat([kept, _compared(known, given), own], ignore_index=True),
        files={**known.files, **{file.name: sha256(file) for file in files}},
        codebook=book,
        projects=projects,
        issues=intake.issues,
        intake=intake,
        register_name=register.quote(intake.file),
    )


def at(whole: Evidence, wave: str) -> Evidence:
    """Return the evidence as it was known at `wave`, with the themes of that edition."""
    found = whole.until(wave)
    both = ("holder", "start")
    if found.projects is not None:
        return replace(found, **{f"theme_by_{by}": themes(found, by) for by in both})
    if wave == from_published().wave:
        return found
    return replace(found, **{f"theme_by_{by}": getattr(found, f"theme_by_{by}")[:0] for by in both})


def themes(evidence: Evidence, by: str, wave: str = "") -> pd.DataFrame:
    """Return the projects of an edition by theme and holder or start: `theme, <by>, projects`.

    Parameters
    ----------
    evidence
        Whose projects.
    by
        ``"holder"`` or ``"start"``.
    wave
        The edition, by default this one. Of another, only the rows of a register tell; without them the frame
        has no rows.
    """
    table: pd.DataFrame = getattr(evidence, f"theme_by_{by}")
    if evidence.projects is None:
        return table if wave in ("", evidence.wave) else table[:0]
    from ivvu_analysis import register

    edition = evidence.projects[evidence.projects["wave"].astype(str) == (wave or evidence.wave)]
    return register.theme_table(edition, by, evidence.codebook)


def _joined(known: pd.DataFrame, given: pd.DataFrame, unit: list[str]) -> pd.DataFrame:
    taken = pd.MultiIndex.from_frame(known[unit]).isin(pd.MultiIndex.from_frame(given[unit]))
    return pd.concat([known[~taken], given], ignore_index=True)


def _compared(known: Evidence, given: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Hold what takes the place of published figures against them, as checks."""
    return findings(row for name, table in given.items() for row in _cells(known, name, table))


def _cells(known: Evidence, name: str, given: pd.DataFrame) -> Iterator[Finding]:
    """Yield one finding a wave that counts the cells as published, and one for each cell that differs."""
    amount, printed, about = COMPARED[name]
    old: pd.DataFrame = getattr(known, name)
    keys = [column for column in old.columns if column not in (amount, "origin")]
    both = old.merge(given.astype(dict.fromkeys(keys, object)), on=keys, suffixes=("", "_given"))
    same = both[amount] == both[f"{amount}_given"]
    for wave, cells in both.groupby("wave"):
        yield finding("cells", printed, len(cells), int(same[cells.index].sum()), str(wave))
    for cell in both[~same].to_dict("records"):
        table = (
            TABLE_OF[cell["group"] if cell.get("group") == "technology" else cell[about]]
            if about
            else printed
        )
        level = str(cell.get("level", cell.get("phase")))
        codes = ((about, cell[about]), (cell[about], level)) if about else _of_region(cell)
        numbers = int(cell[amount]), int(cell[f"{amount}_given"])
        yield finding("cell", table, *numbers, cell["wave"], *codes, book=known.codebook)


def _of_region(cell: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return ("region", cell["region"]), ("dimension", cell["dimension"])


def sha256(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
