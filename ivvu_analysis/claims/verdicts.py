"""The statements, and the verdict on each: what its readings give is held against its figure."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources
from math import floor, ulp
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import yaml
from babel.numbers import format_decimal

from ivvu_analysis import codebook, data
from ivvu_analysis.claims.entries import Reading, readings
from ivvu_analysis.claims.expressions import FIGURES, percent, vocabulary
from ivvu_analysis.codebook import Language
from ivvu_analysis.data.references import reworded
from ivvu_analysis.errors import DataError, did_you_mean
from ivvu_analysis.stats.forecast import forecast_ladders
from ivvu_analysis.stats.generator import fit_generator

TABLES = (*FIGURES, "regions", "example_projects", "passages", "utrecht_members", "utrecht_projects")

UNGROUPED = ("year", "chapter", "month")
NOISE = 1e-9  # what floating point adds to a share; far below any printed decimal


@cache
def words() -> Mapping[str, Any]:
    """Return `words.yaml`: firmness, units and sentences, in two languages.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.words()["units"]["projects"]["en"]
    '{} projects'
    """
    text = resources.files("ivvu_analysis.claims").joinpath("words.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def statements(folder: Path | None = None) -> pd.DataFrame:
    """Read `claims.csv`, one row a statement in the order of the documents, all text as it was printed.

    Raises
    ------
    DataError
        If the file is missing or not as `datapackage.json` describes it: it repeats a claim, leaves a field
        empty, or uses a qualifier, unit or figure that is not one; with its line.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.statements().set_index("claim").loc["projects.total.letter", "claimed"]
    '318'
    """
    return data.read(folder, ("claims",))["claims"]


def expectations(folder: Path | None = None) -> pd.DataFrame:
    """Return the statements about what was to come, each with the month it was `expected_by`.

    Raises
    ------
    DataError
        If `expectations.csv` is not as described, or names a statement that was not collected; with its line.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.expectations()["expected_by"].min()
    '2020-12'
    """
    known, awaited = statements(folder), data.read(folder, ("expectations",))["expectations"]
    for row, name in awaited.loc[~awaited["statement"].isin(known["claim"]), "statement"].items():
        problem = f"expectations.csv, line {row + 2}: there is no statement '{name}' in claims.csv."
        raise DataError(problem, did_you_mean(name, known["claim"]))
    dated = awaited.rename(columns={"statement": "claim", "date": "expected_by"}).drop(columns="document")
    return dated.merge(known, on="claim").sort_values("expected_by", kind="stable", ignore_index=True)


def fit(qualifier: str, claimed: str, value: float) -> Literal["exactly", "rounded", "not"]:
    """Return whether `value` is what a figure that is put so firmly allows; see `words.yaml`.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.fit("almost", "95", 94.1), claims.fit("exact", "75", 76.7)
    ('exactly', 'not')
    """
    allows, figure = words()["firmness"][qualifier], float(claimed)
    low, high = allows.get("low", 1.0), allows.get("high", 1.0)
    above = low is None or value - low * figure > (NOISE if allows.get("open_low") else -NOISE)
    below = high is None or high * figure - value > (NOISE if allows.get("open_high") else -NOISE)
    if above and below:
        return "exactly"
    near = abs(value - figure) <= 0.5 * 10.0 ** -decimals(claimed) + NOISE
    return "rounded" if allows.get("rounds") and near else "not"


def decimals(claimed: str) -> int:
    """Return the number of decimals that a figure was printed with.

    Examples
    --------
    >>> decimals("10.24"), decimals("318")
    (2, 0)
    """
    return len(claimed.partition(".")[2])


def claimed(qualifier: str, figure: str, unit: str, language: Language) -> str:
    """Return a claimed figure in words.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> claims.claimed("almost", "84", "percent", "en")
    'almost 84%'
    """
    firmness, places = words()["firmness"][qualifier], decimals(figure)
    bounds = {"claimed": float(figure), "low": float(figure) * (firmness.get("low", 1.0) or 0)}
    told = {name: with_unit(value, unit, places, language) for name, value in bounds.items()}
    return str(firmness[language]).format(**told)


def with_unit(value: float, unit: str, places: int, language: Language) -> str:
    """Return a figure with its unit, as in a sentence.

    Examples
    --------
    >>> with_unit(46, "projects", 0, "nl")
    '46 projecten'
    """
    pattern = ("0" if unit in UNGROUPED else "#,##0") + ("." + "0" * places if places else "")
    text = format_decimal(value, pattern, locale=language).replace("-", "−")
    return str(words()["units"][unit][language]).format(text)


def places_of(value: float, printed: int) -> int:
    """Return how many decimals to tell a value with: such that a reader who rounds it comes out right.

    Examples
    --------
    >>> places_of(8.849558, 1), places_of(75.3, 0)
    (4, 1)
    """
    exact, places = Decimal(value), 0 if value == round(value) else printed + 1
    while places and _rounded(_rounded(exact, places), printed) != _rounded(exact, printed):
        places += 1
    return places


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def tables() -> dict[str, pd.DataFrame]:
    """Return what statements are held against, whatever else a report rests on: the published tables.

    The statements themselves are among them as ``"claims"``.

    Examples
    --------
    >>> from ivvu_analysis import claims
    >>> len(claims.tables()["regions"])
    34
    """
    return {**data.read(names=TABLES), "claims": statements()}


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
    margins = counts.pivot_table(index=["dimension", "wave"], columns="phase", values="regions")
    standings = phases.pivot_table(index="region", columns="dimension", values="phase").astype(int)
    generators = {name: fit_generator(margins.loc[name].dropna(axis=1).astype(int), seed) for name in ladders}
    expected = forecast_ladders(generators, standings.loc[regions, ladders], date, seed)
    chosen = expected.query("quantity == 'at_top' and method == 'independent'")
    return percent(float(chosen["estimate"].item()), len(regions))
