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

from ivvu_analysis.codebook import Codebook
from ivvu_analysis.data import published
from ivvu_analysis.data.evidence import Evidence
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
    "region_phases": ("phase", "appendix 1", "region"),
    "phase_counts": ("regions", "tables 1 to 3", "dimension"),
    "project_counts": ("projects", "tables 5 to 12", "measure"),
}


@cache
def from_published() -> Evidence:
    """Return the evidence of the published tables, at the latest of their waves.

    Raises
    ------
    DataError
        If a table is missing or is not as `datapackage.json` describes it.

    Examples
    --------
    >>> from_published().wave
    '2020-10'
    """
    tables = published.read(names=(*TABLES, "printed_totals"))
    by_wave = {name: tables[name].assign(origin="published") for name in UNITS}
    return Evidence(
        wave=max(tables["project_counts"]["wave"]),
        origin="published",
        **{name: by_wave.get(name, tables[name]) for name in TABLES},
        checks=prove(tables),
        documents=published.describe()["documents"],
        files={name: sha256(published.folder() / f"{name}.csv") for name in TABLES},
    )


def regions_of(book: Codebook) -> pd.DataFrame:
    """Return the regions of a codebook: `region, name, parent, holder, tile_row, tile_col`.

    Examples
    --------
    >>> from ivvu_analysis.codebook import standard
    >>> regions_of(standard())["name"].iloc[0]
    'Zeeland'
    """
    known = from_published().regions.set_index("region")
    tiles = dict(zip(known.index, zip(known["tile_row"], known["tile_col"], strict=True), strict=True))
    rows = [
        (x.code, x.labels["nl"], x.parent or known["parent"].get(x.code, ""), x.within)
        + (x.tile or tiles.get(x.code, (0, 0)))
        for x in book.scale("region")
    ]
    return pd.DataFrame(rows, columns=list(from_published().regions))


def of_codebook(known: Evidence, book: Codebook) -> Evidence:
    """Return published evidence with the regions of `book`; without figures if those are not its own.

    Examples
    --------
    >>> from ivvu_analysis.codebook import standard
    >>> len(of_codebook(from_published(), standard()).regions)
    34
    """
    found = replace(known, codebook=book, regions=regions_of(book))
    if book.history:
        return found
    none = {name: getattr(known, name).iloc[:0] for name in (*TABLES[1:], "checks")}
    return replace(found, wave="", files={}, **none)


def with_phases(known: Evidence, path: Path) -> Evidence:
    """Return `known` with the phases of a file in the place of what it had at their waves.

    Examples
    --------
    >>> with_phases(from_published(), Path("phases.csv")).phases_name  # doctest: +SKIP
    'phases.csv'
    """
    from ivvu_analysis import register  # its libraries cost time that published figures need not wait for

    panel = register.read_phases(path, known.codebook)
    _refuse_gaps(panel, known.codebook, path.name)
    given = {"region_phases": panel, "phase_counts": register.phase_counts(panel, known.codebook)}
    joined = _joined(known, given, "register", [path])
    return replace(joined, wave=max(known.wave, *panel["wave"]), phases_name=register.quote(path.name))


def _refuse_gaps(panel: pd.DataFrame, book: Codebook, file: str) -> None:
    """Refuse phases of a wave that lack a region on some ladder."""
    for wave, rows in panel.groupby("wave"):
        ladders = rows.groupby("region")["dimension"].nunique()
        lacking = [r for r in book.regions_at(str(wave)) if ladders.get(r, 0) < len(book.dimensions)]
        if lacking:
            names = ", ".join(book.scale("region").label(code, "nl") for code in lacking[:6])
            more = f" and {len(lacking) - 6} more" if len(lacking) > 6 else ""
            raise DataError(
                f"The phases {file} have no phase on every ladder at {wave} for {names}{more}.",
                "Add them: each wave needs all regions on all ladders.",
            )


def with_register(
    known: Evidence, path: Path, corrections: Path | None, sheet: str, wave: str = ""
) -> Evidence:
    """Return `known` with the tables of a register in the place of what it had at their waves.

    Examples
    --------
    >>> from ivvu_analysis.data import data_folder
    >>> path = data_folder() / "register" / "reconstructed.csv"
    >>> with_register(from_published(), path, None, "").origin
    'reconstructed'
    """
    from ivvu_analysis import register

    intake = register.check(path, sheet or None, corrections, assumed=wave, codebook=known.codebook)
    projects = intake.projects
    book = known.codebook.grown("start", projects["start"].cat.categories)
    counts = register.project_counts(projects, book)
    files = [path, *([corrections] if corrections else [])]
    joined = _joined(known, {"project_counts": counts}, intake.origin, files)
    replaced = "published" not in set(joined.project_counts["origin"])
    checks = joined.checks[len(known.checks) :] if replaced else joined.checks
    return replace(
        joined,
        wave=max(projects["wave"].cat.categories, default=known.wave),
        origin=intake.origin,
        checks=pd.concat([checks, register.checks(intake, counts, book)], ignore_index=True),
        codebook=book,
        projects=projects,
        intake=intake,
        register_name=register.quote(intake.file),
    )


def _joined(known: Evidence, given: dict[str, pd.DataFrame], origin: str, files: list[Path]) -> Evidence:
    """Return `known` with tables of one origin, taken unit by unit and held against what they replace."""
    tables = {}
    for name, table in given.items():
        old, unit = getattr(known, name), UNITS[name]
        taken = pd.MultiIndex.from_frame(old[unit]).isin(pd.MultiIndex.from_frame(table[unit]))
        tables[name] = pd.concat([old[~taken], table.assign(origin=origin)], ignore_index=True)
    compared = findings(row for name, table in given.items() for row in _cells(known, name, table))
    checks = pd.concat([known.checks, compared], ignore_index=True)
    hashes = {**known.files, **{path.name: sha256(path) for path in files}}
    return replace(known, checks=checks, files=hashes, **tables)


def _cells(known: Evidence, name: str, given: pd.DataFrame) -> Iterator[Finding]:
    """Yield one finding a wave that counts the cells as published, and one for each cell that differs."""
    amount, printed, about = COMPARED[name]
    keys = [column for column in given.columns if column != amount]
    coded = given.astype(dict.fromkeys(keys, object))
    both = getattr(known, name).merge(coded, on=keys, suffixes=("", "_given"))
    both["same"] = both[amount] == both[f"{amount}_given"]
    for wave, same in both.groupby("wave")["same"]:
        yield finding("cells", printed, len(same), int(same.sum()), str(wave))
    for cell in both[~both["same"]].to_dict("records"):
        subject = cell["group"] if cell.get("group") == "technology" else cell[about]
        level = cell.get("level", cell.get("phase"))
        codes = ((about, cell[about]), (cell[about], str(level)))
        if about == "region":
            codes = ((about, cell[about]), ("dimension", cell["dimension"]))
        numbers = int(cell[amount]), int(cell[f"{amount}_given"])
        table = TABLE_OF.get(subject, printed)
        yield finding("cell", table, *numbers, cell["wave"], *codes, book=known.codebook)


def sha256(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal.

    Examples
    --------
    >>> from ivvu_analysis.data import folder
    >>> len(sha256(folder() / "regions.csv"))
    64
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()
