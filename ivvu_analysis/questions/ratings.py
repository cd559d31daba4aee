"""What the ratings of projects say: impact, sharing of results and scalability.

Every function takes evidence and returns a tidy frame of codes, with `estimate, conf_low, conf_high, n`.
Where nothing is rated, a frame has no rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import followed
from ivvu_analysis.stats import editions, ordinal, proportions, rater_errors

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
    group: str = "all",
    unknown: bool = False,
) -> pd.DataFrame:
    """Return the share of projects on any of some levels, with Wilson intervals, one row a wave.

    Parameters
    ----------
    evidence, measure, group
        Which counts; group is ``"all"``, ``"technology"`` or ``"rest"``.
    among
        The levels that count together; by default those of the subset `reached` in the codebook.
    unknown
        Whether projects with an unknown rating count in the total.

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
    counts = evidence.counts(measure, group)
    if not unknown:
        counts = counts[counts["level"].isin(scale.rated)]
    counts = counts.assign(
        there=counts["projects"].where(counts["level"].isin(among or scale.subset("reached")), 0)
    )
    sums = counts.groupby("wave")[["there", "projects"]].sum().query("projects > 0")
    projects, n = sums["there"], sums["projects"]
    low, high = proportion_confint(projects, n, method="wilson")
    return pd.DataFrame(
        {
            "projects": projects,
            "n": n,
            "estimate": projects / n,
            "conf_low": low,
            "conf_high": high,
            "method": "Wilson",
        }
    )


def grid_of_impact(levels: pd.DataFrame) -> pd.DataFrame:
    """Return the rated levels of impact with their two parts: `impact_scale` and `impact_meaning`.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> grid = ratings.grid_of_impact(ratings.levels(load(wave="2020-10"), "impact"))
    >>> grid.query("wave == '2020-10' and impact_scale == 'large'")["projects"].tolist()
    [12, 74]
    """
    rated = levels[levels["level"].str.contains("_")]
    parts = rated["level"].str.split("_", expand=True).reindex(columns=[0, 1])
    return rated.assign(impact_scale=parts[0], impact_meaning=parts[1])


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
    return _rated(evidence, measure, "technology"), _rated(evidence, measure, "rest")


def comparable(technology: pd.Series, rest: pd.Series) -> bool:
    """Return whether two groups of ratings can be compared: two of each, not all apart or all the same."""
    if min(technology.sum(), rest.sum()) < 2:
        return False
    one, other = np.flatnonzero(technology), np.flatnonzero(rest)
    return len(np.union1d(one, other)) > 1 and bool(one.max() >= other.min() and other.max() >= one.min())


def levels_by_group(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return the share of each rated level in technology and in all other themes: `group, level, ...`."""
    both = dict(zip(("technology", "rest"), groups(evidence, measure), strict=True))
    if not all(counts.sum() for counts in both.values()):
        return _nothing("group", "level", "projects", "n")
    return proportions.shares(pd.concat(both, names=["group"]).reset_index(), by="group")


def compare(evidence: Evidence, measure: str, seed: int) -> pd.DataFrame:
    """Compare technology with all other themes on an ordered measure.

    Returns
    -------
    DataFrame
        One row a `quantity` (``theta``, ``odds_ratio``), see `stats.ordinal`; the p-value of `theta` is that
        of a permutation, exact where it can be.
    """
    technology, rest = groups(evidence, measure)
    if not comparable(technology, rest):
        return _nothing("quantity", "n", "p_value", "method")
    return ordinal.compare(technology.to_numpy(), rest.to_numpy(), seed=seed)


def cuts(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return the differences between technology and the rest in the share at or above each level."""
    technology, rest = groups(evidence, measure)
    if not comparable(technology, rest):
        return _nothing("cut", "share_1", "share_2", "n", "method")
    above = [counts[::-1].cumsum()[::-1] for counts in (technology, rest)]
    (some, all_of_technology), (others, all_others) = ((at.iloc[1:], at.iloc[0]) for at in above)
    found = proportions.newcombe(some, all_of_technology, others, all_others)
    found.insert(0, "cut", some.index)
    return found


def orders_of_impact(evidence: Evidence, seed: int) -> pd.DataFrame:
    """Return theta of technology against the rest under each linear order that scale and meaning allow."""
    technology, rest = groups(evidence, "impact")
    if not comparable(technology, rest):
        return _nothing("order", "n", "p_value", "method")
    scale, meaning = (evidence.codebook.scale(f"impact_{part}").codes for part in ("scale", "meaning"))
    orders = [["_".join(map(str, pair)) for pair in o] for o in ordinal.linear_extensions(scale, meaning)]
    return ordinal.theta_by_order(technology, rest, orders, seed=seed)


def change(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return the change in the share that is reached since the wave before, under every overlap of editions.

    Returns
    -------
    DataFrame
        The rows of `stats.editions.difference`, with `assumption` as `overlap`, its name in the codebook.
        Without rows where there is no wave before, or nothing was rated at one of the two.
    """
    shares, before = share(evidence, measure), evidence.wave_before(measure)
    if before not in shares.index or evidence.wave not in shares.index:
        return _nothing("overlap", "n", "method")
    first, last = shares.loc[before], shares.loc[evidence.wave]
    smaller = int(min(first["n"], last["n"]))
    fewest, most = (min(number, smaller) for number in shared_projects(evidence, measure))
    counts = first["projects"], int(first["n"]), last["projects"], int(last["n"])
    found = editions.difference(*counts, (fewest, most))
    return found.rename(columns={"assumption": "overlap"})


def shared_projects(evidence: Evidence, measure: str) -> tuple[int, int]:
    """Return the fewest and the most projects that this edition can have in common with the one before.

    A register with numbers tells which were rated in both. The publication says only that most projects are
    the same. Between half and all of the smaller edition is a generous reading of "most".
    """
    known = followed.rated_in_both(evidence, measure)
    if known is not None:
        return known
    sizes = evidence.counts(measure).groupby("wave")["projects"].sum()
    most = int(min(sizes[evidence.wave_before(measure)], sizes[evidence.wave]))
    return most // 2, most


def noise(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return how the comparison of technology with the rest changes if ratings are one level off."""
    technology, rest = groups(evidence, measure)
    if not comparable(technology, rest):
        return _nothing("scenario", "q", "n")
    return rater_errors.theta_by_error(technology.to_numpy(), rest.to_numpy(), NOISE)


def tipping_point(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return the fewest ratings that, moved one level, overturn what sets technology apart.

    Returns
    -------
    DataFrame
        `group, event, n, estimate, conf_low, conf_high`, see `stats.rater_errors`.
    """
    technology, rest = groups(evidence, measure)
    if not comparable(technology, rest):
        return _nothing("group", "event", "n")
    return rater_errors.overturning_ratings(technology.to_numpy(), rest.to_numpy())


def _rated(evidence: Evidence, measure: str, group: str) -> pd.Series:
    counts = evidence.counts(measure, group)
    chosen = counts[counts["wave"] == evidence.wave].set_index("level")["projects"]
    return chosen.reindex(evidence.codebook.scale(measure).rated, fill_value=0).rename_axis("level")


def _nothing(*columns: str) -> pd.DataFrame:
    """Return a result without rows: the grouping columns and the estimate."""
    return pd.DataFrame(columns=[*columns, "estimate", "conf_low", "conf_high"])
