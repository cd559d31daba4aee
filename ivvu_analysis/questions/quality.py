"""What did the cleaning of a register find: what is filled in, what needs a person, what is no project?"""

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.neutral import quote
from ivvu_analysis.questions import nothing

MOST_FINDINGS = 60  # the report shows as many; the command lists them all
LONGEST = 36  # characters of a cell that the report shows
FINDING = "row severity column value problem suggestion"


def completeness(evidence: Evidence) -> pd.DataFrame:
    """Return how many projects there are and on how many a column is filled in, each region by itself.

    Returns
    -------
    DataFrame
        `region, column, projects, filled, missing, share`, with ``"all"`` for every region and for everything
        essential; without rows where there is no register, and without what has no project.

    Examples
    --------
    >>> from ivvu_analysis import load, quality
    >>> quality.completeness(load()).empty
    True
    """
    found = nothing("region column projects filled")
    if evidence.intake is not None:
        found = evidence.intake.completeness.query("projects > 0")
    missing = found["projects"] - found["filled"]
    return found.assign(missing=missing, share=found["filled"] / found["projects"])


def answers(evidence: Evidence) -> pd.DataFrame:
    """Return the share of projects with an answer, column by column.

    Returns
    -------
    DataFrame
        `column, n, answer, count, estimate`, where `answer` is ``"filled"`` or ``"missing"``.

    Examples
    --------
    >>> from ivvu_analysis import load, quality
    >>> quality.answers(load()).columns.tolist()
    ['column', 'n', 'answer', 'count', 'estimate']
    """
    known = completeness(evidence).query("region == 'all' and column != 'all'")
    known = known.rename(columns={"projects": "n"})
    long = known.melt(["column", "n"], ["filled", "missing"], "answer", "count", ignore_index=False)
    ordered = long.sort_index(kind="stable").reset_index(drop=True)
    return ordered.assign(estimate=ordered["count"] / ordered["n"])


def by_region(evidence: Evidence) -> pd.DataFrame:
    """Return the projects and the complete ones, region by region: `region, projects, filled, share`.

    Projects without a region, if there are any, stand last, without a name; regions without projects are left
    out.

    Examples
    --------
    >>> from ivvu_analysis import load, quality
    >>> quality.by_region(load()).columns.tolist()
    ['region', 'projects', 'filled', 'share']
    """
    known = completeness(evidence).query("region != 'all' and column == 'all'")
    named = known["region"].where(known["region"].isin(evidence.codebook.scale("region").codes), None)
    return known.assign(region=named).drop(columns=["column", "missing"]).reset_index(drop=True)


def gaps(evidence: Evidence) -> pd.DataFrame:
    """Return how many projects lack an answer: `region, column, missing`.

    Regions and columns that lack nothing are left out.

    Examples
    --------
    >>> from ivvu_analysis import load, quality
    >>> quality.gaps(load()).empty
    True
    """
    known = completeness(evidence).query("column != 'all'")
    found = known[known["region"].isin(evidence.codebook.scale("region").codes)]
    lacking = found[found["missing"] > 0]
    found = found[found["region"].isin(lacking["region"]) & found["column"].isin(lacking["column"])]
    return found[["region", "column", "missing"]].reset_index(drop=True)


def kinds(evidence: Evidence) -> pd.DataFrame:
    """Return the findings by kind: `severity, problem, column, count`, errors first and many before few.

    Examples
    --------
    >>> from ivvu_analysis import load, quality
    >>> quality.kinds(load()).columns.tolist()
    ['severity', 'problem', 'column', 'count']
    """
    counted = _issues(evidence).groupby(["severity", "problem", "column"], observed=True).size()
    ranked = counted.reset_index(name="count").sort_values(["severity", "count"], ascending=[True, False])
    return ranked.assign(column=ranked["column"].replace("", None)).reset_index(drop=True)


def severities(evidence: Evidence) -> pd.Series:
    """Return how many findings there are of each severity, zeros included.

    Examples
    --------
    >>> from ivvu_analysis import load, quality
    >>> quality.severities(load()).to_dict()
    {'error': 0, 'warning': 0, 'note': 0}
    """
    return _issues(evidence)["severity"].value_counts(sort=False)


def findings(evidence: Evidence) -> pd.DataFrame:
    """Return the first findings: `row, severity, column, value, problem, suggestion`, errors first.

    A text from a cell is on one line, shortened where it is long.

    Examples
    --------
    >>> from ivvu_analysis import load, quality
    >>> quality.findings(load()).empty
    True
    """
    first = _issues(evidence).sort_values(["severity", "row"], ignore_index=True).head(MOST_FINDINGS)
    short = {name: [quote(text, LONGEST) or None for text in first[name]] for name in ("value", "suggestion")}
    return first.assign(row=first["row"].astype(str), column=first["column"].replace("", None), **short)


def excluded(evidence: Evidence) -> pd.DataFrame:
    """Return the rows that are no projects, by reason: `exclusion, rows, row`, the last naming the rows.

    Examples
    --------
    >>> from ivvu_analysis import load, quality
    >>> quality.excluded(load()).empty
    True
    """
    if evidence.intake is None or evidence.intake.excluded.empty:
        return nothing("exclusion rows row")
    groups = evidence.intake.excluded.groupby("reason", sort=False)["row"]
    listed = groups.agg(lambda numbers: ", ".join(map(str, numbers.head(20))) + ", …" * (len(numbers) > 20))
    return pd.DataFrame({"rows": groups.size(), "row": listed}).reset_index(names="exclusion")


def checks(evidence: Evidence) -> pd.DataFrame:
    """Return how many checks each table has and how many of them hold: `table, count, kept`.

    Examples
    --------
    >>> from ivvu_analysis import load, quality
    >>> quality.checks(load()).loc[0, "table"]
    'tables 4 and 5'
    """
    groups = evidence.checks.groupby("table", sort=False)["holds"]
    counted = groups.agg(count="size", kept="sum").reset_index()
    return counted.iloc[(counted["kept"] - counted["count"]).argsort(kind="stable")].reset_index(drop=True)


def _issues(evidence: Evidence) -> pd.DataFrame:
    """Return what the cleaning found, its severity as categories from errors to notes."""
    found = nothing(FINDING) if evidence.issues is None else evidence.issues[FINDING.split()]
    severities = evidence.codebook.scale("severity").codes
    return found.assign(severity=pd.Categorical(found["severity"], severities, ordered=True))
