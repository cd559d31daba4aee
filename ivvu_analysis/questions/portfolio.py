"""What does the portfolio consist of: themes by holder and by start, status and participation?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.questions import ratings
from ivvu_analysis.stats import contingency, proportions

COMPLETED = ("completed_unsuccessful", "completed_successful")
ENDED = (*COMPLETED, "stopped")
WIDE = ("7-9", "10+")
NOTABLE = 0.05  # false discovery rate at which a cell of the table is said to stand out


def size(evidence: Evidence, wave: str) -> int:
    """Return how many projects an edition has: the largest total that any measure adds up to."""
    counts = evidence.project_counts
    known = counts[(counts["group"] == "all") & (counts["wave"] == wave)]
    return int(known.groupby("measure")["projects"].sum().max()) if len(known) else 0


def knows_themes(evidence: Evidence) -> bool:
    """Return whether the themes by holder and by start are known for the wave.

    The rows of a register give them for each of its editions. The publication gives them for one, which it
    does not date: the one with as many projects.
    """
    if evidence.projects is not None and (evidence.projects["wave"] == evidence.wave).any():
        return True
    return int(evidence.theme_by_start["projects"].sum()) == size(evidence, evidence.wave)


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
    wave = wave or evidence.wave
    rows = evidence.projects
    if rows is not None and (rows["wave"] == wave).any():
        edition = rows[rows["wave"] == wave].astype({"theme": object, by: object})
        counts = edition.groupby(["theme", by]).size()
    elif knows_themes(evidence):
        table = {"holder": evidence.theme_by_holder, "start": evidence.theme_by_start}[by]
        counts = table.groupby(["theme", by])["projects"].sum()
    else:
        raise ParameterError(
            f"The themes of the projects are not known for wave '{wave}'.",
            "Choose the wave of the latest edition, or give a register that has this one.",
        )
    scales = evidence.codebook.scale("theme").codes, evidence.codebook.scale(by).codes
    wide = counts.rename("projects").reset_index().pivot_table(index="theme", columns=by, values="projects")
    return wide.reindex(index=scales[0], columns=scales[1]).fillna(0).astype(int)


def theme_by_holder(evidence: Evidence, seed: int) -> pd.DataFrame:
    """Return how strongly theme and holder go together.

    Returns
    -------
    DataFrame
        `quantity, estimate, conf_low, conf_high, n, df, p_value, method`: the rows ``chi2`` and
        ``bergsma_v``, see `stats.contingency`. Without rows, as all that compares holders, where fewer than
        two holders or two themes have projects.
    """
    columns = ["quantity", "estimate", "conf_low", "conf_high", "n", "df", "p_value", "method"]
    table = themes(evidence, "holder")
    if not _comparable(table):
        return pd.DataFrame(columns=columns)
    return contingency.independence(table, seed)[columns]


def cells(evidence: Evidence) -> pd.DataFrame:
    """Return each cell of theme by holder, held against what it would be without any relation.

    Returns
    -------
    DataFrame
        `theme, holder, observed, independent, residual, p_adjusted`: the count, the count without any
        relation, the adjusted standardised residual, and its p-value after Benjamini and Hochberg.
    """
    columns = ["theme", "holder", "observed", "independent", "residual", "p_adjusted"]
    table = themes(evidence, "holder")
    if not _comparable(table):
        return pd.DataFrame(columns=columns)
    names = {"row": "theme", "column": "holder", "expected": "independent", "estimate": "residual"}
    return contingency.residuals(table).rename(columns=names)[columns]


def notable(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that stand out after correction for the number of cells, the most deviant first."""
    chosen = cells[cells["p_adjusted"] < NOTABLE]
    return chosen.sort_values("residual", key=lambda r: -r.abs(), kind="stable", ignore_index=True)


def unused(evidence: Evidence) -> list[str]:
    """Return the themes without any project."""
    projects = themes(evidence, "holder").sum(axis=1)
    return list(projects.index[projects == 0])


def correspondence(evidence: Evidence) -> pd.DataFrame:
    """Return themes and holders in one space: `side, point, n, axis_1, axis_2, quality`.

    `quality` is the share of what sets the point apart that the two axes show.
    """
    columns = ["side", "point", "n", "axis_1", "axis_2", "quality"]
    table = themes(evidence, "holder")
    if not _comparable(table):
        return pd.DataFrame(columns=columns)
    points = contingency.principal_coordinates(table).reindex(columns=columns)
    return points.assign(side=points["side"].map({"row": "theme", "column": "holder"}))


def gains(evidence: Evidence) -> pd.DataFrame:
    """Return how the share of each theme differs between new and early projects, the largest gain first.

    Returns
    -------
    DataFrame
        `theme, share_new, share_early, estimate, conf_low, conf_high, n, method`, with Newcombe intervals; a
        theme without projects is left out. Without rows where no project is new or none is early.
    """
    table = themes(evidence, "start")
    new, early = (table[list(starts)].sum(axis=1) for starts in new_and_early(evidence))
    if not (new.sum() and early.sum()):
        return pd.DataFrame(
            columns=["theme", "share_new", "share_early", "estimate", "conf_low", "conf_high"]
        )
    result = proportions.newcombe(new, new.sum(), early, early.sum())
    result.insert(0, "theme", new.index)
    result = result[(new + early).to_numpy() > 0]
    result = result.rename(columns={"share_1": "share_new", "share_2": "share_early"})
    return result.sort_values("estimate", ascending=False, kind="stable", ignore_index=True)


