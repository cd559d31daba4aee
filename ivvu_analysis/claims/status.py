"""Section 4.2: how far the projects are (table 6)."""

from __future__ import annotations

from ivvu_analysis.claims.projects import BEFORE, COUNTS, LATEST, share
from ivvu_analysis.claims.registry import Rederivations
from ivvu_analysis.claims.sources import Sources, percent

rederives = Rederivations()

COMPLETED = ("completed_unsuccessful", "completed_successful")


@rederives(
    "status.completed.2020-10",
    "status.completed.2020-10.letter",
    tables=COUNTS,
    source="table 6",
    en="the number of completed projects, successful or not",
    nl="het aantal afgeronde projecten, succesvol of niet",
)
def completed(sources: Sources, wave: str = LATEST) -> float:
    """Return the projects that have been completed."""
    return sources.projects("status", wave, *COMPLETED)


@rederives(
    "status.completed_successful.2020-10",
    tables=COUNTS,
    source="table 6",
    en="the number of projects completed with success",
    nl="het aantal succesvol afgeronde projecten",
)
@rederives(
    "status.completed.2020-10.letter",
    reading="alternative",
    tables=COUNTS,
    source="table 6",
    en="the number of projects completed with success",
    nl="het aantal succesvol afgeronde projecten",
)
def completed_successfully(sources: Sources, wave: str = LATEST) -> float:
    """Return the projects that were completed with success."""
    return sources.projects("status", wave, "completed_successful")


@rederives(
    "status.success_share.{wave}",
    tables=COUNTS,
    source="table 6",
    en="the successful projects as a share of the completed ones",
    nl="de succesvolle projecten als aandeel van de afgeronde",
    for_each={"wave": (BEFORE, LATEST)},
)
def success_share(sources: Sources, wave: str) -> float:
    """Return the share of completed projects that were a success."""
    return percent(completed_successfully(sources, wave), completed(sources, wave))


@rederives(
    "status.{level}.2020-10",
    tables=COUNTS,
    source="table 6",
    en="the number of projects with this status in October 2020",
    nl="het aantal projecten met deze status in oktober 2020",
    for_each={"level": ("completed_unsuccessful", "stopped", "not_started")},
)
@rederives(
    "status.running.2020-10.count",
    "status.running.2020-10.count.letter",
    tables=COUNTS,
    source="table 6",
    en="the number of running projects in October 2020",
    nl="het aantal lopende projecten in oktober 2020",
)
def with_status(sources: Sources, level: str = "running") -> float:
    """Return the projects of one status."""
    return sources.projects("status", LATEST, level)


@rederives(
    "status.stopped.unchanged",
    tables=COUNTS,
    source="table 6",
    en="the number of stopped projects in October 2020, less that in March",
    nl="het aantal gestopte projecten in oktober 2020, min dat in maart",
)
def stopped_since_march(sources: Sources) -> float:
    """Return how many stopped projects there are more than in March."""
    return with_status(sources, "stopped") - sources.projects("status", BEFORE, "stopped")


@rederives(
    "status.all_started",
    tables=COUNTS,
    source="table 6",
    en="the share of projects that have started: all but the ones not yet started and the ones "
    "stopped or never started",
    nl="het aandeel gestarte projecten: alle behalve de nog niet gestarte en de gestopte of nooit gestarte",
)
def startedshare(sources: Sources) -> float:
    """Return the share of projects that have started."""
    return 100 - share(sources, "status", LATEST, "not_started", "stopped")


@rederives(
    "status.all_started",
    reading="arithmetic",
    tables=COUNTS,
    source="table 6",
    en="the growth in projects since March, less that in stopped ones, as a share of it; which ones "
    "stopped is not known",
    nl="de groei van het aantal projecten sinds maart, min die van de gestopte, als aandeel ervan; welke "
    "stopten is niet bekend",
)
def added_and_not_stopped(sources: Sources) -> float:
    """Return the net growth without stopped projects as a share of the growth."""
    added = sources.projects("status", LATEST) - sources.projects("status", BEFORE)
    return percent(added - stopped_since_march(sources), added)


@rederives(
    "status.running.2020-10.share",
    "status.running.2020-10.share.letter",
    "status.running.2020-10.majority",
    "status.running.2020-10.majority.letter",
    tables=COUNTS,
    source="table 6",
    en="the running projects as a share of all projects in October 2020",
    nl="de lopende projecten als aandeel van alle projecten in oktober 2020",
)
def runningshare(sources: Sources) -> float:
    """Return the share of projects that are running."""
    return share(sources, "status", LATEST, "running")


@rederives(
    "status.running.2020-10.share.letter",
    reading="arithmetic",
    tables=COUNTS,
    source="table 6",
    en="the running projects of March as a share of all projects in October 2020",
    nl="de lopende projecten van maart als aandeel van alle projecten in oktober 2020",
)
def running_before_of_now(sources: Sources) -> float:
    """Return the running projects of the wave before over the projects of this wave."""
    return percent(sources.projects("status", BEFORE, "running"), sources.projects("status", LATEST))
