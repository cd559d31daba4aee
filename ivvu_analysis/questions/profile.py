"""What is known about one region: its ladders, its holder's projects, its own projects?"""

import pandas as pd

from ivvu_analysis.codebook import Language
from ivvu_analysis.data import Evidence
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.questions import rows, stories
from ivvu_analysis.stats import proportions


def _ladders(evidence: Evidence) -> pd.DataFrame:
    """Return the phase of each region (rows) on each ladder (columns)."""
    return evidence.standing().set_index("region")[list(evidence.codebook.dimensions)]


def standing(evidence: Evidence, region: str) -> pd.DataFrame:
    """Return where a region stands on each ladder among all regions.

    Returns
    -------
    DataFrame
        `dimension, phase, below, same, above`, one row a ladder; `same` counts the other regions on its
        phase.

    Raises
    ------
    ParameterError
        If the phases of the region are not known at this wave.

    Examples
    --------
    >>> from ivvu_analysis import load, profile
    >>> profile.standing(load(), "twente")["dimension"].tolist()
    ['agreements', 'dynamics', 'vision']
    """
    regions, region = _ladders(evidence), evidence.codebook.require("region", region)
    if region not in regions.index:
        problem = f"The phases of '{region}' are not known for wave '{evidence.wave}'."
        raise ParameterError(problem, "Give 'phases' that have it, or another region.")
    own, others = regions.loc[region], regions.drop(index=region)
    places = {"below": (others < own).sum(), "same": (others == own).sum(), "above": (others > own).sum()}
    return pd.DataFrame({"phase": own, **places}).rename_axis("dimension").reset_index()


def strip(evidence: Evidence, region: str, language: Language) -> pd.DataFrame:
    """Return a region's phase on each ladder, and what the next one asks.

    Returns
    -------
    DataFrame
        `dimension, phase, above, next_step`: `above` counts the regions that are further, and `next_step` has
        the name and the meaning of the next phase, missing at the top.

    Examples
    --------
    >>> from ivvu_analysis import load, profile
    >>> profile.strip(load(), "twente", "en")["phase"].tolist()
    [4, 4, 4]
    """
    told = stories.meanings(evidence, language).set_index(["dimension", "phase"])["text"]

    def after(dimension: str, phase: int) -> str | None:
        ahead = evidence.codebook.scale(dimension).levels[phase:]
        texts = (ahead[0].labels[language], told.get((dimension, ahead[0].code))) if ahead else ()
        return ": ".join(filter(None, texts)) or None

    places = standing(evidence, region)[["dimension", "phase", "above"]]
    return places.assign(next_step=list(map(after, places["dimension"], places["phase"])))


def projects(evidence: Evidence, region: str) -> pd.DataFrame:
    """List the projects of a region, with what is known of each; without rows where there is no register.

    Examples
    --------
    >>> from ivvu_analysis import load, profile
    >>> len(profile.projects(load(register="../params/example_edition/register.csv"), "twente"))
    8
    """
    region = evidence.codebook.require("region", region)
    here = rows.real(evidence).query("region == @region")
    return here[["title", "theme", "status", "start", *rows.RATINGS]].reset_index(drop=True)


def others(evidence: Evidence, region: str) -> pd.DataFrame:
    """Return the phases of the other regions beside those of a region.

    Returns
    -------
    DataFrame
        `region, dimension, phase, own, apart`, one row a region and ladder, where `own` is the phase of the
        region, and `apart` on how many ladders the other one stands elsewhere.

    Examples
    --------
    >>> from ivvu_analysis import load, profile
    >>> others = profile.others(load(), "twente")
    >>> others.query("apart == 1 and phase != own")["region"].nunique()
    21
    """
    regions, region = _ladders(evidence), evidence.codebook.require("region", region)
    found = regions.drop(index=region).melt(var_name="dimension", value_name="phase", ignore_index=False)
    found = found.reset_index().assign(own=lambda frame: frame["dimension"].map(regions.loc[region]))
    apart = found["phase"].ne(found["own"]).groupby(found["region"]).transform("sum")
    return found.assign(apart=apart)


def themes(evidence: Evidence, holder: str) -> pd.DataFrame:
    """Return the share of each theme among a holder's projects and among those of all other holders.

    Returns
    -------
    DataFrame
        `compared, theme, projects, n, estimate, conf_low, conf_high, method`, where `compared` is
        ``"holder"`` or ``"others"``; themes that nobody works on are left out.

    Examples
    --------
    >>> from ivvu_analysis import load, profile
    >>> profile.themes(load(), "menzis")["projects"].sum().item()
    318
    """
    cells, holder = evidence.theme_by_holder, evidence.codebook.require("holder", holder)
    compared = (cells["holder"] == holder).map({True: "holder", False: "others"}).rename("compared")
    counts = cells.groupby([compared, "theme"])["projects"].sum().unstack("theme", fill_value=0)
    there = [code for code in evidence.codebook.scale("theme").codes if counts.get(code, pd.Series()).any()]
    long = counts[there].reset_index().melt("compared", var_name="theme", value_name="projects")
    return proportions.shares(long.sort_values("compared", kind="stable"), "compared", "theme")
