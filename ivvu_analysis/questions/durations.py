"""How long projects run until they end, and regions stand on a phase until they rise, edition by edition."""

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import INTERVAL, rows, stacked
from ivvu_analysis.stats import Z
from ivvu_analysis.stats.generator import months_between

ENDINGS = ("running", "completed", "stopped")


def courses(evidence: Evidence) -> pd.DataFrame:
    """Return how long each numbered project was followed, and how that ended.

    A project is followed from the first edition in which it had not ended. It ended somewhere before the
    edition that first says so; one that is gone from the register, or still runs, is followed no further.

    Returns
    -------
    DataFrame
        `id, start, months, ending` (one of `ENDINGS`). Without rows where fewer than two editions have
        numbered projects.

    Examples
    --------
    >>> from ivvu_analysis import durations, load
    >>> evidence = load(register="../params/example_edition/register.csv")
    >>> durations.courses(evidence)["ending"].value_counts().to_dict()
    {'running': 199, 'completed': 80, 'stopped': 11}
    """
    seen = rows.entered(evidence).dropna(subset=["id", "status"]).drop_duplicates(["id", "wave"], keep=False)
    ended = seen["status"].isin(evidence.codebook.scale("status").subset("ended"))
    found = _spells(seen.assign(done=ended), ["id"])
    ending = found["status_last"].str.extract("^(completed|stopped)", expand=False).fillna("running")
    return found.assign(ending=ending)[["id", "start", "months", "ending"]]


def shares(evidence: Evidence) -> pd.DataFrame:
    """Return which share of projects still runs, is completed or has stopped so many months on, by start.

    Kaplan and Meier's estimate of what still runs, and Aalen and Johansen's of how the others ended, are
    those of statsmodels (`SurvfuncRight`, `CumIncidenceRight`).

    Returns
    -------
    DataFrame
        `start, months, ending, n, estimate, conf_low, conf_high`, where `n` is the number of projects that
        were followed so long; intervals are by the log of minus the log, and missing where nothing or all
        has happened.

    Examples
    --------
    >>> from ivvu_analysis import durations, load
    >>> shares = durations.shares(load(register="../params/example_edition/register.csv"))
    >>> shares.query("start == '2018-2019' and ending == 'running'")["estimate"].round(2).tolist()
    [0.79, 0.68]
    """
    found = {}
    for start, cohort in courses(evidence).groupby("start"):
        ending = cohort["ending"].map(ENDINGS.index).to_numpy()
        if ending.any():
            running = SurvfuncRight(cohort["months"], ending > 0)
            ended = CumIncidenceRight(cohort["months"], ending)
            kept = np.isin(ended.times, running.surv_times)
            found[start, "running"] = _curve(running, running.surv_prob, running.surv_prob_se)
            for name, share, error in zip(ENDINGS[1:], ended.cinc, ended.cinc_se, strict=False):
                found[start, name] = _curve(running, share[kept], error[kept])
    return stacked(found, "start ending", f"start months ending n {INTERVAL}")


def risen(evidence: Evidence) -> pd.DataFrame:
    """Return which share of regions has left its first phase upward so many months on, by ladder and phase.

    A region is followed from the first wave at which its phase is known, if that is not the top, to the first
    one at which it stands higher: one course a region and ladder.

    Returns
    -------
    DataFrame
        `dimension, from_phase, months, n, estimate, conf_low, conf_high`, one minus Kaplan and Meier's
        estimate, as in `shares`. Without rows where no region is known to have risen.

    Examples
    --------
    >>> from ivvu_analysis import durations, load
    >>> evidence = load(phases="../params/example_edition/phases.csv")
    >>> durations.risen(evidence).query("dimension == 'dynamics'")["estimate"].round(2).tolist()
    [0.45, 0.64]
    """
    known, unit = evidence.region_phases.sort_values("wave"), ["dimension", "region"]
    higher = known["phase"] > known.groupby(unit)["phase"].transform("first")
    found = {}
    for key, alike in _spells(known.assign(done=higher), unit).groupby(["dimension", "phase"]):
        if alike["done_last"].any():
            stay = SurvfuncRight(alike["months"], alike["done_last"])
            curve = _curve(stay, stay.surv_prob, stay.surv_prob_se)
            curve[INTERVAL.split()] = 1 - curve[["estimate", "conf_high", "conf_low"]].to_numpy()
            found[key] = curve
    return stacked(found, "dimension from_phase", f"dimension from_phase months n {INTERVAL}")


def _spells(seen: pd.DataFrame, unit: list[str]) -> pd.DataFrame:
    """Follow each unit that was not `done` at its first wave, to the wave that first says so, or its last.

    The columns are those of the first wave, those of the last (`<column>_last`), and `months`.
    """
    seen = seen.sort_values("wave", kind="stable")
    first = seen.drop_duplicates(unit).set_index(unit)
    last = pd.concat([seen[seen["done"]], seen.iloc[::-1]]).drop_duplicates(unit).set_index(unit)
    both = first.join(last.add_suffix("_last"))
    both["months"] = [months_between(*waves) for waves in zip(both["wave"], both["wave_last"], strict=True)]
    return both[~both["done"] & (both["months"] > 0)].reset_index()


def _curve(followed: SurvfuncRight, share: np.ndarray, error: np.ndarray) -> pd.DataFrame:
    """Return a share by month with its interval, which is missing where nothing or all has happened."""
    inside = (share > 0) & (share < 1)
    safe = np.where(inside, share, 0.5)
    reach = Z * np.where(inside, error, np.nan) / np.abs(safe * np.log(safe))
    limits = {"conf_low": safe ** np.exp(reach), "conf_high": safe ** np.exp(-reach)}
    times = {"months": followed.surv_times, "n": followed.n_risk.astype(int)}
    return pd.DataFrame({**times, "estimate": share, **limits})
