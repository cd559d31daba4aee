"""The published tables held against the totals that they print and against each other.

What does not add up in the original is a finding to report, not a crash: the tables stay as printed.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from ivvu_analysis.codebook import LANGUAGES, Codebook, standard
from ivvu_analysis.data.published import Tables
from ivvu_analysis.data.references import PRINTED

TABLE_OF = {about: table for table, about in PRINTED.items()}  # of a measure or ladder

Check = tuple[Any, ...]


def findings(checks: Iterable[Check], book: Codebook | None = None) -> pd.DataFrame:
    """Return checks as a frame: `check, check_nl, table, expected, found, holds`.

    Parameters
    ----------
    checks
        Each a code of the scale `check`, the tables that are compared, the two numbers, and what the label of
        that code has places for: texts, or codes as ``(scale, code)``.
    book
        The codebook that has these, by default ours.

    Examples
    --------
    >>> findings([("printed_total", "table 4", 46, 45, "theme=technology")])["check"].item()
    'printed total of theme=technology'
    """
    scale, told = (book or standard()).scale, []
    for check, table, expected, found, *about in checks:
        texts = []
        for language in LANGUAGES:
            words = [scale(x[0]).label(x[1], language) if isinstance(x, tuple) else x for x in about]
            texts.append(scale("check").label(check, language).format(*words))
        told.append((*texts, table, expected, found))
    frame = pd.DataFrame(told, columns=["check", "check_nl", "table", "expected", "found"])
    return frame.assign(holds=frame["expected"] == frame["found"])


def prove(tables: Tables) -> pd.DataFrame:
    """Hold the published tables against their printed totals and against each other.

    Parameters
    ----------
    tables
        The frames of `published.read`.

    Returns
    -------
    DataFrame
        One row a check: `check, check_nl, table, expected, found, holds`; `check` is in English.

    Examples
    --------
    >>> from ivvu_analysis.data import read
    >>> prove(read()).query("not holds")["table"].tolist()
    ['tables 4 and 5']
    """
    return findings([*_printed_totals(tables), *_appendix(tables), *_across_tables(tables)])


def _printed_totals(tables: Tables) -> Iterator[Check]:
    for row in tables["printed_totals"].itertuples():
        cells = tables[row.resource]
        for condition in row.where.split():
            column, values = condition.split("=")
            cells = cells[cells[column].isin(values.split("+"))]
        amount = "regions" if row.resource == "phase_counts" else "projects"
        yield "printed_total", row.table, row.total, int(cells[amount].sum()), row.where or "all"


def _appendix(tables: Tables) -> Iterator[Check]:
    """Count the phases of appendix 1 and compare them with tables 1 to 3."""
    keys = ["dimension", "wave", "phase"]
    regions, waves = tables["region_phases"].value_counts(keys), set(tables["region_phases"]["wave"])
    for row in tables["phase_counts"].itertuples():
        if row.wave in waves:
            found = int(regions.get((row.dimension, row.wave, row.phase), 0))
            about = ("dimension", row.dimension), str(row.phase), row.wave
            yield "phase", f"{TABLE_OF[row.dimension]}, appendix 1", row.regions, found, *about


def _across_tables(tables: Tables) -> Iterator[Check]:
    holders, starts, counts = tables["theme_by_holder"], tables["theme_by_start"], tables["project_counts"]
    by_holder = holders.groupby("theme", sort=False)["projects"].sum()
    by_start = starts.groupby("theme", sort=False)["projects"].sum()
    for theme, total in by_holder.items():
        yield "theme", "tables 4 and 7", total, int(by_start[theme]), ("theme", str(theme))

    wave = counts["wave"].max()
    latest = counts[counts["wave"] == wave]
    whole = {"all": int(by_holder.sum()), "technology": int(by_holder["technology"])}
    for (measure, group), found in latest.groupby(["measure", "group"])["projects"].sum().items():
        number = TABLE_OF["technology" if group == "technology" else measure].removeprefix("table ")
        yield f"{group}_by", f"tables 4 and {number}", whole[group], int(found), ("measure", measure), wave

    not_started = latest.loc[latest["level"] == "not_started", "projects"].sum()
    next_year = starts.loc[starts["start"] == "2021", "projects"].sum()
    yield "not_started", "tables 6 and 7", int(not_started), int(next_year)
