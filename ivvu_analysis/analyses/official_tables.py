"""The tables of the progress report in its own layout, from whichever evidence there is.

Rows and columns stand in the order of the publication. Where it has one column a wave, a column with the
change since the wave before comes after them. A row of totals has the code of the scale `total`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from ivvu_analysis import published
from ivvu_analysis.analyses import portfolio
from ivvu_analysis.claims.themes import EARLY, NEW
from ivvu_analysis.codebook import DIMENSIONS, LANGUAGES, MEASURES, Language, scale
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.programme import read_knowledge_exchange

TOTAL, EDITION = scale("total").codes
WITHOUT_TOTAL = ("participation",)  # table 5 is printed without one
BLOCKS = ("impact", "sharing", "scalability")
APPENDIX = ("agreements", "vision", "dynamics")  # the order of the columns of appendix 1


def ladder(evidence: Evidence, dimension: str) -> pd.DataFrame:
    """Return tables 1 to 3: the regions by phase (rows) and wave (columns), with totals and the change."""
    counts = evidence.phases(dimension).pivot_table(index="phase", columns="wave", values="regions")
    return _with_change(_with_total(counts.astype(int)), "phase")


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


def by_holder(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return table 4: the projects by theme (rows) and concession holder (columns), with totals.

    A register with an earlier edition adds the change of the total; the publication has one edition only. A
    wave without figures on themes gives a table without rows.
    """
    if not portfolio.knows_themes(evidence, wave):
        return pd.DataFrame(columns=["theme", *scale("holder").codes])
    table = _with_total(portfolio.themes(evidence, "holder", wave))
    before = _edition_before(evidence, wave)
    table["total"] = table.sum(axis=1)
    if before:
        earlier = portfolio.themes(evidence, "holder", before)
        if earlier.to_numpy().any():  # an edition may record neither themes nor holders
            table["change"] = table["total"] - _with_total(earlier).sum(axis=1)
    return table.rename_axis(index="theme", columns=None).reset_index()


