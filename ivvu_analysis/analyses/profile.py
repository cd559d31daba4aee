"""What is known about one region: its ladders, its holder's projects, its example projects."""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.codebook import DIMENSIONS, scale
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


def examples(evidence: Evidence, region: str) -> pd.DataFrame:
    """Return the example projects of a region: `title, theme`."""
    chosen = evidence.example_projects[evidence.example_projects["region"] == region]
    return chosen[["title", "theme"]].reset_index(drop=True)
