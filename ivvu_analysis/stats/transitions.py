"""What the counts on an ordered ladder at successive waves say about the regions behind them.

Only margins are published: how many regions stood on each phase at each wave, not which. Most questions about
progress then have a range of logically possible answers. Each assumption (no region fell back; no region took
more than one step a wave) narrows the range, or turns out to be impossible, and then the fewest exceptions to
it are known.

Counts come as a frame with one row a wave, in time order, and one column a phase, from low to high.
"""

from collections import Counter
from collections.abc import Callable, Hashable
from itertools import combinations_with_replacement, pairwise, product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import LinearConstraint, milp
from scipy.stats import ttest_1samp

from ivvu_analysis.stats import Ints, Z, whole_counts

ASSUMPTIONS = ("any", "monotone", "one_step")


def ladder_counts(counts: pd.DataFrame) -> Ints:
    """Return counts as an integer array of waves by phases, after checking that they are one ladder."""
    array = whole_counts(counts)
    if array.shape[1] < 2 or not array[0].sum() or np.ptp(array.sum(axis=1)):
        raise ValueError("A ladder has two phases or more, and counts the same regions at every wave.")
    return array.astype(np.int64)


def progress(courses: Ints) -> dict[Hashable, Ints]:
    """Return what a region on each of the courses did, by the quantities of `ladder_of_assumptions`."""
    rise = courses[:, -1] - courses[:, 0]
    return {"net_steps": rise, "moved": 1 * (rise != 0), "rose_two": 1 * (rise >= 2)}


def course_bounds(
    counts: Ints, assumption: str, quantities: Callable[[Ints], dict[Hashable, Ints]] = progress
) -> dict[Hashable, tuple[int, int]]:
    """Bound what regions did between the first and the last wave under an assumption.

    The bounds of each of the `quantities` are the optima of an integer programme over all courses that obey
    the assumption and reproduce the counts of every wave in between. Where none do, only the fewest
    exceptions are known: as many regions as the counts have room for are put on such courses, and the rest
    can always fill what remains.
    """
    waves, phases = counts.shape
    upward = combinations_with_replacement(range(phases), waves)
    every = product(range(phases), repeat=waves) if assumption == "any" else upward
    courses = np.array(list(every), dtype=np.int64)
    if assumption == "one_step":
        courses = courses[np.all(np.diff(courses, axis=1) <= 1, axis=1)]
    # It turns regions per course into counts per wave and phase.
    there = (courses.T[:, None, :] == np.arange(phases)[:, None]).reshape(-1, len(courses)).astype(float)
    whole = np.full(len(courses), waves > 2)  # two waves make a transport problem, which is whole anyway

    def least(price: Ints, lowest: ArrayLike) -> int:
        limits = LinearConstraint(there, lowest, counts.ravel())
        return int(np.rint(milp(price.astype(float), integrality=whole, constraints=limits).fun))

    exceptions = int(counts[0].sum()) + least(-np.ones_like(courses[:, 0]), -np.inf)
    bounds: dict[Hashable, tuple[int, int]] = {"fewest_exceptions": (exceptions, exceptions)}
    if exceptions == 0:
        for quantity, price in quantities(courses).items():
            bounds[quantity] = least(price, counts.ravel()), -least(-price, counts.ravel())
    return bounds


