"""Two editions of one register: what changed within projects, and what because projects came and went.

Counts fall apart into what continuing, new and ended projects did; shares need more care, because their
totals change as well. What is left open where only the totals are known, `overlap` tells.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from scipy import special


def decompose_shares(
    before: pd.Series, after: pd.Series, levels: Sequence[Hashable], level: float = 0.95
) -> pd.DataFrame:
    """Split the change in the share of each level into change within projects, entry and exit.

    With c for continuing projects, e for new and x for ended ones, p for shares at a level and s for shares
    of all projects: p_2 - p_1 = (p_2c - p_1c) + s_e (p_e - p_2c) + s_x (p_1c - p_x).

    Parameters
    ----------
    before, after
        The level of each project, indexed by project; projects without a level are left out of their edition.
    levels
        The levels in their order; those that do not occur get zeros.
    level
        Of the interval for the change within.

    Returns
    -------
    pandas.DataFrame
        A row for each level and part (`within`, `entry`, `exit`, `change`): `level, part, estimate, conf_low,
        conf_high, n, method`. The parts add up to the change and, over levels, to zero. `within` has a Wald
        interval for paired shares; the others are counted, so that their bounds equal the estimate. `n` is
        the number of projects a part rests on.

    Raises
    ------
    ValueError
        If a project occurs twice in an edition, a level is not listed, or no project is in both editions.

    References
    ----------
    Melitz and Polanec (2015); Bonett and Price (2012).
    """
    first, second = (edition.dropna() for edition in (before, after))
    if not (first.index.is_unique and second.index.is_unique):
        raise ValueError("A project occurs twice in an edition.")
    unknown = (set(first) | set(second)) - set(levels)
    if unknown:
        raise ValueError(f"These levels are not listed: {', '.join(sorted(map(str, unknown)))}.")
    stayed = first.index.intersection(second.index)
    if stayed.empty:
        raise ValueError("No project has a level in both editions, so there is no change within projects.")

    def marks(edition: pd.Series) -> pd.DataFrame:
        return pd.DataFrame({name: edition == name for name in levels}, index=edition.index).astype(float)

    p_1, p_2 = marks(first).mean(), marks(second).mean()
    pairs = marks(second.loc[stayed]) - marks(first.loc[stayed])
    kept_1, kept_2 = marks(first.loc[stayed]).mean(), marks(second.loc[stayed]).mean()
    new, ended = len(second) - len(stayed), len(first) - len(stayed)
    # s_e (p_e - p_2c) is what new projects moved the second share by: p_2 - p_2c. Likewise for ended ones.
    parts = {
        "within": (kept_2 - kept_1, len(stayed)),
        "entry": (p_2 - kept_2, new),
        "exit": (kept_1 - p_1, ended),
        "change": (p_2 - p_1, len(first.index.union(second.index))),
    }
    # A pair of either kind is added to those that moved, so that no moves at all still leave doubt.
    gained, lost = ((pairs == sign).sum() + 1 for sign in (1, -1))
    moved, drift = (gained + lost) / (len(stayed) + 2), (gained - lost) / (len(stayed) + 2)
    margin = float(special.ndtri((1 + level) / 2)) * np.sqrt((moved - drift**2) / (len(stayed) + 2))
    limits = {"within": ((drift - margin).clip(lower=-1), (drift + margin).clip(upper=1))}
    frames = [
        pd.DataFrame(
            {
                "level": list(levels),
                "part": part,
                "estimate": estimate.to_numpy(),
                "conf_low": limits.get(part, (estimate, estimate))[0].to_numpy(),
                "conf_high": limits.get(part, (estimate, estimate))[1].to_numpy(),
                "n": n,
                "method": "adjusted Wald for pairs" if part == "within" else "counted",
            }
        )
        for part, (estimate, n) in parts.items()
    ]
    return pd.concat(frames).sort_index(kind="stable").reset_index(drop=True)
