"""What does the portfolio consist of: themes by holder and by start, status and participation?"""

from typing import Any

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.questions import INTERVAL, Statistic, nothing, stacked
from ivvu_analysis.stats import proportions


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
    counts = getattr(evidence.until(wave) if wave else evidence, f"theme_by_{by}")
    if counts.empty:
        problem = f"The themes of the projects are not known for wave '{wave or evidence.wave}'."
        raise ParameterError(problem, "Choose the latest edition, or give a register that has this one.")
    theme, other = (list(evidence.codebook.scale(name).codes) for name in ("theme", by))
    wide = counts.pivot(index="theme", columns=by, values="projects")
    return wide.reindex(index=theme, columns=other).fillna(0).astype(int)


def of_holders(evidence: Evidence, statistic: Statistic, **options: Any) -> pd.DataFrame:
    """Ask a statistic of the projects by theme (rows) and holder (columns), such as `contingency.residuals`.

    Parameters
    ----------
    evidence
        Whose projects.
    statistic
        Takes the table, and `options`.
    **options
        Its other parameters, such as `seed`.

    Returns
    -------
    DataFrame
        What the statistic returns; without rows where fewer than two holders or two themes have projects.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> from ivvu_analysis.stats import contingency
    >>> portfolio.of_holders(load(), contingency.independence, seed=1)["estimate"].round(2).tolist()
    [104.17, 0.16]
    """
    table = themes(evidence, "holder")
    if all((table.sum(axis=axis) > 0).sum() > 1 for axis in (0, 1)):
        return statistic(table, **options)
    return statistic(table.clip(1, 1), **options).head(0)  # of any other table, for its columns


def new_and_early(evidence: Evidence) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the starts of new projects and of early ones: those up to the subset `early` of the codebook.

    Without that subset the first start is early.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> portfolio.new_and_early(load())
    (('2020', '2021'), ('2018-2019',))
    """
    starts = evidence.codebook.scale("start")
    last = max(map(starts.codes.index, starts.subset("early")), default=0)
    return starts.codes[last + 1 :], starts.codes[: last + 1]


def shift(evidence: Evidence, by: str = "definition") -> pd.DataFrame:
    """Return the share of themes among early and new projects.

    Parameters
    ----------
    evidence
        Whose projects.
    by
        ``"definition"`` for the strategic themes under each definition that the codebook has, ``"theme"`` for
        each theme alone; one without projects is left out.

    Returns
    -------
    DataFrame
        `<by>, period, estimate, conf_low, conf_high, n, method`; `period` is ``"early"``, ``"new"`` or
        ``"difference"`` (new minus early, with its Newcombe interval). Without rows where no project is new,
        none is early, or there is no definition.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> shift = portfolio.shift(load()).query("definition == 'section_4_2' and period == 'new'")
    >>> round(shift["estimate"].item(), 2)
    0.71
    """
    table, book = themes(evidence, "start"), evidence.codebook
    new, early = (table[list(starts)].sum(axis=1) for starts in new_and_early(evidence))
    known = book.scale("theme").subsets
    named = {code: known[code] for code in book.scale("definition").codes if code in known}
    if by == "theme":
        named = {theme: (theme,) for theme in table.index[table.any(axis=1)]}
    if not (named and new.any() and early.any()):
        return nothing(f"{by} period {INTERVAL} n method")
    counts = [[period[list(group)].sum() for group in named.values()] for period in (new, early)]
    found = {
        "early": proportions.wilson(counts[1], early.sum()),
        "new": proportions.wilson(counts[0], new.sum()),
        "difference": proportions.newcombe(counts[0], new.sum(), counts[1], early.sum()),
    }
    named_so = {period: shares.set_axis(list(named)) for period, shares in found.items()}
    return stacked(named_so, f"period {by}", f"{by} period {INTERVAL} n method")


def gains(shift: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return a `shift` that has rows with one row a theme or definition.

    Returns
    -------
    DataFrame
        `<by>, share_new, share_early, estimate, conf_low, conf_high, n, method`, with Newcombe intervals of
        the difference.

    Examples
    --------
    >>> from ivvu_analysis import load, portfolio
    >>> gains = portfolio.gains(portfolio.shift(load(), by="theme"), by="theme")
    >>> gains.sort_values("estimate")["theme"].iloc[-1]
    'chain_cooperation'
    """
    shares = shift.pivot(index=by, columns="period", values="estimate")
    found = shift.query("period == 'difference'").set_index(by)
    found = found.assign(share_new=shares["new"], share_early=shares["early"])
    return found.reset_index()[f"{by} share_new share_early {INTERVAL} n method".split()]