def ladder_of_assumptions(counts: pd.DataFrame) -> pd.DataFrame:
    """Say what the counts fix about progress under each assumption, from wave to wave and over all.

    Returns
    -------
    pandas.DataFrame
        A row for each interval, assumption (`any`, `monotone`: no region fell back, `one_step`: nor took more
        than one step from one wave to the next) and quantity, with `from_wave, to_wave, assumption, quantity,
        estimate, conf_low, conf_high, n, method`. `conf_low` and `conf_high` are the smallest and largest
        possible number, not a confidence interval, and `estimate` is missing unless they coincide.
        Quantities: regions that `moved` (stand elsewhere at the end of the interval) and `rose_two` (two
        phases or more within the interval); `net_steps`, up minus down; and `fewest_exceptions`, the regions
        that must at the least have broken the assumption. Where that is not zero, the assumption is
        impossible and has no other row.

    Examples
    --------
    >>> counts = pd.DataFrame([[0, 3, 4, 27], [0, 0, 2, 32]], index=["2020-03", "2020-10"])
    >>> found = ladder_of_assumptions(counts).query("assumption == 'any' and quantity == 'moved'")
    >>> found[["conf_low", "conf_high"]].to_numpy().tolist()
    [[5.0, 9.0]]
    """
    array, waves = ladder_counts(counts), [str(wave) for wave in counts.index]
    last, rows = len(waves) - 1, []
    for start, end in dict.fromkeys([*pairwise(range(last + 1)), (0, last)]) if last else []:
        for assumption in ASSUMPTIONS:
            # Where a region can go anywhere the waves in between say nothing.
            known = array[[start, end]] if assumption == "any" else array[start : end + 1]
            found = course_bounds(known, assumption)
            rows += [(waves[start], waves[end], assumption, name, *bounds) for name, bounds in found.items()]
    columns = ["from_wave", "to_wave", "assumption", "quantity", "conf_low", "conf_high"]
    frame = pd.DataFrame(rows, columns=columns).astype({"conf_low": float, "conf_high": float})
    frame.insert(4, "estimate", frame["conf_low"].where(frame["conf_low"] == frame["conf_high"]))
    return frame.assign(n=int(array[0].sum()), method="integer programme")


def flow_matrix(counts: pd.DataFrame) -> pd.DataFrame:
    """Return flows between phases that reproduce the counts of two waves, for drawing.

    Drawn are the flows with the regions' order kept. They are the only possible ones (`identified`) when no
    region falls back or takes two steps in the interval, if that is possible at all; otherwise they are one
    of many solutions.

    Returns
    -------
    pandas.DataFrame
        A row for each pair of phases: `from_phase, to_phase, estimate, conf_low, conf_high, n, identified,
        method`. `conf_low` and `conf_high` are the smallest and largest possible flow: with no region falling
        back where the counts allow that, else without any assumption; `method` says which.
    """
    before, after = pair = ladder_counts(counts)
    phases, passed = counts.columns.astype(str), np.cumsum(before - after)
    drawn = Counter(zip(*(np.repeat(np.arange(len(phases)), margin) for margin in pair), strict=True))

    def flows(courses: Ints) -> dict[Hashable, Ints]:
        """Return each course as a quantity: between two waves it is a flow."""
        return dict(zip(map(tuple, courses.tolist()), np.eye(len(courses), dtype=np.int64), strict=True))

    upward = bool((passed >= 0).all())
    how = " no region falling back" if upward else "out assumption"
    bounds = course_bounds(pair, "monotone" if upward else "any", flows)
    cells = product(range(len(phases)), repeat=2)
    rows = [(phases[j], phases[k], drawn[j, k], *bounds.get((j, k), (0, 0))) for j, k in cells]
    columns = ["from_phase", "to_phase", "estimate", "conf_low", "conf_high"]
    found = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], float))
    known = upward and bool((passed <= before).all())
    return found.assign(n=int(before.sum()), identified=known, method=f"order kept; bounds with{how}")


def mean_phase(counts: pd.DataFrame) -> pd.DataFrame:
    """Average the phase over two regions or more at each wave, with Student's interval (`ttest_1samp`).

    Returns
    -------
    pandas.DataFrame
        `wave, estimate, conf_low, conf_high, n, method`, in phases. The limits stay on the ladder. Where all
        n regions stand alike, at most z^2 / (n + z^2) of such regions (Wilson) may stand elsewhere: the
        limits are the means if they stood at either end.

    Examples
    --------
    >>> counts = pd.DataFrame([[2, 1, 1], [0, 1, 3]], index=["2019-03", "2019-10"])
    >>> mean_phase(counts)[["estimate", "conf_high"]].round(2).to_numpy().tolist()
    [[1.75, 3.0], [2.75, 3.0]]
    """
    array = ladder_counts(counts)
    n, top, rows = int(array[0].sum()), array.shape[1], []
    for wave, margin in zip(counts.index.astype(str), array, strict=True):
        phases = np.repeat(np.arange(1, top + 1), margin)
        if np.ptp(phases):
            low, high = ttest_1samp(phases, 0).confidence_interval()
        else:
            low, high = (phases[0] + Z**2 / (n + Z**2) * (end - phases[0]) for end in (1, top))
        rows.append((wave, float(phases.mean()), max(1.0, float(low)), min(float(top), float(high))))
    columns = ["wave", "estimate", "conf_low", "conf_high"]
    return pd.DataFrame(rows, columns=columns).assign(n=n, method="Student")
