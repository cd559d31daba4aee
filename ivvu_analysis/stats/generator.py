"""A model of progress on a ladder in which each phase is left upward at a constant rate.

The waves are unequally far apart, so the model runs in continuous time: a region leaves phase k for k + 1 at
`rate_k` a month and never falls back (a progressive Markov generator Q), and P(t) = expm(Q t). Regions are
independent and alike. The individual courses are not observed, but the counts of alike regions form a Markov
chain themselves, so the likelihood of the margins is exact: for every interval, the sum over all tables of
flows that fit both margins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from scipy import special

from ivvu_analysis.stats.transitions import Counts, ladder_counts

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Generator:
    """Posterior draws of the upward rates of one ladder, and the counts of the last wave they were fitted on.

    Attributes
    ----------
    rates
        Draws by phases left (one fewer than there are phases), a month.
    latest
        Regions on each phase at `wave`.
    phases
        Names of the phases, from low to high.
    wave
        The last wave, as YYYY-MM.
    effective_draws
        How many independent draws the importance sample is worth.
    """

    rates: Floats
    latest: Counts
    phases: tuple[str, ...]
    wave: str
    effective_draws: float


def months_between(start: str, end: str) -> int:
    """Count the months from one YYYY-MM to another."""
    return int(pd.Period(end, freq="M").ordinal - pd.Period(start, freq="M").ordinal)


def transition_matrices(rates: Floats, months: float) -> Floats:
    """Return P = expm(Q t) for each draw of the rates, as an array of draws by phases by phases.

    A Taylor series of order 14 with scaling and squaring, for all draws at once; scipy's `expm` loops over
    them. Q holds each rate twice, so that Q times a matrix is the differences of its rows times the rates.
    """
    draws, cuts = rates.shape
    squarings = max(0, int(np.ceil(np.log2(max(float(rates.max(initial=0.0)) * months, 1e-9)))) + 1)
    scaled = (rates.T * months / 2**squarings)[:, None]
    identity = np.eye(cuts + 1)[:, :, None]
    series = np.repeat(identity, draws, axis=2)  # draws last: each step is then on long pieces of memory
    for order in range(14, 0, -1):
        series[:-1] = identity[:-1] + scaled / order * np.diff(series, axis=0)
    power = np.ascontiguousarray(np.moveaxis(series, 2, 0))
    for _ in range(squarings):
        power = power @ power
    return np.asarray(np.clip(power, 0.0, 1.0), dtype=float)


def _spreads(total: int, room: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield every way to put `total` regions into places with limited room."""
    if not room:
        if total == 0:
            yield ()
        return
    for here in range(max(0, total - sum(room[1:])), min(total, room[0]) + 1):
        for rest in _spreads(total - here, room[1:]):
            yield (here, *rest)


def flow_tables(before: Counts, after: Counts) -> Counts:
    """List every table of upward flows with the given margins, as an array of tables by phases by phases."""
    tables: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((), tuple(map(int, after)))]
    for j, total in enumerate(map(int, before)):
        # What still lacks on phase j can only have stayed there: no later row flows down to it.
        tables = [
            (
                (*flows, *(0,) * j, room[j], *spread),
                (*room[: j + 1], *(r - s for r, s in zip(room[j + 1 :], spread, strict=True))),
            )
            for flows, room in tables
            if room[j] <= total
            for spread in _spreads(total - room[j], room[j + 1 :])
        ]
    return np.array([flows for flows, _ in tables], dtype=np.int64).reshape(-1, len(before), len(before))


def log_likelihood(counts: Counts, months: Sequence[int], rates: Floats) -> Floats:
    """Return the exact log probability of each later margin given the one before, for each draw of the rates.

    The first margin is taken as given: it says nothing about the rates.

    Raises
    ------
    ValueError
        If the counts show that some region fell back, which an upward ladder cannot produce.
    """
    total = np.zeros(len(rates))
    for (before, after), gap in zip(pairwise(counts), months, strict=True):
        tables = flow_tables(before, after)
        if not len(tables):
            raise ValueError(
                f"Some region fell back from {before.tolist()} to {after.tolist()}, so no upward model fits."
            )
        ways = special.gammaln(before + 1).sum() - special.gammaln(tables + 1).sum(axis=(1, 2))
        logs = np.log(np.maximum(transition_matrices(rates, gap), np.finfo(float).tiny))
        exponents = logs.reshape(len(rates), -1) @ tables.reshape(len(tables), -1).T.astype(float) + ways
        largest = exponents.max(axis=1)
        total += largest + np.log(np.exp(exponents - largest[:, None]).sum(axis=1))
    return total


