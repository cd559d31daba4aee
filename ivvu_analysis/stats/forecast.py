"""Where ladders are heading: predictions from the upward model of `generator`, averaged over its posterior.

Given the rates, regions move independently, so the number at the top on a date is a sum of independent
outcomes whose distribution is computed, not simulated. Averaging it over the draws of the rates gives the
prediction.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ivvu_analysis.stats import TAILS, Floats
from ivvu_analysis.stats.generator import Generator, fit_generator, months_between

Limits = tuple[float, float, float]


def count_distribution(chances: Floats) -> Floats:
    """Return the chance of each sum of independent outcomes, from none to all, averaged over draws.

    The chances are draws by outcomes; those that are certain cost nothing.
    """
    open_ = chances.T[~(chances == 1).all(axis=0)]
    spread = np.zeros((len(open_) + 1, len(chances)))  # number by draws: a row is one piece of memory
    spread[0] = 1.0
    for chance in open_:
        spread[1:] += (spread[:-1] - spread[1:]) * chance
        spread[0] *= 1 - chance
    return np.pad(spread.mean(axis=1), (chances.shape[1] - len(open_), 0))


def _number(chances: Floats) -> Limits:
    """Return the expected number of successes and the predictive interval."""
    low, high = np.searchsorted(np.cumsum(count_distribution(chances)), [TAILS[0], TAILS[1] - 1e-12])
    return float(chances.sum(axis=1).mean()), float(low), float(high)


def _all(chances: Floats) -> Limits:
    """Return the mean over draws of the chance that all succeed, and its interval."""
    together = chances.prod(axis=1)
    low, high = np.quantile(together, TAILS)
    return float(together.mean()), float(low), float(high)


def top_chances(generator: Generator, date: str, stalling: float) -> Floats:
    """Return, for each draw and phase, the chance that a region on that phase is at the top on a date."""
    months = months_between(generator.wave, date)
    if months < 0 or not 0 <= stalling <= 1:
        raise ValueError(f"A forecast needs a date from {generator.wave} on and a share between 0 and 1.")
    chances = generator.chances(months)[:, :, -1]
    chances[:, :-1] *= 1 - stalling
    return chances


def forecast_top(
    generator: Generator, dates: Sequence[str], stalling: Sequence[float] = (0.0,)
) -> pd.DataFrame:
    """Predict how many regions are at the top, and how likely it is that all are, on dates to come.

    Of a ladder fitted with `frailty` the chance that all arrive hangs on the slowest, and is much smaller.
    `stalling` are shares of the regions below the top that never move again.

    Returns
    -------
    pandas.DataFrame
        A row for each date, share that stalls and quantity: `date, stalling, quantity, estimate, conf_low,
        conf_high, n, method`. For `at_top` the expected number with a predictive interval; for
        `all_at_top` the probability with the interval that the uncertain rates leave it.

    Examples
    --------
    >>> counts = pd.DataFrame([[10, 0], [4, 6]], index=["2020-01", "2020-07"])
    >>> forecast_top(fit_generator(counts, seed=1), ["2021-01"])["estimate"].round(2).to_list()
    [8.16, 0.12]
    """
    rows: list[tuple[object, ...]] = []
    for date in dates:
        for share in stalling:
            chances = np.repeat(top_chances(generator, date, share), generator.latest, axis=1)
            rows += [(date, share, "at_top", *_number(chances)), (date, share, "all_at_top", *_all(chances))]
    frame = pd.DataFrame(rows, columns=["date", "stalling", "quantity", "estimate", "conf_low", "conf_high"])
    return frame.assign(n=int(generator.latest.sum()), method="progressive generator")


def backcast(counts: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Fit on all waves but the last, two or more, and predict how many regions are on each phase at the last.

    Returns
    -------
    pandas.DataFrame
        A row for each phase: `phase, estimate, conf_low, conf_high, observed`, with predictive intervals.
    """
    generator = fit_generator(counts.iloc[:-1], seed)
    matrices = generator.chances(months_between(generator.wave, str(counts.index[-1])))
    chances = np.repeat(matrices, generator.latest, axis=1)
    rows = [(phase, *_number(chances[:, :, k])) for k, phase in enumerate(map(str, counts.columns))]
    frame = pd.DataFrame(rows, columns=["phase", "estimate", "conf_low", "conf_high"])
    return frame.assign(observed=counts.iloc[-1].to_numpy(dtype=float))


def forecast_ladders(
    generators: Mapping[str, Generator],
    standings: pd.DataFrame,
    date: str,
    seed: int,
    stalling: Sequence[float] = (0.0,),
) -> pd.DataFrame:
    """Predict when regions are at the top of all their ladders at once.

    The joint standing of each region at the last wave is known; that its ladders move independently from
    there is an assumption (`independent`). The bounds of Frechet beside it (`frechet`) hold whatever the
    dependence: that is the range to report.

    Parameters
    ----------
    generators
        The fitted ladders by name, all at the same last wave.
    standings
        One row a region and one column a ladder: the phase at that wave, counted from 1.
    date, seed, stalling
        As in `forecast_top`; regions stall in each ladder apart, and draws are paired at random.

    Returns
    -------
    pandas.DataFrame
        `date, stalling, quantity, method, estimate, conf_low, conf_high, n` with the quantities of
        `forecast_top`. Rows of method `frechet` have no estimate: `conf_low` and `conf_high` are the bounds.
    """
    for name, ladder in generators.items():
        if not np.array_equal(np.bincount(standings[name] - 1, minlength=len(ladder.latest)), ladder.latest):
            raise ValueError(
                f"The phases of the regions on ladder '{name}' do not add up to its counts at {ladder.wave}."
            )
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for share in stalling:
        # Draws by regions by ladders; each ladder is shuffled, so that the pairing of draws says nothing.
        tops = {name: rng.permutation(top_chances(one, date, share)) for name, one in generators.items()}
        chances = np.stack([top[:, standings[name] - 1] for name, top in tops.items()], axis=2)
        together, surplus = chances.prod(axis=2), chances.shape[2] - 1
        single, alone = chances.mean(axis=0), chances.prod(axis=1).mean(axis=0)
        fewest, most = np.maximum(single.sum(axis=1) - surplus, 0).sum(), single.min(axis=1).sum()
        rows += [
            (date, share, "at_top", "independent", *_number(together)),
            (date, share, "all_at_top", "independent", *_all(together)),
            (date, share, "at_top", "frechet", np.nan, fewest, most),
            (date, share, "all_at_top", "frechet", np.nan, max(0.0, alone.sum() - surplus), alone.min()),
        ]
    columns = ["date", "stalling", "quantity", "method", "estimate", "conf_low", "conf_high"]
    return pd.DataFrame(rows, columns=columns).assign(n=len(standings))
