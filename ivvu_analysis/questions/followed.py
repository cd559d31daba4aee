"""Projects followed from one edition to the next: which came and went, and how those that stayed changed.

Only a register that numbers its projects can tell; published figures cannot be followed.
"""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import rows
from ivvu_analysis.stats import editions

NAMING = ["region", "title", "theme"]  # what a project is known by, also when it is gone
FIELDS = ["wave", "status", *NAMING, *rows.RATINGS]


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


def fates(evidence: Evidence) -> pd.DataFrame:
    """List the projects that are new, ended or stopped since the wave before, by name.

    Returns
    -------
    DataFrame
        `fate, region, title, theme`; a project has ended that was completed or is gone from the register.
        Without rows where projects cannot be followed.
    """
    both = _both(evidence)
    now, then = both["wave"].notna(), both["wave_before"].notna()
    done, was_done = (
        both[name].str.startswith("completed", na=False) for name in ("status", "status_before")
    )
    stopped = (both["status"] == "stopped") & (both["status_before"] != "stopped")
    chosen = {
        "new": now & ~then,
        "ended": then & (~now | (done & ~was_done)),
        "stopped": then & now & stopped,
    }
    found = [_named(both[rows], ["theme"]).assign(fate=fate) for fate, rows in chosen.items()]
    return pd.concat(found, ignore_index=True)[["fate", "region", "title", "theme"]]


def rerated(evidence: Evidence, measure: str) -> pd.DataFrame:
    """List the projects that are rated otherwise than at the wave before, by name.

    Returns
    -------
    DataFrame
        `region, title, rated_before, rated_now`; without rows where projects cannot be followed.
    """
    both = _both(evidence)
    then, now = both[f"{measure}_before"], both[measure]
    moved = both[then.notna() & now.notna() & (then != now)]
    ratings = {f"{measure}_before": "rated_before", measure: "rated_now"}
    found = _named(moved, list(ratings)).rename(columns=ratings)
    return found[["region", "title", "rated_before", "rated_now"]]


def in_region(evidence: Evidence, region: str) -> pd.DataFrame:
    """List the projects of one region that are rated otherwise: `title, subject, rated_before, rated_now`."""
    found = [rerated(evidence, measure).assign(subject=measure) for measure in rows.RATINGS]
    here = pd.concat(found, ignore_index=True).query("region == @region")
    return here[["title", "subject", "rated_before", "rated_now"]].reset_index(drop=True)


def _both(evidence: Evidence) -> pd.DataFrame:
    """Return the numbered projects of this edition and the one before beside each other, by number."""
    first, second = (_numbered(evidence, wave) for wave in (evidence.wave_before("status"), evidence.wave))
    if first is None or second is None or first.index.intersection(second.index).empty:
        return pd.DataFrame(columns=[*FIELDS, *(f"{name}_before" for name in FIELDS)], dtype=object)
    first, second = (edition.reindex(columns=FIELDS) for edition in (first, second))
    return first.add_suffix("_before").join(second, how="outer")


def _named(both: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return `region, title` and more columns of projects, as they are now or else as they were."""
    named = {
        name: both[name].fillna(both[f"{name}_before"]) if name in NAMING else both[name]
        for name in ("region", "title", *columns)
    }
    return pd.DataFrame(named).reset_index(drop=True)


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
