"""What does the portfolio consist of: themes by holder and by start, status and participation?"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ivvu_analysis import data
from ivvu_analysis.data import Evidence
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.questions import ratings
from ivvu_analysis.questions.tidy import INTERVAL, nothing
from ivvu_analysis.stats import contingency, proportions
from ivvu_analysis.stats.correspondence import principal_coordinates


def size(evidence: Evidence, wave: str) -> int:
    """Return how many projects an edition has: the largest total that any measure adds up to.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> portfolio.size(load(), "2020-10")
    318
    """
    known = evidence.project_counts.query("group == 'all' and wave == @wave")
    return int(max(known.groupby("measure")["projects"].sum(), default=0))


def knows_themes(evidence: Evidence) -> bool:
    """Return whether the themes by holder and by start are known for the wave.

    The rows of a register give them for each of its editions, the publication for its last one.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> portfolio.knows_themes(load(wave="2020-10")), portfolio.knows_themes(load(wave="2020-03"))
    (True, False)
    """
    return not evidence.theme_by_start.empty


def themes(evidence: Evidence, by: str, wave: str = "") -> pd.DataFrame:
    """Return the projects by theme (rows) and by ``"holder"`` or ``"start"`` (columns), zeros included.

    Parameters
    ----------
    evidence
        Whose projects.
    by
        ``"holder"`` or ``"start"``.
    wave
        An earlier edition of a register; by default the wave of the evidence.

    Raises
    ------
    ParameterError
        If they are not known for that wave.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> int(portfolio.themes(load(), "holder").to_numpy().sum())
    318
    """
    counts = data.themes(evidence, by, wave)
    if counts.empty:
        raise ParameterError(
            f"The themes of the projects are not known for wave '{wave or evidence.wave}'.",
            "Choose the wave of the latest edition, or give a register that has this one.",
        )
    wide = counts.pivot(index="theme", columns=by, values="projects")
    codes = {name: list(evidence.codebook.scale(name).codes) for name in ("theme", by)}
    return wide.reindex(index=codes["theme"], columns=codes[by]).fillna(0).astype(int)


def _of_holders(
    evidence: Evidence, statistic: Callable[[pd.DataFrame], pd.DataFrame], columns: str
) -> pd.DataFrame:
    """Return a statistic of theme by holder; without rows where fewer than two of either have projects."""
    table = themes(evidence, "holder")
    several = all((table.sum(axis=axis) > 0).sum() > 1 for axis in (0, 1))
    return statistic(table)[columns.split()] if several else nothing(columns)


def theme_by_holder(evidence: Evidence, seed: int) -> pd.DataFrame:
    """Return how strongly theme and holder go together.

    Returns
    -------
    DataFrame
        `quantity, estimate, conf_low, conf_high, n, df, p_value, method`: the rows ``chi2`` and
        ``bergsma_v``, see `stats.contingency`. Without rows, as all that compares holders, where fewer than
        two holders or two themes have projects.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> portfolio.theme_by_holder(load(), seed=1)["estimate"].round(2).tolist()
    [99.63, 0.14]
    """
    columns = f"quantity {INTERVAL} n df p_value method"
    return _of_holders(evidence, lambda table: contingency.independence(table, seed), columns)


def cells(evidence: Evidence) -> pd.DataFrame:
    """Return each cell of theme by holder, held against what it would be without any relation.

    Returns
    -------
    DataFrame
        `theme, holder, observed, independent, residual, p_adjusted`: the count, the count without any
        relation, the adjusted standardised residual, and its p-value after Benjamini and Hochberg.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> int(portfolio.cells(load())["observed"].sum())
    318
    """
    names = {"row": "theme", "column": "holder", "expected": "independent", "estimate": "residual"}
    columns = "theme holder observed independent residual p_adjusted"
    return _of_holders(evidence, lambda table: contingency.residuals(table).rename(columns=names), columns)


def correspondence(evidence: Evidence) -> pd.DataFrame:
    """Return themes and holders in one space: `side, point, n, axis_1, axis_2, quality`.

    `quality` is the share of what sets the point apart that the two axes show.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> portfolio.correspondence(load())["side"].value_counts().to_dict()
    {'theme': 10, 'holder': 7}
    """

    def placed(table: pd.DataFrame) -> pd.DataFrame:
        points = principal_coordinates(table).replace({"side": {"row": "theme", "column": "holder"}})
        axes = points[points["dimension"] <= 2].groupby(["side", "point", "n", "dimension"], sort=False)
        wide = axes[["estimate", "quality"]].sum().unstack()
        found = wide["estimate"].reindex(columns=[1, 2]).set_axis(["axis_1", "axis_2"], axis=1)
        return found.assign(quality=wide["quality"].sum(axis=1)).reset_index()

    return _of_holders(evidence, placed, "side point n axis_1 axis_2 quality")


def new_and_early(evidence: Evidence) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the starts of new projects and of early ones: the first period of the codebook is early.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> portfolio.new_and_early(load())
    (('2020', '2021'), ('2018-2019',))
    """
    starts = evidence.codebook.scale("start").codes
    return starts[1:], starts[:1]


