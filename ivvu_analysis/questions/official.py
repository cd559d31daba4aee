"""What do the tables of the progress report say, in its own layout, from whichever evidence there is?

Rows and columns stand in the order of the publication. Where it has one column a wave, a column with the
change since the wave before comes after them. A row of totals has the code of the scale `total`.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ivvu_analysis.data import Evidence, read
from ivvu_analysis.questions import portfolio

TOTAL, EDITION = "total_row", "edition"  # codes of the scale `total`
WITHOUT_TOTAL = ("participation",)  # table 5 is printed without one
BLOCKS = ("impact", "sharing", "scalability")


def ladder(evidence: Evidence, dimension: str) -> pd.DataFrame:
    """Return tables 1 to 3: the regions by phase (rows) and wave (columns), with totals and the change.

    Examples
    --------
    >>> from ivvu_analysis import load, official
    >>> official.ladder(load(), "vision")["2020-10"].tolist()
    [0, 0, 3, 14, 17, 34]
    """
    return _with_change(_with_total(_phases(evidence, dimension)), "phase")


def measure(evidence: Evidence, measure: str, group: str = "all") -> pd.DataFrame:
    """Return tables 5, 6, 8, 10 and 11: the projects by level (rows) and wave (columns), with the change.

    The row of what is unknown is there only if there is anything in it. A measure that was not recorded gives
    a table without rows.
    """
    counts = _levels(evidence, measure, group)
    return _with_change(counts if measure in WITHOUT_TOTAL else _with_total(counts), "level")


def technology(evidence: Evidence) -> pd.DataFrame:
    """Return table 12: the projects of technology by measure and level (rows) and wave (columns)."""
    blocks = {name: measure(evidence, name, "technology") for name in BLOCKS}
    recorded = [block.assign(subject=name) for name, block in blocks.items() if len(block)]
    if not recorded:
        return pd.DataFrame(columns=["subject", "level"])
    table = pd.concat(recorded, ignore_index=True)
    return table[["subject", *table.columns.drop("subject")]]


def by_holder(evidence: Evidence) -> pd.DataFrame:
    """Return table 4: the projects by theme (rows) and concession holder (columns), with totals.

    A register with an earlier edition adds the change of the total; the publication has one edition only.
    Without rows where the themes are not known.
    """
    if not portfolio.knows_themes(evidence):
        return pd.DataFrame(columns=["theme", "total"])
    table = _with_total(portfolio.themes(evidence, "holder"))
    table["total"] = table.sum(axis=1)
    before = _edition_before(evidence)
    earlier = portfolio.themes(evidence, "holder", before) if before else None
    if earlier is not None and earlier.to_numpy().any():  # an edition may record neither themes nor holders
        table["change"] = table["total"] - _with_total(earlier).sum(axis=1)
    return table.rename_axis(index="theme", columns=None).reset_index()


def by_start(evidence: Evidence) -> pd.DataFrame:
    """Return table 7: the projects by theme (rows) and start (columns), new and early ones with their shares.

    Returns
    -------
    DataFrame
        `theme`, a column a start of new projects, `new, part_new, early, part_early`; without rows where
        themes are not known. A share of no projects is NaN.
    """
    new, early = portfolio.new_and_early(evidence)
    columns = ["theme", *new, "new", "part_new", "early", "part_early"]
    if not portfolio.knows_themes(evidence):
        return pd.DataFrame(columns=columns)
    table = _with_total(portfolio.themes(evidence, "start"))
    for part, starts in (("new", new), ("early", early)):
        table[part] = table[list(starts)].sum(axis=1)
        table[f"part_{part}"] = table[part] / (table.loc[TOTAL, part] or float("nan"))
    return table.rename_axis(index="theme", columns=None).reset_index()[columns]


def regions(evidence: Evidence) -> pd.DataFrame:
    """Return appendix 1: the phase of every region on each ladder, in the order of the appendix.

    Returns
    -------
    DataFrame
        `region, parent` (``"region.arnhem"``) and a column a ladder, and where the phases are known for an
        earlier wave too, `steps`: the phases climbed since then on the ladders together. Without rows where
        phases are not known.
    """
    names = list(evidence.codebook.dimensions)
    if evidence.wave not in evidence.waves("regions"):
        return pd.DataFrame(columns=["region", "parent", *names])
    table = evidence.standing()[["region", "parent", *names]].reset_index(drop=True)
    table["parent"] = ("region." + table["parent"]).where(table["parent"] != "")
    before = evidence.wave_before("regions")
    if before:
        earlier = table[["region"]].merge(evidence.standing(before), on="region", how="left")
        table["steps"] = (table[names] - earlier[names]).sum(axis=1)
    return table


def knowledge_exchange(evidence: Evidence) -> pd.DataFrame:
    """Return what chapter 5 counts of publications, page views and downloads, as far as counted by the wave.

    Returns
    -------
    DataFrame
        `label_en, label_nl, exchange, precision, count`, one row an item, in the order of the chapter.
    """
    items = read(names=("knowledge_exchange",))["knowledge_exchange"]
    items = items[items["period_end"].str[: len(evidence.wave)] <= evidence.wave]
    names = {"measure": "exchange", "qualifier": "precision", "value": "count"}
    return items.rename(columns=names)[["label_en", "label_nl", *names.values()]].reset_index(drop=True)


def totals(evidence: Evidence) -> pd.DataFrame:
    """Return what the tables of projects add up to: `subject` (a measure) and a column a wave.

    The last row has what they should add up to, the projects of each edition. What was not recorded is NaN.
    """
    measures = [name for name in evidence.codebook.measures if evidence.waves(name)]
    waves = sorted({wave for name in measures for wave in evidence.waves(name)})
    rows = {name: _levels(evidence, name).sum() for name in measures}
    rows[EDITION] = pd.Series({wave: portfolio.size(evidence, wave) for wave in waves}, dtype=float)
    return pd.DataFrame(rows, index=waves).T.rename_axis(index="subject", columns=None).reset_index()


def gaps(evidence: Evidence) -> pd.DataFrame:
    """Return the tables that do not add up to their edition: `measure, wave, total, expected, missing`.

    The largest gap stands first.
    """
    rows = [
        (name, wave, int(total), portfolio.size(evidence, wave))
        for name in evidence.codebook.measures
        for wave, total in _levels(evidence, name).sum().items()
    ]
    table = pd.DataFrame(rows, columns=["measure", "wave", "total", "expected"])
    table["missing"] = table["expected"] - table["total"]
    lacking = table[table["missing"] > 0]
    return lacking.sort_values("missing", ascending=False, kind="stable", ignore_index=True)


def shifts(evidence: Evidence) -> pd.DataFrame:
    """Return how the share of each level changed since the wave before, the largest change first.

    Returns
    -------
    DataFrame
        `subject` (a ladder or a measure), `level, before, after` (counts), `share_before, share_after,
        estimate` (the change); a subject without a wave before is not there.
    """
    names = (*evidence.codebook.dimensions, *evidence.codebook.measures)
    tables = [_shift(evidence, name) for name in names if evidence.wave_before(name)]
    columns = ["subject", "level", "before", "after", "share_before", "share_after", "estimate"]
    if not tables:
        return pd.DataFrame(columns=columns)
    table = pd.concat(tables, ignore_index=True)[columns]
    return table.sort_values("estimate", key=lambda c: -c.abs(), kind="stable", ignore_index=True)


def one_each(shifts: pd.DataFrame) -> pd.DataFrame:
    """Return the largest shift of each ladder and measure, of levels whose number went the same way.

    Where more projects run and their share falls, because others came, nothing went down.
    """
    counts = shifts["after"] - shifts["before"]
    return shifts[counts * shifts["estimate"] > 0].drop_duplicates("subject").reset_index(drop=True)


def largest(shifts: pd.DataFrame, subjects: Iterable[str]) -> pd.Series | None:
    """Return the largest shift of these ladders or measures, or None where there is no wave before."""
    chosen = shifts[shifts["subject"].isin(list(subjects))]
    return chosen.iloc[0] if len(chosen) else None


def _shift(evidence: Evidence, name: str) -> pd.DataFrame:
    before, wave = evidence.wave_before(name), evidence.wave
    if wave not in evidence.waves(name):
        return pd.DataFrame()
    ladder = name in evidence.codebook.dimensions
    counts = _phases(evidence, name) if ladder else _levels(evidence, name)
    shares = counts / counts.sum()
    table = pd.DataFrame(
        {
            "before": counts[before].astype(int),
            "after": counts[wave].astype(int),
            "share_before": shares[before],
            "share_after": shares[wave],
            "estimate": shares[wave] - shares[before],
        }
    )
    return table.rename_axis("level").reset_index().assign(subject=name)


def _phases(evidence: Evidence, dimension: str) -> pd.DataFrame:
    """Return the counts of a ladder as phases by waves."""
    return evidence.phases(dimension).pivot_table(index="phase", columns="wave", values="regions").astype(int)


def _levels(evidence: Evidence, measure: str, group: str = "all") -> pd.DataFrame:
    """Return the counts of a measure as levels by waves, in the order of the codebook.

    Table 5 is printed without what is unknown; what it lacks shows where it is held against its edition.
    """
    scale = evidence.codebook.scale(measure)
    wide = evidence.counts(measure, group).pivot_table(index="level", columns="wave", values="projects")
    wide = (
        wide.reindex(scale.rated if measure in WITHOUT_TOTAL else scale.codes).dropna(how="all").astype(int)
    )
    empty = [code for code in wide.index if code not in scale.rated and not wide.loc[code].any()]
    return wide.drop(index=empty)


def _with_total(counts: pd.DataFrame) -> pd.DataFrame:
    return counts if counts.empty else pd.concat([counts, counts.sum().to_frame(TOTAL).T])


def _with_change(counts: pd.DataFrame, index: str) -> pd.DataFrame:
    table = counts.copy()
    if counts.shape[1] > 1:
        table["change"] = counts.iloc[:, -1] - counts.iloc[:, -2]
    return table.rename_axis(index=index, columns=None).reset_index()


def _edition_before(evidence: Evidence) -> str | None:
    if evidence.projects is None:
        return None
    earlier = [wave for wave in evidence.projects["wave"].dropna().unique() if wave < evidence.wave]
    return max(earlier, default=None)