def _student_points(draws: int, dimensions: int, seed: int) -> Floats:
    """Return low-discrepancy points of a multivariate Student distribution with five degrees of freedom."""
    sobol = scipy.stats.qmc.Sobol(dimensions + 1, rng=np.random.default_rng(seed))
    uniform = np.clip(sobol.random(draws), 1e-12, 1 - 1e-12)
    scale = np.sqrt(special.chdtri(5, uniform[:, -1:]) / 5)
    return np.asarray(special.ndtri(uniform[:, :-1]) / scale, dtype=float)


def _worth(weights: Floats) -> float:
    """Return how many independent draws a weighted sample is worth."""
    return float(1 / (weights**2).sum())


def _importance_sample(
    log_density: Callable[[Floats], Floats], centre: Floats, scale: Floats, draws: int, seed: int
) -> tuple[Floats, float]:
    """Draw from a density known up to a factor: equally weighted draws, and how many they are worth.

    A Student proposal moves to the mean and covariance of its own weighted sample until the sample is worth
    half its draws. While few draws carry all the weight, the weights are tempered first, so that the proposal
    does not collapse.
    """
    points = _student_points(draws, len(centre), seed)
    proposal = -(5 + len(centre)) / 2 * np.log1p((points**2).sum(axis=1) / 5)
    root = np.diag(scale)
    for _ in range(12):
        sample = centre + points @ root.T
        log_weights = log_density(sample) - proposal
        temper = 1.0
        while _worth(special.softmax(temper * log_weights)) < draws / 8:
            temper /= 2
        weights = special.softmax(temper * log_weights)
        if temper == 1.0 and _worth(weights) > draws / 2:
            break
        centre = weights @ sample
        spread = np.cov(sample.T, aweights=weights).reshape(len(centre), -1)
        root = np.asarray(np.linalg.cholesky(spread + 1e-9 * np.eye(len(centre))), dtype=float)
    weights = special.softmax(log_weights)
    # Systematic resampling: the least noisy way from weights to equal draws.
    picks = np.searchsorted(np.cumsum(weights), (np.arange(draws) + 0.5) / draws).clip(max=draws - 1)
    return sample[picks], _worth(weights)


def fit_generator(
    counts: pd.DataFrame, seed: int, draws: int = 4096, prior_months: float = 12.0
) -> Generator:
    """Fit the upward rates of a ladder to its counts at two waves or more.

    Each rate has an exponential prior with mean 1 / `prior_months`, so that a phase nobody was seen in has a
    rate too. The posterior is drawn by importance sampling on the log rates, starting from crossings over
    exposure.

    Parameters
    ----------
    counts
        Regions, one row a wave (index YYYY-MM, in time order) and one column a phase from low to high.
    seed
        Seed of the draws.
    draws
        Number of draws, a power of two.
    prior_months
        Mean stay in a phase that a prior rate of average size implies.

    Raises
    ------
    ValueError
        If there are fewer than two waves, the waves do not run forward, or some region must have fallen back.
    """
    array, waves = ladder_counts(counts), [str(wave) for wave in counts.index]
    months = [months_between(*gap) for gap in pairwise(waves)]
    if not months or min(months) <= 0:
        raise ValueError(f"Rates need two waves or more in time order, not {waves}.")
    crossed = np.cumsum(array[0] - array[-1])[:-1].clip(min=0)
    exposure = (np.array(months) @ (array[1:] + array[:-1]) / 2)[:-1]

    def log_density(logs: Floats) -> Floats:
        rates = np.exp(np.clip(logs, -30.0, 5.0))
        return np.asarray(
            log_likelihood(array, months, rates) + (logs - prior_months * rates).sum(axis=1), float
        )

    logs, worth = _importance_sample(
        log_density, np.log((crossed + 1) / (exposure + prior_months)), 1 / np.sqrt(crossed + 1), draws, seed
    )
    phases = tuple(str(column) for column in counts.columns)
    return Generator(np.exp(np.clip(logs, -30.0, 5.0)), array[-1], phases, waves[-1], worth)
