"""The verdict on each statement: its readings are recomputed and held against the figure, one after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, nan, ulp
from pathlib import Path

import pandas as pd

from ivvu_analysis import codebook, published
from ivvu_analysis.claims import entries, explanations, expressions
from ivvu_analysis.claims.statements import Fit, Statement, decimals, statements, words
from ivvu_analysis.evidence import TABLES, Evidence
from ivvu_analysis.stats.forecast import forecast_ladders
from ivvu_analysis.stats.generator import fit_generator

UTRECHT = tuple(name for name in expressions.FIGURES if name.startswith("utrecht_"))
UTRECHT += ("utrecht_members", "utrecht_projects")


@dataclass(frozen=True)
class Outcome:
    """What one reading of a statement gives."""

    kind: entries.Kind
    source: str
    words: Mapping[str, str]
    value: float
    unit: str
    fit: Fit


def tables(evidence: Evidence, folder: Path | None = None) -> dict[str, pd.DataFrame]:
    """Return everything that statements are recomputed from, by name: the tables, and the statements.

    Parameters
    ----------
    evidence
        The published evidence.
    folder
        The folder of the published tables, by default `data/published`.

    Raises
    ------
    DataError
        If a table is missing or unreadable.
    """
    named = {name: getattr(evidence, name) for name in TABLES}
    return {**named, **published.read(folder, UTRECHT), "claims": statements(folder)}


def judge(tables: Mapping[str, pd.DataFrame], seed: int = 1, path: Path | None = None) -> pd.DataFrame:
    """Check every collected statement against the published tables.

    Parameters
    ----------
    tables
        The published tables by name, the statements among them as ``"claims"``: see `tables`.
    seed
        Seed of the forecast, for statements about the future.
    path
        Another file of entries than `claims.yaml`.

    Returns
    -------
    DataFrame
        One row a statement, in the order of the documents: the columns of `Statement`, `recomputed` (what the
        words give, missing where a statement cannot be checked), `verdict`, `definition` (the reading that
        the verdict rests on), `explanation_en, explanation_nl, need_en, need_nl`.

    Raises
    ------
    MissingFigureError
        If a figure that a statement is recomputed from is not in the tables.
    DataError
        If an entry is not as it should be, or a statement has no way to a verdict.

    Examples
    --------
    >>> from ivvu_analysis import claims, load
    >>> claims.judge(claims.tables(load()))["verdict"].value_counts()  # doctest: +SKIP
    """
    ready = _with_care_office_regions(tables)
    names = expressions.vocabulary(ready, lambda date: _expected_at_top(ready, date, seed))
    ways = entries.ways(names, list(tables["claims"]["claim"]), path)
    given = {row["claim"]: Statement(**row) for row in tables["claims"].to_dict("records")}
    return pd.DataFrame([_row(statement, ways[claim], given) for claim, statement in given.items()])


def _row(statement: Statement, way: entries.Way, given: Mapping[str, Statement]) -> dict[str, object]:
    outcomes = [_outcome(statement, reading) for reading in way.readings]
    stated = outcomes[0] if outcomes else None
    verdict, otherwise = _verdict(statement, outcomes)
    rests_on = otherwise if verdict == "reproduces_otherwise" else stated
    elsewhere = _elsewhere(statement, given)
    return {
        **vars(statement),
        "recomputed": stated.value if stated else nan,
        "verdict": verdict,
        "definition": rests_on.words["en"] if rests_on else "",
        **{
            f"explanation_{language}": explanations.explain(
                statement, verdict, stated, otherwise, way.needs, elsewhere, language
            )
            for language in codebook.LANGUAGES
        },
        **{f"need_{language}": (way.needs or {}).get(language, "") for language in codebook.LANGUAGES},
    }


def _verdict(statement: Statement, outcomes: list[Outcome]) -> tuple[str, Outcome | None]:
    """Return the verdict, with the reading or calculation that gives the figure where the words do not."""
    if not outcomes:
        return "cannot_be_checked", None
    stated, *others = outcomes
    if stated.fit != "not":
        return "reproduces" if stated.fit == "exactly" else "reproduces_rounded", None
    fitting = [other for other in (*others, *_cut_off(statement, stated)) if other.fit != "not"]
    for other in fitting:
        if other.kind == "alternative":
            return "reproduces_otherwise", other
    nearest = min(fitting, key=lambda other: abs(other.value - float(statement.figure)), default=None)
    return "does_not_reproduce", nearest


def _outcome(statement: Statement, reading: entries.Reading) -> Outcome:
    value = reading.expression.value()
    fit = statement.firmness.fit(statement.figure, value)
    return Outcome(reading.kind, reading.source, reading.words, value, reading.unit or statement.unit, fit)


def _cut_off(statement: Statement, stated: Outcome) -> list[Outcome]:
    """Return what is printed if a share is cut off instead of rounded, for a share that is put exactly."""
    if statement.unit != "percent" or not statement.firmness.rounds:
        return []
    places = 10.0 ** decimals(statement.figure)
    value = floor(stated.value * places + ulp(stated.value * places)) / places
    fit = statement.firmness.fit(statement.figure, value)
    return [Outcome("alternative", stated.source, words()["sentences"]["cut_off"], value, statement.unit, fit)]


def _elsewhere(statement: Statement, given: Mapping[str, Statement]) -> Statement | None:
    """Return the chapter's version of a statement of the letter, where it gives another figure."""
    chapter = given.get(statement.claim.removesuffix(".letter"))
    figure = (statement.claimed, statement.qualifier)
    return chapter if chapter and (chapter.claimed, chapter.qualifier) != figure else None


def _with_care_office_regions(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables with the care-office region of each region: the one it is a part of, or itself."""
    regions = tables["regions"]
    for region in codebook.scale("region").codes:
        if region not in set(regions["region"]):
            raise expressions.MissingFigureError(
                f"The table regions has no row for region {region}.",
                "Restore regions in data/published from the repository.",
            )
    office = regions["parent"].where(regions["parent"] != "", regions["region"])
    examples = tables["example_projects"]
    of_example = examples["region"].map(dict(zip(regions["region"], office, strict=True)))
    return {
        **tables,
        "regions": regions.assign(care_office_region=office),
        "example_projects": examples.assign(care_office_region=of_example),
    }


def _expected_at_top(tables: Mapping[str, pd.DataFrame], date: str, seed: int) -> float:
    """Return the percentage of regions that the forecast expects at the top of all three ladders."""
    dimensions = codebook.standard().dimensions
    counts, phases = tables["phase_counts"], tables["region_phases"]
    standings = phases[phases["wave"] == phases["wave"].max()].pivot(
        index="region", columns="dimension", values="phase"
    )
    regions = list(tables["regions"]["region"])
    generators = {
        dimension: fit_generator(
            counts[counts["dimension"] == dimension].pivot(index="wave", columns="phase", values="regions"), seed
        )
        for dimension in dimensions
    }
    expected = forecast_ladders(generators, standings.loc[regions, list(dimensions)], date, seed)
    chosen = expected.query("quantity == 'at_top' and method == 'independent'")
    return expressions.percent(float(chosen["estimate"].item()), len(regions))
