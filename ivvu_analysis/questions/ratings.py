"""What the ratings of projects say: impact, sharing of results and scalability.

Every function takes evidence and returns a tidy frame of codes, with `estimate, conf_low, conf_high, n`.
Where nothing is rated, a frame has no rows.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.errors import refuse_unknown
from ivvu_analysis.questions import INTERVAL, Statistic, rows
from ivvu_analysis.stats import proportions


def levels(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return the share of each level at each wave: `wave, level, projects, n, estimate, conf_low, ...`.

    The level of what is not known is left out where no wave counts any.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> found = ratings.levels(load(), "scalability")
    >>> found.query("wave == '2020-10' and level == 'national'")["projects"].item()
    43
    """
    counts = evidence.counts(measure)
    unknown = ~counts["level"].isin(evidence.codebook.scale(measure).rated)
    kept = counts if counts["projects"][unknown].any() else counts[~unknown]
    return proportions.shares(kept, by="wave")


def share(
    evidence: Evidence, measure: str, among: Sequence[str] = (), *, of: Sequence[str] = (), group: str = "all"
) -> pd.DataFrame:
    """Return the share of projects on any of some levels, with Wilson intervals, one row a wave.

    Parameters
    ----------
    evidence, measure, group
        Which counts; group is ``"all"``, ``"technology"`` or ``"rest"``.
    among
        The levels that count together; by default those of the subset `reached` in the codebook.
    of
        The levels that make up the total, those of `among` too; by default all but what is unknown.

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
    counts = evidence.table(measure, group)
    among = [evidence.codebook.require(measure, level) for level in among or scale.subset("reached")]
    total = [evidence.codebook.require(measure, level) for level in of or scale.rated]
    for level in among:
        refuse_unknown("level of the total", level, total)
    projects = counts[among].sum(axis=1)
    found = proportions.wilson(projects, counts[total].sum(axis=1)).set_index(counts.index)
    found = found.assign(projects=projects)[f"projects n {INTERVAL} method".split()]
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
    levels, now = list(evidence.codebook.scale(measure).rated), [evidence.wave]
    counts = (evidence.table(measure, group)[levels] for group in ("technology", "rest"))
    technology, rest = (found.reindex(now, fill_value=0).loc[evidence.wave] for found in counts)
    return technology.rename("projects"), rest.rename("projects")


def comparable(technology: pd.Series, rest: pd.Series) -> bool:
    """Return whether two groups of ratings can be compared: two of each, not all apart or all the same.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import ratings
    >>> ratings.comparable(pd.Series([3, 1]), pd.Series([2, 5]))
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
    found = proportions.shares(pd.concat(both, names=["group"]).reset_index(), by="group")
    return found if (found["n"] > 0).all() else found.head(0)


def contrast(evidence: Evidence, measure: str, statistic: Statistic, **options: Any) -> pd.DataFrame:
    """Ask a statistic of technology and of all other themes, such as those of `stats.ordinal`.

    Parameters
    ----------
    evidence, measure
        Whose ratings.
    statistic
        Takes the counts by level of both groups, and `options`.
    **options
        Its other parameters, such as `seed`.

    Returns
    -------
    DataFrame
        What the statistic returns; without rows where the groups are not `comparable`.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> from ivvu_analysis.stats import ordinal
    >>> found = ratings.contrast(load(wave="2020-10"), "scalability", ordinal.compare, seed=1)
    >>> found.query("quantity == 'theta'")["estimate"].round(3).item()
    0.637
    """
    technology, rest = groups(evidence, measure)
    if comparable(technology, rest):
        return statistic(technology, rest, **options)
    # What it says of any two groups that can be compared has the columns.
    return statistic(technology.clip(1, 1), rest.clip(1, 1), **options).head(0)


def marks(evidence: Evidence) -> pd.DataFrame:
    """Return the projects that are rated on impact, sharing and scalability, in the order of the regions.

    The publication rates the three apart; only the rows of a register tell which project has it all.

    Returns
    -------
    DataFrame
        `region, theme, title`, and whether each project has results to share (`sharing`), can be scaled up
        (`scalability`), has a `large` impact and is `completed`. Without rows where there is no register.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> marks = ratings.marks(load(register="../params/example_edition/register.csv"))
    >>> len(marks), len(marks.query("large and sharing and scalability"))
    (356, 36)
    """
    projects = rows.real(evidence)
    marks = {name: rows.reached(evidence, projects, name) for name in ("sharing", "scalability")}
    marks["large"] = rows.rated(evidence, projects, "impact").astype("string").str.startswith("large")
    completed = rows.reached(evidence, projects, "status").fillna(False)
    found = projects[["region", "theme", "title"]].assign(**marks, completed=completed)
    kinds = dict.fromkeys([*marks, "completed"], bool)
    kinds["region"] = pd.CategoricalDtype(evidence.codebook.scale("region").codes)
    known = found.dropna(subset=list(marks)).astype(kinds)
    return known.sort_values("region", kind="stable", ignore_index=True)


def rated_twice(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Return the projects that two raters rated, one row each: their ratings, `<measure>` and `<measure>_2`.

    Examples
    --------
    >>> from ivvu_analysis import load, ratings
    >>> list(ratings.rated_twice(load(), "impact"))
    ['impact', 'impact_2']
    """
    projects = rows.real(evidence)
    both = [rows.rated(evidence, projects, name) for name in (measure, f"{measure}_2")]
    return pd.concat(both, axis=1).dropna()
