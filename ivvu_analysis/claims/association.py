"""The association of Utrecht providers: its members, admissions, and the gap of 2040."""

from __future__ import annotations

from ivvu_analysis.claims.registry import Rederivations
from ivvu_analysis.claims.sources import Sources

rederives = Rederivations()


@rederives(
    "ivvu.members",
    tables=("utrecht_members",),
    source="list of members",
    en="the number of members listed",
    nl="het aantal leden in de lijst",
)
def members_listed(sources: Sources) -> float:
    """Return the number of members in the list."""
    return len(sources.rows("utrecht_members"))


@rederives(
    "ivvu.gap.split",
    tables=("utrecht_gap_split",),
    source="figure of the gap in 2040",
    en="the sum of the three parts",
    nl="de som van de drie delen",
)
def gap_parts(sources: Sources) -> float:
    """Return the sum of the parts of the gap."""
    return sources.total("utrecht_gap_split", "share", part=["identified", "expected", "unsolved"])


@rederives(
    "ibs.declarations",
    tables=("utrecht_ibs",),
    source="list of declarations",
    en="the sum of the declarations by elderly-care physicians and by mental health care",
    nl="de som van de verklaringen van specialisten ouderengeneeskunde en van de ggz",
)
def declarations(sources: Sources) -> float:
    """Return the declarations by who gave them."""
    return sources.total("utrecht_ibs", "number", measure=["declarations"], source=["so_vvt", "ggz"])


@rederives(
    "ibs.admissions",
    tables=("utrecht_ibs",),
    source="list of admissions",
    en="the sum of the admissions over the organisations",
    nl="de som van de opnames over de organisaties",
)
def admissions(sources: Sources) -> float:
    """Return the admissions by organisation."""
    organisations = ["careyn", "beweging-3-0", "zorggroep-charim", "other"]
    return sources.total("utrecht_ibs", "number", measure=["admissions"], source=organisations)


@rederives(
    "ibs.organisations_with_beds",
    tables=("utrecht_ibs",),
    source="list of admissions",
    en="the number of organisations named with admissions to beds of their own",
    nl="het aantal met name genoemde organisaties met opnames op eigen bedden",
)
def organisations_with_beds(sources: Sources) -> float:
    """Return the organisations that always have beds."""
    return int((sources.rows("utrecht_ibs")["ibs_beds"] == "true").sum())
