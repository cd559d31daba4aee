"""What each tab shows for its choices: functions as one would write them in a notebook."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ivvu_analysis import figures
from ivvu_analysis.data import Evidence
from ivvu_analysis.data.references import PRINTED
from ivvu_analysis.questions import capacity, outlook, phases, ratings, rows, utrecht
from ivvu_analysis.questions.utrecht import Tables
from ivvu_analysis.report.document import Report
from ivvu_analysis.stats import forecast, proportions


def overview(evidence: Evidence, subject: str, chosen: Sequence[str], language: str) -> None:
    """Show the map, the levels wave by wave, and the chosen regions against the others."""
    report = Report(evidence, language=language)
    _, ladder, book = report.gettext, subject in evidence.codebook.dimensions, evidence.codebook
    name = report.words.format("dimension" if ladder else "measure", subject)
    about: dict[str, Any] = {"subject": name, "wave": evidence.wave, "level": subject}
    source, unit, palette = _tables(subject), "count" if ladder else "%", report.palette(subject)
    rated = in_regions(evidence, subject)
    if rated is None:
        text = _(
            "Levels of separate regions were not published for this choice. A project register shows them."
        )
        report.say(text)
    else:
        most = rated.groupby("region")[subject].agg(pd.Series.mode)
        alone = most[most.map(pd.api.types.is_scalar)]  # where two are as frequent, neither is shown
        tiles = evidence.regions.assign(level=evidence.regions["region"].map(alone))
        marked = [book.scale("region").label(code, report.language) for code in chosen]
        how: dict[str, Any] = {"value": "level", "label": "region", "marked": marked, "palette": palette}
        ax = figures.tile_map(report.labelled(tiles, level=subject), **how)
        text = _("{subject}: the level of every region, {wave:wave}; the chosen ones are outlined.")
        where = "appendix 1" if ladder else "rows"
        report.figure(ax, tiles[["region", "holder", "level"]], text, source=where, **about)
    levels = evidence.counts(subject) if ladder else ratings.levels(evidence, subject)
    levels = levels.rename(columns={"phase": "level", "regions": "estimate"}).astype({"level": str})
    levels = levels[["wave", "level", "estimate"]]
    shown, fmt = report.labelled(levels, level=subject), report.format(unit)
    ax = figures.stacked(shown, y="wave", hue="level", fmt=fmt, palette=palette)
    text = _("{subject}: levels up to {wave:wave}.")
    report.figure(ax, levels, text, source=source, unit=unit, **about)
    names = {"chosen": _("Chosen regions"), "others": _("All other regions")}
    names |= {"all": _("All regions")} if ladder else {}
    parts = shares(evidence, subject, chosen, rated).replace({"group": names}).drop(columns="method")
    apart = ["table 12"] if "technology" in set(parts["group"]) else []
    about |= {"heads": {"group": _("Group")}, "source": source + apart}
    ax = figures.dots(report.labelled(parts, level=subject), y="level", hue="group")
    report.figure(ax, parts, _("{subject}, {wave:wave}: share of each level, with 95% intervals."), **about)
    report.table(parts, _("The numbers of the intervals."), **about)


def _tables(subject: str) -> list[str]:
    return [table for table, about in PRINTED.items() if about == subject]


def in_regions(evidence: Evidence, subject: str) -> pd.DataFrame | None:
    """Return a row with its `region` and level for all that is rated, or None where that is not known.

    In a register that was reconstructed from published totals the regions of projects are invented.
    """
    if subject in evidence.codebook.dimensions:
        known = evidence.wave in evidence.waves("regions")
        return evidence.standing().astype({subject: str}) if known else None
    projects = rows.real(evidence)
    if projects.empty:
        return None
    return projects[projects[subject].isin(evidence.codebook.scale(subject).rated)].astype({subject: str})


def shares(
    evidence: Evidence, subject: str, chosen: Sequence[str], rated: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the share of each level in each group that can be told apart, with intervals.

    A part is set against the rest, never against the whole that it is part of: the chosen regions against the
    others, or technology against the other themes where ratings by region were not published.

    Returns
    -------
    DataFrame
        `group, level, count, n, estimate, conf_low, conf_high, method`, where `group` is ``"chosen"`` and
        ``"others"``, ``"technology"`` and ``"rest"``, or ``"all"``.
    """
    if chosen and rated is not None:
        group = rated["region"].isin([*chosen]).map({True: "chosen", False: "others"})
        counts = pd.crosstab(rated[subject], group)
    else:
        counts = evidence.table(subject).loc[[evidence.wave]].set_axis(["all"]).T
        if subject in evidence.codebook.measures:
            apart = pd.concat(ratings.groups(evidence, subject), axis=1, keys=("technology", "rest"))
            counts = apart if apart.sum().all() else counts
    levels = pd.Index(evidence.codebook.scale(subject).rated, name="level")
    wide = counts.set_axis(counts.index.astype(str)).reindex(levels, fill_value=0)
    long = wide.melt(var_name="group", value_name="count", ignore_index=False).reset_index()
    return proportions.shares(long, by="group", count="count")


