"""Where do the ladders lead at the pace so far, and what would that have foretold?"""

import pandas as pd

from ivvu_analysis import claims
from ivvu_analysis.codebook import Language
from ivvu_analysis.data import Evidence
from ivvu_analysis.errors import ParameterError
from ivvu_analysis.questions import INTERVAL, nothing, phases, stacked
from ivvu_analysis.stats import forecast
from ivvu_analysis.stats.generator import Generator, fit_generator, pace_variation

STALLING = (0.0, 0.1, 0.2)  # shares of regions that never move on, as scenarios
PACE = 0.7  # how much the pace of regions differs in a scenario, as a coefficient of variation
Fits = dict[str, Generator]  # by ladder


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
    start, end = pd.to_datetime([wave, horizon], format="%Y-%m", errors="coerce")
    if not start < end:
        problem = f"The horizon '{horizon}' is no month after {wave}."
        raise ParameterError(problem, "Write a later month as YYYY-MM.")
    return sorted(pd.period_range(start, end, freq="M")[:0:-2].astype(str))


def expectations(evidence: Evidence, language: Language) -> pd.DataFrame:
    """Return what the programme's own documents expected of the ladders.

    Returns
    -------
    DataFrame
        `document, statement, expected_by`, one row a statement, in `language`; without rows for another
        programme.

    Examples
    --------
    >>> from ivvu_analysis import load, outlook
    >>> outlook.expectations(load(), "en")["expected_by"].unique().tolist()
    ['2021-12']
    """
    known = claims.expectations()
    about = known[known["claim"].str.startswith("outlook.") & evidence.codebook.history]
    told = about.rename(columns={f"statement_{language}": "statement"}).reset_index(drop=True)
    titles = {name: title[language] for name, title in evidence.documents.items()}
    return told[["document", "statement", "expected_by"]].replace({"document": titles})


def horizon(evidence: Evidence) -> str:
    """Return the month to look ahead to: when something was expected by, or else the end of the next year.

    Examples
    --------
    >>> from ivvu_analysis import load, outlook
    >>> outlook.horizon(load(wave="2020-10"))
    '2021-12'
    """
    awaited = expectations(evidence, "en")["expected_by"]
    return min(awaited[awaited > evidence.wave], default=f"{int(evidence.wave[:4]) + 1}-12")


def none_for(evidence: Evidence) -> pd.DataFrame:
    """Return the ladders that no outlook can be given for: `dimension, no_outlook`, with the reason.

    It is of the waves that count the same regions, and lets them only move up: so their counts at or below a
    phase can never grow.

    Examples
    --------
    >>> from ivvu_analysis import load, outlook
    >>> outlook.none_for(load(wave="2019-03"))["no_outlook"].unique().tolist()
    ['one_wave']
    """
    found = {}
    for name in evidence.codebook.dimensions:
        below = phases.comparable(evidence, name).cumsum(axis=1)
        if len(below) < 2:
            found[name] = "other_regions" if len(evidence.table(name)) > 1 else "one_wave"
        elif (below.diff() > 0).any(axis=None):
            found[name] = "fell_back"
    return pd.DataFrame(found.items(), columns=["dimension", "no_outlook"])


def _ladders(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """Return the counts of the ladders that an outlook can be given for."""
    without = set(none_for(evidence)["dimension"])
    ladders = (name for name in evidence.codebook.dimensions if name not in without)
    return {name: phases.comparable(evidence, name) for name in ladders}


def fit(evidence: Evidence, seed: int, frailty: float = 0.0) -> Fits:
    """Fit the upward generator on the waves that count the same regions, for every ladder that it fits.

    Parameters
    ----------
    evidence
        Whose counts.
    seed
        Of the draws.
    frailty
        How much regions differ in pace: a scenario, such as `PACE`, for counts that do not follow regions
        cannot tell, or what `pace` tells where regions are followed.

    Examples
    --------
    >>> from ivvu_analysis import load, outlook
    >>> list(outlook.fit(load(wave="2020-10"), seed=1))
    ['agreements', 'dynamics', 'vision']
    """
    draws, ladders = 1024 if frailty else 4096, _ladders(evidence)
    return {name: fit_generator(ladders[name], seed, draws, frailty=frailty) for name in ladders}


def pace(evidence: Evidence) -> pd.DataFrame:
    """Estimate how much regions differ in pace from those whose phase is known at every wave that has any.

    Returns
    -------
    DataFrame
        One row, see `stats.generator.pace_variation`; none where regions are not followed from wave to wave,
        as in the publication.

    Examples
    --------
    >>> from ivvu_analysis import load, outlook
    >>> len(outlook.pace(load(wave="2020-10")))
    0
    """
    ladders = evidence.region_phases.groupby("dimension", observed=True)
    return pace_variation(
        ladder.pivot(index="region", columns="wave", values="phase").dropna() for _, ladder in ladders
    )


def expected(fits: Fits, dates: list[str], stalling: tuple[float, ...] = STALLING) -> pd.DataFrame:
    """Return the expected number at the top and the chance that all are, by ladder, date and stalling.

    Examples
    --------
    >>> from ivvu_analysis import load, outlook
    >>> fitted = outlook.fit(load(wave="2020-10"), seed=1)
    >>> found = outlook.expected(fitted, ["2021-12"], (0.0,)).query("quantity == 'at_top'")
    >>> found["estimate"].round().tolist()
    [34.0, 30.0, 28.0]
    """
    found = {name: forecast.forecast_top({name: one}, dates, stalling) for name, one in fits.items()}
    return stacked(found, "dimension", f"date stalling quantity {INTERVAL} n method dimension")


def all_ladders(evidence: Evidence, fits: Fits, date: str, seed: int) -> pd.DataFrame:
    """Return how likely it is that all regions are at the top of every ladder on a date.

    Without rows where one of the ladders has no outlook, or a region does not stand on all of them.

    Examples
    --------
    >>> from ivvu_analysis import load, outlook
    >>> evidence = load(wave="2020-10")
    >>> found = outlook.all_ladders(evidence, outlook.fit(evidence, seed=1), "2021-12", seed=1)
    >>> found["method"].unique().tolist()
    ['independent', 'frechet']
    """
    names = list(evidence.codebook.dimensions)
    standings = evidence.standing()[names]
    counted = {evidence.table(name).iloc[-1].sum() for name in names}
    if len(fits) < len(names) or counted != {len(standings)}:
        return nothing(f"date stalling quantity method {INTERVAL} n")
    return forecast.forecast_top(fits, [date], STALLING, standings, seed)


def backcast(evidence: Evidence, seed: int) -> pd.DataFrame:
    """Predict the wave from the waves before it, ladder by ladder: predicted, and `observed`.

    Only for ladders with an outlook and two waves before this one.

    Examples
    --------
    >>> from ivvu_analysis import load, outlook
    >>> outlook.backcast(load(wave="2020-10"), seed=1).query("dimension == 'vision'")["observed"].tolist()
    [0.0, 0.0, 2.0, 14.0, 18.0]
    """
    long = {name: counts for name, counts in _ladders(evidence).items() if len(counts) > 2}
    found = {name: forecast.backcast(counts, seed) for name, counts in long.items()}
    return stacked(found, "dimension", f"dimension phase observed {INTERVAL}")
