"""What do the tables of the progress report say, in its own layout, from whichever evidence there is?

Rows and columns stand in the order of the publication. Where it has one column a wave, a column with the
change since the wave before comes after them. A row of totals has the code of the scale `total`.
"""

import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import nothing, portfolio, rows, stacked

TOTAL, EDITION = "total_row", "edition"  # codes of the scale `total`
WITHOUT_TOTAL = ("participation",)  # table 5 is printed without one, and without what is unknown


def table(evidence: Evidence, name: str, group: str = "all") -> pd.DataFrame:
    """Return a ladder or measure by phase or level (rows) and wave (columns), with total and change.

    These are tables 1 to 3, 5, 6, 8, 10 and 11. The row of what is unknown is there only if there is anything
    in it. A measure that was not recorded gives a table without rows.

    Examples
    --------
    >>> from ivvu_analysis import load, official
    >>> official.table(load(), "vision")["2020-10"].tolist()
    [0, 0, 2, 14, 18, 34]
    """
    counts = _counts(evidence, name, group)
    shown = counts if name in WITHOUT_TOTAL else _with_total(counts)
    if shown.shape[1] > 1:
        shown = shown.assign(change=shown.iloc[:, -1] - shown.iloc[:, -2])
    return shown.rename_axis(index=counts.index.name, columns=None).reset_index()


def technology(evidence: Evidence) -> pd.DataFrame:
    """Return table 12: the projects of technology by measure and level (rows) and wave (columns).

    Examples
    --------
    >>> from ivvu_analysis import load, official
    >>> official.technology(load())["subject"].unique().tolist()
    ['impact', 'sharing', 'scalability']
    """
    names = rows.RATINGS if "technology" in evidence.codebook.scale("theme").codes else ()
    blocks = {name: table(evidence, name, "technology") for name in names if evidence.waves(name)}
    found = pd.concat(blocks or {"": nothing("level")}, names=["subject"])
    return found.reset_index("subject").reset_index(drop=True)


def by_holder(evidence: Evidence) -> pd.DataFrame:
    """Return table 4: the projects by theme (rows) and concession holder (columns), with totals.

    A register with an earlier edition adds the change of the total; the publication has one edition only.
    Without rows where the themes are not known.

    Examples
    --------
    >>> from ivvu_analysis import load, official
    >>> official.by_holder(load()).set_index("theme").loc[official.TOTAL, "total"]
    np.int64(318)
    """
    if not evidence.theme_by_holder["projects"].any():
        return nothing("theme total")
    shown = _with_total(portfolio.themes(evidence, "holder"))
    shown["total"] = shown.sum(axis=1)
    waves = () if evidence.projects is None else evidence.projects["wave"].astype(str)
    if before := max((wave for wave in waves if wave < evidence.wave), default=""):
        earlier = portfolio.themes(evidence, "holder", before)
        if earlier.any(axis=None):  # an edition may record neither themes nor holders
            shown["change"] = shown["total"] - _with_total(earlier).sum(axis=1)
    return shown.rename_axis(index="theme", columns=None).reset_index()


def by_start(evidence: Evidence) -> pd.DataFrame:
    """Return table 7: the projects by theme (rows) and start (columns), new and early ones with their shares.

    Returns
    -------
    DataFrame
        `theme`, a column a start of new projects, `new, part_new, early, part_early`; without rows where
        themes are not known. A share of no projects is NaN.

    Examples
    --------
    >>> from ivvu_analysis import load, official
    >>> official.by_start(load()).set_index("theme").loc[official.TOTAL, ["new", "early"]].tolist()
    [113, 205]
    """
    new, early = portfolio.new_and_early(evidence)
    columns = ["theme", *new, "new", "part_new", "early", "part_early"]
    if not evidence.theme_by_start["projects"].any():
        return pd.DataFrame(columns=columns)
    shown = _with_total(portfolio.themes(evidence, "start"))
    for part, starts in (("new", new), ("early", early)):
        shown[part] = shown[list(starts)].sum(axis=1)
        shown[f"part_{part}"] = shown[part] / (shown.loc[TOTAL, part] or float("nan"))
    return shown.rename_axis(index="theme", columns=None).reset_index()[columns]


