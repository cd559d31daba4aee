"""The overview as HTML: the map, the distribution, the intervals and the tables of a selection."""

from __future__ import annotations

from ivvu_analysis.evidence import Evidence
from ivvu_analysis.report import figures, maps, provenance
from ivvu_analysis.report.explorer import overview
from ivvu_analysis.report.explorer.desk import Desk
from ivvu_analysis.report.explorer.selection import Selection
from ivvu_analysis.report.explorer.shown import figure, notice, sentence, table

SOURCES = {
    "agreements": "table 1",
    "dynamics": "table 2",
    "vision": "table 3",
    "participation": "table 5",
    "status": "table 6",
    "impact": "tables 8 and 12",
    "sharing": "tables 10 and 12",
    "scalability": "tables 11 and 12",
}
BY_REGION = "appendix 1"
MARK = "◆"


def heading(desk: Desk, evidence: Evidence, selection: Selection) -> str:
    """Return what the selection is about and where its figures come from."""
    edition = provenance.edition(evidence, selection.wave, desk.words)
    title = sentence(f"<strong>{_subject(desk, selection)}</strong> – {edition}")
    return title + provenance.warning(evidence, desk.words)


def region_map(desk: Desk, evidence: Evidence, selection: Selection) -> str:
    """Return the map of the regions, or why there is none."""
    if not overview.regions_known(evidence, selection):
        known = [desk.words.wave(wave) for wave in evidence.waves("regions")]
        reason = "no_map_ladder" if selection.is_ladder else "no_map_measure"
        return notice(desk.say(reason, w=selection.wave, known=desk.words.listing(known)))
    tiles, chosen = evidence.regions, selection.chosen
    marked = tiles["region"].isin(chosen)
    drawing = maps.tiles(
        overview.by_region(evidence, selection),
        tiles.assign(name=tiles["name"].where(~marked, f"{MARK} " + tiles["name"])),
        scale=selection.subject,
        value="level",
        language=desk.language,
        key="explorer-map",
    )
    kind = "map_ladder" if selection.is_ladder else "map_measure"
    caption = desk.say(kind, subject=_subject(desk, selection), w=selection.wave)
    if chosen:
        caption += desk.say("map_marks", chosen=_chosen(desk, selection))
    # Where a register is open, the tiles of a measure are drawn from its rows.
    source = BY_REGION if selection.is_ladder else SOURCES[selection.subject]
    return figure(desk, drawing, caption, evidence.source(source, desk.language))


def distribution(desk: Desk, evidence: Evidence, selection: Selection) -> str:
    """Return the shares of the levels as bars, wave by wave, then group by group."""
    frame = overview.distribution(evidence, selection)
    waves = evidence.waves(selection.subject)
    names = {wave: desk.words.wave(wave) for wave in waves} | _names(desk, selection)
    drawing = figures.stacked(
        frame,
        row="row",
        scale=selection.subject,
        language=desk.language,
        key="explorer-distribution",
        row_labels=names,
    )
    values = {"subject": _subject(desk, selection), "w": selection.wave}
    caption = desk.say(f"distribution_{selection.counted}", **values)
    if overview.groups(evidence, selection) != ("all",):
        caption += desk.say("distribution_groups", **values)
    return figure(desk, drawing, caption, evidence.source(SOURCES[selection.subject], desk.language))


def intervals(desk: Desk, evidence: Evidence, selection: Selection) -> str:
    """Return the shares of the levels at the chosen wave as dots with their intervals."""
    frame = overview.intervals(evidence, selection)
    grouped = overview.groups(evidence, selection) != ("all",)
    drawing = figures.dots(
        frame,
        row="level",
        labels={code: desk.label(selection.subject, code) for code in frame["level"]},
        group="group" if grouped else None,
        group_labels=_names(desk, selection),
        language=desk.language,
        key="explorer-intervals",
    )
    caption = desk.say(f"intervals_{selection.counted}", subject=_subject(desk, selection), w=selection.wave)
    source = evidence.source(SOURCES[selection.subject], desk.language)
    return figure(desk, drawing, f"{caption} {desk.say('census')}", source)


def numbers(desk: Desk, evidence: Evidence, selection: Selection) -> str:
    """Return the numbers of the intervals as a table."""
    frame = overview.intervals(evidence, selection)
    frame.insert(0, "who", frame.pop("group").map(_names(desk, selection)))
    return table(
        desk,
        frame,
        desk.say("numbers"),
        key="explorer-numbers",
        levels=selection.subject,
        heads={"who": desk.say("group")},
    )


def regions(desk: Desk, evidence: Evidence, selection: Selection) -> str:
    """Return the regions with their phases as a table, and nothing where those are not known."""
    if not overview.regions_known(evidence, selection):
        return ""
    wave = overview.wave_of_regions(evidence, selection)
    frame = overview.region_table(evidence, selection)
    caption = desk.say("region_numbers", chosen=_chosen(desk, selection), w=wave)
    if "projects" in frame:
        caption += desk.say("region_projects")
    return table(desk, frame, caption, key="explorer-regions", unit="count")


def _subject(desk: Desk, selection: Selection) -> str:
    return desk.label("dimension" if selection.is_ladder else "measure", selection.subject)


def _chosen(desk: Desk, selection: Selection) -> str:
    """Return what the regions set apart are called."""
    if not selection.chosen:
        return desk.say("all_regions")
    if not selection.regions:
        return desk.label("holder", selection.holder)
    if len(selection.regions) > 2:
        return desk.say("many_regions", n=len(selection.regions))
    return desk.words.listing(desk.words.labels(selection.regions, "region"))


def _names(desk: Desk, selection: Selection) -> dict[str, str]:
    """Return what each group is called."""
    return {
        "all": desk.say(f"all_{selection.counted}"),
        "chosen": _chosen(desk, selection),
        "others": desk.say("others"),
        "technology": desk.label("group", "technology"),
        "rest": desk.label("group", "rest"),
    }
