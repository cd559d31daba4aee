"""Where do the ladders lead at the pace so far, and what would that have foretold?"""

from __future__ import annotations

import pandas as pd

from ivvu_analysis import claims
from ivvu_analysis.codebook import Language
from ivvu_analysis.data import Evidence
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.questions.phases import matrix
from ivvu_analysis.stats import forecast, generator

STALLING = (0.0, 0.1, 0.2)  # shares of regions that never move on, as scenarios
PACE = 0.7  # how much the pace of regions differs in a scenario, as a coefficient of variation

Generators = dict[str, generator.Generator]


def months(wave: str, horizon: str) -> list[str]:
    """Return every second month from a wave to a horizon, both as YYYY-MM, the horizon included.

    Raises
    ------
    ParameterError
        If the horizon is no month after the wave.

    Examples
    --------
    >>> from ivvu_analysis import outlook
    >>> outlook.months("2020-10", "2021-03")
    ['2020-11', '2021-01', '2021-03']
    """
    try:
        ahead = pd.period_range(wave, horizon, freq="M")[1:]
    except ValueError:
        ahead = pd.PeriodIndex([], freq="M")
    if ahead.empty:
        raise ParameterError(
            f"The horizon '{horizon}' is no month after {wave}.", "Write a later month as YYYY-MM."
        )
    return [str(month) for month in ahead[::-1][::2][::-1]]


def expectations(evidence: Evidence, language: Language) -> pd.DataFrame:
    """Return what the programme's own documents expected of the ladders.

    Returns
    -------
    DataFrame
        `document, statement, expected_by`, one row a statement, in `language`; without rows for another
        programme.
    """
    known = claims.expectations()
    about = known[known["claim"].str.startswith("outlook.") & evidence.codebook.history]
    documents = about["document"].map(lambda name: evidence.documents[name][language])
    statements = about[f"statement_{language}"]
    return pd.DataFrame(
        {"document": documents, "statement": statements, "expected_by": about["expected_by"]}
    ).reset_index(drop=True)


def horizon(evidence: Evidence) -> str:
    """Return the month to look ahead to: when something was expected by, or else the end of the next year.

    Examples
    --------
    >>> from ivvu_analysis import load, outlook
    >>> outlook.horizon(load(wave="2020-10"))
    '2021-12'
    """
    awaited = expectations(evidence, "en")["expected_by"]
    later = awaited[awaited > evidence.wave]
    return str(later.min()) if len(later) else f"{int(evidence.wave[:4]) + 1}-12"


def fit(evidence: Evidence, seed: int) -> Generators:
    """Fit the upward generator on all waves, for every ladder that it fits: see `none_for`."""
    return {name: generator.fit_generator(matrix(evidence, name), seed) for name in _fitting(evidence)}


def where_regions_differ(evidence: Evidence, seed: int, date: str) -> pd.DataFrame:
    """Return the chance that all are at the top on a date where each region has a pace of its own, by ladder.

    How much they differ, `PACE`, is a scenario: counts that do not follow regions cannot tell.
    """
    fits = {
        name: generator.fit_generator(matrix(evidence, name), seed, draws=1024, frailty=PACE)
        for name in _fitting(evidence)
    }
    return expected(fits, [date], (0.0,)).query("quantity == 'all_at_top'")


def none_for(evidence: Evidence) -> pd.DataFrame:
    """Return the ladders that no outlook can be given for: `dimension, no_outlook`, with the reason.

    The outlook lets regions only move up, so that their counts at or below a phase can never grow.
    """
    reasons = {name: _why_none(matrix(evidence, name)) for name in evidence.codebook.dimensions}
    rows = [(name, reason) for name, reason in reasons.items() if reason]
    return pd.DataFrame(rows, columns=["dimension", "no_outlook"])


def _fitting(evidence: Evidence) -> list[str]:
    without = set(none_for(evidence)["dimension"])
    return [name for name in evidence.codebook.dimensions if name not in without]


def _why_none(counts: pd.DataFrame) -> str:
    below = counts.cumsum(axis=1)
    if len(below) < 2:
        return "one_wave"
    if (below.iloc[:, -1] != below.iloc[0, -1]).any():
        return "other_regions"
    return "fell_back" if (below.diff().iloc[1:] > 0).any(axis=None) else ""


def expected(
    generators: Generators, dates: list[str], stalling: tuple[float, ...] = STALLING
) -> pd.DataFrame:
    """Return the expected number at the top and the chance that all are, by ladder, date and stalling."""
    if not generators:
        columns = ["dimension", "date", "stalling", "quantity", "estimate", "conf_low", "conf_high"]
        return pd.DataFrame(columns=columns)
    rows = [
        forecast.forecast_top(fitted, dates, stalling).assign(dimension=name)
        for name, fitted in generators.items()
    ]
    return pd.concat(rows, ignore_index=True)


def all_ladders(evidence: Evidence, generators: Generators, date: str, seed: int) -> pd.DataFrame:
    """Return how likely it is that all regions are at the top of every ladder on a date.

    Without rows where one of the ladders has no outlook, or a region does not stand on all of them.
    """
    names = list(evidence.codebook.dimensions)
    standings = evidence.standing()[names]
    counted = {int(matrix(evidence, name).iloc[-1].sum()) for name in names}
    if len(generators) < len(names) or counted != {len(standings)}:
        return pd.DataFrame(columns=["date", "stalling", "quantity", "estimate", "method"])
    return forecast.forecast_ladders(generators, standings, date, seed, STALLING)


def backcast(evidence: Evidence, seed: int) -> pd.DataFrame:
    """Predict the wave from the waves before it, ladder by ladder: predicted, `counted` and `error`.

    Only for ladders with an outlook and two waves before this one.
    """
    counts = {name: matrix(evidence, name) for name in _fitting(evidence)}
    found = [
        forecast.backcast(ladder, seed).assign(dimension=name)
        for name, ladder in counts.items()
        if len(ladder) > 2
    ]
    if not found:
        return pd.DataFrame(columns=["dimension", "phase", "counted", "estimate", "conf_low", "conf_high"])
    return pd.concat(found, ignore_index=True).rename(columns={"observed": "counted"})


def exceeded(backcast: pd.DataFrame) -> list[str]:
    """Return the ladders with at least half a region more at the top than `backcast` predicted."""
    tops = backcast.loc[backcast.groupby("dimension", sort=False)["phase"].idxmax()]
    return list(tops["dimension"][tops["counted"] - tops["estimate"] >= 0.5])
