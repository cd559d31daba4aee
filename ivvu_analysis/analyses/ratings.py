"""What the ratings of projects say: impact, sharing of results and scalability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ivvu_analysis.analyses import editions, rows
from ivvu_analysis.codebook import scale
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.stats import misclassification, ordinal, overlap, partial_order, proportions
from ivvu_analysis.stats.tipping_point import overturning_ratings

SCALES = scale("impact_scale").codes
MEANINGS = scale("impact_meaning").codes
MUCH_MEANING, SCALABLE = rows.REACHED["impact"], rows.REACHED["scalability"]
NOISE = np.linspace(0, 0.4, 21)  # chances that a rating is one level off


def shares(evidence: Evidence, measure: str, group: str = "all") -> pd.DataFrame:
    """Return the share of each level at each wave: `wave, level, projects, n, estimate, conf_low, ...`.

    The level of what is not known is left out where no wave counts any.
    """
    counts = evidence.counts(measure, group)
    unknown = ~counts["level"].isin(scale(measure).rated)
    kept = counts if counts["projects"][unknown].any() else counts[~unknown]
    return proportions.shares(kept, by="wave")


def shares_by_group(evidence: Evidence, measure: str, wave: str) -> pd.DataFrame:
    """Return the share of each rated level in technology and in all other themes at one wave.

    Without rows, as all comparisons of the two groups, where one of them has no rated project.
    """
    if _both(evidence, measure, wave) is None:
        return _nothing("group", "level", "projects", "n")
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
    parts = rated["level"].astype(str).str.split("_")
    by_scale = _summed(rated.assign(level=parts.str[0]), SCALES)
    by_meaning = _summed(rated.assign(level=parts.str[1]), MEANINGS)
    return proportions.shares(by_scale, by="wave"), proportions.shares(by_meaning, by="wave")


def technology_vs_rest(evidence: Evidence, measure: str, wave: str, seed: int) -> pd.DataFrame:
    """Compare technology with all other themes on an ordered measure.

    Returns
    -------
    DataFrame
        One row a `quantity` (``theta``, ``difference``, ``odds_ratio``, ``brant``), see `stats.ordinal`.
    """
    groups = _both(evidence, measure, wave)
    return ordinal.compare(*groups, seed=seed) if groups else _nothing("quantity", "n", "p_value", "method")


def all_measures(evidence: Evidence, wave: str, seed: int) -> pd.DataFrame:
    """Return theta of technology against the rest for impact, sharing and scalability, one row each."""
    columns = ["measure", "estimate", "conf_low", "conf_high", "n", "p_value", "method"]
    found = [
        technology_vs_rest(evidence, measure, wave, seed).query("quantity == 'theta'").assign(measure=measure)
        for measure in ("impact", "sharing", "scalability")
    ]
    known = [theta for theta in found if len(theta)]
    return pd.concat(known, ignore_index=True)[columns] if known else pd.DataFrame(columns=columns)


def cuts(evidence: Evidence, measure: str, wave: str) -> pd.DataFrame:
    """Return the differences between technology and the rest in the share at or above each level."""
    groups = _both(evidence, measure, wave)
    if groups is None:
        return _nothing("cut", "share_1", "share_2", "n", "method")
    return ordinal.cut_differences(*groups, levels=scale(measure).rated)


def orders_of_impact(evidence: Evidence, wave: str, seed: int) -> pd.DataFrame:
    """Return theta of technology against the rest under each linear order that scale and meaning allow."""
    if _both(evidence, "impact", wave) is None:
        return _nothing("order", "n", "p_value", "method")
    orders = [
        ["_".join(map(str, pair)) for pair in order]
        for order in partial_order.linear_extensions(SCALES, MEANINGS)
    ]
    technology, rest = (
        _rated(evidence, "impact", wave, group).set_index("level")["projects"]
        for group in ("technology", "rest")
    )
    return partial_order.theta_by_order(technology, rest, orders, seed=seed)


def shared_projects(evidence: Evidence, measure: str, before: str, after: str) -> tuple[int, int]:
    """Return the fewest and the most projects that two editions can have in common.

    A register with numbers tells which were rated in both. The publication says only that most projects are
    the same. Between half and all of the smaller edition is a generous reading of "most".
    """
    known = editions.rated_in_both(evidence, measure, before, after)
    if known is not None:
        return known
    sizes = evidence.counts(measure).groupby("wave")["projects"].sum()
    most = int(min(sizes[before], sizes[after]))
    return most // 2, most


def change(evidence: Evidence, measure: str, levels: Sequence[str], before: str, after: str) -> pd.DataFrame:
    """Return the change in the share of `levels` between two waves, under every overlap of the editions.

    Returns
    -------
    DataFrame
        The rows of `overlap.difference`, with `assumption` also as `overlap`, its name in the codebook.
        Without rows where the measure was not rated at one of the waves.
    """
    rated = evidence.counts(measure).query("level in @rated", local_dict={"rated": scale(measure).rated})
    n = rated.groupby("wave")["projects"].sum()
    x = rated[rated["level"].isin(levels)].groupby("wave")["projects"].sum()
    if not (n.get(before, 0) and n.get(after, 0)):
        return _nothing("overlap", "assumption", "n", "method")
    shared = shared_projects(evidence, measure, before, after)
    smaller = int(min(n[before], n[after]))
    shared = min(shared[0], smaller), min(shared[1], smaller)
    result = overlap.difference(x[before], int(n[before]), x[after], int(n[after]), shared)
    return result.assign(overlap=result["assumption"])


def noise(evidence: Evidence, measure: str, wave: str) -> pd.DataFrame:
    """Return how the comparison of technology with the rest changes if ratings are one level off."""
    groups = _both(evidence, measure, wave)
    return misclassification.theta_by_error(*groups, NOISE) if groups else _nothing("scenario", "q", "n")


def tipping_point(evidence: Evidence, measure: str, wave: str) -> pd.DataFrame:
    """Return the fewest ratings that, moved one level, overturn what sets technology apart."""
    groups = _both(evidence, measure, wave)
    return overturning_ratings(*groups) if groups else _nothing("group", "event", "n")


def _rated(evidence: Evidence, measure: str, wave: str, group: str) -> pd.DataFrame:
    counts = evidence.counts(measure, group)
    chosen = counts[(counts["wave"] == wave) & counts["level"].isin(scale(measure).rated)]
    return chosen[["level", "projects"]].reset_index(drop=True)


def _both(evidence: Evidence, measure: str, wave: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the ratings of technology and of the rest, or None if one of them has none."""
    technology, rest = (
        _rated(evidence, measure, wave, group)["projects"].to_numpy() for group in ("technology", "rest")
    )
    return (technology, rest) if technology.sum() and rest.sum() else None


def _nothing(*columns: str) -> pd.DataFrame:
    """Return a result without rows: the grouping columns and the estimate."""
    return pd.DataFrame(columns=[*columns, "estimate", "conf_low", "conf_high"])


def _summed(counts: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    summed = counts.groupby(["wave", "level"])["projects"].sum()
    grid = pd.MultiIndex.from_product([sorted(counts["wave"].unique()), levels], names=["wave", "level"])
    return summed.reindex(grid, fill_value=0).reset_index()
