"""Two editions of one register: what changed within projects, and what because projects came and went.

What is left open where only the totals are known, `overlap` tells.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from ivvu_analysis.stats.tails import normal_multiple


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

    Examples
    --------
    >>> before, after = pd.Series({"a": "no", "b": "yes"}), pd.Series({"b": "yes", "c": "yes"})
    >>> decompose_shares(before, after, ["no", "yes"]).query("level == 'yes'")["estimate"].to_list()
    [0.0, 0.0, 0.5, 0.5]
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
    kept = [marks(edition.loc[stayed]) for edition in (first, second)]
    kept_1, kept_2 = kept[0].mean(), kept[1].mean()
    # s_e (p_e - p_2c) is what new projects moved the second share by: p_2 - p_2c. Likewise for ended ones.
    parts = pd.concat(
        {"within": kept_2 - kept_1, "entry": p_2 - kept_2, "exit": kept_1 - p_1, "change": p_2 - p_1}, axis=1
    )
    frame = parts.rename_axis("level").reset_index().melt("level", var_name="part", value_name="estimate")
    # A pair of either kind is added to those that moved, so that no moves at all still leave doubt.
    gained, lost = ((kept[1] - kept[0] == sign).sum() + 1 for sign in (1, -1))
    pairs = len(stayed) + 2
    moved, drift = (gained + lost) / pairs, (gained - lost) / pairs
    margin = normal_multiple(level) * np.sqrt((moved - drift**2) / pairs)
    within = frame["part"] == "within"
    for limit, value in {"conf_low": drift - margin, "conf_high": drift + margin}.items():
        frame[limit] = frame["estimate"].mask(within, frame["level"].map(value.clip(-1, 1)))
    new, ended = len(second) - len(stayed), len(first) - len(stayed)
    sizes = {"within": len(stayed), "entry": new, "exit": ended, "change": len(stayed) + new + ended}
    frame["n"] = frame["part"].map(sizes)
    frame["method"] = np.where(within, "adjusted Wald for pairs", "counted")
    order = frame["level"].map({name: place for place, name in enumerate(levels)})
    return frame.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)