def by_start(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return table 7: the projects by theme (rows) and start (columns), new and early ones with their shares.

    Returns
    -------
    DataFrame
        `theme, start_2020, start_2021, new, part_new, early, part_early`; without rows where themes are not
        known. A share of no projects is NaN.
    """
    columns = ["theme", *(f"start_{year}" for year in NEW), "new", "part_new", "early", "part_early"]
    if not portfolio.knows_themes(evidence, wave):
        return pd.DataFrame(columns=columns)
    table = _with_total(portfolio.themes(evidence, "start", wave))
    for part, starts in (("new", NEW), ("early", EARLY)):
        table[part] = table[list(starts)].sum(axis=1)
        table[f"part_{part}"] = (
            table[part] / table.loc[TOTAL, part] if table.loc[TOTAL, part] else float("nan")
        )
    table = table.rename(columns={year: f"start_{year}" for year in NEW})
    return table.rename_axis(index="theme", columns=None).reset_index()[columns]


def regions(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return appendix 1: the phase of every region on each ladder, in the order of the appendix.

    Returns
    -------
    DataFrame
        `region` and a column a ladder, and where the phases are known for an earlier wave too, `steps`: the
        phases climbed since then on the three ladders together. Without rows where phases are not known.
    """
    if wave not in evidence.waves("regions"):
        return pd.DataFrame(columns=["region", *APPENDIX])
    table = evidence.ladders(wave)[["region", *APPENDIX]].reset_index(drop=True)
    before = evidence.wave_before("regions", wave)
    if before:
        earlier = table[["region"]].merge(evidence.ladders(before), on="region", how="left")
        table["steps"] = (table[list(APPENDIX)] - earlier[list(APPENDIX)]).sum(axis=1)
    return table


def knowledge_exchange(wave: str, language: Language) -> pd.DataFrame:
    """Return what chapter 5 counts of publications, page views and downloads, as far as counted by `wave`.

    Returns
    -------
    DataFrame
        `name, exchange, precision, count`, one row an item, in the order of the chapter.
    """
    items = read_knowledge_exchange(published.folder())
    items = items[items["period_end"].str[: len(wave)] <= wave]
    names = {f"label_{language}": "name", "measure": "exchange", "qualifier": "precision", "value": "count"}
    return items.rename(columns=names)[list(names.values())].reset_index(drop=True)


def totals(evidence: Evidence) -> pd.DataFrame:
    """Return what the tables of projects add up to: `subject` (a measure) and a column a wave.

    The last row has what they should add up to, the projects of each edition. What was not recorded is NaN.
    """
    waves = sorted({wave for name in MEASURES for wave in evidence.waves(name)})
    rows = {name: _levels(evidence, name).sum() for name in MEASURES if evidence.waves(name)}
    rows[EDITION] = pd.Series({wave: portfolio.size(evidence, wave) for wave in waves}, dtype=float)
    table = pd.DataFrame(rows, index=waves).T
    return table.rename_axis(index="subject", columns=None).reset_index()


def gaps(evidence: Evidence) -> pd.DataFrame:
    """Return the tables that do not add up to their edition, the largest gap first.

    Returns
    -------
    DataFrame
        `measure, wave, total, expected, missing`.
    """
    rows = [
        (name, wave, int(total), portfolio.size(evidence, wave))
        for name in MEASURES
        for wave, total in _levels(evidence, name).sum().items()
    ]
    table = pd.DataFrame(rows, columns=["measure", "wave", "total", "expected"])
    table["missing"] = table["expected"] - table["total"]
    return table[table["missing"] > 0].sort_values(
        "missing", ascending=False, kind="stable", ignore_index=True
    )


def shifts(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return how the share of each level changed since the wave before, the largest change first.

    Returns
    -------
    DataFrame
        `subject` (a ladder or a measure), `level, before, after` (counts), `share_before, share_after,
        estimate` (the change); a subject without a wave before is not there.
    """
    tables = [_shift(evidence, name, wave) for name in (*DIMENSIONS, *MEASURES)]
    known = [table for table in tables if table is not None]
    columns = ["subject", "level", "before", "after", "share_before", "share_after", "estimate"]
    if not known:
        return pd.DataFrame(columns=columns)
    table = pd.concat(known, ignore_index=True)[columns]
    order = table["estimate"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def largest(shifts: pd.DataFrame, subjects: Iterable[str]) -> pd.Series | None:
    """Return the largest shift of these ladders or measures, or None where there is no wave before."""
    chosen = shifts[shifts["subject"].isin(list(subjects))]
    return chosen.iloc[0] if len(chosen) else None


def shift_rows(shifts: pd.DataFrame, language: Language) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return shifts for a figure, each with its own code in `row`, and the labels of those codes."""
    kinds = {code: scale(kind) for kind in ("dimension", "measure") for code in scale(kind).codes}
    codes = shifts["subject"] + "." + shifts["level"].astype(str)
    labels = {
        f"{subject}.{level}": f"{kinds[subject].short(subject, language)}: "
        f"{scale(subject).short(str(level), language)}"
        for subject, level in zip(shifts["subject"], shifts["level"], strict=True)
    }
    return shifts.assign(row=codes, conf_low=float("nan"), conf_high=float("nan")), labels


def heads(name: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the short labels of the codes of a scale as the heads of columns, in English and in Dutch."""
    english, dutch = (
        {code: scale(name).short(code, tongue) for code in scale(name).codes} for tongue in LANGUAGES
    )
    return english, dutch


def _shift(evidence: Evidence, name: str, wave: str) -> pd.DataFrame | None:
    before = evidence.wave_before(name, wave)
    if before is None or wave not in evidence.waves(name):
        return None
    if name in DIMENSIONS:
        counts = evidence.phases(name).pivot_table(index="phase", columns="wave", values="regions")
    else:
        counts = _levels(evidence, name)
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


def _levels(evidence: Evidence, measure: str, group: str = "all") -> pd.DataFrame:
    """Return the counts of a measure as levels by waves, in the order of the codebook.

    Table 5 is printed without what is unknown; what it lacks shows where it is held against its edition.
    """
    counts = evidence.counts(measure, group)
    wide = counts.pivot_table(index="level", columns="wave", values="projects")
    printed = scale(measure).rated if measure in WITHOUT_TOTAL else scale(measure).codes
    wide = wide.reindex(printed).dropna(how="all").astype(int)
    empty = [code for code in wide.index if code not in scale(measure).rated and not wide.loc[code].any()]
    return wide.drop(index=empty)


def _with_total(counts: pd.DataFrame) -> pd.DataFrame:
    if counts.empty:
        return counts
    return pd.concat([counts, counts.sum().to_frame(TOTAL).T])


def _with_change(counts: pd.DataFrame, index: str) -> pd.DataFrame:
    table = counts.copy()
    if counts.shape[1] > 1:
        table["change"] = counts.iloc[:, -1] - counts.iloc[:, -2]
    return table.rename_axis(index=index, columns=None).reset_index()


def _edition_before(evidence: Evidence, wave: str) -> str | None:
    if evidence.projects is None:
        return None
    return max((w for w in evidence.projects["wave"].dropna().unique() if w < wave), default=None)
