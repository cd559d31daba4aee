"""From the rows of a register to the count tables of the publication."""

from collections.abc import Mapping, Sequence
from itertools import product

import pandas as pd

from ivvu_analysis.codebook import LANGUAGES, Codebook, standard
from ivvu_analysis.neutral import quote
from ivvu_analysis.register.intake import Intake

GROUPS = ("all", "technology")
COUNT_COLUMNS = ("measure", "group", "wave", "level", "projects")


def _counted(rows: pd.DataFrame, levels: Mapping[str, Sequence[object]], name: str) -> pd.DataFrame:
    """Count the rows in each combination of levels, zeros included."""
    cells = pd.MultiIndex.from_product(levels.values(), names=list(levels)).to_frame(index=False)
    counts = rows.groupby(list(levels), observed=False).size().reset_index(name=name)
    return cells.merge(counts, "left").fillna({name: 0}).astype({name: "int64"})


def theme_table(projects: pd.DataFrame, by: str, codebook: Codebook | None = None) -> pd.DataFrame:
    """Count the projects of the latest wave by theme and by holder or start.

    Parameters
    ----------
    projects
        The projects of an intake.
    by
        ``"holder"`` or ``"start"``.
    codebook
        Whose codes make the cells, by default ours.

    Returns
    -------
    DataFrame
        `theme, <by>, projects`, one row a cell, zeros included.
    """
    latest = projects.loc[projects["wave"] == projects["wave"].max(), ["theme", by]]
    scale = (codebook or standard()).scale
    found = _counted(latest, {name: scale(name).codes for name in ("theme", by)}, "projects")
    return found.astype({"theme": str, by: str, "projects": "int64"})


def project_counts(projects: pd.DataFrame, codebook: Codebook | None = None) -> pd.DataFrame:
    """Count the projects by measure, group, wave and level.

    A measure that no project of a wave has an answer on was not recorded at that wave and is left out;
    so is the group technology in a wave that does not record the theme.

    Parameters
    ----------
    projects
        The projects of an intake.
    codebook
        Whose measures and levels are counted, by default ours.

    Returns
    -------
    DataFrame
        `measure, group, wave, level, projects`, with every level of a recorded measure.
    """
    book = codebook or standard()
    tables = [pd.DataFrame(columns=list(COUNT_COLUMNS))]
    editions = dict(iter(projects[["wave", "theme", *book.measures]].groupby("wave", observed=True)))
    members = {
        (group, wave): edition if group == "all" else edition[edition["theme"] == group]
        for group, (wave, edition) in product(GROUPS, editions.items())
        if group == "all" or edition["theme"].notna().any()
    }
    for measure in book.measures:
        codes, rated = book.scale(measure).codes, list(book.scale(measure).rated)
        sizes = {k: v[measure].value_counts().reindex(codes, fill_value=0) for k, v in members.items()}
        for (group, wave), found in sizes.items():
            if sizes["all", wave][rated].any():
                cells = {"measure": measure, "group": group, "wave": wave, "level": codes, "projects": found}
                tables.append(pd.DataFrame(cells))
    counts = pd.concat(tables, ignore_index=True)
    return counts[list(COUNT_COLUMNS)].astype({**dict.fromkeys(COUNT_COLUMNS, str), "projects": "int64"})


def phase_counts(region_phases: pd.DataFrame, codebook: Codebook | None = None) -> pd.DataFrame:
    """Count the regions by ladder, wave and phase: `dimension, wave, phase, regions`, zeros included."""
    book = codebook or standard()
    tables = []
    for (dimension, wave), panel in region_phases.groupby(["dimension", "wave"], sort=False):
        phases = [int(code) for code in book.scale(str(dimension)).codes]
        tables.append(_counted(panel, {"dimension": [dimension], "wave": [wave], "phase": phases}, "regions"))
    return pd.concat(tables, ignore_index=True)


def checks(intake: Intake, counts: pd.DataFrame, codebook: Codebook | None = None) -> pd.DataFrame:
    """Hold the tables of a register against the rows that were read.

    Parameters
    ----------
    intake
        The register.
    counts
        Its `project_counts`.
    codebook
        What the measures are called, by default ours.

    Returns
    -------
    DataFrame
        One row a check, as for the published tables: `check, check_nl, table, expected, found, holds`.
    """
    labels = (codebook or standard()).scale("measure").label
    whole = counts[counts["group"] == "all"].groupby(["measure", "wave"], sort=False)["projects"].sum()
    size = intake.projects["wave"].value_counts()
    kept = len(intake.projects) + len(intake.excluded)
    read = ("rows read are kept or excluded", "gelezen rijen zijn gehouden of uitgesloten")
    rows: list[tuple[str, str, int, int]] = [(*read, intake.rows_read, kept)]
    for (measure, wave), n in whole.items():
        en, nl = (labels(measure, language).lower() for language in LANGUAGES)
        rows.append((f"projects by {en}, {wave}", f"projecten naar {nl}, {wave}", int(size[wave]), int(n)))
    frame = pd.DataFrame(rows, columns=["check", "check_nl", "expected", "found"])
    frame.insert(2, "table", quote(intake.file))
    return frame.assign(holds=frame["expected"] == frame["found"])
