"""The verdict on each statement: what its readings give is held against its figure, one after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import floor, ulp
from pathlib import Path
from typing import Any

import pandas as pd

from ivvu_analysis import codebook, data
from ivvu_analysis.claims.collected import decimals, fit, statements, words
from ivvu_analysis.claims.entries import Reading, readings
from ivvu_analysis.claims.explanations import explain
from ivvu_analysis.claims.expressions import FIGURES, percent, vocabulary
from ivvu_analysis.stats.forecast import forecast_ladders
from ivvu_analysis.stats.generator import fit_generator

TABLES = (*FIGURES, "regions", "example_projects", "passages", "utrecht_members", "utrecht_projects")


def tables(folder: Path | None = None) -> dict[str, pd.DataFrame]:
    """Return what statements are held against, whatever else a report rests on: the published tables.

    The statements themselves are among them as ``"claims"``. `folder` is by default `data/published`.
    """
    return {**data.read(folder, TABLES), "claims": statements(folder)}


def judge(tables: Mapping[str, pd.DataFrame], seed: int = 1, path: Path | None = None) -> pd.DataFrame:
    """Check every collected statement against the published tables.

    Parameters
    ----------
    tables
        The published tables by name: see `tables`.
    seed
        Seed of the forecast, for statements about the future.
    path
        Another file of entries than `claims.yaml`.

    Returns
    -------
    DataFrame
        One row a statement, in the order of the documents: its columns, `recomputed` (what the
        words give, missing where a statement cannot be checked), `verdict`, `definition` (the reading that
        the verdict rests on), `readings` (all of them), `explanation_en, explanation_nl`, and what it would
        take, `need_en, need_nl`.

    Raises
    ------
    DataError
        If an entry is not as it should be, or needs a figure that is not in the tables.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.judge(claims.tables())["verdict"].value_counts()["does_not_reproduce"]
    7
    """
    names = vocabulary(tables)
    names["expected_at_top"] = lambda date: _expected_at_top(names, date, seed)
    found = readings(names, list(tables["claims"]["claim"]), path)
    given = {row.claim: row for row in tables["claims"].itertuples(index=False)}
    return pd.DataFrame([_row(row, found[claim], given) for claim, row in given.items()])


def _row(statement: Any, found: list[Reading], given: Mapping[str, Any]) -> dict[str, object]:
    stated, (verdict, other) = found[0], _verdict(statement, found)
    rests_on = other if other and verdict == "reproduces_otherwise" else stated
    chapter = given.get(statement.claim.removesuffix(".letter"))
    row = statement._asdict() | {
        "recomputed": stated.value,
        "verdict": verdict,
        "definition": rests_on.words["en"] if stated.kind == "stated" else "",
        "readings": [reading for reading in found if reading.kind != "needs"],
    }
    for language in codebook.LANGUAGES:
        row[f"explanation_{language}"] = explain(statement, verdict, stated, other, chapter, language)
        row[f"need_{language}"] = stated.words[language] if stated.kind == "needs" else ""
    return dict(row)


def _verdict(statement: Any, found: list[Reading]) -> tuple[str, Reading | None]:
    """Return the verdict, with the reading or calculation that gives the figure where the words do not."""

    def fits(reading: Reading) -> str:
        return fit(statement.qualifier, statement.claimed, reading.value)

    stated, *others = found
    if stated.kind == "needs":
        return "cannot_be_checked", None
    if fits(stated) != "not":
        return "reproduces" if fits(stated) == "exactly" else "reproduces_rounded", None
    if statement.unit == "percent" and statement.qualifier == "exact":
        places = 10.0 ** decimals(statement.claimed)
        value = floor(stated.value * places + ulp(stated.value * places)) / places
        words_of = words()["sentences"]["cut_off"]
        others.append(replace(stated, kind="alternative", words=words_of, value=value))
    fitting = [other for other in others if fits(other) != "not"]
    for other in fitting:
        if other.kind == "alternative":
            return "reproduces_otherwise", other
    nearest = min(fitting, key=lambda other: abs(other.value - float(statement.claimed)), default=None)
    return stated.if_not, nearest


def _expected_at_top(names: Mapping[str, Any], date: str, seed: int) -> float:
    """Return the percentage of regions that the forecast expects at the top of all three ladders."""
    counts, phases = names["phase_counts"].frame, names["region_phases"].frame
    regions, ladders = list(codebook.scale("region").codes), list(codebook.standard().dimensions)
    names["region_phases"](region=regions, dimension=ladders)  # each of them is there
    margins = counts.pivot_table(index=["dimension", "wave"], columns="phase", values="regions")
    standings = phases.pivot_table(index="region", columns="dimension", values="phase").astype(int)
    generators = {name: fit_generator(margins.loc[name].dropna(axis=1).astype(int), seed) for name in ladders}
    expected = forecast_ladders(generators, standings.loc[regions, ladders], date, seed)
    chosen = expected.query("quantity == 'at_top' and method == 'independent'")
    return percent(float(chosen["estimate"].item()), len(regions))
