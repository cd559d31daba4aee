"""Chapter 4, its opening and section 4.1.1: how many projects there are, and how many organisations join."""

from __future__ import annotations

from ivvu_analysis.claims.registry import Rederivations
from ivvu_analysis.claims.sources import Sources, percent

rederives = Rederivations()

COUNTS = ("project_counts",)
BEFORE, LATEST = "2020-03", "2020-10"

MANY_ORGANISATIONS = ("7-9", "10+")


def share(sources: Sources, measure: str, wave: str, *levels: str, group: str = "all") -> float:
    """Return the share of projects on any of `levels`, as a percentage of all projects or of a group."""
    whole = sources.projects(measure, wave, group=group)
    return percent(sources.projects(measure, wave, *levels, group=group), whole)


@rederives(
    "projects.total.letter",
    "projects.total.letter.supported",
    "projects.total.classified",
    tables=("theme_by_holder",),
    source="table 4",
    en="the sum over themes and concession holders",
    nl="de som over hoofdrubrieken en concessiehouders",
)
def projects_by_holder(sources: Sources) -> float:
    """Return all projects of table 4."""
    return sources.held()


@rederives(
    "projects.total.outlook",
    "projects.total.conclusions",
    tables=("theme_by_start",),
    source="table 7",
    en="the sum over themes and starts",
    nl="de som over hoofdrubrieken en aanvang",
)
def projects_by_start(sources: Sources) -> float:
    """Return all projects of table 7."""
    return sources.started()


@rederives(
    "projects.total.2020-10",
    "projects.total.status",
    tables=COUNTS,
    source="table 6",
    en="the sum over project status in October 2020",
    nl="de som over projectstatus in oktober 2020",
)
def projects_by_status(sources: Sources, wave: str = LATEST) -> float:
    """Return all projects of table 6 at one wave."""
    return sources.projects("status", wave)


@rederives(
    "projects.total.2020-03",
    tables=COUNTS,
    source="table 6",
    en="the sum over project status in March 2020",
    nl="de som over projectstatus in maart 2020",
)
def projects_by_status_before(sources: Sources) -> float:
    """Return all projects of table 6 in the previous report."""
    return projects_by_status(sources, BEFORE)


@rederives(
    "participation.more_organisations",
    tables=COUNTS,
    source="table 5",
    en="the share of projects with seven or more organisations in October 2020, less that in March",
    nl="het aandeel projecten met zeven of meer organisaties in oktober 2020, min dat in maart",
)
def participation_gain(sources: Sources) -> float:
    """Return what projects with many organisations gained in share."""
    now = share(sources, "participation", LATEST, *MANY_ORGANISATIONS)
    return now - share(sources, "participation", BEFORE, *MANY_ORGANISATIONS)


@rederives(
    "participation.{wave}.total",
    tables=COUNTS,
    source="table 5",
    en="the sum over the classes of participating organisations",
    nl="de som over de klassen van deelnemende organisaties",
    for_each={"wave": (BEFORE, LATEST)},
)
def participation_total(sources: Sources, wave: str) -> float:
    """Return all projects of table 5 at one wave."""
    return sources.projects("participation", wave)


@rederives(
    "participation.2020-10.total",
    reading="arithmetic",
    tables=COUNTS,
    source="table 5",
    en="the sum with the class of one to three organisations counted twice",
    nl="de som waarin de klasse van een tot drie organisaties dubbel telt",
)
def participation_with_smallest_twice(sources: Sources) -> float:
    """Return the sum of table 5 with its smallest class counted double."""
    return participation_total(sources, LATEST) + sources.projects("participation", LATEST, "1-3")
