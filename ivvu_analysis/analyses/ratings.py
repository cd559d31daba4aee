"""What the ratings of projects say: impact, sharing of results and scalability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import scale
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.stats import ordinal, proportions, sensitivity

SCALES = scale("impact_scale").codes
MEANINGS = scale("impact_meaning").codes
MUCH_MEANING = tuple(f"{size}_much" for size in SCALES)
SCALABLE = ("this_region", "other_regions", "national")
NOISE = np.linspace(0, 0.4, 21)  # chances that a rating is one level off


def shares(evidence: Evidence, measure: str, group: str = "all") -> pd.DataFrame:
    """Return the share of each level at each wave: `wave, level, projects, n, estimate, conf_low, ...`."""
    return proportions.shares(evidence.counts(measure, group), by="wave")


def shares_by_group(evidence: Evidence, measure: str, wave: str) -> pd.DataFrame:
    """Return the share of each rated level in technology and in all other themes at one wave."""
    counts = pd.concat(
        [_rated(evidence, measure, wave, group).assign(group=group) for group in ("technology", "rest")],
        ignore_index=True,
    )
    return proportions.shares(counts, by="group")


def share_of(
    evidence: Evidence, measure: str, levels: Sequence[str], *, group: str = "all", unknown: bool = False
) -> pd.DataFrame:
    """Return the share of projects on any of `levels`, one row a wave.

    Parameters
    ----------
    evidence, measure, group
        Which counts.
    levels
        The levels that count together.
    unknown
        Whether projects with an unknown rating count in the total.

    Returns
    -------
    DataFrame
        `wave, projects, n, estimate, conf_low, conf_high, method`.
    """
    counts = evidence.counts(measure, group)
    if not unknown:
        counts = counts[counts["level"].isin(scale(measure).rated)]
    total = counts.groupby("wave")["projects"].sum()
    chosen = counts[counts["level"].isin(levels)].groupby("wave")["projects"].sum()
    result = proportions.wilson(chosen.to_numpy(), total.to_numpy())
    result.insert(0, "wave", chosen.index.to_numpy())
    result.insert(1, "projects", chosen.to_numpy())
    return result


def scale_and_meaning(evidence: Evidence, group: str = "all") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take the six impact levels apart: shares of the three scales and of the two meanings, by wave."""
    counts = evidence.counts("impact", group)
    rated = counts[counts["level"].isin(scale("impact").rated)]
    parts = rated["level"].str.split("_", expand=True)
    by_scale = _summed(rated.assign(level=parts[0]), SCALES)
    by_meaning = _summed(rated.assign(level=parts[1]), MEANINGS)
    return proportions.shares(by_scale, by="wave"), proportions.shares(by_meaning, by="wave")


def technology_vs_rest(evidence: Evidence, measure: str, wave: str, seed: int) -> pd.DataFrame:
    """Compare technology with all other themes on an ordered measure.

    Returns
    -------
    DataFrame
        One row a `quantity` (``theta``, ``difference``, ``odds_ratio``, ``brant``), see `stats.ordinal`.
    """
    return ordinal.compare(*_both(evidence, measure, wave), seed=seed)


def all_measures(evidence: Evidence, wave: str, seed: int) -> pd.DataFrame:
    """Return theta of technology against the rest for impact, sharing and scalability, one row each."""
    rows = [
        technology_vs_rest(evidence, measure, wave, seed).query("quantity == 'theta'").assign(measure=measure)
        for measure in ("impact", "sharing", "scalability")
    ]
    return pd.concat(rows, ignore_index=True)[
        ["measure", "estimate", "conf_low", "conf_high", "n", "p_value", "method"]
    ]


def cuts(evidence: Evidence, measure: str, wave: str) -> pd.DataFrame:
    """Return the differences between technology and the rest in the share at or above each level."""
    return ordinal.cut_differences(*_both(evidence, measure, wave), levels=scale(measure).rated)


def orders_of_impact(evidence: Evidence, wave: str, seed: int) -> pd.DataFrame:
    """Return theta of technology against the rest under each linear order that scale and meaning allow."""
    orders = [
        ["_".join(map(str, pair)) for pair in order] for order in ordinal.linear_extensions(SCALES, MEANINGS)
    ]
    technology, rest = (
        _rated(evidence, "impact", wave, group).set_index("level")["projects"]
        for group in ("technology", "rest")
    )
    return ordinal.theta_by_order(technology, rest, orders, seed=seed)


def shared_projects(evidence: Evidence, measure: str, before: str, after: str) -> tuple[int, int]:
    """Return the fewest and the most projects that two editions can have in common.

    The publication says only that most projects are the same. Between half and all of the smaller edition is
    a generous reading of "most".
    """
    sizes = evidence.counts(measure).groupby("wave")["projects"].sum()
    most = int(min(sizes[before], sizes[after]))
    return most // 2, most


def change(evidence: Evidence, measure: str, levels: Sequence[str], before: str, after: str) -> pd.DataFrame:
    """Return the change in the share of `levels` between two waves, under every overlap of the editions.

    Returns
    -------
    DataFrame
        The rows of `proportions.overlap_difference`, with `assumption` also as `overlap`, its name in the
        codebook.
    """
    rated = evidence.counts(measure).query("level in @rated", local_dict={"rated": scale(measure).rated})
    n = rated.groupby("wave")["projects"].sum()
    x = rated[rated["level"].isin(levels)].groupby("wave")["projects"].sum()
    shared = shared_projects(evidence, measure, before, after)
    shared = min(shared[0], int(n[before])), min(shared[1], int(n[before]))
    result = proportions.overlap_difference(x[before], int(n[before]), x[after], int(n[after]), shared)
    return result.assign(overlap=result["assumption"])


def noise(evidence: Evidence, measure: str, wave: str) -> pd.DataFrame:
    """Return how the comparison of technology with the rest changes if ratings are one level off."""
    return sensitivity.misclassification(*_both(evidence, measure, wave), NOISE)


def tipping_point(evidence: Evidence, measure: str, wave: str) -> pd.DataFrame:
    """Return the fewest ratings that, moved one level, overturn what sets technology apart."""
    return sensitivity.tipping_point(*_both(evidence, measure, wave))


def _rated(evidence: Evidence, measure: str, wave: str, group: str) -> pd.DataFrame:
    counts = evidence.counts(measure, group)
    chosen = counts[(counts["wave"] == wave) & counts["level"].isin(scale(measure).rated)]
    return chosen[["level", "projects"]].reset_index(drop=True)


def _both(evidence: Evidence, measure: str, wave: str) -> tuple[np.ndarray, np.ndarray]:
    technology, rest = (
        _rated(evidence, measure, wave, group)["projects"].to_numpy() for group in ("technology", "rest")
    )
    return technology, rest


def _summed(counts: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    summed = counts.groupby(["wave", "level"])["projects"].sum()
    grid = pd.MultiIndex.from_product([sorted(counts["wave"].unique()), levels], names=["wave", "level"])
    return summed.reindex(grid, fill_value=0).reset_index()
