"""How long projects run until they end, and regions stand on a phase until they rise, edition by edition."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import rows
from ivvu_analysis.questions.portfolio import COMPLETED, ENDED
from ivvu_analysis.stats import Z
from ivvu_analysis.stats.generator import months_between

ENDINGS = {"running": 0, "completed": 1, "stopped": 2}


def courses(evidence: Evidence) -> pd.DataFrame:
    """Return how long each numbered project was followed, and how that ended.

    A project is followed from the first edition in which it had not ended. It ended somewhere before the
    edition that first says so; one that is gone from the register, or still runs, is followed no further.

    Returns
    -------
    DataFrame
        `id, start, months, ending` (a key of `ENDINGS`). Without rows where fewer than two editions have
        numbered projects.
    """
    columns = ["id", "start", "months", "ending"]
    if rows.real(evidence) is None or evidence.projects is None:
        return pd.DataFrame(columns=columns)
    projects = evidence.projects.astype(object)
    seen = projects[(projects["wave"] <= evidence.wave) & projects["id"].notna() & projects["status"].notna()]
    seen = seen.drop_duplicates(["id", "wave"], keep=False).sort_values("wave", kind="stable")
    ended = seen["status"].isin(ENDED)
    first = seen[~seen["id"].duplicated() & ~ended].set_index("id")
    # The edition that first says that it ended, else the last one that has it.
    last = pd.concat([seen[ended], seen[~ended].iloc[::-1]]).drop_duplicates("id").set_index("id")
    last = last.loc[first.index]
    gaps = [months_between(*pair) for pair in zip(first["wave"], last["wave"], strict=True)]
    names = {**dict.fromkeys(COMPLETED, "completed"), "stopped": "stopped"}
    ending = last["status"].map(names).fillna("running")
    found = first[["start"]].assign(months=gaps, ending=ending).reset_index()
    return found[found["months"] > 0].reset_index(drop=True)[columns]


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
    """
    followed, found = courses(evidence), []
    for start in evidence.codebook.scale("start").codes:
        cohort = followed[followed["start"] == start]
        if cohort.empty or (cohort["ending"] == "running").all():
            continue
        time, ending = cohort["months"].to_numpy(float), cohort["ending"].map(ENDINGS).to_numpy()
        running = SurvfuncRight(time, (ending > 0).astype(int))
        ended = CumIncidenceRight(time, ending)
        kept = np.isin(ended.times, running.surv_times)
        parts = {"running": (running.surv_prob, running.surv_prob_se)}
        for name, cause in (("completed", 0), ("stopped", 1)):
            if cause < len(ended.cinc):
                parts[name] = ended.cinc[cause][kept], ended.cinc_se[cause][kept]
        for name, (share, error) in parts.items():
            low, high = _limits(np.asarray(share), np.asarray(error))
            frame = pd.DataFrame({"start": start, "months": running.surv_times, "ending": name})
            values = {"estimate": share, "conf_low": low, "conf_high": high}
            found.append(frame.assign(n=running.n_risk.astype(int), **values))
    columns = ["start", "months", "ending", "n", "estimate", "conf_low", "conf_high"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def risen(evidence: Evidence) -> pd.DataFrame:
    """Return which share of regions has left its first phase upward so many months on, by ladder and phase.

    A region is followed from the first wave at which its phase is known, if that is not the top, to the first
    one at which it stands higher: one course a region and ladder.

    Returns
    -------
    DataFrame
        `dimension, from_phase, months, n, estimate, conf_low, conf_high`, one minus Kaplan and Meier's
        estimate, as in `shares`. Without rows where no region is known to have risen.
    """
    known = evidence.region_phases[evidence.region_phases["wave"] <= evidence.wave].sort_values("wave")
    spells: dict[tuple[str, int], list[tuple[int, bool]]] = {}
    for (dimension, _), own in known.groupby(["dimension", "region"], observed=True):
        start = int(own["phase"].iloc[0])
        higher = own[own["phase"] > start]
        until = (higher if len(higher) else own.iloc[::-1])["wave"].iloc[0]
        if start < len(evidence.codebook.scale(dimension).codes) and until > own["wave"].iloc[0]:
            months = months_between(own["wave"].iloc[0], until)
            spells.setdefault((dimension, start), []).append((months, len(higher) > 0))
    found = []
    for dimension in evidence.codebook.dimensions:
        for phase in sorted(start for name, start in spells if name == dimension):
            months, rose = np.array(spells[dimension, phase]).T
            if rose.any():
                stay = SurvfuncRight(months, rose)
                low, high = _limits(stay.surv_prob, stay.surv_prob_se)
                frame = pd.DataFrame({"months": stay.surv_times, "n": stay.n_risk.astype(int)})
                limits = {"estimate": 1 - stay.surv_prob, "conf_low": 1 - high, "conf_high": 1 - low}
                found.append(frame.assign(dimension=dimension, from_phase=phase, **limits))
    columns = ["dimension", "from_phase", "months", "n", "estimate", "conf_low", "conf_high"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def _limits(share: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    inside = (share > 0) & (share < 1)
    safe = np.where(inside, share, 0.5)
    reach = Z * np.where(inside, error, np.nan) / np.abs(safe * np.log(safe))
    return safe ** np.exp(reach), safe ** np.exp(-reach)