def gains(evidence: Evidence) -> pd.DataFrame:
    """Return how the share of each theme differs between new and early projects, the largest gain first.

    Returns
    -------
    DataFrame
        `theme, share_new, share_early, estimate, conf_low, conf_high, n, method`, with Newcombe intervals; a
        theme without projects is left out. Without rows where no project is new or none is early.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> portfolio.gains(load())["theme"].iloc[0]
    'treatment'
    """
    table = themes(evidence, "start")
    new, early = (table[list(starts)].sum(axis=1) for starts in new_and_early(evidence))
    if not (new.any() and early.any()):
        return nothing(f"theme share_new share_early {INTERVAL} n method")
    found = proportions.newcombe(new, new.sum(), early, early.sum())
    found.insert(0, "theme", table.index)
    found = found[table.to_numpy().any(axis=1)].rename(
        columns={"share_1": "share_new", "share_2": "share_early"}
    )
    return found.sort_values("estimate", ascending=False, kind="stable", ignore_index=True)


def strategic_shift(evidence: Evidence) -> pd.DataFrame:
    """Return the share of the strategic themes among early and new projects, under each definition.

    Returns
    -------
    DataFrame
        `definition, period, estimate, conf_low, conf_high, n, method`; `period` is ``"2018-2019"``,
        ``"new"`` or ``"difference"`` (new minus early, with its Newcombe interval). Without rows where no
        project is new or none is early.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> shift = portfolio.strategic_shift(load()).query("definition == 'section_4_2' and period == 'new'")
    >>> round(shift["estimate"].item(), 2)
    0.71
    """
    if gains(evidence).empty:
        return nothing(f"definition period {INTERVAL} n method")
    new, early = new_and_early(evidence)
    named = {
        code: evidence.codebook.scale("theme").subset(code)
        for code in evidence.codebook.scale("definition").codes
    }
    found = proportions.shift(themes(evidence, "start"), named, before=early, after=new)
    periods = {"before": "2018-2019", "after": "new", "difference": "difference"}
    return found.assign(period=found.pop("quantity").map(periods))


def success(evidence: Evidence, among: str = "reached") -> pd.DataFrame:
    """Return the share of successful projects among the completed ones, one row a wave.

    Parameters
    ----------
    evidence
        Whose projects.
    among
        The statuses that count in the total, a subset of the codebook: ``"reached"``, those that were
        completed, or ``"ended"``, which adds the projects that stopped.

    Returns
    -------
    DataFrame
        `wave, projects, n, estimate, conf_low, conf_high, method`, where `projects` counts the successful
        ones.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> portfolio.success(load(wave="2020-10"))[["projects", "n"]].tail(1).to_numpy().tolist()
    [[31, 35]]
    """
    total = evidence.codebook.scale("status").subset(among)
    return ratings.share(evidence, "status", ["completed_successful"], of=total).reset_index()


def participation(evidence: Evidence) -> pd.DataFrame:
    """Return the share of projects with many organisations, and what the missing projects leave open.

    Returns
    -------
    DataFrame
        `wave, projects, known, missing, estimate, conf_low, conf_high, n`, one row a wave: `estimate` is the
        share among the `known` projects, `conf_low` and `conf_high` bound the share among all `n` projects,
        had none or all of the `missing` ones as many organisations.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> portfolio.participation(load(wave="2020-10"))["missing"].iloc[-1]
    np.int64(20)
    """
    found = ratings.share(evidence, "participation").rename(columns={"n": "known"}).drop(columns="method")
    n = found.index.to_series().map(lambda wave: size(evidence, wave))
    missing = n - found["known"]
    found = found.assign(conf_low=found["projects"] / n, conf_high=(found["projects"] + missing) / n, n=n)
    found.insert(2, "missing", missing)
    return found.reset_index()
