"""What became of the Utrecht programme's projects, and what helped and hindered them?

The tables come from `data.utrecht()`. The codes of Utrecht have their labels in the published tables, so
frames that are only shown carry labels in the language asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from ivvu_analysis.errors import DataError, did_you_mean
from ivvu_analysis.stats import proportions

Tables = Mapping[str, pd.DataFrame]

HELP_OR_HINDER = ["success_factor", "obstacle"]
CORE_FIGURES = ("members", "care", "people", "budget")
PROGRESS_REPORT = "progress_report_2021_01"


def number(table: pd.DataFrame, row: Mapping[str, str], column: str) -> float:
    """Return one number of a table, and fail where it is not there.

    Examples
    --------
    >>> from ivvu_analysis import data
    >>> from ivvu_analysis.questions import utrecht
    >>> utrecht.number(data.utrecht()["key_figures"], {"figure": "members"}, "value")
    17.0

    Raises
    ------
    DataError
        If there is not exactly one such row or its number is empty.
    """
    found = table.loc[(table[list(row)] == pd.Series(row)).all(axis=1), column]
    if len(found) != 1 or found.isna().any():
        raise DataError(
            f"No single number '{column}' for {dict(row)} in the published tables ({len(found)} rows).",
            "Restore the row; the computation that asked for it cannot do without.",
        )
    return float(found.iloc[0])


def labels(tables: Tables, scheme: str, language: str) -> dict[str, str]:
    """Return the labels of one list of codes, such as `factor_category`, in the order of the list.

    Raises
    ------
    DataError
        If there is no such list.
    """
    listed = tables["codes"][tables["codes"]["scheme"] == scheme]
    if listed.empty:
        raise DataError(
            f"There is no list of codes '{scheme}'.", did_you_mean(scheme, tables["codes"]["scheme"])
        )
    return dict(zip(listed["code"], listed[f"label_{language}"], strict=True))


def totals(tables: Tables) -> pd.DataFrame:
    """Hold the totals that the documents print against the sums of their parts.

    Returns
    -------
    DataFrame
        `check, check_nl, expected, found, holds`, one row a total.
    """
    counts, admissions = tables["project_counts"], tables["ibs"]
    themes = counts.loc[counts["theme"] != "all", "projects"]
    parts = admissions[(admissions["measure"] == "declarations") & (admissions["source"] != "all")]
    members = number(tables["key_figures"], {"figure": "members"}, "value")
    line_3 = number(counts, {"theme": "all"}, "projects")
    rows = [
        ("members", "leden", members, len(tables["members"])),
        ("projects of action line 3", "projecten van actielijn 3", line_3, themes.sum()),
        (
            "declarations",
            "verklaringen",
            number(admissions, {"source": "all"}, "number"),
            parts["number"].sum(),
        ),
        ("parts of the gap", "delen van de gap", 100, tables["gap_split"]["share"].sum()),
        *(
            (f"shares of {year}", f"aandelen van {year}", 100, shares.sum())
            for year, shares in tables["delivery_forms"].groupby("year")["share"]
        ),
    ]
    found = pd.DataFrame(rows, columns=["check", "check_nl", "expected", "found"])
    return found.assign(holds=found["expected"] == found["found"])


def source(*frames: pd.DataFrame) -> dict[str, str]:
    """Return the documents that tables were taken from, each with its headings: `{document: headings}`.

    Of more than three headings only the part before the comma is kept: the chapter.
    """
    places = pd.concat([frame[["document", "section"]] for frame in frames]).drop_duplicates()
    headings = {name: list(group) for name, group in places.groupby("document", sort=False)["section"]}
    return {name: "; ".join(_chapters(found)) for name, found in headings.items()}


def _chapters(headings: list[str]) -> list[str]:
    return headings if len(headings) <= 3 else list(dict.fromkeys(head.split(",")[0] for head in headings))


def completion(tables: Tables, language: str) -> pd.DataFrame:
    """Return the share of projects that were completed in 2023, one row an action line.

    The source gives completion for action line 3 as a whole. For the other lines a project counts as
    completed when its report delivers its results and carries nothing over.

    Returns
    -------
    DataFrame
        `action_line, line, reported, completed, projects, estimate, conf_low, conf_high, method`; `line` and
        `reported` (who says that a project was completed: the source, or we) are labels.
    """
    delivered = tables["projects"]["completion"].eq("delivered")
    read = delivered.groupby(tables["projects"]["action_line"], sort=False).agg(["sum", "size"])
    counts = tables["project_counts"]
    whole = counts.loc[counts["theme"] == "all", ["action_line", "completed", "projects"]]
    lines = read.set_axis(["completed", "projects"], axis=1).reset_index().assign(reported="read")
    lines = pd.concat([lines, whole.assign(reported="named")], ignore_index=True)
    lines = lines.astype({"completed": int, "projects": int})
    lines["reported"] = lines["reported"].map(labels(tables, "reported_as", language))
    lines.insert(1, "line", lines["action_line"].map(labels(tables, "action_line", language)))
    return lines.join(proportions.wilson(lines["completed"], lines["projects"]).drop(columns="n"))


def themes_of_line_3(tables: Tables, language: str) -> pd.DataFrame:
    """Return the themes of action line 3 with how many projects can have been completed.

    Completion by theme was not published: a theme of n out of N projects, c of them completed, has between
    max(0, c - (N - n)) and min(c, n).

    Returns
    -------
    DataFrame
        `about, projects, conf_low, conf_high`, the bounds being counts.
    """
    counts = tables["project_counts"]
    whole = {"theme": "all"}
    total, completed = (number(counts, whole, column) for column in ("projects", "completed"))
    themes = counts[counts["theme"] != "all"]
    n = themes["projects"]
    frame = pd.DataFrame(
        {
            "about": themes[f"label_{language}"],
            "projects": n.astype(int),
            "conf_low": (completed - (total - n)).clip(lower=0),
            "conf_high": n.clip(upper=completed),
        }
    )
    return frame.reset_index(drop=True)


def factor_counts(tables: Tables) -> pd.DataFrame:
    """Count what was reported to help and to hinder, by subject, kind and category.

    A mention is one distinct factor that the summary of a theme or project names, not a number of projects.

    Returns
    -------
    DataFrame
        `subject, kind, category, mentions, named`, zeros included; `named` are the mentions that the source
        itself calls so.
    """
    factors = tables["factors"]
    subjects = [name for name in subject_labels(tables, "en") if name in set(factors["subject"])]
    kinds, categories = (list(labels(tables, name, "en")) for name in ("factor_kind", "factor_category"))
    every = pd.MultiIndex.from_product([subjects, kinds, categories], names=["subject", "kind", "category"])
    named = factors["reported_as"].eq("named").groupby([factors[name] for name in every.names])
    return named.agg(mentions="size", named="sum").reindex(every, fill_value=0).reset_index()


def mentions(tables: Tables, language: str) -> pd.DataFrame:
    """Return how often each category of factor was mentioned to help and to hinder, most mentions first.

    Returns
    -------
    DataFrame
        `category, kind` (codes), `factor_category, factor_kind` (labels), `mentions`.
    """
    counts = factor_counts(tables).groupby(["category", "kind"], sort=False)["mentions"].sum().reset_index()
    shown = counts[counts["kind"].isin(HELP_OR_HINDER)]
    total = shown.groupby("category")["mentions"].transform("sum")
    frame = shown.assign(total=total)[total > 0]
    frame = frame.sort_values(["total", "category"], ascending=[False, True], ignore_index=True)
    category, kind = labels(tables, "factor_category", language), labels(tables, "factor_kind", language)
    frame["factor_category"], frame["factor_kind"] = frame["category"].map(category), frame["kind"].map(kind)
    return frame[["category", "kind", "factor_category", "factor_kind", "mentions"]]


def factors_by_subject(tables: Tables, language: str) -> pd.DataFrame:
    """Return how many factors were mentioned for each theme or project.

    Returns
    -------
    DataFrame
        `about, success_factor, obstacle, insight, named`: numbers of mentions, and how many of them the
        source itself calls so.
    """
    counts = factor_counts(tables)
    wide = counts.pivot_table(index="subject", columns="kind", values="mentions", aggfunc="sum", sort=False)
    named = counts.groupby("subject", sort=False)["named"].sum()
    kinds = list(labels(tables, "factor_kind", "en"))
    frame = wide[kinds].assign(named=named).astype(int).reset_index(names="about").rename_axis(columns=None)
    return frame.assign(about=frame["about"].map(subject_labels(tables, language)))


def factors(tables: Tables, language: str) -> pd.DataFrame:
    """Return every factor that the reports name: `factor_kind, factor_category, factor, about`."""
    named, kinds = tables["factors"], labels(tables, "factor_kind", language)
    return pd.DataFrame(
        {
            "factor_kind": named["kind"].map(kinds),
            "factor_category": named["category"].map(labels(tables, "factor_category", language)),
            "factor": named[f"label_{language}"],
            "about": named["subject"].map(subject_labels(tables, language)),
        }
    ).sort_values("factor_kind", key=lambda kind: kind.map(list(kinds.values()).index), kind="stable")


def subject_labels(tables: Tables, language: str) -> dict[str, str]:
    """Return the labels of everything that a reported factor can be about: projects, themes, lines."""
    column, counts, projects = f"label_{language}", tables["project_counts"], tables["projects"]
    themes = counts[counts["theme"] != "all"]
    return {
        **dict(zip(projects["project"], projects[column], strict=True)),
        **dict(zip(themes["theme"], themes[column], strict=True)),
        **labels(tables, "action_line", language),
        **labels(tables, "programme", language),
    }


def core_figures(tables: Tables, language: str) -> pd.DataFrame:
    """Return what the association publishes about its members: `figure_text, figure, figure_unit, dated`."""
    figures = tables["key_figures"][tables["key_figures"]["group"].isin(CORE_FIGURES)]
    return pd.DataFrame(
        {
            "figure_text": figures[f"label_{language}"],
            "figure": figures["value"].astype(int),
            "figure_unit": figures["unit"].map(labels(tables, "unit", language)),
            "dated": figures["reference_date"].str[:4],
        }
    )


def budget_shares(tables: Tables) -> pd.Series:
    """Return the share of each law in the members' budget: `wlz, zvw, wmo`."""
    figures = tables["key_figures"]
    budget = figures[figures["group"] == "budget"].set_index("figure")["value"]
    return (budget / budget.sum()).rename(lambda name: str(name).removeprefix("budget_"))


