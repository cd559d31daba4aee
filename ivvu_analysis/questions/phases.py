"""How far have the regions come on the ladders of collaboration phases, and what do the counts fix?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.stats import transitions
from ivvu_analysis.stats.agreement import kendall

KEY_QUANTITIES = {
    ("any", "net_steps"): "net_steps",
    ("any", "moved"): "movers.any",
    ("monotone", "moved"): "movers.monotone",
    ("monotone", "rose_two"): "two_steps.monotone",
}


def top(evidence: Evidence, dimension: str) -> int:
    """Return the highest phase of a ladder."""
    return len(evidence.codebook.scale(dimension).codes)


def matrix(evidence: Evidence, dimension: str) -> pd.DataFrame:
    """Return the regions of one ladder, by wave (rows, oldest first) and phase (columns).

    Examples
    --------
    >>> from ivvu_analysis import load, phases
    >>> phases.matrix(load(), "vision").loc["2020-10"].tolist()
    [0, 0, 3, 14, 17]
    """
    wide = evidence.phases(dimension).pivot(index="wave", columns="phase", values="regions")
    return wide.reindex(columns=range(1, top(evidence, dimension) + 1)).fillna(0).astype(int)


def at_top(evidence: Evidence) -> pd.DataFrame:
    """Return how many regions stand on the highest phase, one row a ladder and wave.

    Returns
    -------
    DataFrame
        `dimension, wave, estimate, conf_low, conf_high, n, share, method`; a count is known, so that its
        bounds equal it.
    """

    def count(counts: pd.DataFrame) -> pd.DataFrame:
        top, n = counts.iloc[:, -1].astype(float), counts.sum(axis=1)
        values = {"estimate": top, "conf_low": top, "conf_high": top, "n": n, "share": top / n}
        return pd.DataFrame(values).rename_axis("wave").reset_index().assign(method="count")

    return _each_ladder(evidence, count)


def mean(evidence: Evidence) -> pd.DataFrame:
    """Return the mean phase, one row a ladder and wave; without rows where a single region is counted."""
    fewest = min(matrix(evidence, name).sum(axis=1).min() for name in evidence.codebook.dimensions)
    if fewest < 2:
        return pd.DataFrame(columns=["dimension", "wave", "estimate", "conf_low", "conf_high", "n"])
    return _each_ladder(evidence, transitions.mean_phase)


def progress(evidence: Evidence) -> pd.DataFrame:
    """Return what the counts fix about progress under each assumption, for every interval between waves.

    Returns
    -------
    DataFrame
        The rows of `stats.transitions.ladder_of_assumptions`, with `dimension`.
    """
    return _each_ladder(evidence, transitions.ladder_of_assumptions)


def net_steps(progress: pd.DataFrame, since: str, wave: str) -> pd.Series:
    """Return the steps up minus the steps down of all regions between two waves, by ladder."""
    known = _between(progress, since, wave).query("quantity == 'net_steps' and assumption == 'any'")
    return known.set_index("dimension")["estimate"]


def two_at_once(progress: pd.DataFrame) -> pd.Series:
    """Return the fewest regions that took two steps between two successive waves, summed, by ladder.

    Two steps between measurements are not a phase skipped: a region may have stood on it in between.
    """
    named = progress.query("quantity == 'fewest_exceptions' and assumption == 'one_step'")
    whole = named.groupby("dimension", sort=False).tail(
        1
    )  # the last row runs from the first wave to the last
    return whole.set_index("dimension")["estimate"]


def movers(progress: pd.DataFrame, since: str, wave: str) -> pd.DataFrame:
    """Return the bounds on the regions that changed phase between two waves, by ladder and assumption.

    Returns
    -------
    DataFrame
        `dimension, assumption, estimate, conf_low, conf_high, n`. An assumption that the counts rule out has
        no bounds.
    """
    moved = _between(progress, since, wave).query("quantity == 'moved'")
    grid = pd.MultiIndex.from_product(
        [progress["dimension"].unique(), ["any", "monotone", "one_step"]], names=["dimension", "assumption"]
    )
    columns = ["estimate", "conf_low", "conf_high", "n"]
    return moved.set_index(["dimension", "assumption"])[columns].reindex(grid).reset_index()


def key_figures(progress: pd.DataFrame) -> pd.DataFrame:
    """Return the key figures on progress: `name, estimate, conf_low, conf_high`, bounds in the last two."""
    pairs = zip(progress["assumption"], progress["quantity"], strict=True)
    named = progress.assign(kind=[KEY_QUANTITIES.get(pair) for pair in pairs]).dropna(subset="kind")
    names = [
        f"phases.{row.dimension}.{row.from_wave}..{row.to_wave}.{row.kind}" for row in named.itertuples()
    ]
    return named.assign(name=names)[["name", "estimate", "conf_low", "conf_high"]]


def flows(evidence: Evidence, dimension: str) -> pd.DataFrame:
    """Return the flows between phases for each pair of successive waves; without rows for a single wave."""
    counts = matrix(evidence, dimension)
    steps = list(zip(counts.index[:-1], counts.index[1:], strict=True))
    if not steps:
        columns = ["from_wave", "to_wave", "from_phase", "to_phase", "estimate", "conf_low", "conf_high"]
        return pd.DataFrame(columns=columns)
    found = [
        transitions.flow_matrix(counts.loc[list(step)]).assign(from_wave=step[0], to_wave=step[1])
        for step in steps
    ]
    return pd.concat(found, ignore_index=True)


def moves(flows: pd.DataFrame) -> pd.DataFrame:
    """Return the flows from one phase to another that occur or may occur, with the range of each."""
    shown = flows[(flows["estimate"] > 0) | (flows["conf_high"] > 0)]
    changed = shown[shown["from_phase"] != shown["to_phase"]]
    return changed[["from_wave", "to_wave", "from_phase", "to_phase", "estimate", "conf_low", "conf_high"]]


def followed(evidence: Evidence, since: str) -> pd.DataFrame:
    """Return how many regions rose, stayed and fell since a wave, where the phases of each are known.

    Returns
    -------
    DataFrame
        `dimension, rose, stayed, fell`, over the regions known at both waves; without rows where the phases
        of the regions are not known at both, as in the publication.
    """
    pairs = _then_and_now(evidence, since)
    if pairs.empty:
        return pd.DataFrame(columns=["dimension", "rose", "stayed", "fell"])
    step = pairs["to_phase"] - pairs["from_phase"]
    counts = pd.DataFrame({"rose": step > 0, "stayed": step == 0, "fell": step < 0})
    by_ladder = counts.groupby(pairs["dimension"]).sum()
    return by_ladder.reindex(evidence.codebook.dimensions, fill_value=0).reset_index()


def moved(evidence: Evidence, since: str) -> pd.DataFrame:
    """Return the regions that changed phase since a wave, by name.

    Returns
    -------
    DataFrame
        `region, dimension, from_phase, to_phase`, one row a region and ladder on which it moved; without rows
        where the phases of the regions are not known at both waves.
    """
    pairs = _then_and_now(evidence, since)
    return pairs[pairs["from_phase"] != pairs["to_phase"]].reset_index(drop=True)


def _then_and_now(evidence: Evidence, since: str) -> pd.DataFrame:
    """Return the phases of each region now and since a wave: `region, dimension, from_phase, to_phase`.

    A region that merged or split in between is followed into what it became. Without rows where the phases
    of the regions are not known at both waves.
    """
    columns = ["region", "dimension", "from_phase", "to_phase"]
    if since == evidence.wave or not {since, evidence.wave} <= set(evidence.waves("regions")):
        return pd.DataFrame(columns=columns)
    known = evidence.region_phases[["region", "wave", "dimension", "phase"]]
    then, now = (known[known["wave"] == wave].drop(columns="wave") for wave in (since, evidence.wave))
    became = {region: evidence.codebook.became(region, evidence.wave) for region in then["region"].unique()}
    then = then.assign(region=then["region"].map(became)).explode("region")
    both = then.merge(now, on=["region", "dimension"], suffixes=("_then", ""))
    renamed = both.rename(columns={"phase_then": "from_phase", "phase": "to_phase"})
    return renamed.sort_values(["dimension", "region"], ignore_index=True)[columns]


def agreement(evidence: Evidence, seed: int) -> pd.DataFrame:
    """Return Kendall's tau-b of each pair of ladders over the regions, one row a `pair`."""
    regions = evidence.standing()
    rows = [
        kendall(regions[one], regions[other], seed).assign(pair=f"{one}_{other}")
        for one, other in combinations(reversed(evidence.codebook.dimensions), 2)
    ]
    return pd.concat(rows, ignore_index=True)