def new_and_early(evidence: Evidence) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the starts of new projects and of early ones: the first period of the codebook is early."""
    starts = evidence.codebook.scale("start").codes
    return starts[1:], starts[:1]


def strategic_themes(evidence: Evidence) -> dict[str, tuple[str, ...]]:
    """Return the themes that the source counts as strategic, by the place where it names them."""
    themes = evidence.codebook.scale("theme")
    return {level.code: themes.subset(level.code) for level in evidence.codebook.scale("definition")}


def rising_and_not(evidence: Evidence, gains: pd.DataFrame, definition: str) -> tuple[list[str], list[str]]:
    """Return which strategic themes of a definition have a larger share among new projects, and which not."""
    named = gains[gains["theme"].isin(strategic_themes(evidence)[definition])]
    rising = named["estimate"] > 0
    return list(named.loc[rising, "theme"]), list(named.loc[~rising, "theme"])


def strategic_shift(evidence: Evidence) -> pd.DataFrame:
    """Return the share of the strategic themes among early and new projects, under each definition.

    Returns
    -------
    DataFrame
        `definition, period, estimate, conf_low, conf_high, n, method`; `period` is ``"2018-2019"``,
        ``"new"`` or ``"difference"`` (new minus early, with its Newcombe interval). Without rows where no
        project is new or none is early.
    """
    if gains(evidence).empty:
        return pd.DataFrame(columns=["definition", "period", "estimate", "conf_low", "conf_high", "n"])
    table, found = themes(evidence, "start"), []
    new, early = (table[list(starts)].sum(axis=1) for starts in new_and_early(evidence))
    for definition, members in strategic_themes(evidence).items():
        counts, totals = [x[list(members)].sum() for x in (early, new)], [early.sum(), new.sum()]
        difference = proportions.newcombe(counts[1], totals[1], counts[0], totals[0])
        rows = pd.concat(
            [proportions.wilson(counts, totals), difference.drop(columns=["share_1", "share_2"])]
        )
        found.append(rows.assign(definition=definition, period=["2018-2019", "new", "difference"]))
    return pd.concat(found, ignore_index=True)


def by_definition(shift: pd.DataFrame) -> pd.DataFrame:
    """Return the shift of `strategic_shift` with one row a definition, as `gains` has one a theme."""
    if shift.empty:
        return pd.DataFrame(columns=["definition", "share_new", "share_early", "estimate"])
    wide = shift.pivot_table(index="definition", columns="period", values="estimate", sort=False)
    difference = shift[shift["period"] == "difference"].set_index("definition")
    shares = pd.DataFrame({"share_new": wide["new"], "share_early": wide["2018-2019"]})
    return shares.join(difference.drop(columns="period")).reset_index()


def completed(evidence: Evidence) -> pd.DataFrame:
    """Return the share of completed projects, one row a wave, see `ratings.share`."""
    return ratings.share(evidence, "status", COMPLETED).reset_index()


def success(evidence: Evidence, among: Sequence[str] = COMPLETED) -> pd.DataFrame:
    """Return the share of successful projects among the completed ones, one row a wave.

    Parameters
    ----------
    evidence
        Whose projects.
    among
        The statuses that count in the total; `ENDED` adds the projects that stopped.

    Returns
    -------
    DataFrame
        `wave, projects, n, estimate, conf_low, conf_high, method`, where `projects` counts the successful
        ones.
    """
    counts = evidence.counts("status")
    shares = proportions.shares(counts[counts["level"].isin(list(among))], by="wave")
    chosen = shares[shares["level"] == "completed_successful"]
    return chosen.drop(columns="level").reset_index(drop=True)


def participation(evidence: Evidence, levels: Sequence[str] = WIDE) -> pd.DataFrame:
    """Return the share of projects with so many organisations, and what the missing projects leave open.

    Returns
    -------
    DataFrame
        `wave, projects, known, missing, estimate, conf_low, conf_high, n`, one row a wave: `estimate` is the
        share among the `known` projects, `conf_low` and `conf_high` bound the share among all `n` projects,
        had none or all of the `missing` ones as many organisations.
    """
    counts = evidence.counts("participation")
    rated = counts[counts["level"].isin(evidence.codebook.scale("participation").rated)]
    known = rated.groupby("wave")["projects"].sum()
    reached = rated[rated["level"].isin(list(levels))].groupby("wave")["projects"].sum()
    n = pd.Series([size(evidence, wave) for wave in known.index], index=known.index)
    missing = n - known
    frame = pd.DataFrame(
        {
            "projects": reached,
            "known": known,
            "missing": missing,
            "estimate": reached / known.where(known > 0),
            "conf_low": reached / n,
            "conf_high": (reached + missing) / n,
            "n": n,
        }
    )
    return frame.rename_axis("wave").reset_index()


def _comparable(table: pd.DataFrame) -> bool:
    """Return whether at least two themes and two holders have projects."""
    return all((table.sum(axis=axis) > 0).sum() >= 2 for axis in (0, 1))
