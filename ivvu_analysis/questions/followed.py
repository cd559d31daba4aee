"""Projects followed from one edition to the next: which came and went, and how those that stayed changed.

Only a register that numbers its projects can tell; published figures cannot be followed.
"""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import rows
from ivvu_analysis.stats import editions

FATES = ("new", "ended", "stopped", "rerated")


def parts(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Split the change in the share that reaches a rating into change within projects, entry and exit.

    Returns
    -------
    DataFrame
        `edition_part, estimate, conf_low, conf_high, n, method`, where `n` counts the projects that a part
        rests on; only the change within has an interval, the others are counted. Without rows where the
        editions cannot be followed: no wave before, or no project that was rated in both under a number that
        occurs once in each.
    """
    columns = ["edition_part", "estimate", "conf_low", "conf_high", "n", "method"]
    before = evidence.wave_before(measure)
    first, second = (_marks(evidence, measure, wave) for wave in (before, evidence.wave))
    if before is None or first.index.intersection(second.index).empty:
        return pd.DataFrame(columns=columns)
    return editions.decompose_share(first, second).rename(columns={"part": "edition_part"})[columns]


def projects(evidence: Evidence, measure: str) -> pd.DataFrame:
    """List what happened to projects since the wave before, by name.

    Returns
    -------
    DataFrame
        `fate, region, title, rated_before, rated_now`: projects that are `new`, `ended`, `stopped` or
        `rerated` on the measure, with their ratings then and now. Without rows where they cannot be followed.
    """
    columns = ["fate", "region", "title", "rated_before", "rated_now"]
    before = evidence.wave_before("status")
    first, second = (_numbered(evidence, wave) for wave in (before, evidence.wave))
    if first is None or second is None or first.index.intersection(second.index).empty:
        return pd.DataFrame(columns=columns)
    both = first.add_suffix("_before").join(second, how="outer")
    now, then = both["wave"].notna(), both["wave_before"].notna()
    finished = both["status"].astype(object).str.startswith("completed", na=False)
    was_finished = both["status_before"].astype(object).str.startswith("completed", na=False)
    moved = (
        both[measure].notna()
        & both[f"{measure}_before"].notna()
        & (both[measure] != both[f"{measure}_before"])
    )
    stopped = (both["status"] == "stopped") & (both["status_before"] != "stopped")
    fates = {
        "new": now & ~then,
        "ended": (then & ~now) | (then & finished & ~was_finished),
        "stopped": then & stopped,
        "rerated": moved,
    }
    found = [
        pd.DataFrame(
            {
                "fate": fate,
                "region": both["region"].fillna(both["region_before"]),
                "title": both["title"].fillna(both["title_before"]),
                "rated_before": both[f"{measure}_before"],
                "rated_now": both[measure],
            }
        )[chosen]
        for fate, chosen in fates.items()
    ]
    return pd.concat(found, ignore_index=True)[columns]


def in_both(evidence: Evidence, measure: str) -> int | None:
    """Return how many numbered projects stand in both editions, or None where that cannot be told."""
    first, second = (_numbers(evidence, wave) for wave in (evidence.wave_before(measure), evidence.wave))
    if first is None or second is None or first.isna().all() or second.isna().all():
        return None
    return _shared(first, second)


def rated_in_both(evidence: Evidence, measure: str) -> tuple[int, int] | None:
    """Return the fewest and the most projects that were rated in both editions; None without rows.

    A project without a number may be any of the other edition whose number this edition does not have.
    """
    before, wave = evidence.wave_before(measure), evidence.wave
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


def _edition(evidence: Evidence, wave: str | None) -> pd.DataFrame | None:
    """Return the rows of an edition; None where there are none, as of a published wave."""
    found = rows.real(evidence, wave) if wave else None
    return None if found is None or found.empty else found


def _numbers(evidence: Evidence, wave: str | None) -> pd.Series | None:
    """Return the number of each project of an edition; one that occurs twice names none, and is missing."""
    found = _edition(evidence, wave)
    if found is None:
        return None
    numbers = found["id"].astype(object)
    return numbers.where(~numbers.duplicated(keep=False))


def _numbered(evidence: Evidence, wave: str | None) -> pd.DataFrame | None:
    found, numbers = _edition(evidence, wave), _numbers(evidence, wave)
    if found is None or numbers is None:
        return None
    return found.astype(object).set_index(pd.Index(numbers, name="id"))[lambda frame: frame.index.notna()]


def _rated(evidence: Evidence, measure: str, wave: str | None) -> pd.Series:
    found = _edition(evidence, wave)
    assert found is not None
    return rows.reached(evidence, found, measure).notna()


def _marks(evidence: Evidence, measure: str, wave: str | None) -> pd.Series:
    """Return whether each numbered and rated project of an edition reaches the rating, by its number."""
    found, numbers = _edition(evidence, wave), _numbers(evidence, wave)
    if found is None or numbers is None:
        return pd.Series(dtype=bool)
    marks = rows.reached(evidence, found, measure).set_axis(pd.Index(numbers))
    return marks[marks.index.notna() & marks.notna()] == "yes"
