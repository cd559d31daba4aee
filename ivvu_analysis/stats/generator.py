"""A model of progress on a ladder in which each phase is left upward at a constant rate.

The waves are unequally far apart, so the model runs in continuous time: a region leaves phase k for k + 1 at
`rate_k` a month and never falls back (a progressive Markov generator Q), and P(t) = expm(Q t). Regions are
independent. The individual courses are not observed, but the counts of alike regions form a Markov chain
themselves, so the likelihood of the margins is exact: for every interval, the sum over all tables of flows
that fit both margins.

Regions need not be alike. With `frailty` every region has its own pace, by which all rates are multiplied:
gamma with mean 1 and that coefficient of variation. Those still low on the ladder are then mostly slow ones,
which the chances of moving on from there take into account. Counts cannot tell the variation. Of a region
that is followed over several waves the chances of all steps hang on one pace, so that its variation can be
told; the likelihood is exact for what is seen, the phase at each wave (`pace_variation`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import optimize, special
from scipy.stats import qmc

from ivvu_analysis.stats import TAILS, Floats, Ints
from ivvu_analysis.stats.permutation import tables_with_margin
from ivvu_analysis.stats.transitions import ladder_counts

PACES, PACES_FOLLOWED = 6, 12
"""Points of the quadrature over the pace of a region, of counts and of courses."""
HARDLY = 0.08  # with less variation than this the paces of regions are taken as equal
PRIOR_MONTHS = 12.0  # mean stay in a phase that a prior rate of average size implies
MOST = 3.0  # the largest variation of paces that is looked for: beyond it nearly all regions stand still
PRECISION = 5e-3  # of the variation


@dataclass(frozen=True)
class Generator:
    """Posterior draws of the upward rates of one ladder, and the counts of the last wave they were fitted on.

    Attributes
    ----------
    rates
        Draws by phases left (one fewer than there are phases), a month, at a pace of 1.
    wave, phases
        The last wave, as YYYY-MM, and the phase of each region then, counted from 1, from low to high.
    paces, shares
        Points of the pace, and their shares among the regions of a phase then, draws by phases by points.
    """

    rates: Floats
    phases: Ints
    wave: str
    paces: Floats
    shares: Floats

    def chances(self, months: float) -> Floats:
        """Return, for each draw, the chances from each phase to each phase (last), months after `wave`."""
        steps = transition_matrices(self.rates[:, None] * self.paces[:, None], months)
        return np.asarray(np.einsum("dkp,dpkl->dkl", self.shares, steps), dtype=float)


def months_between(start: str, end: str) -> int:
    """Count the months from one YYYY-MM to another."""
    return int(pd.Period(end, freq="M").ordinal - pd.Period(start, freq="M").ordinal)


def transition_matrices(rates: Floats, months: float) -> Floats:
    """Return P = expm(Q t) for rates of shape (..., phases left), as an array of shape (..., phases, phases).

    A Taylor series of order 14 with scaling and squaring, for all draws at once; scipy's `expm` loops over
    them.
    """
    squarings = max(0, int(np.ceil(np.log2(max(float(rates.max(initial=0.0)) * months, 1e-9)))) + 1)
    leaving = np.insert(rates, rates.shape[-1], 0.0, axis=-1) * months / 2**squarings
    stay = np.eye(leaving.shape[-1])
    scaled = leaving[..., None] * (np.eye(len(stay), k=1) - stay)
    series = stay
    for order in range(14, 0, -1):
        series = stay + scaled @ series / order
    return np.asarray(np.clip(np.linalg.matrix_power(series, 2**squarings), 0.0, 1.0))


def pace_points(frailty: float, number: int = PACES) -> tuple[Floats, Floats]:
    """Return points and weights of a gamma distribution with mean 1 and this coefficient of variation."""
    if frailty < HARDLY:
        return np.ones(1), np.ones(1)
    points, weights = special.roots_genlaguerre(number, 1 / frailty**2 - 1)
    return points * frailty**2, weights / weights.sum()


def flow_tables(before: Ints, after: Ints) -> Ints:
    """List every table of upward flows with the given margins, as an array of tables by phases by phases."""
    flows, left, phases = np.zeros((1, len(before), 0), dtype=np.int64), before[None], len(before)
    for k, total in enumerate(after):
        # Those that are on phase k now came from there or from below.
        which, came = tables_with_margin(left[:, : k + 1], np.full(len(left), total))
        came = np.pad(came, ((0, 0), (0, phases - k - 1)))
        flows, left = np.dstack([flows[which], came]), left[which] - came
    return flows


def log_likelihood(
    counts: Ints, months: Sequence[int], rates: Floats, frailty: float = 0.0
) -> tuple[Floats, Floats]:
    """Return the log probability of each later margin given the one before, for each draw of the rates.

    The first margin is taken as given: it says nothing about the rates. For regions that are alike it is
    exact; with frailty the intervals are taken one by one. With it come the shares of the paces by phase at
    the last wave: a region on a phase has a pace in proportion to the chance that it got there from where
    regions stood at the first wave.
    """
    paces, weights = pace_points(frailty)
    shares = np.broadcast_to(weights, (len(rates), counts.shape[1], len(paces)))
    there = counts[0] / counts[0].sum() * np.ones((len(rates), len(paces), 1))
    found = np.zeros(len(rates))
    for gap, (before, after) in zip(months, pairwise(counts), strict=True):
        tables = flow_tables(before, after)
        if not len(tables):
            raise ValueError(f"Some region fell back from {before} to {after}, so no upward model fits.")
        steps = transition_matrices(rates[:, None] * paces[:, None], gap)
        matrix = np.einsum("dkp,dpkl->dkl", shares, steps).reshape(len(rates), -1)
        ways = special.gammaln(before + 1).sum() - special.gammaln(tables + 1).sum(axis=(1, 2))
        logs = np.log(np.maximum(matrix, np.finfo(float).tiny))
        found += special.logsumexp(logs @ tables.reshape(len(tables), -1).T.astype(float) + ways, axis=1)
        there = np.einsum("dpk,dpkl->dpl", there, steps)
        joint = np.moveaxis(there, 1, 2) * weights
        total = joint.sum(axis=2, keepdims=True)
        shares = np.divide(joint, total, out=weights + 0 * joint, where=total > 0)
    return found, shares


def _importance_sample(
    log_density: Callable[[Floats], Floats], centre: Floats, scale: Floats, draws: int, seed: int
) -> Floats:
    """Draw from a density known up to a factor.

    A Student proposal with five degrees of freedom, on low-discrepancy points, moves to the mean and
    covariance of its own weighted sample until the sample is worth half its draws.
    """
    sobol = qmc.Sobol(len(centre) + 1, rng=np.random.default_rng(seed))
    uniform = np.clip(sobol.random(draws), 1e-12, 1 - 1e-12)
    points = special.ndtri(uniform[:, :-1]) / np.sqrt(special.chdtri(5, uniform[:, -1:]) / 5)
    proposal = -(5 + len(centre)) / 2 * np.log1p((points**2).sum(axis=1) / 5)
    root: Floats = np.diag(scale)
    for _ in range(12):
        sample = centre + points @ root.T
        weights = special.softmax(log_density(sample) - proposal)
        if 1 / (weights**2).sum() > draws / 2:
            break
        centre = weights @ sample
        spread = np.cov(sample.T, aweights=weights).reshape(len(centre), -1)
        root = np.linalg.cholesky(spread + 1e-9 * np.eye(len(centre))).astype(float)
    # Systematic resampling: the least noisy way from weights to equal draws.
    picks = np.searchsorted(np.cumsum(weights), (np.arange(draws) + 0.5) / draws).clip(max=draws - 1)
    return np.asarray(sample[picks], dtype=float)


def fit_generator(counts: pd.DataFrame, seed: int, draws: int = 4096, frailty: float = 0.0) -> Generator:
    """Fit the upward rates of a ladder to its counts at two waves or more.

    Each rate has an exponential prior with mean 1 / `PRIOR_MONTHS`, so that a phase nobody was seen in has a
    rate too. The posterior is drawn by importance sampling on the log rates, starting from crossings over
    exposure.

    Parameters
    ----------
    counts
        Regions, one row a wave (index YYYY-MM, in time order) and one column a phase from low to high; none
        fell back.
    seed, draws
        Of the draws the number is a power of two.
    frailty
        How much the pace of regions differs, as a coefficient of variation: a scenario, which counts that do
        not follow regions cannot tell.

    Examples
    --------
    >>> counts = pd.DataFrame([[10, 0], [4, 6]], index=["2020-01", "2020-07"])
    >>> round(float(fit_generator(counts, seed=1).chances(6)[:, 0, 1].mean()), 2)
    0.54
    """
    array, waves = ladder_counts(counts), [str(wave) for wave in counts.index]
    months = [months_between(*gap) for gap in pairwise(waves)]
    if not months or min(months) <= 0:
        raise ValueError(f"Rates need two waves or more in time order, not {waves}.")
    crossed = np.cumsum(array[0] - array[-1])[:-1].clip(min=0)
    exposure = (np.array(months) @ (array[1:] + array[:-1]) / 2)[:-1]

    def log_density(logs: Floats) -> Floats:
        rates = np.exp(np.clip(logs, -30.0, 5.0))
        prior = (logs - PRIOR_MONTHS * rates).sum(axis=1)
        return np.asarray(log_likelihood(array, months, rates, frailty)[0] + prior, float)

    centre = np.log((crossed + 1) / (exposure + PRIOR_MONTHS))
    logs = _importance_sample(log_density, centre, 1 / np.sqrt(crossed + 1), draws, seed)
    rates = np.exp(np.clip(logs, -30.0, 5.0))
    _, shares = log_likelihood(array, months, rates, frailty)
    phases = np.repeat(np.arange(array.shape[1]) + 1, array[-1])
    return Generator(rates, phases, waves[-1], pace_points(frailty)[0], shares)


def pace_variation(ladders: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Estimate the coefficient of variation of the pace of regions, one for all ladders.

    Each ladder has a row a region and a column a wave (YYYY-MM, in time order), with phases as whole numbers;
    its rates are its own, and so is the pace of a region on it. A region that fell back has no pace in this
    sense, and is left out, as is one at the top from the first wave on.

    Returns
    -------
    pandas.DataFrame
        One row, ``estimate, conf_low, conf_high, n, method``: maximum likelihood with the interval of the
        likelihood ratio, `n` the number of courses. Where any variation is possible the upper limit is
        infinite. Without rows where no course can tell.

    Examples
    --------
    >>> waves = ["2019-10", "2020-03", "2020-10", "2021-03"]
    >>> ladder = pd.DataFrame([[1, 2, 3, 4]] * 8 + [[1, 1, 1, 1]] * 8, columns=waves)
    >>> pace_variation([ladder])["estimate"].round(1).to_list()
    [1.8]
    """
    known: list[tuple[Ints, list[int]]] = []
    for ladder in ladders:
        courses = ladder.to_numpy(dtype=np.int64)
        courses = courses[(np.diff(courses, axis=1) >= 0).all(axis=1)]
        courses = courses[courses[:, 0] < courses.max(initial=0)]
        if len(courses) and (courses > courses[:, :1]).any():  # else no rate is known but that it is low
            months = [months_between(*gap) for gap in pairwise(map(str, ladder.columns))]
            known.append((courses - courses.min(), months))

    def reached(variation: float) -> float:
        """Return the largest log likelihood with this variation."""
        total = 0.0
        for ladder in known:
            start = np.full(ladder[0].max(), -2.5)  # log rates a month: a year in each phase
            how = {"bounds": [(-7.0, 1.0)] * len(start), "options": {"eps": 1e-5}}
            total -= optimize.minimize(_course_loss, start, (*ladder, variation), **how).fun
        return total

    if not known:
        return pd.DataFrame(columns=["estimate", "conf_low", "conf_high", "n", "method"])
    top = optimize.minimize_scalar(lambda x: -reached(x), bounds=(0, MOST), options={"xatol": PRECISION})
    needed = -float(top.fun) - special.chdtri(1, 2 * TAILS[0]) / 2
    low, high = (
        end
        if reached(end) >= needed
        else optimize.brentq(lambda x: reached(x) - needed, top.x, end, xtol=PRECISION)
        for end in (0.0, MOST)
    )
    row = {"estimate": top.x, "conf_low": low, "conf_high": high if high < MOST else np.inf}
    row |= {"n": sum(len(courses) for courses, _ in known), "method": "gamma pace, likelihood ratio"}
    return pd.DataFrame([row])


def _course_loss(logs: Floats, courses: Ints, months: list[int], variation: float) -> float:
    """Return minus the log probability of the courses after their first wave, from the log rates."""
    paces, weights = pace_points(variation, PACES_FOLLOWED)
    chances = np.ones((len(paces), len(courses)))
    for start, end, gap in zip(courses.T, courses.T[1:], months, strict=False):
        chances *= transition_matrices(np.exp(logs) * paces[:, None], gap)[:, start, end]
    return -float(np.log(np.maximum(weights @ chances, np.finfo(float).tiny)).sum())
