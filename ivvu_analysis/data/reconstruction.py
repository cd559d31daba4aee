"""A register rebuilt from the published tables: rows that never were, for trying out what needs rows.

The published tables say how many projects had which theme with which holder, but not which project was
rated how. Of all registers with exactly these tables one is dealt at random, each being as likely: nothing is
associated in it that the tables do not tie together.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from ivvu_analysis import places
from ivvu_analysis.codebook import standard
from ivvu_analysis.data.evidence import Evidence
from ivvu_analysis.errors import refuse_foreign

# The columns of the file, those that a register has; which region and which title, no table says.
COLUMNS = (
    *("id", "title", "region", "holder", "theme", "start", "status", "participation"),
    *("impact", "sharing", "scalability", "wave", "origin"),
)

GROUPS = ("technology", "rest")
YEAR_TO_COME = "2021"  # all projects that have not started yet, and no others, start in this year


def rows(published: Evidence, seed: int, draw: int = 1) -> pd.DataFrame:
    """Draw a register from which every published table comes back.

    Parameters
    ----------
    published
        The published evidence.
    seed
        Seed of the random numbers; the same seed gives the same rows.
    draw
        Which of the registers of this seed to draw, from 1.

    Returns
    -------
    DataFrame
        One row a project and wave: `COLUMNS`, as codes; what no table tells is empty.

    Examples
    --------
    >>> from ivvu_analysis.data import from_published
    >>> rows(from_published(), seed=1)["wave"].value_counts().to_dict()
    {'2020-10': 318, '2020-03': 268}
    """
    rng = np.random.default_rng([seed, draw])
    editions = [_edition(published, wave, rng) for wave in published.waves("status")]
    register = pd.concat(editions, ignore_index=True).assign(title="", region="", origin="reconstructed")
    return register[list(COLUMNS)].fillna("")


def _edition(published: Evidence, wave: str, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the projects of one wave: `id`, `wave` and the columns that the tables of that wave tell of.

    ``group`` is technology or the rest, ``begun`` whether a project has started. Themes, holders and starts
    are published for the latest wave only.
    """
    levels = {measure: published.table(measure).loc[wave] for measure in ("status", "participation")}
    for measure in standard().scale("measure").subset("rated"):
        by_group = {group: published.table(measure, group).loc[wave] for group in GROUPS}
        levels[measure] = pd.concat(by_group, names=["group", measure])
    sharing, status = levels["sharing"], levels["status"].rename_axis("status")
    if wave == published.waves("status")[-1]:
        starts = published.theme_by_start.set_index(["theme", "start"])["projects"]
        projects = _expand(published.theme_by_holder.set_index(["theme", "holder"])["projects"])
        projects["start"] = _deal(projects, starts, rng)
        projects["group"] = projects["theme"].where(projects["theme"] == "technology", "rest")
        projects["begun"] = projects["start"] != YEAR_TO_COME
        waiting = projects.loc[~projects["begun"], "group"].value_counts()
        parts = [_split(sharing.loc[[group]], int(waiting.get(group, 0)), rng) for group in GROUPS]
        projects["sharing"] = _deal(projects, pd.concat(parts), rng)
    else:
        projects = _expand(_split(sharing, int(status["not_started"]), rng))
        projects["theme"] = projects["group"].where(projects["group"] == "technology")
    waiting = status.index == "not_started"
    status = pd.concat({True: status[~waiting], False: status[waiting]}, names=["begun"])
    projects["status"] = _deal(projects, status, rng)
    for measure in ("impact", "scalability"):
        projects[measure] = _deal(projects, levels[measure], rng)
    participation = levels["participation"].copy()
    participation["unknown"] += len(projects) - participation.sum()  # which the table leaves out
    projects["wave"] = wave
    participation = pd.concat({wave: participation}, names=["wave", "participation"])
    projects["participation"] = _deal(projects, participation, rng)
    projects = projects.sample(frac=1, random_state=rng, ignore_index=True)
    return projects.assign(id=[f"{wave}-{number:03d}" for number in range(1, len(projects) + 1)])


def _split(sharing: pd.Series, idle: int, rng: np.random.Generator) -> pd.Series:
    """Split projects into begun and not, at random; those that have not begun have no results to share."""
    open_ = sharing.where(sharing.index.get_level_values("sharing") != "yes", 0)
    waiting = pd.Series(rng.multivariate_hypergeometric(open_.astype(int), idle), sharing.index)
    split = pd.concat({True: sharing - waiting, False: waiting}, names=["begun"])
    return split.reorder_levels(["group", "begun", "sharing"])


def _expand(table: pd.Series) -> pd.DataFrame:
    """Write counts out as rows, one for each project."""
    return table.index.repeat(table.astype(int)).to_frame(index=False)


def _deal(projects: pd.DataFrame, table: pd.Series, rng: np.random.Generator) -> pd.Series:
    """Deal the levels of the last variable of a table over the projects of each group of the others."""
    *groups, variable = table.index.names
    offered = _expand(table).sample(frac=1, random_state=rng).sort_values(groups, kind="stable")
    takers = projects.sort_values(groups, kind="stable")
    if not np.array_equal(offered[groups].to_numpy(), takers[groups].to_numpy()):
        raise ValueError(f"The tables of {variable} and of {', '.join(groups)} count other projects.")
    return pd.Series(offered[variable].to_numpy(), takers.index)


def write(published: Evidence, output: Path, seed: int, draws: int = 1) -> list[Path]:
    """Write reconstructed registers as csv: one to `output`, or several with numbers before its ending.

    In a folder they are called reconstructed.csv.

    Returns
    -------
    list of Path
        The files, in the order of the draws.

    Raises
    ------
    OutputError
        If a file cannot be written, or is there and holds something else.

    Examples
    --------
    >>> from ivvu_analysis.data import from_published
    >>> write(from_published(), Path("drawn.csv"), seed=1, draws=2)  # doctest: +SKIP
    [PosixPath('drawn-1.csv'), PosixPath('drawn-2.csv')]
    """
    output = output / "reconstructed.csv" if output.is_dir() else output
    paths = [output.with_stem(f"{output.stem}-{n:0{len(str(draws))}d}") for n in range(1, draws + 1)]
    paths = paths if draws > 1 else [output]
    for path in paths:
        refuse_foreign(path, ",".join(COLUMNS) + "\n")
    for draw, path in enumerate(paths, start=1):
        places.write(path, rows(published, seed, draw).to_csv(index=False, lineterminator="\n").encode())
    return paths