def ibs(tables: Tables, language: str) -> pd.DataFrame:
    """Return urgent admissions: `measure, source, measure_text, organisation, number, total, share`."""
    parts = tables["ibs"][tables["ibs"]["source"] != "all"]
    total = parts.groupby("measure")["number"].transform("sum")
    text = parts["measure"].map(labels(tables, "ibs_measure", language))
    frame = parts.assign(total=total, share=parts["number"] / total, measure_text=text)
    frame = frame.rename(columns={f"label_{language}": "organisation"})
    columns = ["measure", "source", "measure_text", "organisation", "number", "total", "share"]
    return frame[columns].reset_index(drop=True)


def innovation(tables: Tables, language: str) -> pd.DataFrame:
    """Return what each phase of the innovation network consists of, and what was done and planned in it.

    Returns
    -------
    DataFrame
        `innovation_phase, consists_of, done, planned`, all text.
    """
    activities = tables["innovation_network"].pivot_table(
        index="phase", columns="kind", values=f"label_{language}", aggfunc="; ".join, fill_value=""
    )
    phases = labels(tables, "innovation_phase", language)
    frame = activities.reindex(list(phases))[["method", "done", "planned"]].set_axis(list(phases.values()))
    return frame.reset_index(names="innovation_phase").rename(columns={"method": "consists_of"})


def notes(
    tables: Tables, documents: Mapping[str, Mapping[str, str]], kinds: Sequence[str], language: str
) -> pd.DataFrame:
    """Return what was noticed while reading the documents on Utrecht.

    Parameters
    ----------
    tables
        The tables of the programme.
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
    written = tables["source_notes"]
    about = written[(written["document"] != PROGRESS_REPORT) & written["kind"].isin(list(kinds))]
    about = about.sort_values("kind", key=lambda kind: kind.map(list(kinds).index), kind="stable")
    titles = {name: title[language] for name, title in documents.items()}
    elsewhere = about["other_document"].where(about["other_document"] != about["document"], "")
    places = about["document"].map(titles) + elsewhere.map(lambda name: f"; {titles[name]}" if name else "")
    kind = about["kind"].map(labels(tables, "note_kind", language))
    frame = pd.DataFrame({"note_kind": kind, "note": about[f"label_{language}"], "found_in": places})
    return frame.reset_index(drop=True)
