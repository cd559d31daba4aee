"""Where the ladders of collaboration phases lead at the pace so far, and what that would have foretold."""

from __future__ import annotations

import pandas as pd

from ivvu_analysis.analyses.ladders import matrix
from ivvu_analysis.codebook import DIMENSIONS
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.evidence import Evidence
from ivvu_analysis.stats import forecast, generator

STALLING = (0.0, 0.1, 0.2)  # shares of regions that never move on, as scenarios

Generators = dict[str, generator.Generator]


def months(wave: str, horizon: str) -> list[str]:
    """Return every second month from a wave to a horizon, both as YYYY-MM, the horizon included.

    Raises
    ------
    ParameterError
        If the horizon is no month after the wave.
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


def fit(evidence: Evidence, wave: str, seed: int) -> Generators:
    """Fit the upward generator on all waves up to `wave`, of every ladder that it fits: see `none_for`."""
    without = set(none_for(evidence, wave)["dimension"])
    return {
        name: generator.fit_generator(matrix(evidence, name, wave), seed)
        for name in DIMENSIONS
        if name not in without
    }


def none_for(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Return the ladders that no outlook can be given for: `dimension, no_outlook`, with the reason.

    The outlook lets regions only move up, so that their counts at or below a phase can never grow.
    """
    rows = []
    for name in DIMENSIONS:
        below = matrix(evidence, name, wave).cumsum(axis=1)
        if len(below) < 2:
            rows.append((name, "one_wave"))
        elif (below.iloc[:, -1] != below.iloc[0, -1]).any():
            rows.append((name, "other_regions"))
        elif (below.diff().iloc[1:] > 0).any(axis=None):
            rows.append((name, "fell_back"))
    return pd.DataFrame(rows, columns=["dimension", "no_outlook"])


def expected(
    generators: Generators, dates: list[str], stalling: tuple[float, ...] = STALLING
) -> pd.DataFrame:
    """Return the expected number at the top and the chance that all are, by ladder, date and stalling."""
    if not generators:
        columns = ["dimension", "date", "stalling", "quantity", "estimate", "conf_low", "conf_high"]
        return pd.DataFrame(columns=columns)
    return pd.concat(
        [
            forecast.forecast_top(fitted, dates, stalling).assign(dimension=name)
            for name, fitted in generators.items()
        ],
        ignore_index=True,
    )


def all_ladders(evidence: Evidence, generators: Generators, wave: str, date: str, seed: int) -> pd.DataFrame:
    """Return how likely it is that all regions are at the top of all three ladders on a date.

    Without rows where one of the ladders has no outlook, or a region does not stand on all of them.
    """
    standings = evidence.ladders(wave)[list(DIMENSIONS)]
    counted = {int(matrix(evidence, name, wave).iloc[-1].sum()) for name in DIMENSIONS}
    if len(generators) < len(DIMENSIONS) or counted != {len(standings)}:
        return pd.DataFrame(columns=["date", "stalling", "quantity", "estimate", "method"])
    return forecast.forecast_ladders(generators, standings, date, seed, STALLING)


def backcast(evidence: Evidence, wave: str, seed: int) -> pd.DataFrame:
    """Predict `wave` from the waves before it, ladder by ladder: predicted, `counted` and `error`.

    Only for ladders with an outlook and two waves before this one.
    """
    without = set(none_for(evidence, wave)["dimension"])
    counts = {name: matrix(evidence, name, wave) for name in DIMENSIONS if name not in without}
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
    tops = backcast.loc[backcast.groupby("dimension")["phase"].idxmax()]
    return [
        name
        for name in DIMENSIONS
        if name in set(tops["dimension"][tops["counted"] - tops["estimate"] >= 0.5])
    ]
