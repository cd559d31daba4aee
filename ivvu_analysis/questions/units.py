"""Regions and holders with few projects: funnels, and shares that borrow from each other; no rankings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import rows
from ivvu_analysis.stats import funnel as funnels
from ivvu_analysis.stats import shrinkage
from ivvu_analysis.stats.clusters import intraclass

FEW = 8  # projects; below this a share says less than the list


def funnel(evidence: Evidence, measure: str, by: str) -> pd.DataFrame:
    """Place every region or holder in a funnel around the share of all rated projects together.

    Parameters
    ----------
    evidence
        Whose projects; published and reconstructed figures give no rows.
    measure
        ``"impact"``, ``"sharing"`` or ``"scalability"``; which levels count is in the codebook (`reached`).
    by
        ``"region"`` or ``"holder"``.

    Returns
    -------
    DataFrame
        `<by>, projects, n, share, estimate, conf_low, conf_high, outer_low, outer_high, target, dispersion,
        position`, one row a unit in the order of the codebook; `estimate` and the limits are those of the
        funnel, `share` what was counted. Without rows where fewer than two units have rated projects.
    """
    counts = _counts(evidence, measure, by)
    if (counts["n"] > 0).sum() < 2:
        return pd.DataFrame(columns=[by, "projects", "n", "share", "estimate", "position"])
    found = funnels.funnel(counts).rename(columns={"events": "projects"}).rename_axis(by).reset_index()
    return found.assign(share=found["projects"] / found["n"].where(found["n"] > 0))


def limits(funnel: pd.DataFrame) -> pd.DataFrame:
    """Return the curves of a funnel: `n, level, estimate, conf_low, conf_high`, as far as its units reach."""
    if funnel.empty:
        return pd.DataFrame(columns=["n", "level", "estimate", "conf_low", "conf_high"])
    target, dispersion = funnel["target"].iloc[0], funnel["dispersion"].iloc[0]
    sizes = range(1, int(funnel["n"].max()) + 1)
    return pd.concat([funnels.funnel_limits(target, sizes, level, dispersion) for level in funnels.LEVELS])


def shrunken(funnel: pd.DataFrame, by: str, units: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the share of each unit once the others are taken into account, for the table below a funnel.

    Parameters
    ----------
    funnel
        What `funnel` returned.
    by
        What its units are.
    units
        Those to return, by default all.

    Returns
    -------
    DataFrame
        `<by>, projects, n, share, estimate, conf_low, conf_high, position`, where `estimate` is the shrunken
        share with its interval.
    """
    if funnel.empty:
        return funnel
    counts = funnel.set_index(by)[["projects", "n"]].rename(columns={"projects": "events"})
    found = shrinkage.shrink(counts, units)[["estimate", "conf_low", "conf_high"]]
    known = funnel.set_index(by)[["projects", "n", "share", "position"]]
    return found.join(known).rename_axis(by).reset_index()[[by, *known, *found]]


def outside(funnel: pd.DataFrame) -> pd.Series:
    """Return what a funnel with rows comes to.

    Returns
    -------
    Series
        `units` with rated projects, how many lie `outside` the 95 % limits, how many chance alone puts there
        on average (`by_chance`) and the chance that it puts any there (`at_least_one`).
    """
    known = funnel[funnel["n"] > 0]
    target, dispersion = known[["target", "dispersion"]].iloc[0]
    by_chance, at_least_one = funnels.by_chance(target, known["n"], dispersion)
    return pd.Series(
        {
            "units": len(known),
            "outside": int((known["position"] != "within").sum()),
            "by_chance": by_chance,
            "at_least_one": at_least_one,
        },
        dtype=object,
    )