def regions(evidence: Evidence) -> pd.DataFrame:
    """Return appendix 1: the phase of every region on each ladder, in the order of the appendix.

    Returns
    -------
    DataFrame
        `region, parent` (``"region.arnhem"``) and a column a ladder, and where the phases are known for an
        earlier wave too, `steps`: the phases climbed since then on the ladders together. Without rows where
        phases are not known.

    Examples
    --------
    >>> from ivvu_analysis import load, official
    >>> official.regions(load()).set_index("region").loc["twente", "vision"]
    np.int64(4)
    """
    names = list(evidence.codebook.dimensions)
    if evidence.wave not in evidence.waves("regions"):
        return pd.DataFrame(columns=["region", "parent", *names])
    shown = evidence.standing()[["region", "parent", *names]].reset_index(drop=True)
    shown["parent"] = ("region." + shown["parent"]).where(shown["parent"] != "")
    if before := evidence.wave_before("regions"):
        earlier = shown[["region"]].merge(evidence.standing(before), on="region", how="left")
        climbed = shown[names] - earlier[names]  # of a region that came later nothing is known
        shown["steps"] = climbed.sum(axis=1, min_count=len(names)).astype("Int64")
    return shown


def totals(evidence: Evidence) -> pd.DataFrame:
    """Return what the tables of projects add up to: `subject` (a measure) and a column a wave.

    The last row has what they should add up to, the projects of each edition. What was not recorded is NaN.

    Examples
    --------
    >>> from ivvu_analysis import load, official
    >>> official.totals(load()).set_index("subject").loc[["participation", "edition"], "2020-10"].tolist()
    [298.0, 318.0]
    """
    measures = [name for name in evidence.codebook.measures if evidence.waves(name)]
    sums = {name: _counts(evidence, name).sum() for name in measures}
    waves = sorted({wave for counted in sums.values() for wave in counted.index})
    sums[EDITION] = pd.Series({wave: portfolio.size(evidence, wave) for wave in waves}, dtype=float)
    return pd.DataFrame(sums, index=waves).T.rename_axis(index="subject", columns=None).reset_index()


def gaps(evidence: Evidence) -> pd.DataFrame:
    """Return the tables that do not add up to their edition: `measure, wave, total, expected, missing`.

    The largest gap stands first, and of equal ones the latest.

    Examples
    --------
    >>> from ivvu_analysis import load, official
    >>> official.gaps(load())[["measure", "missing"]].values.tolist()
    [['participation', 20.0]]
    """
    sums = totals(evidence).rename(columns={"subject": "measure"})
    held = sums.melt("measure", var_name="wave", value_name="total")
    held["expected"] = held.groupby("wave")["total"].transform("last")  # the edition stands last
    held["missing"] = held["expected"] - held["total"]
    return held.query("missing > 0").sort_values(["missing", "wave"], ascending=False, ignore_index=True)


def shifts(evidence: Evidence) -> pd.DataFrame:
    """Return how the share of each level changed since the wave before, the largest change first.

    Returns
    -------
    DataFrame
        `subject` (a ladder or a measure), `level, before, after` (counts), `share_before, share_after,
        estimate` (the change); a subject without a wave before is not there.

    Examples
    --------
    >>> from ivvu_analysis import load, official
    >>> official.shifts(load()).loc[0, ["subject", "level"]].tolist()
    ['vision', 5]
    """
    names, parts = (*evidence.codebook.dimensions, *evidence.codebook.measures), {}
    for name in names:
        if (before := evidence.wave_before(name)) and evidence.wave in evidence.waves(name):
            counts = _counts(evidence, name)[[before, evidence.wave]].set_axis(["before", "after"], axis=1)
            parts[name] = counts.join((counts / counts.sum()).add_prefix("share_"))
    columns = "subject level before after share_before share_after"
    found = stacked(parts, "subject level", columns)
    found["estimate"] = found["share_after"] - found["share_before"]
    return found.sort_values("estimate", key=lambda c: -c.abs(), kind="stable", ignore_index=True)


def one_each(shifts: pd.DataFrame) -> pd.DataFrame:
    """Return the largest shift of each ladder and measure, of levels whose number went the same way.

    Where more projects run and their share falls, because others came, nothing went down.

    Examples
    --------
    >>> from ivvu_analysis import load, official
    >>> official.one_each(official.shifts(load()))["subject"].is_unique
    True
    """
    counts = shifts["after"] - shifts["before"]
    return shifts[counts * shifts["estimate"] > 0].drop_duplicates("subject").reset_index(drop=True)


def _counts(evidence: Evidence, name: str, group: str = "all") -> pd.DataFrame:
    """Return the counts of a ladder or measure: phases or levels, in the order of the codebook, by waves."""
    wide = evidence.table(name, group).T
    known = wide.index.isin(evidence.codebook.scale(name).rated) & (wide.shape[1] > 0)
    shown = known if name in WITHOUT_TOTAL else known | wide.any(axis=1)
    return wide if name in evidence.codebook.dimensions else wide[shown]


def _with_total(counts: pd.DataFrame) -> pd.DataFrame:
    return counts if counts.empty else pd.concat([counts, counts.sum().to_frame(TOTAL).T])
