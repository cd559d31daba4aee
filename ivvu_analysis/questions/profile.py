"""What is known about one region: its ladders, its holder's projects, its example projects?"""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.codebook import Language
from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import rows, stories
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


def strip(evidence: Evidence, region: str, language: Language) -> pd.DataFrame:
    """Return a region's phase on each ladder, and what the next one asks.

    Returns
    -------
    DataFrame
        `dimension, phase, above, next_step`: `above` counts the regions that are further, and `next_step` has
        the name and the meaning of the next phase, empty at the top and where its meaning is not known.
    """
    told = stories.meanings(evidence, language)
    meaning = told.set_index(["dimension", "phase"])["text"].to_dict()
    places = standing(evidence, region)[["dimension", "phase", "above"]]
    steps = []
    for row in places.itertuples():
        scale, following = evidence.codebook.scale(row.dimension), str(row.phase + 1)
        name = scale.label(following, language) if following in scale.codes else ""
        steps.append(": ".join(filter(None, (name, meaning.get((row.dimension, following), "")))))
    return places.assign(next_step=pd.Series(steps, index=places.index).replace("", None))


def nearest(evidence: Evidence, region: str, others: list[str], most: int = 5) -> list[str]:
    """Return which of other regions lie nearest on the tile map, at most so many, the nearest first."""
    tiles = evidence.regions.set_index("region")[["tile_row", "tile_col"]]
    distance = ((tiles.loc[others] - tiles.loc[region]) ** 2).sum(axis=1)
    return list(distance.sort_values(kind="stable").index[:most])


def foremost(themes: pd.DataFrame) -> pd.DataFrame:
    """Return the theme that most of a holder's projects are about: its row, and that of all other holders."""
    mine = themes[themes["compared"] == "holder"].sort_values("projects", ascending=False, kind="stable")
    return themes[themes["theme"].isin(mine["theme"].head(1))].set_index("compared")


def ladder(evidence: Evidence, dimension: str) -> pd.DataFrame:
    """Return the regions on each phase of one ladder at the wave: `phase, regions`."""
    counts = evidence.phases(dimension)
    return counts.loc[counts["wave"] == evidence.wave, ["phase", "regions"]].reset_index(drop=True)


def course(evidence: Evidence, region: str) -> pd.DataFrame:
    """Return a region's phase on each ladder at every wave for which it is known.

    Returns
    -------
    DataFrame
        `dimension`, a column a wave, and `above`: how many regions are further now. Without rows where only
        one wave is known.
    """
    own = evidence.region_phases.query("region == @region")
    if own["wave"].nunique() < 2:
        return pd.DataFrame(columns=["dimension", "above"])
    waves = own.pivot(index="dimension", columns="wave", values="phase").astype("Int64").reset_index()
    return standing(evidence, region)[["dimension", "above"]].merge(waves, on="dimension")[
        ["dimension", *sorted(own["wave"].unique()), "above"]
    ]


def projects(evidence: Evidence, region: str) -> pd.DataFrame:
    """List the projects of a region, with what is known of each; without rows where there is no register."""
    known = rows.real(evidence)
    columns = ["title", "theme", "status", "start", *rows.RATINGS]
    if known is None:
        return pd.DataFrame(columns=columns)
    here = known[known["region"] == region]
    return here.reindex(columns=columns).astype(object).reset_index(drop=True)


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
    apart = [(on, other, regions.at[other, on], regions.at[region, on]) for other, on in once.items()]
    found = pd.DataFrame(apart, columns=["dimension", "region", "phase", "own"])
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
    both = stories.examples(evidence)
    return both[both["region"] == region].drop(columns="region").reset_index(drop=True)
