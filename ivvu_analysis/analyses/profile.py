"""What is known about one region: its ladders, its holder's projects, its example projects."""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.codebook import DIMENSIONS, Language, scale
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.stats import proportions


def holder_of(evidence: Evidence, region: str) -> str:
    """Return the concession holder of a region."""
    return str(evidence.regions.set_index("region")["holder"][region])


def standing(evidence: Evidence, region: str, wave: str) -> pd.DataFrame:
    """Return where a region stands on each ladder among all regions.

    Returns
    -------
    DataFrame
        `dimension, phase, below, same, above`, one row a ladder; `same` counts the other regions on its
        phase.
    """
    regions = evidence.ladders(wave)
    own = regions[regions["region"] == region].iloc[0]
    rows = []
    for name in DIMENSIONS:
        phases, phase = regions[name], own[name]
        rows.append(
            {
                "dimension": name,
                "phase": int(phase),
                "below": int((phases < phase).sum()),
                "same": int((phases == phase).sum()) - 1,
                "above": int((phases > phase).sum()),
            }
        )
    return pd.DataFrame(rows)


def ladder(evidence: Evidence, dimension: str, wave: str) -> pd.DataFrame:
    """Return the regions on each phase of one ladder at one wave: `phase, regions`."""
    counts = evidence.phases(dimension)
    return counts.loc[counts["wave"] == wave, ["phase", "regions"]].reset_index(drop=True)


def map_numbers(evidence: Evidence, dimension: str, wave: str) -> pd.DataFrame:
    """Return the phase of every region on one ladder as the table below a map: `region, holder, <ladder>`."""
    return evidence.ladders(wave)[["region", "holder", dimension]].reset_index(drop=True)


def neighbours(evidence: Evidence, region: str, wave: str) -> list[str]:
    """Return the other regions that stand on the same phase of every ladder."""
    regions = evidence.ladders(wave).set_index("region")[list(DIMENSIONS)]
    alike = (regions == regions.loc[region]).all(axis=1)
    return [name for name in regions.index[alike] if name != region]


def near_neighbours(evidence: Evidence, region: str, wave: str, language: Language) -> pd.DataFrame:
    """Return the other regions that stand on the same phase of all ladders but one.

    Returns
    -------
    DataFrame
        `differs, further, earlier`, one row a ladder on which such regions differ: the label of the ladder,
        and the names of the regions that are further or less far on it, missing where there are none.
    """
    regions = evidence.ladders(wave).set_index("region")[list(DIMENSIONS)]
    own, names = regions.loc[region], scale("region")
    rows = []
    for name in DIMENSIONS:
        others = [other for other in DIMENSIONS if other != name]
        alike = (regions[others] == own[others]).all(axis=1)
        further = regions.index[alike & (regions[name] > own[name])]
        earlier = regions.index[alike & (regions[name] < own[name])]
        if len(further) + len(earlier):
            listed = [
                ", ".join(names.label(code, language) for code in codes) for codes in (further, earlier)
            ]
            rows.append((scale("dimension").label(name, language), *(text or None for text in listed)))
    return pd.DataFrame(rows, columns=["differs", "further", "earlier"])


def themes(evidence: Evidence, holder: str) -> pd.DataFrame:
    """Return the share of each theme among a holder's projects and among those of all other holders.

    Returns
    -------
    DataFrame
        `compared, theme, projects, n, estimate, conf_low, conf_high, method`, where `compared` is
        ``"holder"`` or ``"others"``; themes that nobody works on are left out.
    """
    cells = evidence.theme_by_holder
    cells = cells.assign(compared=(cells["holder"] == holder).map({True: "holder", False: "others"}))
    counts = cells.groupby(["compared", "theme"])["projects"].sum()
    codes = [code for code in scale("theme").codes if counts[:, code].sum() > 0]
    grid = pd.MultiIndex.from_product([["holder", "others"], codes], names=["compared", "theme"])
    return proportions.shares(counts.reindex(grid).reset_index(), by="compared", level="theme")


def examples(evidence: Evidence, region: str, language: Language) -> pd.DataFrame:
    """Return what the example projects of a region do and what came of them.

    Returns
    -------
    DataFrame
        `title, theme, summary, result`: the last two in the language asked for, one row a project.
    """
    both = evidence.example_projects.merge(evidence.example_notes, on=["region", "title"])
    named = both.rename(columns={f"summary_{language}": "summary", f"result_{language}": "result"})
    return named.loc[named["region"] == region, ["title", "theme", "summary", "result"]].reset_index(
        drop=True
    )
