"""A register rebuilt from the published margins: rows that never were, for trying out what needs rows.

The published tables say how many projects had which theme with which holder, but not which project was
rated how. Of all registers with exactly these tables, one of maximum entropy is drawn: nothing is associated
in it that the tables do not tie together. What such a register shows beyond the tables is an accident of the
drawing; `bounds` gives what the tables leave possible, which is what a reader must see beside it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import MEASURES, scale
from ivvu_analysis.data import Evidence
from ivvu_analysis.errors import OutputError, ParameterError
from ivvu_analysis.overwrite import refuse_foreign
from ivvu_analysis.stats import reconstruction

# The columns of the file, those that a register has; which region and which title, no table says.
COLUMNS = (
    "id", "title", "region", "holder", "theme", "start", "status", "participation", "impact", "sharing",
    "scalability", "wave", "origin",
)  # fmt: skip

BY_GROUP = ("impact", "sharing", "scalability")  # published for all projects and for technology
THEME_BY_START = ("theme", "start")
TABLES_ON: dict[str, tuple[tuple[str, ...], ...]] = {
    "theme": (THEME_BY_START,),
    "holder": (("theme", "holder"),),
    "start": (THEME_BY_START,),
    "participation": (("participation",),),
    "status": (("begun", "status"), ("group", "begun")),
    "impact": (("group", "impact"),),
    "sharing": (("group", "sharing"), ("group", "begun")),
    "scalability": (("group", "scalability"),),
}
RULED = ("group", "theme", "begun", "start", "status", "sharing")  # what `possible` has a rule on
FIRST_YEAR_TO_COME = "2021"  # all projects that have not started yet, and no others, start in this year


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
    """
    rng = np.random.default_rng([seed, draw])
    editions = [edition(published, wave, rng) for wave in published.waves("status")]
    register = pd.concat(editions, ignore_index=True).assign(title="", region="", origin="reconstructed")
    return register[list(COLUMNS)].fillna("")


