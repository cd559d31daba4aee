"""What did the cleaning of a register find: what is filled in, what needs a person, what is no project?"""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.stats import contingency

MOST_FINDINGS = 60  # the report shows as many; the command lists them all
LONGEST = 36  # characters of a cell that the report shows
EVERY_REGION, EVERY_COLUMN = "all", "all"


def answers(evidence: Evidence) -> pd.DataFrame:
    """Return the share of projects with an answer, column by column.

    Returns
    -------
    DataFrame
        `column, answer, count, n, estimate`, where `answer` is ``"filled"`` or ``"missing"``; without rows
        where there is no register, or no project in it.
    """
    known = _completeness(evidence)
    known = known[(known["region"] == EVERY_REGION) & (known["column"] != EVERY_COLUMN)]
    known = known[known["projects"] > 0].assign(missing=known["projects"] - known["filled"])
    long = known.rename(columns={"projects": "n"}).melt(
        ["column", "n"], ["filled", "missing"], "answer", "count", ignore_index=False
    )
    return (
        long.sort_index(kind="stable").reset_index(drop=True).assign(estimate=lambda f: f["count"] / f["n"])
    )


def complete(evidence: Evidence) -> pd.Series | None:
    """Return how many `projects` there are and on how many everything essential is `filled`, or None."""
    known = _completeness(evidence)
    whole = known[(known["region"] == EVERY_REGION) & (known["column"] == EVERY_COLUMN)]
    return None if whole.empty else whole.iloc[0]


def by_region(evidence: Evidence) -> pd.DataFrame:
    """Return the projects and the complete ones, region by region: `region, projects, filled, share`.

    Projects without a region, if there are any, stand last, without a name; regions without projects are left
    out.
    """
    known = _completeness(evidence)
    known = known[
        (known["region"] != EVERY_REGION) & (known["column"] == EVERY_COLUMN) & (known["projects"] > 0)
    ]
    named = known["region"].where(known["region"].isin(evidence.codebook.scale("region").codes), None)
    frame = known.assign(region=named, share=known["filled"] / known["projects"])
    return frame[["region", "projects", "filled", "share"]].reset_index(drop=True)


def gaps(evidence: Evidence) -> pd.DataFrame:
    """Return where answers are missing, region by column, held against what would be without any relation.

    Returns
    -------
    DataFrame
        `region, column, missing, residual`: the projects without the answer, and how far that lies from what
        region and column together lead one to expect. Without rows where fewer than two regions or two
        columns lack anything.
    """
    known = _completeness(evidence)
    known = known[
        known["region"].isin(evidence.codebook.scale("region").codes) & (known["column"] != EVERY_COLUMN)
    ]
    lacking = known.assign(lacking=known["projects"] - known["filled"])
    table = lacking.pivot_table(index="region", columns="column", values="lacking", sort=False)
    if table.empty or min((table.sum(axis=axis) > 0).sum() for axis in (0, 1)) < 2:
        return pd.DataFrame(columns=["region", "column", "missing", "residual"])
    names = {"row": "region", "observed": "missing", "estimate": "residual"}
    return contingency.residuals(table.astype(int)).rename(columns=names)


def kinds(evidence: Evidence) -> pd.DataFrame:
    """Return the findings by kind: `severity, problem, column, count`, errors first and many before few."""
    columns = ["severity", "problem", "column"]
    if evidence.issues is None or evidence.issues.empty:
        return pd.DataFrame(columns=[*columns, "count"])
    counted = evidence.issues.groupby(columns).size().rename("count").reset_index()
    ranked = counted.sort_values("count", ascending=False, kind="stable")
    return _worst_first(evidence, ranked)


def severities(evidence: Evidence) -> pd.Series:
    """Return how many findings there are of each severity, zeros included."""
    found = [] if evidence.issues is None else evidence.issues["severity"]
    codes = evidence.codebook.scale("severity").codes
    return pd.Series(found, dtype=object).value_counts().reindex(codes, fill_value=0)


def findings(evidence: Evidence) -> pd.DataFrame:
    """Return the first findings: `row, severity, column, value, problem, suggestion`, errors first.

    A text from a cell is on one line, shortened where it is long.
    """
    columns = ["row", "severity", "column", "value", "problem", "suggestion"]
    if evidence.issues is None or evidence.issues.empty:
        return pd.DataFrame(columns=columns)
    first = _worst_first(evidence, evidence.issues.sort_values("row", kind="stable")).head(MOST_FINDINGS)
    short = {name: [_short(text) for text in first[name]] for name in ("value", "suggestion")}
    return first.assign(row=first["row"].astype(str), **short)[columns]


def excluded(evidence: Evidence) -> pd.DataFrame:
    """Return the rows that are no projects, by reason: `exclusion, rows, row`, the last naming the rows."""
    if evidence.intake is None or evidence.intake.excluded.empty:
        return pd.DataFrame(columns=["exclusion", "rows", "row"])
    groups = evidence.intake.excluded.groupby("reason", sort=False)["row"]
    listed = groups.agg(lambda numbers: ", ".join(map(str, numbers.head(20))) + ", …" * (len(numbers) > 20))
    return pd.DataFrame({"rows": groups.size(), "row": listed}).reset_index(names="exclusion")


def checks(evidence: Evidence) -> pd.DataFrame:
    """Return how many checks each table has and how many of them hold: `table, count, kept`."""
    groups = evidence.checks.groupby("table", sort=False)["holds"]
    counted = pd.DataFrame({"count": groups.size(), "kept": groups.sum()}).reset_index()
    return counted.iloc[(counted["kept"] - counted["count"]).argsort(kind="stable")].reset_index(drop=True)


def failing(evidence: Evidence) -> pd.DataFrame:
    """Return the checks that fail: `check, check_nl, table, expected, found`."""
    failed = evidence.checks[~evidence.checks["holds"].astype(bool)]
    return failed[["check", "check_nl", "table", "expected", "found"]].reset_index(drop=True)


def _completeness(evidence: Evidence) -> pd.DataFrame:
    if evidence.intake is None:
        return pd.DataFrame(columns=["region", "column", "projects", "filled"])
    return evidence.intake.completeness


def _worst_first(evidence: Evidence, issues: pd.DataFrame) -> pd.DataFrame:
    order = evidence.codebook.scale("severity").codes
    ranked = issues.sort_values(
        "severity", key=lambda s: s.map(order.index), kind="stable", ignore_index=True
    )
    return ranked.assign(column=ranked["column"].where(ranked["column"] != "", None))


def _short(text: object) -> str | None:
    line = " ".join(str(text).split()) if text is not None and text == text else ""
    return (line if len(line) <= LONGEST else line[: LONGEST - 1] + "…") or None
