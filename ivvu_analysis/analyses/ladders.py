"""What the ladders of collaboration phases say: standing, progress and how the ladders agree."""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.codebook import DIMENSIONS, scale
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.stats import association, levels, transitions

PAIRS = (("vision", "dynamics"), ("vision", "agreements"), ("dynamics", "agreements"))


def top(dimension: str) -> int:
    """Return the highest phase of a ladder."""
    return len(scale(dimension).codes)


def matrix(evidence: Evidence, dimension: str, until: str) -> pd.DataFrame:
    """Return the regions of one ladder by wave (rows, oldest first) and phase, up to the wave `until`."""
    counts = evidence.phases(dimension)
    known = counts[counts["wave"] <= until]
    wide = known.set_index(["wave", "phase"])["regions"].unstack()  # noqa: PD010 (nothing to average)
    return wide.reindex(columns=range(1, top(dimension) + 1), fill_value=0).astype(int)


def standing(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return the regions by ladder, wave and phase up to `wave`: `dimension, wave, phase, regions`."""
    counts = evidence.phase_counts
    return counts[counts["wave"] <= wave].reset_index(drop=True)


def at_top(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return how many regions stand on the highest phase, one row a ladder and wave."""
    return _each(evidence, wave, levels.at_top)


def mean(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return the mean phase, one row a ladder and wave; without rows where a single region is counted."""
    fewest = min(matrix(evidence, name, wave).sum(axis=1).min() for name in DIMENSIONS)
    if fewest < 2:
        return pd.DataFrame(columns=["dimension", "wave", "estimate", "conf_low", "conf_high", "n"])
    return _each(evidence, wave, levels.mean_phase)


def progress(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return what the counts fix about progress under each assumption, for every interval up to `wave`."""
    return _each(evidence, wave, transitions.ladder_of_assumptions)


def net_steps(progress: pd.DataFrame, since: str, wave: str) -> pd.DataFrame:
    """Return the steps that all regions together climbed between two waves, one row a ladder."""
    return _between(progress, since, wave).query("quantity == 'net_steps' and assumption == 'any'")


def jumps(progress: pd.DataFrame, since: str, wave: str) -> pd.DataFrame:
    """Return the fewest regions that must have skipped a phase between two waves, one row a ladder."""
    return _between(progress, since, wave).query(
        "quantity == 'fewest_exceptions' and assumption == 'one_step'"
    )


def movers(progress: pd.DataFrame, since: str, wave: str) -> pd.DataFrame:
    """Return the bounds on the regions that changed phase between two waves, by ladder and assumption.

    Returns
    -------
    DataFrame
        `row` (such as ``"vision.monotone"``), `dimension, assumption, estimate, conf_low, conf_high, n`. An
        assumption that the counts rule out has no bounds.
    """
    moved = _between(progress, since, wave).query("quantity == 'moved'")
    grid = pd.MultiIndex.from_product(
        [DIMENSIONS, scale("assumption").codes], names=["dimension", "assumption"]
    )
    full = moved.set_index(["dimension", "assumption"])[["estimate", "conf_low", "conf_high", "n"]]
    frame = full.reindex(grid).reset_index()
    frame.insert(0, "row", frame["dimension"] + "." + frame["assumption"])
    return frame


KEY_QUANTITIES = {
    ("any", "net_steps"): "net_steps",
    ("any", "moved"): "movers.any",
    ("monotone", "moved"): "movers.monotone",
    ("monotone", "rose_two"): "two_steps.monotone",
}


def progress_keys(progress: pd.DataFrame) -> pd.DataFrame:
    """Return the key figures on progress: `name, estimate, conf_low, conf_high`, bounds in the last two."""
    kinds = [
        KEY_QUANTITIES.get(pair) for pair in zip(progress["assumption"], progress["quantity"], strict=True)
    ]
    named = progress.assign(kind=kinds).dropna(subset="kind")
    names = (
        f"phases.{row.dimension}.{row.from_wave}..{row.to_wave}.{row.kind}" for row in named.itertuples()
    )
    return named.assign(name=list(names))[["name", "estimate", "conf_low", "conf_high"]]


def flows(evidence: Evidence, dimension: str, wave: str) -> pd.DataFrame:
    """Return the flows between phases for each pair of successive waves up to `wave`, if there is a pair."""
    counts = matrix(evidence, dimension, wave)
    if len(counts) < 2:
        columns = ["from_wave", "to_wave", "from_phase", "to_phase", "estimate", "conf_low", "conf_high"]
        return pd.DataFrame(columns=columns)
    steps = zip(counts.index[:-1], counts.index[1:], strict=True)
    return pd.concat(
        [
            transitions.flow_matrix(counts, before, after).assign(from_wave=before, to_wave=after)
            for before, after in steps
        ],
        ignore_index=True,
    )


def flow_numbers(flows: pd.DataFrame) -> pd.DataFrame:
    """Return the flows that occur for the table below their figure, with the range of each."""
    shown = flows[(flows["estimate"] > 0) | (flows["conf_high"] > 0)]
    moves = shown[shown["from_phase"] != shown["to_phase"]]
    return moves[["from_wave", "to_wave", "from_phase", "to_phase", "estimate", "conf_low", "conf_high"]]


def followed(evidence: Evidence, since: str, wave: str) -> pd.DataFrame:
    """Return how many regions rose, stayed and fell between two waves, where the phases of each are known.

    Returns
    -------
    DataFrame
        `dimension, rose, stayed, fell`, over the regions known at both waves; without rows where the phases
        of the regions are not known at both, as in the publication.
    """
    columns = ["dimension", "rose", "stayed", "fell"]
    if since == wave or not {since, wave} <= set(evidence.waves("regions")):
        return pd.DataFrame(columns=columns)
    panel = evidence.region_phases.pivot_table(index=["dimension", "region"], columns="wave", values="phase")
    step = (panel[wave] - panel[since]).dropna()
    counts = pd.DataFrame({"rose": step > 0, "stayed": step == 0, "fell": step < 0})
    return counts.groupby(level="dimension").sum().reindex(DIMENSIONS, fill_value=0).reset_index()


def agreement(evidence: Evidence, wave: str, seed: int) -> pd.DataFrame:
    """Return Kendall's tau-b of each pair of ladders over the regions, one row a pair."""
    regions = evidence.ladders(wave)
    rows = [
        association.kendall(regions[one], regions[other], seed).assign(pair=f"{one}_{other}")
        for one, other in PAIRS
    ]
    return pd.concat(rows, ignore_index=True)


def disagreeing(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return the regions at the top of one of vision and dynamics but not of the other.

    Returns
    -------
    DataFrame
        `region, holder, agreements, dynamics, vision`, those with the vision first.
    """
    regions = evidence.ladders(wave)
    ready = regions["vision"] == top("vision")
    together = regions["dynamics"] == top("dynamics")
    split = regions[ready != together].sort_values(["vision", "dynamics"], ascending=[False, True])
    return split[["region", "holder", *DIMENSIONS]].reset_index(drop=True)


def at_all_tops(evidence: Evidence, wave: str) -> list[str]:
    """Return the regions that stand at the top of all three ladders."""
    regions = evidence.ladders(wave)
    ready = pd.concat([regions[name] == top(name) for name in DIMENSIONS], axis=1).all(axis=1)
    return list(regions.loc[ready, "region"])


def tops_by_holder(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return, holder by holder, the regions and how many stand at the top of each ladder."""
    regions = evidence.ladders(wave)
    at_top = {name: regions[name] == top(name) for name in DIMENSIONS}
    counts = regions.assign(**at_top).groupby("holder")[list(DIMENSIONS)].sum()
    counts.columns = [f"{name}_top" for name in counts.columns]
    counts.insert(0, "regions", regions.groupby("holder").size())
    return counts.reindex(scale("holder").codes, fill_value=0).reset_index()


def _between(progress: pd.DataFrame, since: str, wave: str) -> pd.DataFrame:
    return progress[(progress["from_wave"] == since) & (progress["to_wave"] == wave)]


def _each(evidence: Evidence, wave: str, statistic: object) -> pd.DataFrame:
    assert callable(statistic)
    return pd.concat(
        [statistic(matrix(evidence, name, wave)).assign(dimension=name) for name in DIMENSIONS],
        ignore_index=True,
    )
