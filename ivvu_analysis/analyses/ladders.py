"""What the ladders of collaboration phases say: standing, progress, forecast and how the ladders agree."""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.codebook import DIMENSIONS, scale
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.stats import association, forecast, generator, levels, transitions

PAIRS = (("vision", "dynamics"), ("vision", "agreements"), ("dynamics", "agreements"))
STALLING = (0.0, 0.1, 0.2)  # shares of regions that never move on, as scenarios

Generators = dict[str, generator.Generator]


def top(dimension: str) -> int:
    """Return the highest phase of a ladder."""
    return len(scale(dimension).codes)


def matrix(evidence: Evidence, dimension: str, until: str) -> pd.DataFrame:
    """Return the regions of one ladder by wave (rows, oldest first) and phase, up to the wave `until`."""
    counts = evidence.phases(dimension)
    wide = counts[counts["wave"] <= until].pivot_table(index="wave", columns="phase", values="regions")
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


def months(wave: str, horizon: str) -> list[str]:
    """Return every second month from a wave to a horizon, both as YYYY-MM, the horizon included.

    Raises
    ------
    ParameterError
        If the horizon is no month after the wave.
    """
    try:
        ahead = pd.period_range(wave, horizon, freq="M")[1:]
    except ValueError:
        ahead = pd.PeriodIndex([], freq="M")
    if ahead.empty:
        raise ParameterError(
            f"The horizon '{horizon}' is no month after {wave}.", "Write a later month as YYYY-MM."
        )
    return [str(month) for month in ahead[::-1][::2][::-1]]


def fit(evidence: Evidence, wave: str, seed: int) -> Generators:
    """Fit the upward generator on all waves up to `wave`, of every ladder that it fits: see `no_outlook`."""
    without = set(no_outlook(evidence, wave)["dimension"])
    return {
        name: generator.fit_generator(matrix(evidence, name, wave), seed)
        for name in DIMENSIONS
        if name not in without
    }


def no_outlook(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return the ladders that no outlook can be given for: `dimension, no_outlook`, with the reason.

    The outlook lets regions only move up, so that their counts at or below a phase can never grow.
    """
    rows = []
    for name in DIMENSIONS:
        below = matrix(evidence, name, wave).cumsum(axis=1)
        if len(below) < 2:
            rows.append((name, "one_wave"))
        elif below.iloc[:, -1].nunique() > 1:
            rows.append((name, "other_regions"))
        elif (below.diff().iloc[1:] > 0).any(axis=None):
            rows.append((name, "fell_back"))
    return pd.DataFrame(rows, columns=["dimension", "no_outlook"])


def outlook(generators: Generators, dates: list[str]) -> pd.DataFrame:
    """Return the expected number at the top and the chance that all are, by ladder, date and stalling."""
    if not generators:
        columns = ["dimension", "date", "stalling", "quantity", "estimate", "conf_low", "conf_high"]
        return pd.DataFrame(columns=columns)
    return pd.concat(
        [
            forecast.forecast_top(fitted, dates, STALLING).assign(dimension=name)
            for name, fitted in generators.items()
        ],
        ignore_index=True,
    )


def joint_outlook(
    evidence: Evidence, generators: Generators, wave: str, date: str, seed: int
) -> pd.DataFrame:
    """Return how likely it is that all regions are at the top of all three ladders on a date.

    Without rows where one of the ladders has no outlook, or a region does not stand on all of them.
    """
    standings = evidence.ladders(wave)[list(DIMENSIONS)]
    counted = {int(matrix(evidence, name, wave).iloc[-1].sum()) for name in DIMENSIONS}
    if len(generators) < len(DIMENSIONS) or counted != {len(standings)}:
        return pd.DataFrame(columns=["date", "stalling", "quantity", "estimate", "method"])
    return forecast.forecast_ladders(generators, standings, date, seed, STALLING)


def backcast(evidence: Evidence, wave: str, seed: int) -> pd.DataFrame:
    """Predict `wave` from the waves before it, ladder by ladder: predicted, `counted` and `error`.

    Only for ladders with an outlook and two waves before this one.
    """
    without = set(no_outlook(evidence, wave)["dimension"])
    counts = {name: matrix(evidence, name, wave) for name in DIMENSIONS if name not in without}
    found = [
        forecast.backcast(matrix, seed).assign(dimension=name)
        for name, matrix in counts.items()
        if len(matrix) > 2
    ]
    if not found:
        return pd.DataFrame(columns=["dimension", "phase", "counted", "estimate", "conf_low", "conf_high"])
    return pd.concat(found, ignore_index=True).rename(columns={"observed": "counted"})


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
