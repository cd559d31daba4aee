"""One history: the published waves, joined with what a register and a file of phases add.

They are joined table by table and wave by wave: a measure or ladder that a register or phases have at a wave
is taken from there, and held against the publication; what they lack stays as published.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import pandas as pd

from ivvu_analysis.codebook import Codebook
from ivvu_analysis.data import published
from ivvu_analysis.data.evidence import Evidence
from ivvu_analysis.data.proof import TABLE_OF, Check, findings, prove
from ivvu_analysis.errors import DataError, placed
from ivvu_analysis.places import digest_of

TABLES = (
    *("regions", "region_phases", "phase_counts", "theme_by_holder", "theme_by_start", "project_counts"),
    *("example_projects", "example_notes"),
)
JOINED = {  # what a table is about, its numbers, where it is printed, and what is taken from one origin whole
    "region_phases": ("region", "phase", "appendix 1", ["wave"]),
    "phase_counts": ("dimension", "regions", "tables 1 to 3", ["dimension", "wave"]),
    "project_counts": ("measure", "projects", "tables 5 to 12", ["measure", "wave"]),
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
    by_wave = {name: tables[name].assign(origin="published") for name in JOINED}
    return Evidence(
        wave=max(tables["project_counts"]["wave"]),
        origin="published",
        **{name: by_wave.get(name, tables[name]) for name in TABLES},
        checks=prove(tables),
        documents=published.describe()["documents"],
        files={name: digest_of(published.folder() / f"{name}.csv") for name in TABLES},
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


def joined(book: Codebook, files: Mapping[str, Path], sheet: str, wave: str) -> Evidence:
    """Return the published figures, joined with those of a register and of phases where there are any."""
    regions = regions_of(book)
    if "codebook" in files:
        with placed(f"The codebook {files['codebook'].name}"):
            _refuse_shared_tiles(book, regions)
    known = replace(from_published(), codebook=book, regions=regions)
    if not book.history:
        none = {name: getattr(known, name).iloc[:0] for name in (*TABLES[1:], "checks")}
        known = replace(known, wave="", files={}, **none)
    hashes = {path.name: digest_of(path) for name, path in files.items() if name != "codebook"}
    known = replace(known, files={**known.files, **hashes})
    if "phases" in files:
        known = _with_phases(known, files["phases"])
    if "register" in files:
        known = _with_register(known, files["register"], files.get("corrections"), sheet, wave)
    return known


def _refuse_shared_tiles(book: Codebook, regions: pd.DataFrame) -> None:
    tiles = regions.set_index("region")[["tile_row", "tile_col"]].apply(tuple, axis=1)
    for one, other in combinations(book.scale("region"), 2):
        together = max(one.since, other.since) <= min(one.until or "9", other.until or "9")
        if together and tiles[one.code] == tiles[other.code] != (0, 0):
            where = "[{}, {}]".format(*tiles[one.code])
            problem = f"the regions '{one.code}' and '{other.code}' have the same tile, {where}."
            raise DataError(problem, "Give one of them another 'tile:'.")


def _with_phases(known: Evidence, path: Path) -> Evidence:
    from ivvu_analysis import register  # its libraries cost time that published figures need not wait for

    book = known.codebook
    panel = register.read_phases(path, book)
    for wave, rows in panel.groupby("wave"):
        ladders, there = rows.groupby("region")["dimension"].nunique(), book.regions_at(str(wave))
        if gone := [book.scale("region").label(code, "nl") for code in ladders.index if code not in there]:
            problem = f"The phases {path.name} have {', '.join(gone)}, which there is not at {wave}."
            raise DataError(problem, "Give the phases of the regions that it became, or correct 'until'.")
        lacking = [r for r in there if ladders.get(r, 0) < len(book.dimensions)]
        if lacking:
            names = ", ".join(book.scale("region").label(code, "nl") for code in lacking[:6])
            more = f" and {len(lacking) - 6} more" if len(lacking) > 6 else ""
            problem = f"The phases {path.name} have no phase on every ladder at {wave} for {names}{more}."
            raise DataError(problem, "Add them: each wave needs all regions on all ladders.")
    origin = str(panel.pop("origin").iloc[0])
    known = _taken(known, "region_phases", panel, origin)
    known = _taken(known, "phase_counts", register.phase_counts(panel, book), origin)
    return replace(known, wave=max(known.wave, *panel["wave"]), phases_name=register.quote(path.name))


def _with_register(known: Evidence, path: Path, corrections: Path | None, sheet: str, wave: str) -> Evidence:
    from ivvu_analysis import register

    intake = register.check(path, sheet or None, corrections, assumed=wave, codebook=known.codebook)
    projects = intake.projects
    book = known.codebook.grown("start", projects["start"].cat.categories)
    counts = register.project_counts(projects, book)
    taken = _taken(known, "project_counts", counts, intake.origin)
    replaced = "published" not in set(taken.project_counts["origin"])
    checks = taken.checks[len(known.checks) :] if replaced else taken.checks
    return replace(
        taken,
        wave=max(projects["wave"].cat.categories, default=known.wave),
        origin=intake.origin,
        checks=pd.concat([checks, register.checks(intake, counts, book)], ignore_index=True),
        codebook=book,
        projects=projects,
        intake=intake,
        register_name=register.quote(intake.file),
    )


def _taken(known: Evidence, name: str, given: pd.DataFrame, origin: str) -> Evidence:
    """Return `known` with a table of one origin, taken unit by unit and held against what it replaces.

    There is one check a wave that counts the cells as published, and one for each cell that differs.
    """
    about, amount, printed, unit = JOINED[name]
    old, keys = getattr(known, name), [column for column in given.columns if column != amount]
    taken = pd.MultiIndex.from_frame(old[unit]).isin(pd.MultiIndex.from_frame(given[unit]))
    together = pd.concat([old[~taken], given.assign(origin=origin)])
    together = together.sort_values(about, key=lambda x: pd.factorize(x)[0], kind="stable", ignore_index=True)
    both = old.merge(given.astype(dict.fromkeys(keys, object)), on=keys, suffixes=("", "_given"))
    same = both[amount] == both[f"{amount}_given"]
    waves = same.groupby(both["wave"])
    checks: list[Check] = [("cells", printed, len(x), int(x.sum()), str(wave)) for wave, x in waves]
    for cell in both[~same].to_dict("records"):
        subject = cell["group"] if cell.get("group") == "technology" else cell[about]
        at = (cell[about], str(cell.get("level", cell.get("phase"))))
        where = ((about, cell[about]), ("dimension", cell["dimension"]) if about == "region" else at)
        numbers = int(cell[amount]), int(cell[f"{amount}_given"])
        checks.append(("cell", TABLE_OF.get(subject, printed), *numbers, cell["wave"], *where))
    checked = pd.concat([known.checks, findings(checks, known.codebook)], ignore_index=True)
    return replace(known, checks=checked, **{name: together})
