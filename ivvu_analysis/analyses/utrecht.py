"""What the documents on Utrecht say, and what follows from them: tables of the programme in, frames out.

Frames that are only shown carry their labels, in the language asked for, because the codes of Utrecht have
theirs in the published tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ivvu_analysis import programme as utrecht
from ivvu_analysis import published
from ivvu_analysis.codebook import Language
from ivvu_analysis.evidence import sha256
from ivvu_analysis.programme import Programme
from ivvu_analysis.stats import proportions

HELP_OR_HINDER = ["success_factor", "obstacle"]
CORE_FIGURES = ("members", "care", "people", "budget")
PROGRESS_REPORT = "progress_report_2021_01"


def read() -> Programme:
    """Read the tables of the Utrecht programme."""
    return utrecht.read_programme(published.folder())


def files() -> dict[str, str]:
    """Return the sha256 of every table of the programme, by its name."""
    folder = published.folder() / "utrecht"
    return {f"utrecht/{path.name}": sha256(path) for path in sorted(folder.glob("*.csv"))}


def origin(*tables: pd.DataFrame) -> dict[str, str]:
    """Return the documents that tables were taken from, each with its headings: `{document: headings}`.

    Of more than three headings only the part before the comma is kept: the chapter.
    """
    places = pd.concat([table[["document", "section"]] for table in tables]).drop_duplicates()
    headings = {name: list(group) for name, group in places.groupby("document", sort=False)["section"]}
    return {name: "; ".join(_chapters(found)) for name, found in headings.items()}


def _chapters(headings: list[str]) -> list[str]:
    if len(headings) <= 3:
        return headings
    return list(dict.fromkeys(heading.split(",")[0] for heading in headings))


def completion(programme: Programme, language: Language) -> pd.DataFrame:
    """Return the share of projects that were completed in 2023, one row an action line.

    Returns
    -------
    DataFrame
        `action_line, line, reported, completed, projects, estimate, conf_low, conf_high, method`; `line` and
        `reported` (who says that a project was completed: the source, or we) are labels.
    """
    counts = utrecht.completion_counts(programme)
    whole = counts[counts["theme"] == "all"].reset_index(drop=True)
    interval = proportions.wilson(whole["completed"], whole["projects"]).drop(columns="n")
    lines = whole[["action_line"]].assign(
        line=whole["action_line"].map(utrecht.labels(programme, "action_line", language)),
        reported=whole["reported_as"].map(utrecht.labels(programme, "reported_as", language)),
        completed=whole["completed"].astype(int),
        projects=whole["projects"].astype(int),
    )
    return pd.concat([lines, interval], axis=1)


def themes_of_line_3(programme: Programme, language: Language) -> pd.DataFrame:
    """Return the themes of action line 3 with how many projects can have been completed.

    Returns
    -------
    DataFrame
        `about, projects, conf_low, conf_high`, the bounds being counts.
    """
    counts = utrecht.completion_counts(programme)
    themes = counts[counts["theme"] != "all"]
    return pd.DataFrame(
        {
            "about": themes[f"label_{language}"],
            "projects": themes["projects"].astype(int),
            "conf_low": themes["completed_low"],
            "conf_high": themes["completed_high"],
        }
    ).reset_index(drop=True)


def mentions(programme: Programme, language: Language) -> pd.DataFrame:
    """Return how often each category of factor was mentioned to help and to hinder.

    Returns
    -------
    DataFrame
        `factor_category, factor_kind, estimate, conf_low, conf_high`: labels and mentions, which have no
        interval. Categories go from most to fewest mentions.
    """
    counts = _mentions(programme).rename("estimate").astype(float).reset_index()
    shown = counts[counts["kind"].isin(HELP_OR_HINDER)]
    total = shown.groupby("category")["estimate"].transform("sum")
    frame = shown.assign(total=total)[total > 0].sort_values(["total", "category"], ascending=[False, True])
    kinds = utrecht.labels(programme, "factor_kind", language)
    return pd.DataFrame(
        {
            "factor_category": frame["category"].map(utrecht.labels(programme, "factor_category", language)),
            "factor_kind": frame["kind"].map(kinds),
            "estimate": frame["estimate"],
            "conf_low": np.nan,
            "conf_high": np.nan,
        }
    ).reset_index(drop=True)


def most_mentioned(programme: Programme, kind: str, language: Language) -> pd.Series:
    """Return the category that was mentioned most for one kind of factor, such as ``"obstacle"``.

    Returns
    -------
    Series
        `factor_category, mentions, total`, the total being all mentions of that kind.
    """
    counts = _mentions(programme).xs(kind, level="kind")
    label = utrecht.labels(programme, "factor_category", language)[str(counts.idxmax())]
    return pd.Series({"factor_category": label, "mentions": int(counts.max()), "total": int(counts.sum())})


def _mentions(programme: Programme) -> pd.Series:
    counts = utrecht.factor_counts(programme)
    return counts.groupby(["category", "kind"], sort=False)["mentions"].sum()


def factors_by_subject(programme: Programme, language: Language) -> pd.DataFrame:
    """Return how many factors were mentioned for each theme or project.

    Returns
    -------
    DataFrame
        `about, success_factor, obstacle, insight, named`: numbers of mentions, and how many of them the
        source itself calls so.
    """
    counts = utrecht.factor_counts(programme)
    wide = counts.pivot_table(index="subject", columns="kind", values="mentions", aggfunc="sum", sort=False)
    kinds = list(utrecht.labels(programme, "factor_kind", language))
    named = counts.groupby("subject", sort=False)["named"].sum()
    frame = wide[kinds].assign(named=named).astype(int).reset_index().rename_axis(columns=None)
    frame["subject"] = frame["subject"].map(utrecht.subject_labels(programme, language))
    return frame.rename(columns={"subject": "about"})


def core_figures(programme: Programme, language: Language) -> pd.DataFrame:
    """Return what the association publishes about its members: `figure_text, figure, figure_unit, dated`."""
    figures = programme.key_figures[programme.key_figures["group"].isin(CORE_FIGURES)]
    return pd.DataFrame(
        {
            "figure_text": figures[f"label_{language}"],
            "figure": figures["value"].astype(int),
            "figure_unit": figures["unit"].map(utrecht.labels(programme, "unit", language)),
            "dated": figures["reference_date"].str[:4],
        }
    )


def budget_shares(programme: Programme) -> pd.Series:
    """Return the share of each law in the members' budget: `wlz, zvw, wmo`."""
    budget = programme.key_figures[programme.key_figures["group"] == "budget"].set_index("figure")["value"]
    return (budget / budget.sum()).rename(lambda name: str(name).removeprefix("budget_"))