def course(
    evidence: Evidence, dimension: str, horizon: str, speed: float, stalling: float, language: str, seed: int
) -> None:
    """Show how many regions are expected at the top of a ladder, as before and under a scenario."""
    report = Report(evidence, language=language)
    _ = report.gettext
    if (outlook.none_for(evidence)["dimension"] == dimension).any():
        report.say(_("These counts cannot be continued with a model in which regions only move up."))
        return
    fitted = outlook.fit(evidence, seed=seed)[dimension]
    dates = outlook.months(fitted.wave, horizon)
    courses = {_("As before"): forecast.forecast_top({dimension: fitted}, dates)}
    if (speed, stalling) != (1.0, 0.0):
        faster = replace(fitted, rates=fitted.rates * speed)
        courses[_("This scenario")] = forecast.forecast_top({dimension: faster}, dates, (stalling,))
    for name, found in courses.items():
        last = found[found["date"] == horizon].set_index("quantity")
        text = _(
            "**{name}**: {row.estimate:.1} of {n} regions at the top in {horizon:wave} ({row.conf_low} "
            "to {row.conf_high}); the chance that all are is {p:chance}."
        )
        row, chance = last.loc["at_top"], last.loc["all_at_top", "estimate"]
        report.say(text, name=name, row=row, n=row["n"], horizon=horizon, p=chance)
    if len(courses) > 1:
        text = _("The scenario: {speed:.2} times the pace, {stalling:%} stalling.")
        report.say(text, speed=speed, stalling=stalling)
    frame = pd.concat(courses, names=["course"]).reset_index("course").query("quantity == 'at_top'")
    counted = phases.at_top(evidence).query("dimension == @dimension").rename(columns={"wave": "date"})
    before = counted.assign(course=_("As before"))
    how: dict[str, Any] = {"limits": (0, float(frame["n"].iloc[0])), "x_fmt": report.words.short_wave}
    ax = figures.lines(frame, x="date", hue="course", observed=before, fmt=report.format("count"), **how)
    heads, numbers = {"course": _("Course")}, frame[["course", "date", "estimate", "conf_low", "conf_high"]]
    text = _("{dimension:dimension}: regions at the top, counted and expected with 95% intervals.")
    about: dict[str, Any] = {"source": _tables(dimension), "unit": "count", "heads": heads}
    report.figure(ax, numbers, text, dimension=dimension, **about)


def care(tables: Tables, occupancy: float, language: str, **levers: float) -> None:
    """Show what a scenario makes of the places and staff of the members in Utrecht."""
    report = Report(language=language)
    _, now = report.gettext, capacity.members(tables, occupancy)
    then, balance = now.changed(**levers), capacity.balance(now, **levers)
    end = balance.set_index("scenario_quantity")["end"].round()
    text = _("**{places} places are left over**: {needed} are needed and {there} are there.")
    if end["places_short"] > 0:
        text = _("**{places} places are short**: {needed} are needed and {there} are there.")
    report.say(text, places=abs(end["places_short"]), needed=end["places_needed"], there=end["places"])
    text = _(
        "The places would be just enough with {fits:%} of the clients cared for at home; that was {was:%}."
    )
    report.say(text, fits=then.fitting_home_share, was=now.home_share)
    text = _(
        "At the ratio of 2021, {needed} members of staff are needed; in this scenario there are {there}."
    )
    report.say(text, needed=end["staff_needed"], there=end["staff"])
    line = capacity.places_short(then, np.linspace(0, 1, 21))
    ax = figures.lines(line, x="home_share", null=0, fmt=report.format("count"), x_fmt=report.format("%"))
    ax.axvline(then.home_share, linewidth=1)
    ax.set_xlabel(_("Share of clients cared for at home"))
    text = _(
        "Places short by the share of clients cared for at home; below the dashed line places are left over."
    )
    source = utrecht.source(tables["key_figures"].query("group == 'care'"))
    report.figure(ax, line, text, unit="count", source=source)
    text, heads = _("Clients, places and staff of the members, before and after."), {"start": "2021"}
    heads |= {"end": _("Scenario"), "share": _("Change")}
    report.table(balance.round({"start": 0, "end": 0}), text, unit="count", heads=heads)
