"""How much regions differ in pace, from the courses of regions that were followed over several waves.

The model is that of `generator` with `frailty`: a region leaves phase k upward at rate_k times a pace of its
own, gamma with mean 1. Of a region that is followed, the chances of all its steps hang on one pace, so that
its variation can be told; the likelihood is exact for what is seen, the phase at each wave.
"""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import optimize, special

from ivvu_analysis.stats import TAILS, Floats, Ints
from ivvu_analysis.stats.generator import months_between, pace_points, transition_matrices

POINTS = 12
"""Points of the quadrature over the pace of a region."""
MOST = 3.0
"""The largest variation that is looked for: beyond it nearly all regions stand still."""
STEP, PRECISION = 1e-5, 5e-3  # of a slope in log rates, and of the variation


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
            about = {"args": (*ladder, variation), "jac": True, "bounds": [(-7.0, 1.0)] * len(start)}
            total -= float(optimize.minimize(_loss, start, **about).fun)
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


def _loss(logs: Floats, courses: Ints, months: list[int], variation: float) -> tuple[float, Floats]:
    """Return minus the log probability of the courses after their first wave, and its slope in log rates."""
    paces, weights = pace_points(variation, POINTS)
    rates = np.exp(logs + STEP * np.eye(len(logs) + 1, len(logs), -1))  # these, and a step off in each
    steps = {gap: transition_matrices(rates[:, None] * paces[:, None], gap) for gap in set(months)}
    chances = np.ones((len(rates), len(paces), len(courses)))
    for start, end, gap in zip(courses.T, courses.T[1:], months, strict=False):
        chances *= steps[gap][:, :, start, end]
    losses = -np.log(np.maximum(weights @ chances, np.finfo(float).tiny)).sum(axis=1)
    return float(losses[0]), (losses[1:] - losses[0]) / STEP
