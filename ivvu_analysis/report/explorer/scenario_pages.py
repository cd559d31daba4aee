"""The scenarios as HTML: what is expected of the ladders, and what becomes of places and staff."""

from __future__ import annotations

import pandas as pd

from ivvu_analysis import codebook, programme
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.programme import Programme
from ivvu_analysis.report import figures
from ivvu_analysis.report.explorer import scenarios
from ivvu_analysis.report.explorer.desk import Desk
from ivvu_analysis.report.explorer.overview_page import SOURCES
from ivvu_analysis.report.explorer.scenarios import CareScenario, PhaseScenario
from ivvu_analysis.report.explorer.shown import figure, notice, sentence, table
from ivvu_analysis.stats import levels


def phase_outlook(desk: Desk, evidence: Evidence, scenario: PhaseScenario) -> str:
    """Return what is expected of one ladder, in sentences and as a figure."""
    try:
        outlook = scenarios.outlook(evidence, scenario, desk.seed)
    except ValueError:
        return notice(desk.say("no_outlook"))
    sentences = [
        sentence(desk.say(f"expected_{course}", **_expected(course_rows, scenario)))
        for course, course_rows in outlook.groupby("course", sort=False)
    ]
    return "".join(sentences) + _outlook_figure(desk, evidence, scenario, outlook)


def _expected(rows: pd.DataFrame, scenario: PhaseScenario) -> dict[str, object]:
    """Return what a sentence on one course says of the horizon."""
    last = rows[rows["date"] == scenario.horizon].set_index("quantity")
    return {
        "row": last.loc["at_top"],
        "n": int(last.loc["at_top", "n"]),
        "p": float(last.loc["all_at_top", "estimate"]),
        "h": scenario.horizon,
        "speed": scenario.speed,
        "stalling": scenario.stalling,
    }


def _outlook_figure(desk: Desk, evidence: Evidence, scenario: PhaseScenario, outlook: pd.DataFrame) -> str:
    ladder = codebook.scale(scenario.dimension)
    wave = evidence.waves(scenario.dimension)[-1]
    counted = levels.at_top(scenarios.counts(evidence, scenario.dimension)).rename(columns={"wave": "date"})
    at_top = outlook[outlook["quantity"] == "at_top"]
    drawing = figures.forecast(
        at_top,
        by="course",
        observed=counted[["date", "estimate"]],
        labels={course: desk.say(course) for course in at_top["course"].unique()},
        limits=(0, float(at_top["n"].iloc[0])),
        title=desk.say("top_axis"),
        language=desk.language,
        key="explorer-outlook",
    )
    caption = desk.say(
        "outlook",
        ladder=ladder.title(desk.language),
        top=ladder.label(ladder.codes[-1], desk.language),
        w=wave,
        h=scenario.horizon,
    )
    return figure(desk, drawing, caption, evidence.source(SOURCES[scenario.dimension], desk.language))


def capacity(desk: Desk, tables: Programme, care: CareScenario) -> str:
    """Return what a scenario makes of places and staff, in sentences, as a figure and as a table."""
    balance = scenarios.balance(tables, care)
    end = dict(zip(balance["quantity"], balance["end"].round().astype(float), strict=True))
    change = dict(zip(balance["quantity"], balance["share"].astype(float), strict=True))
    values = {
        "short": end["places_short"],
        "spare": -end["places_short"],
        "needed": end["places_needed"],
        "places": end["places"],
    }
    verdict = {1: "short", 0: "just_enough", -1: "spare"}[_sign(end["places_short"])]
    was = care.system(tables).home_share
    said = [
        desk.say(verdict, **values),
        desk.say("fits", f=scenarios.fitting_home_share(tables, care), was=was),
        desk.say("staffing", needed=end["staff_needed"], staff=end["staff"]),
    ]
    if care.stay_change:
        said.append(desk.say("stay_note", change=signed(desk, change["admissions"])))
    sentences = "".join(sentence(text) for text in said)
    return sentences + _sweep(desk, tables, care) + _balance_table(desk, tables, balance)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def signed(desk: Desk, share: float) -> str:
    """Return a change as a percentage with its sign."""
    return ("+" if share > 0 else "−" if share < 0 else "") + desk.words.percent(abs(share))


def _sweep(desk: Desk, tables: Programme, care: CareScenario) -> str:
    drawing = figures.sweep(
        scenarios.places_short(tables, care),
        x="home_share",
        unit=".0",
        null=0.0,
        marked=(care.home_share, desk.say("this_scenario", share=care.home_share)),
        title=desk.say("short_axis"),
        x_title=desk.say("home_axis"),
        language=desk.language,
        key="explorer-places",
    )
    return figure(desk, drawing, desk.say("sweep"))


def _balance_table(desk: Desk, tables: Programme, balance: pd.DataFrame) -> str:
    named = balance["quantity"].map(programme.labels(tables, "scenario_quantity", desk.language))
    frame = pd.DataFrame(
        {"what": named, "at_start": balance["start"], "at_end": balance["end"], "share": balance["share"]}
    )
    heads = {
        "what": desk.say("quantity"),
        "at_start": desk.say("before"),
        "at_end": desk.say("after"),
        "share": desk.say("change"),
    }
    return table(desk, frame, desk.say("balance"), key="explorer-balance", heads=heads)
