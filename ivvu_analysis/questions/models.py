"""What goes with a higher rating: proportional odds on the rows of a register, with regions as clusters."""

from contextlib import suppress
from typing import NamedTuple

import numpy as np
import pandas as pd

from ivvu_analysis.data import Evidence
from ivvu_analysis.questions import INTERVAL, RESULT, nothing, portfolio, rows, stacked
from ivvu_analysis.stats import regression
from ivvu_analysis.stats.cumulative_logit import carried

TERMS = ("technology", "new", "participation")  # the most important first: it is kept longest
KNOWN = 0.8  # a covariate that fewer of the rated projects have would decide which projects are looked at
FEWEST_DF = 4  # with fewer degrees of freedom the errors of few regions are no guide
DEVIANT = 0.05  # p-value of Brant's test below which odds ratios are said to differ between levels
UNASKED = {"published": "", "reconstructed": "reconstructed"}  # why there are no rows, by origin


class Model(NamedTuple):
    """A model of the ratings on one measure, or why there is none.

    Parameters
    ----------
    why_none
        Why there is no model, as a code of the scale `no_model`; empty if there is one, or no register.
    left_out
        The terms that are not in the model: `term, left_out`, with the reason.
    fitted
        The model, of which `odds_ratios` and `levels_apart` tell; None if there is none.
    ratings, covariates
        The projects that it rests on, as statsmodels' `OrderedModel` takes them (see `regression.design`).
    """

    why_none: str = ""
    left_out: pd.DataFrame = nothing("term left_out")
    fitted: regression.OrdinalFit | None = None
    ratings: pd.Series = pd.Series()
    covariates: pd.DataFrame = pd.DataFrame()


def fit(evidence: Evidence, measure: str) -> Model:
    """Fit proportional odds to the ratings on a measure, as far as the register carries it.

    Parameters
    ----------
    evidence
        Whose projects; published figures give no model, and reconstructed ones only the reason.
    measure
        ``"impact"``, ``"sharing"`` or ``"scalability"``.

    Examples
    --------
    >>> from ivvu_analysis import load, models
    >>> list(models.fit(load(register="../params/example_edition/register.csv"), "scalability").covariates)
    ['technology', 'new', 'participation']
    >>> models.fit(load(), "scalability").fitted is None  # published tables have no rows
    True
    """
    projects = rows.real(evidence)
    projects["rating"] = rows.rated(evidence, projects, measure)
    rated = projects.dropna(subset=["rating", "region"])
    counted = rated["rating"].value_counts()
    reasons = {
        UNASKED.get(evidence.origin, "no_projects"): projects.empty,
        "one_level": (counted > 0).sum() < 2,
        "one_region": rated["region"].nunique() < 2,
        "few_ratings": carried(counted) < 1,
    }
    if any(reasons.values()):
        return Model(next(reason for reason, holds in reasons.items() if holds))
    known = covariates(evidence, rated)
    fitted, left_out = _fitted(rated, known)
    if fitted is None:
        return Model("nothing_differs", left_out)
    known = known.drop(columns=left_out["term"]).dropna()
    return Model("", left_out, fitted, rated["rating"][known.index].cat.remove_unused_categories(), known)


def covariates(evidence: Evidence, projects: pd.DataFrame) -> pd.DataFrame:
    """Return what may go with a rating, one column a term of `TERMS`; what is not known is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from ivvu_analysis import load, models
    >>> projects = pd.DataFrame({"theme": ["technology"], "start": ["2020"], "participation": ["4-6"]})
    >>> models.covariates(load(), projects).to_numpy().tolist()
    [['yes', 'yes', 1.0]]
    """
    classes, (_, early) = evidence.codebook.scale("participation"), portfolio.new_and_early(evidence)
    known = pd.DataFrame(index=projects.index)
    known["technology"] = (projects["theme"] == "technology").where(projects["theme"].notna())
    known["new"] = (~projects["start"].isin(early)).where(projects["start"].notna())
    known = known.replace({True: "yes", False: "no"}).astype(pd.CategoricalDtype(["no", "yes"]))
    numbers = {code: float(number) for number, code in enumerate(classes.rated)}
    return known.assign(participation=projects["participation"].map(numbers).astype(float))


def _fitted(rated: pd.DataFrame, known: pd.DataFrame) -> tuple[regression.OrdinalFit | None, pd.DataFrame]:
    """Return the model with every term that the ratings can tell apart, and the others: `term, left_out`."""
    fitted: regression.OrdinalFit | None = None
    chosen: list[str] = []
    left_out = {}
    for term in TERMS:
        complete = known[[*chosen, term]].dropna()
        most = carried(rated["rating"][complete.index].value_counts())
        if known[term].notna().mean() < KNOWN:
            left_out[term] = "not_known"
        elif complete[term].nunique() < 2:
            left_out[term] = "one_level"
        elif len(chosen) + 1 > most:
            left_out[term] = "too_many"
        else:
            try:
                terms = known[[*chosen, term]]
                fitted = regression.proportional_odds(rated["rating"], terms, rated["region"])
                chosen.append(term)
            except ValueError:
                left_out[term] = "not_identified"
    return fitted, pd.DataFrame(left_out.items(), columns=["term", "left_out"])


