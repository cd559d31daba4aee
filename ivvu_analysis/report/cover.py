"""The cover page of a suite: its key figures, the map as a way in, and every report with its status.

The page has no script: the filter works by style alone, and without it everything is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jinja2

from ivvu_analysis.codebook import Language, scale
from ivvu_analysis.evidence import Evidence, from_published
from ivvu_analysis.report.export import TEMPLATES, css
from ivvu_analysis.report.text import Words

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


def render(cover: Cover) -> str:
    """Return the cover as one HTML page with nothing outside it.

    Parameters
    ----------
    cover
        What it shows; `records` names the files about all reports together. The contents page of the
        output folder is one folder up.
    """
    words = Words(cover.language)
    regional = {line.region: line for line in cover.lines if line.region}
    return _template().render(
        cover=cover,
        t=TEXTS[cover.language],
        css=css(),
        rests_on=rests_on(cover.waves, cover.origins, words),
        headlines=[headline for line in cover.lines for headline in line.headlines if not line.region],
        published=sum(line.status == "published" for line in cover.lines),
        most_changes=MOST_CHANGES,
        failed=[line for line in cover.lines if line.status == "failed"],
        tiles=_tiles(regional, from_published()) if regional else [],
        holders=_holders(regional, cover.language) if len(cover.lines) >= FILTER_FROM else [],
        holder_of={
            line.name: scale("holder").codes.index(_holder(line.region)) for line in regional.values()
        },
    )


def rests_on(waves: Sequence[str], origins: Sequence[str], words: Words) -> str:
    """Return what reports are about and what they rest on, as sentences; nothing if that is not known."""
    if not waves:
        return ""
    return TEXTS[words.language]["rests"].format(
        waves=words.listing([words.wave(wave) for wave in waves]),
        origins=words.listing([ORIGINS[words.language].get(origin, origin) for origin in origins]),
    )


def _tiles(regional: Mapping[str, Line], evidence: Evidence) -> list[dict[str, Any]]:
    """Return a tile a region, placed roughly where it lies, that leads to its report."""
    return [
        {
            "name": tile.name,
            "row": tile.tile_row,
            "column": tile.tile_col,
            "href": regional[tile.region].files.get("html", "") if tile.region in regional else "",
        }
        for tile in evidence.regions.itertuples()
    ]


def _holders(regional: Mapping[str, Line], language: Language) -> list[tuple[int, str]]:
    present = {_holder(region) for region in regional}
    return [
        (number, scale("holder").label(code, language))
        for number, code in enumerate(scale("holder").codes)
        if code in present
    ]


def _holder(region: str) -> str:
    return str(from_published().regions.set_index("region")["holder"][region])


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((TEMPLATES / "cover.html.j2").read_text(encoding="utf-8"))


ORIGINS = {
    "en": {
        "published": "the published tables",
        "register": "a register",
        "reconstructed": "RECONSTRUCTED rows",
    },
    "nl": {
        "published": "de gepubliceerde tabellen",
        "register": "een register",
        "reconstructed": "GERECONSTRUEERDE rijen",
    },
}

TEXTS = {
    "en": {
        "skip": "Skip to the reports",
        "contents": "All reports in this folder",
        "rests": "Situation in {waves}. Rests on {origins}.",
        "count": "{published} of {all} reports are published.",
        "map": "The regions",
        "map_hint": "Each tile leads to the profile of a region, and lies roughly where the region lies.",
        "reports": "The reports",
        "filter": "Show the regions of",
        "everyone": "all concession holders",
        "report": "Report",
        "findings": "What it found",
        "status": "Status",
        "published": "published",
        "failed": "failed",
        "missing": "not made yet",
        "tables": "tables (Excel)",
        "notebook": "notebook",
        "cell": "in code cell",
        "earlier": "the page linked here is an earlier one",
        "failures": "Not made",
        "records": "All key figures, and how everything was made",
        "changes": "Since the previous edition",
        "changed": "{moved} key figures moved and {same} stayed the same.",
        "comparison": "The whole comparison",
        "figure": "Key figure",
        "then": "Then",
        "now": "Now",
        "change": "Change",
    },
    "nl": {
        "skip": "Naar de rapporten",
        "contents": "Alle rapporten in deze map",
        "rests": "Stand van {waves}. Berust op {origins}.",
        "count": "{published} van de {all} rapporten zijn gepubliceerd.",
        "map": "De regio's",
        "map_hint": "Elke tegel leidt naar een regioprofiel en ligt ongeveer waar de regio ligt.",
        "reports": "De rapporten",
        "filter": "Toon de regio's van",
        "everyone": "alle concessiehouders",
        "report": "Rapport",
        "findings": "Wat eruit komt",
        "status": "Status",
        "published": "gepubliceerd",
        "failed": "mislukt",
        "missing": "nog niet gemaakt",
        "tables": "tabellen (Excel)",
        "notebook": "notebook",
        "cell": "in codecel",
        "earlier": "de pagina waarnaar dit verwijst is een eerdere",
        "failures": "Niet gemaakt",
        "records": "Alle kerncijfers, en hoe alles is gemaakt",
        "changes": "Sinds de vorige editie",
        "changed": "{moved} kerncijfers veranderden en {same} bleven gelijk.",
        "comparison": "De hele vergelijking",
        "figure": "Kerncijfer",
        "then": "Toen",
        "now": "Nu",
        "change": "Verschil",
    },
}
