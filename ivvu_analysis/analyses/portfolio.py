"""What the portfolio of projects consists of: themes by holder and by start, status and participation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ivvu_analysis.analyses import ratings, wording
from ivvu_analysis.claims.themes import EARLY, NAMED_IN_4_1, NAMED_IN_4_2, NAMED_IN_LETTER, NEW
from ivvu_analysis.codebook import scale
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.stats import contingency, differences, independence, proportions
from ivvu_analysis.stats.correspondence import principal_coordinates

# The source names its strategic themes in three places, each time others; its 71 % goes with section 4.2.
STRATEGIC = {"letter": NAMED_IN_LETTER, "section_4_1": NAMED_IN_4_1, "section_4_2": NAMED_IN_4_2}
COMPLETED = ("completed_unsuccessful", "completed_successful")
WIDE = ("7-9", "10+")
NOTABLE = 0.05  # false discovery rate at which a cell of the table is said to stand out


def size(evidence: Evidence, wave: str) -> int:
    """Return how many projects an edition has: the largest total that any measure adds up to."""
    counts = evidence.project_counts.query("group == 'all' and wave == @wave", local_dict={"wave": wave})
    return int(counts.groupby("measure")["projects"].sum().max()) if len(counts) else 0


def knows_themes(evidence: Evidence, wave: str) -> bool:
    """Return whether the themes by holder and by start are known for `wave`.

    The rows of a register give them for each of its editions. The publication gives them for one, which it
    does not date: the one with as many projects.
    """
    if evidence.projects is not None:
        return bool((evidence.projects["wave"] == wave).any())
    return int(evidence.theme_by_start["projects"].sum()) == size(evidence, wave)


def themes(evidence: Evidence, by: str, wave: str) -> pd.DataFrame:
    """Return the projects by theme (rows) and by ``"holder"`` or ``"start"`` (columns), zeros included.

    Raises
    ------
    ParameterError
        If they are not known for `wave`.
    """
    if not knows_themes(evidence, wave):
        raise ParameterError(
            f"The themes of the projects are not known for wave '{wave}'.",
            "Choose the wave of the latest edition, or give a register that has this one.",
        )
    if evidence.projects is None:
        table = {"holder": evidence.theme_by_holder, "start": evidence.theme_by_start}[by]
        counts = table.groupby(["theme", by])["projects"].sum()
    else:
        edition = evidence.projects[evidence.projects["wave"] == wave]
        counts = edition.astype({"theme": object, by: object}).groupby(["theme", by]).size()
    wide = counts.rename("projects").reset_index().pivot_table(index="theme", columns=by, values="projects")
    return wide.reindex(index=scale("theme").codes, columns=scale(by).codes).fillna(0).astype(int)


def theme_by_holder(evidence: Evidence, wave: str, seed: int) -> pd.DataFrame:
    """Return how strongly theme and holder go together.

    Returns
    -------
    DataFrame
        `quantity, estimate, conf_low, conf_high, n, p_value, method`: the rows ``chi2`` (with ``df`` degrees
        of freedom) and ``bergsma_v``, see `stats.independence`. Without rows, as all that compares holders,
        where fewer than two holders or two themes have projects.
    """
    columns = ["quantity", "estimate", "conf_low", "conf_high", "n", "df", "p_value", "method"]
    table = themes(evidence, "holder", wave)
    if not _comparable(table):
        return pd.DataFrame(columns=columns)
    rows = [
        independence.chi_square(table, seed).assign(quantity="chi2"),
        independence.bergsma_v(table, seed).assign(quantity="bergsma_v"),
    ]
    return pd.concat(rows, ignore_index=True)[columns]


def cells(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return each cell of theme by holder with its adjusted residual: the rows of `contingency.residuals`."""
    table = themes(evidence, "holder", wave)
    if not _comparable(table):
        return pd.DataFrame(columns=["row", "column", "observed", "expected", "estimate", "p_adjusted"])
    return contingency.residuals(table)


def unused(evidence: Evidence, wave: str) -> list[str]:
    """Return the themes without any project."""
    projects = themes(evidence, "holder", wave).sum(axis=1)
    return [theme for theme, n in projects.items() if n == 0]


