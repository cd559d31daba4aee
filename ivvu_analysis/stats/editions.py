"""Two editions of one register: what changed within projects, and what because projects came and went.

What is left open where only the totals are known, `overlap` tells.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivvu_analysis.stats.tails import normal_multiple


def decompose_share(before: pd.Series, after: pd.Series, level: float = 0.95) -> pd.DataFrame:
    """Split the change in the share that reaches a rating into change within projects, entry and exit.

    With c for continuing projects, e for new and x for ended ones, p for shares that reach it and s for
    shares of all projects: p_2 - p_1 = (p_2c - p_1c) + s_e (p_e - p_2c) + s_x (p_1c - p_x).

    Parameters
    ----------
    before, after
        Whether each rated project reaches it, indexed by project.
    level
        Of the interval for the change within.

    Returns
    -------
    pandas.DataFrame
        A row for each part (`within`, `entry`, `exit`, `change`): `part, estimate, conf_low, conf_high, n,
        method`; the parts add up to the change. `within` has a Wald interval for paired shares; the others
        are counted and have none. `n` is the number of projects a part rests on.

    Raises
    ------
    ValueError
        If a project occurs twice in an edition, or none is in both.

    Examples
    --------
    >>> before, after = pd.Series({"a": False, "b": True}), pd.Series({"b": True, "c": True})
    >>> decompose_share(before, after)["estimate"].to_list()
    [0.0, 0.0, 0.5, 0.5]
    """
    if not (before.index.is_unique and after.index.is_unique):
        raise ValueError("A project occurs twice in an edition.")
    stayed = before.index.intersection(after.index)
    if stayed.empty:
        raise ValueError("No project is rated in both editions, so there is no change within projects.")
    then, now = before[stayed].astype(bool), after[stayed].astype(bool)
    # s_e (p_e - p_2c) is what new projects moved the second share by: p_2 - p_2c. Likewise for ended ones.
    parts = {
        "within": now.mean() - then.mean(),
        "entry": after.mean() - now.mean(),
        "exit": then.mean() - before.mean(),
        "change": after.mean() - before.mean(),
    }
    new, ended = len(after) - len(stayed), len(before) - len(stayed)
    sizes = [len(stayed), new, ended, len(stayed) + new + ended]
    # A pair of either kind is added to those that moved, so that no moves at all still leave doubt.
    pairs, gained, lost = len(stayed) + 2, (now & ~then).sum() + 1, (then & ~now).sum() + 1
    drift = (gained - lost) / pairs
    margin = normal_multiple(level) * np.sqrt(((gained + lost) / pairs - drift**2) / pairs)
    frame = pd.DataFrame({"part": list(parts), "estimate": list(parts.values())})
    within = frame["part"] == "within"
    return frame.assign(
        conf_low=np.where(within, max(-1.0, drift - margin), np.nan),
        conf_high=np.where(within, min(1.0, drift + margin), np.nan),
        n=sizes,
        method=np.where(within, "adjusted Wald for pairs", "counted"),
    )
