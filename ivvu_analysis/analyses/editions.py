"""Two editions of one register with project numbers: what changed in projects, and which came and went."""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.analyses import rows
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.stats import editions


def parts(evidence: Evidence, measure: str, before: str, wave: str) -> pd.DataFrame:
    """Split the change in the share that reaches a rating into change within projects, entry and exit.

    Parameters
    ----------
    evidence
        Whose projects; figures without rows cannot be split.
    measure
        ``"impact"``, ``"sharing"`` or ``"scalability"``; see `rows.REACHED` for the levels that count.
    before, wave
        The two editions.

    Returns
    -------
    DataFrame
        `edition_part, estimate, conf_low, conf_high, n, method`, where `n` counts the projects that a part
        rests on; only the change within has an interval, the others are counted. Without rows where the
        editions cannot be followed: the same wave twice, no numbers of projects or one that occurs twice, or
        no project that was rated in both.
    """
    columns = ["edition_part", "estimate", "conf_low", "conf_high", "n", "method"]
    first, second = (_marks(evidence, measure, edition) for edition in (before, wave))
    if before == wave or first.index.intersection(second.index).empty:
        return pd.DataFrame(columns=columns)
    if not (first.index.is_unique and second.index.is_unique):
        return pd.DataFrame(columns=columns)
    found = editions.decompose_shares(first, second, ["no", "yes"])
    reached = found[found["level"] == "yes"].rename(columns={"part": "edition_part"})
    drawn = reached["edition_part"] == "within"
    limits = {name: reached[name].where(drawn) for name in ("conf_low", "conf_high")}
    return reached.assign(**limits)[columns].reset_index(drop=True)


def in_both(evidence: Evidence, before: str, wave: str) -> int | None:
    """Return how many numbered projects stand in both editions, or None where that cannot be told."""
    first, second = (rows.real(evidence, edition) for edition in (before, wave))
    if first is None or second is None or before == wave:
        return None
    numbers, others = (projects["id"].dropna() for projects in (first, second))
    if numbers.empty or others.empty or not (numbers.is_unique and others.is_unique):
        return None
    return int(numbers.isin(others).sum())


def rated_in_both(evidence: Evidence, measure: str, before: str, wave: str) -> tuple[int, int] | None:
    """Return the fewest and the most projects that were rated in both editions; None without rows.

    A project without a number, or with one that occurs twice, may be any of the other edition.
    """
    numbers = []
    for edition in (before, wave):
        projects = rows.real(evidence, edition)
        if projects is None:
            return None
        found = projects["id"].astype(object)[rows.reached(projects, measure).notna().to_numpy()]
        numbers.append(found.where(~found.duplicated(keep=False)))
    first, second = numbers
    known = int(first.dropna().isin(second.dropna()).sum())
    apart, others = (int(side.notna().sum()) - known for side in numbers)
    nameless, unnamed = (int(side.isna().sum()) for side in numbers)
    taken = min(apart, unnamed)  # a number in one edition only, its project without one in the other
    return known, known + taken + min(nameless, others + unnamed - taken)


def _marks(evidence: Evidence, measure: str, wave: str) -> pd.Series:
    """Return whether each numbered and rated project of an edition reaches the rating, by its number."""
    projects = rows.real(evidence, wave)
    if projects is None:
        return pd.Series(dtype=object)
    marks = rows.reached(projects, measure).astype(object)
    marks.index = pd.Index(projects["id"].astype(object))
    return marks[marks.index.notna() & marks.notna()]
