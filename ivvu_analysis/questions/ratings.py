"""What the ratings of projects say: impact, sharing of results and scalability.

Every function takes evidence and returns a tidy frame of codes, with `estimate, conf_low, conf_high, n`.
Where nothing is rated, a frame has no rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions.tidy import RESULT, nothing
from ivvu_analysis.stats import ordinal, partial_order, proportions, rater_errors

NOISE = np.linspace(0, 0.4, 21)  # chances that a rating is one level off


def levels(evidence: Evidence, measure: str, group: str = "all") -> pd.DataFrame:
    """Return the share of each level at each wave: `wave, level, projects, n, estimate, conf_low, ...`.

    The level of what is not known is left out where no wave counts any.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> found = ratings.levels(load(), "scalability")
    >>> found.query("wave == '2020-10' and level == 'national'")["projects"].item()
    43
    """
    counts = evidence.counts(measure, group)
    unknown = ~counts["level"].isin(evidence.codebook.scale(measure).rated)
    kept = counts if counts["projects"][unknown].any() else counts[~unknown]
    return proportions.shares(kept, by="wave")


def share(
    evidence: Evidence,
    measure: str,
    among: Sequence[str] = (),
    *,
    of: Sequence[str] = (),
    group: str = "all",
) -> pd.DataFrame:
    """Return the share of projects on any of some levels, with Wilson intervals, one row a wave.

    Parameters
    ----------
    evidence, measure, group
        Which counts; group is ``"all"``, ``"technology"`` or ``"rest"``.
    among
        The levels that count together; by default those of the subset `reached` in the codebook.
    of
        The levels that make up the total; by default all but what is unknown.

    Returns
    -------
    DataFrame
        Indexed by `wave`: `projects, n, estimate, conf_low, conf_high, method`. A wave at which nothing is
        rated is left out.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> ratings.share(load(), "scalability").loc["2020-10", ["projects", "n"]].tolist()
    [178, 318]
    """
    scale = evidence.codebook.scale(measure)
    counts = evidence.counts(measure, group).pivot(index="wave", columns="level", values="projects")
    counts = counts.reindex(columns=list(scale.codes))
    projects = counts[list(among or scale.subset("reached"))].sum(axis=1)
    found = proportions.wilson(projects, counts[list(of or scale.rated)].sum(axis=1)).set_index(counts.index)
    found.insert(0, "projects", projects)
    found.insert(1, "n", found.pop("n"))
    return found[found["n"] > 0]


def groups(evidence: Evidence, measure: str) -> tuple[pd.Series, pd.Series]:
    """Return the projects of technology and of all other themes by rated level, lowest first.

    Examples
    --------
    >>> from statsmodels.stats.nonparametric import rank_compare_2ordinal
    >>> from ivvu_analysis import load, ratings
    >>> technology, rest = ratings.groups(load(), "scalability")
    >>> round(float(rank_compare_2ordinal(technology, rest).prob1), 3)
    0.637
    """
    counts = (evidence.counts(measure, group) for group in ("technology", "rest"))
    now = (found[found["wave"] == evidence.wave].set_index("level")["projects"] for found in counts)
    levels = pd.Index(evidence.codebook.scale(measure).rated, name="level")
    technology, rest = (found.reindex(levels, fill_value=0) for found in now)
    return technology, rest


def comparable(technology: pd.Series, rest: pd.Series) -> bool:
    """Return whether two groups of ratings can be compared: two of each, not all apart or all the same.

    Examples
    --------
    >>> comparable(pd.Series([3, 1]), pd.Series([2, 5]))
    True
    """
    if min(technology.sum(), rest.sum()) < 2:
        return False
    one, other = np.flatnonzero(technology), np.flatnonzero(rest)
    return len(np.union1d(one, other)) > 1 and bool(one.max() >= other.min() and other.max() >= one.min())


def levels_by_group(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return the share of each rated level in technology and in all other themes: `group, level, ...`.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> found = ratings.levels_by_group(load(wave="2020-10"), "scalability")
    >>> found.query("level == 'national'")["projects"].tolist()
    [13, 30]
    """
    both = dict(zip(("technology", "rest"), groups(evidence, measure), strict=True))
    if not all(counts.sum() for counts in both.values()):
        return nothing(f"group level projects {RESULT}")
    return proportions.shares(pd.concat(both, names=["group"]).reset_index(), by="group")


def _contrast(
    evidence: Evidence, measure: str, statistic: Callable[[pd.Series, pd.Series], pd.DataFrame], columns: str
) -> pd.DataFrame:
    """Return a statistic of technology and the rest; without rows where they cannot be compared."""
    technology, rest = groups(evidence, measure)
    return statistic(technology, rest) if comparable(technology, rest) else nothing(columns)


def compare(evidence: Evidence, measure: str, seed: int) -> pd.DataFrame:
    """Compare technology with all other themes on an ordered measure.

    Returns
    -------
    DataFrame
        One row a `quantity` (``theta``, ``odds_ratio``), see `stats.ordinal`; the p-value of `theta` is that
        of a permutation, exact where it can be.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> found = ratings.compare(load(wave="2020-10"), "scalability", seed=1).set_index("quantity")
    >>> round(found.loc["theta", "estimate"], 3)
    0.637
    """
    return _contrast(evidence, measure, lambda a, b: ordinal.compare(a, b, seed), f"quantity {RESULT}")


def cuts(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return the differences between technology and the rest in the share at or above each level.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> found = ratings.cuts(load(wave="2020-10"), "scalability").set_index("cut")
    >>> found.loc["national", ["share_1", "share_2"]].astype(float).round(2).tolist()
    [0.28, 0.11]
    """
    names = list(evidence.codebook.scale(measure).rated)
    columns = f"cut share_1 share_2 {RESULT}"
    return _contrast(evidence, measure, lambda a, b: ordinal.cut_differences(a, b, names), columns)


def orders_of_impact(evidence: Evidence, seed: int) -> pd.DataFrame:
    """Return theta of technology against the rest under each linear order that scale and meaning allow.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> ratings.orders_of_impact(load(wave="2020-10"), seed=1)["order"].tolist()
    [1, 2, 3, 4, 5]
    """
    parts = [evidence.codebook.scale(f"impact_{part}").codes for part in ("scale", "meaning")]
    pairs = partial_order.linear_extensions(*parts)
    orders = [[f"{size}_{meaning}" for size, meaning in order] for order in pairs]
    columns = f"order {RESULT}"
    return _contrast(
        evidence, "impact", lambda a, b: partial_order.theta_by_order(a, b, orders, seed), columns
    )


def noise(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return how the comparison of technology with the rest changes if ratings are one level off.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> ratings.noise(load(wave="2020-10"), "scalability")["scenario"].unique().tolist()
    ['both_groups', 'first_group']
    """
    columns = f"scenario q {RESULT}"
    return _contrast(evidence, measure, lambda a, b: rater_errors.theta_by_error(a, b, NOISE), columns)


def tipping_point(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return the fewest ratings that, moved one level, overturn what sets technology apart.

    Returns
    -------
    DataFrame
        `group, event, n, estimate, conf_low, conf_high`, see `stats.rater_errors`.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> found = ratings.tipping_point(load(wave="2020-10"), "scalability")
    >>> found.query("group == 'first' and event == 'sign'")["n"].item()
    46
    """
    return _contrast(evidence, measure, rater_errors.overturning_ratings, f"group event {RESULT}")
