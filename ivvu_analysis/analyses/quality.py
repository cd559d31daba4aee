"""What the cleaning of a register found: what is filled in, what needs a person, what is no project."""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.codebook import Language, scale
from ivvu_analysis.evidence import Evidence, in_language
from ivvu_analysis.neutral import quote
from ivvu_analysis.stats import contingency

MOST_ISSUES = 60  # the report shows as many; the command lists them all
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
    known = known[known["projects"] > 0]
    parts = [
        pd.DataFrame({"column": known["column"], "answer": answer, "count": count, "n": known["projects"]})
        for answer, count in (("filled", known["filled"]), ("missing", known["projects"] - known["filled"]))
    ]
    both = pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)
    return both.assign(estimate=both["count"] / both["n"])


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
    known = known[(known["region"] != EVERY_REGION) & (known["column"] == EVERY_COLUMN)]
    known = known[known["projects"] > 0]
    named = known["region"].where(known["region"].isin(scale("region").codes), None)
    frame = known.assign(region=named, share=known["filled"] / known["projects"])
    return frame[["region", "projects", "filled", "share"]].reset_index(drop=True)


def gaps(evidence: Evidence) -> pd.DataFrame:
    """Return where answers are missing, region by column, held against what would be without any relation.

    Returns
    -------
    DataFrame
        The rows of `contingency.residuals`, as `figures.heat` draws them: `row` (a region), `column`,
        `observed` (projects without the answer), `estimate` (the residual) and so on. Without rows where
        fewer than two regions or two columns lack anything.
    """
    known = _completeness(evidence)
    known = known[known["region"].isin(scale("region").codes) & (known["column"] != EVERY_COLUMN)]
    lacking = known.assign(lacking=known["projects"] - known["filled"])
    table = lacking.pivot_table(index="region", columns="column", values="lacking", sort=False)
    if table.empty or min((table.sum(axis=axis) > 0).sum() for axis in (0, 1)) < 2:
        return pd.DataFrame(columns=["row", "column", "observed", "estimate"])
    return contingency.residuals(table.astype(int))


def gap_numbers(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return gaps as a table: `region, column, missing`, those that there are."""
    named = gaps.rename(columns={"row": "region", "observed": "missing"})
    if named.empty:
        return named
    return named.loc[named["missing"] > 0, ["region", "column", "missing"]].reset_index(drop=True)


def kinds(evidence: Evidence) -> pd.DataFrame:
    """Return the issues by kind: `severity, problem, column, count`, errors first and many before few."""
    if evidence.issues is None or evidence.issues.empty:
        return pd.DataFrame(columns=["severity", "problem", "column", "count"])
    counted = evidence.issues.groupby(["severity", "problem", "column"]).size().rename("count").reset_index()
    order = {code: number for number, code in enumerate(scale("severity").codes)}
    counted["order"] = counted["severity"].map(order)
    ranked = counted.sort_values(["order", "count"], ascending=[True, False], kind="stable")
    return _named(ranked[["severity", "problem", "column", "count"]]).reset_index(drop=True)


def severities(evidence: Evidence) -> pd.Series:
    """Return how many issues there are of each severity, zeros included."""
    found = [] if evidence.issues is None else evidence.issues["severity"]
    return pd.Series(found, dtype=object).value_counts().reindex(scale("severity").codes, fill_value=0)


def issues(evidence: Evidence, language: Language) -> pd.DataFrame:
    """Return the first issues as a reader is shown them: `row, severity, column, value, problem, suggestion`.

    A text from a cell is shortened and on one line; a suggestion is a label where it is a code.
    """
    columns = ["row", "severity", "column", "value", "problem", "suggestion"]
    if evidence.issues is None or evidence.issues.empty:
        return pd.DataFrame(columns=columns)
    order = {code: number for number, code in enumerate(scale("severity").codes)}
    ranked = evidence.issues.assign(order=evidence.issues["severity"].map(order))
    first = ranked.sort_values(["order", "row"], kind="stable").head(MOST_ISSUES).reset_index(drop=True)
    return _named(
        first.assign(
            row=first["row"].astype(str),
            value=[quote(text, LONGEST) or None for text in first["value"]],
            suggestion=[
                _label(column, text, language)
                for column, text in zip(first["column"], first["suggestion"], strict=True)
            ],
        )[columns]
    )


def excluded(evidence: Evidence) -> pd.DataFrame:
    """Return the rows that are no projects, by reason: `exclusion, rows, row`, the last naming the rows."""
    if evidence.intake is None or evidence.intake.excluded.empty:
        return pd.DataFrame(columns=["exclusion", "rows", "row"])
    groups = evidence.intake.excluded.groupby("reason", sort=False)["row"]
    listed = groups.agg(lambda numbers: ", ".join(map(str, numbers.head(20))) + ", …" * (len(numbers) > 20))
    frame = pd.DataFrame({"rows": groups.size(), "row": listed}).reset_index(names="exclusion")
    return frame


def checks(evidence: Evidence, language: Language) -> pd.DataFrame:
    """Return the checks on the tables, those that fail first.

    Returns
    -------
    DataFrame
        Of a register `check, expected, found`, one row a check; of the published figures, which have
        many, `table, count, kept`: how many checks each table has and how many of them hold.
    """
    found = evidence.checks
    if evidence.projects is None:
        groups = found.groupby("table", sort=False)["holds"]
        counted = pd.DataFrame({"count": groups.size(), "kept": groups.sum()}).reset_index()
        ranked = counted.iloc[(counted["kept"] - counted["count"]).argsort(kind="stable")].reset_index(
            drop=True
        )
        return ranked.assign(table=[in_language(table, language) for table in ranked["table"]])
    text = {"en": "check", "nl": "check_nl"}[language]
    ranked = found.sort_values("holds", kind="stable", ignore_index=True)
    return ranked[[text, "expected", "found"]].rename(columns={text: "check"})


def failing(evidence: Evidence, language: Language) -> pd.DataFrame:
    """Return the checks on published tables that fail: `check, table, expected, found`."""
    found = evidence.checks
    if evidence.projects is not None or found["holds"].all():
        return pd.DataFrame(columns=["check", "table", "expected", "found"])
    text = {"en": "check", "nl": "check_nl"}[language]
    frame = found.loc[~found["holds"], [text, "table", "expected", "found"]].rename(columns={text: "check"})
    return frame.assign(table=[in_language(table, language) for table in frame["table"]])


def _completeness(evidence: Evidence) -> pd.DataFrame:
    if evidence.intake is None:
        return pd.DataFrame(columns=["region", "column", "projects", "filled"])
    return evidence.intake.completeness


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out the column of the register where an issue is about none."""
    return frame.assign(column=frame["column"].where(frame["column"] != "", None))


def _label(column: str, text: str, language: Language) -> str | None:
    from ivvu_analysis.register.spelling import SCALES, scale_of  # slow to import, and only of a register

    if column in SCALES and text in scale_of(column).codes:
        return scale_of(column).label(text, language)
    if column == "" and text in scale("column").codes:
        return scale("column").label(text, language)
    return quote(text, LONGEST) or None
