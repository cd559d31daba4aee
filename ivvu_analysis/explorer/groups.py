"""Chosen regions against the others, level by level, as far as that is known.

A part is set against the rest, never against the whole that it is part of: the chosen regions against the
others, or technology against the other themes where ratings by region were not published. In a register that
was reconstructed from published totals the regions of projects are invented, so nothing is shown by region.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.stats import proportions


def regions_known(evidence: Evidence, subject: str) -> bool:
    """Return whether a ladder or measure is known for the separate regions at the wave of the evidence."""
    if subject in evidence.codebook.dimensions:
        return evidence.wave in evidence.waves("regions")
    return evidence.origin == "register"


def by_region(evidence: Evidence, subject: str) -> pd.DataFrame:
    """Return one row a region: its tile and its `level`, a phase or the level that most projects there have.

    The level is missing where nothing is rated, or where no single level is the most frequent.
    """
    if subject in evidence.codebook.dimensions:
        return evidence.standing().assign(level=lambda frame: frame[subject].astype(str))
    rows = _projects(evidence, subject)
    modes = rows.groupby("region")[subject].agg(lambda levels: levels.mode().tolist())
    single = {region: found[0] for region, found in modes.items() if len(found) == 1}
    return evidence.regions.assign(level=evidence.regions["region"].map(single))


def shares(evidence: Evidence, subject: str, chosen: Sequence[str]) -> pd.DataFrame:
    """Return the share of each level in each group that can be told apart, with intervals.

    Returns
    -------
    DataFrame
        `group, level, count, n, estimate, conf_low, conf_high, method`, where `group` is ``"chosen"`` and
        ``"others"``, ``"technology"`` and ``"rest"``, or ``"all"``.
    """
    codes = list(evidence.codebook.scale(subject).rated)
    parts = _parts(evidence, subject, chosen)
    tables = [
        pd.DataFrame({"group": name, "level": codes, "count": counts.reindex(codes).fillna(0).astype(int)})
        for name, counts in parts.items()
    ]
    return proportions.shares(pd.concat(tables, ignore_index=True), by="group", count="count")


def _parts(evidence: Evidence, subject: str, chosen: Sequence[str]) -> dict[str, pd.Series]:
    """Return the counts by level of every group."""
    ladder = subject in evidence.codebook.dimensions
    if chosen and regions_known(evidence, subject):
        rows = evidence.standing() if ladder else _projects(evidence, subject)
        inside = rows["region"].astype(str).isin(list(chosen))
        levels = rows[subject].astype(str)
        return {"chosen": levels[inside].value_counts(), "others": levels[~inside].value_counts()}
    if ladder:
        counts = evidence.phases(subject)
        now = counts[counts["wave"] == evidence.wave]
        return {"all": now.set_index(now["phase"].astype(str))["regions"]}
    by_group = {name: evidence.counts(subject, name) for name in ("technology", "rest", "all")}
    now_by_group = {
        name: counts[counts["wave"] == evidence.wave].set_index("level")["projects"]
        for name, counts in by_group.items()
    }
    both = all(now_by_group[name].sum() for name in ("technology", "rest"))
    names = ("technology", "rest") if both else ("all",)
    return {name: now_by_group[name] for name in names}


def _projects(evidence: Evidence, subject: str) -> pd.DataFrame:
    rows = pd.DataFrame(evidence.projects)
    rated = rows[subject].astype(str).isin(evidence.codebook.scale(subject).rated)
    now = rows[(rows["wave"] == evidence.wave) & rated]
    return now.astype({"region": object, subject: str})
