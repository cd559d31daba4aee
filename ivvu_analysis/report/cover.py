"""The cover page of a suite: its key figures, the map as a way in, and every report with its status.

The page has no script: the filter works by style alone, and without it everything is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ivvu_analysis.codebook import Codebook, Language, standard
from ivvu_analysis.report import templates
from ivvu_analysis.report.catalogue import later, translate
from ivvu_analysis.report.words import Words

FILTER_FROM = 8  # with fewer reports a filter is in the way
MOST_CHANGES = 12  # on the cover; the comparison has them all


@dataclass(frozen=True)
class Problem:
    """Why a report was not made: the message, and where it stands if a cell is to blame."""

    message: str
    cell: int | None = None


@dataclass(frozen=True)
class Line:
    """One report on the cover.

    Parameters
    ----------
    name, title
        Its file name and what it calls itself.
    status
        ``"published"``, ``"failed"`` or ``"missing"``.
    files
        Where its page (`html`), `notebook` and `workbook` are, as far as they are there.
    findings
        What it says it found.
    headlines
        Its numbers in large type: `number` and `label`.
    region
        The region it is about, if it is about one.
    problem
        Why it failed, if it did.
    """

    name: str
    title: str
    status: str
    files: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[str] = ()
    headlines: Sequence[Mapping[str, str]] = ()
    region: str = ""
    problem: Problem | None = None


@dataclass(frozen=True)
class Changes:
    """What changed since the previous edition.

    Parameters
    ----------
    page
        Where the whole comparison is.
    moved
        The key figures that moved, as `report.comparison.lines` gives them.
    same
        How many did not.
    """

    page: str
    moved: Sequence[Mapping[str, str]]
    same: int


@dataclass(frozen=True)
class Cover:
    """Everything that the cover page of a suite shows."""

    title: str
    language: Language
    origins: Sequence[str]
    waves: Sequence[str]
    lines: Sequence[Line]
    records: Mapping[str, str]
    changes: Changes | None = None
    book: Codebook = field(default_factory=standard)


def render(cover: Cover) -> str:
    """Return the cover as one HTML page with nothing outside it.

    Parameters
    ----------
    cover
        What it shows; `records` names the files about all reports together. The contents page of the
        output folder is one folder up.
    """
    regional = {line.region: line for line in cover.lines if line.region}
    regions, holders = cover.book.scale("region"), cover.book.scale("holder")
    holder_of = {
        line.name: holders.codes.index(regions.level(line.region).within) for line in regional.values()
    }
    return templates.render(
        "cover.html.j2",
        cover.language,
        cover=cover,
        rests_on=rests_on(cover.waves, cover.origins, Words(cover.language)),
        headlines=[headline for line in cover.lines for headline in line.headlines if not line.region],
        published=sum(line.status == "published" for line in cover.lines),
        most_changes=MOST_CHANGES,
        failed=[line for line in cover.lines if line.status == "failed"],
        tiles=_tiles(regional, cover.book) if regional else [],
        holders=[
            (number, holders.label(holders.codes[number], cover.language))
            for number in sorted(set(holder_of.values()))
            if len(cover.lines) >= FILTER_FROM
        ],
        holder_of=holder_of,
    )


def rests_on(waves: Sequence[str], origins: Sequence[str], words: Words) -> str:
    """Return what reports are about and what they rest on, as sentences; nothing if that is not known."""
    if not waves:
        return ""
    names = {
        "published": later("the published tables"),
        "register": later("a register"),
        "reconstructed": later("RECONSTRUCTED rows"),
        "simulated": later("SIMULATED rows"),
    }
    return translate("Situation in {waves}. Rests on {origins}.", words.language).format(
        waves=words.listing([words.wave(wave) for wave in waves]),
        origins=words.listing([translate(names.get(origin, origin), words.language) for origin in origins]),
    )


def _tiles(regional: Mapping[str, Line], book: Codebook) -> list[dict[str, Any]]:
    """Return a tile a region, placed roughly where it lies, that leads to its report."""
    from ivvu_analysis.data.history import regions_of  # with pandas, which most covers do without

    return [
        {
            "name": tile.name,
            "row": tile.tile_row,
            "column": tile.tile_col,
            "href": regional[tile.region].files.get("html", "") if tile.region in regional else "",
        }
        for tile in regions_of(book).itertuples()
    ]
