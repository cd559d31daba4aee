"""What became of the programme's projects, what helped and what hindered, and admissions by organisation."""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.programme.tables import Programme, labels, number, subject_labels

COMPLETION_COLUMNS = [
    "action_line",
    "theme",
    "label_en",
    "label_nl",
    "reported_as",
    "completed",
    "projects",
    "completed_low",
    "completed_high",
]


def completion_counts(programme: Programme) -> pd.DataFrame:
    """Count completed projects by action line, and bound them by theme.

    The source gives completion for action line 3 as a whole. For the other lines a project counts as
    completed when its report delivers its results and carries nothing over. For the themes of line 3 nothing
    is published: a theme of n out of N projects, c of them completed, has between max(0, c - (N - n)) and
    min(c, n).

    Returns
    -------
    DataFrame
        `action_line, theme, label_en, label_nl, reported_as, completed, projects, completed_low,
        completed_high`, theme `all` for a whole line; `completed` is NaN where only the bounds are known.
    """
    return pd.concat([_named_projects(programme), _line_3(programme)], ignore_index=True)


def _named_projects(programme: Programme) -> pd.DataFrame:
    delivered = (
        programme.projects["completion"]
        .eq("delivered")
        .groupby(programme.projects["action_line"], sort=False)
    )
    found = delivered.agg(completed="sum", projects="size").astype(float).reset_index()
    return found.assign(
        theme="all",
        label_en=found["action_line"].map(labels(programme, "action_line", "en")),
        label_nl=found["action_line"].map(labels(programme, "action_line", "nl")),
        reported_as="read",
        completed_low=found["completed"],
        completed_high=found["completed"],
    )[COMPLETION_COLUMNS]


def _line_3(programme: Programme) -> pd.DataFrame:
    counts = programme.project_counts
    total, completed = (number(counts, "theme", "all", column) for column in ("projects", "completed"))
    low = (completed - (total - counts["projects"])).clip(lower=0)
    high = counts["projects"].clip(upper=completed)
    return counts.assign(
        reported_as="named",
        completed_low=counts["completed"].fillna(low),
        completed_high=counts["completed"].fillna(high),
    )[COMPLETION_COLUMNS]


def factor_counts(programme: Programme) -> pd.DataFrame:
    """Count what was reported to help and to hinder, by subject, kind and category.

    A mention is one distinct factor that the summary of a theme or project names, not a number of projects.

    Returns
    -------
    DataFrame
        `subject, kind, category, mentions, named`, the full product of subjects, kinds and categories, zeros
        included; `named` are the mentions that the source itself calls so.
    """
    factors = programme.factors
    every = pd.MultiIndex.from_product(
        [
            [subject for subject in subject_labels(programme, "en") if subject in set(factors["subject"])],
            list(labels(programme, "factor_kind", "en")),
            list(labels(programme, "factor_category", "en")),
        ],
        names=["subject", "kind", "category"],
    )
    named = factors["reported_as"].eq("named").groupby([factors[name] for name in every.names])
    return named.agg(mentions="size", named="sum").reindex(every, fill_value=0).reset_index()


def results_by_project(programme: Programme) -> pd.DataFrame:
    """Sum reported results and activities carried over, by project.

    Returns
    -------
    DataFrame
        `project, label_en, label_nl, completion, result, carried_over`; NaN where the report does not list
        them.
    """
    listed = programme.project_results[programme.project_results["kind"].isin(["result", "carried_over"])]
    sums = listed.pivot_table(index="project", columns="kind", values="value", aggfunc="sum")
    names = programme.projects[["project", "label_en", "label_nl", "completion"]]
    return names.merge(sums[["result", "carried_over"]], how="left", left_on="project", right_index=True)


def ibs_shares(programme: Programme) -> pd.DataFrame:
    """Give each source of declarations and each place of admission its count and its total.

    Returns
    -------
    DataFrame
        `measure, source, label_en, label_nl, ibs_beds, number, total, share`, the printed total left out.
    """
    parts = programme.ibs[programme.ibs["source"] != "all"].copy()
    parts["total"] = parts.groupby("measure")["number"].transform("sum")
    parts["share"] = parts["number"] / parts["total"]
    columns = ["measure", "source", "label_en", "label_nl", "ibs_beds", "number", "total", "share"]
    return parts[columns].reset_index(drop=True)