def notable(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that stand out after correction for the number of cells, the most deviant first."""
    chosen = cells[cells["p_adjusted"] < NOTABLE]
    return as_numbers(chosen.iloc[np.argsort(-chosen["estimate"].abs().to_numpy(), kind="stable")])


def as_numbers(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells as a table: `theme, holder, observed, independent, residual, p_adjusted`."""
    names = {"row": "theme", "column": "holder", "expected": "independent", "estimate": "residual"}
    columns = ["theme", "holder", "observed", "independent", "residual", "p_adjusted"]
    return cells.rename(columns=names)[columns].reset_index(drop=True)


def correspondence(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return the coordinates of themes and holders in one space: the rows of `principal_coordinates`."""
    table = themes(evidence, "holder", wave)
    if not _comparable(table):
        return pd.DataFrame(columns=["side", "point", "n", "dimension", "estimate", "quality"])
    return principal_coordinates(table)


def map_points(correspondence: pd.DataFrame) -> pd.DataFrame:
    """Return the first two coordinates of every point: `point, n, axis_1, axis_2, quality`.

    `point` is a code with its scale before it, such as ``"holder.cz"``; `quality` is the share of what sets
    the point apart that the two coordinates show.
    """
    sides = correspondence["side"].map({"row": "theme", "column": "holder"})
    points = correspondence.assign(point=sides + "." + correspondence["point"].astype(str))
    shown = points[points["dimension"] <= 2]
    wide = shown.pivot_table(index="point", columns="dimension", values="estimate", sort=False)
    wide = wide.reindex(columns=[1, 2]).rename(columns={1: "axis_1", 2: "axis_2"})
    by_point = shown.groupby("point", sort=False)
    wide = wide.assign(n=by_point["n"].first(), quality=by_point["quality"].sum())
    return wide.reset_index()[["point", "n", "axis_1", "axis_2", "quality"]]


def gains(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return how the share of each theme differs between new and early projects, the largest gain first.

    Returns
    -------
    DataFrame
        `theme, share_new, share_early, estimate, conf_low, conf_high, n, method`, with Newcombe intervals; a
        theme without projects is left out. Without rows where no project is new or none is early.
    """
    new, early = _new_and_early(evidence, wave)
    if not (new.sum() and early.sum()):
        return pd.DataFrame(
            columns=["theme", "share_new", "share_early", "estimate", "conf_low", "conf_high"]
        )
    result = differences.newcombe(new, new.sum(), early, early.sum())
    result.insert(0, "theme", new.index)
    result = result[(new + early).to_numpy() > 0]
    result = result.rename(columns={"share_1": "share_new", "share_2": "share_early"})
    return result.sort_values("estimate", ascending=False, kind="stable", ignore_index=True)


def rising_and_not(gains: pd.DataFrame, definition: str) -> tuple[list[str], list[str]]:
    """Return which strategic themes of a definition have a larger share among new projects, and which not."""
    named = gains[gains["theme"].isin(STRATEGIC[definition])]
    rising = named["estimate"] > 0
    return list(named.loc[rising, "theme"]), list(named.loc[~rising, "theme"])


def strategic_shift(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return the share of the strategic themes among early and new projects, under each definition.

    Returns
    -------
    DataFrame
        `definition, period, estimate, conf_low, conf_high, n, method`; `period` is ``"2018-2019"``,
        ``"new"`` or ``"difference"`` (new minus early, with its Newcombe interval). Without rows where no
        project is new or none is early.
    """
    if not all(part.sum() for part in _new_and_early(evidence, wave)):
        return pd.DataFrame(columns=["definition", "period", "estimate", "conf_low", "conf_high", "n"])
    result = differences.shift(themes(evidence, "start", wave), STRATEGIC, before=EARLY, after=NEW)
    names = {"before": "2018-2019", "after": "new", "difference": "difference"}
    return result.assign(period=result["quantity"].map(names)).drop(columns="quantity")


def by_definition(shift: pd.DataFrame) -> pd.DataFrame:
    """Return the shift of `strategic_shift` with one row a definition, as `gains` has one a theme."""
    if shift.empty:
        return pd.DataFrame(columns=["definition", "share_new", "share_early", "estimate"])
    wide = shift.pivot_table(index="definition", columns="period", values="estimate", sort=False)
    difference = shift[shift["period"] == "difference"].set_index("definition")
    shares = pd.DataFrame({"share_new": wide["new"], "share_early": wide["2018-2019"]})
    return shares.join(difference.drop(columns="period")).reset_index()


def agreeing(shift: pd.DataFrame) -> tuple[int, int]:
    """Return under how many definitions the share rose beyond doubt, and how many definitions there are."""
    differences = shift[shift["period"] == "difference"]
    return sum(wording.trend(row) == "up" for _, row in differences.iterrows()), len(differences)


def completed(evidence: Evidence) -> pd.DataFrame:
    """Return the share of completed projects, one row a wave, see `ratings.share_of`."""
    return ratings.share_of(evidence, "status", COMPLETED)


def success(evidence: Evidence) -> pd.DataFrame:
    """Return the share of successful projects among the completed ones, one row a wave.

    Returns
    -------
    DataFrame
        `wave, projects, n, estimate, conf_low, conf_high, method`, where `projects` counts the successful
        ones.
    """
    counts = evidence.counts("status")
    shares = proportions.shares(counts[counts["level"].isin(COMPLETED)], by="wave")
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
    rated = counts[counts["level"].isin(scale("participation").rated)]
    known = rated.groupby("wave")["projects"].sum()
    reached = rated[rated["level"].isin(levels)].groupby("wave")["projects"].sum()
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


def participation_change(participation: pd.DataFrame) -> tuple[float, float] | None:
    """Return the bounds on the change of the share between the last two waves, or None with one wave."""
    if len(participation) < 2:
        return None
    before, now = participation.iloc[-2], participation.iloc[-1]
    return now["conf_low"] - before["conf_high"], now["conf_high"] - before["conf_low"]


def _new_and_early(evidence: Evidence, wave: str) -> tuple[pd.Series[int], pd.Series[int]]:
    table = themes(evidence, "start", wave)
    return table[list(NEW)].sum(axis=1), table[list(EARLY)].sum(axis=1)


def _comparable(table: pd.DataFrame) -> bool:
    """Return whether at least two themes and two holders have projects."""
    return all((table.sum(axis=axis) > 0).sum() >= 2 for axis in (0, 1))
