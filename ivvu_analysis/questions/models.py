"""What goes with a higher rating: proportional odds on the rows of a register, with regions as clusters."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from statsmodels.miscmodels.ordinal_model import OrderedModel

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import rows
from ivvu_analysis.stats import regression
from ivvu_analysis.stats.cumulative_logit import ROWS_PER_PARAMETER, effective_rows
from ivvu_analysis.stats.parallel_lines import brant, partial_proportional_odds

TERMS = ("technology", "new", "participation")  # the most important first: it is kept longest
KNOWN = 0.8  # a covariate that fewer of the rated projects have would decide which projects are looked at
FEWEST_DF = 4  # with fewer degrees of freedom the errors of few regions are no guide
DEVIANT = 0.05  # p-value of Brant's test below which odds ratios are said to differ between levels

RESULT = ["estimate", "conf_low", "conf_high", "n", "p_value", "method"]
NO_ROWS = {
    "odds_ratios": ["term", "errors", *RESULT],
    "effects": ["term", "level", "estimate", "conf_low", "conf_high", "n", "method"],
    "by_cut": ["term", "cut", *RESULT],
}


def _empty(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=NO_ROWS[name])


@dataclass(frozen=True)
class Model:
    """A model of the ratings on one measure, or why there is none.

    Parameters
    ----------
    odds_ratios
        One row a term and way of finding the interval: `term, errors, estimate, conf_low, conf_high, n,
        p_value, method`; `errors` is ``"clustered"`` or ``"jackknife"``.
    effects
        One row a term and level: `term, <measure>, estimate, conf_low, conf_high, n, method`, by how much the
        term changes the chance of the level, on average.
    at_top
        Those effects on the chance of the highest level.
    by_cut
        One row a term and cut, where one odds ratio for all levels does not do: `term, cut` and the rest;
        `cut` is missing for a term with one odds ratio for all.
    why_none
        Why there is no model, as a code of the scale `no_model`; empty if there is one, or no register.
    jackknife
        What leaving out one region at a time came to, as a code of the scale of that name; empty without a
        model.
    parallel
        What Brant's test says, as a code of the scale `parallel`; empty without a model.
    brant
        The p-value of that test; NaN where it could not be made.
    left_out
        The terms that are not in the model: `term, left_out`, with the reason.
    projects, regions
        On how many projects and regions the model rests.
    """

    odds_ratios: pd.DataFrame = field(default_factory=lambda: _empty("odds_ratios"))
    effects: pd.DataFrame = field(default_factory=lambda: _empty("effects"))
    at_top: pd.DataFrame = field(default_factory=lambda: _empty("effects"))
    by_cut: pd.DataFrame = field(default_factory=lambda: _empty("by_cut"))
    why_none: str = ""
    jackknife: str = ""
    parallel: str = ""
    brant: float = float("nan")
    left_out: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["term", "left_out"]))
    projects: int = 0
    regions: int = 0

    @property
    def fitted(self) -> bool:
        """Whether there is a model."""
        return len(self.odds_ratios) > 0


def fit(evidence: Evidence, measure: str) -> Model:
    """Fit proportional odds to the ratings on a measure, as far as the register carries it.

    Parameters
    ----------
    evidence
        Whose projects; published figures give no model, and reconstructed ones only the reason.
    measure
        ``"impact"``, ``"sharing"`` or ``"scalability"``.
    """
    projects = rows.real(evidence)
    if projects is None or projects.empty:
        return Model(why_none=rows.why_none(evidence))
    ratings, regions = rows.rated(evidence, projects, measure), projects["region"].astype(object)
    counted = ratings[regions.notna()].value_counts(sort=False)
    if (counted > 0).sum() < 2:
        return Model(why_none="one_level")
    if regions[ratings.notna()].nunique() < 2:
        return Model(why_none="one_region")
    if effective_rows(counted) < ROWS_PER_PARAMETER:
        return Model(why_none="few_ratings")
    fitted, left_out = _fit_what_can_be(ratings, covariates(evidence, projects), regions)
    if fitted is None:
        return Model(why_none="nothing_differs", left_out=left_out)
    ratios, jackknife = _odds_ratios(fitted)
    parallel, p_value, by_cut = _levels_apart(fitted)
    effects = _with_terms(regression.average_marginal_effects(fitted), "effects")
    return Model(
        odds_ratios=ratios,
        effects=effects.rename(columns={"level": measure}),
        at_top=effects[effects["level"] == fitted.levels[-1]].reset_index(drop=True),
        by_cut=by_cut,
        jackknife=jackknife,
        parallel=parallel,
        brant=p_value,
        left_out=left_out,
        projects=fitted.n,
        regions=len(fitted.clusters),
    )


def covariates(evidence: Evidence, projects: pd.DataFrame) -> pd.DataFrame:
    """Return what may go with a rating, one column a term of `TERMS`; what is not known is missing."""
    theme, start = projects["theme"].astype(object), projects["start"].astype(object)
    classes = {code: number for number, code in enumerate(evidence.codebook.scale("participation").rated)}
    early = evidence.codebook.scale("start").subset("early")
    recent = start.isin(early).map({True: "no", False: "yes"}).where(start.notna())
    technology = (theme == "technology").map({True: "yes", False: "no"}).where(theme.notna())
    return pd.DataFrame(
        {
            "technology": pd.Categorical(technology, ["no", "yes"]),
            "new": pd.Categorical(recent, ["no", "yes"]),
            "participation": projects["participation"].astype(object).map(classes).astype(float),
        },
        index=projects.index,
    )


def in_statsmodels(evidence: Evidence, measure: str, model: Model) -> OrderedModel:
    """Return a fitted model as one for statsmodels, for its summary.

    Its errors take all projects as independent. That the likelihood has a maximum has been seen to; itself
    it reports one where there is none.
    """
    projects = rows.real(evidence)
    assert projects is not None
    known = covariates(evidence, projects)[list(model.odds_ratios["term"].unique())]
    ratings = rows.rated(evidence, projects, measure)
    complete = ratings.notna() & known.notna().all(axis=1) & projects["region"].notna()
    return OrderedModel(
        ratings[complete].cat.remove_unused_categories(), regression.design(known[complete]), distr="logit"
    )


def by_phase(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Say whether regions that stand higher on a ladder have projects that are rated higher.

    Each ladder has a model of its own. Phases differ between regions only, so that the interval rests on the
    number of regions and not on that of projects.

    Returns
    -------
    DataFrame
        `dimension, estimate, conf_low, conf_high, n, regions, df, p_value, method`: the odds ratio of a
        higher rating for one phase more, with the degrees of freedom of its error; a ladder on which the
        regions hardly differ, so that there are fewer than `FEWEST_DF`, is left out. Without rows where there
        are none of a register, or the phases of the regions are not known.
    """
    found = []
    projects = rows.real(evidence)
    if projects is not None and not projects.empty and evidence.wave in evidence.waves("regions"):
        ratings, regions = rows.rated(evidence, projects, measure), projects["region"].astype(object)
        standing = evidence.standing().set_index("region")
        for name in evidence.codebook.dimensions:
            phase = pd.DataFrame({name: regions.map(standing[name]).astype(float)})
            try:
                fitted = regression.proportional_odds(ratings, phase, regions)
            except ValueError:
                continue
            ratio = _exponentiated(regression.log_odds_ratios(fitted))
            if ratio["df"].item() >= FEWEST_DF:
                found.append(ratio.assign(dimension=name, regions=len(fitted.clusters)))
    columns = ["dimension", *RESULT[:4], "regions", "df", *RESULT[4:]]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def worst_cases(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Bound the share that reaches a rating if the missing ratings could be anything.

    Returns
    -------
    DataFrame
        `group, estimate, conf_low, conf_high, n, missing, method`: technology, and the rest; without rows
        where no rating is missing or there are no rows of a register.
    """
    columns = ["group", "estimate", "conf_low", "conf_high", "n", "missing", "method"]
    projects = rows.real(evidence)
    if projects is None or projects.empty:
        return pd.DataFrame(columns=columns)
    marks = rows.reached(evidence, projects, measure)
    group = covariates(evidence, projects)["technology"].map({"yes": "technology", "no": "rest"})
    if marks.notna().all() or marks.isna().all() or group.isna().all():
        return pd.DataFrame(columns=columns)
    known = pd.DataFrame({"group": group, "yes": marks == "yes", "missing": marks.isna(), "n": 1})
    sums = known.groupby("group", observed=True).sum()
    rated = sums["n"] - sums["missing"]
    bounds = {
        "estimate": sums["yes"] / rated.where(rated > 0),
        "conf_low": sums["yes"] / sums["n"],
        "conf_high": (sums["yes"] + sums["missing"]) / sums["n"],
    }
    return sums.assign(**bounds, method="worst case").reset_index()[columns]


def _fit_what_can_be(
    ratings: pd.Series, known: pd.DataFrame, regions: pd.Series
) -> tuple[regression.OrdinalFit | None, pd.DataFrame]:
    """Fit the model with every term that the ratings can tell apart; return it and what was left out."""
    chosen: list[str] = []
    fitted: regression.OrdinalFit | None = None
    left_out: list[tuple[str, str]] = []
    for term in TERMS:
        complete = ratings.notna() & known[[*chosen, term]].notna().all(axis=1)
        carried = int(effective_rows(ratings[complete].value_counts()) / ROWS_PER_PARAMETER)
        reason = ""
        if known.loc[ratings.notna(), term].notna().mean() < KNOWN:
            reason = "not_known"
        elif known.loc[complete, term].nunique() < 2:
            reason = "one_level"
        elif len(chosen) + 1 > carried:
            reason = "too_many"
        else:
            try:
                fitted = regression.proportional_odds(ratings, known[[*chosen, term]], regions)
            except ValueError:
                reason = "not_identified"
        if reason:
            left_out.append((term, reason))
        else:
            chosen.append(term)
    return fitted, pd.DataFrame(left_out, columns=["term", "left_out"])


def _odds_ratios(fitted: regression.OrdinalFit) -> tuple[pd.DataFrame, str]:
    clustered = regression.log_odds_ratios(fitted).assign(errors="clustered")
    try:
        left = regression.jackknife(fitted).assign(errors="jackknife")
    except ValueError:
        return _with_terms(_exponentiated(clustered), "odds_ratios"), "one_region_carries_it"
    both = pd.concat([clustered, left]).sort_index(kind="stable")
    return _with_terms(_exponentiated(both), "odds_ratios"), "possible"


def _levels_apart(fitted: regression.OrdinalFit) -> tuple[str, float, pd.DataFrame]:
    """Test whether one odds ratio does for all levels, and free those that differ where there is room."""
    if len(fitted.levels) < 3:
        return "not_tested", float("nan"), _empty("by_cut")
    tested = brant(fitted).set_index("term")
    p_value = float(tested.loc["all terms", "p_value"])
    if tested.loc["all terms", "df"] == 0:
        return "not_tested", float("nan"), _empty("by_cut")
    if p_value >= DEVIANT:
        return "holds", p_value, _empty("by_cut")
    free = [term for term in fitted.terms if tested.loc[term, "p_value"] < DEVIANT] or list(fitted.terms)
    counts = np.bincount(fitted.cells.y, weights=fitted.cells.weights)
    wanted = len(free) * (len(fitted.levels) - 1) + len(fitted.terms) - len(free)
    if wanted > effective_rows(counts) / ROWS_PER_PARAMETER:
        return "differs", p_value, _empty("by_cut")
    try:
        relaxed = partial_proportional_odds(fitted, free)
    except ValueError:
        return "differs", p_value, _empty("by_cut")
    return "relaxed", p_value, _with_terms(_exponentiated(relaxed), "by_cut")


def _exponentiated(found: pd.DataFrame) -> pd.DataFrame:
    return found.assign(**{name: np.exp(found[name]) for name in ("estimate", "conf_low", "conf_high")})


def _with_terms(found: pd.DataFrame, name: str) -> pd.DataFrame:
    """Name terms by their covariate, and keep the columns of the result called `name`."""
    terms = found["term"].str.split(":").str[0]
    return found.assign(term=terms)[NO_ROWS[name]].reset_index(drop=True)