def own(evidence: Evidence, region: str) -> pd.DataFrame:
    """Return how the projects of one region are rated beside those of all regions.

    Returns
    -------
    DataFrame
        `reached` (a measure), `projects, n, share, estimate, conf_low, conf_high, target, position`: counts,
        the shrunken share with its interval, the share of all regions together, and where the region lies in
        the funnel. A measure on which fewer than `FEW` projects are rated is left out: so few are listed, not
        averaged. Without rows where there are no rows of a register to tell it from.
    """
    columns = ["reached", "projects", "n", "share", "estimate", "conf_low", "conf_high", "target", "position"]
    found = []
    for measure in rows.RATINGS:
        around = funnel(evidence, measure, "region")
        if len(around):
            row = shrunken(around, "region", [region])
            found.append(row[row["n"] >= FEW].assign(target=around["target"].iloc[0], reached=measure))
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def alike(evidence: Evidence, measure: str, by: str = "region") -> pd.DataFrame:
    """Return how far the ratings of projects of one region, or of one holder, correlate.

    Returns
    -------
    DataFrame
        One row, see `stats.clusters.intraclass`; none where fewer than two of them have rated projects.
    """
    projects = rows.real(evidence)
    if projects is None or projects.empty or by not in projects:
        return pd.DataFrame()
    ratings, units = rows.rated(evidence, projects, measure), projects[by].astype(object)
    if units[ratings.notna()].nunique() < 2:
        return pd.DataFrame()
    return intraclass(ratings, units)


def projects_of(evidence: Evidence, region: str) -> int | None:
    """Return how many projects a region has, or None where that cannot be told."""
    projects = rows.real(evidence)
    return None if projects is None else int((projects["region"] == region).sum())


def possible(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Bound what a reconstructed register invents: how many projects of each holder reach a rating.

    Themes by holder and ratings of technology and the rest are published; how the projects of a holder are
    rated is not, and follows from these only within bounds.

    Returns
    -------
    DataFrame
        `holder, estimate, conf_low, conf_high, n`: the number in the rows, the fewest and the most possible,
        and the projects of the holder. Without rows for evidence that is not reconstructed and for a wave
        whose themes were not published.
    """
    columns = ["holder", "estimate", "conf_low", "conf_high", "n"]
    themes = evidence.theme_by_holder
    size = evidence.counts("status").query("wave == @evidence.wave")["projects"].sum()
    if evidence.origin != "reconstructed" or evidence.projects is None or themes["projects"].sum() != size:
        return pd.DataFrame(columns=columns)
    group = themes["theme"].where(themes["theme"] == "technology", "rest").rename("group")
    held = themes.groupby(["holder", group])["projects"].sum()
    reaching = pd.DataFrame({name: _reaching(evidence, measure, name) for name in ("technology", "rest")})
    drawn = evidence.projects[evidence.projects["wave"] == evidence.wave]
    there = drawn[measure].isin(evidence.codebook.scale(measure).subset("reached"))
    chosen = drawn[there]["holder"].astype(object).value_counts()
    # Of the projects of a holder in a group that reach it: Frechet's bounds, added up over the two groups.
    found = []
    for holder in evidence.codebook.scale("holder").codes:
        of_holder = held.xs(holder, level="holder")
        fewest = (of_holder + reaching.loc["yes"] - reaching.sum()).clip(lower=0).sum()
        most = np.minimum(of_holder, reaching.loc["yes"]).sum()
        found.append((holder, float(chosen.get(holder, 0)), float(fewest), float(most), of_holder.sum()))
    return pd.DataFrame(found, columns=columns)


def _reaching(evidence: Evidence, measure: str, group: str) -> pd.Series:
    counts = evidence.counts(measure, group).query("wave == @evidence.wave")
    there = counts["level"].isin(evidence.codebook.scale(measure).subset("reached"))
    yes = there.map({True: "yes", False: "no"}).rename("reached")
    return counts.groupby(yes)["projects"].sum().reindex(["no", "yes"], fill_value=0)


def _counts(evidence: Evidence, measure: str, by: str) -> pd.DataFrame:
    """Return `events, n` for every region or holder of the codebook, in its order; zeros are there."""
    projects = rows.real(evidence)
    units = pd.Index(evidence.codebook.scale(by).codes, name=by)
    if projects is None or projects.empty:
        return pd.DataFrame({"events": 0, "n": 0}, index=units)
    marks = rows.reached(evidence, projects, measure)
    known = pd.DataFrame({by: projects[by].astype(object), "events": marks == "yes", "n": marks.notna()})
    return known.groupby(by)[["events", "n"]].sum().reindex(units, fill_value=0).astype(int)