def ibs(programme: Programme, language: Language) -> pd.DataFrame:
    """Return declarations and admissions: `measure_text, organisation, number, total, share`."""
    parts = utrecht.ibs_shares(programme)
    measure = parts["measure"].map(utrecht.labels(programme, "ibs_measure", language))
    named = parts.assign(measure_text=measure, organisation=parts[f"label_{language}"])
    return named[["measure_text", "organisation", "number", "total", "share"]]


def innovation(programme: Programme, language: Language) -> pd.DataFrame:
    """Return what each phase of the innovation network consists of, and what was done and planned in it.

    Returns
    -------
    DataFrame
        `innovation_phase, consists_of, done, planned`, all text.
    """
    network = programme.innovation_network
    activities = network.pivot_table(
        index="phase", columns="kind", values=f"label_{language}", aggfunc="; ".join, fill_value=""
    )
    phases = utrecht.labels(programme, "innovation_phase", language)
    frame = activities.reindex(list(phases))[["method", "done", "planned"]].set_axis(list(phases.values()))
    return frame.reset_index(names="innovation_phase").rename(columns={"method": "consists_of"})


def notes(
    programme: Programme, documents: Mapping[str, Mapping[str, str]], kinds: Sequence[str], language: Language
) -> pd.DataFrame:
    """Return what was noticed while reading the documents on Utrecht.

    Parameters
    ----------
    programme
        The tables.
    documents
        What each document is called, by language.
    kinds
        The kinds of notes wanted, in order: `between` two documents, `internal` to one, `lost`, `reading`.
    language
        The reader's.

    Returns
    -------
    DataFrame
        `note_kind, note, found_in`, all text.
    """
    written = programme.source_notes
    about = written[(written["document"] != PROGRESS_REPORT) & written["kind"].isin(kinds)]
    about = about.sort_values("kind", key=lambda kind: kind.map(list(kinds).index), kind="stable")
    titles = {name: title[language] for name, title in documents.items()}
    elsewhere = about["other_document"].where(about["other_document"] != about["document"], "")
    return pd.DataFrame(
        {
            "note_kind": about["kind"].map(utrecht.labels(programme, "note_kind", language)),
            "note": about[f"label_{language}"],
            "found_in": about["document"].map(titles)
            + elsewhere.map(lambda name: f"; {titles[name]}" if name else ""),
        }
    ).reset_index(drop=True)
