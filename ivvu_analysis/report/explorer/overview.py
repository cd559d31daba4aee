"""The frames behind the overview: levels by region, their distribution, their intervals.

A part is set against the rest, never against the whole that it is part of: the chosen regions against the
others, or technology against the other themes where ratings by region were not published. In a register that
was reconstructed from published totals the regions of projects are invented, so nothing is shown by region.
"""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.codebook import DIMENSIONS, scale
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.report.explorer.selection import Selection
from ivvu_analysis.stats import proportions


def regions_known(evidence: Evidence, selection: Selection) -> bool:
    """Tell whether the subject is known for the separate regions at the chosen wave."""
    if selection.is_ladder:
        return selection.wave in evidence.waves("regions")
    return _has_rows(evidence)


def groups(evidence: Evidence, selection: Selection) -> tuple[str, ...]:
    """Return which groups can be told apart: chosen and other regions, technology and the rest, or all."""
    if selection.chosen and regions_known(evidence, selection):
        return ("chosen", "others")
    if not selection.is_ladder and selection.wave in _waves(evidence, selection.subject, "technology"):
        return ("technology", "rest")
    return ("all",)


def distribution(evidence: Evidence, selection: Selection) -> pd.DataFrame:
    """Return the share of every level: of all at each wave up to the chosen one, and of each group at that.

    Returns
    -------
    DataFrame
        `row, level`, the count (`regions` or `projects`), `n, estimate, conf_low, conf_high, method`; `row`
        is a wave or a group.
    """
    waves = [wave for wave in evidence.waves(selection.subject) if wave <= selection.wave]
    tables = [_counts(evidence, selection, wave, "all").assign(row=wave) for wave in waves]
    tables += [
        _counts(evidence, selection, selection.wave, group).assign(row=group)
        for group in groups(evidence, selection)
        if group != "all"
    ]
    return _shares(tables, "row", selection)


def intervals(evidence: Evidence, selection: Selection) -> pd.DataFrame:
    """Return the share of each rated level at the chosen wave with its interval, group by group.

    Returns
    -------
    DataFrame
        `group, level`, the count (`regions` or `projects`), `n, estimate, conf_low, conf_high, method`.
    """
    rated = scale(selection.subject).rated
    tables = [
        _counts(evidence, selection, selection.wave, group).assign(group=group)
        for group in groups(evidence, selection)
    ]
    return _shares([table[table["level"].isin(rated)] for table in tables], "group", selection)


def by_region(evidence: Evidence, selection: Selection) -> pd.DataFrame:
    """Return one row a region: its phase on a ladder, or the level that most of its projects have.

    Returns
    -------
    DataFrame
        `region, level`; the level is missing where nothing is rated, or where no single level is the most
        frequent.
    """
    if selection.is_ladder:
        phases = evidence.ladders(selection.wave)[["region", selection.subject]]
        return phases.set_axis(["region", "level"], axis=1).astype({"level": str})
    projects = _projects(evidence, selection.wave)
    rated = projects[projects[selection.subject].isin(scale(selection.subject).rated)]
    modes = {
        str(region): levels.mode()
        for region, levels in rated.astype(str).groupby("region")[selection.subject]
    }
    single = {region: found.iloc[0] for region, found in modes.items() if len(found) == 1}
    regions = evidence.regions["region"]
    return pd.DataFrame({"region": regions, "level": [single.get(region) for region in regions]})


def region_table(evidence: Evidence, selection: Selection) -> pd.DataFrame:
    """Return one row for each region set apart, or for all: `region, holder`, its phases and projects.

    The number of `projects` is there where a register gives it.
    """
    frame = evidence.ladders(wave_of_regions(evidence, selection))[["region", "holder", *DIMENSIONS]]
    if selection.chosen:
        frame = frame[frame["region"].isin(selection.chosen)]
    if _has_rows(evidence):
        counts = _projects(evidence, selection.wave)["region"].astype(str).value_counts()
        frame = frame.assign(projects=frame["region"].map(counts).fillna(0).astype(int))
    return frame.reset_index(drop=True)


def _has_rows(evidence: Evidence) -> bool:
    """Tell whether there are rows of real projects."""
    return evidence.origin == "register"


def wave_of_regions(evidence: Evidence, selection: Selection) -> str:
    """Return the wave whose phases go with a selection: its own, or the last one known before it."""
    known = evidence.waves("regions")
    return next((wave for wave in reversed(known) if wave <= selection.wave), known[0])


def _waves(evidence: Evidence, measure: str, group: str) -> set[str]:
    counts = evidence.project_counts
    return set(counts.loc[(counts["measure"] == measure) & (counts["group"] == group), "wave"])


def _projects(evidence: Evidence, wave: str) -> pd.DataFrame:
    projects = pd.DataFrame(evidence.projects)
    return projects[projects["wave"] == wave]


def _counts(evidence: Evidence, selection: Selection, wave: str, group: str) -> pd.DataFrame:
    """Return the regions or projects of a group on each level: `level` and the count."""
    found = _column(evidence, selection, wave, group)
    codes = list(scale(selection.subject).codes)
    return pd.DataFrame(
        {"level": codes, selection.counted: found.reindex(codes).fillna(0).astype(int).to_numpy()}
    )


def _column(evidence: Evidence, selection: Selection, wave: str, group: str) -> pd.Series:
    """Return the counts of a group by level."""
    subject = selection.subject
    if group in ("chosen", "others"):
        rows = evidence.ladders(wave) if selection.is_ladder else _projects(evidence, wave)
        # A register can name the holder of a project and leave its region open.
        key, members = ("region", selection.regions) if selection.regions else ("holder", (selection.holder,))
        known = rows[rows[key].notna()]
        inside = known[key].astype(str).isin(members)
        return known.loc[inside == (group == "chosen"), subject].astype(str).value_counts()
    if selection.is_ladder:
        counts = evidence.phases(subject)
        now = counts[counts["wave"] == wave]
        return now.set_index(now["phase"].astype(str))["regions"]
    counts = evidence.counts(subject, group)
    return counts[counts["wave"] == wave].set_index("level")["projects"]


def _shares(tables: list[pd.DataFrame], by: str, selection: Selection) -> pd.DataFrame:
    return proportions.shares(pd.concat(tables, ignore_index=True), by=by, count=selection.counted)
