"""Where ladders are heading: predictions from the upward model of `generator`, averaged over its posterior.

Given the rates, regions move independently, so the number at the top on a date is a sum of independent
outcomes whose distribution is computed, not simulated.
"""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from ivvu_analysis.stats import TAILS, Floats
from ivvu_analysis.stats.generator import Generator, fit_generator, months_between


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


def _number(chances: Floats) -> tuple[float, float, float]:
    """Return the expected number of successes and the predictive interval."""
    low, high = np.searchsorted(np.cumsum(count_distribution(chances)), [TAILS[0], TAILS[1] - 1e-12])
    return float(chances.sum(axis=1).mean()), float(low), float(high)


def forecast_top(
    ladders: Mapping[str, Generator],
    dates: Sequence[str],
    stalling: Sequence[float] = (0.0,),
    standings: pd.DataFrame | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Predict how many regions are at the top of a ladder, or of several at once, and how likely all are.

    Of a ladder fitted with `frailty` the chance that all arrive hangs on the slowest, and is much smaller.
    Where each region stands on several ladders at the last wave is known; that its ladders move independently
    from there is an assumption (`independent`). The bounds of Frechet beside it (`frechet`) hold whatever the
    dependence: that is the range to report.

    Parameters
    ----------
    ladders
        The fitted ladders by name, all at the same last wave.
    dates
        Months to come, as YYYY-MM.
    stalling
        Shares of the regions below the top that never move again; they stall in each ladder apart.
    standings
        One row a region and one column a ladder: the phase at that wave, counted from 1. One ladder needs
        none.
    seed
        Of the random pairing of the draws of several ladders.

    Returns
    -------
    pandas.DataFrame
        A row for each date, share that stalls, method and quantity: `date, stalling, quantity, method,
        estimate, conf_low, conf_high, n`. For `at_top` the expected number with a predictive interval; for
        `all_at_top` the probability with the interval that the uncertain rates leave it. Rows of method
        `frechet` have no estimate: `conf_low` and `conf_high` are the bounds.

    Examples
    --------
    >>> counts = pd.DataFrame([[10, 0], [4, 6]], index=["2020-01", "2020-07"])
    >>> ladder = fit_generator(counts, seed=1)
    >>> forecast_top({"agreements": ladder}, ["2021-01"])["estimate"].round(2).to_list()
    [8.16, 0.12]
    """
    surplus, rng = len(ladders) - 1, np.random.default_rng(seed)
    alone = {name: ladder.phases for name, ladder in ladders.items()}
    places = pd.DataFrame(standings if surplus or standings is not None else alone)
    for name, ladder in ladders.items():
        if name not in places or not np.array_equal(np.sort(places[name]), ladder.phases):
            raise ValueError(f"The phases on ladder '{name}' do not add up to its counts at {ladder.wave}.")
    rows: list[tuple[object, ...]] = []
    for date, share in product(dates, stalling):
        tops = []
        for name, ladder in ladders.items():
            months = months_between(ladder.wave, date)
            if months < 0 or not 0 <= share <= 1:
                raise ValueError(f"A forecast needs a date from {ladder.wave} on, shares between 0 and 1.")
            top = ladder.chances(months)[:, :, -1]
            top[:, :-1] *= 1 - share
            # The draws of each ladder are shuffled, so that their pairing says nothing.
            tops.append(rng.permutation(top)[:, places[name] - 1])
        chances = np.stack(tops, axis=2)  # draws by regions by ladders
        together, how = chances.prod(axis=2), "independent" if surplus else "progressive generator"
        everyone = together.prod(axis=1)
        rows += [
            (date, share, "at_top", how, *_number(together)),
            (date, share, "all_at_top", how, everyone.mean(), *np.quantile(everyone, TAILS)),
        ]
        if surplus:
            single, whole = chances.mean(axis=0), chances.prod(axis=1).mean(axis=0)
            fewest, most = np.maximum(single.sum(axis=1) - surplus, 0).sum(), single.min(axis=1).sum()
            rows += [
                (date, share, "at_top", "frechet", np.nan, fewest, most),
                (date, share, "all_at_top", "frechet", np.nan, max(0.0, whole.sum() - surplus), whole.min()),
            ]
    columns = ["date", "stalling", "quantity", "method", "estimate", "conf_low", "conf_high"]
    return pd.DataFrame(rows, columns=columns).assign(n=len(places))


def backcast(counts: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Fit on all waves but the last, two or more, and predict how many regions are on each phase at the last.

    Returns
    -------
    pandas.DataFrame
        A row for each phase: `phase, estimate, conf_low, conf_high, observed`, with predictive intervals.
    """
    generator = fit_generator(counts.iloc[:-1], seed)
    months = months_between(generator.wave, str(counts.index[-1]))
    chances = generator.chances(months)[:, generator.phases - 1]
    rows = [(phase, *_number(chances[:, :, k])) for k, phase in enumerate(map(str, counts.columns))]
    frame = pd.DataFrame(rows, columns=["phase", "estimate", "conf_low", "conf_high"])
    return frame.assign(observed=counts.iloc[-1].to_numpy(dtype=float))
