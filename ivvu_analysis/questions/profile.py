"""What is known about one region: its ladders, its holder's projects, its example projects?"""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.stats import proportions


def holder_of(evidence: Evidence, region: str) -> str:
    """Return the concession holder of a region."""
    return str(evidence.regions.set_index("region")["holder"][region])


def standing(evidence: Evidence, region: str) -> pd.DataFrame:
    """Return where a region stands on each ladder among all regions.

    Returns
    -------
    DataFrame
        `dimension, phase, below, same, above`, one row a ladder; `same` counts the other regions on its
        phase.

    Examples
    --------
    >>> from ivvu_analysis import load, profile
    >>> profile.standing(load(), "twente")["dimension"].tolist()
    ['agreements', 'dynamics', 'vision']
    """
    names = list(evidence.codebook.dimensions)
    regions = evidence.standing().set_index("region")[names]
    own, others = regions.loc[region], regions.drop(index=region)
    places = {
        "phase": own,
        "below": (others < own).sum(),
        "same": (others == own).sum(),
        "above": (others > own).sum(),
    }
    return pd.DataFrame(places).rename_axis("dimension").reset_index()


def course(evidence: Evidence, region: str) -> pd.DataFrame:
    """Return the phase of a region on each ladder at each wave for which it is known.

    Returns
    -------
    DataFrame
        `dimension` and a column a wave; without rows where a single wave is known, as in the publication.
    """
    own = evidence.region_phases[evidence.region_phases["region"] == region]
    wide = own.pivot(index="dimension", columns="wave", values="phase")
    wide = wide.reindex(evidence.codebook.dimensions).rename_axis("dimension").reset_index()
    return wide if wide.shape[1] > 2 else wide.iloc[:0]


def ladder(evidence: Evidence, dimension: str) -> pd.DataFrame:
    """Return the regions on each phase of one ladder at the wave: `phase, regions`."""
    counts = evidence.phases(dimension)
    return counts.loc[counts["wave"] == evidence.wave, ["phase", "regions"]].reset_index(drop=True)


def alike(evidence: Evidence, region: str) -> list[str]:
    """Return the other regions that stand on the same phase of every ladder."""
    regions = evidence.standing().set_index("region")[list(evidence.codebook.dimensions)]
    same = (regions == regions.loc[region]).all(axis=1)
    return [name for name in regions.index[same] if name != region]


def near(evidence: Evidence, region: str) -> pd.DataFrame:
    """Return the other regions that stand on the same phase of all ladders but one.

    Returns
    -------
    DataFrame
        `dimension, region, phase, own`, one row such a region: the ladder on which it differs, and both
        phases.
    """
    names = list(evidence.codebook.dimensions)
    regions = evidence.standing().set_index("region")[names]
    differs = regions.ne(regions.loc[region])
    once = differs[differs.sum(axis=1) == 1].idxmax(axis=1)
    rows = [(on, other, regions.at[other, on], regions.at[region, on]) for other, on in once.items()]
    found = pd.DataFrame(rows, columns=["dimension", "region", "phase", "own"])
    return found.sort_values(
        "dimension", key=lambda on: on.map(names.index), kind="stable", ignore_index=True
    )


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
    held = cells.groupby("theme")["projects"].sum()
    codes = [code for code in evidence.codebook.scale("theme").codes if held.get(code, 0) > 0]
    grid = pd.MultiIndex.from_product([["holder", "others"], codes], names=["compared", "theme"])
    return proportions.shares(counts.reindex(grid).reset_index(), by="compared", level="theme")


def examples(evidence: Evidence, region: str) -> pd.DataFrame:
    """Return what the example projects of a region do and what came of them, one row a project.

    Returns
    -------
    DataFrame
        `title, theme` and `summary_<language>, result_<language>`.
    """
    both = evidence.example_projects.merge(evidence.example_notes, on=["region", "title"])
    return both[both["region"] == region].drop(columns="region").reset_index(drop=True)