def edition(published: Evidence, wave: str, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the projects of one wave: `id`, `wave` and the columns that the tables of that wave tell of."""
    known = margins(published, wave)
    sharing = _sharing(known, rng)
    if ("theme", "holder") in known:
        projects = reconstruction.expand(known["theme", "holder"])
        projects["group"] = _group(projects["theme"])
        projects["start"] = reconstruction.deal(projects, known["theme", "start"], rng)
        projects["begun"] = projects["start"] != FIRST_YEAR_TO_COME
        projects["sharing"] = reconstruction.deal(projects, sharing, rng)
    else:
        projects = reconstruction.expand(sharing)
        projects["theme"] = projects["group"].where(projects["group"] == "technology")
    projects["wave"] = wave
    for variables in (
        ("begun", "status"),
        ("wave", "participation"),
        ("group", "impact"),
        ("group", "scalability"),
    ):
        projects[variables[1]] = reconstruction.deal(projects, known[variables], rng)
    projects = projects.sample(frac=1, random_state=rng, ignore_index=True)
    return projects.assign(id=[f"{wave}-{number:03d}" for number in range(1, len(projects) + 1)])


def _sharing(known: dict[tuple[str, ...], pd.Series], rng: np.random.Generator) -> pd.Series:
    """Draw the projects by group, whether they have begun, and results to share: none before the start."""
    tables = [known["group", "sharing"], known.get(("group", "begun"), known[("begun",)])]
    expected = reconstruction.fit_margins(tables, possible=possible(["begun", "sharing"]))
    drawn = reconstruction.integerise(expected, tables, rng)
    return drawn.reorder_levels(["group", "begun", "sharing"]).sort_index()


def margins(published: Evidence, wave: str) -> dict[tuple[str, ...], pd.Series]:
    """Return the published tables of one wave as counts of all projects, by their variables.

    ``group`` is technology or the rest; ``begun`` is whether a project has started. The themes, holders and
    starts are published for the latest wave only. Projects that a table leaves out have ``"unknown"`` in it.
    """
    tables = {measure: _levels(published, measure, wave) for measure in MEASURES}
    total = int(tables["status"].sum())
    short = total - int(tables["participation"].sum())
    tables["participation"] = (
        tables["participation"].add(pd.Series({"unknown": short}), fill_value=0).astype(int)
    )
    not_started = int(tables["status"]["not_started"])
    known = {
        ("wave", "participation"): pd.concat(
            {wave: tables["participation"]}, names=["wave", "participation"]
        ),
        ("begun", "status"): _by_begun(tables["status"]),
        ("begun",): pd.Series({True: total - not_started, False: not_started}).rename_axis("begun"),
    }
    for measure in BY_GROUP:
        parts = {group: _levels(published, measure, wave, group) for group in ("technology", "rest")}
        known["group", measure] = pd.concat(parts, names=["group", measure])
    if wave == published.waves("status")[-1]:
        known["theme", "holder"] = published.theme_by_holder.set_index(["theme", "holder"])["projects"]
        starts = published.theme_by_start.set_index(["theme", "start"])["projects"]
        known["theme", "start"] = starts
        known["group", "begun"] = _collapsed(starts)
    return known


def _levels(published: Evidence, measure: str, wave: str, group: str = "all") -> pd.Series:
    counts = published.counts(measure, group)
    return counts[counts["wave"] == wave].set_index("level")["projects"].rename_axis(measure)


def _by_begun(status: pd.Series) -> pd.Series:
    begun = status.index != "not_started"
    index = pd.MultiIndex.from_arrays([begun, status.index], names=["begun", "status"])
    return status.set_axis(index)


def _collapsed(starts: pd.Series) -> pd.Series:
    """Return the projects by group and whether they have begun, from those by theme and start."""
    frame = starts.rename("projects").reset_index()
    frame["group"], frame["begun"] = _group(frame["theme"]), frame["start"] != FIRST_YEAR_TO_COME
    return frame.groupby(["group", "begun"])["projects"].sum()


def _group(themes: pd.Series) -> pd.Series:
    return themes.where(themes == "technology", "rest")


def possible(variables: list[str]) -> pd.Series:
    """Return which combinations of `variables` can occur, whatever the tables say.

    A project has begun if its status says so and if it starts before the year to come; one that has not
    begun has no results to share; and the group technology is the theme technology.
    """
    levels = {"begun": (True, False), "group": ("technology", "rest")}
    cells = pd.MultiIndex.from_product(
        [levels.get(name) or scale(name).codes for name in variables], names=variables
    )
    frame = cells.to_frame(index=False)
    can = pd.Series(True, index=frame.index)
    if {"begun", "status"} <= set(variables):
        can &= frame["begun"] == (frame["status"] != "not_started")
    if {"begun", "start"} <= set(variables):
        can &= frame["begun"] == (frame["start"] != FIRST_YEAR_TO_COME)
    if {"begun", "sharing"} <= set(variables):
        can &= frame["begun"] | (frame["sharing"] != "yes")
    if {"group", "theme"} <= set(variables):
        can &= frame["group"] == _group(frame["theme"])
    return can.set_axis(cells)


def bounds(published: Evidence, first: str, second: str) -> pd.DataFrame:
    """Bound how many projects of the latest wave can have each pair of levels of two variables.

    Parameters
    ----------
    published
        The published evidence.
    first, second
        Two of theme, holder, start and the measures.

    Returns
    -------
    DataFrame
        One row a pair: `<first>, <second>, estimate, conf_low, conf_high, n, method`; the limits are what
        the published tables leave logically possible, and the estimate is there only where they agree.

    Raises
    ------
    ParameterError
        If a variable is not one of those, or both are the same.
    """
    for name, other in ((first, second), (second, first)):
        if name not in TABLES_ON or name == other:
            raise ParameterError(
                f"There are no bounds on the pair {first} and {second}.",
                f"Choose two of: {', '.join(TABLES_ON)}.",
            )
    tables = _tables_on({first, second}, margins(published, published.waves("status")[-1]))
    tied = [name for name in RULED if any(name in table.index.names for table in tables)]
    can = possible(tied) if tied else None
    pairs = pd.MultiIndex.from_product([scale(first).codes, scale(second).codes], names=[first, second])
    parts = [
        reconstruction.margin_bounds(tables, pd.Series((pairs == pair).astype(int), index=pairs), can)
        for pair in pairs
    ]
    found = pd.concat(parts, ignore_index=True)
    limits = ["estimate", "conf_low", "conf_high"]
    found[limits] = found[limits].round(6) + 0.0  # no -0.0
    return pd.concat([pairs.to_frame(index=False), found], axis=1)


def _tables_on(variables: set[str], known: dict[tuple[str, ...], pd.Series]) -> list[pd.Series]:
    """Return the published tables that say anything on two variables, and those that link them."""
    tables = {**known, ("participation",): known["wave", "participation"].droplevel("wave")}
    chosen = dict.fromkeys(names for variable in sorted(variables) for names in TABLES_ON[variable])
    met = {name for names in chosen for name in names}
    if {"theme", "begun"} <= met:
        chosen[THEME_BY_START] = None  # whether a project has begun follows from its start
    return [tables[names] for names in chosen]


def write(published: Evidence, output: Path, seed: int, draws: int = 1) -> list[Path]:
    """Write reconstructed registers as csv: one to `output`, or several with numbers before its ending.

    Returns
    -------
    list of Path
        The files, in the order of the draws.

    Raises
    ------
    OutputError
        If a file cannot be written, or is there and holds something else.
    """
    digits = len(str(draws))
    numbered = [output.with_stem(f"{output.stem}-{draw:0{digits}d}") for draw in range(1, draws + 1)]
    paths = [output] if draws == 1 else numbered
    for path in paths:
        refuse_foreign(path, ",".join(COLUMNS) + "\n")
    for draw, path in enumerate(paths, start=1):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            rows(published, seed, draw).to_csv(path, index=False, lineterminator="\n")
        except OSError as error:
            raise OutputError(
                f"{path} cannot be written: {error.strerror}.", "Choose another folder."
            ) from None
    return paths