def _ratios(found: pd.DataFrame, columns: str) -> pd.DataFrame:
    """Return log odds ratios as odds ratios, terms named by their covariate."""
    ratios = {name: np.exp(found[name].astype(float)) for name in INTERVAL.split()}
    named = found.assign(**ratios, term=found["term"].str.split(":").str[0])
    return named[columns.split()].reset_index(drop=True)


def odds_ratios(fitted: regression.OrdinalFit) -> pd.DataFrame:
    """Return the odds ratios of a higher rating, with two kinds of intervals.

    Returns
    -------
    DataFrame
        One row a term and way of finding the interval: `term, errors, estimate, conf_low, conf_high, n,
        p_value, method`; `errors` is ``"clustered"``, or ``"jackknife"`` unless one region carries the model.

    Examples
    --------
    >>> from ivvu_analysis import load, models
    >>> model = models.fit(load(register="../params/example_edition/register.csv"), "scalability")
    >>> ratios = models.odds_ratios(model.fitted).query("errors == 'clustered'")
    >>> dict(zip(ratios["term"], ratios["estimate"].round(2)))
    {'technology': 2.42, 'new': 0.85, 'participation': 0.84}
    """
    found = {"clustered": regression.log_odds_ratios(fitted)}
    with suppress(ValueError):
        found["jackknife"] = regression.log_odds_ratios(fitted, jackknife=True)
    both = pd.concat(found, names=["errors"]).reset_index("errors").sort_index(kind="stable")
    return _ratios(both, f"term errors {RESULT}")


def levels_apart(fitted: regression.OrdinalFit) -> tuple[str, float, pd.DataFrame]:
    """Test whether one odds ratio does for all levels, and free those that differ where ratings allow.

    Returns
    -------
    tuple
        What Brant's test says, as a code of the scale `parallel`; its p-value, NaN where it could not be
        made; and where it rejects, one row a term and cut, `term, cut, estimate, ...`, in which `cut` is
        missing for a term with one odds ratio for all.

    Examples
    --------
    >>> from ivvu_analysis import load, models
    >>> model = models.fit(load(register="../params/example_edition/register.csv"), "scalability")
    >>> models.levels_apart(model.fitted)[0]
    'holds'
    """
    tested = regression.brant(fitted).set_index("term")
    p_value, none = tested.loc["all terms", "p_value"], nothing(f"term cut {RESULT}")
    if tested.loc["all terms", "df"] == 0:
        return "not_tested", float("nan"), none
    if p_value >= DEVIANT:
        return "holds", p_value, none
    free = [term for term in fitted.terms if tested.loc[term, "p_value"] < DEVIANT] or fitted.terms
    try:
        relaxed = regression.partial_proportional_odds(fitted, free)
    except ValueError:
        return "differs", p_value, none
    return "relaxed", p_value, _ratios(relaxed, f"term cut {RESULT}")


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

    Examples
    --------
    >>> from ivvu_analysis import load, models
    >>> evidence = load(
    ...     register="../params/example_edition/register.csv", phases="../params/example_edition/phases.csv"
    ... )
    >>> models.by_phase(evidence, "scalability")[["dimension", "estimate"]].round(2).to_numpy().tolist()
    [['dynamics', 1.6], ['vision', 1.57]]
    """
    projects, found = rows.real(evidence), {}
    ratings = rows.rated(evidence, projects, measure)
    if evidence.wave in evidence.waves("regions"):
        standing = evidence.standing().set_index("region")
        for name in evidence.codebook.dimensions:
            phase = projects["region"].map(standing[name]).astype(float).to_frame(name)
            with suppress(ValueError):
                fitted = regression.proportional_odds(ratings, phase, projects["region"])
                found[name] = regression.log_odds_ratios(fitted).assign(regions=fitted.clusters)
    log_ratios = stacked(found, "dimension", f"dimension term regions df {RESULT}")
    ratios = _ratios(log_ratios, f"dimension regions df {RESULT}")
    return ratios[ratios["df"] >= FEWEST_DF].reset_index(drop=True)


def worst_cases(evidence: Evidence, measure: str) -> pd.DataFrame:
    """Bound the share that reaches a rating if the missing ratings could be anything.

    Returns
    -------
    DataFrame
        `group, estimate, conf_low, conf_high, n, missing, method`: technology, and the rest; without rows
        where no rating is missing or there are no rows of a register.

    Examples
    --------
    >>> from ivvu_analysis import load, models
    >>> found = models.worst_cases(load(register="../params/example_edition/register.csv"), "impact")
    >>> dict(zip(found["group"], found["missing"]))
    {'rest': 4, 'technology': 0}
    """
    projects = rows.real(evidence)
    marks = rows.reached(evidence, projects, measure)
    group = projects["theme"].where(projects["theme"].isna() | (projects["theme"] == "technology"), "rest")
    found = marks.groupby(group.rename("group")).agg(yes="sum", rated="count", n="size").astype(int)
    yes, n, missing = found["yes"], found["n"], found["n"] - found["rated"]
    if not (missing.any() and found["rated"].any()):
        return nothing(f"group {INTERVAL} n missing method")
    bounds = {"estimate": yes / found["rated"], "conf_low": yes / n, "conf_high": (yes + missing) / n}
    return pd.DataFrame({**bounds, "n": n, "missing": missing, "method": "worst case"}).reset_index()
