"""Regions and holders with few projects: funnels, and shares that borrow from each other; no rankings."""

from collections.abc import Sequence

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import INTERVAL, RESULT, nothing, portfolio, rows, stacked
from ivvu_analysis.stats import few_projects
from ivvu_analysis.stats.agreement import intraclass

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

    Examples
    --------
    >>> from ivvu_analysis import load, units
    >>> evidence = load(register="../params/example_edition/register.csv")
    >>> units.funnel(evidence, "impact", "region")["position"].value_counts().to_dict()
    {'within': 33, 'outside_95': 1}
    """
    projects = rows.real(evidence)
    marks = rows.reached(evidence, projects, measure).groupby(projects[by])
    codes = evidence.regions["region"] if by == "region" else evidence.codebook.scale(by).codes
    every = pd.Index(codes, name=by)
    counts = marks.agg(events="sum", n="count").reindex(every, fill_value=0).astype(int)
    if (counts["n"] > 0).sum() < 2:
        return nothing(f"{by} projects n share {INTERVAL} position")
    found = few_projects.funnel(counts).rename(columns={"events": "projects"}).reset_index()
    return found.assign(share=found["projects"] / found["n"])


def shrunken(funnel: pd.DataFrame, by: str, units: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the share of each unit once the others are taken into account, for the table below a funnel.

    Parameters
    ----------
    funnel
        What `funnel` returned, with rows.
    by
        What its units are.
    units
        Those to return, by default all.

    Returns
    -------
    DataFrame
        `<by>, projects, n, share, estimate, conf_low, conf_high, position`, where `estimate` is the
        shrunken share with its interval.

    Examples
    --------
    >>> from ivvu_analysis import load, units
    >>> around = units.funnel(load(register="../params/example_edition/register.csv"), "impact", "region")
    >>> units.shrunken(around, "region", ["twente"])[["share", "estimate"]].round(2).to_numpy().tolist()
    [[0.75, 0.7]]
    """
    counts = funnel.set_index(by)
    found = few_projects.shrink(counts.rename(columns={"projects": "events"}), units=units)
    known = counts.loc[found.index, ["projects", "n", "share", "position"]]
    return known.join(found[INTERVAL.split()]).rename_axis(by).reset_index()


def own(evidence: Evidence, region: str) -> pd.DataFrame:
    """Return how the projects of one region are rated beside those of all regions.

    Returns
    -------
    DataFrame
        `reached` (a measure), `projects, n, share, estimate, conf_low, conf_high, target, position`: counts,
        the shrunken share with its interval, the share of all regions together, and where the region lies in
        the funnel. A measure on which fewer than `FEW` projects are rated is left out: so few are listed, not
        averaged. Without rows where there are no rows of a register to tell it from.

    Examples
    --------
    >>> from ivvu_analysis import load, units
    >>> evidence = load(register="../params/example_edition/register.csv")
    >>> units.own(evidence, "twente")[["reached", "projects", "n"]].to_numpy().tolist()
    [['impact', 6, 8], ['sharing', 6, 8], ['scalability', 6, 8]]
    """
    found, region = {}, evidence.codebook.require("region", region)
    for measure in rows.RATINGS:
        around = funnel(evidence, measure, "region")
        if len(around):
            found[measure] = shrunken(around, "region", [region]).assign(target=around["target"].iloc[0])
    own = stacked(found, "reached", f"reached projects n share {INTERVAL} target position")
    return own[own["n"] >= FEW].reset_index(drop=True)


def alike(evidence: Evidence, measure: str, by: str = "region") -> pd.DataFrame:
    """Return how far the ratings of projects of one region, or of one holder, correlate.

    Returns
    -------
    DataFrame
        One row, see `stats.agreement.intraclass`; none where fewer than two of them have rated projects.

    Examples
    --------
    >>> from ivvu_analysis import load, units
    >>> units.alike(load(register="../params/example_edition/register.csv"), "impact")["clusters"].item()
    34
    """
    projects = rows.real(evidence)
    rated = rows.rated(evidence, projects, measure)
    known = set(projects[by][rated.notna()].dropna())
    return intraclass(rated, projects[by]) if len(known) > 1 else nothing(f"{RESULT} clusters")


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

    Examples
    --------
    >>> from ivvu_analysis import load, units
    >>> evidence = load(register="../data/register/reconstructed.csv")
    >>> units.possible(evidence, "impact")[["estimate", "conf_low", "conf_high"]].head(1).to_numpy().tolist()
    [[44, 4, 65]]
    """
    themes, size = evidence.theme_by_holder, portfolio.size(evidence, evidence.wave)
    if evidence.origin != "reconstructed" or themes["projects"].sum() != size:
        return nothing(f"holder {INTERVAL} n")
    group = themes["theme"].where(themes["theme"] == "technology", "rest")
    held = themes.groupby(["holder", group])["projects"].sum().unstack()
    counts = pd.DataFrame({name: evidence.table(measure, name).loc[evidence.wave] for name in held})
    reaching = counts.loc[list(evidence.codebook.scale(measure).subset("reached"))].sum()
    # Of the projects of a holder in a group that reach it: Frechet's bounds, added up over the two groups.
    low = (held + reaching - counts.sum()).clip(lower=0).sum(axis=1)
    high = held.clip(upper=reaching, axis=1).sum(axis=1)
    drawn = pd.DataFrame(evidence.projects).query("wave == @evidence.wave").astype({"holder": object})
    there = rows.reached(evidence, drawn, measure).groupby(drawn["holder"]).sum()
    found = pd.DataFrame({"estimate": there, "conf_low": low, "conf_high": high, "n": held.sum(axis=1)})
    codes = pd.Index(evidence.codebook.scale("holder").codes, name="holder")
    return found.reindex(codes).fillna(0).reset_index()
