"""Two editions of one register: what changed within projects, and what because projects came and went.

Where only the totals are known, the overlap of the editions leaves that open: `difference` says how far.
"""

import numpy as np
import pandas as pd

from ivvu_analysis.stats import Floats, Ints, Z
from ivvu_analysis.stats.proportions import wilson


def decompose_share(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Split the change in the share that reaches a rating into change within projects, entry and exit.

    With c for continuing projects, e for new and x for ended ones, p for shares that reach it and s for
    shares of all projects: p_2 - p_1 = (p_2c - p_1c) + s_e (p_e - p_2c) + s_x (p_1c - p_x).

    `before` and `after` say whether each rated project reaches it, by project; at least one is in both.

    Returns
    -------
    pandas.DataFrame
        A row for each part (`within`, `entry`, `exit`, `change`): `part, estimate, conf_low, conf_high, n,
        method`; the parts add up to the change. `within` has a Wald interval for paired shares; the others
        are counted and have none. `n` is the number of projects a part rests on.

    Examples
    --------
    >>> before, after = pd.Series({"a": False, "b": True}), pd.Series({"b": True, "c": True})
    >>> decompose_share(before, after)["estimate"].to_list()
    [0.0, 0.0, 0.5, 0.5]
    """
    stayed = before.index.intersection(after.index)
    then, now = before[stayed].astype(bool), after[stayed].astype(bool)
    p_1, p_1c, p_2c, p_2 = (marks.mean() for marks in (before, then, now, after))
    new, ended = len(after) - len(stayed), len(before) - len(stayed)
    # A pair of either kind is added to those that moved, so that no moves at all still leave doubt.
    pairs, gained, lost = len(stayed) + 2, (now & ~then).sum() + 1, (then & ~now).sum() + 1
    drift = (gained - lost) / pairs
    margin = Z * np.sqrt(((gained + lost) / pairs - drift**2) / pairs)
    low, high = max(-1.0, drift - margin), min(1.0, drift + margin)
    # s_e (p_e - p_2c) is what new projects moved the second share by: p_2 - p_2c. Likewise for ended ones.
    rows = [
        ("within", p_2c - p_1c, low, high, len(stayed), "adjusted Wald for pairs"),
        ("entry", p_2 - p_2c, np.nan, np.nan, new, "counted"),
        ("exit", p_1c - p_1, np.nan, np.nan, ended, "counted"),
        ("change", p_2 - p_1, np.nan, np.nan, len(stayed) + new + ended, "counted"),
    ]
    return pd.DataFrame(rows, columns=["part", "estimate", "conf_low", "conf_high", "n", "method"])


def difference(x1: float, n1: int, x2: float, n2: int, shared: tuple[int, int]) -> pd.DataFrame:
    """Estimate the change of a share between two editions that have projects in common.

    The same project counted twice makes the two shares correlated: with m shared projects whose ratings
    correlate phi, the shares correlate ``rho = m phi / sqrt(n1 n2)``. Neither is published, so both are
    swept: m between the two numbers `shared`, phi from 0 to the most that counts like these leave possible
    for m projects.

    Returns
    -------
    pandas.DataFrame
        Rows ``assumption`` = ``phi_0`` (ratings unrelated, the widest), ``phi_1`` (as many shared projects
        keeping their rating as can be, the narrowest) and ``range`` (all of them, which the widest takes
        in), with ``shared, phi, estimate, conf_low, conf_high, n, method``. The estimate is later minus
        earlier; `n` is ``n1 + n2``.

    Examples
    --------
    >>> difference(50, 100, 60, 100, shared=(50, 50)).round(3)["conf_low"].to_list()
    [-0.037, 0.003, -0.037]
    """
    before, after = (wilson(x, n).iloc[0] for x, n in ((x1, n1), (x2, n2)))
    numbers = np.arange(shared[0], shared[1] + 1)
    possible = _largest_phi(x1, n1, x2, n2, numbers)
    tied = len(numbers) - 1 - int(np.argmax((numbers * possible)[::-1]))
    rho = np.array([0.0, numbers[tied] * possible[tied] / np.sqrt(n1 * n2), 0.0])

    def arm(one: float, other: float) -> Floats:
        return np.asarray(np.sqrt(np.maximum(one**2 - 2 * rho * one * other + other**2, 0)))

    change = after["estimate"] - before["estimate"]
    low = change - arm(after["estimate"] - after["conf_low"], before["conf_high"] - before["estimate"])
    high = change + arm(after["conf_high"] - after["estimate"], before["estimate"] - before["conf_low"])
    frame = pd.DataFrame({"assumption": ["phi_0", "phi_1", "range"], "shared": numbers[[0, tied, -1]]})
    frame = frame.assign(phi=[0.0, possible[tied], np.nan], estimate=change, conf_low=low, conf_high=high)
    return frame.assign(n=int(n1 + n2), method="Newcombe, correlated shares")


def _largest_phi(x1: float, n1: int, x2: float, n2: int, m: Ints) -> Floats:
    """Return, for each number of shared projects, the largest correlation of their ratings.

    Of them between max(0, x - (n - m)) and min(x, m) count in an edition. It is 1 where both editions can
    have the same number, else the square root of the odds ratio of the nearest two; nothing correlates with
    ratings that are all alike.
    """
    ends = [(np.maximum(0, x - (n - m)), np.minimum(x, m)) for x, n in ((x1, n1), (x2, n2))]
    one = np.clip(np.clip(m / 2, *ends[1]), *ends[0])
    other = np.clip(one, *ends[1])
    few, many = np.minimum(one, other), np.maximum(one, other)
    ratio = np.divide(few * (m - many), many * (m - few), out=np.zeros(len(m)), where=many * (m - few) > 0)
    return np.asarray(np.sqrt(ratio), dtype=float)
