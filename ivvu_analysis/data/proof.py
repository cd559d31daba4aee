"""The published tables held against their printed totals and against each other.

What does not add up in the original is a finding to report, not a crash: the tables stay as printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from ivvu_analysis.codebook import LANGUAGES, Codebook, standard
from ivvu_analysis.data.references import PRINTED

TABLE_OF = {about: table for table, about in PRINTED.items()}  # of a measure or ladder

Finding = dict[str, Any]


def finding(
    check: str,
    table: str,
    expected: int,
    found: int,
    *about: str | tuple[str, str],
    book: Codebook | None = None,
) -> Finding:
    """Return one check, told in both languages by the scale `check` of the codebook.

    Parameters
    ----------
    check
        A code of that scale, whose label has places for what it is about.
    table
        The tables that are compared.
    expected, found
        The two numbers.
    about
        Texts, or codes as ``(scale, code)``.
    book
        The codebook that has them, by default ours.
    """
    book = book or standard()
    told = {}
    for language in LANGUAGES:
        words = (book.scale(a[0]).label(a[1], language) if isinstance(a, tuple) else a for a in about)
        told[language] = book.scale("check").label(check, language).format(*words)
    return {"check": told["en"], "check_nl": told["nl"], "table": table, "expected": expected, "found": found}


def findings(rows: Iterable[Finding]) -> pd.DataFrame:
    """Return checks as a frame: `check, check_nl, table, expected, found, holds`."""
    frame = pd.DataFrame(list(rows), columns=["check", "check_nl", "table", "expected", "found"])
    return frame.assign(holds=frame["expected"] == frame["found"])


def prove(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Hold the published tables against their printed totals and against each other.

    Parameters
    ----------
    tables
        The frames of `published.read`.

    Returns
    -------
    DataFrame
        One row a check: `check, check_nl, table, expected, found, holds`; `check` is in English.
    """
    return findings([*_printed_totals(tables), *_appendix(tables), *_across_tables(tables)])


def _printed_totals(tables: dict[str, pd.DataFrame]) -> Iterator[Finding]:
    for row in tables["printed_totals"].itertuples():
        cells = tables[row.resource]
        counted = np.ones(len(cells), dtype=bool)
        for condition in row.where.split():
            column, values = condition.split("=")
            counted &= cells[column].isin(values.split("+")).to_numpy()
        amount = "regions" if row.resource == "phase_counts" else "projects"
        found = int(cells[amount].to_numpy()[counted].sum())
        yield finding("printed_total", row.table, row.total, found, row.where or "all")


def _appendix(tables: dict[str, pd.DataFrame]) -> Iterator[Finding]:
    """Count the phases of appendix 1 and compare them with tables 1 to 3."""
    regions = tables["region_phases"].groupby(["dimension", "wave", "phase"]).size()
    waves = set(tables["region_phases"]["wave"])
    for row in tables["phase_counts"].itertuples():
        if row.wave in waves:
            table = f"{TABLE_OF[row.dimension]}, appendix 1"
            found = int(regions.get((row.dimension, row.wave, row.phase), 0))
            ladder = ("dimension", row.dimension)
            yield finding("phase", table, row.regions, found, ladder, str(row.phase), row.wave)


def _across_tables(tables: dict[str, pd.DataFrame]) -> Iterator[Finding]:
    holders, starts, counts = tables["theme_by_holder"], tables["theme_by_start"], tables["project_counts"]
    by_holder = holders.groupby("theme", sort=False)["projects"].sum()
    by_start = starts.groupby("theme", sort=False)["projects"].sum()
    for theme, total in by_holder.items():
        yield finding("theme", "tables 4 and 7", total, int(by_start[theme]), ("theme", str(theme)))

    latest = counts[counts["wave"] == counts["wave"].max()]
    totals = latest.groupby(["measure", "group"])["projects"].sum()
    whole = {"all": int(by_holder.sum()), "technology": int(by_holder["technology"])}
    for (measure, group), found in totals.items():
        table = "table 12" if group == "technology" else TABLE_OF[measure]
        both = f"tables 4 and {table.removeprefix('table ')}"
        about = ("measure", measure)
        yield finding(f"{group}_by", both, whole[group], int(found), about)

    not_started = latest.query("measure == 'status' and level == 'not_started'")["projects"].sum()
    next_year = int(starts.loc[starts["start"] == "2021", "projects"].sum())
    yield finding("not_started", "tables 6 and 7", int(not_started), next_year)
