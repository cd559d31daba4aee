"""What each tab shows for its choices: functions as one would write them in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ivvu_analysis import figures
from ivvu_analysis.data import Evidence
from ivvu_analysis.explorer import groups
from ivvu_analysis.questions import agenda, capacity, outlook, phases, ratings, utrecht
from ivvu_analysis.questions.utrecht import Tables
from ivvu_analysis.report.document import Report
from ivvu_analysis.stats import forecast

SOURCES = {
    "agreements": ["table 1"],
    "dynamics": ["table 2"],
    "vision": ["table 3"],
    "participation": ["table 5"],
    "status": ["table 6"],
    "impact": ["table 8", "table 12"],
    "sharing": ["table 10", "table 12"],
    "scalability": ["table 11", "table 12"],
}


def overview(evidence: Evidence, subject: str, chosen: Sequence[str], language: str) -> None:
    """Show the map, the levels wave by wave, and the chosen regions against the others."""
    report = Report(evidence, language=language)
    _ = report.gettext
    ladder = subject in evidence.codebook.dimensions
    about: dict[str, Any] = {
        "subject": report.fill(f"{{s:{'dimension' if ladder else 'measure'}}}", s=subject),
        "wave": evidence.wave,
    }
    source = SOURCES.get(subject, [])
    if groups.regions_known(evidence, subject):
        _region_map(report, evidence, subject, chosen, about)
    else:
        report.say(
            _("Levels of separate regions were not published for this choice. A project register shows them.")
        )
    levels = (
        evidence.phases(subject)
        .assign(level=lambda f: f["phase"].astype(str))
        .rename(columns={"regions": "estimate"})
        if ladder
        else ratings.levels(evidence, subject)
    )[["wave", "level", "estimate"]]
    fmt = report.format("count" if ladder else "%")
    shown = report.labelled(levels, level=subject)
    ax = figures.stacked(shown, y="wave", hue="level", fmt=fmt, palette=report.palette(subject))
    report.figure(
        ax,
        levels,
        _("{subject}: levels up to {wave:wave}."),
        source=source,
        level=subject,
        unit="count" if ladder else "%",
        **about,
    )
    parts = groups.shares(evidence, subject, chosen)
    own = {"chosen": _("Chosen regions"), "others": _("All other regions")}
    if ladder:
        own["all"] = _("All regions")
    labelled = report.labelled(parts, level=subject)
    named = zip(parts["group"], labelled["group"].astype(object), strict=True)
    labelled["group"] = [own.get(code, label) for code, label in named]
    ax = figures.dots(labelled, y="level", hue="group")
    numbers = labelled[["group", "level", "count", "n", "estimate", "conf_low", "conf_high"]]
    report.figure(
        ax,
        numbers,
        _("{subject}, {wave:wave}: share of each level, with 95% intervals."),
        source=source,
        heads={"group": _("Group")},
        **about,
    )
    report.table(numbers, _("The numbers of the intervals."), source=source, heads={"group": _("Group")})


def _region_map(
    report: Report, evidence: Evidence, subject: str, chosen: Sequence[str], about: dict[str, Any]
) -> None:
    tiles = groups.by_region(evidence, subject)
    labelled = report.labelled(tiles, level=subject)
    marked = [evidence.codebook.scale("region").label(code, report.language) for code in chosen]
    ax = figures.tile_map(
        labelled, value="level", label="region", marked=marked, palette=report.palette(subject)
    )
    text = report.gettext("{subject}: the level of every region, {wave:wave}; the chosen ones are outlined.")
    source = "appendix 1" if subject in evidence.codebook.dimensions else "rows"
    report.figure(ax, tiles[["region", "holder", "level"]], text, source=source, level=subject, **about)


def course(
    evidence: Evidence, dimension: str, horizon: str, speed: float, stalling: float, language: str
) -> None:
    """Show how many regions are expected at the top of a ladder, as before and under a scenario."""
    report = Report(evidence, language=language)
    _ = report.gettext
    if (outlook.none_for(evidence)["dimension"] == dimension).any():
        report.say(_("These counts cannot be continued with a model in which regions only move up."))
        return
    fitted = outlook.fit(evidence, seed=1)[dimension]
    dates = outlook.months(fitted.wave, horizon)
    courses = {_("As before"): forecast.forecast_top(fitted, dates)}
    if (speed, stalling) != (1.0, 0.0):
        faster = replace(fitted, rates=fitted.rates * speed)
        courses[_("This scenario")] = forecast.forecast_top(faster, dates, (stalling,))
    for name, rows in courses.items():
        last = rows[rows["date"] == horizon].set_index("quantity")
        report.say(
            _(
                "**{name}**: {row.estimate:.1} of {n} regions at the top in {horizon:wave} ({row.conf_low} "
                "to {row.conf_high}); the chance that all are is {p:chance}."
            ),
            name=name,
            row=last.loc["at_top"],
            n=last.loc["at_top", "n"],
            horizon=horizon,
            p=last.loc["all_at_top", "estimate"],
        )
    if len(courses) > 1:
        report.say(
            _("The scenario: {speed:.2} times the pace, {stalling:%} stalling."),
            speed=speed,
            stalling=stalling,
        )
    frame = pd.concat([rows.assign(course=name) for name, rows in courses.items()], ignore_index=True)
    frame = frame[frame["quantity"] == "at_top"]
    counted = phases.at_top(evidence).query("dimension == @dimension").rename(columns={"wave": "date"})
    before = pd.concat([counted.assign(course=name) for name in list(courses)[:1]])
    ax = figures.lines(
        report.labelled(frame),
        x="date",
        hue="course",
        observed=report.labelled(before),
        limits=(0, float(frame["n"].iloc[0])),
        fmt=report.format("count"),
    )
    report.figure(
        ax,
        frame[["course", "date", "estimate", "conf_low", "conf_high"]],
        _("{dimension:dimension}: regions at the top, counted and expected with 95% intervals."),
        source=SOURCES.get(dimension, []),
        unit="count",
        heads={"course": _("Course")},
        dimension=dimension,
    )


def care(
    tables: Tables,
    home_share: float,
    demand: float,
    beds: float,
    stay: float,
    staff: float,
    occupancy: float,
    language: str,
) -> None:
    """Show what a scenario makes of the places and staff of the members in Utrecht."""
    report = Report(language=language)
    _ = report.gettext
    now = capacity.members(tables, occupancy)
    change = capacity.Change(home_share, demand, beds, stay, staff)
    balance = capacity.balance(now, change)
    end = balance.set_index("quantity")["end"].round()
    short = end["places_short"]
    report.say(
        _("**{places} places are short**: {needed} are needed and {there} are there.")
        if short > 0
        else _("**{places} places are left over**: {needed} are needed and {there} are there."),
        places=abs(short),
        needed=end["places_needed"],
        there=end["places"],
    )
    report.say(
        _(
            "The places would be just enough with {fits:%} of the clients cared for at home; that was "
            "{was:%}."
        ),
        fits=capacity.fitting_home_share(now, change),
        was=now.home_share,
    )
    report.say(
        _("At the ratio of 2021, {needed} members of staff are needed; in this scenario there are {there}."),
        needed=end["staff_needed"],
        there=end["staff"],
    )
    line = capacity.places_short(now, change, np.linspace(0, 1, 21))
    ax = figures.lines(line, x="home_share", null=0, fmt=report.format("count"), x_fmt=report.format("%"))
    ax.axvline(home_share, linewidth=1)
    ax.set_xlabel(_("Share of clients cared for at home"))
    report.figure(
        ax,
        line,
        _(
            "Places short by the share of clients cared for at home; below the dashed line places "
            "are left over."
        ),
        unit="count",
        source=utrecht.source(tables["key_figures"].query("group == 'care'")),
    )
    names = utrecht.labels(tables, "scenario_quantity", language)
    whole = balance.round({"start": 0, "end": 0})
    frame = whole.assign(quantity=balance["quantity"].map(names)).rename(
        columns={"quantity": "scenario_quantity"}
    )
    report.table(
        frame,
        _("Clients, places and staff of the members, before and after."),
        unit="count",
        heads={"start": "2021", "end": _("Scenario"), "share": _("Change")},
    )


def published_growth(tables: Tables) -> float:
    """Return the growth in demand to begin with: the one that the agenda states."""
    return agenda.growth(tables)
