"""From one edition to the next: how shares changed, which projects came and went, and how others changed.

Published figures tell how many projects there are, not which; only a register that numbers its projects can
follow them.
"""

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import INTERVAL, RESULT, nothing, ratings, rows, stacked
from ivvu_analysis.stats import proportions


def change(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return the change in the share that is reached since the wave before, under every overlap of editions.

    Where a register numbers its projects, their overlap is known, and so is how their ratings correlate.

    Returns
    -------
    DataFrame
        The rows of `stats.proportions.difference`, with `assumption` as `overlap`, its name in the codebook.
        Without rows where there is no wave before, or nothing was rated at one of the two.

    Examples
    --------
    >>> from ivvu_analysis import followed, load
    >>> followed.change(load(wave="2020-10"), "scalability")["estimate"].round(3).tolist()
    [0.09, 0.09, 0.09]
    """
    shares, waves = ratings.share(evidence, measure), [evidence.wave_before(measure), evidence.wave]
    if shares.index.isin(waves).sum() < 2:
        return nothing(f"overlap {RESULT}")
    (x1, n1), (x2, n2) = shares.loc[waves, ["projects", "n"]].to_numpy().tolist()
    fewest, most = (min(number, n1, n2) for number in shared(evidence, measure))
    phi = _correlation(*_marks(evidence, measure)) if fewest == most else None
    found = proportions.difference(x1, n1, x2, n2, (fewest, most), phi)
    return found.rename(columns={"assumption": "overlap"})


def _marks(evidence: Evidence, measure: str) -> list[pd.Series]:
    """Return whether each numbered project got somewhere, in the edition before and in this one."""
    return [rows.reached(evidence, edition, measure).dropna() for edition in numbered(evidence, measure)]


def _correlation(before: pd.Series, now: pd.Series) -> float | None:
    """Return how the marks of projects that are in both editions correlate; None where none is."""
    both = pd.concat([before, now], axis=1, join="inner").astype(float)
    return float(both.corr().fillna(0.0).iat[0, 1]) if len(both) else None


def shared(evidence: Evidence, measure: str) -> tuple[int, int]:
    """Return the fewest and the most projects that were rated in this edition and in the one before.

    A register with numbers tells; a project without one may be any of the other
    edition. The publication says only that most projects are the same: between half and all of
    the smaller edition is a generous reading of "most".

    Examples
    --------
    >>> from ivvu_analysis import followed, load
    >>> followed.shared(load(wave="2020-10"), "impact")
    (134, 268)
    """
    waves = [evidence.wave_before(measure), evidence.wave]
    editions = [rows.real(evidence, wave) for wave in waves]
    if any(edition.empty for edition in editions):
        smallest = int(evidence.table(measure).sum(axis=1)[waves].min())
        return smallest // 2, smallest
    one, other = (_numbers(e)[rows.reached(evidence, e, measure).notna()] for e in editions)
    known = int(one.dropna().isin(other).sum())
    return known, min(known + int(one.isna().sum() + other.isna().sum()), len(one), len(other))


def _numbers(projects: pd.DataFrame) -> pd.Series:
    """Return the number of each project; one that occurs twice names none, and is missing."""
    return projects["id"].mask(projects["id"].duplicated(keep=False))


def numbered(evidence: Evidence, measure: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the numbered projects of the edition before, at which `measure` was recorded, and of this one.

    They are indexed by their number; a number that occurs twice in an edition names none.

    Examples
    --------
    >>> from ivvu_analysis import followed, load
    >>> before, now = followed.numbered(load(register="../params/example_edition/register.csv"), "impact")
    >>> len(before), len(now), len(before.index.intersection(now.index))
    (338, 360, 338)
    """
    found = (rows.real(evidence, wave) for wave in (evidence.wave_before(measure), evidence.wave))
    before, now = (edition.assign(id=_numbers(edition)).dropna(subset="id") for edition in found)
    return before.set_index("id"), now.set_index("id")


def parts(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Split the change in the share that reaches a rating into change within projects, entry and exit.

    Returns
    -------
    DataFrame
        `edition_part, estimate, conf_low, conf_high, n, method`, where `n` counts the projects that a part
        rests on; only the change within has an interval, the others are counted. Without rows where the
        editions cannot be followed: no wave before, or no project that was rated in both under a number that
        occurs once in each.

    Examples
    --------
    >>> from ivvu_analysis import followed, load
    >>> parts = followed.parts(load(register="../params/example_edition/register.csv"), "impact")
    >>> dict(zip(parts["edition_part"], parts["estimate"].round(3)))
    {'within': -0.015, 'entry': -0.013, 'exit': 0.0, 'change': -0.028}
    """
    marks = _marks(evidence, measure)
    if not marks[0].index.isin(marks[1].index).any():
        return nothing(f"edition_part {INTERVAL} n method")
    return proportions.decompose_share(*marks).rename(columns={"part": "edition_part"})


def both(evidence: Evidence) -> pd.DataFrame:
    """Return the numbered projects of this edition and of the one before (`<column>_before`), by number.

    Region, title and theme are those of now, or else as they were. Without rows where no project is in both.

    Examples
    --------
    >>> from ivvu_analysis import followed, load
    >>> both = followed.both(load(register="../params/example_edition/register.csv"))
    >>> both[["status_before", "status"]].value_counts().head(1).index.tolist()
    [('running', 'running')]
    """
    before, now = numbered(evidence, "status")
    together = before.add_suffix("_before").join(now, how="outer")
    for name in rows.NAMED:
        together[name] = together[name].fillna(together[f"{name}_before"])
    return together if len(before.index.intersection(now.index)) else together.head(0)


def fates(evidence: Evidence) -> pd.DataFrame:
    """List the projects that are new, ended or stopped since the wave before, by name.

    Returns
    -------
    DataFrame
        `fate, region, title, theme`; a project has ended that was completed or is gone from the register.
        Without rows where projects cannot be followed.

    Examples
    --------
    >>> from ivvu_analysis import followed, load
    >>> evidence = load(register="../params/example_edition/register.csv")
    >>> followed.fates(evidence)["fate"].value_counts().to_dict()
    {'ended': 33, 'new': 22, 'stopped': 8}
    """
    projects, completed = both(evidence), evidence.codebook.scale("status").subset("reached")
    now, then = projects["wave"].notna(), projects["wave_before"].notna()
    done = projects["status"].isin(completed) & ~projects["status_before"].isin(completed)
    stopped = (projects["status"] == "stopped") & (projects["status_before"] != "stopped")
    chosen = {"new": now & ~then, "ended": then & (~now | done), "stopped": then & now & stopped}
    named = {fate: projects[holds] for fate, holds in chosen.items()}
    return stacked(named, "fate", "fate region title theme")


def rerated(evidence: Evidence, measure: str) -> pd.DataFrame:
    """List the projects that are rated otherwise than at the wave before, by name.

    Returns
    -------
    DataFrame
        `region, title, rated_before, rated_now`; without rows where projects cannot be followed.

    Examples
    --------
    >>> from ivvu_analysis import followed, load
    >>> followed.rerated(load(register="../params/example_edition/register.csv"), "impact").iloc[0].tolist()
    ['achterhoek', 'Persoonsgerichte zorg 046', 'small_much', 'medium_limited']
    """
    names = {f"{measure}_before": "rated_before", measure: "rated_now"}
    rated = both(evidence).dropna(subset=list(names)).rename(columns=names)
    moved = rated.query("rated_before != rated_now")
    return moved[["region", "title", *names.values()]].reset_index(drop=True)
