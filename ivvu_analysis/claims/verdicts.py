"""The verdict on each statement: what its readings give is held against its figure."""

from collections.abc import Mapping
from math import floor, ulp
from pathlib import Path
from typing import Any

import pandas as pd

from ivvu_analysis import codebook
from ivvu_analysis.claims.amounts import claimed, decimals, fit, places_of, with_unit, words
from ivvu_analysis.claims.entries import Reading, readings
from ivvu_analysis.claims.expressions import percent, vocabulary
from ivvu_analysis.codebook import Language
from ivvu_analysis.data.references import reworded
from ivvu_analysis.stats.forecast import forecast_top
from ivvu_analysis.stats.generator import fit_generator


def judge(
    tables: Mapping[str, pd.DataFrame], language: Language = "en", seed: int = 1, path: Path | None = None
) -> pd.DataFrame:
    """Check every collected statement against the published tables.

    Parameters
    ----------
    tables
        The published tables by name: see `tables`.
    language
        The language of the texts.
    seed
        Seed of the forecast, for statements about the future.
    path
        Another file of entries than `claims.yaml`.

    Returns
    -------
    DataFrame
        One row a statement, in the order of the documents: its columns, `recomputed` (what the words give,
        missing where a statement cannot be checked), `verdict`, `readings` (all of them), `statement`,
        `explanation`, and `need`, what it would take to check it.

    Raises
    ------
    DataError
        If an entry is not as it should be, or needs a figure that is not in the tables.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.judge(claims.tables())["verdict"].value_counts()["does_not_reproduce"]
    np.int64(7)
    """
    names = vocabulary(tables)
    names["expected_at_top"] = lambda date: _expected_at_top(names, date, seed)
    given = {row.claim: row for row in tables["claims"].itertuples(index=False)}
    found = readings(names, list(given), language, path)
    rows = [
        _judged(row, given.get(claim.removesuffix(".letter"), row), found[claim], language)
        for claim, row in given.items()
    ]
    judged = tables["claims"].reset_index(drop=True).join(pd.DataFrame(rows))
    return judged.rename(columns={f"statement_{language}": "statement"})


def _judged(statement: Any, chapter: Any, found: list[Reading], language: Language) -> dict[str, Any]:
    """Return what `judge` says of one statement; `chapter` is the chapter's version of one of the letter."""
    stated, (verdict, other) = found[0], _verdict(statement, found, language)

    def told(name: str, reading: Reading = stated, **values: str) -> str:
        if reading.kind != "needs":
            places = places_of(reading.value, decimals(statement.claimed))
            values["value"] = with_unit(reading.value, reading.unit or statement.unit, places, language)
        text, source = str(words()["sentences"][name][language]), reworded(reading.source, language)
        sentence = text.format(source=source, definition=reading.words, **values)
        return sentence[:1].upper() + sentence[1:]

    figure, there = (claimed(row.qualifier, row.claimed, row.unit, language) for row in (statement, chapter))
    sentences = [told("needed" if stated.kind == "needs" else "computed")]
    if verdict == "reproduces_rounded":
        sentences.append(told("rounded"))
    elif verdict not in ("reproduces", "cannot_be_checked"):
        sentences.append(told("stated", claimed=figure))
        if other:
            sentences.append(told("otherwise" if verdict == "reproduces_otherwise" else "nearest", other))
        elif verdict == "does_not_reproduce":
            sentences.append(told("no_other"))
        sentences += [told("elsewhere", claimed=there)] if there != figure else []
    if stated.kind != "needs" and (note := words()["firmness"][statement.qualifier].get("note")):
        sentences.append(note[language])
    return {
        "recomputed": stated.value,
        "verdict": verdict,
        "readings": [reading for reading in found if reading.kind != "needs"],
        "explanation": " ".join(sentences),
        "need": stated.words if stated.kind == "needs" else "",
    }


def _verdict(statement: Any, found: list[Reading], language: Language) -> tuple[str, Reading | None]:
    """Return the verdict, with the reading or calculation that gives the figure where the words do not."""

    def fits(reading: Reading) -> str:
        return fit(statement.qualifier, statement.claimed, reading.value)

    stated, *others = found
    if stated.kind == "needs":
        return "cannot_be_checked", None
    if fits(stated) != "not":
        return "reproduces" if fits(stated) == "exactly" else "reproduces_rounded", None
    if statement.unit == "percent" and statement.qualifier == "exact":
        scale = 10.0 ** decimals(statement.claimed)
        value = floor(stated.value * scale + ulp(stated.value * scale)) / scale
        text = words()["sentences"]["cut_off"][language]
        others.append(stated._replace(kind="alternative", words=text, value=value))
    fitting = [other for other in others if fits(other) != "not"]
    if otherwise := [other for other in fitting if other.kind == "alternative"]:
        return "reproduces_otherwise", otherwise[0]
    nearest = min(fitting, key=lambda other: abs(other.value - float(statement.claimed)), default=None)
    return stated.if_not, nearest


def _expected_at_top(names: Mapping[str, Any], date: str, seed: int) -> float:
    """Return the percentage of regions that the forecast expects at the top of all three ladders."""
    counts, phases = names["phase_counts"].frame, names["region_phases"].frame
    regions, ladders = list(codebook.scale("region").codes), list(codebook.standard().dimensions)
    names["region_phases"](region=regions, dimension=ladders)  # each of them is there
    standings = phases.pivot(index="region", columns="dimension", values="phase").loc[regions, ladders]
    margins = counts.pivot(index=["dimension", "wave"], columns="phase", values="regions")
    generators = {name: fit_generator(margins.loc[name].dropna(axis=1).astype(int), seed) for name in ladders}
    expected = forecast_top(generators, [date], standings=standings, seed=seed)
    chosen = expected.query("quantity == 'at_top' and method == 'independent'")
    return percent(float(chosen["estimate"].item()), len(regions))