def disagreeing(evidence: Evidence, one: str, other: str) -> pd.DataFrame:
    """Return the regions at the top of one of two ladders but not of the other.

    Returns
    -------
    DataFrame
        `region, holder` and a column a ladder; those at the top of `one` first.
    """
    regions = evidence.standing()
    on_one, on_other = (regions[name] == top(evidence, name) for name in (one, other))
    split = regions[on_one != on_other].sort_values([one, other], ascending=[False, True])
    return split[["region", "holder", *evidence.codebook.dimensions]].reset_index(drop=True)


def at_all_tops(evidence: Evidence) -> list[str]:
    """Return the regions that stand at the top of every ladder."""
    regions = evidence.standing().set_index("region")
    tops = pd.Series({name: top(evidence, name) for name in evidence.codebook.dimensions})
    return list(regions.index[(regions[tops.index] == tops).all(axis=1)])


def tops_by_holder(evidence: Evidence) -> pd.DataFrame:
    """Return, holder by holder, the regions and how many stand at the top of each ladder."""
    regions = evidence.standing()
    on_top = {f"{name}_top": regions[name] == top(evidence, name) for name in evidence.codebook.dimensions}
    counts = regions.assign(regions=1, **on_top).groupby("holder")[["regions", *on_top]].sum()
    return counts.reindex(evidence.codebook.scale("holder").codes, fill_value=0).reset_index()


def _between(progress: pd.DataFrame, since: str, wave: str) -> pd.DataFrame:
    return progress[(progress["from_wave"] == since) & (progress["to_wave"] == wave)]


def _each_ladder(evidence: Evidence, statistic: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    rows = [statistic(matrix(evidence, name)).assign(dimension=name) for name in evidence.codebook.dimensions]
    return pd.concat(rows, ignore_index=True)
