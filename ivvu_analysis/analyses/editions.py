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
        editions cannot be followed: the same wave twice, or no project that was rated in both under a number
        that occurs once in each.
    """
    columns = ["edition_part", "estimate", "conf_low", "conf_high", "n", "method"]
    first, second = (_marks(evidence, measure, edition) for edition in (before, wave))
    if before == wave or first.index.intersection(second.index).empty:
        return pd.DataFrame(columns=columns)
    found = editions.decompose_shares(first, second, ["no", "yes"])
    reached = found[found["level"] == "yes"].rename(columns={"part": "edition_part"})
    drawn = reached["edition_part"] == "within"
    limits = {name: reached[name].where(drawn) for name in ("conf_low", "conf_high")}
    return reached.assign(**limits)[columns].reset_index(drop=True)


def in_both(evidence: Evidence, before: str, wave: str) -> int | None:
    """Return how many numbered projects stand in both editions, or None where that cannot be told."""
    first, second = (_numbers(evidence, edition) for edition in (before, wave))
    if first is None or second is None or before == wave or first.isna().all() or second.isna().all():
        return None
    return _shared(first, second)


def rated_in_both(evidence: Evidence, measure: str, before: str, wave: str) -> tuple[int, int] | None:
    """Return the fewest and the most projects that were rated in both editions; None without rows.

    A project without a number may be any of the other edition whose number this edition does not have.
    """
    first, second = (_numbers(evidence, edition) for edition in (before, wave))
    if first is None or second is None:
        return None
    one, other = first[_rated(evidence, measure, before)], second[_rated(evidence, measure, wave)]
    known = _shared(one, other)
    apart, others = int((~one.dropna().isin(second)).sum()), int((~other.dropna().isin(first)).sum())
    nameless, unnamed = int(one.isna().sum()), int(other.isna().sum())
    taken = min(apart, unnamed)
    return known, known + taken + min(nameless, others + unnamed - taken)


def _shared(first: pd.Series, second: pd.Series) -> int:
    return int(first.dropna().isin(second.dropna()).sum())


def _numbers(evidence: Evidence, wave: str) -> pd.Series | None:
    """Return the number of each project of an edition; one that occurs twice names none, and is missing."""
    projects = rows.real(evidence, wave)
    if projects is None:
        return None
    numbers = projects["id"].astype(object)
    return numbers.where(~numbers.duplicated(keep=False))


def _rated(evidence: Evidence, measure: str, wave: str) -> pd.Series:
    projects = rows.real(evidence, wave)
    assert projects is not None
    return rows.reached(projects, measure).notna()


def _marks(evidence: Evidence, measure: str, wave: str) -> pd.Series:
    """Return whether each numbered and rated project of an edition reaches the rating, by its number."""
    projects, numbers = rows.real(evidence, wave), _numbers(evidence, wave)
    if projects is None:
        return pd.Series(dtype=object)
    marks = rows.reached(projects, measure).astype(object)
    marks.index = pd.Index(numbers)
    return marks[marks.index.notna() & marks.notna()]
